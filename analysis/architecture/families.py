"""From a configuration to its weights: one function for each family of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from analysis.architecture.blocks import (
    experts,
    gated_ffn,
    grouped_attention,
    kv_heads,
    latent_attention,
    linear,
    norm,
)
from analysis.architecture.layout import Architecture, Core, Layer, Weight
from analysis.architecture.reading import Config, ConfigError
from analysis.architecture.v4 import v4_final, v4_layer
from press.numbers import is_traced

Attention = tuple[list[Weight], list[Core]]
LayerBuilder = Callable[[Config, int], Layer]


def architecture(config: Mapping[str, Any]) -> Architecture:
    """Every weight of the model that a Hugging Face ``config.json`` describes.

    Raises
    ------
    ConfigError
        If the model type is unknown, or a field is missing or impossible.
    """
    return _built(_Fields(Config(config).fields))


SHAPING = ("num_hash_layers",)
"""Fields, besides the number of layers, that decide which of DeepSeek-V4's layers are alike."""


class _Fields(dict[str, Any]):
    """Fields that a cache can tell apart: by how they are written, so 1 is neither 1.0 nor true.

    Numbers that remember where they were read differ from plain ones.
    """

    def _written(self) -> tuple[Any, ...]:
        return tuple((k, repr(v), is_traced(v) and v.node) for k, v in self.items())

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self._written())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fields) and self._written() == other._written()


@lru_cache(maxsize=32)  # one model is asked for its parameters, its cache and its FLOPs
def _built(config: _Fields) -> Architecture:
    read = Config(config)
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or model_type not in FAMILIES:
        found = repr(model_type) if "model_type" in config else "no such key"
        if isinstance(config.get("text_config"), Mapping):
            found += " with a 'text_config' inside (give that part as the file)"
        raise ConfigError("model_type", found, f"one of {', '.join(sorted(FAMILIES))}")
    build = FAMILIES[model_type]
    hidden, count = read.count("hidden_size"), read.count("num_hidden_layers")
    read.at_most("num_hidden_layers", count, MOST_LAYERS, "the most that is counted")
    mtp = read.count("num_nextn_predict_layers", 0, minimum=0) if model_type in WITH_MTP else 0
    read.at_most("num_nextn_predict_layers", mtp, MOST_LAYERS, "the most that is counted")
    return Architecture(
        model_type=model_type,
        embedding=Weight(
            "embedding", "embed_tokens", (read.count("vocab_size"), hidden), product=False
        ),
        layers=tuple(build(read, index) for index in range(count)),
        final=v4_final(read) if model_type == "deepseek_v4" else (norm("norm", hidden),),
        tied=read.flag("tie_word_embeddings", False),
        mtp=tuple(_mtp_module(build(read, count + index), hidden) for index in range(mtp)),
        depth=count,
        modules=mtp,
        shape=tuple(config[name] for name in SHAPING if isinstance(config.get(name), int)),
        dense_first=config.get("first_k_dense_replace") or 0,
    )


def _layer(config: Config, index: int, attention: Attention, ffn: list[Weight]) -> Layer:
    hidden = config.count("hidden_size")
    weights, cores = attention
    norms = [norm("input_layernorm", hidden), norm("post_attention_layernorm", hidden)]
    return Layer(index, (*weights, *ffn, *norms), tuple(cores))


def _mtp_module(layer: Layer, hidden: int) -> Layer:
    """A prediction module: the layer, a projection of two inputs to one, and three norms.

    Its embedding and head are the main model's (DeepSeek-V3 report, section 2.2).
    """
    extra = [
        *linear("mtp_projection", "eh_proj", hidden, 2 * hidden),
        *(norm(name, hidden) for name in ("enorm", "hnorm", "shared_head.norm")),
    ]
    return Layer(layer.index, (*layer.weights, *extra), layer.cores)


def _dense_ffn(config: Config, bias: bool = False) -> list[Weight]:
    hidden, inner = config.count("hidden_size"), config.count("intermediate_size")
    return gated_ffn("dense_ffn", hidden, inner, bias)


def _llama(config: Config, index: int) -> Layer:
    bias = config.flag("attention_bias", False)
    groups = kv_heads(config, default=config.count("num_attention_heads"))
    attention = grouped_attention(config, groups=groups, bias=bias, out_bias=bias)
    return _layer(config, index, attention, _dense_ffn(config, config.flag("mlp_bias", False)))


def _window(config: Config, index: int) -> int | None:
    """The sliding window of a layer, from ``layer_types`` or the older fields."""
    if "layer_types" in config:
        kinds = ("full_attention", "sliding_attention")
        count = config.count("num_hidden_layers")
        kind = config.names("layer_types", kinds, count)[index]
        return config.count("sliding_window") if kind == "sliding_attention" else None
    return config.count("sliding_window") if "sliding_window" in config else None


def _mistral(config: Config, index: int) -> Layer:
    config.optional("sliding_window")
    attention = grouped_attention(config, groups=kv_heads(config), window=_window(config, index))
    return _layer(config, index, attention, _dense_ffn(config))


def _mixtral(config: Config, index: int) -> Layer:
    attention = grouped_attention(config, groups=kv_heads(config), window=_window(config, index))
    ffn = experts(
        config,
        count=config.count("num_local_experts"),
        count_key="num_local_experts",
        inner=config.count("intermediate_size"),
    )
    return _layer(config, index, attention, ffn)


def _qwen_window(config: Config, index: int) -> int | None:
    if not config.flag("use_sliding_window", False):
        return None
    if "layer_types" not in config and index < config.count("max_window_layers", minimum=0):
        return None
    return _window(config, index)


def _qwen2(config: Config, index: int) -> Layer:
    attention = grouped_attention(
        config, groups=kv_heads(config), bias=True, window=_qwen_window(config, index)
    )
    return _layer(config, index, attention, _dense_ffn(config))


def _qwen3_attention(config: Config, index: int) -> Attention:
    bias = config.flag("attention_bias", False)
    return grouped_attention(
        config,
        groups=kv_heads(config),
        bias=bias,
        out_bias=bias,
        qk_norm="head",
        window=_qwen_window(config, index),
    )


def _qwen3(config: Config, index: int) -> Layer:
    config.count("head_dim")
    return _layer(config, index, _qwen3_attention(config, index), _dense_ffn(config))


def _qwen3_moe(config: Config, index: int) -> Layer:
    step = config.count("decoder_sparse_step", 1)
    dense = index in config.numbers("mlp_only_layers") or (index + 1) % step
    ffn = (
        _dense_ffn(config)
        if dense
        else experts(
            config,
            count=config.count("num_experts"),
            count_key="num_experts",
            inner=config.count("moe_intermediate_size"),
        )
    )
    return _layer(config, index, _qwen3_attention(config, index), ffn)


def _gpt_oss(config: Config, index: int) -> Layer:
    config.count("head_dim")
    alternate = "layer_types" in config or index % 2 == 0
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=config.flag("attention_bias", True),
        out_bias=config.flag("attention_bias", True),
        sinks=True,
        window=_window(config, index) if alternate else None,
    )
    ffn = experts(
        config,
        count=config.count("num_local_experts"),
        count_key="num_local_experts",
        inner=config.count("intermediate_size"),
        bias=True,
    )
    return _layer(config, index, attention, ffn)


def _olmo2(config: Config, index: int) -> Layer:
    bias = config.flag("attention_bias", False)
    groups = kv_heads(config, default=config.count("num_attention_heads"))
    attention = grouped_attention(config, groups=groups, bias=bias, out_bias=bias, qk_norm="all")
    return _layer(config, index, attention, _dense_ffn(config))


def _olmoe(config: Config, index: int) -> Layer:
    bias = config.flag("attention_bias", False)
    groups = kv_heads(config, default=config.count("num_attention_heads"))
    attention = grouped_attention(config, groups=groups, bias=bias, out_bias=bias, qk_norm="all")
    ffn = experts(
        config,
        count=config.count("num_experts"),
        count_key="num_experts",
        inner=config.count("intermediate_size"),
    )
    return _layer(config, index, attention, ffn)


def _deepseek_ffn(
    config: Config, index: int, *, balance_bias: bool = True, bias: bool = False
) -> list[Weight]:
    """The feed-forward part of a DeepSeek layer: dense at first, then experts."""
    if not _deepseek_sparse(config)[index]:
        return _dense_ffn(config, bias)
    inner = config.count("moe_intermediate_size")
    return experts(
        config,
        count=config.count("n_routed_experts"),
        count_key="n_routed_experts",
        inner=inner,
        shared_inner=inner * config.count("n_shared_experts", 0, minimum=0),
        shared_bias=bias,
        balance_bias=balance_bias,
    )


def _deepseek_sparse(config: Config) -> list[bool]:
    """Which layers have experts, the prediction modules behind the last layer included."""
    layers = config.count("num_hidden_layers")
    behind = [True] * config.count("num_nextn_predict_layers", 0, minimum=0)
    if "mlp_layer_types" in config:
        kinds = config.names("mlp_layer_types", ("dense", "sparse"), layers)
        return [kind == "sparse" for kind in kinds] + behind
    config.at_most(
        "moe_layer_freq", config.count("moe_layer_freq", 1), 1, "as in all public models"
    )
    first = config.count("first_k_dense_replace", minimum=0)
    config.at_most("first_k_dense_replace", first, layers, f"as num_hidden_layers is {layers}")
    return [index >= first for index in range(layers)] + behind


def _deepseek_v2(config: Config, index: int) -> Layer:
    bias = config.flag("mlp_bias", False)
    ffn = _deepseek_ffn(config, index, balance_bias=False, bias=bias)
    return _layer(config, index, latent_attention(config), ffn)


def _deepseek_v3(config: Config, index: int) -> Layer:
    return _layer(config, index, latent_attention(config), _deepseek_ffn(config, index))


def _deepseek_v32(config: Config, index: int) -> Layer:
    attention = latent_attention(config, indexer=True)
    return _layer(config, index, attention, _deepseek_ffn(config, index))


def _glm4_moe(config: Config, index: int) -> Layer:
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=config.flag("attention_bias", False),
        qk_norm="head" if config.flag("use_qk_norm", False) else "",
    )
    return _layer(config, index, attention, _deepseek_ffn(config, index))


FAMILIES: Mapping[str, LayerBuilder] = {
    "deepseek_v2": _deepseek_v2,
    "deepseek_v3": _deepseek_v3,
    "deepseek_v32": _deepseek_v32,
    "deepseek_v4": v4_layer,
    "glm4_moe": _glm4_moe,
    "gpt_oss": _gpt_oss,
    "kimi_k2": _deepseek_v3,
    "llama": _llama,
    "mistral": _mistral,
    "mixtral": _mixtral,
    "olmo2": _olmo2,
    "olmoe": _olmoe,
    "qwen2": _qwen2,
    "qwen3": _qwen3,
    "qwen3_moe": _qwen3_moe,
}
"""The model types that can be counted, each with the function that lays out one layer."""

MOST_LAYERS = 10_000
WITH_MTP = frozenset({"deepseek_v3", "deepseek_v32", "kimi_k2", "glm4_moe"})
"""Model types whose checkpoint holds ``num_nextn_predict_layers`` prediction modules."""
