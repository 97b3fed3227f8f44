"""Counts for any Hugging Face configuration: parameters, KV cache, FLOPs per token.

Everything is derived from one list of named weights with their shapes
(:func:`analysis.architecture.families.architecture`). Nothing heavy is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.architecture.counting import (
    BACKWARD,
    active,
    by_component,
    cache_elements,
    checked_context,
    checkpoint,
    forward_flops,
    layer_flops,
)
from analysis.architecture.describing import announced_modules, described
from analysis.architecture.families import FAMILIES, architecture
from analysis.architecture.reading import ConfigError
from analysis.architecture.shorthand import nominal_flops_per_token
from press.maths import total
from press.numbers import in_unit

__all__ = [
    "FAMILIES",
    "ConfigError",
    "active_parameters",
    "architecture",
    "checkpoint_elements",
    "components",
    "describe",
    "flops_per_token",
    "kv_cache_bytes",
    "kv_cache_bytes_per_token",
    "mtp_flops_per_token",
    "mtp_parameters",
    "nominal_flops_per_token",
    "parameters",
]


def parameters(config: Mapping[str, Any]) -> int:
    """All parameters of the main model, without the multi-token prediction module.

    They are the numbers that ``transformers`` keeps in the model's state. It counts the router's
    balance biases of DeepSeek-V3 (14,848) among the buffers, DeepSeek's own code among the
    parameters; here they are counted.

    Examples
    --------
    >>> tiny = {"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 1,
    ...         "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 10}
    >>> parameters(tiny)  # 2 x 80 + 4 x 64 + 3 x 128 + 3 x 8
    824
    """
    return total(weight.parameters for weight in architecture(config).weights)


def components(config: Mapping[str, Any], active: bool = False) -> dict[str, int]:
    """Parameters of the main model by component; their sum is all of them."""
    return by_component(architecture(config).weights, active)


def active_parameters(
    config: Mapping[str, Any],
    *,
    embedding: bool = True,
    head: bool = True,
    router: bool = True,
    norms: bool = True,
) -> int:
    """Parameters that one token uses, by the counting convention that the switches set.

    A token uses all weights but the routed experts, of which it uses ``num_experts_per_tok``
    a layer. Where the head is tied to the embedding, the one matrix counts if either does.
    """
    return active(architecture(config), embedding=embedding, head=head, router=router, norms=norms)


def mtp_parameters(config: Mapping[str, Any]) -> int:
    """Parameters that the multi-token prediction modules add; shared ones not counted again.

    DeepSeek-V4's modules are in no public class and are not counted.
    """
    return total(w.parameters for w in architecture(config).module_weights)


def kv_cache_bytes_per_token(config: Mapping[str, Any], bytes_per_element: float = 2) -> float:
    """Bytes that one token leaves in the cache of all layers.

    Keys and values of the key-value heads, or the latent vector and the rotary key of latent
    attention: DeepSeek-V2 report, Table 1. A sliding-window layer counts like any other; it
    forgets again, which :func:`kv_cache_bytes` takes into account.
    """
    elements = total(cache_elements(architecture(config)).values())
    return in_unit(elements * bytes_per_element, "byte/token")


def kv_cache_bytes(config: Mapping[str, Any], context: int, bytes_per_element: float = 2) -> float:
    """Bytes in the cache after ``context`` tokens; sliding windows hold their window only."""
    return total(cache_elements(architecture(config), context).values()) * bytes_per_element


def flops_per_token(
    config: Mapping[str, Any],
    context: int = 4096,
    *,
    causal: bool = True,
    training: bool = True,
    router: bool = True,
) -> float:
    """Floating-point operations per token, averaged over a sequence of ``context`` tokens.

    Two for each active weight in a matrix product (so the embedding, a look-up, is free and
    the head counts), plus attention: 2 x heads x (key size + value size) for each position
    attended to. Training costs three forward passes; nothing is recomputed.

    Parameters
    ----------
    causal
        Count only the positions that a token may see. Many programs count all.
    training
        Forward and backward pass, or forward only.
    router
        Whether the router's small product is counted.

    Returns
    -------
    float
        FLOPs per token of the main model, in FLOP/token.
    """
    checked_context(context)
    forward = forward_flops(architecture(config), context, causal=causal, router=router)
    return in_unit(forward * (1 + BACKWARD) if training else forward, "FLOP/token")


def mtp_flops_per_token(
    config: Mapping[str, Any], context: int = 4096, *, causal: bool = True
) -> float:
    """FLOPs per token that the prediction modules add to training, each with the shared head."""
    made = architecture(config)
    forward = total(
        count * (layer_flops(layer, context, causal) + made.head.flops)
        for layer, count in made.module_groups
    )
    return in_unit((1 + BACKWARD) * forward, "FLOP/token")


def checkpoint_elements(config: Mapping[str, Any]) -> dict[str, int]:
    """Numbers stored in the published checkpoint of a DeepSeek model, by what they are."""
    quantisation = config.get("quantization_config") or {}
    block = quantisation.get("weight_block_size")
    return checkpoint(architecture(config), tuple(block) if block else None)


def describe(config: Mapping[str, Any], context: int = 4096) -> dict[str, Any]:
    """Everything that our own counting finds in a configuration, as plain JSON types.

    :func:`analysis.architecture.anything.describe_anything` also counts what only transformers
    knows, and checkpoints.

    Parameters
    ----------
    config
        The unmodified fields of a Hugging Face ``config.json``.
    context
        Length of the sequence for the FLOPs and the cache, in tokens.

    Raises
    ------
    ConfigError
        If the model type is unknown, or a field is missing or impossible.
    """
    return described(architecture(config), context, announced_modules(config))
