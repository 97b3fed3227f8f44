"""Picture of the cache’s precision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.formats import format_number as fmt
from press.theme import finish


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
    frame["text"] = [
        fmt(kb, ",.1") + (f": {fmt(-cut, '+.1%')}" if cut else "")
        for kb, cut in zip(frame["kb"], frame["cut"], strict=True)
    ]
    tips = [alt.Tooltip("model:N", title="Model and precision"), alt.Tooltip("text:N", title="kB")]
    chart = bars(
        frame, "kb", "Cache per token, kB", row="model", lit=list(frame["model"][1:]), tooltip=tips
    )
    return finish(
        chart,
        title=title,
        alt=f"Bar chart of cache per token. {title}.",
        source="DeepSeek, V2 report, abstract and section 3.2.3; sizes from the configurations",
        table=frame.drop(columns="text").set_axis(
            ["Model and precision", "Cache per token, kB", "Cut"], axis=1
        ),
    )
