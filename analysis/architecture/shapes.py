"""From the names and shapes of a model's weights to its layout, whatever the family.

Used where no function of our own knows the family: names and shapes come from transformers on
the meta device (``meta``) or from the header of a checkpoint (``headers``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from analysis.architecture.layout import Architecture, Core, Layer, Weight
from analysis.architecture.reading import ConfigError

Shapes = Mapping[str, tuple[int, ...]]

_RULES: tuple[tuple[str, str], ...] = (
    (
        "vision",
        r"vision|visual|image|audio|speech|multi_modal|mm_proj|embed_vision|video|resampler",
    ),
    ("head", r"^(.*\.)?(lm_head|embed_out|output_projection)\b|^output\b"),
    ("hyper_connections", r"(attn|ffn|mlp)_hc\.|hc_head|hyper_conn"),
    ("embedding", r"embed|\bwte\b|\bwpe\b|word_emb"),
    ("indexer", r"indexer.*(?<!norm\.weight)(?<!norm\.bias)$"),
    ("norms", r"norm|\bln_|_ln\b|\bln\d"),
    ("shared_experts", r"shared_(expert|mlp)|share_expert"),
    ("routed_experts", r"experts\b|\bblock_sparse_moe\.(input|output)_linear|latent_proj"),
    ("router", r"\brouter\b|\bgate\.(weight|bias|proj|layer)|\bgate$|correction_bias|\bgate\.w"),
    ("linear_attention", r"linear_attn|delta|lightning|\bkda\b|time_mix|retention"),
    (
        "state_space",
        r"mamba|\bssm|A_log|dt_bias|conv1d|x_proj|dt_proj|mixer\.(in|out)_proj|mixer\.D$",
    ),
    ("attention", r"attn|attention|[qkv]_proj|o_proj|qkv|sinks|\bout_proj"),
    (
        "dense_ffn",
        r"mlp|ffn|feed_?forward|fc_?\d|dense|gate_proj|up_proj|down_proj|\bw\d\b|intermediate",
    ),
)
"""What a weight is, by the first pattern that its name fits."""

TOP_K = ("num_experts_per_tok", "top_k_experts", "moe_top_k", "moe_topk", "num_experts_per_token")
"""Under which names configurations say how many experts a token uses."""

_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _RULES)
_LAYER = re.compile(r"\.(?:layers?|h|blocks?|decoder)\.(\d+)\.")
_PROJECTION = re.compile(
    r"\.(q|q_b|k|v|o|kv_a|qkv)_proj(?:_with_mqa)?\.weight$"
    r"|\.(query_key_value|Wqkv|dense|out_proj|wqkv|wo)\.weight$"
)
_MEANS = {"query_key_value": "qkv", "Wqkv": "qkv", "wqkv": "qkv", "dense": "o"}
_MEANS |= {"out_proj": "o", "wo": "o"}
_EXPERT = re.compile(r"(experts)\.(\d+)\.")
_NO_PRODUCT = frozenset({"embedding", "norms"})


def component(name: str) -> str:
    """Which part of a model a weight belongs to, by its name.

    Examples
    --------
    >>> component("model.layers.3.mlp.experts.gate_up_proj")
    'routed_experts'
    >>> component("model.layers.3.self_attn.q_norm.weight"), component("model.visual.x.weight")
    ('norms', 'vision')
    """
    return next((part for part, pattern in _COMPILED if pattern.search(name)), "other")


def layer_of(name: str) -> int | None:
    """The layer that a weight's name says, if any."""
    found = _LAYER.search("." + name)
    return int(found[1]) if found else None


def laid_out(
    model_type: str,
    shapes: Shapes,
    *,
    layers: int,
    active_experts: int | None,
    cores: Mapping[int, Iterable[Core]],
    balance: Shapes | None = None,
    left_out: tuple[str, ...] = (),
    unknown: int = 0,
) -> Architecture:
    """A model from its weights by name.

    Parameters
    ----------
    shapes
        The shape of every weight by name; a tied head stands once.
    layers
        How many layers the main model has; weights of later ones are prediction modules.
    active_experts
        How many of a layer's routed experts one token uses.
    cores
        Attention and state of each layer.
    balance
        What is stored and trained without a gradient: the balance biases of routers.
    unknown
        How many layers keep something that is not understood.

    Raises
    ------
    ConfigError
        If there are experts, but nothing says how many a token uses.
    """
    weights: dict[int, list[Weight]] = {}
    outside: list[Weight] = []
    head: Weight | None = None
    embedding: Weight | None = None
    for name, shape, copies in _with_experts(shapes):
        made = _weight(name, shape, copies, active_experts)
        index = None if made.component == "vision" else layer_of(name)
        if index is not None:
            weights.setdefault(index, []).append(made)
        elif made.component == "head" and len(shape) == 2 and head is None:
            head = made
        elif made.component == "embedding" and len(shape) == 2 and embedding is None:
            embedding = made
        else:
            outside.append(made)
    for name, shape in (balance or {}).items():
        bias = Weight("router", "gate.e_score_correction_bias", shape, active=0, product=False)
        weights.setdefault(layer_of(name) or 0, []).append(bias)
    if embedding is None:
        raise ConfigError("(weights)", "no embedding among them", "the names of a language model")
    if head is not None and head.shape != embedding.shape:
        outside.append(head)
        head = None
    tied = head is None and not any(w.component == "head" for w in outside)
    built = tuple(Layer(i, tuple(weights[i]), tuple(cores.get(i, ()))) for i in sorted(weights))
    return Architecture(
        model_type=model_type,
        embedding=embedding,
        layers=tuple(layer for layer in built if layer.index < layers),
        final=tuple(w for w in outside if w.component == "norms"),
        tied=tied or head is None,
        mtp=tuple(layer for layer in built if layer.index >= layers),
        extra=tuple(w for w in outside if w.component != "norms"),
        left_out=(*left_out, *([f"cache and attention of {unknown} layers"] if unknown else [])),
        unknown=unknown,
    )


def _with_experts(shapes: Shapes) -> Iterable[tuple[str, tuple[int, ...], int]]:
    """Each weight with its number of copies: experts that stand one by one are gathered."""
    alike: Counter[tuple[str, tuple[int, ...]]] = Counter()
    for name, shape in shapes.items():
        if component(name) == "routed_experts" and (found := _EXPERT.search(name)):
            alike[name.replace(found[0], "experts.*.", 1), shape] += 1
        else:
            yield name, shape, 1
    for (name, shape), copies in alike.items():
        yield name, shape, copies


def _weight(name: str, shape: tuple[int, ...], copies: int, active: int | None) -> Weight:
    part = component(name)
    bias = name.endswith("bias") or len(shape) < 2
    used = 0 if part == "vision" else 1
    if part == "routed_experts" and "latent_proj" not in name:
        if copies == 1 and len(shape) > 1 and (len(shape) == 3 or bias or name.endswith("_bias")):
            copies, shape = shape[0], shape[1:]  # all experts of a layer in one tensor
        if copies > 1:
            if active is None:
                needed = "how many experts a token uses (num_experts_per_tok)"
                raise ConfigError("num_experts_per_tok", "no such key", needed)
            if active > copies:
                found = f"{active}"
                raise ConfigError("num_experts_per_tok", found, f"at most {copies}, the experts")
            used = active
            bias = bias or len(shape) < 2
    if name.endswith("conv1d.weight") and len(shape) == 3:
        shape = (shape[0], shape[-1])
    product = not bias and part not in _NO_PRODUCT
    return replace(Weight(part, name, shape), copies=copies, active=used, product=product)


def cores_by_projection(
    fields: Mapping[str, Any], shapes: Shapes, layers: int
) -> tuple[dict[int, tuple[Core, ...]], int]:
    """What each layer keeps, by the matrices that make keys, values and outputs.

    Keys and values are as wide as the rows of their matrices; a layer without a matrix for values
    uses its keys as such; latent attention keeps the rows of ``kv_a_proj``. Windows are those of
    ``layer_types``.

    Returns
    -------
    tuple
        Cores by layer, and how many layers with attention or a state are not understood.
    """
    rows: dict[int, dict[str, tuple[int, ...]]] = {}
    others: set[int] = set()
    for name, shape in shapes.items():
        index, part = layer_of(name), component(name)
        if index is None or index >= layers or len(shape) != 2:
            continue
        if part == "attention" and (match := _PROJECTION.search(name)):
            name = match[1] or _MEANS[match[2]]
            rows.setdefault(index, {})[name] = shape
        elif part in ("attention", "linear_attention", "state_space"):
            others.add(index)
    kinds = fields.get("layer_types")
    kinds = kinds if isinstance(kinds, list) and len(kinds) >= layers else None
    found: dict[int, tuple[Core, ...]] = {}
    for index, made in rows.items():
        query = made.get("q_b", made.get("q"))
        if "o" in made and "qkv" in made:  # queries, keys and values from one matrix
            outputs = made["o"][1]
            query, made["k"], made["v"] = (outputs,), (made["qkv"][0] - outputs,), (0,)
        if "o" not in made or query is None or not ("k" in made or "kv_a" in made):
            others.add(index)
            continue
        outputs = made["o"][1]
        width = 2 * outputs if query[0] == 2 * outputs else query[0] + outputs  # gated or not
        if "kv_a" in made:
            found[index] = (Core("latent", width, made["kv_a"][0]),)
            continue
        keys = made["k"][0]
        kind = str(kinds[index]) if kinds else "full_attention"
        chunked = "chunked" in kind
        limit = fields.get("attention_chunk_size" if chunked else "sliding_window")
        reach = limit if isinstance(limit, int) and not kind.startswith("full") else None
        label = "chunked" if chunked else "sliding" if reach else "full"
        cached = keys + made.get("v", made["k"])[0]
        found[index] = (Core(label, width, cached, reach, reach, chunked=chunked),)
    return found, len(others - set(found))
