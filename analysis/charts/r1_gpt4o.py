"""Picture of R1 against GPT-4o."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.ladder import DOLLARS, range_dots, records, short_usd, usd_tooltip
from press.estimate import Estimate
from press.theme import finish


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
            "label": f"{system}, {definition}",
            "system": system,
            "definition": definition,
            "value": usd.value,
            "low": usd.bounds[0],
            "high": usd.bounds[1],
            "standing": standing,
        }
        for definition, system, usd, standing in rows
    )
    frame["text"] = [
        f"{r['label']} · {short_usd(r['value'], r['low'], r['high'])}" for r in records(frame)
    ]
    ticks = [10.0**n for n in range(5, 10)]
    x = alt.X(
        "value:Q",
        title="US dollars, logarithmic scale",
        scale=alt.Scale(type="log", domain=[ticks[0], ticks[-1]]),
        axis=alt.Axis(labelExpr=DOLLARS, values=ticks),
    )
    low, high = ratio.bounds
    return finish(
        range_dots(frame, x, usd_tooltip()),
        title=f"On one definition GPT-4o cost about {ratio.value:.0f} times R1 with its base, "
        f"and anything from {low:.0f} to {high:.0f} times fits",
        alt="Dot chart of costs with ranges, one row a model and definition. "
        + "; ".join(frame["text"])
        + ".",
        source="DeepSeek; Epoch AI; WIRED; our computation",
        table=frame.drop(columns=["label", "text"]).rename(
            columns={
                "system": "Model",
                "definition": "Definition",
                "value": "Cost, US dollars",
                "low": "Low",
                "high": "High",
                "standing": "Standing",
            }
        ),
    )
