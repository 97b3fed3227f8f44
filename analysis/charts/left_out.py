"""Pictures of what the $5.576 million leaves out."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.ladder import range_dots, records
from press.formats import format_number, format_range
from press.theme import COLOURS, COUNTS, finish


def ablations_chart(frame: pd.DataFrame, total: float) -> Any:
    """GPU-hours of the experiments that the reports tabulate, at published rates.

    Parameters
    ----------
    frame
        ``purpose``, ``size``, ``programme``, ``runs``, ``tokens`` and ``gpu_hours``.
    total
        GPU-hours of V3's official training.
    """
    shown = frame.assign(
        name=frame["purpose"] + ", " + frame["size"].str.split(" \\(").str[0],
        model="described in the " + frame["programme"] + " report",
    ).sort_values("gpu_hours", ascending=False)
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=list(shown["name"]), axis=None, scale=alt.Scale(paddingInner=0.68)),
        tooltip=[
            alt.Tooltip("purpose:N", title="Experiment"),
            alt.Tooltip("size:N", title="Model"),
            alt.Tooltip("runs:Q", title="Runs"),
            alt.Tooltip("tokens:Q", title="Tokens each", format="~s"),
            alt.Tooltip("gpu_hours:Q", title="GPU-hours", format=",.0f"),
        ],
    )
    bars = base.mark_bar().encode(
        x=alt.X("gpu_hours:Q", title="GPU-hours", axis=alt.Axis(labelExpr=COUNTS)),
        color=alt.Color(
            "model:N",
            title=None,
            scale=alt.Scale(
                domain=["described in the V3 report", "described in the V2 report"],
                range=[COLOURS["inferred"], COLOURS["neutral"]],
            ),
        ),
    )
    labels = base.mark_text(align="left", dy=-15).encode(x=alt.value(0), text="name:N")
    own = frame.loc[frame["programme"] == "V3", "gpu_hours"].sum()
    return finish(
        alt.layer(bars, labels).properties(width="container", height=40 * len(shown)),
        title=f"The experiments tabulated in the V3 report add {format_number(own / total, '.0%')} "
        "to its GPU-hours",
        alt="Bar chart of estimated GPU-hours by experiment, largest first: "
        + "; ".join(f"{r['name']} {format_number(r['gpu_hours'], ',.0')}" for r in records(shown))
        + ".",
        source="DeepSeek, V2 and V3 reports; GPU-hours: this report, at V2’s and 67B’s rates",
        table=shown[["programme", "purpose", "size", "runs", "tokens", "gpu_hours"]].rename(
            columns={
                "programme": "Report",
                "purpose": "Experiment",
                "size": "Model",
                "runs": "Runs",
                "tokens": "Tokens each",
                "gpu_hours": "GPU-hours (estimate)",
            }
        ),
    )


def factors_chart(frame: pd.DataFrame) -> Any:
    """Ratios of all compute to the final run, by who reports them.

    Parameters
    ----------
    frame
        ``label``, ``value``, ``low``, ``high`` [ratio] and ``standing``, smallest first.
    """
    rows = records(frame)
    shown = frame.assign(
        text=[
            f"{r['label']} · "
            + (
                format_number(r["value"], "~2x")
                if r["low"] == r["high"]
                else format_range(r["low"], r["high"], "~2x")
            )
            for r in rows
        ]
    )
    x = alt.X(
        "value:Q",
        title="all compute ÷ final run, logarithmic scale",
        scale=alt.Scale(type="log", domain=[1, 12], nice=False),
        axis=alt.Axis(values=[1, 2, 3, 4, 6, 8, 10, 12], tickCount=8, format="~f"),
    )
    tooltip = [
        alt.Tooltip("label:N", title="Source"),
        *(alt.Tooltip(f"{f}:Q", title=f, format=".2f") for f in ("value", "low", "high")),
    ]
    return finish(
        range_dots(shown, x, tooltip),
        title=f"Elsewhere, all compute was {format_number(frame['value'].min(), '~2')} to "
        f"{format_number(frame['value'].max(), '~2')} times the final run",
        alt="Dots with ranges on a logarithmic scale: " + "; ".join(shown["text"]) + ".",
        source="Morrison et al.; Epoch AI; Lambert; BotBeat on Epoch AI",
        table=frame[["label", "value", "low", "high", "standing"]].rename(
            columns={
                "label": "Who",
                "value": "All compute over final run",
                "standing": "Standing",
            }
        ),
    )
