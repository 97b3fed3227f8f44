"""Charts of 27 January 2025: the loss, the falls, the price and the event study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.formats import format_number
from press.theme import COLOURS, finish

EVENT, LAST = "2025-01-27", "2025-02-24"


def losses_chart(losses: Sequence[Mapping[str, Any]], loss_usd: float, times_record: float) -> Any:
    """The largest one-day losses of market value, with that of 27 January at the official close.

    Parameters
    ----------
    losses
        Rows of the table ``one_day_losses``.
    loss_usd
        The loss of 27 January 2025 as this report computes it [USD].
    times_record
        The figure ``nvidia.times_record``.
    """
    frame = pd.DataFrame(
        {
            "day": f"{row['company']} {row['date']}",
            "date": row["date"],
            "loss": (loss_usd if row["date"] == EVENT else row["loss_usd"]) / 1e9,
            "change": row["change"],
        }
        for row in losses
    ).sort_values("loss", ascending=False)
    frame["text"] = [
        f"${r.loss:,.0f}B"
        + ("" if pd.isna(r.change) else f" ({format_number(float(r.change), '.1%')})")
        for r in frame.itertuples()
    ]
    tips = [alt.Tooltip("day:N", title="Company and day"), alt.Tooltip("text:N", title="Loss")]
    chart = bars(
        frame, "loss", "Loss in a day, billion US dollars (change of the price)", row="day",
        lit=[f"Nvidia {EVENT}"], tooltip=tips,
    )  # fmt: skip
    size, times = format_number(loss_usd, "$.0B"), format_number(times_record, ".1x")
    return finish(
        chart,
        title=f"Nvidia lost {size} of market value in a day, {times} the record until then",
        alt=f"Bar chart of the largest one-day losses of market value. Nvidia on 27 January 2025, "
        f"{size}, is the longest bar by far; Microsoft on 29 January 2026 comes second.",
        source="Investopedia, Sherwood News, AInvest; 27 January computed from closes and shares",
        table=frame.assign(change=frame["change"] * 100)
        .round({"loss": 1})
        .rename(
            columns={
                "day": "Company and day",
                "loss": "Loss, billion US dollars",
                "change": "Change of the price, per cent",
            }
        )
        .drop(columns=["date", "text"]),
    )


def falls_chart(falls: Sequence[Mapping[str, Any]], larger_falls: float) -> Any:
    """Nvidia's largest one-day falls in per cent that were found, largest first.

    Parameters
    ----------
    falls
        Rows of the table ``largest_falls``.
    larger_falls
        The figure ``nvidia.larger_falls``.
    """
    frame = pd.DataFrame(
        {"date": row["date"], "fall": row["after"] / row["before"] - 1} for row in falls
    ).sort_values("fall")
    larger = format_number(larger_falls, ".0")
    deepest = pd.Timestamp(frame["date"].iloc[0])
    shown = frame.assign(
        label=[f"{pd.Timestamp(date):%-d %b %Y}" for date in frame["date"]],
        text=[format_number(fall, ".1%") for fall in frame["fall"]],
    )
    tips = [alt.Tooltip("label:N", title="Day"), alt.Tooltip("text:N", title="Change")]
    lit = [f"{pd.Timestamp(EVENT):%-d %b %Y}"]
    axis = alt.Axis(format="%")
    chart = bars(shown, "fall", "Change in a day", lit=lit, axis=axis, tooltip=tips)
    return finish(
        chart,
        title=f"In per cent, Nvidia had fallen further on at least {larger} earlier days",
        alt=f"Bar chart of Nvidia's largest one-day falls in per cent. {larger} earlier days show "
        f"a larger fall than 27 January 2025; the largest was on {deepest:%-d %B %Y}.",
        source="Nvidia daily prices since 1999, adjusted for splits and dividends",
        table=frame.assign(fall=(frame["fall"] * 100).round(1)).rename(
            columns={"date": "Day", "fall": "Change of the price, per cent"}
        ),
    )


FIRST, V3, R1 = "2024-12-20", "2024-12-26", "2025-01-21"
"""First day of the line; V3's report; the first trading day after R1's release, a holiday."""


def price_chart(prices: Sequence[Mapping[str, Any]], said: Mapping[str, float]) -> Any:
    """Nvidia's close from 20 December 2024 to 24 February 2025, with what happened on the line.

    Parameters
    ----------
    prices
        Rows of the table ``price_history`` of the series ``nvda-adjusted``.
    said
        The figures ``nvidia.fall``, ``rebound``, ``recovered_at_best`` and ``four_weeks`` by
        their short names.
    """
    frame = pd.DataFrame(
        {"date": row["date"], "close": row["close"]}
        for row in prices
        if FIRST <= str(row["date"]) <= LAST
    )
    close = frame.set_index("date")["close"]
    days = list(close.index)
    before = float(close[days[days.index(EVENT) - 1]])
    after = close[days[days.index(EVENT) + 1] :]
    best = str(after.idxmax())
    frame["change"] = frame["close"] / before - 1
    words = {name: format_number(value, "+.1%") for name, value in said.items()}
    recovered = format_number(said["recovered_at_best"], ".0%")
    notes: list[tuple[str, list[str], str, int, int]] = [
        (V3, ["V3’s report"], "left", -24, 72),
        (R1, ["R1 is out"], "right", -6, -14),
        (EVENT, ["27 January:", words["fall"]], "right", -10, 0),
        (str(after.index[0]), ["the day after:", words["rebound"]], "right", -30, 0),
        (best, ["20 February: best close,", f"{recovered} made up"], "right", 16, -34),
        (days[-1], ["24 February:", words["four_weeks"]], "right", 12, 30),
    ]
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=4))
    y = alt.Y(
        "close:Q",
        title=None,
        scale=alt.Scale(zero=False, padding=28),
        axis=alt.Axis(format="$.0f"),
    )
    line = (
        alt.Chart(frame)
        .mark_line(color=COLOURS["neutral"])
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("date:T", title="Day", format="%-d %B %Y"),
                alt.Tooltip("close:Q", title="Close, US dollars", format=".2f"),
                alt.Tooltip("change:Q", title="Against 24 January", format="+.1%"),
            ],
        )
    )
    rule = (
        alt.Chart(pd.DataFrame({"close": [before]}))
        .mark_rule(strokeDash=[4, 4], color=COLOURS["line"])
        .encode(y="close:Q")
    )
    layers = [rule, line]
    for date, text, align, dx, dy in notes:
        at = alt.Chart(pd.DataFrame({"date": [date], "close": [float(close[date])]}))
        bold = date == EVENT
        colour = COLOURS["accent"] if bold else COLOURS["text"]
        label = at.mark_text(
            align=align, dx=dx, dy=dy, fontSize=16 if bold else 13, lineHeight=17, text=text,
            fontWeight="bold" if bold else "normal", color=colour,
        )  # fmt: skip
        layers += [
            at.mark_circle(size=110 if bold else 60, color=colour, opacity=1).encode(x=x, y=y),
            label.encode(x=x, y=y),
        ]
    side = "below" if said["four_weeks"] < 0 else "above"
    gap = format_number(abs(said["four_weeks"]), ".1%")
    return finish(
        alt.layer(*layers).properties(width="container", height=420),
        title=f"A month after V3’s report the share fell by "
        f"{format_number(abs(said['fall']), '.1%')} in a day; four weeks on it stood {gap} {side} "
        "its close before",
        alt="Line of Nvidia’s closing price, with notes: "
        + "; ".join(" ".join(text) for _, text, *_ in notes)
        + ". A dashed line marks the close of 24 January 2025.",
        unit="Closing price of a share, US dollars",
        source="Nvidia closes in US dollars, adjusted for dividends; per cent from the closes as "
        "printed; dashed: close of 24 January",
        table=frame.assign(change=(frame["change"] * 100).round(1)).rename(
            columns={
                "date": "Day",
                "close": "Close, US dollars",
                "change": "Against 24 January, per cent",
            }
        ),
    )


def event_chart(returns: pd.DataFrame) -> Any:
    """Abnormal returns day by day with the band in which usual days lie.

    Parameters
    ----------
    returns
        Columns ``date``, ``abnormal``, ``low`` and ``high`` (the 95 % interval of the abnormal
        return of that day) [share].
    """
    frame = returns.assign(unusual=(returns["low"] > 0) | (returns["high"] < 0))
    event = frame.loc[frame["date"] == EVENT].iloc[0]
    encoded = alt.Chart(frame).encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=4)),
        color=alt.condition(
            "datum.unusual", alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"])
        ),
    )
    tooltip = [
        alt.Tooltip("date:T", title="Day", format="%-d %B %Y"),
        alt.Tooltip("abnormal:Q", title="Abnormal return", format="+.1%"),
        alt.Tooltip("low:Q", title="95 % interval from", format="+.1%"),
        alt.Tooltip("high:Q", title="to", format="+.1%"),
    ]
    axis = alt.Y("low:Q", title="Abnormal return", axis=alt.Axis(format="+%"))
    spans = encoded.mark_rule(strokeWidth=2).encode(y=axis, y2="high:Q", tooltip=tooltip)
    points = encoded.mark_point(size=45).encode(y="abnormal:Q", tooltip=tooltip)
    marked = frame[frame["unusual"]].assign(
        text=[
            f"{pd.Timestamp(r.date):%-d %b}: {format_number(r.abnormal, '+.0%')} "
            f"({format_number(r.low, '+.0%')} to {format_number(r.high, '+.0%')})"
            for r in frame[frame["unusual"]].itertuples()
        ]
    )
    notes = (
        alt.Chart(marked)
        .mark_text(align="left", dx=9, color=COLOURS["accent"])
        .encode(x="date:T", y="abnormal:Q", text="text:N")
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule().encode(y="zero:Q")
    days = [f"{pd.Timestamp(d):%-d %B}" for d in frame.loc[frame["unusual"], "date"]]
    value = format_number(float(event["abnormal"]), "+.0%")
    return finish(
        alt.layer(zero, spans, points, notes).properties(width="container", height=260),
        title=f"Beyond the market, 27 January cost the share {value.lstrip('−')}; "
        f"of {len(frame)} days, {len(days)} were unusual",
        alt=f"Abnormal return of each day with its 95 % interval. The interval leaves zero out on "
        f"{', '.join(days)}; on 27 January 2025 the abnormal return is {value}.",
        source="Nvidia (adjusted) and S&P 500 closes; market model over 120 trading days",
        table=pd.DataFrame(
            {
                "Day": frame["date"],
                "Abnormal return, per cent": (frame["abnormal"] * 100).round(1),
                "95 % interval from": (frame["low"] * 100).round(1),
                "to": (frame["high"] * 100).round(1),
            }
        ),
    )
