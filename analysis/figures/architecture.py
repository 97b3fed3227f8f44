"""What DeepSeek-V3 is made of: parameters, cache and FLOPs per token."""

from __future__ import annotations

from typing import Any

from analysis import architecture as arch
from press.facts import Facts
from press.figures import figure
from press.maths import total
from press.numbers import named, number
from press.tables import Row

TRAINING_FLOP = named(6, "FLOPs for a parameter and token", "FLOP")
V3, V2, DENSE_67B = "deepseek-v3", "deepseek-v2", "deepseek-67b"


def _v3(facts: Facts) -> dict[str, Any]:
    return arch.describe(facts.config(V3))


def _stored(facts: Facts) -> dict[str, int]:
    return arch.checkpoint_elements(facts.config(V3))


@figure(unit="parameter", headline=True)
def total_parameters(facts: Facts) -> float:
    """Parameters of DeepSeek-V3's main model."""
    return number(_v3(facts)["total_parameters"])


@figure(unit="parameter", headline=True)
def active_parameters(facts: Facts) -> float:
    """Parameters that one token uses, embedding and head included."""
    return number(_v3(facts)["active_parameters"])


@figure(unit="parameter")
def active_without_embedding(facts: Facts) -> float:
    """Parameters that one token uses, without the embedding table that it only looks up."""
    return number(arch.active_parameters(facts.config(V3), embedding=False))


@figure(unit="parameter")
def active_products(facts: Facts) -> float:
    """Parameters behind the published FLOPs: matrix products, without the router's."""
    return number(
        arch.active_parameters(facts.config(V3), embedding=False, router=False, norms=False)
    )


@figure(unit="share")
def active_share(facts: Facts) -> float:
    """Share of the parameters that one token uses."""
    made = _v3(facts)
    return number(made["active_parameters"] / made["total_parameters"])


def _component(name: str, title: str, formula: str) -> None:
    def part(facts: Facts) -> float:
        return number(arch.components(facts.config(V3))[name])

    part.__doc__, part.__qualname__ = title, name
    figure(name=name, unit="parameter", formula=formula)(part)


for _name, _title, _formula in (
    ("embedding", "Parameters of the embedding; the head has as many.", "vocabulary × hidden size"),
    ("attention", "Parameters of attention in all layers.", "five projections × layers"),
    (
        "router",
        "Parameters of the routers in all layers, balance biases included.",
        "(hidden size + 1) × routed experts a layer × expert layers",
    ),
    (
        "routed_experts",
        "Parameters of all routed experts.",
        "3 × hidden size × expert width × routed experts a layer × expert layers",
    ),
    (
        "shared_experts",
        "Parameters of the shared experts, which every token uses.",
        "3 × hidden size × expert width × expert layers",
    ),
    (
        "dense_ffn",
        "Parameters of the feed-forward networks in the layers without experts.",
        "3 × hidden size × feed-forward width × dense layers",
    ),
    ("norms", "Parameters of the norms.", "one gain for each feature of each norm"),
):
    _component(_name, _title, _formula)


@figure(unit="parameter")
def expert(facts: Facts) -> float:
    """Parameters of one expert."""
    made = _v3(facts)
    return number(made["components"]["routed_experts"] / made["routed_experts"])


@figure(unit="expert")
def routed_experts_total(facts: Facts) -> float:
    """Routed experts in the whole model."""
    return number(_v3(facts)["routed_experts"])


@figure(unit="expert")
def routed_experts_active(facts: Facts) -> float:
    """Routed experts that one token uses in the whole model."""
    return number(_v3(facts)["routed_experts_per_token"])


@figure(unit="layer")
def moe_layers(facts: Facts) -> float:
    """Layers that have experts."""
    return number(_v3(facts)["moe_layers"])


@figure(unit="parameter")
def mtp_parameters(facts: Facts) -> float:
    """Parameters that the multi-token prediction module adds."""
    return number(_v3(facts)["mtp_parameters"])


@figure(unit="parameter")
def mtp_without_projection(facts: Facts) -> float:
    """Parameters of the multi-token prediction module without its input projection."""
    made = _v3(facts)
    return number(made["mtp_parameters"] - made["mtp_components"]["mtp_projection"])


def _mtp_used(facts: Facts) -> float:
    made = _v3(facts)
    return number(made["mtp_active_parameters"] - made["mtp_components"]["mtp_projection"])


@figure(unit="parameter")
def mtp_active_with_head(facts: Facts) -> float:
    """Parameters of the module that one token uses, projection left out and head counted."""
    return _mtp_used(facts) + number(_v3(facts)["components"]["head"])


@figure(unit="parameter")
def mtp_active_with_both(facts: Facts) -> float:
    """Parameters of the module that one token uses, embedding and head counted as well."""
    parts = _v3(facts)["components"]
    return _mtp_used(facts) + number(parts["head"] + parts["embedding"])


@figure(unit="parameter")
def checkpoint(facts: Facts) -> float:
    """Numbers in the published checkpoint, counted from the configuration."""
    return number(total(_stored(facts).values()))


@figure(unit="parameter")
def checkpoint_extra(facts: Facts) -> float:
    """Numbers in the checkpoint beyond the main model."""
    stored = _stored(facts)
    return number(total(stored.values()) - stored["main_model"])


def _cache(facts: Facts, model: str, bits: float = 16) -> float:
    return arch.kv_cache_bytes_per_token(facts.config(model), bits / 8)


TRAINING = "3 × (2 × weights in matrix products + attention over the positions a token sees)"


def _dense_peer(name: str, model: str, label: str) -> None:
    """FLOPs of another model, and its cache and FLOPs as multiples of DeepSeek-V3's."""

    def flops(facts: Facts) -> float:
        return arch.flops_per_token(facts.config(model))

    def cache_ratio(facts: Facts) -> float:
        return _cache(facts, model) / _cache(facts, V3)

    def flops_ratio(facts: Facts) -> float:
        return flops(facts) / arch.flops_per_token(facts.config(V3))

    flops.__doc__ = f"Training FLOPs per token of {label} at 4,096 tokens of context, causal."
    cache_ratio.__doc__ = f"How many times DeepSeek-V3's cache {label} needs."
    flops_ratio.__doc__ = f"How many times DeepSeek-V3's FLOPs per token {label} needs."
    figure(name=f"flops_{name}", unit="FLOP/token", formula=TRAINING)(flops)
    figure(name=f"kv_ratio_{name}", unit="ratio", formula=f"cache of {label} ÷ DeepSeek-V3's")(
        cache_ratio
    )
    figure(name=f"flops_ratio_{name}", unit="ratio", formula=f"FLOPs of {label} ÷ DeepSeek-V3's")(
        flops_ratio
    )


_dense_peer("qwen", "qwen2.5-72b", "Qwen2.5-72B")


_dense_peer("llama", "llama-3.1-405b", "Llama 3.1 405B")


@figure(unit="FLOP/token")
def flops_per_token(facts: Facts) -> float:
    """Training FLOPs per token of DeepSeek-V3 at 4,096 tokens of context, causal."""
    return arch.flops_per_token(facts.config(V3))


@figure(unit="FLOP/token")
def flops_per_token_published(facts: Facts) -> float:
    """Training FLOPs per token of DeepSeek-V3 as its papers count them, causal."""
    return arch.flops_per_token(facts.config(V3), router=False)


@figure(unit="FLOP/token")
def flops_per_token_non_causal(facts: Facts) -> float:
    """Training FLOPs per token of DeepSeek-V3 as its papers count them, not causal."""
    return arch.flops_per_token(facts.config(V3), router=False, causal=False)


@figure(unit="share")
def attention_flops_share(facts: Facts) -> float:
    """Share of the training FLOPs that is attention proper, at 4,096 tokens of context."""
    config = facts.config(V3)
    products = TRAINING_FLOP * arch.active_parameters(config, embedding=False, norms=False)
    return 1 - products / arch.flops_per_token(config)


@figure(unit="share")
def mtp_flops_share(facts: Facts) -> float:
    """What the multi-token prediction module adds to the training FLOPs."""
    config = facts.config(V3)
    return arch.mtp_flops_per_token(config) / arch.flops_per_token(config)


def _printed(facts: Facts, key: str) -> float:
    row = facts.row("published_flops", key)
    return number(row["published"] / row["tokens"])


def _shorthand(row: Row) -> float:
    sizes = (row["hidden_size"], row["layers"], row["vocabulary"])
    return arch.nominal_flops_per_token(*sizes, ffn_width=number(row["ffn_width"]), context=4096)


@figure(unit="FLOP/token")
def printed_flops_qwen(facts: Facts) -> float:
    """Training FLOPs per token that the ISCA paper prints for Qwen-72B."""
    return _printed(facts, "isca-qwen")


@figure(unit="FLOP/token")
def printed_flops_llama(facts: Facts) -> float:
    """Training FLOPs per token that the ISCA paper prints for Llama 3.1 405B."""
    return _printed(facts, "isca-llama")


@figure(unit="ratio")
def printed_flops_ratio(facts: Facts) -> float:
    """Llama 3.1 405B's FLOPs per token over DeepSeek-V3's, as the ISCA paper prints them."""
    return _printed(facts, "isca-llama") / _printed(facts, "isca-v3")


@figure(unit="share")
def flops_gap_qwen(facts: Facts) -> float:
    """How far a count like DeepSeek-V3's is above Qwen's printed FLOPs per token."""
    config = facts.config("qwen2.5-72b")
    return arch.flops_per_token(config) / _printed(facts, "isca-qwen") - 1


@figure(unit="share")
def flops_gap_llama(facts: Facts) -> float:
    """How far a count like DeepSeek-V3's is above Llama's printed FLOPs per token."""
    config = facts.config("llama-3.1-405b")
    return arch.flops_per_token(config) / _printed(facts, "isca-llama") - 1


@figure(unit="parameter")
def dense_equivalent(facts: Facts) -> float:
    """Parameters of a dense model with V3's FLOPs per token, its own attention not counted."""
    return arch.flops_per_token(facts.config(V3)) / TRAINING_FLOP


@figure(unit="share")
def moe_145b_gap(facts: Facts) -> float:
    """How far the shorthand is below what the DeepSeekMoE paper prints for its 145B model."""
    row = facts.row("published_flops", "moe-145b")
    return 1 - _shorthand(row) / _printed(facts, "moe-145b")


@figure(unit="share")
def moe_67b_gap(facts: Facts) -> float:
    """How far DeepSeek 67B's counted FLOPs per token are below those the MoE paper prints."""
    counted = arch.flops_per_token(facts.config(DENSE_67B), causal=False)
    return 1 - counted / _printed(facts, "moe-67b")


def _joining(facts: Facts) -> float:
    """Weights of the matrix that joins the prediction module's two inputs."""
    return number(_v3(facts)["mtp_components"]["mtp_projection"])


@figure(unit="parameter")
def mtp_active_head_all(facts: Facts) -> float:
    """Parameters of the module that one token uses, with the joining matrix and the head."""
    return mtp_active_with_head(facts) + _joining(facts)


@figure(unit="parameter")
def mtp_active_both_all(facts: Facts) -> float:
    """The same with the embedding."""
    return mtp_active_with_both(facts) + _joining(facts)
