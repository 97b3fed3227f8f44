"""Picture of R1 against GPT-4o."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.training_runs import DOLLARS
from press.estimate import Estimate
from press.formats import format_number
from press.theme import finish, legend_columns, standing_scale


def r1_chart(rows: Sequence[tuple[str, str, Estimate, str]], *, ratio: Estimate) -> Any:
    """Costs of R1, GPT-4 and GPT-4o, grouped by definition.

    Parameters
    ----------
    rows
        Definition, system, cost [USD] and standing, in the order of display.
    ratio
        GPT-4o over R1 with its base, both amortised.
    """
    frame = pd.DataFrame(
        {
            "row": f"{system}|{definition}",
            "system": system,
            "definition": definition,
            "usd": usd.value,
            "low": usd.bounds[0],
            "high": usd.bounds[1],
            "standing": standing,
        }
        for definition, system, usd, standing in rows
    )
    scale = alt.Scale(type="log", domain=[1e5, 1e9])
    axis = alt.Axis(labelExpr=DOLLARS, values=[10.0**n for n in range(5, 10)])
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "row:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelExpr="split(datum.label, '|')", labelFontSize=12),
        ),
        color=alt.Color(
            "standing:N",
            title=None,
            scale=standing_scale(),
            legend=alt.Legend(columns=legend_columns(1)),
        ),
        tooltip=[
            alt.Tooltip("system:N", title="Model"),
            alt.Tooltip("definition:N", title="Definition"),
            alt.Tooltip("usd:Q", title="Cost, US dollars", format="$,.3s"),
            alt.Tooltip("low:Q", title="Low", format="$,.3s"),
            alt.Tooltip("high:Q", title="High", format="$,.3s"),
        ],
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title="US dollars (log scale)"), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("usd:Q", scale=scale, axis=axis, title="US dollars (log scale)")
    )
    low, high = ratio.bounds
    spoken = "; ".join(
        f"{system}, {definition}: {format_number(usd.value, '$~2M')}"
        for definition, system, usd, _ in rows
    )
    return finish(
        (ranges + points).properties(width="container", height=36 * len(frame)),
        title=f"On one definition GPT-4o cost about {ratio.value:.0f} times R1 with its base, "
        f"and anything from {low:.0f} to {high:.0f} times fits",
        alt=f"Dot chart of costs with ranges, one row a model and definition. {spoken}.",
        source="DeepSeek; Epoch AI; WIRED; our computation",
        table=frame.drop(columns="row").rename(
            columns={
                "system": "Model",
                "definition": "Definition",
                "usd": "Cost, US dollars",
                "low": "Low",
                "high": "High",
                "standing": "Standing",
            }
        ),
    )
