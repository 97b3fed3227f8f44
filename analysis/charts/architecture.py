"""Charts of what a model is made of: a map of its parameters, stored against used, FLOPs."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from press.theme import COLOURS, finish

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


def parameter_map(records: pd.DataFrame, source: str = "DeepSeek, V3 config.json") -> alt.Chart:
    """Where the parameters sit: layers from left to right, components from top to bottom.

    Parameters
    ----------
    records
        Rows of :func:`analysis.architecture.records.layer_records`.
    """
    frame = _labelled(records)
    layers = int(frame["place"].max()) - 1
    total = frame["parameters"].sum()
    routed = frame[frame["component"] == "routed_experts"]
    frame["where"] = [
        "before the layers" if p == 0 else "after the layers" if p > layers else f"layer {p}"
        for p in frame["place"]
    ]
    share = routed["parameters"].sum() / total
    chart = (
        alt.Chart(frame)
        .mark_rect(color=COLOURS["documented"])
        .encode(
            x=alt.X(
                "place:O",
                title="Layer",
                axis=alt.Axis(values=list(range(10, layers + 1, 10)), labelAngle=0),
            ),
            y=alt.Y("name:N", title=None, sort=list(LABELS.values())),
            opacity=alt.Opacity(
                "parameters:Q",
                title="Parameters",
                scale=alt.Scale(type="log", domain=[1e4, 1.2e10], range=[0.12, 1]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("name:N", title="Component"),
                alt.Tooltip("where:N", title="Where"),
                alt.Tooltip("parameters:Q", title="Parameters", format=","),
                alt.Tooltip("active:Q", title="Used by one token", format=","),
            ],
        )
        .properties(width="container", height=240)
    )
    return finish(
        chart,
        title=f"{share:.1%} of the parameters are routed experts, in {len(routed)} of "
        f"{layers} layers".replace("%", " %"),
        alt=f"Map of {layers} layers by component; darker means more parameters. Attention and "
        f"norms fill every layer alike; the first {layers - len(routed)} layers have a dense "
        f"network, the others a router, a shared expert and, by far the darkest, routed experts.",
        source=source,
        table=frame[["where", "name", "parameters", "active"]].rename(
            columns={
                "where": "Where",
                "name": "Component",
                "parameters": "Parameters",
                "active": "Used by one token",
            }
        ),
    )


def stored_and_used(records: pd.DataFrame, source: str = "DeepSeek, V3 config.json") -> Any:
    """For each component, the parameters stored and those that one token uses.

    Parameters
    ----------
    records
        Rows of :func:`analysis.architecture.records.component_records`.
    """
    frame = _labelled(records)
    stored, used = frame["parameters"].sum(), frame["active"].sum()
    routed = frame[frame["component"] == "routed_experts"].iloc[0]
    scale = alt.Scale(type="log", domain=[4e5, 1e12])
    billions = "replace(format(datum.value, '~s'), 'G', 'B')"
    axis = alt.Axis(values=[1e6, 1e8, 1e10, 1e12], labelExpr=billions)
    y = alt.Y("name:N", title=None, sort=list(LABELS.values()))
    domain, colours = ["stored", "used by one token"], [COLOURS["neutral"], COLOURS["documented"]]
    both = frame.melt(["name"], ["parameters", "active"], var_name="kind", value_name="count")
    both["kind"] = both["kind"].map(dict(zip(["parameters", "active"], domain, strict=True)))
    rule = (
        alt.Chart(frame)
        .mark_rule(strokeWidth=2, color=COLOURS["line"])
        .encode(x=alt.X("parameters:Q", scale=scale), x2="active:Q", y=y)
    )
    points = (
        alt.Chart(both)
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=alt.X("count:Q", title="Parameters, logarithmic", scale=scale, axis=axis),
            y=y,
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=domain, range=colours)),
            tooltip=[
                alt.Tooltip("name:N", title="Component"),
                alt.Tooltip("kind:N", title="Count"),
                alt.Tooltip("count:Q", title="Parameters", format=","),
            ],
        )
    )
    return finish(
        alt.layer(rule, points).properties(width="container", height=250),
        title=f"Of {stored / 1e9:,.0f} billion parameters a token uses {used / 1e9:,.1f} billion: "
        "all it skips are routed experts",
        alt="Two points for each component on a logarithmic scale, stored and used. They fall "
        f"together everywhere but for routed experts: {routed['parameters'] / 1e9:,.0f} billion "
        f"stored, {routed['active'] / 1e9:,.1f} billion used.",
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
    domain, colours = ["weights", "attention"], [COLOURS["documented"], COLOURS["accent"]]
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("gigaflops:Q", title="Training GFLOPs per token, 4,096 tokens of context"),
            y=alt.Y("model:N", title=None, sort=list(totals.index)),
            color=alt.Color("part:N", title=None, scale=alt.Scale(domain=domain, range=colours)),
            order=alt.Order("part:N", sort="descending"),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("gigaflops:Q", title="GFLOPs per token", format=",.1f"),
            ],
        )
        .properties(width="container", height=40 * len(totals) + 20)
    )
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
