"""The text of a chapter: its front matter, its lines of prose, and numerals typed into them.

A numeral is fine in a role, in code, in a formula, in an address, in a date, in a name (V3,
GPT-4o, Llama 3.1 405B) and in a locator (Table 1, section 3.2). Everything else has to be a
figure or a fact, or marked as somebody's own words with ``{lit}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|"
    "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|januari|februari|maart|april|mei|juni|"
    "juli|augustus|oktober|december|tháng|जनवरी|फ़रवरी|फरवरी|मार्च|नवंबर|दिसंबर|Enero|Pebrero|Nobyembre|"
    "Disyembre|Marso|Agosto|Hunyo"
)
_YEAR = r"(?:19|20)\d\d"
ALLOWED = [
    r"\{[a-z:-]+\}`[^`]*`",  # roles
    r"(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)",  # code
    r"\$\$.*?\$\$|(?<!\\)\$[^$]+(?<!\\)\$",  # formulas
    r"\]\([^)]*\)|<https?://[^>]*>|https?://\S+",  # addresses
    r"\{#?[\w .=-]+\}",  # attributes
    rf"\b\d{{1,2}}(?:\.|st|nd|rd|th)?(?:(?:–|-| and )\d{{1,2}}\.?)? (?:de )?(?:{MONTHS})\b",
    rf"\b(?:{MONTHS})\.? \d{{1,2}}\b",
    r"tháng \d{1,2}|ngày \d{1,2}",
    rf"\b{_YEAR}(?:[–-](?:{_YEAR}|\d\d))?s?\b",
    r"\bQ[1-4]\b|\bDay[- ]\d\b",
    r"\b(?:[Tt]ables?|[Ss]ections?|[Ff]igures?|[Pp]ages?|[Cc]hapters?|[Cc]laims?|[Ee]quations?|"
    r"[Aa]ppendix|[Ss]tep|[Vv]ersion|[Ii]ssue|[Nn]ote|[Rr]ow|[Ll]ine|Tabelle|Abschnitt|Tabel|"
    r"Bảng|तालिका|Aussage|Stelling|Bewering)"
    r" [A-Z]?\d+(?:\.\d+)*(?:(?:,| and|–|-| to) ?\d+(?:\.\d+)*)*",
    r"§ ?\d+(?:\.\d+)*",
    r"\barXiv[: ]\d{4}\.\d{4,5}(?:v\d)?",
    r"\b[A-Za-z][\w.]*-?\d[\w.-]*",  # names that start with a letter: V3, GPT-4o, Qwen2.5-72B
    r"\b(?:Llama|LLaMA|Claude|Gemini|Qwen|Grok|Mixtral|Falcon|Fire-Flyer|OLMo|Olmo|Kimi K2|Phi|"
    r"Mistral|Python|CC BY|MIT|OCR|Python ≥|NVLink|WCAG|SemiAnalysis) \d+(?:\.\d+)?"
    r"(?:[- ](?:Sonnet|Opus|Pro|Flash|Ultra|Nano|\d+(?:x\d+)?B))*",
    r"\b(?:\d+x)?\d+(?:\.\d+)?B(?= (?:model|Instruct|Base|Chat))",
    r"^\s*\d+[.)] ",  # list numbers
    r"\b(?:8-K|10-K|36Kr|3D|2D|0x\w+)\b",
    r"\b\d+[- ]bit\b",
]
_ALLOWED = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED), re.MULTILINE | re.DOTALL)
_NUMERAL = re.compile(r"[$€¥]?\d[\d.,]*(?:\s?(?:%|×|[KMBT]\b|billion|million|thousand))?")
_ROLES = re.compile(rf"{ALLOWED[0]}|{ALLOWED[1]}")
_DOLLAR = re.compile(r"(?<![\\$])\$\d[\d.,]*")
_FENCE = re.compile(r"^(`{3,}|:{3,}|~{3,})\s*(?:\{([\w-]+)\})?(.*)$")
CODE_BLOCKS = {
    "code-cell",
    "code-block",
    "raw",
    "math",
    "listing",
    "literalinclude",
    "bibliography",
}


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
        name, cell, number, rest = found.groups(default="")
        position = int(cell) if cell else int(number) // 10_000
        start = _first_line(book / f"{name}.md", position)
        start += 0 if cell else int(number) % 10_000 - 2
        return f"book/{name}.md:{start}: {f'cell {cell}' if cell else ''}{rest}"

    place = r"book/([\w-]+)\.(?:md: cell (\d+)|ipynb:(\d{5,}):(?: WARNING:| ERROR:)? ?())"
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


def prose_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a chapter that a reader reads as prose, with their line numbers.

    >>> list(prose_lines("# A\\n```{code-cell}\\nx = 1\\n```\\nb"))
    [(1, '# A'), (5, 'b')]
    """
    lines = text.splitlines()
    start = 0
    if lines and lines[0] == "---" and "---" in lines[1:]:
        start = lines.index("---", 1) + 1
    closing = ""
    for number, line in enumerate(lines[start:], start + 1):
        fence = _FENCE.match(line.strip())
        if closing:
            if line.strip() == closing:
                closing = ""
            continue
        if fence:
            marks, name, _ = fence.groups()
            if marks[0] in "`~" and (name is None or name in CODE_BLOCKS):
                if not (name is None and line.strip() == marks and _is_closing(lines, number)):
                    closing = marks
            elif name in CODE_BLOCKS:
                closing = marks
            continue
        if line.startswith((":tags:", ":class:", ":name:", "%")):
            continue
        yield number, line


def _is_closing(lines: list[str], number: int) -> bool:
    """Whether a bare fence closes a directive whose text is prose, such as a margin note."""
    depth: list[str] = []
    for line in lines[: number - 1]:
        fence = _FENCE.match(line.strip())
        if fence and fence.group(1)[0] in "`~":
            marks, name, rest = fence.groups()
            if depth and not name and not rest:
                depth.pop()
            else:
                depth.append(marks)
    return bool(depth)


def typed_numerals(path: Path, name: str) -> list[str]:
    """One line of complaint for each numeral typed into the prose of a chapter."""
    return [
        f"{name}:{number}: found the typed numeral '{found}'; cite a figure "
        "or fact with {num}`KEY`, or mark somebody's words with {lit}`…`"
        for number, line in prose_lines(path.read_text(encoding="utf-8"))
        for found in numerals(line)
    ]


def numerals(text: str) -> list[str]:
    """The numerals typed into a line of prose that are no name, date or locator.

    >>> numerals("V3 was trained on 2,048 H800s in 2024.")
    ['2,048']
    """
    rest = _ALLOWED.sub(lambda m: " " * len(m.group(0)), text)
    return [found.group(0).strip() for found in _NUMERAL.finditer(rest)]
