"""Pictures of routing: loads and nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from press.formats import format_number as fmt
from press.theme import COLOURS, finish

SIMULATION = "This report, simulation with a fixed seed"


BALANCED = 1.25


HEADER = alt.Header(labelOrient="top", labelAnchor="start", labelPadding=4)


LINES = [COLOURS[c] for c in ("accent", "inferred", "neutral", "claimed")]


def load_chart(runs: Mapping[float, Sequence[Mapping[str, float]]], shown: float) -> Any:
    """Load of the busiest expert, step by step, one line for each speed of the bias update.

    Parameters
    ----------
    runs
        Records of ``experiments.balance`` by update speed.
    shown
        The speed that the title reports.
    """
    names = {speed: f"1/{1 / speed:.0f}" if speed else "none" for speed in runs}
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
                title="Bias moves by, a step",
                sort=list(names.values()),
                scale=alt.Scale(range=LINES),
            ),
            tooltip=[
                alt.Tooltip("speed:N", title="Bias update"),
                alt.Tooltip("step:Q", title="Step"),
                alt.Tooltip("busiest:Q", title="Busiest, × mean", format=".2f"),
                alt.Tooltip("affinity:Q", title="Affinity kept", format=".1%"),
            ],
        )
        .properties(width="container", height=260)
    )
    start, end = fmt(runs[shown][0]["busiest"], ".1"), fmt(last["busiest"], ".1")
    title = (
        f"The busiest expert falls from {start} to {end} times the mean load when the bias moves"
        f" by {shown:g} a step; it is below {BALANCED} after {near:.0f} steps"
    )
    every = frame[frame["step"] % 50 == 0]
    return finish(
        chart,
        title=title,
        alt=f"Line chart of the busiest expert's load. {title}; without an update it stays.",
        source=SIMULATION,
        table=every[["speed", "step", "busiest", "idlest", "affinity"]].set_axis(
            ["Bias update", "Step", "Busiest, × mean", "Idlest, × mean", "Affinity kept"], axis=1
        ),
    )


def nodes_chart(reached: Mapping[str, Sequence[int]]) -> Any:
    """How many nodes tokens reach, a row of bars for each way of routing.

    Parameters
    ----------
    reached
        Nodes reached by each token, by the name of the way of routing; the unlimited way first.
    """
    rows = [
        {"routing": name, "nodes": n, "share": float(np.mean(np.asarray(nodes) == n))}
        for name, nodes in reached.items()
        for n in range(1, 9)
    ]
    frame, names = pd.DataFrame(rows), list(reached)
    first, second = (fmt(float(np.mean(reached[name])), ".1") for name in names)
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("nodes:O", title="Nodes that a token reaches", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("share:Q", title="Share of tokens", axis=alt.Axis(format="%")),
            color=alt.Color(
                "routing:N",
                legend=None,
                sort=names,
                scale=alt.Scale(range=[COLOURS["neutral"], COLOURS["accent"]]),
            ),
            row=alt.Row("routing:N", title=None, sort=names, header=HEADER),
            tooltip=[
                alt.Tooltip("routing:N", title="Routing"),
                alt.Tooltip("nodes:O", title="Nodes"),
                alt.Tooltip("share:Q", title="Share of tokens", format=".1%"),
            ],
        )
        .properties(width="container", height=110)
    )
    title = f"The limit brings a token's nodes from {first} down to {second} on average"
    return finish(
        chart,
        title=title,
        alt=f"Two bar charts of how many nodes a token reaches. {title}; none exceeds four.",
        source=SIMULATION,
        table=frame.set_axis(["Routing", "Nodes", "Share of tokens"], axis=1),
    )
