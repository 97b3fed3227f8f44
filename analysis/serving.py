"""Serving a model: what tokens bring in, what the nodes cost, and what the hardware allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.architecture import components, describe, flops_per_token
from press.maths import maximum
from press.numbers import in_unit, named

GPUS_PER_NODE = 8
HOURS_PER_DAY = 24
SECONDS_PER_DAY = 86_400
MILLION = 1e6
DAY = named(1.0, "one day", "day")


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices for a million tokens [USD/million tokens]."""

    cached: float
    uncached: float
    output: float

    def blend(self, other: Tariff, share: float) -> Tariff:
        """The mean tariff where a share of the tokens is billed at ``other``."""
        return Tariff(
            self.cached * (1 - share) + other.cached * share,
            self.uncached * (1 - share) + other.uncached * share,
            self.output * (1 - share) + other.output * share,
        )


@dataclass(frozen=True, slots=True)
class Traffic:
    """Tokens by how they are billed [token]; for a mix, any numbers in proportion."""

    cached: float
    uncached: float
    output: float

    @property
    def total(self) -> float:
        """All tokens [token]."""
        return self.cached + self.uncached + self.output


def revenue_usd(traffic: Traffic, tariff: Tariff) -> float:
    """What the tokens bring in if every one is billed [USD].

    >>> round(revenue_usd(Traffic(342e9, 266e9, 168e9), Tariff(0.14, 0.55, 2.19)))
    562100
    """
    return (
        traffic.cached * tariff.cached
        + traffic.uncached * tariff.uncached
        + traffic.output * tariff.output
    ) / MILLION


def usd_per_million(traffic: Traffic, tariff: Tariff) -> float:
    """Mean price of a million tokens at a mix of cached input, other input and output."""
    return revenue_usd(traffic, tariff) / traffic.total * MILLION


def daily_cost_usd(nodes: float, usd_per_gpu_hour: float) -> float:
    """Rent for nodes of eight GPUs for a day [USD].

    >>> daily_cost_usd(226.75, 2.0)
    87072.0
    """
    return nodes * GPUS_PER_NODE * HOURS_PER_DAY * usd_per_gpu_hour


def margin_over_cost(revenue: float, cost: float) -> float:
    """Profit over cost [share], which DeepSeek calls cost profit margin.

    >>> round(margin_over_cost(562_027, 87_072), 3)
    5.455
    """
    return (revenue - cost) / cost


def nodes_for(tokens_per_day: float, tokens_per_s_per_node: float) -> float:
    """Nodes that work through a day's tokens at a steady rate [node]."""
    return tokens_per_day / SECONDS_PER_DAY / tokens_per_s_per_node


@dataclass(frozen=True, slots=True)
class DecodeLoad:
    """What one GPU of a decode unit has to move and compute.

    Attributes
    ----------
    weight_bytes
        Weights that the GPU holds and reads in every step [byte].
    cache_bytes
        Cache that one sequence holds and every step reads [byte].
    weight_flop, attention_flop
        Arithmetic for one token with weights (FP8) and with the cache (BF16) [FLOP].
    network_bytes
        What one token sends to its experts and gets back [byte].
    """

    weight_bytes: float
    cache_bytes: float
    weight_flop: float
    attention_flop: float
    network_bytes: float


def decode_load(
    config: Mapping[str, Any], context: float, routed_per_gpu: float, cache_bytes_per_token: float
) -> DecodeLoad:
    """The load of DeepSeek's expert-parallel decoding, from the model's configuration.

    Every GPU holds attention, dense layers, shared expert and head, and a few routed experts of
    each layer. Attention works on the latent vectors themselves. Weights are FP8, the head and
    the cache BF16; a token goes to its experts in FP8 and returns in BF16, as in the ISCA paper.

    Parameters
    ----------
    config
        Fields of the published configuration.
    context
        Mean number of tokens behind each output token [token].
    routed_per_gpu
        Routed experts that a GPU holds in each layer [expert].
    cache_bytes_per_token
        Cache of one token over all layers [byte/token].

    References
    ----------
    DeepSeek, Day 6; *Insights into DeepSeek-V3*, section 2.3.2.
    """
    parts = components(config)
    layers = config["num_hidden_layers"]
    sparse = layers - config["first_k_dense_replace"]
    experts = parts["routed_experts"] * routed_per_gpu / config["n_routed_experts"]
    fp8 = parts["attention"] + parts["dense_ffn"] + parts["shared_experts"] + experts
    latent = config["kv_lora_rank"]
    width = config["num_attention_heads"] * (2 * latent + config["qk_rope_head_dim"])
    copies = config["num_experts_per_tok"]  # the shared expert lies on every GPU
    return DecodeLoad(
        weight_bytes=in_unit(fp8 + 2 * parts["head"], "byte"),
        cache_bytes=context * cache_bytes_per_token,
        weight_flop=_product_flop(config),
        attention_flop=in_unit(2 * width * context * layers, "FLOP/token"),
        network_bytes=in_unit(3 * copies * config["hidden_size"] * sparse, "byte/token"),
    )


def _product_flop(config: Mapping[str, Any]) -> float:
    """Forward FLOPs of one token without attention to earlier positions [FLOP/token]."""
    one, two = (flops_per_token(config, n, causal=False, training=False) for n in (1, 2))
    return 2 * one - two


def memory_bound(load: DecodeLoad, sequences: float, bytes_per_s: float) -> float:
    r"""Tokens per second of a GPU if reading memory were all it did [token/s].

    .. math:: T = \frac{B\,M}{W + B K}

    with B sequences at once, memory bandwidth M, weights W and cache K of a sequence. Each step
    reads all weights and all caches once and yields one token for each sequence.

    Examples
    --------
    >>> memory_bound(DecodeLoad(20e9, 0.35e9, 0, 0, 0), 100, 3.3e12)
    6000.0
    """
    return sequences * bytes_per_s / (load.weight_bytes + sequences * load.cache_bytes)


def largest_batch(load: DecodeLoad, memory_bytes: float) -> float:
    """Sequences whose caches fit beside the weights [sequence]."""
    return (memory_bytes - load.weight_bytes) / load.cache_bytes


def compute_bound(load: DecodeLoad, fp8_flop_per_s: float, bf16_flop_per_s: float) -> float:
    """Tokens per second of a GPU if arithmetic at peak were all it did [token/s]."""
    return 1 / (load.weight_flop / fp8_flop_per_s + load.attention_flop / bf16_flop_per_s)


def network_bound(load: DecodeLoad, bytes_per_s: float) -> float:
    """Tokens per second of a GPU if its InfiniBand link were all that mattered [token/s]."""
    return bytes_per_s / load.network_bytes


def draft_load(
    config: Mapping[str, Any], context: float, routed_per_gpu: float, cache_bytes_per_token: float
) -> DecodeLoad:
    """What drafting adds to a GPU's step: the prediction module, its cache, and the head again.

    The module is one more layer with a matrix that joins its two inputs; it uses the main model's
    head. Formats as in ``decode_load``: FP8, the head and the cache BF16.
    """
    made = describe(config)
    parts, head = made["mtp_components"], made["components"]["head"]
    held = parts["attention"] + parts["shared_experts"] + parts["mtp_projection"]
    routed = parts["routed_experts"] * routed_per_gpu / config["n_routed_experts"]
    layers = config["num_hidden_layers"]
    latent = config["kv_lora_rank"]
    width = config["num_attention_heads"] * (2 * latent + config["qk_rope_head_dim"])
    return DecodeLoad(
        weight_bytes=in_unit(held + routed + 2 * head, "byte"),
        cache_bytes=context * cache_bytes_per_token / layers,
        weight_flop=in_unit(2 * (made["mtp_active_parameters"] + head), "FLOP/token"),
        attention_flop=in_unit(2 * width * context, "FLOP/token"),
        network_bytes=in_unit(
            3 * config["num_experts_per_tok"] * config["hidden_size"], "byte/token"
        ),
    )


def step_seconds(
    load: DecodeLoad,
    sequences: float,
    queries: int,
    bytes_per_s: float,
    fp8_flop_per_s: float,
    bf16_flop_per_s: float,
) -> float:
    r"""Seconds of a decoding step if attention and products follow each other, network hidden.

    .. math:: t = \max\left(\frac{BK}{M}, \frac{B q A}{P_{16}}\right)
                + \max\left(\frac{W}{M}, \frac{B q G}{P_8}\right)

    with B sequences and q queries of each; cache K, weights W, bandwidth M; FLOPs A of attention
    and G of products for one query. Within a kernel, reading and arithmetic overlap. The cache is
    read once whatever q is, and so are the weights: all experts that the GPU holds are taken to be
    in use, as they are when many GPUs share a layer's experts.

    Examples
    --------
    >>> load = DecodeLoad(20e9, 0.35e9, 73e9, 85e9, 0)
    >>> [round(step_seconds(load, 88, q, 3.36e12, 1979e12, 865e12) * 1e3, 1) for q in (1, 2)]
    [15.1, 23.8]
    """
    attention = maximum(
        sequences * load.cache_bytes / bytes_per_s,
        sequences * queries * load.attention_flop / bf16_flop_per_s,
    )
    products = maximum(
        load.weight_bytes / bytes_per_s, sequences * queries * load.weight_flop / fp8_flop_per_s
    )
    return attention + products


def speed_up_from_step(
    load: DecodeLoad, draft: DecodeLoad, sequences: float, acceptance: float, **rates: float
) -> float:
    """How many times the tokens a second a node yields with one draft: (1 + p) t₁ ÷ (t₂ + t_d)."""
    plain = step_seconds(load, sequences, 1, **rates)
    checking = step_seconds(load, sequences, 2, **rates)
    drafting = step_seconds(draft, sequences, 1, **rates)
    return (1 + acceptance) * plain / (checking + drafting)
