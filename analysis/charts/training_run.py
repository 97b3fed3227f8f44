"""Pictures of the run: rebuilds, peaks, export windows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from analysis.charts.ladder import range_dots
from press.formats import format_number, format_range
from press.theme import COLOURS, COUNTS, finish

Rows = Sequence[Mapping[str, Any]]


MEANING = {"low": "Low", "high": "High", "standing": "Standing", "label": "What"}


def labelled(frame: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Figures as rows of a chart, in the order of their labels."""
    rows = frame.set_index("key").loc[list(labels)]
    rows = rows.assign(label=list(labels.values()))
    return rows[["label", "value", "low", "high", "standing"]].reset_index(drop=True)


def ranges_chart(
    rows: pd.DataFrame, *, x: str, spec: str, title: str, lead: str, source: str, log: bool = False
) -> Any:
    """A dot for each value on a line from low to high, in the order of the rows."""
    drawn = rows.assign(
        low=pd.to_numeric(rows["low"]).fillna(rows["value"]),
        high=pd.to_numeric(rows["high"]).fillna(rows["value"]),
    )
    drawn["text"] = [
        f"{r.label} · {format_number(r.value, spec)}"
        + (f" ({format_range(r.low, r.high, spec)})" if r.high > r.low else "")
        for r in drawn.itertuples()
    ]
    ends = [math.log10(drawn["low"].min()), math.log10(drawn["high"].max())]
    decades = [10.0**k for k in range(math.floor(ends[0]), math.ceil(ends[1]) + 1)]
    ticks = {"values": decades} if log else {"tickCount": 4}
    scale = alt.Scale(type="log", domain=[decades[0], decades[-1]]) if log else alt.Scale(zero=True)
    axis = alt.Axis(labelExpr=COUNTS, **ticks)
    tooltip = [alt.Tooltip("text:N", title="What")]
    return finish(
        range_dots(drawn, alt.X("value:Q", title=x, scale=scale, axis=axis), tooltip),
        title=title,
        alt=f"{lead}: {'; '.join(drawn['text'])}.",
        source=source,
        table=rows.rename(columns={**MEANING, "value": x.partition(" (")[0]}),
    )


def rebuild_chart(frame: pd.DataFrame, reported: float, spread: float) -> Any:
    """How far rebuilds of the pre-training GPU-hours lie from the report, within five per cent."""
    rebuilds = {
        "training_run.gpu_hours_from_rate": "Rate × tokens",
        "training_run.gpu_hours_from_tokens_per_day": "Tokens per day",
        "training_run.gpu_hours_from_flops": "FLOPs and MFU",
    }
    outside = {
        "training_run.gpu_hours_at_typical_mfu": "at Llama 3.1’s MFU",
        "training_run.trace_gpu_hours": "at the trace’s rate",
    }
    rows = labelled(frame, rebuilds | outside)
    rows["away"] = rows["value"] / reported - 1
    rows["text"] = [
        f"{format_number(r.away, '+.1%')}: {format_number(r.value, ',.0/K thousand')}"
        for r in rows.itertuples()
    ]
    near, far = rows.iloc[: len(rebuilds)], rows.iloc[len(rebuilds) :]
    base = alt.Chart(near).encode(
        y=alt.Y("label:N", sort=None, title=None),
        x=alt.X(
            "away:Q",
            title=None,
            scale=alt.Scale(domain=[-0.05, 0.05]),
            axis=alt.Axis(format="+%", values=[-0.05, -0.025, 0, 0.025, 0.05]),
        ),
        tooltip=[alt.Tooltip("label:N", title="What"), alt.Tooltip("text:N", title="Result")],
    )
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule().encode(x="x:Q")
    beyond = "; ".join(
        f"{label} {format_number(away, '+.0%')}"
        for label, away in zip(far["label"], far["away"], strict=True)
    )
    return finish(
        alt.layer(
            zero,
            base.mark_circle(size=110, opacity=1, color=COLOURS["accent"]),
            base.mark_text(align="left", dx=10).encode(text="text:N"),
        ).properties(width="container", height=alt.Step(34)),
        title=f"Three rebuilds agree with the reported hours within {format_number(spread, '.1%')}",
        unit=f"Difference from the reported {format_number(reported, ',.0/K thousand')} H800 "
        f"GPU-hours; beyond the scale: {beyond}",
        alt="Dots of rebuilt pre-training GPU-hours against the report: "
        + "; ".join(f"{r.label} {r.text}" for r in rows.itertuples())
        + ".",
        source="DeepSeek, V3 report and ISCA 2025 paper; Meta, Llama 3 paper; our counts",
        table=rows[["label", "value", "away", "standing"]].rename(
            columns={**MEANING, "value": "H800 GPU-hours", "away": "Difference"}
        ),
    )


MIX = "Peak for its mix"
"""The name of the bar for the run's own mix of number formats."""


def peaks_chart(achieved: float, peaks: Mapping[str, float]) -> Any:
    """What each GPU did beside what it could do at most."""
    rates = {"Achieved in the run": achieved, **peaks}
    rows = pd.DataFrame({"rate": list(rates), "flops": list(rates.values())})
    rows["mfu"] = [format_number(achieved / p, ".1%") for p in rows["flops"]]
    rows["text"] = [
        f"{p / 1e12:,.0f} TFLOP/s" if p == achieved else f"MFU {share}"
        for p, share in zip(rows["flops"], rows["mfu"], strict=True)
    ]
    chart = bars(
        rows,
        "flops",
        "FLOP/s for each GPU",
        row="rate",
        lit=["Achieved in the run"],
        axis=alt.Axis(labelExpr=COUNTS, tickCount=4),
        tooltip=[
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("flops:Q", title="FLOP/s", format=".4s"),
            alt.Tooltip("mfu", title="MFU"),
        ],
    )
    spoken = "; ".join(f"{r.rate} {r.text}" for r in rows.itertuples())
    by_name = dict(zip(rows["rate"], rows["mfu"], strict=True))
    return finish(
        chart,
        title=f"The run used {by_name['BF16 peak']} of the H800’s BF16 peak and "
        f"{by_name[MIX]} of what its own mix of formats allows",
        alt=f"Bar chart of what each GPU did and could do at most: {spoken}.",
        source="DeepSeek, ISCA 2025 paper and V3 report; Epoch AI, chip data",
        table=rows[["rate", "flops", "mfu"]].rename(
            columns={"rate": "Rate", "flops": "FLOP/s", "mfu": "Run ÷ rate"}
        ),
    )


def day(date: str) -> str:
    """A date as a reader says it; the first of September is ``"1 Sep 2022"``."""
    return f"{pd.Timestamp(date):%-d %b %Y}"


def windows_chart(rows: Rows) -> Any:
    """When each chip could be sold to China without a licence."""
    columns = {"chip": "Chip", "sold_from": "Sold from", "sold_until": "Licence needed from"}
    frame = pd.DataFrame(rows)[[*columns, "event"]]
    sold = frame.dropna(subset=["sold_from"])
    spans = pd.to_datetime(sold["sold_until"]) - pd.to_datetime(sold["sold_from"])
    days = dict(zip(sold["chip"], spans.dt.days, strict=True))
    frame["text"] = [
        f"{day(r.sold_from)} – {day(r.sold_until)}: {days[r.chip]:,} days"
        if r.chip in days
        else f"needs a licence from {day(r.sold_until)}, before its sale began"
        for r in frame.itertuples()
    ]
    base = alt.Chart(frame).encode(
        y=alt.Y("chip:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.66)),
        tooltip=[alt.Tooltip(c, title=t) for c, t in {**columns, "event": "What happened"}.items()],
    )
    frame["name"] = frame["chip"] + " · " + frame["text"]
    layers = alt.layer(
        base.mark_bar(height=14).encode(x=alt.X("sold_from:T", title=None), x2="sold_until:T"),
        base.mark_tick(thickness=3, size=22, color=COLOURS["bad"]).encode(x="sold_until:T"),
        base.mark_text(align="left", dy=-19).encode(x=alt.value(0), text="name:N"),
    )
    never = ", ".join(c for c in frame["chip"] if c not in days)
    spoken = "; ".join(f"{r.chip} until {r.sold_until}" for r in frame.itertuples())
    return finish(
        layers.properties(width="container", height=48 * len(frame)),
        unit="Days of sale to China without a licence; red: the rule that ended it",
        title=f"The H800 could be sold to China for {days['H800']} days, the {never} never",
        alt=f"Timeline of licence-free sale to China: {spoken}. The {never} was barred before it "
        "came out.",
        source="Epoch AI, chip data (releases); Nvidia filings as quoted by the press (ends)",
        table=frame[[*columns, "event"]].rename(columns={**columns, "event": "What happened"}),
    )
