"""Charts of what came after V3: compute of the later models and what was published of them."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from press.formats import format_number
from press.theme import finish, standing_scale


def compute_chart(models: pd.DataFrame, v4_pro_times_v3: float) -> Any:
    """Training compute of V3 and its successors, counted where a configuration is published.

    Parameters
    ----------
    models
        Columns ``model``, ``flop``, ``low``, ``high`` and ``standing``; the first row is V3, and a
        row ``V4-Pro`` exists.
    v4_pro_times_v3
        The figure ``after_v3.v4_pro_times_v3``.
    """
    frame = models.assign(
        size=models["flop"] / 1e24,
        least=models["low"].fillna(models["flop"]) / 1e24,
        most=models["high"].fillna(models["flop"]) / 1e24,
    )
    base = alt.Chart(frame).encode(y=alt.Y("model:N", sort=None, title=None))
    tooltip = [
        alt.Tooltip("model:N", title="Model"),
        alt.Tooltip("size:Q", title="10²⁴ FLOPs", format=".2f"),
        alt.Tooltip("least:Q", title="from", format=".2f"),
        alt.Tooltip("most:Q", title="to", format=".2f"),
    ]
    bars = base.mark_bar().encode(
        x=alt.X("size:Q", title="10²⁴ FLOPs"),
        color=alt.Color("standing:N", scale=standing_scale(), title=None),
        tooltip=tooltip,
    )
    ranges = (
        base.mark_rule()
        .transform_filter("datum.most > datum.least")
        .encode(x="least:Q", x2="most:Q", tooltip=tooltip)
    )
    times = format_number(v4_pro_times_v3, ".1x")
    added = frame.loc[frame["model"].str.contains("added"), "flop"] / frame["flop"].iloc[0]
    most = format_number(float(added.max()), ".0%")
    return finish(
        alt.layer(bars, ranges).properties(width="container", height=34 * len(frame)),
        title=f"V4-Pro took at least {times} the compute of V3, and no price was published",
        alt="Bar chart of training compute. V4-Pro is the longest bar, at least "
        f"{times} V3; what V3.1 and V3.2-Exp added is {most} of V3 or less each.",
        source="Our count from DeepSeek’s configurations and reports; V4.1-Flash by the rule of "
        "thumb from third-party notes",
        table=frame[["model", "size", "least", "most", "standing"]]
        .round({"size": 2, "least": 2, "most": 2})
        .rename(
            columns={
                "model": "Model",
                "size": "10²⁴ FLOPs",
                "least": "from",
                "most": "to",
                "standing": "Standing",
            }
        ),
    )
