"""Pictures of the fleet: counts, sources, capacity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.training_run import Rows, _range_chart, labelled
from press.formats import format_number
from press.theme import COLOURS, finish


def counts_chart(rows: Rows, inferred: Mapping[str, float]) -> Any:
    """Who put how many GPUs on record, in the order of time, then what follows by arithmetic."""
    said = [
        {
            "label": f"{r['who']} ({str(r['date'])[:4]})",
            "value": float(r["gpus"]),
            **{c: r[c] for c in ("low", "high", "standing", "chip", "date")},
        }
        for r in rows
    ]
    ours = [{"label": n, "value": v, "standing": "inferred"} for n, v in inferred.items()]
    frame = pd.DataFrame(said + ours)
    own = frame[frame["standing"] == "documented"].groupby("chip")["value"].max()
    most = frame[frame["standing"] == "claimed"]["value"].max()
    return _range_chart(
        frame,
        x="GPUs (logarithmic scale)",
        spec=",.0",
        title=f"Documented: {own['A100']:,.0f} A100 and {own['H800']:,.0f} H800. "
        f"Claimed: up to {most:,.0f} GPUs",
        lead="Dot plot of GPU counts on a logarithmic scale",
        source="Each row’s own source",
        log=True,
    )


def sources_chart(rows: Rows) -> Any:
    """Where the counts of 50,000 GPUs and more come from: a tree with its root on top."""
    by_key = {r["key"]: r for r in rows}
    dots: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []

    def place(key: str, depth: int, parent_y: int) -> None:
        row, y = by_key[key], len(dots)
        dots.append(
            {"who": f"{row['who']} ({row['date']})", "gpus": row["gpus"], "x": depth, "y": y}
        )
        corners = [(depth - 1, parent_y), (depth - 1, y), (depth, y)] if depth else []
        for i, (cx, cy) in enumerate(corners):
            lines.append({"edge": key, "i": i, "x": cx, "y": cy, "link": row["link"]})
        for child in rows:
            if child["cites"] == key:
                place(child["key"], depth + 1, y)

    for root in [r["key"] for r in rows if not r["cites"]]:
        place(root, 0, 0)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, 9]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[len(dots) - 0.5, -0.5]))
    links = ["cites", "same house", "supposed"]
    dash = alt.Scale(domain=links, range=[[1, 0], [7, 3], [2, 3]])
    nodes = alt.Chart(pd.DataFrame(dots)).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("who:N", title="Who"),
            alt.Tooltip("gpus:Q", title="GPUs", format=",.0f"),
        ],
    )
    edges = alt.Chart(pd.DataFrame(lines)).mark_line(color=COLOURS["muted"], strokeWidth=1.5)
    layers = alt.layer(
        edges.encode(
            x=x,
            y=y,
            detail="edge:N",
            order="i:O",
            strokeDash=alt.StrokeDash("link:N", title=None, scale=dash),
        ),
        nodes.mark_point(filled=True, size=80, color=COLOURS["claimed"], opacity=1),
        nodes.mark_text(align="left", dx=9).encode(text="who:N"),
    )
    roots = [d["who"] for d in dots if d["x"] == 0]
    least = min(r["gpus"] for r in rows)
    table = [
        {
            "Who": r["who"],
            "When": r["date"],
            "GPUs": r["gpus"],
            "Goes back to": by_key[r["cites"]]["who"] if r["cites"] else "nobody named",
            "How": r["link"],
        }
        for r in rows
    ]
    return finish(
        layers.properties(width="container", height=26 * len(dots)),
        title=f"{len(dots)} statements of {least:,} GPUs or more, "
        f"{format_number(len(roots), 'count')} origin{'s' * (len(roots) != 1)}",
        alt=f"Tree of who goes back to whom. The root is {'; '.join(roots)}; below it stand "
        f"{'; '.join(d['who'] for d in dots[len(roots) :])}.",
        source="The statements themselves; see the table",
        table=pd.DataFrame(table),
    )


def capacity_chart(frame: pd.DataFrame, v3_gpu_hours: float) -> Any:
    """What each version of the fleet can do in a year beside what the published work used."""
    labels = {
        "fleet.capacity_claimed": "Claimed Hopper, in H800s",
        "fleet.capacity_documented": "Documented H800, a year",
        "fleet.serving_gpu_hours": "Serving, a year",
        "fleet.v2_gpu_hours": "V2",
        "left_out.r1_gpu_hours": "R1",
    }
    v3 = {"label": "V3", "value": v3_gpu_hours, "standing": "documented"}
    rows = labelled(frame, labels)
    rows = pd.concat([rows[:3], pd.DataFrame([v3]), rows[3:]], ignore_index=True)
    share = frame.set_index("key")["value"]
    documented, claimed = (
        format_number(share[f"fleet.v3_share_of_{fleet}"], spec)
        for fleet, spec in (("documented", ".0%"), ("claimed", ".1%"))
    )
    return _range_chart(
        rows,
        x="GPU-hours (logarithmic scale)",
        spec=",.1M",
        title=f"V3 took {documented} of a year of the documented H800s, {claimed} of the claimed "
        "fleet’s, counted in H800s",
        lead="Dot plot of GPU-hours on a logarithmic scale",
        source="DeepSeek, V2, V3 and R1 reports and Day 6; SemiAnalysis; our arithmetic",
        log=True,
    )
