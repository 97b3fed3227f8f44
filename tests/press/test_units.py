"""Units through arithmetic, and the arithmetic in words."""

import pytest

from press.arithmetic import arithmetic
from press.maths import log, maximum, minimum, total
from press.numbers import in_unit, named, read
from press.units import UnitError, Units

PRICE = read(2.0, "V3-009", "USD/GPU-hour")
HOURS = read(2_788_000.0, "V3-004", "GPU-hour")

UNITS = Units(
    {
        "1": "[]",
        "USD": "[USD]",
        "CNY": "[CNY]",
        "second": "[time]",
        "hour": "3600 * second",
        "day": "24 * hour",
        "GPU": "[GPU]",
        "GPU-hour": "GPU * hour",
        "USD/GPU-hour": "USD / GPU / hour",
        "CNY/USD": "CNY / USD",
        "FLOP": "[FLOP]",
        "person": "[]",
        "text": "",
        "broken": "USD / nothing",
    }
)


def test_a_unit_that_comes_out_is_accepted():
    UNITS.check((HOURS * PRICE / 1e6).node, "USD", "cost")
    UNITS.check((1 + read(0.2, "C", "1")).node, "person")
    UNITS.check((PRICE * named(24, "hours in a day", "hour") * read(8, "n", "GPU")).node, "USD")
    UNITS.check((read(7.0, "d", "day") / read(1.0, "h", "hour")).node, "1")
    UNITS.check(in_unit(read(3, "config.n", "1") * 2, "FLOP").node, "FLOP")
    UNITS.check(((read(7.0, "d", "day") ** 2) ** 0.5).node, "hour")
    UNITS.check((read(1.0, "unknown") * HOURS).node, "CNY")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: HOURS * PRICE, "comes out in USD, declared is CNY"),
        (lambda: HOURS + PRICE, "a sum of GPU · time (V3-004) and USD / GPU / time (V3-009)"),
        (lambda: 10.0**PRICE, "expected pure numbers: (10 ^ V3-009)"),
        (lambda: log(HOURS), "log of GPU · time"),
        (lambda: in_unit(HOURS, "CNY"), "V3-004 is in GPU · time, said to be CNY"),
        (lambda: minimum(HOURS, PRICE), "min of GPU · time (V3-004)"),
        (lambda: 1 - HOURS, "a difference of a pure number (1) and GPU · time (V3-004)"),
    ],
)
def test_a_unit_that_does_not_come_out_is_refused(build, message):
    with pytest.raises(UnitError) as error:
        UNITS.check(build().node, "CNY", "cost.x")
    assert message in str(error.value)
    assert "figure 'cost.x'" in str(error.value)


def test_units_without_a_definition_are_refused():
    with pytest.raises(UnitError, match="found unit 'acre', expected one of data/units.csv"):
        UNITS.dimension("acre")
    with pytest.raises(UnitError, match="unit 'broken': pint cannot read"):
        UNITS.dimension("broken")


# --- arithmetic in one line ---


@pytest.mark.parametrize(
    ("build", "unit", "line"),
    [
        (lambda: HOURS * PRICE, "USD", "2,788,000 GPU-hours × $2 = $5.576M"),
        (lambda: PRICE, "USD/GPU-hour", "$2"),
        (lambda: (HOURS - 788_000) * PRICE, "USD", "(2,788,000 GPU-hours − 788,000) × $2 = $4M"),
        (lambda: 1 / (1 - read(0.19, "C", "share")), "ratio", "1 ÷ (1 − 19\u202f%) = 1.235"),
        (lambda: PRICE - (PRICE - 1), "USD", "$2 − ($2 − 1) = $1"),
        (lambda: PRICE / (PRICE / 2), "1", "$2 ÷ ($2 ÷ 2) = 2"),
        (lambda: maximum(PRICE, 3), "USD", "greatest of ($2, 3) = $3"),
        (
            lambda: total([read(float(i), f"x{i}", "GPU") for i in range(1, 9)]),
            "GPU",
            "1 GPU + 2 GPUs + … (5 more) + 8 GPUs = 36 GPUs",
        ),
    ],
)
def test_arithmetic_is_a_short_line(build, unit, line):
    assert arithmetic(build().node, unit) == line


def test_long_arithmetic_is_folded_from_the_outside_in():
    prices = [read(float(i), f"p{i}", "USD") for i in range(2, 6)]
    deep = total(prices) * (HOURS / 4 - 2) + (prices[0] * prices[1] - prices[2])
    line = arithmetic(deep.node, "USD")
    assert line.endswith("= $9.758M")
    assert line.count("$") <= 7


def test_a_figure_within_is_one_term():
    hours = HOURS + read(5_000.0, "R1-004", "GPU-hour")
    line = arithmetic((hours * PRICE).node, "USD", {hours.node: "GPU-hour"})
    assert line == "2,793,000 GPU-hours × $2 = $5.586M"
