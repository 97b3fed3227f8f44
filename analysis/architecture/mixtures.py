"""Families with experts: a token goes to a few of many feed-forward networks."""

from __future__ import annotations

from analysis.architecture.blocks import (
    experts,
    gated_ffn,
    grouped_attention,
    kv_heads,
    latent_attention,
)
from analysis.architecture.dense import (
    FOUR_NORMS,
    all_heads,
    dense_ffn,
    gemma4_attention,
    qwen3_attention,
    whole_layer,
    window,
)
from analysis.architecture.layout import Layer, Weight
from analysis.architecture.reading import Config, ConfigError


def local_experts(
    config: Config, *, bias: bool = False, balance_bias: bool = False
) -> list[Weight]:
    """Experts as wide as ``intermediate_size``, as Mixtral names them."""
    return experts(
        config,
        count=config.count("num_local_experts"),
        count_key="num_local_experts",
        inner=config.count("intermediate_size"),
        bias=bias,
        balance_bias=balance_bias,
    )


def mixtral(config: Config, index: int) -> Layer:
    """Mixtral: eight experts, two of them used."""
    attention = grouped_attention(config, groups=kv_heads(config), window=window(config, index))
    return whole_layer(config, index, attention, local_experts(config))


def minimax_m2(config: Config, index: int) -> Layer:
    """MiniMax-M2: Mixtral's layer with norms on queries and keys and balanced experts."""
    norms = "all" if config.flag("use_qk_norm", True) else ""
    attention = grouped_attention(config, groups=kv_heads(config), qk_norm=norms)
    ffn = local_experts(config, balance_bias=config.flag("use_routing_bias", True))
    return whole_layer(config, index, attention, ffn)


def qwen3_moe(config: Config, index: int) -> Layer:
    """Qwen3's mixtures, and the language model of Qwen3-VL's."""
    step = config.count("decoder_sparse_step", 1)
    dense = index in config.numbers("mlp_only_layers") or (index + 1) % step
    ffn = dense_ffn(config) if dense else _named_experts(config, "moe_intermediate_size")
    return whole_layer(config, index, qwen3_attention(config, index), ffn)


def _named_experts(config: Config, inner: str) -> list[Weight]:
    count = config.count("num_experts")
    return experts(config, count=count, count_key="num_experts", inner=config.count(inner))


def gpt_oss(config: Config, index: int) -> Layer:
    """gpt-oss: every other layer has a window; attention sinks, biases everywhere."""
    config.count("head_dim")
    alternate = "layer_types" in config or index % 2 == 0
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=config.flag("attention_bias", True),
        out_bias=config.flag("attention_bias", True),
        sinks=True,
        window=window(config, index) if alternate else None,
    )
    return whole_layer(config, index, attention, local_experts(config, bias=True))


def olmoe(config: Config, index: int) -> Layer:
    """OLMoE: OLMo 2's attention and 64 small experts."""
    bias = config.flag("attention_bias", False)
    groups = all_heads(config)
    attention = grouped_attention(config, groups=groups, bias=bias, out_bias=bias, qk_norm="all")
    return whole_layer(config, index, attention, _named_experts(config, "intermediate_size"))


def gemma4(config: Config, index: int) -> Layer:
    """Gemma 4: a feed-forward network in every layer and, in the mixture, experts beside it."""
    attention = gemma4_attention(config, index)
    if config.flag("use_double_wide_mlp", False):
        raise ConfigError("use_double_wide_mlp", "true", "false: only such layers are laid out")
    ffn = dense_ffn(config)
    if not config.flag("enable_moe_block", False):
        return whole_layer(config, index, attention, ffn, FOUR_NORMS)
    hidden, count = config.count("hidden_size"), config.count("num_experts")
    ffn += experts(
        config,
        count=count,
        count_key="num_experts",
        inner=config.count("moe_intermediate_size"),
        active_key="top_k_experts",
    )
    ffn += [
        Weight("router", "router.scale", (hidden,), product=False),
        Weight("router", "router.per_expert_scale", (count,), product=False),
    ]
    more = ("post_feedforward_layernorm_1", "pre_feedforward_layernorm_2")
    return whole_layer(
        config, index, attention, ffn, (*FOUR_NORMS, *more, "post_feedforward_layernorm_2")
    )


def llama4(config: Config, index: int) -> Layer:
    """Llama 4: experts in every or every other layer, one used; attention mostly in chunks."""
    layers, step = config.count("num_hidden_layers"), config.count("interleave_moe_layer_step", 1)
    bias = config.flag("attention_bias", False)
    if "layer_types" in config:
        allowed = ("full_attention", "chunked_attention")
        everything = config.names("layer_types", allowed, layers)[index] == "full_attention"
    elif ropes := config.numbers("no_rope_layers"):
        if len(ropes) != layers:
            raise ConfigError("no_rope_layers", f"{len(ropes)} entries", f"{layers}, one a layer")
        everything = not ropes[index]
    else:
        everything = (index + 1) % config.count("no_rope_layer_interval", 4) == 0
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=bias,
        out_bias=bias,
        window=None if everything else config.count("attention_chunk_size", 8192),
        chunked=True,
    )
    listed = config.numbers("moe_layers")
    if not (index in listed if listed else (index + 1) % step == 0):
        ffn = dense_ffn(config, key="intermediate_size_mlp")
    else:
        inner, count = config.count("intermediate_size"), config.count("num_local_experts")
        ffn = experts(
            config, count=count, count_key="num_local_experts", inner=inner, shared_inner=inner
        )
    return whole_layer(config, index, attention, ffn)


def mimo_v2_flash(config: Config, index: int) -> Layer:
    """MiMo-V2-Flash: a window of 128 tokens in five layers of six; values narrower than keys."""
    layers = config.count("num_hidden_layers")
    near, sparse = config.numbers("hybrid_layer_pattern"), config.numbers("moe_layer_freq")
    if "layer_types" in config:  # as transformers 5 saves it
        kinds = config.names("layer_types", ("full_attention", "sliding_attention"), layers)
        near = tuple(int(kind == "sliding_attention") for kind in kinds)
    if "mlp_layer_types" in config:
        kinds = config.names("mlp_layer_types", ("dense", "sparse"), layers)
        sparse = tuple(int(kind == "sparse") for kind in kinds)
    for key, found in (("hybrid_layer_pattern", near), ("moe_layer_freq", sparse)):
        if len(found) != layers:
            raise ConfigError(key, f"{len(found)} entries", f"one for each of {layers} layers")
    prefix = "swa_" if near[index] else ""
    for key in ("num_attention_heads", "head_dim", "v_head_dim"):
        same, here = config.count(key), config.count(f"swa_{key}", config.count(key))
        if same != here:
            raise ConfigError(f"swa_{key}", str(here), f"{same}, as {key} is")
    attention = grouped_attention(
        config,
        groups=config.count(f"{prefix}num_key_value_heads"),
        bias=config.flag("attention_bias", False),
        sinks=config.flag(
            "add_swa_attention_sink_bias" if near[index] else "add_full_attention_sink_bias",
            bool(near[index]),
        ),
        window=_seen(config) if near[index] else None,
        value_size=config.count("v_head_dim"),
    )
    ffn = routed_experts(config) if sparse[index] else dense_ffn(config)
    return whole_layer(config, index, attention, ffn)


def _seen(config: Config) -> int:
    """MiMo's ``sliding_window_size`` leaves out the token itself."""
    if "sliding_window_size" in config:
        return config.count("sliding_window_size") + 1
    return config.count("sliding_window")


def routed_experts(
    config: Config, *, balance_bias: bool = True, shared_bias: bool = False
) -> list[Weight]:
    """Many fine-grained experts and shared ones, as DeepSeek names them."""
    inner = config.count("moe_intermediate_size")
    return experts(
        config,
        count=config.count("n_routed_experts"),
        count_key="n_routed_experts",
        inner=inner,
        shared_inner=inner * config.count("n_shared_experts", 0, minimum=0),
        shared_bias=shared_bias,
        balance_bias=balance_bias,
    )


def deepseek_ffn(
    config: Config, index: int, *, balance_bias: bool = True, bias: bool = False
) -> list[Weight]:
    """The feed-forward part of a DeepSeek layer: dense at first, then experts."""
    if not _sparse(config)[index]:
        return dense_ffn(config, bias)
    return routed_experts(config, balance_bias=balance_bias, shared_bias=bias)


def _sparse(config: Config) -> list[bool]:
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


def deepseek_v2(config: Config, index: int) -> Layer:
    """DeepSeek-V2: latent attention and fine-grained experts."""
    bias = config.flag("mlp_bias", False)
    ffn = deepseek_ffn(config, index, balance_bias=False, bias=bias)
    return whole_layer(config, index, latent_attention(config), ffn)


def deepseek_v3(config: Config, index: int) -> Layer:
    """DeepSeek-V3, R1 and Kimi K2: V2's layer with a bias that balances the experts."""
    return whole_layer(config, index, latent_attention(config), deepseek_ffn(config, index))


def deepseek_v32(config: Config, index: int) -> Layer:
    """DeepSeek-V3.2: V3 with an indexer that picks the positions attended to."""
    attention = latent_attention(config, indexer=True)
    return whole_layer(config, index, attention, deepseek_ffn(config, index))


def glm_moe_dsa(config: Config, index: int) -> Layer:
    """GLM-5: DeepSeek-V3.2's layer; from GLM-5.2 on, most layers borrow an indexer."""
    layers, shared = config.count("num_hidden_layers"), False
    if "indexer_types" in config and index < layers:
        shared = config.names("indexer_types", ("full", "shared"), layers)[index] == "shared"
    attention = latent_attention(config, indexer=True, shared_indexer=shared)
    return whole_layer(config, index, attention, deepseek_ffn(config, index))


def glm4_moe(config: Config, index: int) -> Layer:
    """GLM-4.5 and 4.6: grouped attention and DeepSeek's experts."""
    attention = grouped_attention(
        config,
        groups=kv_heads(config),
        bias=config.flag("attention_bias", False),
        qk_norm="head" if config.flag("use_qk_norm", False) else "",
    )
    return whole_layer(config, index, attention, deepseek_ffn(config, index))


def gated_shared(config: Config) -> list[Weight]:
    """Qwen3-Next's experts and the shared one, whose share in the output a gate sets."""
    hidden, count = config.count("hidden_size"), config.count("num_experts")
    routed = experts(
        config,
        count=count,
        count_key="num_experts",
        inner=config.count("moe_intermediate_size"),
    )
    shared = gated_ffn("shared_experts", hidden, config.count("shared_expert_intermediate_size"))
    return [*routed, *shared, Weight("shared_experts", "shared_expert_gate", (1, hidden))]
