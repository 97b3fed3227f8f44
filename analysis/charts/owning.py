"""Pictures of owning a fleet."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from analysis.charts.ladder import DOLLARS, records
from analysis.charts.training_run import Rows, labelled, ranges_chart
from press.formats import format_number, format_range
from press.theme import finish


def versions_chart(cells: Rows) -> Any:
    """The sums of the SemiAnalysis table as first published and as corrected, by column."""
    frame = pd.DataFrame(
        {"sum": f"{what}, {version}", "chip": r["chip"], "usd": usd}
        for what in ("Capital", "Operation")
        for version in ("first", "corrected")
        for r in cells
        if version == "corrected" or r["key"] != "h100"
        for usd in [r["gpus"] * r["capex_usd_per_gpu"] if what == "Capital" else r["opex_usd"]]
    )
    sums = frame.groupby("sum", sort=False)["usd"].sum()
    missing = [format_number(usd, "$.0M") for usd in frame[frame["chip"] == "H100"]["usd"]]
    shown = sums.rename_axis("label").reset_index()
    shown["text"] = [
        format_number(usd, "$,.0M") + ", no H100s" * name.endswith("first")
        for name, usd in sums.items()
    ]
    spoken = "; ".join(f"{r['label']} {r['text']}" for r in records(shown))
    return finish(
        bars(
            shown,
            "usd",
            "US dollars, from unverified cells",
            axis=alt.Axis(tickCount=4, labelExpr=DOLLARS),
            tooltip=[alt.Tooltip("label:N", title="Sum"), alt.Tooltip("text:N", title="USD")],
        ),
        title=f"The first version left out a column: {missing[0]} of capital and {missing[1]} of "
        "operation (unverified)",
        alt=f"Bars of the sums, from unverified cells: {spoken}.",
        source="SemiAnalysis, table image (cells not seen in text); Glenn Luk",
        table=frame[["sum", "chip", "usd"]].rename(
            columns={"sum": "Sum", "chip": "Column", "usd": "USD (unverified)"}
        ),
    )


def owning_chart(frame: pd.DataFrame, stated_usd: float) -> Any:
    """The purchase of the claimed fleet by us and by SemiAnalysis, beside the documented one."""
    labels = {
        "owning.capex": "Documented H800",
        "owning.claimed_capex": "Claimed, our prices",
    }
    claim = {"label": "Claimed, as stated", "value": stated_usd, "standing": "claimed"}
    rows = pd.concat([labelled(frame, labels), pd.DataFrame([claim])], ignore_index=True)
    ours, stated = (format_number(usd, "$.1B") for usd in rows["value"][1:])
    ends = format_range(rows["low"][1], rows["high"][1], "$.1B")
    return ranges_chart(
        rows,
        x="USD (logarithmic scale)",
        spec="$,.0M",
        title=f"At our prices the claimed GPUs cost {ours} ({ends}); SemiAnalysis states {stated}",
        lead="Dot plot of purchase costs on a logarithmic scale",
        source="Our estimate from public prices; SemiAnalysis, DeepSeek Debates",
        log=True,
    )


def fire_flyer_chart(frame: pd.DataFrame) -> Any:
    """What ten thousand A100s cost, by four ways of knowing it."""
    rows = labelled(
        frame,
        {
            "owning.fire_flyer_usd": "As reported in yuan",
            "owning.fire_flyer_from_list": "Ratios × list price",
            "owning.a100_cell": "SemiAnalysis (unverified)",
            "owning.dgx_from_list": "DGX at list price",
        },
    )
    reported, rebuilt, cell, _ = (format_number(v, "$.0M") for v in rows["value"])
    return ranges_chart(
        rows,
        x="USD",
        spec="$,.0M",
        title=f"Fire-Flyer 2 cost about {rebuilt} to {reported}; the table’s A100 column says "
        f"{cell} (unverified)",
        lead="Dot plot of the cost of 10,000 A100",
        source="Reuters on High-Flyer; Fire-Flyer paper, Table III; SemiAnalysis, table image",
    )
