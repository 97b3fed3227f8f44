"""Charts of what came after V3: compute of the later models and what was published of them."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.formats import format_number, format_range
from press.theme import finish


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
    frame["label"] = frame["model"]
    frame["text"] = [
        f"{format_number(r.size, '.1')}"
        + (f" ({format_range(r.least, r.most, '.1')})" if r.most > r.least else "")
        + f", {r.standing}"
        for r in frame.itertuples()
    ]
    times = format_number(v4_pro_times_v3, ".1x")
    added = frame.loc[frame["model"].str.contains("added"), "flop"] / frame["flop"].iloc[0]
    most = format_number(float(added.max()), ".0%")
    return finish(
        bars(frame, "size", "10²⁴ FLOPs", tooltip=[alt.Tooltip("text:N", title="10²⁴ FLOPs")]),
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
