"""Picture of routing: the loads of experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from press.formats import format_number as fmt
from press.theme import COLOURS, finish

SIMULATION = "This report, simulation with a fixed seed"


BALANCED = 1.25


LINES = [COLOURS[c] for c in ("neutral", "accent", "text")]


def load_chart(runs: Mapping[float, Sequence[Mapping[str, float]]], shown: float) -> Any:
    """Load of the busiest expert, step by step, one line for each speed of the bias update.

    Parameters
    ----------
    runs
        Records of ``experiments.balance`` by update speed.
    shown
        The speed that the title reports.
    """
    names = {speed: f"bias moves by {speed:g} a step" if speed else "no bias" for speed in runs}
    frame = pd.concat([pd.DataFrame(r).assign(speed=names[s]) for s, r in runs.items()])
    last = runs[shown][-1]
    near = next(r["step"] for r in runs[shown] if r["busiest"] < BALANCED)
    chart = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("step:Q", title="Training steps"),
            y=alt.Y(
                "busiest:Q",
                title="Busiest expert, times the mean load",
                scale=alt.Scale(type="log", domainMin=1),
            ),
            color=alt.Color(
                "speed:N",
                scale=alt.Scale(domain=list(names.values()), range=LINES),
            ),
            tooltip=[
                alt.Tooltip("speed:N", title="Bias update"),
                alt.Tooltip("step:Q", title="Step"),
                alt.Tooltip("busiest:Q", title="Busiest, × mean", format=".2f"),
                alt.Tooltip("affinity:Q", title="Affinity kept", format=".1%"),
            ],
        )
    )
    at = {
        speed: next((r for r in run if r["busiest"] < 2 + 2 * (speed == shown)), run[-1])
        for speed, run in runs.items()
    }
    ends = pd.DataFrame(
        {**at[s], "text": f"{names[s]}: {fmt(run[-1]['busiest'], '.1')}", "last": at[s] is run[-1]}
        for s, run in runs.items()
    )
    places = (
        (alt.Chart(ends[ends["last"]]), {"align": "right", "dy": -10}),
        (alt.Chart(ends[~ends["last"]]), {"align": "left", "dx": 9, "dy": -6}),
    )
    words = [
        one.mark_text(**place).encode(x="step:Q", y="busiest:Q", text="text:N")
        for one, place in places
    ]
    start, end = fmt(runs[shown][0]["busiest"], ".1"), fmt(last["busiest"], ".1")
    title = (
        f"The busiest expert falls from {start} to {end} times the mean load when the bias moves"
        f" by {shown:g} a step; it is below {BALANCED} after {near:.0f} steps"
    )
    every = frame[frame["step"] % 50 == 0]
    return finish(
        alt.layer(chart, *words).properties(width="container", height=260),
        title=title,
        alt=f"Line chart of the busiest expert's load. {title}; without an update it stays.",
        source=SIMULATION,
        table=every[["speed", "step", "busiest", "idlest", "affinity"]].set_axis(
            ["Bias update", "Step", "Busiest, × mean", "Idlest, × mean", "Affinity kept"], axis=1
        ),
    )
