"""A chapter runs again when a row that it asked for changes, and only then: never stale."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from press.facts import DATA, Facts
from press.publishing.kernel import Used
from press.reads import ASKED, READING, answer, question
from tests import damage, small_tree
from tests.conftest import ROOT

HEAD = f"---\n{small_tree.KERNEL}\ndescription: A page.\n---\n\n# A page\n\n"
CELL = (
    HEAD
    + "```{code-cell}\nfrom press import figures\nfrom press.facts import Facts\nfacts = Facts()\n"
)
CHAPTERS = {
    "index": CELL + 'print(facts.v3.price_per_gpu_hour, facts["V3-004"].value)\n```\n',
    "figure": CELL + 'print(figures.value("costs.rental_total"))\n```\n',
    "filter": CELL
    + 'print([r["locator"] for r in facts.rows("training_runs", run="kimi-k2")])\n```\n',
    "keyed": CELL + 'print(facts.table("sources").by_key["v3-report"]["label"])\n```\n',
    "all": CELL + 'print(len(facts.table("corrections").rows))\n```\n',
    "direct": CELL + 'print(open("../data/units.csv").read()[:9])\n```\n',
}
USERS = {
    "a fact by its name": ("facts", "V3-009", "quantity", {"index", "figure"}),
    "a fact by its id": ("facts", "V3-004", "quantity", {"index"}),
    "a fact that none of them uses": ("facts", "V3-016", "quantity", set()),
    "a row by a filter": ("training_runs", "kimi-k2", "locator", {"filter"}),
    "a row by its key": ("sources", "v3-report", "label", {"keyed"}),
    "a row that none of them asks for": ("sources", "v3-readme", "label", set()),
    "a file that was opened as a file": ("units", "USD", "meaning", {"direct"}),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = small_tree.copy(tmp_path_factory.mktemp("reads") / "project", CHAPTERS)
    assert small_tree.ran(made) == set(CHAPTERS)
    return made


def _change(tree: Path, table: str, edit: Callable[[list[list[str]]], None]) -> None:
    path = tree / "data" / f"{table}.csv"
    rows = damage.cells(path)
    edit(rows)
    path.write_bytes(damage.as_csv(rows))


def _with(rows: list[list[str]], key: str, column: str) -> None:
    """Add a word to one cell."""
    place = rows[0].index(column)
    next(row for row in rows if row[0] == key)[place] += " anew"


@pytest.mark.parametrize(("table", "key", "column", "users"), USERS.values(), ids=USERS)
def test_an_edit_runs_exactly_the_chapters_that_asked_for_its_row(
    tree: Path, table: str, key: str, column: str, users: set[str]
) -> None:
    _change(tree, table, lambda rows: _with(rows, key, column))
    assert small_tree.ran(tree) == users
    assert small_tree.ran(tree) == set()


def test_new_gone_and_renamed_rows_run_the_chapters_that_would_see_them(tree: Path) -> None:
    row = ["c", "2026-11-21", "costs", "It was wrong.", "It is right.", "$1", "$2", "a reader"]
    _change(tree, "corrections", lambda rows: rows.append(row))
    assert small_tree.ran(tree) == {"all"}
    name = Facts()["V3-009"].name
    _change(tree, "facts", lambda rows: _named(rows, "V3-009", name + "_before"))
    _change(tree, "facts", lambda rows: _named(rows, "V3-016", name))
    assert small_tree.ran(tree) == {"index", "figure"}
    _change(tree, "facts", lambda rows: _named(rows, "V3-016", "v3.something_else"))
    _change(tree, "facts", lambda rows: _named(rows, "V3-009", name))
    assert small_tree.ran(tree) == {"index", "figure"}


def _named(rows: list[list[str]], key: str, name: str) -> None:
    next(row for row in rows if row[0] == key)[rows[0].index("name")] = name


def test_what_was_edited_step_by_step_equals_what_is_run_from_nothing(
    tree: Path, tmp_path: Path
) -> None:
    clean = small_tree.copy(tmp_path / "project", CHAPTERS)
    for path in (tree / "data").glob("*.csv"):
        (clean / "data" / path.name).write_bytes(path.read_bytes())
    assert small_tree.ran(clean) == set(CHAPTERS)
    for name in CHAPTERS:
        one, other = (t / "_build" / "source" / f"{name}.ipynb" for t in (tree, clean))
        assert one.read_text(encoding="utf-8") == other.read_text(encoding="utf-8"), name


def test_answers_change_with_every_cell_of_a_row_and_with_no_other(tmp_path: Path) -> None:
    """Every row of every table in turn: a damaged row is another answer for its own key alone."""
    before, counts = Facts(), Counter[str]()
    for name in ("facts", "training_runs", "sources"):
        table = before.table(name)
        asked = {key: question({table.key: key}) for key in table.index}
        answers = {key: answer(table, text) for key, text in asked.items()}
        assert len(set(answers.values())) == len(answers)
        for row in table.every[::7]:
            own = str(row[table.key])
            others = tuple({**r, "locator": "moved"} if r is row else r for r in table.every)
            changed = type(table)(**{**vars_of(table), "every": others})
            moved = {key for key in asked if answer(changed, asked[key]) != answers[key]}
            assert moved == {own}
            counts[name] += 1
    assert counts.total() > 50


def vars_of(table: object) -> dict[str, object]:
    """The fields of a table."""
    return {f.name: getattr(table, f.name) for f in dataclasses.fields(table)}  # type: ignore[arg-type]


def test_the_kernel_notes_questions_and_files_but_no_table_that_is_asked_row_by_row() -> None:
    used, table = Used(), Facts().table("facts")
    used.note(READING, (str(DATA), "facts"))
    used.note("open", (DATA / "facts.csv", "r", 0))
    used.note(ASKED, (table, {"id": "V3-009"}))
    assert used.opened == set()
    assert used.asked == {"facts": {'{"id": "V3-009"}': answer(table, '{"id": "V3-009"}')}}
    used.note("open", (DATA / "facts.csv", "r", 0))  # a second time: as a file
    used.note("open", (ROOT / "README.md", "r", 0))
    assert used.opened == {"data/facts.csv"}


@pytest.mark.site
def test_most_facts_run_few_chapters_again(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    users: Counter[str] = Counter(dict.fromkeys(Facts().table("facts").index, 0))
    whole = []
    for path in (site.parent / "work").glob("*.stamp.json"):
        stamp = json.loads(path.read_text(encoding="utf-8"))
        asked = stamp["asked"].get("facts", {}).get("answers", {})
        whole += [path.name.partition(".")[0]] * ("{}" in asked)
        users.update({json.loads(text)["id"] for text in asked if '"id"' in text})
    counts = sorted(users[key] for key in Facts().table("facts").index)
    middle = counts[len(counts) // 2]
    with capsys.disabled():
        print(f"\na fact is asked for by {middle} chapters (median); all facts by {whole}")
    assert middle <= 3
    assert len(whole) <= 2
