"""Figures of 27 January 2025: the fall, the loss, its rank and the event study."""

from __future__ import annotations

from analysis import market
from analysis.market import MarketModel
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import above, maximum, minimum, total
from press.numbers import in_unit, number, whole

EVENT, BEFORE, AFTER = "2025-01-27", "2025-01-24", "2025-01-28"


LAST = "2025-02-24"
"""The last trading day of the four weeks that begin with the event."""


WINDOW, LONG_WINDOW, CONFIDENCE = (
    "event_study.estimation_days",
    "event_study.estimation_days_long",
    "event_study.confidence_level",
)
"""The facts that hold our choices: lengths of the estimation windows, and the intervals."""


GAP = 11
"""Trading days from the last day of the estimation window to the event."""


def close(facts: Facts, day: str, series: str = "nvda") -> float:
    """The close of a day [USD/stock or index points]."""
    return number(facts.row("share_prices", f"{series}-{day}")["close"])


def fall_on(facts: Facts, day: str, before: str) -> float:
    """The return of Nvidia's share from one close to another [share]."""
    return close(facts, day) / close(facts, before) - 1


def loss_of_value(facts: Facts) -> Estimate:
    """Shares outstanding times the fall of 27 January in dollars a share [USD]."""
    return market.market_value_lost(
        facts.estimate("nvidia.shares_outstanding_year_end"),
        close(facts, BEFORE),
        close(facts, EVENT),
    )


def index_return(facts: Facts) -> float:
    """The return of the S&P 500 on 27 January [share]."""
    days, _, index = daily_returns(facts)
    return index[days.index(EVENT)]


def daily_returns(facts: Facts) -> tuple[list[str], list[float], list[float]]:
    """Days, Nvidia's returns with dividends and those of the S&P 500, January 2024 on [share]."""
    days, columns = [], []
    for series in ("nvda-adjusted", "sp500"):
        rows = facts.rows("price_history", series=series)
        days = [str(row["date"]) for row in rows][1:]
        columns.append(market.simple_returns([row["close"] for row in rows]).tolist())
    return days, columns[0], columns[1]


def usual_returns(facts: Facts, window: str = WINDOW, event: str = EVENT) -> MarketModel:
    """The market model of the window's days, which end eleven trading days before ``event``."""
    days, stock, index = daily_returns(facts)
    end = days.index(event) - GAP + 1
    start = end - whole(facts.value(window))
    return market.fit_market_model(stock[start:end], index[start:end])


def abnormal(facts: Facts, first: str, last: str, window: str = WINDOW) -> Estimate:
    """The cumulative abnormal return from ``first`` to ``last``, with its interval [share]."""
    days, stock, index = daily_returns(facts)
    start, end = days.index(first), days.index(last) + 1
    model = usual_returns(facts, window, min(first, EVENT))
    confidence = facts.value(CONFIDENCE)
    return market.abnormal_return(model, stock[start:end], index[start:end], confidence)


@figure(unit="share", headline=True)
def fall(facts: Facts) -> float:
    """Fall of Nvidia's share price on 27 January 2025."""
    return fall_on(facts, EVENT, BEFORE)


@figure(unit="USD/stock")
def close_before(facts: Facts) -> float:
    """Nvidia's last close before the fall, on 24 January 2025."""
    return close(facts, BEFORE)


@figure(unit="USD/stock")
def close_event(facts: Facts) -> float:
    """Nvidia's official close on 27 January 2025."""
    return close(facts, EVENT)


@figure(unit="USD/stock")
def fall_per_share(facts: Facts) -> float:
    """Fall of Nvidia's share price on 27 January 2025 in dollars a share."""
    return close(facts, BEFORE) - close(facts, EVENT)


@figure(unit="USD", headline=True)
def loss(facts: Facts) -> Estimate:
    """Market value that Nvidia lost on 27 January 2025."""
    return loss_of_value(facts)


@figure(unit="USD")
def loss_half_range(facts: Facts) -> float:
    """How far the rounded number of shares leaves the loss of 27 January open, either way."""
    low, high = loss_of_value(facts).bounds
    return (high - low) / 2


@figure(unit="USD")
def loss_late_print(facts: Facts) -> Estimate:
    """The loss of 27 January at the price that CNBC-derived reports print instead of the close."""
    return market.market_value_lost(
        facts.estimate("nvidia.shares_outstanding_year_end"),
        close(facts, BEFORE),
        facts.nvidia.share_price_cnbc,
    )


@figure(unit="stock")
def shares_behind_589(facts: Facts) -> float:
    """Shares that the printed loss of market value would take at the official closes."""
    return market.shares_behind(
        facts.nvidia.market_value_loss, close(facts, BEFORE), close(facts, EVENT)
    )


@figure(unit="ratio")
def times_record(facts: Facts) -> Estimate:
    """Loss of 27 January against the largest one-day loss before it."""
    earlier = [r["loss_usd"] for r in facts.rows("one_day_losses") if r["date"] < EVENT]
    return loss_of_value(facts).scaled(1 / maximum(*earlier))


@figure(unit="ratio")
def times_next(facts: Facts) -> Estimate:
    """Loss of 27 January against the largest one-day loss found after it, Microsoft's."""
    return loss_of_value(facts).scaled(
        1 / facts.row("one_day_losses", "msft-2026-01-29")["loss_usd"]
    )


@figure(unit="day")
def larger_falls(facts: Facts) -> float:
    """Days on which Nvidia fell by more per cent than on 27 January 2025, at least."""
    changes = {r["date"]: r["after"] / r["before"] - 1 for r in facts.rows("largest_falls")}
    days = total(above(changes[EVENT], change) for change in changes.values())
    return number(in_unit(days, "day"))


@figure(unit="share")
def largest_fall(facts: Facts) -> float:
    """The largest one-day fall of Nvidia's share that was found, on 6 August 2004."""
    changes: list[float] = [r["after"] / r["before"] - 1 for r in facts.rows("largest_falls")]
    return minimum(*changes)


@figure(unit="share")
def rebound(facts: Facts) -> float:
    """Rise of Nvidia's share price on 28 January 2025."""
    return fall_on(facts, AFTER, EVENT)


@figure(unit="share")
def gain_to_recover(facts: Facts) -> float:
    """The gain that would have undone the fall of 27 January."""
    return market.gain_to_recover(fall_on(facts, EVENT, BEFORE))


@figure(unit="share")
def four_weeks(facts: Facts) -> float:
    """Nvidia's share price four weeks after the fall against the last close before it."""
    return fall_on(facts, LAST, BEFORE)


@figure(
    unit="share",
)
def recovered_at_best(facts: Facts) -> float:
    """Share of the fall that had been made up at the best close of the four weeks."""
    closes = [
        number(r["close"]) for r in facts.rows("share_prices", series="nvda") if r["date"] > EVENT
    ]
    return (maximum(*closes) - close(facts, EVENT)) / (close(facts, BEFORE) - close(facts, EVENT))


@figure(unit="ratio")
def volume_ratio(facts: Facts) -> float:
    """Shares traded on 27 January against an average day of the later weeks."""
    rows = facts.rows("share_prices", series="nvda")
    later = [r["volume"] for r in rows if r["date"] >= "2025-02-05"]
    traded: float = facts.row("share_prices", f"nvda-{EVENT}")["volume"]
    return number(traded / (total(later) / len(later)))


@figure(
    unit="share",
    formula="close of the S&P 500 on 27 January ÷ close on 24 January − 1",
    untraced="a table of daily closes, kept whole",
)
def sp500_change(facts: Facts) -> float:
    """Change of the S&P 500 on 27 January 2025."""
    return index_return(facts)


@figure(unit="share")
def nasdaq_change(facts: Facts) -> float:
    """Change of the Nasdaq Composite on 27 January 2025."""
    return close(facts, EVENT, "nasdaq") / close(facts, BEFORE, "nasdaq") - 1


@figure(
    unit="share",
    formula="Nvidia's return − return of the S&P 500",
    untraced="a table of daily closes, kept whole",
)
def adjusted_return(facts: Facts) -> float:
    """Market-adjusted return of Nvidia on 27 January 2025."""
    return fall_on(facts, EVENT, BEFORE) - index_return(facts)


@figure(
    unit="1",
    formula="slope of the market model",
    untraced="a regression over daily closes",
    kind="interval",
)
def beta(facts: Facts) -> Estimate:
    """Nvidia's beta over the 120 trading days that end on 8 January 2025, ± two standard errors."""
    model = usual_returns(facts)
    return Estimate(model.beta, model.beta - 2 * model.beta_se, model.beta + 2 * model.beta_se)


@figure(
    unit="share",
    formula="standard deviation of the market model's residuals",
    untraced="a regression over daily closes",
)
def usual_noise(facts: Facts) -> float:
    """What Nvidia's share usually moved in a day beyond the market, one standard deviation."""
    return usual_returns(facts).residual_sd


@figure(
    unit="share",
    formula="alpha + beta × return of the S&P 500 on 27 January",
    untraced="a regression over daily closes",
)
def expected(facts: Facts) -> float:
    """The return that the market model expects of Nvidia on 27 January 2025."""
    return usual_returns(facts).expected(index_return(facts))


@figure(
    unit="share",
    headline=True,
    formula="return − (alpha + beta × return of the S&P 500); 95 % prediction interval",
    untraced="a regression over daily closes",
    kind="interval",
)
def abnormal_return(facts: Facts) -> Estimate:
    """Abnormal return of Nvidia on 27 January 2025, by the market model."""
    return abnormal(facts, EVENT, EVENT)


@figure(
    unit="share",
    formula="the same with an estimation window of 250 trading days",
    untraced="a regression over daily closes",
    kind="interval",
)
def abnormal_return_250(facts: Facts) -> Estimate:
    """Abnormal return of 27 January 2025 with an estimation window of 250 days."""
    return abnormal(facts, EVENT, EVENT, window=LONG_WINDOW)


@figure(
    unit="1",
    formula="abnormal return ÷ its standard error",
    untraced="a regression over daily closes",
)
def t_statistic(facts: Facts) -> float:
    """Abnormal return of 27 January 2025 in standard errors."""
    days, stock, index = daily_returns(facts)
    day = days.index(EVENT)
    return market.t_statistic(usual_returns(facts), [stock[day]], [index[day]])


@figure(
    unit="share",
    formula="sum of the abnormal returns from 27 January to 24 February; 95 % interval",
    untraced="a regression over daily closes",
    kind="interval",
)
def abnormal_four_weeks(facts: Facts) -> Estimate:
    """Cumulative abnormal return over the four weeks that begin with the fall."""
    return abnormal(facts, EVENT, LAST)


@figure(
    unit="share",
    formula="abnormal return of 27 December 2024; window ends eleven trading days before",
    untraced="a regression over daily closes",
    kind="interval",
)
def abnormal_after_v3(facts: Facts) -> Estimate:
    """Abnormal return on the first trading day after the V3 report."""
    return abnormal(facts, "2024-12-27", "2024-12-27")


@figure(
    unit="share",
    formula="abnormal return of 21 January 2025; window ends eleven trading days before",
    untraced="a regression over daily closes",
    kind="interval",
)
def abnormal_after_r1(facts: Facts) -> Estimate:
    """Abnormal return on the first trading day after the release of R1."""
    return abnormal(facts, "2025-01-21", "2025-01-21")


def event_days(facts: Facts, first: str, last: str) -> list[dict[str, object]]:
    """Abnormal return with its interval for each trading day from ``first`` to ``last``."""
    days, stock, index = daily_returns(facts)
    model, confidence = usual_returns(facts), facts.value(CONFIDENCE)
    rows: list[dict[str, object]] = []
    for day in range(days.index(first), days.index(last) + 1):
        found = market.abnormal_return(model, [stock[day]], [index[day]], confidence)
        low, high = found.bounds
        rows.append({"date": days[day], "abnormal": found.value, "low": low, "high": high})
    return rows
