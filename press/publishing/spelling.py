"""Finds misspelt words in what readers read: chapters, tables, docstrings and chart labels.

A word passes if the dictionary of ``pyspellchecker`` or ``book/words.txt`` knows it; a name, if
it stands in a table of ``data/``. Quotations, code, addresses and the editions in other languages
are not looked at. American forms of listed British words are found too.
"""

from __future__ import annotations

import ast
import csv
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from spellchecker import SpellChecker

from press import subject
from press.facts import Facts, tables
from press.formats import LANGUAGES
from press.publishing import known
from press.publishing.files import ROOT, parsed
from press.publishing.prose import front_matter
from press.tables import Column

WORDS = ROOT / "book" / "words.txt"
Place = tuple[str, int, str]
"""File, line and text."""

_SKIPPED = re.compile(
    r"\{[a-z:-]+\}`[^`]*`|(?P<tick>`+).+?(?P=tick)|“[^”]*”|\]\([^)]*\)|https?://\S+|<[^>]*>"
    r"|\$[^$]*\$|\{[^}]*\}|:[a-z]+:|--[\w-]+|\S*[\d_/@\\=²]\S*|\w+(?:\.\w+)+|&\w+;"
)
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’](?!s\b)[^\W\d_]+)?")
_CODE = re.compile(r"[<>{}\\|;=*]|\w\(|\bimport\b")
_AMERICAN = ((r"our", "or"), (r"([iy])s(e|ing|ation)", r"\1z\2"), (r"tre(?=s?$)", "ter"))
_NOT_PROSE = {
    "key",
    "author",
    "gloss",
    "locator",
    "publisher",
    "source",
    "title",
    "unit",
    "url",
    "value",
}


def misspelt(places: Iterable[Place]) -> list[str]:
    """One line of complaint for each misspelt word, with its place and what to do."""
    return [
        f"{file}:{line}: found {word!r}; {_advice(word)}"
        for file, line, text in places
        for word in unknown(text, names=file.endswith(".md"))
    ]


def unknown(text: str, *, names: bool = True) -> list[str]:
    """The words of a text that neither the dictionary nor the word list knows.

    >>> unknown("The rental cost of the trainig run, “as teh source writes”, in one colour.")
    ['trainig']
    >>> unknown("Nvidia's color")
    ['color']

    Parameters
    ----------
    text
        Words between spaces; roles, code, formulas, addresses and quotations are passed over.
    names
        Whether words with a capital letter have to be known too.
    """
    found = []
    for word in _WORD.findall(_SKIPPED.sub(" ", text)):
        plain = word.replace("’", "'")
        if not (plain.islower() or (names and plain.istitle())):
            continue  # an abbreviation, or a name such as SemiAnalysis
        known = plain.lower() in _listed() or plain.lower() in _dictionary()
        if plain.lower() in _americanisms() or not (known or plain in _names()):
            found.append(word)
    return found


def _advice(word: str) -> str:
    british = _americanisms().get(word.lower())
    if british:
        return f"the book writes '{british}'"
    near = _dictionary().known(_dictionary().edit_distance_1(word.lower()))
    best = sorted(near, key=lambda other: (-_dictionary()[other], other))[:2]
    meant = (
        f"perhaps {' or '.join(repr(other) for other in best)}? " if best and len(word) > 4 else ""
    )
    return f"{meant}correct it, or add it to book/{WORDS.name} if it is right"


@functools.cache
def _dictionary() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


@functools.cache
def _listed() -> frozenset[str]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().lower() for line in lines if line and not line.startswith("#"))


@functools.cache
def _americanisms() -> dict[str, str]:
    """The American form of each listed word that has one, and the word."""
    twins = ((re.sub(us, gb, word), word) for word in _listed() for us, gb in _AMERICAN)
    return {twin: word for twin, word in twins if twin not in _listed()}


@functools.cache
def _names() -> frozenset[str]:
    """The words with a capital letter in the tables of ``data/``."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "data").glob("*.csv"))
    return frozenset(word for text in texts for word in _WORD.findall(text) if not word.islower())


def chapters(paths: Iterable[Path]) -> Iterator[Place]:
    """What pages in English say: prose, descriptions, and the texts of charts and tables."""
    for path in paths:
        if path.stem in LANGUAGES and path.stem != "en":
            continue
        name, text = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        page = known.page(text)
        for passage in page.passages:
            yield from ((name, line, words) for line, words in passage.texts())
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("description:"):
                yield name, number, str(front_matter(path).get("description", ""))
        for block in page.blocks:
            if block.name == "code-cell":
                first = block.first - 1
                yield from ((name, first + line, words) for line, words in sentences(block.text))


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """The strings of Python code that people read: those of several words, with their lines."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number, line in enumerate(node.value.splitlines(), node.lineno):
                if line.strip().count(" ") > 1 and not _CODE.search(line):
                    yield number, line


def code() -> Iterator[Place]:
    """Docstrings, which become the titles of figures, and the sentences in the package's code."""
    for path in sorted((ROOT / subject.NAME).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        yield from (
            (name, line, words) for line, words in sentences(path.read_text(encoding="utf-8"))
        )


def data(facts: Facts) -> Iterator[Place]:
    """Descriptions of tables and their columns, and the columns that hold our own words."""
    for name in tables():
        sidecar = ROOT / "data" / f"{name}.yml"
        for number, line in enumerate(sidecar.read_text(encoding="utf-8").splitlines(), 1):
            if not line.startswith("source:"):
                yield f"data/{name}.yml", number, re.sub(r"\w+:", " ", line)
        columns = [column.name for column in facts.table(name).columns if _is_ours(column)]
        with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            rows = csv.DictReader(handle)
            for row in rows:
                yield (
                    f"data/{name}.csv",
                    rows.line_num,
                    " · ".join(row[c] for c in columns if " " in row[c]),
                )


def _is_ours(column: Column) -> bool:
    return (
        column.type == "string"
        and not (column.unique or column.one_of or column.name in _NOT_PROSE)
        and not column.name.startswith("quote")
        and not column.name.endswith("sources")
    )
