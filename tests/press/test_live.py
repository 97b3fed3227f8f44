"""The page computes what the graphs give in Python, and refuses what is no number."""

from __future__ import annotations

import random
from typing import Any

import pytest

from press import figures
from press.facts import Facts
from press.graph import GraphError, Node, evaluate_all, inputs, movable

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def graphs(facts: Facts) -> dict[str, tuple[Node, ...]]:
    return {found.key: found.graph for found in figures.evaluate_all(facts) if found.live}


def test_sixty_random_changes_agree(
    browser: Any, address: str, graphs: dict[str, tuple[Node, ...]]
) -> None:
    known = {}
    for ends in graphs.values():
        moves = set(movable(*ends))
        for part in inputs(*ends):
            place = part.data
            if place.address in moves and place.unit != "date" and place.end == "value":
                known[place.address] = float(part.value)
    roots = {f"{k}@{i}": node for k, ends in graphs.items() for i, node in enumerate(ends)}
    page = browser.new_page()
    page.goto(f"{address}index.html")
    draw = random.Random(18)
    for _ in range(60):
        names = draw.sample(sorted(known), draw.choice([1, 2, 3]))
        changes = {name: known[name] * draw.choice([0.5, 1.25, 2.0]) for name in names}
        try:
            expected = evaluate_all(roots, changes)
        except GraphError:
            continue
        for key, found in page.evaluate("c => window.report.assume(c)", changes).items():
            assert found["value"] == pytest.approx(expected[f"{key}@0"], rel=1e-9), (key, changes)
    page.close()


@pytest.mark.parametrize("value", ["", "abc", "1e308", "-1", "NaN", "<script>"])
def test_hostile_values_change_nothing_and_say_why(browser: Any, address: str, value: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}costs.html")
    said = page.evaluate("v => report.assume({'V3-009': v}).catch(e => e.message)", value)
    assert "expected" in said
    assert page.locator(".moved").count() == 0
    page.close()
