"""The registry: keys, recorded inputs, ranges, and the published values that it must yield."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from press import figures
from press.facts import Facts
from press.publishing import export, graphs, known
from press.tables import EVIDENCE, DataError
from tests.conftest import settled


@pytest.fixture(scope="module")
def records(facts: Facts, published: dict[str, figures.Figure]) -> dict[str, dict[str, Any]]:
    """The published figures as the committed edition has them."""
    return {r["key"]: r for r in export.as_published(published.values(), facts)}


def test_every_figure_is_finite_within_its_range_and_has_inputs(
    published: dict[str, figures.Figure], facts: Facts
) -> None:
    units = facts.table("units").by_key
    for key, figure in published.items():
        assert math.isfinite(figure.value), key
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high, key
        assert figure.unit in units, key
        assert figure.title.endswith("."), f"{key}: the docstring's first sentence is the title"
        assert figure.facts, f"{key} reads no fact: a figure is a function of facts"
        assert figure.evidence in EVIDENCE


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError, match="no figure 'cost.nothing'"):
        figures.evaluate("cost.nothing")
    with pytest.raises(KeyError, match="no figure 'nowhere.at_all'"):
        figures.evaluate("nowhere.at_all")


def test_a_headline_rests_on_no_unverified_fact(facts: Facts) -> None:
    weak = next(r["id"] for r in facts.table("facts").rows if r["evidence"] == "unverified")

    def function(found: Facts) -> float:
        """A headline on sand."""
        found[weak]
        return 1.0

    module = function.__module__.rpartition(".")[2]
    key = f"{module}.sand"
    figures.figure(unit="1", formula="x", headline=True, name="sand")(function)
    try:
        with pytest.raises(ValueError, match="reads unverified facts"):
            figures.evaluate(key, facts)
    finally:
        del figures._REGISTRY[key]


def test_evaluation_is_pure(published: dict[str, figures.Figure]) -> None:
    again = figures.evaluate_all(Facts())
    assert {f.key: f for f in again} == published


def test_the_committed_edition_is_current(records: dict[str, dict[str, Any]]) -> None:
    before = {r["key"]: r for r in export.committed()}
    after = json.loads(export.to_json(records))
    settled(export.moved(before, after), "Run `make figures` and commit book/figures.json")


def test_another_price_moves_exactly_the_figures_that_read_it(
    records: dict[str, dict[str, Any]],
) -> None:
    before = records
    after = {r["key"]: r for r in export.figure_records(Facts(overrides={"V3-009": 4.5}))}
    moved = {line.partition(":")[0] for line in export.moved(before, after)}
    readers = {key for key, record in before.items() if "V3-009" in record["facts"]}
    assert moved
    assert moved <= readers


def test_the_same_value_moves_nothing(records: dict[str, dict[str, Any]]) -> None:
    same = {"V3-009": Facts().value("V3-009")}
    after = {r["key"]: r for r in export.figure_records(Facts(overrides=same))}
    assert export.moved(records, after) == []


# --- refused with file and line ---

PLACE = r"tests/press/test_figures\.py:\d+"


def refused(
    monkeypatch: pytest.MonkeyPatch, function: figures.FigureFunction, unit: str = "USD"
) -> list[str]:
    """What is wrong with a figure that is made for the test."""
    monkeypatch.setattr(figures, "_REGISTRY", dict(figures._REGISTRY))
    figures.figure(unit=unit)(function)
    return graphs.problems([figures.evaluate(f"test_figures.{function.__name__}")], Facts())


def test_a_unit_that_does_not_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def hours(facts: Facts) -> float:
        """GPU-hours that are said to be dollars."""
        return facts.v3.gpu_hours_total * 2

    (line,) = refused(monkeypatch, hours)
    assert re.match(rf"{PLACE}: figure 'test_figures.hours': the arithmetic comes out in ", line), (
        line
    )


def test_a_fact_that_is_used_and_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    paid = float(Facts().value("V3-009")) * 1.2345678

    def total(facts: Facts) -> float:
        """A price that the figure does not read."""
        return facts.v3.gpu_hours_total * paid

    line = refused(monkeypatch, total)[0]
    said = re.escape(f"{PLACE}: figure 'test_figures.total' uses {paid:.9g}"[len(PLACE) :])
    assert re.match(PLACE + said, line), line
    assert "no fact that it names" in line


def test_a_figure_that_uses_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_REGISTRY", dict(figures._REGISTRY))

    @figures.figure(unit="USD")
    def here(facts: Facts) -> float:
        """A figure that needs the other."""
        return there(facts) + 1

    @figures.figure(unit="USD")
    def there(facts: Facts) -> float:
        """A figure that needs the one."""
        return figures.value("test_figures.here", facts) - 1

    way = "it uses itself: test_figures.here → test_figures.there → test_figures.here"
    with pytest.raises(figures.FigureError, match=rf"\({PLACE}\): .*{way}"):
        figures.evaluate("test_figures.here")
    assert figures._running == []


def test_a_name_that_is_used_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = '@figure(unit="USD")\ndef cost(facts):\n    """A cost."""\n    return 1.0\n'
    (tmp_path / "analysis" / "figures").mkdir(parents=True)
    (tmp_path / "analysis" / "figures" / "x.py").write_text(one * 2, encoding="utf-8")
    monkeypatch.setattr(known, "ROOT", tmp_path)
    (line,) = known.twice()
    assert line.startswith("analysis/figures/x.py:7: figure 'x.cost' has the name of the one at ")


def test_a_name_of_a_fact_that_is_used_twice(data: Path) -> None:
    path = data / "facts.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("v3.gpus_per_node,", "v3.gpus,", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"facts\.csv:\d+.*v3\.gpus"):
        Facts(data).table("facts")
