"""Charts of what a model is made of: stored against used, FLOPs."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.theme import COUNTS, finish

LABELS = {
    "embedding": "Embedding",
    "attention": "Attention",
    "indexer": "Indexer",
    "router": "Router",
    "routed_experts": "Routed experts",
    "shared_experts": "Shared expert",
    "dense_ffn": "Dense FFN",
    "norms": "Norms",
    "hyper_connections": "Hyper-connections",
    "mtp_projection": "MTP projection",
    "head": "Output head",
}
"""Components as a reader sees them, in the order a token meets them."""


def _labelled(records: pd.DataFrame) -> pd.DataFrame:
    return records.assign(name=records["component"].map(LABELS))


def stored_and_used(records: pd.DataFrame, source: str = "DeepSeek, V3 config.json") -> Any:
    """The parameters stored and those that one token uses, as two bars to one scale.

    Parameters
    ----------
    records
        Rows of :func:`analysis.architecture.records.component_records`.
    """
    frame = _labelled(records)
    stored, used = frame["parameters"].sum(), frame["active"].sum()
    routed = frame[frame["component"] == "routed_experts"].iloc[0]
    shown = pd.DataFrame({"label": ["Stored", "Used by one token"], "count": [stored, used]})
    shown["text"] = [
        f"{count / 1e9:,.1f}B, {of / 1e9:,.1f}B in experts"
        for count, of in zip(shown["count"], routed[["parameters", "active"]], strict=True)
    ]
    tips = [alt.Tooltip("label:N", title="Which"), alt.Tooltip("count:Q", format=",")]
    chart = bars(
        shown, "count", "Parameters", lit=["Used by one token"], axis=alt.Axis(labelExpr=COUNTS),
        tooltip=tips,
    )  # fmt: skip
    return finish(
        chart,
        title=f"Of {stored / 1e9:,.0f} billion parameters a token uses {used / 1e9:,.1f} billion: "
        "all it skips are routed experts",
        alt="Two bars to one scale: " + "; ".join(shown["label"] + " " + shown["text"]) + ".",
        source=source,
        table=frame[["name", "parameters", "active"]].rename(
            columns={"name": "Component", "parameters": "Stored", "active": "Used by one token"}
        ),
    )


def flops_by_model(records: pd.DataFrame, source: str) -> alt.Chart:
    """Training FLOPs per token of several models: products with weights, and attention.

    Parameters
    ----------
    records
        Columns ``model``, ``part`` ("weights" or "attention") and ``flops``, in FLOP/token.
    """
    frame = records.assign(gigaflops=records["flops"] / 1e9)
    totals = frame.groupby("model", sort=False)["gigaflops"].sum().sort_values()
    ratio = totals.iloc[-1] / totals["DeepSeek-V3"]
    attention = frame[frame["part"] == "attention"].groupby("model")["gigaflops"].sum()
    most = float((attention / totals).max())
    shown = pd.DataFrame({"label": totals.index, "gflop": totals.to_numpy()})
    shown["text"] = [
        f"{total:,.0f}, attention {attention[model] / total:.0%}".replace("%", " %")
        for model, total in totals.items()
    ]
    unit = "Training GFLOPs per token, 4,096 tokens of context"
    tips = [alt.Tooltip("label:N", title="Model"), alt.Tooltip("text:N", title="GFLOPs")]
    chart = bars(shown, "gflop", unit, lit=["DeepSeek-V3"], tooltip=tips)
    wide = frame.pivot(index="model", columns="part", values="gigaflops").loc[totals.index]
    return finish(
        chart,
        title=f"{totals.index[-1]} needs {ratio:.1f} times DeepSeek-V3’s arithmetic for a token",
        alt="Bars of training GFLOPs per token: "
        + ", ".join(f"{model} {value:,.0f}" for model, value in totals.items())
        + f". Attention is at most {most:.0%} of each.",
        source=source,
        table=wide.reset_index().rename(
            columns={"model": "Model", "weights": "Weights, GFLOP", "attention": "Attention, GFLOP"}
        )[["Model", "Weights, GFLOP", "Attention, GFLOP"]],
    )
