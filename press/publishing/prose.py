"""The text of a chapter: its front matter, and the numerals typed into its prose.

A numeral is fine in a role, in code, in a formula, in an address, in a date, in a name (V3,
GPT-4o, Llama 3.1 405B) and in a locator (Table 1, section 3.2). Everything else has to be a
figure or a fact, or marked as somebody's own words with ``{lit}``.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml

from press.formats import LANGUAGES

_YEAR = r"(?:19|20)\d\d"
_LOCATORS = (
    r"(?:[Tt]ables?|[Ss]ections?|[Ff]igures?|[Pp]ages?|[Cc]hapters?|[Cc]laims?|[Ee]quations?|"
    r"[Aa]ppendix|[Ss]tep|[Vv]ersion|[Ii]ssue|[Nn]ote|[Rr]ow|[Ll]ine|Tabelle|Abschnitt|Tabel|"
    r"Bảng|तालिका|Aussage|Stelling|Bewering)"
)
_NAMES = (
    r"\b(?:Llama|LLaMA|Claude|Gemini|Qwen|Grok|Mixtral|Falcon|Fire-Flyer|OLMo|Olmo|Kimi K2|Phi|"
    r"Mistral|Python|CC BY|MIT|OCR|Python ≥|NVLink|WCAG|SemiAnalysis) \d+(?:\.\d+)?"
    r"(?:[- ](?:Sonnet|Opus|Pro|Flash|Ultra|Nano|\d+(?:x\d+)?B))*"
)
_NUMERAL = re.compile(r"[$€¥]?\d[\d.,]*(?:\s?(?:%|×|[KMBT]\b|billion|million|thousand))?")


@functools.cache
def _allowed() -> re.Pattern[str]:
    """What a numeral may be part of: a date in any language of the book, a name, a locator."""
    from babel.dates import get_month_names

    names = {
        name.rstrip(".")
        for language in ("en", *LANGUAGES)
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for name in get_month_names(width, context, language).values()
    }
    months = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    patterns = [
        rf"\b\d{{1,2}}(?:\.|st|nd|rd|th)?(?:(?:–|-| and )\d{{1,2}}\.?)? (?:de )?(?:{months})(?!\w)",
        rf"\b(?:{months})\.?(?: \d{{1,2}}\b)?",
        r"ngày \d{1,2}",
        rf"\b{_YEAR}(?:[–-](?:{_YEAR}|\d\d))?s?\b",
        r"\bQ[1-4]\b|\bDay[- ]\d\b",
        rf"\b{_LOCATORS} [A-Z]?\d+(?:\.\d+)*(?:(?:,| and|–|-| to) ?\d+(?:\.\d+)*)*",
        r"§ ?\d+(?:\.\d+)*",
        r"https?://\S+|\barXiv[: ]\d{4}\.\d{4,5}(?:v\d)?",
        r"\b[A-Za-z][\w.]*-?\d[\w.-]*",  # names that start with a letter: V3, GPT-4o
        _NAMES,
        r"\b(?:\d+x)?\d+(?:\.\d+)?B(?= (?:model|Instruct|Base|Chat))",
        r"\b(?:8-K|10-K|36Kr|3D|2D|0x\w+)\b",
        r"\b\d+[- ]bit\b",
    ]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def numerals(text: str) -> list[str]:
    """The numerals typed into plain text that are no part of a name, a date or a locator.

    >>> numerals("V3 was trained on 2,048 H800s in 2024, from 5 March to 7. Mai.")
    ['2,048']
    """
    rest = _allowed().sub(lambda m: " " * len(m.group(0)), text)
    return [found.group(0).strip() for found in _NUMERAL.finditer(rest)]


def from_yaml(text: str, name: str, first: int = 1) -> Any:
    """What YAML says.

    Raises
    ------
    ValueError
        If it is not YAML: with ``name`` and line; ``first`` is the number of the text's first line.
    """
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark.line if error.problem_mark else 0
        line = first + min(at, text.rstrip().count("\n"))  # the end lies behind the last line
        raise ValueError(f"{name}:{line}: is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{name}:{first}: is not YAML: {error}") from None


def front_matter(path: Path) -> dict[str, Any]:
    """What stands between the ``---`` at the head of a chapter; empty without.

    Raises
    ------
    ValueError
        If it is not YAML.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        return {}
    head = "\n".join(lines[1 : lines.index("---", 1)])
    found = from_yaml(head, f"book/{path.name}", first=2)
    return found if isinstance(found, dict) else {}


def located(message: str, book: Path) -> str:
    """A message about an executed notebook as one about the chapter: its file and its line.

    Parameters
    ----------
    message
        May name places such as ``book/costs.ipynb:30005``, line 5 of the third cell, or
        ``book/costs.md: cell 3``.
    book
        The folder of the chapters.
    """

    def line(found: re.Match[str]) -> str:
        name, cell, within, number, rest = found.groups(default="")
        position = int(cell) if cell else int(number) // 10_000
        start = _first_line(book / f"{name}.md", position)
        start += int(within or 1) - 1 if cell else int(number) % 10_000 - 2
        return f"book/{name}.md:{start}: {f'cell {cell}' if cell else ''}{rest}"

    place = (
        r"book/([\w-]+)\.(?:md: cell (\d+)(?:, line (\d+))?|"
        r"ipynb:(\d{5,}):(?: WARNING:| ERROR:)? ?())"
    )
    return re.sub(place, line, message)


def _first_line(path: Path, cell: int) -> int:
    """The line on which a cell of a chapter begins, options not counted; cells count from one."""
    from jupytext.myst import myst_to_notebook

    text = path.read_text(encoding="utf-8")
    lines, starts = text.splitlines(), myst_to_notebook(text, add_source_map=True).metadata
    at: int = starts["source_map"][cell - 1]
    while at < len(lines) - 1 and (not lines[at].strip() or lines[at].startswith(":tags:")):
        at += 1
    return at + 1
