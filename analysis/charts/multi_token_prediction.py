"""Pictures of drafted tokens: the speed-up, and the passes of the miniature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.estimate import Estimate
from press.formats import format_number as fmt
from press.formats import format_range
from press.theme import COLOURS, finish

Measured = Sequence[tuple[str, float, float]]


def speed_up_chart(
    curve: Sequence[tuple[float, Estimate]], *, load: float, published: float, others: Measured
) -> Any:
    """Speed-up of decoding by a draft against the texts decoded together on a GPU.

    Parameters
    ----------
    curve
        Texts on a GPU and the speed-up there: at the throttled rate of arithmetic, with the rate
        that the kernel reaches and the peak as ends. The load must be among them.
    load
        Texts on a GPU in the deployment that DeepSeek described, drawn as a line.
    published
        The speed-up that DeepSeek printed without a load, drawn as a line.
    others
        Who measured it, texts on a GPU and speed-up: other machines and drafts, drawn hollow.
    """
    frame = pd.DataFrame(
        {"texts": n, "speed": e.value, "low": e.bounds[0], "high": e.bounds[1]} for n, e in curve
    )
    at = next(e for n, e in curve if n == load)
    scale = alt.Scale(type="log", domain=[0.1, 200])
    x = alt.X(
        "texts:Q",
        title="Texts decoded together, a GPU (logarithmic)",
        scale=scale,
        axis=alt.Axis(values=[0.1, 1, 4, 16, 64, 128], format="~g"),
    )
    speed = alt.Scale(domain=[0.9, 2])
    y = alt.Y("speed:Q", title="Speed-up by one draft, ×", scale=speed)
    band = alt.Chart(frame).mark_area(opacity=0.2, color=COLOURS["inferred"])
    line = alt.Chart(frame).mark_line(color=COLOURS["inferred"])
    tips = [
        alt.Tooltip("texts:Q", title="Texts a GPU", format=".0f"),
        alt.Tooltip("speed:Q", title="Speed-up, ×", format=".2f"),
        alt.Tooltip("low:Q", title="At the kernel’s rate", format=".2f"),
        alt.Tooltip("high:Q", title="At the peak", format=".2f"),
    ]
    measured = pd.DataFrame(others, columns=["who", "texts", "speed"])
    dots = alt.Chart(measured).encode(x=x, y=y, tooltip=["who:N", "speed:Q"])
    marks = pd.DataFrame(
        {
            "texts": [load],
            "speed": [at.value],
            "name": [
                f"our count, inferred, at Day 6’s load: {fmt(at.value, '.1')} × "
                f"({format_range(*at.bounds, '.1')})"
            ],
        }
    )
    rule = pd.DataFrame(
        {"speed": [published], "name": [f"DeepSeek, documented: {published:g} ×, load not said"]}
    )
    layers = alt.layer(
        band.encode(x=x, y=alt.Y("low:Q", scale=speed), y2="high:Q"),
        line.encode(x=x, y=y, tooltip=tips),
        alt.Chart(rule)
        .mark_rule(strokeDash=[4, 4], color=COLOURS["documented"])
        .encode(y=alt.Y("speed:Q", scale=speed)),
        alt.Chart(rule)
        .mark_text(align="right", dy=-8, dx=-2, color=COLOURS["documented"])
        .encode(x=alt.value("width"), y=alt.Y("speed:Q", scale=speed), text="name:N"),
        dots.mark_point(filled=False, size=70, color=COLOURS["muted"], opacity=1),
        dots.mark_text(align="left", dx=8, dy=10, color=COLOURS["muted"]).encode(text="who:N"),
        alt.Chart(marks)
        .mark_point(filled=True, size=90, color=COLOURS["inferred"], opacity=1)
        .encode(x=x, y=y),
        alt.Chart(marks)
        .mark_text(align="right", dx=-9, dy=8, color=COLOURS["text"])
        .encode(x=x, y=y, text="name:N"),
    )
    title = (
        f"By our count a draft speeds decoding up by about {fmt(at.value, '.1')} × at Day 6’s "
        f"load, not {fmt(published, '.1')} ×"
    )
    spoken = "; ".join(f"{who} {s:g} at {n:g} texts a GPU" for who, n, s in others)
    rows = [[f"our count, {n:.0f} texts", e.value, *e.bounds] for n, e in curve]
    rows += [[f"{who}, measured", s, None, None] for who, _, s in others]
    return finish(
        layers.properties(width="container", height=300),
        title=title,
        alt=f"Line chart of speed-up against load, with a band for the rate of arithmetic; it "
        f"falls as more texts are decoded together. {title}. Measured by others: {spoken}.",
        source="This report’s decoding model; DeepSeek, V3 report; SGLang’s documents",
        table=pd.DataFrame(rows, columns=["Which", "Speed-up, ×", "Low", "High"]),
    )


def passes_chart(runs: pd.DataFrame) -> Any:
    """Passes of the main model that one text took, by how often the draft was right.

    Parameters
    ----------
    runs
        Columns ``acceptance``, ``passes`` and ``plain``, the passes without drafts.
    """
    frame = runs.sort_values("acceptance", ascending=False, ignore_index=True).assign(
        label=lambda rows: [f"{fmt(share, '.0%')} accepted" for share in rows["acceptance"]],
        text=lambda rows: [f"{passes:,}" for passes in rows["passes"]],
    )
    plain, fewest = int(frame["plain"].iloc[0]), int(frame["passes"].iloc[0])
    title = f"The more drafts are accepted, the fewer passes: {fewest} for {plain} tokens at best"
    tips = [alt.Tooltip("label:N", title="Drafts"), alt.Tooltip("passes:Q", title="Passes")]
    return finish(
        bars(frame, "passes", f"Passes of the main model for {plain} tokens", tooltip=tips),
        title=title,
        alt=f"Bar chart of passes by share of drafts accepted. {title}.",
        source="This report, simulation with a fixed seed",
        table=frame[["acceptance", "passes", "plain"]].set_axis(
            ["Drafts accepted", "Passes", "Passes without drafts"], axis=1
        ),
    )
