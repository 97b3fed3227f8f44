"""Pictures of what the $5.576 million leaves out."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.ladder import range_dots, records
from press.formats import format_number, format_range
from press.theme import COLOURS, COUNTS, TableView, finish, table


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
        name=frame["purpose"]
        + ", "
        + frame["size"].str.split(" \\(").str[0]
        + " · "
        + [format_number(hours, ",.0") for hours in frame["gpu_hours"]]
    ).sort_values("gpu_hours", ascending=False)
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.68)),
        tooltip=[
            alt.Tooltip("purpose:N", title="Experiment"),
            alt.Tooltip("size:N", title="Model"),
            alt.Tooltip("runs:Q", title="Runs"),
            alt.Tooltip("tokens:Q", title="Tokens each", format="~s"),
            alt.Tooltip("gpu_hours:Q", title="GPU-hours", format=",.0f"),
        ],
    )
    bars = base.mark_bar().encode(
        x=alt.X(
            "gpu_hours:Q",
            title="GPU-hours, inferred; amber: in the V3 report, grey: in V2’s",
            axis=alt.Axis(labelExpr=COUNTS),
        ),
        color=alt.condition(
            alt.datum.programme == "V3",
            alt.value(COLOURS["inferred"]),
            alt.value(COLOURS["neutral"]),
        ),
    )
    labels = base.mark_text(align="left", dy=-15).encode(x=alt.value(0), text="name:N")
    own = frame.loc[frame["programme"] == "V3", "gpu_hours"].sum()
    return finish(
        alt.layer(bars, labels).properties(width="container", height=40 * len(shown)),
        title=f"The experiments tabulated in the V3 report add {format_number(own / total, '.0%')} "
        "to its GPU-hours",
        alt="Bar chart of estimated GPU-hours by experiment, largest first: "
        + "; ".join(shown["name"])
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
    """Ratios of all compute to the final run, by who reports them, and all of them together.

    Parameters
    ----------
    frame
        ``analysis.figures.left_out.ratios_frame``: ``label``, ``value``, ``low``, ``high`` and
        ``standing``, smallest first, the mixture last.
    """
    rows = records(frame)
    shown = frame.assign(
        text=[
            f"{r['label']} · {format_number(r['value'], '~2')} "
            f"({format_range(r['low'], r['high'], '~2')})"
            for r in rows
        ]
    )
    x = alt.X(
        "value:Q",
        title="all compute ÷ final run, logarithmic scale",
        scale=alt.Scale(type="log", domain=[1, 16], nice=False),
        axis=alt.Axis(values=[1, 2, 3, 4, 6, 8, 10, 16], tickCount=8, format="~f"),
    )
    tooltip = [
        alt.Tooltip("label:N", title="Source"),
        *(alt.Tooltip(f"{f}:Q", title=f, format=".2f") for f in ("value", "low", "high")),
    ]
    published = frame["value"].iloc[:-1]
    return finish(
        range_dots(shown, x, tooltip),
        title=f"Elsewhere, all compute was {format_number(published.min(), '~2')} to "
        f"{format_number(published.max(), '~2')} times the final run; weighted, "
        f"{format_number(rows[-1]['value'], '~2')}",
        alt="Dots with ranges on a logarithmic scale: " + "; ".join(shown["text"]) + ".",
        source="Morrison et al.; Epoch AI; Lambert; Luccioni et al.; Denain and Wu; Dobson",
        table=frame[["label", "value", "low", "high", "weight", "standing"]].rename(
            columns={
                "label": "Who",
                "value": "All compute over final run",
                "weight": "Weight",
                "standing": "Standing",
            }
        ),
    )


def ratios_table(frame: pd.DataFrame) -> TableView:
    """Every published ratio with its weight, and why."""
    rows = [
        {
            "Who": r["label"],
            "Ratio (range)": f"{format_number(r['value'], '.1')} "
            f"({format_range(r['low'], r['high'], '.1')})",
            "In": r["basis"],
            "Weight": format_number(r["weight"], ".0%"),
            "Why; grade": f"{r['reason']} ({r['evidence']})",
        }
        for r in records(frame)
        if r["reason"]
    ]
    return table(
        pd.DataFrame(rows),
        caption="All published ratios of all compute to the final run, and their weights",
        note="Where the source gives no interval, the range is ours: a quarter either way for one "
        "model or family, half for a company.",
    )
