"""Counts of a laid-out model: parameters, cache and floating-point operations."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from analysis.architecture.blocks import BALANCE_BIAS
from analysis.architecture.layout import COMPONENTS, Architecture, Core, Layer, Weight
from analysis.architecture.reading import ConfigError
from press.maths import minimum, total
from press.numbers import number, plain, whole

BACKWARD = 2
"""A backward pass costs twice the forward pass: gradients by the inputs and by the weights."""


def by_component(weights: Iterable[Weight], active: bool = False) -> dict[str, int]:
    """Parameters by component, of all weights or of those that one token uses."""
    parts: dict[str, list[int]] = {}
    for weight in weights:
        count = weight.active_parameters if active else weight.parameters
        parts.setdefault(weight.component, []).append(count)
    return {name: total(parts[name]) for name in COMPONENTS if name in parts}


def mean_reach(
    context: int, reach: int | None, causal: bool, stride: int = 1, chunked: bool = False
) -> float:
    """How many positions a token attends to, on average over a sequence.

    Parameters
    ----------
    context
        Length of the sequence, in tokens.
    reach
        Most positions that a token may attend to; ``None`` means no limit.
    causal
        Whether a token sees only itself and what stands before it.
    stride
        Tokens that one position stands for; a token sees a position once it is complete.
    chunked
        Whether a token sees its own chunk of ``reach`` tokens, not the last ``reach`` tokens.

    Examples
    --------
    >>> mean_reach(4096, None, causal=True), mean_reach(4096, None, causal=False)
    (2048.5, 4096.0)
    >>> mean_reach(4, 2, causal=True)  # 1 + 2 + 2 + 2 over 4 tokens
    1.75
    >>> mean_reach(4, 2, causal=True, chunked=True)  # 1 + 2 + 1 + 2 over 4 tokens
    1.5
    """
    complete = context // stride
    limit = complete if reach is None else minimum(reach, complete)
    if not causal:
        return number(limit)
    if chunked and limit:
        whole, rest = divmod(complete, limit)
        return (whole * limit * (limit + 1) + rest * (rest + 1)) / 2 / context
    growing = stride * limit * (limit - 1) / 2
    return (growing + limit * (context - stride * limit + 1)) / context


def core_flops(core: Core, context: int, causal: bool) -> float:
    """FLOPs per token of one layer's attention scores and weighted sum, forward."""
    return 2 * core.width * mean_reach(context, core.reach, causal, core.stride, core.chunked)


def layer_flops(layer: Layer, context: int, causal: bool, router: bool = True) -> float:
    """FLOPs per token of one layer, forward: products with weights, and attention."""
    products = total(w.flops for w in layer.weights if router or w.component != "router")
    return products + total(core_flops(core, context, causal) for core in layer.cores)


def forward_flops(
    architecture: Architecture, context: int, *, causal: bool = True, router: bool = True
) -> float:
    """FLOPs per token of the main model, forward: head, layers and what stands beside them."""
    inner = total(
        count * layer_flops(layer, context, causal, router) for layer, count in architecture.groups
    )
    beside = [w.flops for w in architecture.extra]
    return architecture.head.flops + inner + (total(beside) if beside else 0)


def active(
    architecture: Architecture,
    *,
    embedding: bool = True,
    head: bool = True,
    router: bool = True,
    norms: bool = True,
) -> int:
    """Parameters that one token uses; a tied matrix counts if either of its uses does."""
    skip = {
        name
        for name, counted in (
            ("embedding", embedding or (architecture.tied and head)),
            ("head", head),
            ("router", router),
            ("norms", norms),
        )
        if not counted
    }
    return total(w.active_parameters for w in architecture.weights if w.component not in skip)


def checked_context(context: int) -> None:
    """Refuse a sequence without a token."""
    if context < 1:
        raise ConfigError("context", str(context), "a number of tokens of at least 1")


def cache_elements(architecture: Architecture, context: int | None = None) -> dict[str, float]:
    """Elements in the cache, by kind: per token, or of a whole context where one is given."""
    totals: dict[str, float] = {}
    for layer, layers in architecture.groups:
        for core in layer.cores:
            count: float
            if context is not None:
                held = core.cached * (minimum(context, core.kept or context) // core.stride)
                count = held + core.state if core.state else held
            elif not core.cached:
                continue  # a state of constant size grows with no token
            else:
                count = core.cached if core.stride == 1 else core.cached / core.stride
            totals[core.name] = totals.get(core.name, 0) + layers * count
    return {name: whole(n) if n == int(plain(n)) else n for name, n in totals.items()}


def balance_biases(architecture: Architecture) -> int:
    """How many numbers of the main model steer the router without being trained by a gradient."""
    return total(w.parameters for w in architecture.weights if w.name == BALANCE_BIAS)


def checkpoint(architecture: Architecture, block: tuple[int, int] | None = None) -> dict[str, int]:
    """Numbers stored in a DeepSeek checkpoint, by what they are.

    The published files hold more than the main model: the prediction modules, each with a copy
    of the embedding and of the head, and, where weights are in FP8, one scale for each block of
    ``block`` rows and columns.
    """
    module_weights = architecture.module_weights
    copies = architecture.embedding.parameters + architecture.head.parameters
    found = {
        "main_model": total(w.parameters for w in architecture.weights),
        "mtp_modules": total(w.parameters for w in module_weights),
        "mtp_copies": architecture.modules * copies,
        "fp8_scales": 0,
    }
    if block:
        found["fp8_scales"] = total(
            w.copies * ceil(w.shape[0] / block[0]) * ceil(w.shape[1] / block[1])
            for w in (*architecture.weights, *module_weights)
            if w.product and w.component in IN_FP8 and w.name not in KEPT_IN_BF16
        )
    return found


IN_FP8 = frozenset({"attention", "indexer", "routed_experts", "shared_experts", "dense_ffn"})
"""What DeepSeek stores in FP8; embedding, head, router, norms and eh_proj stay as they are."""

KEPT_IN_BF16 = frozenset({"indexer.weights_proj"})
