"""Mistakes that an editor makes: check, build and serve name all of them at once, at file:line."""

from __future__ import annotations

import html
import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from press.publishing.check import modules
from tests import damage, small_tree

FRONT = """---
kernelspec: {name: python3, display_name: Python 3, language: python}
description: A page.
---

# A page

"""
REFUSED = {
    "It cost {num}`costs.rental_totl`.": "expected a figure or a fact; did you mean costs.rental_",
    "It cost {num}`X-9999`.": "found 'X-9999', expected a figure or a fact",
    "It cost {num}`V3-009:M$`.": "found format 'M$', expected something like $.3M",
    "It cost {num}`V3-009@range`.": "'V3-009' has no range",
    "It cost {num}`V3-009@lowest`.": "found '@lowest', expected @low, @high or @range",
    "It is {word}`V3-009 < 3 ? cheap`.": "the words for when it is false",
    "It is {word}`V3-999 < 3 ? cheap : dear`.": "found 'V3-999', expected a figure or a fact",
    "{source}`v3-repor` said so.": "one of data/sources.csv; did you mean v3-report?",
    "{rating}`99`": "found claim '99', expected one of data/claims.csv",
    "See {ref}`nowhere`.": "refers to 'nowhere', but no page has the label (nowhere)=",
    "(twice)=\n(twice)=": "found label 'twice' twice",
    "See [there](nowhere.md).": "links to nowhere.md, which is not in book/",
    "See [there](costs.md#no-such-place).": "which is no heading or label of book/costs.md",
    "![](_static/favicon.svg)": "picture _static/favicon.svg has no alternative text",
    "![A picture](nowhere.png)": "shows the picture nowhere.png, which is not in book/",
    "{soruce}`v3-report`": "found role 'soruce', expected one such as num, word or source",
    "```{margn}\nA note.\n```": "found directive 'margn'; did you mean margin?",
    "It cost {num}‘V3-009’.": "{num} is printed as it stands",
    "It cost {num} `V3-009`.": "{num} is printed as it stands",
    "\tIt begins with a tab.": "found an indented line, which prints as code",
    "<script>alert(1)</script>": "found <script>; a page has no scripts of its own",
    "Between US$a million and US$b.": "write \\$ for a dollar sign",
    "#### Too deep": "found a heading with ####, expected ##",
    "## It cost {num}`V3-009`": "a heading cannot hold a number",
    "```{code-cell}\n:tags: [parameters]\n\nprice = None\n```": "parameter 'price' has no fact",
    "```{code-cell}\nx = = 1\n```": "the cell is not Python: invalid syntax",
    "```{margin}\nnever closed": "opens a block that is never closed",
}
ADVISED = {
    "It cost 5 dollars.": "found the typed numeral '5'",
    "It is below {num}`V3-009`.": "found 'below' beside a number",
    f"“{'word ' * 26}”": "found a quotation of 26 words, expected at most 25",
    "The trainig is over.": "found 'trainig'; perhaps 'training'",
    "The colour and the color.": "found 'color'; the book writes 'colour'",
}
CELLS = {
    ("V3-001", "value"): ("2,664,000", "found '2,664,000', expected a finite number in GPU-hour"),
    ("V3-002", "unit"): ("GPU-hrs", "found 'GPU-hrs', expected a unit of data/units.csv"),
    ("V3-003", "date"): ("27/12/2024", "found '27/12/2024', expected a date such as 2025-01-27"),
    ("V3-004", "quote"): ("word " * 25 + "word", "found 26 words, expected at most 25"),
    ("V3-005", "source"): ("nobody", "found 'nobody', expected the key of a row of data/sources"),
    ("V3-006", "evidence"): ("gossip", "found 'gossip', expected one of primary, analyst"),
    ("V3-007", "id"): ("V3-008", "found 'V3-008' again"),
    ("V3-009", "subject"): ("a\tb", "expected no control character"),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small copy of the project that an editor may break."""
    costs = FRONT.replace("# A page", "# Costs")
    chapters = {**small_tree.CHAPTERS, "glossary": FRONT, "costs": costs}
    return small_tree.copy(tmp_path_factory.mktemp("project") / "project", chapters)


def _run(tree: Path, *arguments: str) -> str:
    done = small_tree.python(tree, "-m", "analysis", *arguments)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    return done.stderr


def _missing(said: str, wanted: list[tuple[str, int, str]]) -> list[str]:
    """What was not named at its file and line."""
    lines = said.splitlines()
    return [
        f"{file}:{at}: {words}"
        for file, at, words in wanted
        if not any(f"{file}:{at}: " in line and words in line for line in lines)
    ]


def test_all_mistakes_are_named_in_one_run_by_check_build_and_serve(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = FRONT + "\n\n".join(REFUSED)
    chapter, module = tree / "book" / "glossary.md", tree / "analysis" / "market.py"
    sound = {path: path.read_bytes() for path in (chapter, module, *(tree / "data").glob("*.csv"))}
    chapter.write_text(text, encoding="utf-8")
    wanted = []
    for mistake, words in REFUSED.items():
        line = text[: text.index(mistake)].count("\n") + 1
        line += {"```{code-cell}\nx": 1}.get(mistake[:16], 0)
        wanted.append(("book/glossary.md", line, words))
    wanted += _damage(tree)
    orphan = tree / "book" / "orphan.md"
    orphan.write_text(FRONT, encoding="utf-8")
    wanted.append(("_toc.yml", 1, "leaves out book/orphan.md; add it to a part"))
    module.write_text("def broken(:\n", encoding="utf-8")
    wanted.append(("analysis/market.py", 1, "is not Python: invalid syntax"))
    chapters = [w for w in wanted if w[0] != "_toc.yml"]
    assert _missing(_run(tree, "check", "--fast"), wanted) == []
    assert _missing(_run(tree, "build", "--page", "glossary"), chapters) == []
    with _served(tree) as (shown, terminal):
        assert _missing(shown(), wanted) == []
        assert _missing(terminal(), wanted) == [], "the terminal says the same"
        orphan.unlink()
        sound[chapter] = (FRONT + "```{code-cell}\n1 / 0\n```\n").encode()
        for path, content in sound.items():
            path.write_bytes(content)
        line = FRONT.count("\n") + 2
        failed = [("book/glossary.md", line, "failed: ZeroDivisionError: division by zero")]
        _until(lambda: _missing(shown(), failed) == [])
        chapter.write_text(FRONT + "It is mended.\n", encoding="utf-8")
        _until(lambda: "mended" in shown("glossary") and 'role="alert"' not in shown("glossary"))
    with capsys.disabled():
        print(f"\n{len(wanted)} mistakes named by check, build and serve; it recovered from all")


def _until(reached: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.3)


def _damage(tree: Path) -> list[tuple[str, int, str]]:
    """Tables as a spreadsheet saves them, and cells as a hurried hand types them."""
    path = tree / "data" / "facts.csv"
    rows, wanted = damage.cells(path), []
    for (fact, column), (cell, words) in CELLS.items():
        at = next(n for n, row in enumerate(rows) if row[0] == fact)
        rows[at][rows[0].index(column)] = cell
        if column not in ("unit", "source") and fact != "V3-001":
            wanted.append(("data/facts.csv", at + 1 + (column == "id"), words))  # the second of two
    path.write_bytes(damage.as_csv(rows))
    for name, change, words in (
        ("copies", lambda b: b"\xef\xbb\xbf" + b, "begins with a byte order mark"),
        ("ratings", lambda b: b.replace(b"\n", b"\r\n"), "has Windows line ends"),
        ("fire_flyer", lambda b: b.replace(b",", b";"), "separate cells by commas"),
    ):
        table = tree / "data" / f"{name}.csv"
        table.write_bytes(change(table.read_bytes()))
        wanted.append((f"data/{name}.csv", 1, words))
    return wanted


@contextmanager
def _served(tree: Path) -> Iterator[tuple[Callable[..., str], Callable[[], str]]]:
    """A running ``serve``: what it shows in a page, and what it says in the terminal."""
    log = tree.parent / "said"
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "analysis", "serve", "--port", "0"],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree), "PYTHONUNBUFFERED": "1"},
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        serving = re.compile(r"serving http://127.0.0.1:(\d+)/")
        _until(lambda: bool(serving.search(log.read_text("utf-8"))))
        found = serving.search(log.read_text("utf-8"))
        assert found

        def shown(name: str = "index") -> str:
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
            connection.request("GET", f"/{name}.html")
            page = connection.getresponse().read().decode()
            connection.close()
            return html.unescape(page)

        yield shown, lambda: log.read_text("utf-8")
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("cell", [c for c in CELLS if c[1] in ("unit", "source", "value")])
def test_a_fact_that_fits_its_columns_and_nothing_else_is_named(
    data: Path, cell: tuple[str, str]
) -> None:
    from press.facts import Facts
    from press.tables import DataError

    fact, column = cell
    rows = damage.cells(data / "facts.csv")
    at = next(n for n, row in enumerate(rows) if row[0] == fact)
    rows[at][rows[0].index(column)] = CELLS[cell][0]
    (data / "facts.csv").write_bytes(damage.as_csv(rows))
    with pytest.raises(DataError) as refused:
        Facts(data).table("facts")
    assert f"data/facts.csv:{at + 1}: " in str(refused.value)
    assert CELLS[cell][1] in str(refused.value)


def test_what_the_house_does_not_print_is_named_by_the_check(tree: Path) -> None:
    text = FRONT + "\n\n".join(ADVISED)
    (tree / "book" / "costs.md").write_text(text, encoding="utf-8")
    wanted = [
        ("book/costs.md", text[: text.index(mistake)].count("\n") + 1, words)
        for mistake, words in ADVISED.items()
    ]
    assert _missing(_run(tree, "check", "costs"), wanted) == []


def test_every_module_is_python() -> None:
    assert list(modules()) == []
