"""Pictures of the run: rebuilds, peaks, export windows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from press.formats import format_number, format_range
from press.theme import COLOURS, COUNTS, finish, legend_columns, standing_scale

Rows = Sequence[Mapping[str, Any]]


LABEL_PX = 260
"""Wide enough that the static picture cuts no label: it takes a letter for 0.8 of its height."""


MEANING = {"low": "Low", "high": "High", "standing": "Standing", "label": "What"}


def labelled(frame: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Figures as rows of a chart, in the order of their labels."""
    rows = frame.set_index("key").loc[list(labels)]
    rows = rows.assign(label=list(labels.values()))
    return rows[["label", "value", "low", "high", "standing"]].reset_index(drop=True)


def _range_chart(
    rows: pd.DataFrame, *, x: str, spec: str, title: str, lead: str, source: str, log: bool = False
) -> Any:
    """A dot for each value on a line from low to high, in the order of the rows."""
    drawn = rows.assign(
        low=pd.to_numeric(rows["low"]).fillna(rows["value"]),
        high=pd.to_numeric(rows["high"]).fillna(rows["value"]),
        shown=[format_number(v, spec) for v in rows["value"]],
    )
    drawn["range"] = [
        format_range(a, b, spec) for a, b in zip(drawn["low"], drawn["high"], strict=True)
    ]
    present = [s for s in standing_scale().domain if s in set(rows["standing"])]
    ends = [math.log10(drawn["low"].min()), math.log10(drawn["high"].max())]
    decades = [10.0**k for k in range(math.floor(ends[0]), math.ceil(ends[1]) + 1)]
    ticks = {"values": decades} if log else {"tickCount": 4}
    scale = alt.Scale(type="log", domain=[decades[0], decades[-1]]) if log else alt.Scale(zero=True)
    axis = alt.Axis(labelExpr=COUNTS, **ticks)
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        color=alt.Color(
            "standing:N",
            scale=standing_scale(),
            title=None,
            legend=alt.Legend(symbolOpacity=1, values=present, columns=legend_columns(2)),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="What"),
            alt.Tooltip("shown:N", title=x),
            alt.Tooltip("range:N", title="Range"),
        ],
    )
    spans = base.mark_rule(strokeWidth=4, opacity=0.4)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x="value:Q")
    words = base.mark_text(dy=-11).encode(
        x="value:Q", text="shown:N", color=alt.value(COLOURS["text"])
    )
    layers = alt.layer(
        spans.encode(x=alt.X("low:Q", title=x, scale=scale, axis=axis), x2="high:Q"), dots, words
    )
    spoken = "; ".join(f"{r.label} {r.shown}" for r in drawn.itertuples())
    return finish(
        layers.properties(width="container", height=alt.Step(36)),
        title=title,
        alt=f"{lead}: {spoken}.",
        source=source,
        table=rows.rename(columns={**MEANING, "value": x.partition(" (")[0]}),
    )


def rebuild_chart(frame: pd.DataFrame, reported: float, spread: float) -> Any:
    """The pre-training GPU-hours as reported, as rebuilt and as an outsider would predict them."""
    rebuilds = {
        "training_run.gpu_hours_from_rate": "Rate × tokens",
        "training_run.gpu_hours_from_tokens_per_day": "Tokens per day",
        "training_run.gpu_hours_from_flops": "FLOPs and MFU",
        "training_run.gpu_hours_at_typical_mfu": "At Llama 3.1’s MFU",
        "training_run.trace_gpu_hours": "At the trace’s rate",
    }
    report = {"label": "Reported", "value": reported, "standing": "documented"}
    rows = pd.concat([pd.DataFrame([report]), labelled(frame, rebuilds)], ignore_index=True)
    return _range_chart(
        rows,
        x="H800 GPU-hours",
        spec=",.0/K thousand",
        title=f"Three rebuilds agree with the reported hours within {format_number(spread, '.1%')}",
        lead="Dot plot of pre-training GPU-hours",
        source="DeepSeek, V3 report and ISCA 2025 paper; Meta, Llama 3 paper; our counts",
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
    base = alt.Chart(rows).encode(
        y=alt.Y("rate:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        x=alt.X(
            "flops:Q",
            title="FLOP/s for each GPU",
            axis=alt.Axis(labelExpr=COUNTS, tickCount=4),
            scale=alt.Scale(domain=[0, rows["flops"].max() * 1.3]),
        ),
        tooltip=[
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("flops:Q", title="FLOP/s", format=".4s"),
            alt.Tooltip("mfu", title="MFU"),
        ],
    )
    own = alt.datum.rate == "Achieved in the run"
    colour = alt.condition(own, alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"]))
    layers = alt.layer(
        base.mark_bar(height=20).encode(color=colour),
        base.mark_text(align="left", dx=5).encode(text="text:N"),
    )
    spoken = "; ".join(f"{r.rate} {r.text}" for r in rows.itertuples())
    by_name = dict(zip(rows["rate"], rows["mfu"], strict=True))
    return finish(
        layers.properties(width="container", height=alt.Step(34)),
        title=f"The run used {by_name['BF16 peak']} of the H800’s BF16 peak and "
        f"{by_name[MIX]} of what its own mix of formats allows",
        alt=f"Bar chart of what each GPU did and could do at most: {spoken}.",
        source="DeepSeek, ISCA 2025 paper and V3 report; Epoch AI, chip data",
        table=rows[["rate", "flops", "mfu"]].rename(
            columns={"rate": "Rate", "flops": "FLOP/s", "mfu": "Run ÷ rate"}
        ),
    )


def windows_chart(rows: Rows) -> Any:
    """When each chip could be sold to China without a licence."""
    columns = {"chip": "Chip", "sold_from": "Sold from", "sold_until": "Licence needed from"}
    frame = pd.DataFrame(rows)[[*columns, "event"]]
    sold = frame.dropna(subset=["sold_from"])
    spans = pd.to_datetime(sold["sold_until"]) - pd.to_datetime(sold["sold_from"])
    days = dict(zip(sold["chip"], spans.dt.days, strict=True))
    y = alt.Y("chip:N", sort=list(frame["chip"]), title=None)
    tips = [alt.Tooltip(c, title=t) for c, t in {**columns, "event": "What happened"}.items()]
    bars = alt.Chart(sold).mark_bar(height=16, color=COLOURS["documented"])
    ends = alt.Chart(frame).mark_tick(thickness=3, size=22, color=COLOURS["bad"])
    layers = alt.layer(
        bars.encode(y=y, x=alt.X("sold_from:T", title=None), x2="sold_until:T", tooltip=tips),
        ends.encode(y=y, x="sold_until:T", tooltip=tips),
    )
    never = ", ".join(c for c in frame["chip"] if c not in days)
    spoken = "; ".join(f"{r.chip} until {r.sold_until}" for r in frame.itertuples())
    return finish(
        layers.properties(width="container", height=alt.Step(32)),
        title=f"The H800 could be sold to China for {days['H800']} days, the {never} never",
        alt=f"Timeline of licence-free sale to China: {spoken}. The {never} was barred before it "
        "came out.",
        source="Epoch AI, chip data (releases); Nvidia filings as quoted by the press (ends)",
        table=frame.rename(columns={**columns, "event": "What happened"}),
    )
