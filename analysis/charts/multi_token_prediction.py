"""Picture of the speed-up from drafted tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.mixture_of_experts import LINES
from analysis.mechanisms.experiments import implied_overhead, speed_up
from press.formats import format_number as fmt
from press.theme import COLOURS, finish, legend_columns


def speed_up_chart(
    overheads: Mapping[str, float], *, accepted: tuple[float, float], published: float
) -> Any:
    """Speed-up of decoding against the share of drafts accepted, a line for each overhead.

    Parameters
    ----------
    overheads
        Extra time of a step with a draft, by name.
    accepted
        The published range of acceptance, drawn as a band.
    published
        The published speed-up, drawn as a line.
    """
    frame = pd.DataFrame(
        {"overhead": name, "acceptance": p / 100, "speed": speed_up(p / 100, extra)}
        for name, extra in overheads.items()
        for p in range(50, 101)
    )
    names = list(overheads)
    acceptance, speed = alt.Scale(domain=[0.5, 1]), alt.Scale(domain=[1.3, 2])
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X(
                "acceptance:Q",
                title="Drafts accepted",
                axis=alt.Axis(format="%"),
                scale=acceptance,
            ),
            y=alt.Y("speed:Q", title="Speed-up, ×", scale=speed),
            color=alt.Color(
                "overhead:N",
                title="Overhead of a draft",
                sort=names,
                scale=alt.Scale(domain=names, range=LINES[: len(names)]),
                legend=alt.Legend(columns=legend_columns(1)),
            ),
            tooltip=[
                alt.Tooltip("overhead:N", title="Overhead of a draft"),
                alt.Tooltip("acceptance:Q", title="Drafts accepted", format=".0%"),
                alt.Tooltip("speed:Q", title="Speed-up, ×", format=".2f"),
            ],
        )
    )
    band = pd.DataFrame({"from": [accepted[0]], "to": [accepted[1]]})
    shade = (
        alt.Chart(band)
        .mark_rect(opacity=0.15, color=COLOURS["documented"])
        .encode(x=alt.X("from:Q", scale=acceptance), x2="to:Q")
    )
    rule = (
        alt.Chart(pd.DataFrame({"speed": [published]}))
        .mark_rule(strokeDash=[4, 4])
        .encode(y=alt.Y("speed:Q", scale=speed))
    )
    low, high = (implied_overhead(p, published) for p in accepted)
    title = (
        f"The published {fmt(published, '.1')} × fits the published acceptance if drafting costs"
        f" {fmt(low, '.1%')} to {fmt(high, '.1%')} of a step"
    )
    picked = frame[frame["acceptance"].isin([0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0])]
    return finish(
        (shade + lines + rule).properties(width="container", height=280),
        title=title,
        alt=f"Line chart of speed-up against acceptance, with a band and a dashed line for what"
        f" the report states. {title}.",
        source="DeepSeek, V3 report, section 5.4.3; lines computed by this report",
        table=picked.set_axis(["Overhead", "Acceptance", "Speed-up, ×"], axis=1),
    )
