"""DeepSeek-V4: compressed sparse attention and hyper-connections (V4 report, section 2).

The first layers choose experts by a fixed table of tokens, which is no parameter.
"""

from __future__ import annotations

from analysis.architecture.blocks import experts, linear, norm
from analysis.architecture.layout import Core, Layer, Weight
from analysis.architecture.reading import Config, ConfigError

SPARSE, HEAVY = 4, 128
"""Tokens that one entry of the compressed cache stands for, in the two kinds of layer."""


def v4_layer(config: Config, index: int) -> Layer:
    """One layer: attention over a window and compressed entries, experts, hyper-connections."""
    hidden, inner = config.count("hidden_size"), config.count("moe_intermediate_size")
    layers = config.count("num_hidden_layers")
    hashed = config.count("num_hash_layers", minimum=0)
    shared = config.count("n_shared_experts")
    config.at_most("n_shared_experts", shared, 1, "as in all published models")
    weights, cores = _attention(config, _ratios(config, layers)[index])
    ffn = experts(
        config,
        count=config.count("n_routed_experts"),
        count_key="n_routed_experts",
        inner=inner,
        shared_inner=inner,
        balance_bias=index >= hashed,
    )
    norms = [norm("input_layernorm", hidden), norm("post_attention_layernorm", hidden)]
    streams = config.count("hc_mult")
    mixing = [
        weight
        for half in ("attn_hc", "ffn_hc")
        for weight in _mixer(half, streams * (2 + streams), streams * hidden, scales=3)
    ]
    return Layer(index, (*weights, *ffn, *norms, *mixing), tuple(cores))


def v4_final(config: Config) -> tuple[Weight, ...]:
    """What stands between the last layer and the head: one stream out of several, and a norm."""
    hidden, streams = config.count("hidden_size"), config.count("hc_mult")
    return (norm("norm", hidden), *_mixer("hc_head", streams, streams * hidden, scales=1))


def _mixer(name: str, rows: int, columns: int, scales: int) -> list[Weight]:
    part = "hyper_connections"
    return [
        Weight(part, f"{name}.fn", (rows, columns)),
        Weight(part, f"{name}.base", (rows,), product=False),
        Weight(part, f"{name}.scale", (scales,), product=False),
    ]


def _ratios(config: Config, layers: int) -> tuple[int, ...]:
    """How many tokens one compressed entry stands for, by layer; 0 where there are none."""
    ratios = config.numbers("compress_ratios")
    if len(ratios) < layers:
        needed = f"one for each of {layers} layers (num_hidden_layers)"
        raise ConfigError("compress_ratios", f"{len(ratios)} entries", needed)
    for ratio in ratios[:layers]:
        if ratio not in (0, SPARSE, HEAVY):
            raise ConfigError("compress_ratios", str(ratio), f"0, {SPARSE} or {HEAVY}")
    return ratios[:layers]


def _attention(config: Config, ratio: int) -> tuple[list[Weight], list[Core]]:
    hidden, heads = config.count("hidden_size"), config.count("num_attention_heads")
    size, query = config.count("head_dim"), config.count("q_lora_rank")
    groups, rank = config.count("o_groups"), config.count("o_lora_rank")
    window = config.count("sliding_window")
    if heads * size % groups:
        raise ConfigError(
            "o_groups", str(groups), f"a divisor of heads x head_dim = {heads * size}"
        )
    weights = [
        *linear("attention", "q_a_proj", query, hidden),
        norm("q_a_norm", query),
        *linear("attention", "q_b_proj", heads * size, query),
        *linear("attention", "kv_proj", size, hidden),
        norm("kv_norm", size),
        *linear("attention", "o_a_proj", groups * rank, heads * size // groups),
        *linear("attention", "o_b_proj", hidden, groups * rank),
        Weight("attention", "sinks", (heads,), product=False),
    ]
    width = 2 * heads * size
    cores = [Core("sliding", width, size, reach=window, kept=window)]
    if ratio == HEAVY:
        weights += _compressor("attention", "compressor", HEAVY, hidden, size, size)
        cores.append(Core("heavily_compressed", width, size, stride=HEAVY))
    elif ratio == SPARSE:
        number, small = config.count("index_n_heads"), config.count("index_head_dim")
        best = config.count("index_topk")
        weights += [
            *_compressor("attention", "compressor", SPARSE, hidden, 2 * size, size),
            *_compressor("indexer", "indexer", SPARSE, hidden, 2 * small, small),
            *linear("indexer", "indexer.q_b_proj", number * small, query),
            *linear("indexer", "indexer.weights_proj", number, hidden),
        ]
        cores += [
            Core("compressed", width, size, reach=best, stride=SPARSE),
            Core("indexer", number * (small + 1), small, stride=SPARSE),
        ]
    return weights, cores


def _compressor(
    component: str, name: str, ratio: int, hidden: int, width: int, size: int
) -> list[Weight]:
    """What turns ``ratio`` tokens into one entry of ``size`` elements, by learned weights."""
    return [
        *linear(component, f"{name}.kv_proj", width, hidden),
        *linear(component, f"{name}.gate_proj", width, hidden),
        Weight(component, f"{name}.position_bias", (ratio, width), product=False),
        norm(f"{name}.kv_norm", size),
    ]
