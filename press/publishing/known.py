"""What a text may cite, read from the project's files as they are, right or wrong."""

from __future__ import annotations

import ast
import csv
import difflib
import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from press import subject, words
from press.formats import format_number
from press.publishing import reading
from press.publishing.files import BOOK, ROOT, parsed
from press.publishing.reading import Page

OURS = ("num", "word", "source", "rating", "lit")
ROLES = {
    *(*OURS, "ref", "term", "doc", "math", "abbr", "sub", "sup", "code", "kbd", "eq", "numref"),
    *("download", "any", "cite", "emphasis", "strong", "literal", "sup", "subscript"),
    *("superscript", "samp", "dfn", "guilabel", "menuselection", "file", "fn", "octicon"),
}
DIRECTIVES = {
    *("answer", "listing", "passage", "rated-claims", "rating-scale", "editions", "code-cell"),
    *("margin", "sidebar", "glossary", "container", "note", "tip", "warning", "important", "hint"),
    *(
        "caution",
        "danger",
        "attention",
        "error",
        "admonition",
        "seealso",
        "figure",
        "image",
        "math",
    ),
    *(
        "code-block",
        "code",
        "literalinclude",
        "raw",
        "table",
        "list-table",
        "csv-table",
        "dropdown",
    ),
    *("tab-set", "tab-item", "grid", "grid-item", "card", "epigraph", "pull-quote", "topic", "toc"),
    *("tableofcontents", "contents", "bibliography", "index", "only", "include", "rubric"),
    *("versionadded", "epigraph", "highlights", "compound", "class", "role", "parsed-literal"),
}


_LABEL = re.compile(r"^\(([^()\n]+)\)=$", re.MULTILINE)
_NAMING = ("text", "code_inline", "myst_role")


@dataclass(frozen=True)
class Known:
    """What a text may cite, read from the files as they are, right or wrong."""

    facts: dict[str, dict[str, str]]
    figures: frozenset[str]
    sources: frozenset[str]
    claims: frozenset[str]
    labels: dict[str, str]
    pages: frozenset[str]

    def problem(self, name: str, content: str) -> str:
        """What is wrong with one role; nothing if it leads somewhere."""
        if name == "num":
            return self._number(content)
        if name == "word":
            return self._condition(content)
        if name == "source" and content not in self.sources:
            hint = near(content, self.sources)
            return f"found source '{content}', expected one of data/sources.csv{hint}"
        if name == "rating" and content not in self.claims:
            return f"found claim '{content}', expected one of data/claims.csv"
        if name == "ref":
            label = content.rpartition("<")[2].rstrip(">").strip()
            if label.lower() not in self.labels:
                return f"refers to '{label}', but no page has the label ({label})="
        if name not in ROLES:
            hint = near(name, ROLES)
            return f"found role '{name}', expected one such as num, word or source{hint}"
        return ""

    def _number(self, content: str) -> str:
        key, _, spec = content.partition(":")
        key, _, part = key.strip().partition("@")
        if problem := self._key(key):
            return problem
        if part not in ("", "value", "low", "high", "range"):
            return f"found '@{part}', expected @low, @high or @range"
        if part in ("low", "high", "range") and key in self.facts and not self.facts[key]["low"]:
            return f"'{key}' has no range, so @{part} prints nothing"
        try:
            format_number(1.0, spec)
        except ValueError as error:
            return str(error)
        return ""

    def _condition(self, content: str) -> str:
        try:
            found = words.choice(content)
        except ValueError as error:
            return str(error)
        return next((problem for key, _ in found.keys() if (problem := self._key(key))), "")

    def _key(self, key: str) -> str:
        if key not in self.facts and key not in self.figures:
            known = [*self.figures, *self.facts]
            return f"found '{key}', expected a figure or a fact{near(key, known)}"
        if key in self.facts and self.facts[key]["unit"] in ("text", "date"):
            return f"fact '{key}' holds words ({self.facts[key]['unit']}), not a number"
        return ""


def near(found: str, known: Iterable[str]) -> str:
    """A hint at what was meant; nothing if nothing is near.

    >>> near("costs.rental_totl", ["costs.rental_total", "V3-009"])
    '; did you mean costs.rental_total?'
    """
    best = difflib.get_close_matches(found, list(known), 1, 0.75)
    return f"; did you mean {best[0]}?" if best else ""


def known() -> Known:
    """What the project's files offer to a text, whether or not they are in order."""
    facts = {
        name: row
        for row in _rows("facts")
        for name in (row.get("id"), row.get("name"))
        if name and row.get("unit") is not None and row.get("low") is not None
    }
    texts = {path.stem: path.read_text("utf-8", "replace") for path in BOOK.glob("*.md")}
    return Known(
        facts=facts,
        figures=frozenset(titles()),
        sources=frozenset(str(row.get("key")) for row in _rows("sources")),
        claims=frozenset(str(row.get("claim")) for row in _rows("claims")),
        labels={
            label.lower(): name for name, text in texts.items() for label in _LABEL.findall(text)
        },
        pages=frozenset(texts),
    )


def _rows(table: str) -> list[dict[str, str]]:
    path = ROOT / "data" / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        return list(csv.DictReader(handle))


def titles() -> dict[str, tuple[str, int, str, str]]:
    """File, line, title and formula of every figure, read from the code without running it."""
    found = {key: (file, line, title, said) for key, file, line, title, said in _defined()}
    committed = BOOK / "figures.json"
    text = committed.read_text(encoding="utf-8", errors="replace") if committed.exists() else ""
    for key in re.findall(r'"key": "([\w.]+)"', text):
        found.setdefault(key, ("book/figures.json", 1, "", ""))
    return found


def twice() -> Iterator[str]:
    """Figures whose name another one has; the second would silently take the first one's place."""
    first: dict[str, str] = {}
    for key, file, line, _, _ in _defined():
        place = f"{file}:{line}"
        if (before := first.setdefault(key, place)) != place:
            yield f"{place}: figure '{key}' has the name of the one at {before}; give it another"


def _defined() -> Iterator[tuple[str, str, int, str, str]]:
    """Key, file, line, title and formula of every figure, as the code has them."""
    for path in sorted((ROOT / subject.NAME / "figures").glob("*.py")):
        file = str(path.relative_to(ROOT))
        for node in ast.walk(parsed(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for call in node.decorator_list:
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "figure":
                        given = {
                            k.arg: str(k.value.value)
                            for k in call.keywords
                            if isinstance(k.value, ast.Constant)
                        }
                        title = (ast.get_docstring(node) or "").split("\n\n")[0]
                        key = f"{path.stem}.{given.get('name') or node.name}"
                        formula = given.get("formula", "")
                        yield key, file, node.body[0].lineno, " ".join(title.split()), formula


def read(name: str) -> Page:
    """A chapter, read once for each text that it has had."""
    return page((BOOK / f"{name}.md").read_text(encoding="utf-8", errors="replace"))


@functools.lru_cache(maxsize=400)
def page(text: str) -> Page:
    """The chapter with this text."""
    return reading.read(text)


def anchors(of: Page) -> Iterator[str]:
    """What links may lead to: the headings, as MyST names them, and the labels.

    >>> list(anchors(reading.read("(here)=\\n## Two dollars, really?\\n")))
    ['two-dollars-really', 'here']
    """
    for passage in of.passages:
        if passage.kind == "heading":
            parts = (t.content for t in passage.tokens if t.type in _NAMING)
            yield re.sub(r"[^\w\- ]", "", "".join(parts).strip().lower()).replace(" ", "-")
    yield from (label.lower() for _, label in of.labels)
