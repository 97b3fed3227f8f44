"""Everything that can be counted in a laid-out model, as plain JSON types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.architecture.counting import (
    BACKWARD,
    active,
    balance_biases,
    by_component,
    cache_elements,
    checked_context,
    forward_flops,
    layer_flops,
)
from analysis.architecture.layout import Architecture
from analysis.architecture.opening import opened
from analysis.architecture.reading import Config
from press.maths import total

BYTES = 2
"""Of one element of the cache: 16-bit numbers."""
OWN = "own"
"""How the output names our own counting, by family."""
MODULES = ("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules")
"""Under which names configurations announce modules that predict further tokens."""
CONVENTION = (
    "every weight that one token uses: embedding, head, router and norms included, of the routed "
    "experts those chosen; no MTP module, nothing that sees or hears"
)


def announced_modules(config: Mapping[str, Any]) -> int:
    """How many prediction modules a configuration announces."""
    fields = Config(opened(config)[0])
    return max(fields.count(key, 0, minimum=0) for key in MODULES)


def described(
    made: Architecture, context: int, announced: int = 0, *, counted_by: str = OWN
) -> dict[str, Any]:
    """The counts of a model.

    Parameters
    ----------
    made
        Its layout.
    context
        Length of the sequence for the FLOPs and the cache, in tokens.
    announced
        Prediction modules that the configuration announces, counted or not.
    counted_by
        What laid the model out: "own", "transformers VERSION" or "checkpoint".

    Raises
    ------
    ConfigError
        If the context is no length.
    """
    checked_context(context)
    parameters = total(weight.parameters for weight in made.weights)
    routed = [w for w in made.weights if w.component == "routed_experts"]
    experts = [w for w in routed if w.product and "down" in w.name.split("experts")[-1]] or routed
    attention: dict[str, int] = {}
    for weight in made.weights:
        if weight.component == "attention":
            name = _projection(weight.name)
            attention[name] = attention.get(name, 0) + weight.parameters
    modules = made.module_weights
    extra = total(layer_flops(layer, context, True) + made.head.flops for layer in made.mtp)
    forward, whole = (forward_flops(made, context, causal=causal) for causal in (True, False))
    cache = cache_elements(made)
    held = cache_elements(made, context)
    used = total(w.active_parameters for w in made.weights)
    return {
        "model_type": made.model_type,
        "counted_by": counted_by,
        "left_out": list(made.left_out),
        "total_parameters": parameters,
        "router_balance_biases": balance_biases(made),
        "parameters_in_transformers": parameters - balance_biases(made),
        "active_parameters": used,
        "active_parameters_convention": CONVENTION,
        "active_parameters_alternatives": {
            "without_embedding": active(made, embedding=False),
            "without_embedding_and_head": active(made, embedding=False, head=False),
            "matrix_products_without_router": active(
                made, embedding=False, router=False, norms=False
            ),
        },
        "components": by_component(made.weights),
        "active_components": by_component(made.weights, active=True),
        "attention_projections": attention,
        "layers": made.depth or len(made.layers),
        "moe_layers": total(count for layer, count in made.groups if layer.sparse),
        "routed_experts": total(w.copies for w in experts),
        "routed_experts_per_token": total(w.active for w in experts),
        "mtp_parameters": (
            None if announced and not made.mtp else total(w.parameters for w in modules)
        ),
        "mtp_active_parameters": total(w.active_parameters for w in modules),
        "mtp_components": by_component(modules),
        "kv_cache_bytes_per_element": BYTES,
        "kv_cache_elements_per_token": None if made.unknown else cache,
        "kv_cache_bytes_per_token": None if made.unknown else BYTES * total(cache.values()),
        "constant_state_elements": total(c.state for layer in made.layers for c in layer.cores),
        "context": context,
        "kv_cache_bytes_at_context": None if made.unknown else BYTES * total(held.values()),
        "forward_flops_per_token": forward,
        "training_flops_per_token": forward * (1 + BACKWARD),
        "forward_flops_per_token_non_causal": whole,
        "training_flops_per_token_non_causal": whole * (1 + BACKWARD),
        "mtp_training_flops_per_token": (1 + BACKWARD) * extra,
    }


def _projection(name: str) -> str:
    """The name of a matrix without its place in a model.

    >>> _projection("model.layers.3.self_attn.q_proj.weight"), _projection("indexer.wk")
    ('q_proj', 'indexer.wk')
    """
    if ".layers." not in "." + name:
        return name
    return name.removesuffix(".weight").split("attn.")[-1].rpartition(".")[2]
