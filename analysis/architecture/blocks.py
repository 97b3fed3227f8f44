"""The building blocks that the model families share: attention, feed-forward, experts."""

from __future__ import annotations

from analysis.architecture.layout import Core, Weight
from analysis.architecture.reading import Config, ConfigError

BALANCE_BIAS = "gate.e_score_correction_bias"


def linear(component: str, name: str, rows: int, columns: int, bias: bool = False) -> list[Weight]:
    """A matrix from ``columns`` to ``rows`` features, with a bias if told."""
    vector = [Weight(component, f"{name}.bias", (rows,), product=False)] if bias else []
    return [Weight(component, name, (rows, columns)), *vector]


def norm(name: str, size: int) -> Weight:
    """The gains of a root-mean-square norm."""
    return Weight("norms", name, (size,), product=False)


def head_size(config: Config) -> int:
    """Size of one attention head: ``head_dim``, or ``hidden_size`` shared out."""
    if "head_dim" in config:
        return config.count("head_dim")
    hidden, heads = config.count("hidden_size"), config.count("num_attention_heads")
    if hidden % heads:
        raise ConfigError("hidden_size", str(hidden), f"a multiple of num_attention_heads={heads}")
    return hidden // heads


def kv_heads(config: Config, default: int | None = None) -> int:
    """Number of key-value heads; it must divide the number of query heads."""
    heads = config.count("num_attention_heads")
    groups = config.count("num_key_value_heads", default)
    if heads % groups:
        raise ConfigError(
            "num_key_value_heads", str(groups), f"a divisor of num_attention_heads={heads}"
        )
    return groups


def grouped_attention(
    config: Config,
    *,
    groups: int,
    bias: bool = False,
    out_bias: bool = False,
    qk_norm: str = "",
    sinks: bool = False,
    window: int | None = None,
    size: int | None = None,
    value_size: int | None = None,
    gated: bool = False,
    values: bool = True,
    chunked: bool = False,
) -> tuple[list[Weight], list[Core]]:
    """Multi-head, grouped-query or multi-query attention, by the number of key-value heads.

    ``qk_norm`` is "head" (gains shared by all heads), "all" (gains of their own) or "" (none).
    ``size`` and ``value_size`` are a head's, where the usual fields do not say so; ``gated``
    attention makes its output gate with the queries; without ``values`` the keys serve as such.
    """
    hidden, heads = config.count("hidden_size"), config.count("num_attention_heads")
    size = size or head_size(config)
    wide = value_size or size
    weights = [
        *linear("attention", "q_proj", heads * size * (2 if gated else 1), hidden, bias),
        *linear("attention", "k_proj", groups * size, hidden, bias),
        *(linear("attention", "v_proj", groups * wide, hidden, bias) if values else []),
        *linear("attention", "o_proj", hidden, heads * wide, out_bias),
    ]
    if qk_norm:
        share = qk_norm == "head"
        weights.append(norm("q_norm", size if share else heads * size))
        weights.append(norm("k_norm", size if share else groups * size))
    if sinks:
        weights.append(Weight("attention", "sinks", (heads,), product=False))
    kind = "chunked" if chunked and window else "sliding" if window else "full"
    width, cached = heads * (size + wide), groups * (size + wide)
    return weights, [Core(kind, width, cached, window, window, chunked=kind == "chunked")]


def latent_attention(
    config: Config, indexer: bool = False, shared_indexer: bool = False
) -> tuple[list[Weight], list[Core]]:
    """Multi-head latent attention (DeepSeek-V2 report, section 2.1), in its expanded form.

    With ``indexer``, attention is restricted to the positions that a small scorer picks
    (DeepSeek-V3.2 report, section 2.1); a ``shared_indexer`` is that of a layer before (GLM-5.2).
    """
    hidden, heads = config.count("hidden_size"), config.count("num_attention_heads")
    latent, rope = config.count("kv_lora_rank"), config.count("qk_rope_head_dim")
    nope, value = config.count("qk_nope_head_dim"), config.count("v_head_dim")
    query, bias = config.optional("q_lora_rank"), config.flag("attention_bias", False)
    if query is None:
        weights = linear("attention", "q_proj", heads * (nope + rope), hidden)
    else:
        weights = [
            *linear("attention", "q_a_proj", query, hidden, bias),
            norm("q_a_layernorm", query),
            *linear("attention", "q_b_proj", heads * (nope + rope), query),
        ]
    weights += [
        *linear("attention", "kv_a_proj_with_mqa", latent + rope, hidden, bias),
        norm("kv_a_layernorm", latent),
        *linear("attention", "kv_b_proj", heads * (nope + value), latent),
        *linear("attention", "o_proj", hidden, heads * value, bias),
    ]
    width = heads * (nope + rope + value)
    if not indexer:
        return weights, [Core("latent", width, latent + rope)]
    if query is None:
        raise ConfigError(
            "q_lora_rank", "null", "a whole number: the indexer reads the query latent"
        )
    best = Core("latent", width, latent + rope, reach=config.count("index_topk"))
    if shared_indexer:
        return weights, [best]
    index_heads, index_size = config.count("index_n_heads"), config.count("index_head_dim")
    weights += [
        *linear("indexer", "indexer.wq_b", index_heads * index_size, query),
        *linear("indexer", "indexer.wk", index_size, hidden),
        Weight("norms", "indexer.k_norm", (index_size,), product=False),
        Weight("norms", "indexer.k_norm.bias", (index_size,), product=False),
        *linear("indexer", "indexer.weights_proj", index_heads, hidden),
    ]
    return weights, [
        best,
        Core("indexer", index_heads * (index_size + 1), index_size),
    ]


def gated_ffn(component: str, hidden: int, inner: int, bias: bool = False) -> list[Weight]:
    """A SwiGLU feed-forward network: gate, up and down projection."""
    return [
        *linear(component, "gate_proj", inner, hidden, bias),
        *linear(component, "up_proj", inner, hidden, bias),
        *linear(component, "down_proj", hidden, inner, bias),
    ]


def experts(
    config: Config,
    *,
    count: int,
    count_key: str,
    inner: int,
    shared_inner: int = 0,
    bias: bool = False,
    shared_bias: bool = False,
    balance_bias: bool = False,
    active_key: str = "num_experts_per_tok",
) -> list[Weight]:
    """A mixture of experts: the router, ``count`` routed experts and the shared one.

    A ``balance_bias`` steers which experts are chosen and enters no output: it is stored, but
    not among the weights that a token uses (DeepSeek-V3 report, section 2.1.2).
    """
    hidden, active = config.count("hidden_size"), config.count(active_key)
    config.at_most(active_key, active, count, f"as {count_key} is {count}")
    routed = [
        Weight(w.component, w.name, w.shape, copies=count, active=active, product=w.product)
        for w in gated_ffn("routed_experts", hidden, inner, bias)
    ]
    shared = gated_ffn("shared_experts", hidden, shared_inner, shared_bias) if shared_inner else []
    router = linear("router", "gate", count, hidden, bias)
    if balance_bias:
        router.append(Weight("router", BALANCE_BIAS, (count,), active=0, product=False))
    return [*router, *routed, *shared]
