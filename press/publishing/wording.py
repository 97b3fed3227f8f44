"""Words and numerals that are typed where a number could make them false.

A conclusion beside a number is computed (``press.words``). Where one is typed all the same and
holds whatever the number, a row of ``book/reviewed.csv`` says why: file, words, reason.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from press import subject
from press.publishing.files import BOOK, ROOT, parsed
from press.publishing.known import read, titles
from press.publishing.pages import typed
from press.publishing.prose import numerals
from press.publishing.reading import OBJECT, Passage

REVIEWED = BOOK / "reviewed.csv"
PRINTED = ("title", "alt", "caption", "note", "source", "subtitle")
"""Arguments of charts and tables that readers read."""
_COUNTS = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_VERBS = r"(?:is|are|was|were|lies?|lay|took|takes?|costs?|has|have|had|did|agrees?)"
COMPARING = re.compile(
    r"\b(?:below|above|exceeds?|twice|thrice|half|doubled?|halved?|at (?:least|most)"
    r"|(?:more|less|fewer|greater|larger|smaller|higher|lower|cheaper|dearer|faster|slower|longer"
    r"|shorter|bigger|earlier|later) than|(?:a|one) (?:third|quarter|fifth|tenth|hundredth)"
    rf"|(?:several|many|{_COUNTS}) times|{_COUNTS} of|orders? of magnitude"
    rf"|(?:all|none|neither|both|every \w+|no other)(?: of (?:them|these))? {_VERBS})\b",
    re.IGNORECASE,
)
_NUMBER = "\x01"
_CLAUSE = re.compile(r"[.!?;:()–]\s|, |\bbut\b|\band\b|\bwhile\b|\n")


@dataclass
class Reviewed:
    """The typed words that somebody has looked at, and which of them still stand."""

    rows: list[dict[str, str]]
    met: set[int] = field(default_factory=set)

    def has(self, file: str, words: str) -> bool:
        """Whether words of a file are reviewed."""
        for number, row in enumerate(self.rows):
            if row["file"] == file and row["words"] and row["words"] in words:
                self.met.add(number)
                return True
        return False

    def gone(self, files: frozenset[str]) -> Iterator[str]:
        """Rows about these files whose words are typed no more."""
        for number, row in enumerate(self.rows):
            if number not in self.met and row["file"] in files:
                place = f"book/{REVIEWED.name}:{number + 2}"
                yield f"{place}: '{row['words']}' is typed in {row['file']} no more; delete the row"
            if not row["why"]:
                yield f"book/{REVIEWED.name}:{number + 2}: says no reason; add why the words hold"


def reviewed() -> Reviewed:
    """The rows of ``book/reviewed.csv``; none where it is not there."""
    if not REVIEWED.exists():
        return Reviewed([])
    with REVIEWED.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle, restval="")
        return Reviewed([{k: row.get(k) or "" for k in ("file", "words", "why")} for row in rows])


def comparisons(name: str, seen: Reviewed) -> Iterator[str]:
    """Comparisons typed beside a number of a chapter."""
    file = f"book/{name}.md"
    for passage in read(name).passages:
        for line, clause, words in beside_numbers(passage):
            if not seen.has(file, clause):
                yield (
                    f"{file}:{line}: found '{words}' beside a number; compute it with {{word}}`…` "
                    f"or add a row to book/{REVIEWED.name} for '{clause.strip()}'"
                )


def beside_numbers(passage: Passage) -> Iterator[tuple[int, str, str]]:
    """Line, clause and words of each comparison typed in one clause with a number.

    >>> from press.publishing.reading import inline
    >>> list(beside_numbers(inline("It is below {num}`V3-009`, and {word}`a < b ? all : none`.")))
    [(1, 'It is below …', 'below')]
    """
    text, lines = "", []
    for line, token in passage.lines():
        if token.type == "text":
            said = token.content
        elif token.type == "myst_role" and token.meta["name"] == "num":
            said = _NUMBER
        else:
            said = OBJECT if token.type in ("myst_role", "code_inline", "math_inline") else ""
            said = " " if token.type == "softbreak" else said
        text += said
        lines += [line] * len(said)
    for start, clause, found in _compared(text, _NUMBER):
        shown = re.sub(f"[{_NUMBER}{OBJECT}]+", "…", clause).strip(" .,;:()\n")
        yield lines[start + found.start()], shown, found[0]


def _compared(text: str, number: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Start and text of each clause that holds a number and a comparison, and the comparison."""
    start = 0
    for end in [*(found.end() for found in _CLAUSE.finditer(text)), len(text)]:
        clause, first = text[start:end], start
        start = end
        if number in clause and (found := COMPARING.search(clause)):
            yield first, clause, found


def elsewhere(seen: Reviewed) -> Iterator[str]:
    """Numerals typed into titles and formulas of figures, and into words of charts and tables."""
    for key, (file, line, title, formula) in titles().items():
        for kind, text in (("title", title), ("formula", formula)):
            for numeral in numerals(_printed(text)):
                if not seen.has(file, text):
                    yield f"{file}:{line}: {kind} of figure '{key}': {typed(numeral)}"
    for path in sorted((ROOT / subject.NAME / "charts").rglob("*.py")):
        yield from _in_code(str(path.relative_to(ROOT)), path.read_text("utf-8"), 0, seen)
    for path in sorted(BOOK.glob("*.md")):
        for block in read(path.stem).blocks:
            if block.name == "code-cell":
                yield from _in_code(f"book/{path.name}", block.text, block.first - 1, seen)
    yield from seen.gone(frozenset(r["file"] for r in seen.rows if r["file"].endswith(".py")))


def _in_code(file: str, source: str, before: int, seen: Reviewed) -> Iterator[str]:
    for name, value in _printed_values(source):
        text, line = _string(value), before + value.lineno
        if not seen.has(file, text):
            for numeral in numerals(_printed(text)):
                yield f"{file}:{line}: {name}: {typed(numeral)}, or format_number(…)"
        for _, clause, found in _compared(text, OBJECT):
            shown = re.sub(f"{OBJECT}+", "…", clause).strip(" .,;:()\n")
            if not seen.has(file, shown):
                yield (
                    f"{file}:{line}: {name}: found '{found[0]}' beside a number; compute it, or "
                    f"add a row to book/{REVIEWED.name} for '{shown}'"
                )


def _printed_values(source: str) -> Iterator[tuple[str, ast.expr]]:
    """What code gives or calls a title, an alternative text, a note."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call):
            yield from ((k.arg, k.value) for k in node.keywords if k.arg in PRINTED)
        elif isinstance(node, ast.Assign):
            names = (t.id for t in node.targets if isinstance(t, ast.Name))
            yield from ((name, node.value) for name in names if name in PRINTED)


def _string(node: ast.expr) -> str:
    """The text of an expression, with a sign for what is computed."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_string(part) for part in parts)
        case ast.BinOp(left=left, right=right):
            return _string(left) + _string(right)
        case ast.IfExp(body=body, orelse=orelse):
            return f"{_string(body)} … {_string(orelse)}"
    return OBJECT


def _printed(text: str) -> str:
    """A text without its roles, which are computed."""
    return re.sub(r"\{\w+\}(`+)[^`]+\1", OBJECT, text)
