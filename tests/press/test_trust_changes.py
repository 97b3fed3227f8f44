"""A change moves the figures that recorded it, and no others."""

from __future__ import annotations

import ast
import importlib
from contextlib import ExitStack
from pathlib import Path

import pytest

from press import figures
from press.facts import DATA, Facts, tables
from press.publishing.causes import imported
from press.tables import DataError
from tests import damage

pytestmark = pytest.mark.trust


def _readers(published: damage.Published) -> dict[str, set[str]]:
    readers: dict[str, set[str]] = {}
    for key, found in published.items():
        for fact in found.facts:
            readers.setdefault(fact, set()).add(key)
    return readers


def _moved(facts: Facts, published: damage.Published) -> set[str]:
    """The figures that differ; one that can no longer be computed differs too."""
    return {key for key, known in published.items() if _moves(facts, key, known)}


def _moves(facts: Facts, key: str, known: figures.Figure) -> bool:
    try:
        return damage.numbers(figures.evaluate(key, facts)) != damage.numbers(known)
    except (figures.FigureError, DataError):
        return True


def _apart(readers: dict[str, set[str]], count: int, taken: set[str]) -> list[str]:
    """Facts whose readers do not overlap, so that all can change at once and each be seen."""
    chosen: list[str] = []
    busy: set[str] = set()
    for fact in sorted(readers, key=lambda name: damage.choose(10**9, name)):
        if fact not in taken and not readers[fact] & busy and len(chosen) < count:
            chosen.append(fact)
            busy |= readers[fact]
    return chosen


def _numeric(facts: Facts) -> dict[str, dict[str, list[str]]]:
    """By table and row, the columns that hold a number other than 0; facts go by their id alone."""
    found: dict[str, dict[str, list[str]]] = {}
    for name in tables():
        whole = facts.table(name)
        columns = [c.name for c in whole.columns if c.type == "number"]
        columns += ["value"] if name == "facts" else []
        for row in whole.rows if whole.key else ():
            given = [c for c in columns if isinstance(row[c], float) and row[c]]
            if given:
                found.setdefault(name, {})[str(row[whole.key])] = given
    return found


def test_changed_rows_move_the_figures_that_recorded_them_and_no_others(
    folder: Path, facts: Facts, published: damage.Published, capsys: pytest.CaptureFixture[str]
) -> None:
    numeric = _numeric(facts)
    labels = {_label(table, key) for table, rows in numeric.items() for key in rows}
    readers = {k: v for k, v in _readers(published).items() if k in labels}
    taken: set[str] = set()
    effective: set[str] = set()
    readings = moves = 0
    while len(taken) < 90:
        chosen = _apart(readers, 45, taken)
        taken |= set(chosen)
        moved = _moved(_scaled(folder, facts, numeric, set(chosen)), published)
        expected = set().union(*(readers[label] for label in chosen))
        assert moved <= expected, moved - expected
        effective |= {label for label in chosen if moved & readers[label]}
        readings, moves = readings + len(expected), moves + len(moved)
    others = {label.partition("/")[0] for label in effective if "/" in label}
    with capsys.disabled():
        print(
            f"\n{len(taken)} changed rows of facts and {len(others)} other tables: "
            f"{moves} of their {readings} figures moved, no other"
        )
    assert len(effective) >= 70
    assert len(others) >= 5
    assert moves > 0.6 * readings


def _label(table: str, key: str) -> str:
    return key if table == "facts" else f"{table}/{key}"


def _scaled(
    folder: Path, facts: Facts, numeric: dict[str, dict[str, list[str]]], chosen: set[str]
) -> Facts:
    """The data with the numbers of the chosen rows, ranges included, 3 % smaller."""
    with ExitStack() as stack:
        changed = Facts(folder)
        changed._tables = dict(facts._tables)
        for name, known in numeric.items():
            keys = {key for key in known if _label(name, key) in chosen}
            if not keys:
                continue
            rows = damage.cells(DATA / f"{name}.csv")
            at = rows[0].index(facts.table(name).key)
            for row in rows[1:]:
                for column in known[row[at]] if row[at] in keys else ():
                    place = rows[0].index(column)
                    row[place] = repr(float(row[place]) * 0.97)
            stack.enter_context(damage.replaced(folder, f"{name}.csv", damage.as_csv(rows)))
            del changed._tables[name]
        for name in numeric:
            changed.table(name)
        return changed


def _constants(path: Path) -> dict[str, float]:
    """The numbers that a module defines by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.targets[0].id: float(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) in (int, float)
    }


def _models() -> list[Path]:
    """The modules of models that hold numbers of their own."""
    package = DATA.parent / "analysis"
    found = [
        *package.glob("*.py"),
        *package.glob("costs/*.py"),
        *package.glob("architecture/*.py"),
        *package.glob("runs/*.py"),
    ]
    shown = ("commands", "page")  # what talks to people computes nothing that a figure prints
    return sorted(path for path in found if not path.name.startswith(shown) and _constants(path))


def test_changed_modules_move_only_figures_that_import_them(
    facts: Facts, published: damage.Published, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each constant alone moves some figure of its users; all of the others together, none."""
    of_topic: dict[str, dict[str, figures.Figure]] = {}
    for key, found in published.items():
        of_topic.setdefault(figures.definition(key).function.__module__, {})[key] = found
    imports = {topic: imported(topic) for topic in of_topic}
    every = set().union(*imports.values())
    models = {_module(path): _constants(path) for path in _models()}
    holders = {name: {m for m in every if name in imported(m)} for name in models}
    effective = 0
    for name, constants in models.items():
        mine = {
            k: f for t, group in of_topic.items() if name in imports[t] for k, f in group.items()
        }
        for constant, value in constants.items():
            with pytest.MonkeyPatch.context() as patch:
                _double(patch, constant, value, holders[name])
                anew = facts.assuming({})  # the same tables, and nothing that was made of them
                effective += any(_moves(anew, key, found) for key, found in mine.items())
    for topic, group in of_topic.items():
        with pytest.MonkeyPatch.context() as patch:
            for name in models.keys() - imports[topic]:
                for constant, value in models[name].items():
                    _double(patch, constant, value, holders[name])
            assert _moved(facts.assuming({}), group) == set(), (
                f"{topic} does not import what moves these"
            )
    changed = sum(map(len, models.values()))
    with capsys.disabled():
        print(f"\n{changed} changed constants of models: {effective} move figures, of users alone")
    assert changed >= 20
    assert effective > changed / 2


def _module(path: Path) -> str:
    parts = path.relative_to(DATA.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _double(patch: pytest.MonkeyPatch, constant: str, value: float, modules: set[str]) -> None:
    """Double a constant in every module that holds it."""
    for module in modules:
        if vars(importlib.import_module(module)).get(constant) == value:
            patch.setattr(f"{module}.{constant}", value * 2)
