"""Families with one feed-forward network a layer: Llama and its many descendants."""

from __future__ import annotations

from analysis.architecture.blocks import gated_ffn, grouped_attention, head_size, kv_heads, norm
from analysis.architecture.layout import Core, Layer, Weight
from analysis.architecture.reading import Config, ConfigError

Attention = tuple[list[Weight], list[Core]]

KINDS = ("full_attention", "sliding_attention")
TWO_NORMS = ("input_layernorm", "post_attention_layernorm")
FOUR_NORMS = (*TWO_NORMS, "pre_feedforward_layernorm", "post_feedforward_layernorm")


def whole_layer(
    config: Config,
    index: int,
    attention: Attention,
    ffn: list[Weight],
    norms: tuple[str, ...] = TWO_NORMS,
) -> Layer:
    """A layer of attention, feed-forward network and the norms around them."""
    hidden = config.count("hidden_size")
    weights, cores = attention
    gains = (norm(name, hidden) for name in norms)
    return Layer(index, (*weights, *ffn, *gains), tuple(cores))


def dense_ffn(config: Config, bias: bool = False, key: str = "intermediate_size") -> list[Weight]:
    """The gated feed-forward network whose width stands in ``key``."""
    return gated_ffn("dense_ffn", config.count("hidden_size"), config.count(key), bias)


def all_heads(config: Config) -> int:
    """Key-value heads where a file without the field means one for each query head."""
    return kv_heads(config, default=config.count("num_attention_heads"))


def llama(config: Config, index: int) -> Layer:
    """Llama 2 and 3, Granite, and Phi-3, which stores the same matrices side by side."""
    bias = config.flag("attention_bias", False)
    attention = grouped_attention(config, groups=all_heads(config), bias=bias, out_bias=bias)
    return whole_layer(config, index, attention, dense_ffn(config, config.flag("mlp_bias", False)))


def phi3(config: Config, index: int) -> Layer:
    """Phi-3 and Phi-4: a window in every layer, if any."""
    attention = grouped_attention(config, groups=all_heads(config), window=window(config, index))
    return whole_layer(config, index, attention, dense_ffn(config))


def window(config: Config, index: int) -> int | None:
    """The sliding window of a layer, from ``layer_types`` or the older fields."""
    if "layer_types" in config:
        kind = config.names("layer_types", KINDS, config.count("num_hidden_layers"))[index]
        return config.count("sliding_window") if kind == "sliding_attention" else None
    return config.count("sliding_window") if "sliding_window" in config else None


def window_but_every(config: Config, index: int, usual: int) -> int | None:
    """The sliding window of a layer where every so many layers one sees everything."""
    if "layer_types" in config:
        return window(config, index)
    step = config.count("sliding_window_pattern", usual)
    return None if (index + 1) % step == 0 else config.count("sliding_window")


def mistral(config: Config, index: int) -> Layer:
    """Mistral: a window in every layer, if any."""
    config.optional("sliding_window")
    attention = grouped_attention(config, groups=kv_heads(config), window=window(config, index))
    return whole_layer(config, index, attention, dense_ffn(config))


def qwen_window(config: Config, index: int) -> int | None:
    """Qwen's windows: off unless switched on, and then from a certain layer."""
    if not config.flag("use_sliding_window", False):
        return None
    if "layer_types" not in config and index < config.count("max_window_layers", minimum=0):
        return None
    return window(config, index)


def qwen2(config: Config, index: int) -> Layer:
    """Qwen2 and 2.5, MiMo: biases on queries, keys and values."""
    attention = grouped_attention(
        config, groups=kv_heads(config), bias=True, window=qwen_window(config, index)
    )
    return whole_layer(config, index, attention, dense_ffn(config))


def qwen3_attention(config: Config, index: int) -> Attention:
    """Qwen3: queries and keys are normed."""
    bias = config.flag("attention_bias", False)
    return grouped_attention(
        config,
        groups=kv_heads(config),
        bias=bias,
        out_bias=bias,
        qk_norm="head",
        window=qwen_window(config, index),
    )


def qwen3(config: Config, index: int) -> Layer:
    """Qwen3, and the language model of Qwen3-VL."""
    config.count("head_dim")
    return whole_layer(config, index, qwen3_attention(config, index), dense_ffn(config))


def olmo2(config: Config, index: int) -> Layer:
    """OLMo 2: each head's queries and keys have norms of their own."""
    bias = config.flag("attention_bias", False)
    groups = all_heads(config)
    attention = grouped_attention(config, groups=groups, bias=bias, out_bias=bias, qk_norm="all")
    return whole_layer(config, index, attention, dense_ffn(config))


def olmo3(config: Config, index: int) -> Layer:
    """Olmo 3: as OLMo 2, with a window in three layers of four."""
    bias = config.flag("attention_bias", False)
    attention = grouped_attention(
        config,
        groups=all_heads(config),
        bias=bias,
        out_bias=bias,
        qk_norm="all",
        window=window_but_every(config, index, 4),
    )
    return whole_layer(config, index, attention, dense_ffn(config))


def cohere2(config: Config, index: int) -> Layer:
    """Command R7B and A: attention and feed-forward network side by side behind one norm."""
    bias = config.flag("attention_bias", False)
    attention = grouped_attention(
        config,
        groups=all_heads(config),
        bias=bias,
        out_bias=bias,
        window=window_but_every(config, index, 4),
    )
    return whole_layer(config, index, attention, dense_ffn(config), ("input_layernorm",))


def gemma3(config: Config, index: int) -> Layer:
    """Gemma 3: a window in five layers of six, four norms a layer, one matrix for both ends."""
    config.count("head_dim")
    bias = config.flag("attention_bias", False)
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=bias,
        out_bias=bias,
        qk_norm="head",
        window=window_but_every(config, index, 6),
    )
    return whole_layer(config, index, attention, dense_ffn(config), FOUR_NORMS)


def gemma4_attention(config: Config, index: int) -> Attention:
    """Gemma 4: layers that see everything have wider heads, fewer keys, and keys for values."""
    for key in ("hidden_size_per_layer_input", "num_kv_shared_layers"):
        if config.count(key, 0, minimum=0):
            raise ConfigError(key, str(config.fields[key]), "0: layers that share are not laid out")
    bias, kinds = config.flag("attention_bias", False), config.count("num_hidden_layers")
    if config.names("layer_types", KINDS, kinds)[index] == "sliding_attention":
        groups, reach = kv_heads(config), config.count("sliding_window")
        return grouped_attention(
            config, groups=groups, bias=bias, out_bias=bias, qk_norm="head", window=reach
        )
    alike = config.flag("attention_k_eq_v", False)
    return grouped_attention(
        config,
        groups=config.count("num_global_key_value_heads", kv_heads(config))
        if alike
        else kv_heads(config),
        bias=bias,
        out_bias=bias,
        qk_norm="head",
        size=config.count("global_head_dim", head_size(config)),
        values=not alike,
    )
