"""Prices of an hour: what is said beside them follows the numbers."""

import pandas as pd
import pytest

from analysis.charts.costs import against, rental_prices_chart
from press import figures
from press.facts import Facts

FACTS = Facts()
PRICES = pd.DataFrame([dict(row) for row in FACTS.rows("rental_prices")])


def title(price: float) -> str:
    chart = rental_prices_chart(PRICES, price, (0.9, 1.4), ("2024-07-01", "2025-03-31"))
    return str(chart.to_dict()["usermeta"]["title"])


def test_the_title_changes_with_the_price() -> None:
    assert "$2.00 was below the prices" in title(2.0)
    assert "$3.42 was among the prices" in title(3.42)
    assert "$5.00 was above the prices" in title(5.0)
    assert "within what a busy hour costs" in title(1.2)


@pytest.mark.parametrize(("price", "side"), [(1.0, "below"), (2.0, "among"), (3.1, "above")])
def test_against(price: float, side: str) -> None:
    assert against(price, [2.0, 3.0]) == side


def test_a_chinese_node_at_its_printed_yearly_rent_would_cost_cents() -> None:
    month = figures.value("costs.china_h100_price", FACTS)
    assert month == pytest.approx(1.66, abs=0.01)
    assert month / 12 == pytest.approx(0.14, abs=0.01)  # why a month must be meant
