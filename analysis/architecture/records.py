"""Counts as rows: by component, and beside what papers print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.architecture.counting import by_component, layer_flops
from analysis.architecture.families import architecture
from analysis.architecture.shorthand import nominal_flops_per_token
from press.maths import total
from press.numbers import number

Record = dict[str, Any]


def weight_records(config: Mapping[str, Any], layer: int) -> list[Record]:
    """The weights of one layer: name, shape, how many there are and how many a token uses."""
    return [
        {
            "weight": weight.name,
            "component": weight.component,
            "shape": " × ".join(f"{size:,}" for size in weight.shape),
            "copies": weight.copies,
            "used": weight.active,
            "parameters": weight.parameters,
        }
        for weight in architecture(config).layers[layer].weights
    ]


def component_records(config: Mapping[str, Any]) -> list[Record]:
    """Parameters by component: all of them and those that one token uses."""
    weights = architecture(config).weights
    used = by_component(weights, active=True)
    return [
        {"component": name, "parameters": count, "active": used[name]}
        for name, count in by_component(weights).items()
    ]


def flops_records(
    config: Mapping[str, Any], context: int = 4096, *, causal: bool = True
) -> list[Record]:
    """Training FLOPs per token, split into products with weights and attention proper."""
    made = architecture(config)
    products = made.head.flops + total(w.flops for layer in made.layers for w in layer.weights)
    whole = made.head.flops + total(layer_flops(layer, context, causal) for layer in made.layers)
    return [
        {"part": "weights", "flops": 3.0 * products},
        {"part": "attention", "flops": 3.0 * (whole - products)},
    ]


def published_flops(
    rows: Iterable[Mapping[str, Any]],
    configs: Mapping[str, Mapping[str, Any]],
    *,
    causal: bool = True,
) -> list[Record]:
    """What papers print as training FLOPs per token, beside the shorthand and the exact count.

    Parameters
    ----------
    rows
        Rows with the columns of ``data/published_flops.csv``.
    configs
        The configuration of every model that a row names in ``config``.

    Returns
    -------
    list
        FLOPs per token: printed, by :func:`nominal_flops_per_token` with and without attention
        (``None`` where no standard width is known), and counted weight by weight, with causal
        attention or not.
    """
    return [_published(row, configs, causal) for row in rows]


def _published(
    row: Mapping[str, Any], configs: Mapping[str, Mapping[str, Any]], causal: bool
) -> Record:
    shorthand: dict[str, float | None] = {"products": None, "with_attention": None}
    if row["ffn_width"]:
        sizes = (int(row["hidden_size"]), int(row["layers"]), int(row["vocabulary"]))
        width = number(row["ffn_width"])
        shorthand = {
            "products": nominal_flops_per_token(*sizes, ffn_width=width),
            "with_attention": nominal_flops_per_token(*sizes, ffn_width=width, context=4096),
        }
    exact = None
    if row["config"]:
        exact = total(
            part["flops"] for part in flops_records(configs[row["config"]], causal=causal)
        )
    return {
        "model": row["model"],
        "printed": row["published"] / row["tokens"],
        **shorthand,
        "exact": exact,
    }


def sustained_flops(flops_per_token: float, tokens_per_day: float, chips: int) -> float:
    """FLOP/s that each chip sustains: FLOPs per token x tokens a day / (chips x 86,400 s)."""
    return flops_per_token * tokens_per_day / (chips * 86_400)
