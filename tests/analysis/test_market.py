"""The event study: published values, a series whose answer is known, and properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import market
from analysis.charts import nvidia as nvidia_charts
from analysis.figures.nvidia import event_days
from press import figures
from press.estimate import Estimate
from press.facts import Facts

prices = st.lists(st.floats(0.5, 2000), min_size=3, max_size=40)
daily = st.lists(st.floats(-0.2, 0.2), min_size=8, max_size=60)


def title(chart: Any) -> str:
    return str(chart.to_dict()["usermeta"]["title"])


# Published values


def test_the_fall_of_27_january_is_the_published_one() -> None:
    assert figures.value("nvidia.fall") == pytest.approx(-0.1697, abs=5e-5)  # press: -16.97 %
    assert figures.value("nvidia.rebound") == pytest.approx(0.0893, abs=5e-5)


def test_the_dollar_loss_is_the_one_that_bloomberg_gives() -> None:
    loss = figures.evaluate("nvidia.loss")
    assert loss.low is not None
    assert loss.high is not None
    assert loss.low <= 592.7e9 <= loss.high  # Bloomberg, January 2026
    assert round(loss.value / 1e9) == 593  # press, 28 January 2025


def test_the_smaller_printed_loss_follows_from_the_late_print() -> None:
    assert round(figures.value("nvidia.loss_late_print") / 1e9) == 589
    assert figures.value("nvidia.shares_behind_589") == pytest.approx(24.34e9, rel=1e-3)


def test_index_changes_agree_with_the_press() -> None:
    assert figures.value("nvidia.sp500_change") == pytest.approx(-0.0146, abs=5e-5)
    assert figures.value("nvidia.nasdaq_change") == pytest.approx(-0.0307, abs=5e-5)


def test_adjusted_and_unadjusted_prices_tell_the_same_returns() -> None:
    facts = Facts()
    plain = {r["date"]: r["close"] for r in facts.rows("share_prices", series="nvda")}
    adjusted = {
        r["date"]: r["close"]
        for r in facts.rows("price_history", series="nvda-adjusted")
        if r["date"] in plain
    }
    assert list(plain) == list(adjusted)
    np.testing.assert_allclose(
        market.simple_returns(list(plain.values())),
        market.simple_returns(list(adjusted.values())),
        atol=2e-6,
    )


def test_both_series_of_the_event_study_hold_the_same_days() -> None:
    facts = Facts()
    days = {
        series: [r["date"] for r in facts.rows("price_history", series=series)]
        for series in ("nvda-adjusted", "sp500")
    }
    assert days["nvda-adjusted"] == days["sp500"]
    assert days["sp500"] == sorted(set(days["sp500"]))


def test_every_larger_fall_is_larger_and_earlier() -> None:
    rows = Facts().rows("largest_falls")
    event = rows[-1]
    assert event["date"] == "2025-01-27"
    for row in rows[:-1]:
        assert row["after"] / row["before"] < event["after"] / event["before"], row["date"]


def test_charts_say_in_their_titles_what_the_figures_say() -> None:
    facts = Facts()
    losses = nvidia_charts.losses_chart(
        facts.rows("one_day_losses"),
        figures.value("nvidia.loss"),
        figures.value("nvidia.times_record"),
    )
    falls = nvidia_charts.falls_chart(
        facts.rows("largest_falls"), figures.value("nvidia.larger_falls")
    )
    days = nvidia_charts.event_chart(pd.DataFrame(event_days(facts, "2025-01-10", "2025-02-24")))
    prices = nvidia_charts.price_chart(
        facts.rows("price_history", series="nvda-adjusted"),
        {
            name: figures.value(f"nvidia.{name}")
            for name in ("fall", "rebound", "recovered_at_best", "four_weeks")
        },
    )
    assert "$593B" in title(losses)
    assert f"{figures.value('nvidia.larger_falls'):.0f} earlier" in title(falls)
    assert f"{-100 * figures.value('nvidia.abnormal_return'):.0f}" in title(days)
    assert f"{-100 * figures.value('nvidia.four_weeks'):.1f}" in title(prices)


# Known answers


def synthetic(beta: float, alpha: float, noise: float, days: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(27012025)
    index = random.normal(0.0004, 0.01, days)
    return alpha + beta * index + random.normal(0, noise, days), index


def test_an_exact_line_is_found_exactly() -> None:
    stock, index = synthetic(2.3, 0.001, 0.0, 50)
    model = market.fit_market_model(stock, index)
    assert model.beta == pytest.approx(2.3)
    assert model.alpha == pytest.approx(0.001)
    assert model.residual_sd == pytest.approx(0, abs=1e-12)


def test_a_noisy_line_and_a_planted_shock_are_found() -> None:
    stock, index = synthetic(1.8, 0.0005, 0.02, 2_000)
    model = market.fit_market_model(stock[:-1], index[:-1])
    assert abs(model.beta - 1.8) < 3 * model.beta_se
    assert model.residual_sd == pytest.approx(0.02, rel=0.05)
    shock = market.abnormal_return(model, [stock[-1] - 0.15], [index[-1]])
    plain = market.abnormal_return(model, [stock[-1]], [index[-1]])
    assert shock.value - plain.value == pytest.approx(-0.15)
    assert shock.high is not None
    assert shock.high < 0


def test_the_interval_covers_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    hits = 0
    for _ in range(1_000):
        index = random.normal(0, 0.01, 61)
        stock = 1.5 * index + random.normal(0, 0.02, 61)
        model = market.fit_market_model(stock[:60], index[:60])
        low, high = market.abnormal_return(model, stock[60:], index[60:], 0.9).bounds
        hits += low <= 0 <= high
    assert 870 <= hits <= 930


def test_the_fit_agrees_with_numpy() -> None:
    stock, index = synthetic(1.1, -0.002, 0.03, 90)
    model = market.fit_market_model(stock, index)
    slope, constant = np.polyfit(index, stock, 1)
    assert (model.beta, model.alpha) == (pytest.approx(slope), pytest.approx(constant))
    assert model.r_squared == pytest.approx(np.corrcoef(stock, index)[0, 1] ** 2)


# Properties


@given(prices)
def test_returns_lead_back_to_the_prices(values: list[float]) -> None:
    rebuilt = values[0] * np.cumprod(1 + market.simple_returns(values))
    np.testing.assert_allclose(rebuilt, values[1:], rtol=1e-9)
    assert market.log_returns(values).sum() == pytest.approx(
        math.log(values[-1] / values[0]), abs=1e-9
    )


@given(prices, st.floats(0.01, 100))
def test_returns_do_not_depend_on_the_unit_of_price(values: list[float], factor: float) -> None:
    scaled = [v * factor for v in values]
    np.testing.assert_allclose(
        market.simple_returns(scaled), market.simple_returns(values), atol=1e-9
    )


@given(daily, st.floats(-3, 3), st.floats(-0.01, 0.01))
def test_abnormal_returns_of_the_window_itself_sum_to_nothing(
    index: list[float], beta: float, alpha: float
) -> None:
    assume(np.ptp(index) > 1e-3)
    stock = [alpha + beta * m + 0.01 * (-1) ** i for i, m in enumerate(index)]
    model = market.fit_market_model(stock, index)
    assert market.abnormal_return(model, stock, index).value == pytest.approx(0, abs=1e-9)


@given(st.floats(-0.99, -0.001))
def test_a_recovery_undoes_the_fall(fall: float) -> None:
    gain = market.gain_to_recover(fall)
    assert (1 + fall) * (1 + gain) == pytest.approx(1)
    assert gain > -fall


@given(st.floats(1e6, 1e11), st.floats(1, 500), st.floats(0.01, 0.99))
def test_loss_and_shares_are_inverse(shares: float, before: float, left: float) -> None:
    after = before * left
    loss = market.market_value_lost(Estimate(shares, 0.9 * shares, 1.1 * shares), before, after)
    assert loss.bounds[0] <= loss.value <= loss.bounds[1]
    assert market.shares_behind(loss.value, before, after) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: market.simple_returns([1.0]), "two prices"),
        (lambda: market.simple_returns([1.0, -2.0]), "positive"),
        (lambda: market.fit_market_model([0.1, 0.2], [0.1]), "as many"),
        (lambda: market.fit_market_model([0.1] * 3, [0.1] * 3), "moves"),
        (lambda: market.fit_market_model([0.1] * 2, [0.1] * 2), "three days"),
        (lambda: market.gain_to_recover(0.1), "fall"),
        (lambda: market.shares_behind(1.0, 1.0, 2.0), "fall"),
    ],
)
def test_impossible_input_is_refused_in_words(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]
