"""Pictures of the cache and its precision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts.mixture_of_experts import LINES
from press.formats import format_number as fmt
from press.theme import COLOURS, finish, legend_columns


def cache_chart(bytes_per_token: Mapping[str, float], longest: int, memory_bytes: float) -> Any:
    """Size of the cache against the length of the text, one line for each kind of attention.

    Parameters
    ----------
    bytes_per_token
        By kind of attention; the largest first, the one that the model has last.
    longest
        Longest context [tokens].
    memory_bytes
        Memory of one accelerator, drawn as a line.
    """
    lengths = [2**k for k in range(10, int(np.log2(longest)) + 1)]
    frame = pd.DataFrame(
        {"kind": kind, "tokens": n, "gb": size * n / 1e9}
        for kind, size in bytes_per_token.items()
        for n in lengths
    )
    kinds = list(bytes_per_token)
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X(
                "tokens:Q",
                title="Tokens in the text",
                scale=alt.Scale(type="log", base=2),
                axis=alt.Axis(
                    labelExpr="format(datum.value / 1024, ',d') + 'K'",
                    values=[1024, 4096, 16384, 65536, 131072],
                ),
            ),
            y=alt.Y(
                "gb:Q",
                title="Cache, GB",
                scale=alt.Scale(type="log", domain=[0.05, 1000]),
                axis=alt.Axis(values=[0.1, 1, 10, 100], format="~g"),
            ),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=LINES[::-1][: len(kinds)]),
                legend=alt.Legend(columns=legend_columns(1, 2), labelLimit=400),
            ),
            tooltip=[
                alt.Tooltip("kind:N", title="Attention"),
                alt.Tooltip("tokens:Q", title="Tokens", format=",d"),
                alt.Tooltip("gb:Q", title="Cache, GB", format=",.2f"),
            ],
        )
    )
    limit = pd.DataFrame({"gb": [memory_bytes / 1e9], "name": ["memory of one H800"]})
    rule = alt.Chart(limit).mark_rule(strokeDash=[4, 4]).encode(y="gb:Q")
    name = (
        alt.Chart(limit)
        .mark_text(align="left", dx=4, dy=10)
        .encode(x=alt.value(0), y="gb:Q", text="name:N")
    )
    first, last = (
        fmt(bytes_per_token[k] * longest, ".0B").removesuffix("B") for k in (kinds[0], kinds[-1])
    )
    title = (
        f"One text of {fmt(longest, ',.0')} tokens: {last} GB with latent attention,"
        f" {first} GB with plain heads"
    )
    return finish(
        (lines + rule + name).properties(width="container", height=280),
        title=title,
        alt=f"Line chart of cache size against text length, both on logarithmic axes. {title}.",
        source="This report, from the published configurations; elements of two bytes (BF16)",
        table=frame[frame["tokens"].isin([1024, 4096, 32768, longest])].set_axis(
            ["Attention", "Tokens", "Cache, GB"], axis=1
        ),
    )


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
