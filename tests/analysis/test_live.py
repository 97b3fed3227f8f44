"""Live figures: their graphs give with other inputs what the figures give when computed again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from press import figures, graph_json
from press.estimate import Estimate
from press.facts import Facts
from press.graph import Node, addresses, evaluate_all, inputs, movable
from press.numbers import plain
from press.publishing import graphs

AT_LEAST = 400
EVERY = pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.slow), 25])
"""All inputs take minutes; one in so many is looked at each time."""


@pytest.fixture(scope="module")
def live(published: dict[str, figures.Figure]) -> dict[str, figures.Figure]:
    return {key: found for key, found in published.items() if found.live}


def computed(key: str, facts: Facts) -> list[float]:
    """A figure's value and ends, by its function alone."""
    result = figures.definition(key).function(facts.recording())
    ends = result if isinstance(result, Estimate) else Estimate(result)
    return [plain(end) for end in (ends.value, ends.low, ends.high) if end is not None]


def others(value: float) -> Iterator[float]:
    """A tenth more and less; for whole numbers the nearest that may do."""
    if isinstance(value, int):
        yield from {round(value * 1.1), value * 2, value + 1, value - 1, value // 2} - {value, 0}
    else:
        yield from (value * 1.1, value * 0.9)


def outcomes(
    facts: Facts, address: str, value: float, keys: list[str]
) -> Iterator[tuple[Any, ...]]:
    """New value, figure and what the figure is then, where it can be computed at all."""
    found = 0
    for to in others(value):
        changed = facts.assuming({address: to})
        try:
            made = [(to, key, computed(key, changed)) for key in keys]
        except ValueError:  # no such model: heads that do not share out, an end beyond its range
            continue
        yield from made
        found += 1
        if found == 2:
            return


def test_most_figures_are_live_and_the_others_say_why(published: dict[str, figures.Figure]) -> None:
    silent = [k for k, f in published.items() if not f.live and not figures.definition(k).untraced]
    assert silent == [], "compute these with press.maths, or say `untraced=` why not"
    needless = [k for k, f in published.items() if f.live and figures.definition(k).untraced]
    assert needless == []
    assert sum(found.live for found in published.values()) >= AT_LEAST


@EVERY
def test_graphs_follow_every_input(
    facts: Facts, live: dict[str, figures.Figure], every: int
) -> None:
    users: dict[str, list[str]] = defaultdict(list)
    values: dict[str, float] = {}
    for key, found in live.items():
        moves = set(movable(*found.graph))
        for part in inputs(*found.graph):
            if part.data.address not in moves or part.data.unit == "date":
                continue
            if key not in users[part.data.address]:
                users[part.data.address].append(key)
            if part.data.end == "value":
                values[part.data.address] = part.value
    wrong = []
    for address, keys in list(users.items())[::every]:
        if address not in values:
            continue
        for to, key, again in outcomes(facts, address, values[address], keys):
            graph = {str(i): root for i, root in enumerate(live[key].graph)}
            moved = list(evaluate_all(graph, {address: to}).values())
            if len(again) == 1:
                moved = moved[:1]
            same = pytest.approx(again, rel=1e-9, abs=1e-12)
            if [moved[0], *sorted(moved[1:])] != same:
                wrong.append(f"{key}: {address} = {to:g} gives {again}, its graph {moved}")
    assert wrong == []


@EVERY
def test_what_was_read_and_is_no_input_moves_nothing(
    facts: Facts, live: dict[str, figures.Figure], every: int
) -> None:
    dropped: dict[tuple[str, float], list[str]] = defaultdict(list)
    for key, found in live.items():
        known = set(addresses(*found.graph))
        for row in found.read:
            for address, value in numbers_of(facts, row):
                if address not in known:
                    dropped[address, value].append(key)
    wrong = []
    for (address, value), keys in list(dropped.items())[::every]:
        for to, key, again in outcomes(facts, address, value, keys):
            before = [root.value for root in live[key].graph][: len(again)]
            if again != pytest.approx(before, rel=1e-12):
                wrong.append(f"{key} moves with {address} = {to:g} and its graph does not hold it")
    assert wrong == []


def numbers_of(facts: Facts, row: str) -> Iterator[tuple[str, float]]:
    """The addresses of the numbers in a fact or a row."""
    if "/" not in row:
        fact = facts[row] if row in facts.table("facts").by_key else None
        if fact and not isinstance(fact.value, str):
            yield row, plain(fact.value)
        return
    name, _, key = row.partition("/")
    for column, cell in facts.row(name, key).items():
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            yield f"{row}.{column}", plain(cell)


def test_units_come_out_and_no_graph_is_lost_unnamed_or_twice(
    facts: Facts, published: dict[str, figures.Figure]
) -> None:
    assert graphs.problems(list(published.values()), facts) == []


def test_all_graphs_fit_in_one_small_file(live: dict[str, figures.Figure]) -> None:
    import gzip

    roots: dict[str, list[Node]] = {key: list(found.graph) for key, found in live.items()}
    text = graph_json.dumps(roots)
    assert len(gzip.compress(text.encode(), 9)) <= 120_000
    assert {k: list(v) for k, v in graph_json.loads(text).items()} == roots
