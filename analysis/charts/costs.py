"""Pictures of the $5.576 million: stages, prices, other yardsticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.ladder import DOLLARS, range_dots, records, short_usd, usd_tooltip
from press.formats import format_number, format_range
from press.theme import COLOURS, COUNTS, finish


def against(price: float, ends: Sequence[float]) -> str:
    """Where a price lies against some others, in words that follow the numbers.

    >>> against(2.0, [2.45, 3.95]), against(3.42, [2.45, 3.95]), against(4.0, [2.45, 3.95])
    ('below', 'among', 'above')
    """
    return "below" if price < min(ends) else "above" if price > max(ends) else "among"


KINDS = {
    "H800, GPU cloud": COLOURS["text"],
    "H100, GPU cloud": COLOURS["accent"],
    "H100, large cloud": COLOURS["neutral"],
    "H100, market level": COLOURS["bad"],
}
"""Colours of the kinds of prices: none of them is one of evidence."""


def stages_chart(frame: pd.DataFrame, pretraining_share: float) -> Any:
    """GPU-hours and rental cost of the stages of V3's training.

    Parameters
    ----------
    frame
        ``stage``, ``gpu_hours`` and ``usd``, in the order of the run.
    pretraining_share
        The figure ``costs.pretraining_share``.
    """
    rows = records(frame)
    share = format_number(pretraining_share, ".0%")
    shown = frame.assign(
        text=[
            f"{r['stage']} · {format_number(r['gpu_hours'], ',.0')} · {short_usd(r['usd'])}"
            for r in rows
        ]
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("stage:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.66)),
        tooltip=[
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("gpu_hours:Q", title="H800 GPU-hours", format=","),
            alt.Tooltip("usd:Q", title="USD", format="$,.0f"),
        ],
    )
    bars = base.mark_bar(color=COLOURS["documented"]).encode(
        x=alt.X("gpu_hours:Q", title="H800 GPU-hours, documented", axis=alt.Axis(labelExpr=COUNTS))
    )
    labels = base.mark_text(align="left", dy=-20).encode(x=alt.value(0), text="text:N")
    return finish(
        alt.layer(bars, labels).properties(width="container", height=52 * len(frame)),
        title=f"Pre-training took {share} of the GPU-hours and so of the dollars",
        alt="Bar chart of GPU-hours by stage: " + "; ".join(shown["text"]) + ".",
        source="DeepSeek, V3 report, Table 1",
        table=frame.rename(columns={"stage": "Stage", "gpu_hours": "H800 GPU-hours", "usd": "USD"}),
    )


def rental_prices_chart(
    frame: pd.DataFrame, stated: float, owner: tuple[float, float], window: tuple[str, str]
) -> Any:
    """Dated prices of an H100- or H800-hour against the report's price and an owner's cost.

    Parameters
    ----------
    frame
        Rows of ``data/rental_prices.csv``.
    stated
        Price that the report assumes [USD/GPU-hour].
    owner
        Low and high of what an hour costs an owner [USD/GPU-hour].
    window
        First and last day of the months that the text compares.
    """
    kinds = {"specialist": "GPU cloud", "hyperscaler": "large cloud", "market": "market level"}
    days = [f"{d}-15" if len(d) == 7 else f"{d}-02-01" if len(d) == 4 else d for d in frame["date"]]
    shown = frame.assign(
        kind=[f"{r['gpu']}, {kinds[r['segment']]}" for r in records(frame)],
        day=pd.to_datetime(days),
    )
    margin = pd.Timedelta(days=45)
    span = [(shown["day"].min() - margin).isoformat(), (shown["day"].max() + margin).isoformat()]
    scale = alt.Scale(type="log", domain=[0.8, 14], nice=False)
    axis = alt.Axis(values=[1, 2, 3, 4, 6, 8, 12], format="$~f", tickCount=7)
    y = alt.Y("usd_per_gpu_hour:Q", title=None, scale=scale, axis=axis)
    lines = pd.DataFrame([{"y": stated, "low": owner[0], "high": owner[1]}])
    spans = pd.DataFrame([{"from": pd.Timestamp(window[0]), "to": pd.Timestamp(window[1])}])
    months = (
        alt.Chart(spans)
        .mark_rect(color=COLOURS["line"], opacity=0.45)
        .encode(x=alt.X("from:T"), x2="to:T")
    )
    band = (
        alt.Chart(lines)
        .mark_rect(color=COLOURS["inferred"], opacity=0.18)
        .encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    )
    rule = (
        alt.Chart(lines)
        .mark_rule(color=COLOURS["documented"], strokeWidth=2)
        .encode(y=alt.Y("y:Q", scale=scale))
    )
    note = (
        alt.Chart(lines)
        .mark_text(align="right", dy=-8, color=COLOURS["documented"])
        .encode(x=alt.value("width"), y=alt.Y("y:Q", scale=scale))
    )
    names = note.encode(
        text=alt.value(f"{format_number(stated, '$.2')} in the V3 report, documented")
    )
    below = (
        alt.Chart(lines)
        .mark_text(align="left", color=COLOURS["inferred"])
        .encode(
            x=alt.value(4),
            y=alt.YDatum(0.9, scale=scale),
            text=alt.value(f"owner’s cost, inferred: {format_range(*owner, '$.2')}"),
        )
    )
    order = shown.sort_values("day")
    dear = order.loc[order.groupby("kind")["usd_per_gpu_hour"].idxmax()].set_index("kind")
    ends = order.groupby("kind").tail(1).set_index("kind")
    h800, cloud, large, market = KINDS
    right = pd.concat([ends.loc[[h800]], dear.loc[[cloud, large]]]).reset_index()
    left = ends.loc[[market]].reset_index()
    points = alt.Chart(shown).encode(
        x=alt.X(
            "day:T",
            title=None,
            scale=alt.Scale(domain=span),
            axis=alt.Axis(format="%Y", tickCount="year"),
        ),
        y=y,
        color=alt.Color("kind:N", scale=alt.Scale(domain=list(KINDS), range=list(KINDS.values()))),
        tooltip=[
            alt.Tooltip("gpu:N", title="GPU"),
            alt.Tooltip("provider:N", title="Provider"),
            alt.Tooltip("term:N", title="Contract"),
            alt.Tooltip("date:N", title="Date"),
            alt.Tooltip("usd_per_gpu_hour:Q", title="USD/GPU-hour", format="$.2f"),
        ],
    )
    labels = [
        points.mark_text(align=align, dx=dx).encode(text="kind:N").properties(data=rows)
        for rows, align, dx in ((right, "left", 9), (left, "right", -9))
    ]
    listed = [
        row["usd_per_gpu_hour"]
        for row in records(frame)
        if window[0][:7] <= row["date"] <= window[1]
        and (row["segment"], row["term"]) == ("specialist", "on-demand")
    ]
    cheapest, dearest = min(listed), max(listed)
    side, cost = against(stated, listed), against(stated, owner)
    beside = {"above": "above", "below": "below", "among": "within"}[cost]
    return finish(
        alt.layer(
            months, band, rule, points.mark_circle(size=75, opacity=0.9), names, below, *labels
        ).properties(width="container", height=320),
        title=f"{format_number(stated, '$.2')} was {side} the prices that GPU clouds listed then "
        f"({format_range(cheapest, dearest, '$.2')}) and {beside} what a busy hour costs an owner",
        alt=f"Scatter chart of {len(frame)} dated rental prices of H100 and H800 from 2023 to "
        "2026 on a logarithmic scale. In the shaded months around the run the listed prices of GPU "
        f"clouds lie from {format_number(cheapest, '$.2')} to "
        f"{format_number(dearest, '$.2')}; {format_number(stated, '$.2')} is {side} them and "
        f"{beside} the band of an owner’s cost ({format_range(*owner, '$.2')}). Prices of large "
        "clouds and market levels reported by the press are drawn besides.",
        unit="US dollars for a GPU-hour, logarithmic; shaded: the months around the run",
        source="Epoch AI, hardware prices; trade press (table below); owner’s cost: this report",
        table=frame[["date", "gpu", "provider", "term", "usd_per_gpu_hour", "evidence"]].rename(
            columns={
                "date": "Date",
                "gpu": "GPU",
                "provider": "Provider",
                "term": "Contract",
                "usd_per_gpu_hour": "USD per GPU-hour",
                "evidence": "Evidence",
            }
        ),
    )


def one_run_chart(frame: pd.DataFrame) -> Any:
    """The same GPU-hours at different prices of an hour.

    Parameters
    ----------
    frame
        ``label``, ``value``, ``low``, ``high`` [USD] and ``standing``.
    """
    frame = frame.sort_values("value")
    rows = records(frame)
    shown = frame.assign(
        text=[f"{r['label']} · {short_usd(r['value'], r['low'], r['high'])}" for r in rows]
    )
    x = alt.X(
        "value:Q",
        title="US dollars for the whole run",
        axis=alt.Axis(labelExpr=DOLLARS, tickCount=5),
    )
    tooltip = [alt.Tooltip("label:N", title="Price"), *usd_tooltip()]
    ratio = format_number(rows[-1]["value"] / rows[0]["value"], ".0")
    return finish(
        range_dots(shown, x, tooltip),
        title=f"The price of an hour alone moves the same run by a factor of {ratio}",
        alt=f"Dots with ranges for the cost of the same GPU-hours at {len(frame)} prices: "
        + "; ".join(shown["text"])
        + ".",
        source="DeepSeek, V3 report; Epoch AI; Finansavisen on the Financial Times; this report",
        table=frame[["label", "value", "low", "high", "standing"]].rename(
            columns={"label": "Price of an hour", "value": "USD", "standing": "Standing"}
        ),
    )
