"""The registry: keys, recorded inputs, ranges, and the published values that it must yield."""

from __future__ import annotations

import json
import math

import pytest

from press import figures
from press.facts import Facts
from press.publishing import export
from press.tables import EVIDENCE


@pytest.fixture(scope="module")
def published(facts: Facts) -> dict[str, figures.Figure]:
    return {figure.key: figure for figure in figures.evaluate_all(facts)}


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


def test_the_committed_edition_is_current(facts: Facts) -> None:
    before = {r["key"]: r for r in export.committed()}
    after = json.loads(export.to_json({r["key"]: r for r in export.figure_records(facts)}))
    assert export.moved(before, after) == [], "run `make figures` and commit book/figures.json"


def test_another_price_moves_exactly_the_figures_that_read_it() -> None:
    before = {r["key"]: r for r in export.figure_records(Facts())}
    after = {r["key"]: r for r in export.figure_records(Facts(overrides={"V3-009": 4.0}))}
    moved = {line.partition(":")[0] for line in export.moved(before, after)}
    readers = {key for key, record in before.items() if "V3-009" in record["facts"]}
    assert moved
    assert moved <= readers


def test_the_same_value_moves_nothing() -> None:
    before = {r["key"]: r for r in export.figure_records(Facts())}
    after = {r["key"]: r for r in export.figure_records(Facts(overrides={"V3-009": 2.0}))}
    assert export.moved(before, after) == []
