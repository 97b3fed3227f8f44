"""Picture of the cache’s precision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from press.formats import format_number as fmt
from press.theme import COLOURS, finish


def precision_chart(steps: Mapping[str, float]) -> Any:
    """Cache per token from DeepSeek 67B to V2, with and without the smaller elements.

    Parameters
    ----------
    steps
        Bytes a token by name: DeepSeek 67B, the same with latent attention, V2 at the same
        precision, V2 at 6 bits.
    """
    frame = pd.DataFrame({"model": list(steps), "kb": [b / 1000 for b in steps.values()]})
    base, layer, _, small = steps.values()
    cut, whole = fmt(1 - layer / base, ".1%"), fmt(1 - small / base, ".1%")
    frame["cut"] = 1 - frame["kb"] / frame["kb"].iloc[0]
    title = (
        f"Latent attention cuts a layer's cache by {cut}; fewer layers and 6-bit elements make"
        f" it {whole}"
    )
    base_chart = alt.Chart(frame).encode(
        x=alt.X(
            "kb:Q", title="Cache per token, kB", scale=alt.Scale(domainMax=frame["kb"].max() * 1.15)
        ),
        y=alt.Y("model:N", sort=None, title=None),
    )
    bars = base_chart.mark_bar().encode(
        color=alt.Color(
            "model:N",
            legend=None,
            sort=None,
            scale=alt.Scale(
                range=[COLOURS[c] for c in ("neutral", "accent", "accent", "inferred")]
            ),
        ),
        tooltip=[
            alt.Tooltip("model:N", title="Model and precision"),
            alt.Tooltip("kb:Q", title="Cache per token, kB", format=",.1f"),
            alt.Tooltip("cut:Q", title="Cut", format=".1%"),
        ],
    )
    labels = base_chart.mark_text(align="left", dx=4).encode(text=alt.Text("kb:Q", format=",.1f"))
    return finish(
        (bars + labels).properties(width="container", height=150),
        title=title,
        alt=f"Bar chart of cache per token. {title}.",
        source="DeepSeek, V2 report, abstract and section 3.2.3; sizes from the configurations",
        table=frame.set_axis(["Model and precision", "Cache per token, kB", "Cut"], axis=1),
    )
