"""Hybrid families: most layers keep a state of constant size in place of a growing cache.

Qwen3-Next and Qwen3.5 use the gated delta rule (Yang et al., arXiv 2412.06464), Nemotron-H uses
Mamba-2 (Dao and Gu, arXiv 2405.21060).
"""

from __future__ import annotations

from analysis.architecture.blocks import (
    BALANCE_BIAS,
    grouped_attention,
    head_size,
    kv_heads,
    linear,
    norm,
)
from analysis.architecture.dense import all_heads, dense_ffn, whole_layer
from analysis.architecture.layout import Core, Layer, Weight
from analysis.architecture.mixtures import gated_shared
from analysis.architecture.reading import Config, ConfigError

DELTA_RULE, STATE_SPACE = 3, 2
"""Multiply-adds for each element of the state and token: the delta rule reads the state, writes
it and reads it again; a state space writes and reads."""


def _linear_attention(config: Config) -> tuple[list[Weight], list[Core]]:
    """The gated delta rule: a state of key size x value size a head, updated by every token."""
    hidden, kernel = config.count("hidden_size"), config.count("linear_conv_kernel_dim", 4)
    key_heads, value_heads = (config.count(f"linear_num_{part}_heads") for part in ("key", "value"))
    key, value = (config.count(f"linear_{part}_head_dim") for part in ("key", "value"))
    mixed = 2 * key_heads * key + value_heads * value
    part = "linear_attention"
    weights = [
        *linear(part, "in_proj_qkv", mixed, hidden),
        *linear(part, "in_proj_z", value_heads * value, hidden),
        *linear(part, "in_proj_ba", 2 * value_heads, hidden),
        Weight(part, "conv1d", (mixed, kernel)),
        Weight(part, "dt_bias", (value_heads,), product=False),
        Weight(part, "A_log", (value_heads,), product=False),
        norm("linear_attn.norm", value),
        *linear(part, "out_proj", hidden, value_heads * value),
    ]
    state = value_heads * key * value
    return weights, [Core("state", DELTA_RULE * state, 0, reach=1, state=state + mixed * kernel)]


def qwen3_next(config: Config, index: int) -> Layer:
    """Qwen3-Next and Qwen3.5: three layers of linear attention, then one of gated attention."""
    layers = config.count("num_hidden_layers")
    if "layer_types" in config:
        kinds = ("full_attention", "linear_attention")
        full = config.names("layer_types", kinds, layers)[index] == "full_attention"
    else:
        full = (index + 1) % config.count("full_attention_interval", 4) == 0
    bias = config.flag("attention_bias", False)
    attention = (
        grouped_attention(
            config,
            groups=kv_heads(config),
            bias=bias,
            out_bias=bias,
            qk_norm="head",
            size=config.count("head_dim"),
            gated=True,
        )
        if full
        else _linear_attention(config)
    )
    step, dense = config.count("decoder_sparse_step", 1), config.numbers("mlp_only_layers")
    sparse = "num_experts" in config and index not in dense and (index + 1) % step == 0
    ffn = gated_shared(config) if sparse else dense_ffn(config)
    return whole_layer(config, index, attention, ffn)


PATTERN = {"M": "mamba", "*": "attention", "-": "mlp", "E": "moe"}
"""Nemotron-H's own letters for the kinds of its layers."""


def _kinds(config: Config) -> list[str]:
    """The kind of each layer, from the pattern of letters or from a list of words."""
    layers = config.count("num_hidden_layers")
    for key in ("layers_block_type", "layer_types"):
        if key in config:
            return list(config.names(key, tuple(PATTERN.values()), layers))
    pattern = config.fields.get("hybrid_override_pattern")
    needed = f"a word of {layers} letters out of {''.join(PATTERN)} (one a layer)"
    if not isinstance(pattern, str) or set(pattern) - set(PATTERN):
        raise ConfigError("hybrid_override_pattern", repr(pattern), needed)
    if len(pattern) != layers:
        raise ConfigError("hybrid_override_pattern", f"{len(pattern)} letters", needed)
    return [PATTERN[letter] for letter in pattern]


def _mamba(config: Config) -> tuple[list[Weight], list[Core]]:
    """A Mamba-2 mixer: a state of ``ssm_state_size`` for every channel."""
    hidden, groups = config.count("hidden_size"), config.count("n_groups")
    heads, size = config.count("mamba_num_heads"), config.count("mamba_head_dim")
    state, kernel = config.count("ssm_state_size"), config.count("conv_kernel", 4)
    inner = heads * size
    mixed = inner + 2 * groups * state
    part, bias = "state_space", config.flag("use_bias", False)
    weights = [
        *linear(part, "in_proj", inner + mixed + heads, hidden, bias),
        Weight(part, "conv1d", (mixed, kernel)),
        *(Weight(part, name, (heads,), product=False) for name in ("dt_bias", "A_log", "D")),
        norm("mixer.norm", inner),
        *linear(part, "out_proj", hidden, inner, bias),
    ]
    if config.flag("use_conv_bias", True):
        weights.append(Weight(part, "conv1d.bias", (mixed,), product=False))
    held = inner * state
    return weights, [Core("state", STATE_SPACE * held, 0, reach=1, state=held + mixed * kernel)]


def _plain_ffn(part: str, hidden: int, inner: int, bias: bool = False) -> list[Weight]:
    """Two matrices without a gate."""
    return [
        *linear(part, "up_proj", inner, hidden, bias),
        *linear(part, "down_proj", hidden, inner, bias),
    ]


def _latent_experts(config: Config, bias: bool) -> list[Weight]:
    """Experts of two matrices, from Nemotron 3 Super on in a narrower space of their own."""
    hidden, count = config.count("hidden_size"), config.count("n_routed_experts")
    active = config.count("num_experts_per_tok")
    config.at_most("num_experts_per_tok", active, count, f"as n_routed_experts is {count}")
    narrow = config.count("moe_latent_size", hidden)
    routed = [
        Weight(w.component, w.name, w.shape, copies=count, active=active, product=w.product)
        for w in _plain_ffn("routed_experts", narrow, config.count("moe_intermediate_size"))
    ]
    around = (
        [
            *linear("routed_experts", "fc1_latent_proj", narrow, hidden, bias),
            *linear("routed_experts", "fc2_latent_proj", hidden, narrow, bias),
        ]
        if "moe_latent_size" in config
        else []
    )
    wide = config.count("moe_shared_expert_intermediate_size")
    return [
        *linear("router", "gate", count, hidden),
        Weight("router", BALANCE_BIAS, (count,), active=0, product=False),
        *routed,
        *around,
        *_plain_ffn("shared_experts", hidden, wide, bias),
    ]


def nemotron_h(config: Config, index: int) -> Layer:
    """Nemotron-H and Nemotron 3: each layer is a mixer, attention, a network or experts."""
    hidden, kind = config.count("hidden_size"), _kinds(config)[index]
    bias = config.flag("mlp_bias", False)
    cores: list[Core] = []
    if kind == "mamba":
        weights, cores = _mamba(config)
    elif kind == "attention":
        size = config.count("attention_head_dim", head_size(config))
        weights, cores = grouped_attention(config, groups=all_heads(config), size=size)
    elif kind == "mlp":
        weights = _plain_ffn("dense_ffn", hidden, config.count("intermediate_size"), bias)
    else:
        weights = _latent_experts(config, bias)
    return Layer(index, (*weights, norm("norm", hidden)), tuple(cores))
