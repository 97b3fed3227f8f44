"""A change moves the figures that recorded it, and no others."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from analysis import figures
from analysis.facts import DATA, Facts
from analysis.tables import DataError, Table
from tests import damage

Published = Mapping[str, figures.Figure]


@pytest.fixture(scope="module")
def published(facts: Facts) -> Published:
    """Every figure, computed from the data as they are."""
    return {found.key: found for found in figures.evaluate_all(facts)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return damage.linked(tmp_path_factory.mktemp("trust") / "data")


def _numbers(found: figures.Figure) -> tuple[float, float | None, float | None]:
    return found.value, found.low, found.high


def _readers(published: Published) -> dict[str, set[str]]:
    readers: dict[str, set[str]] = {}
    for key, found in published.items():
        for fact in found.facts:
            readers.setdefault(fact, set()).add(key)
    return readers


def _moved(facts: Facts, published: Published) -> set[str]:
    """The figures that differ; one that can no longer be computed differs too."""
    found = set()
    for key, known in published.items():
        try:
            if _numbers(figures.evaluate(key, facts)) != _numbers(known):
                found.add(key)
        except (figures.FigureError, DataError):
            found.add(key)
    return found


def _apart(readers: dict[str, set[str]], count: int, taken: set[str]) -> list[str]:
    """Facts whose readers do not overlap, so that all can change at once and each be seen."""
    chosen: list[str] = []
    busy: set[str] = set()
    for fact in sorted(readers, key=lambda name: damage.choose(10**9, name)):
        if fact not in taken and not readers[fact] & busy and len(chosen) < count:
            chosen.append(fact)
            busy |= readers[fact]
    return chosen


def test_fifty_changed_facts_move_the_figures_that_recorded_them_and_no_others(
    folder: Path, facts: Facts, published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = facts.table("facts")
    numbers = {row["id"] for row in whole.rows if isinstance(row["value"], float) and row["value"]}
    readers = {k: v for k, v in _readers(published).items() if k in numbers}
    taken: set[str] = set()
    effective = readings = moves = 0
    while len(taken) < 60:
        chosen = _apart(readers, 30, taken)
        taken |= set(chosen)
        moved = _moved(_scaled(folder, whole, set(chosen)), published)
        expected = set().union(*(readers[fact] for fact in chosen))
        assert moved <= expected, moved - expected
        effective += sum(bool(moved & readers[fact]) for fact in chosen)
        readings, moves = readings + len(expected), moves + len(moved)
    with capsys.disabled():
        print(f"\n{len(taken)} changed facts: {moves} of their {readings} figures moved, no other")
    assert effective >= 50
    assert moves > 0.8 * readings


def _scaled(folder: Path, whole: Table, chosen: set[str]) -> Facts:
    """The facts with the chosen ones, ranges included, 3 % larger."""
    rows = damage.cells(folder / "facts.csv")
    places = [rows[0].index(name) for name in ("value", "low", "high")]
    for row in rows[1:]:
        for place in places if row[rows[0].index("id")] in chosen else ():
            if row[place]:
                row[place] = repr(float(row[place]) * 1.03)
    with damage.replaced(folder, "facts.csv", damage.as_csv(rows)):
        changed = Facts(folder)
        changed.table("facts")
        return changed


def _imports(module: str, seen: set[str]) -> set[str]:
    """A module of the package and all modules of it that it imports, directly or not."""
    if module in seen:
        return seen
    seen.add(module)
    for value in vars(importlib.import_module(module)).values():
        is_module = isinstance(value, ModuleType)
        other = str(value.__name__ if is_module else getattr(value, "__module__", ""))
        if other.startswith("analysis."):
            _imports(other, seen)
    return seen


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
    found = [*package.glob("*.py"), *package.glob("costs/*.py"), *package.glob("architecture/*.py")]
    return sorted(path for path in found if _constants(path))


@pytest.mark.parametrize("path", _models(), ids=lambda path: path.stem)
def test_a_changed_module_moves_only_figures_that_import_it(
    path: Path, facts: Facts, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = ".".join(path.relative_to(DATA.parent).with_suffix("").parts).removesuffix(".__init__")
    of_topic = {key: figures.definition(key).function.__module__ for key in published}
    users = {topic for topic in set(of_topic.values()) if name in _imports(topic, set())}
    everywhere = set().union(*(_imports(topic, set()) for topic in of_topic.values()))
    for constant, value in _constants(path).items():
        for module in everywhere | {name}:
            if vars(importlib.import_module(module)).get(constant) == value:
                monkeypatch.setattr(f"{module}.{constant}", value * 2)
    others = {key: found for key, found in published.items() if of_topic[key] not in users}
    assert _moved(facts, others) == set()
