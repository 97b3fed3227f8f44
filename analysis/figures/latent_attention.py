"""Latent attention: what the cache would be otherwise, what the saving costs, and its ablation."""

from __future__ import annotations

from analysis.figures import serving as day6
from analysis.figures.architecture import DENSE_67B, V2, V3, _cache
from analysis.figures.mixture_of_experts import beyond, gains
from press.facts import Facts
from press.figures import figure
from press.maths import above, total
from press.numbers import in_unit, number


@figure(unit="byte/token")
def kv_bytes_v3(facts: Facts) -> float:
    """Cache that one token leaves in DeepSeek-V3, in BF16."""
    return _cache(facts, V3)


@figure(unit="byte/token")
def kv_bytes_qwen(facts: Facts) -> float:
    """Cache that one token leaves in Qwen2.5-72B, in BF16."""
    return _cache(facts, "qwen2.5-72b")


@figure(unit="byte/token")
def kv_bytes_llama(facts: Facts) -> float:
    """Cache that one token leaves in Llama 3.1 405B, in BF16."""
    return _cache(facts, "llama-3.1-405b")


@figure(unit="share")
def v2_cache_cut_published(facts: Facts) -> float:
    """Cut of the cache from DeepSeek 67B to V2 when V2's elements have 6 bits."""
    return 1 - _cache(facts, V2, facts.v2.kv_cache_bits) / _cache(facts, DENSE_67B)


@figure(unit="share")
def v2_cache_cut_equal(facts: Facts) -> float:
    """Cut of the cache from DeepSeek 67B to V2 at equal precision."""
    return 1 - _cache(facts, V2) / _cache(facts, DENSE_67B)


@figure(unit="share")
def cut_per_layer(facts: Facts) -> float:
    """Cut of one layer's cache from DeepSeek 67B to V2 at equal precision: latent attention's."""
    layers = (number(facts.config(model)["num_hidden_layers"]) for model in (V2, DENSE_67B))
    new, old = layers
    return 1 - (_cache(facts, V2) / new) / (_cache(facts, DENSE_67B) / old)


@figure(unit="FLOP/byte")
def flop_per_cached_byte(facts: Facts) -> float:
    """Operations of decoding attention for each byte of cache that it reads."""
    c = facts.config(V3)
    work = 2 * c["num_attention_heads"] * (2 * c["kv_lora_rank"] + c["qk_rope_head_dim"])
    return in_unit(number(work) / (BF16_BYTES * row(facts)), "FLOP/byte")


def _bytes_per_s(facts: Facts) -> float:
    return number(facts.row("accelerators", "h800-sxm5")["memory_gb_per_s"]) * 1e9


@figure(unit="FLOP/byte")
def balance_peak(facts: Facts) -> float:
    """Operations that an H800 does in the time it reads a byte, at peak rates."""
    peak = number(facts.row("accelerators", "h800-sxm5")["bf16_flop_per_s"])
    return peak / _bytes_per_s(facts)


@figure(unit="FLOP/byte")
def balance_throttled(facts: Facts) -> float:
    """The same at the clock that DeepSeek measured under load."""
    return facts.h800.practical_peak_flop_per_s / _bytes_per_s(facts)


MODEL = "a time of the model of a decoding step"


@figure(unit="second", formula="weights of a Day 6 GPU ÷ memory bandwidth", untraced=MODEL)
def weights_read(facts: Facts) -> float:
    """Time in which a GPU of Day 6 reads its weights once."""
    return float(day6.load(facts).weight_bytes) / float(_bytes_per_s(facts))


@figure(unit="second", formula="sequences × cache of one ÷ memory bandwidth", untraced=MODEL)
def attention_read(facts: Facts) -> float:
    """Time in which a GPU of Day 6 reads the caches of all its texts."""
    many, found = day6.sequences(facts).value, day6.load(facts)
    return float(many) * float(found.cache_bytes) / float(_bytes_per_s(facts))


@figure(unit="second", formula="sequences × attention FLOPs ÷ throttled BF16 rate", untraced=MODEL)
def attention_one(facts: Facts) -> float:
    """Time in which a GPU of Day 6 computes attention for one query of every text."""
    many, found = day6.sequences(facts).value, day6.load(facts)
    return float(many) * float(found.attention_flop) / facts.value(day6.THROTTLED)


@figure(unit="second", formula="twice the time for one query", untraced=MODEL)
def attention_two(facts: Facts) -> float:
    """The same with two queries of every text."""
    return 2 * attention_one(facts)


BF16_BYTES = 2


def _headed_cache(facts: Facts, groups: int) -> float:
    """Bytes a token, were every group of V3's heads to keep its own keys and values."""
    config = facts.config(V3)
    size = config["qk_nope_head_dim"]
    elements = number(2 * groups * size * config["num_hidden_layers"])
    return in_unit(elements * BF16_BYTES, "byte/token")


@figure(unit="1")
def row(facts: Facts) -> float:
    """Numbers that the cache keeps of one token in one layer."""
    config = facts.config(V3)
    return number(config["kv_lora_rank"] + config["qk_rope_head_dim"])


@figure(unit="1")
def row_mha(facts: Facts) -> float:
    """Numbers that multi-head attention of the same size would keep of a token in a layer."""
    config = facts.config(V3)
    return number(2 * config["num_attention_heads"] * config["qk_nope_head_dim"])


@figure(unit="byte/token")
def bytes_mha(facts: Facts) -> float:
    """Cache a token if DeepSeek-V3's heads each kept their keys and values, in BF16."""
    return _headed_cache(facts, facts.config(V3)["num_attention_heads"])


@figure(unit="byte/token")
def bytes_gqa(facts: Facts) -> float:
    """Cache a token if DeepSeek-V3's heads shared keys and values in eight groups, in BF16."""
    return _headed_cache(facts, facts.config("llama-3.1-405b")["num_key_value_heads"])


@figure(unit="ratio")
def saving_mha(facts: Facts) -> float:
    """How many times DeepSeek-V3's cache multi-head attention would need."""
    return bytes_mha(facts) / kv_bytes_v3(facts)


@figure(unit="ratio")
def saving_gqa(facts: Facts) -> float:
    """How many times DeepSeek-V3's cache attention in eight groups would need."""
    return bytes_gqa(facts) / kv_bytes_v3(facts)


@figure(unit="1")
def gqa_groups(facts: Facts) -> float:
    """Groups of grouped-query attention that would need the same cache."""
    return row(facts) / number(2 * facts.config(V3)["qk_nope_head_dim"])


@figure(unit="ratio")
def absorbed_work(facts: Facts) -> float:
    """How many times the arithmetic of ordinary attention the absorbed form needs."""
    c = facts.config(V3)
    absorbed = 2 * c["kv_lora_rank"] + c["qk_rope_head_dim"]
    plain = c["qk_nope_head_dim"] + c["qk_rope_head_dim"] + c["v_head_dim"]
    return number(absorbed / plain)


@figure(unit="byte")
def full_context(facts: Facts) -> float:
    """DeepSeek-V3's cache for one text of the longest context, in BF16."""
    return kv_bytes_v3(facts) * facts.v3.sequence_length_context_phase2


@figure(unit="share")
def full_context_share(facts: Facts) -> float:
    """The memory of one H800 that DeepSeek-V3's cache of one longest text takes."""
    memory = number(facts.row("accelerators", "h800-sxm5")["memory_gb"])
    return full_context(facts) / (memory * 1e9)


@figure(unit="byte")
def full_context_mha(facts: Facts) -> float:
    """The same cache, were every head to keep its keys and values."""
    return bytes_mha(facts) * facts.v3.sequence_length_context_phase2


def _share(facts: Facts, scale: str) -> float:
    keys = (f"latent-{scale}-{arm}-cache-elements-per-token" for arm in ("mla", "mha"))
    mla, mha = (facts.row("ablations", key)["value"] for key in keys)
    return number(mla / mha)


@figure(unit="share")
def share_small(facts: Facts) -> float:
    """Cache of MLA as a share of MHA's in the small models of the V2 ablation."""
    return _share(facts, "small")


@figure(unit="share")
def share_large(facts: Facts) -> float:
    """Cache of MLA as a share of MHA's in the large models of the V2 ablation."""
    return _share(facts, "large")


LATENT = ("latent", "MHA", "MLA")


@figure(unit="1", formula="benchmarks × two sizes of model", untraced="a count of rows")
def scores(facts: Facts) -> float:
    """Comparisons in the V2 report's ablation of latent attention."""
    return number(len(gains(facts, *LATENT)))


@figure(unit="1")
def scores_better(facts: Facts) -> float:
    """Comparisons that latent attention wins against multi-head attention."""
    return number(total(above(gain, 0) for gain in gains(facts, *LATENT).values()))


@figure(unit="1", formula="scores with |z| > 1.96", untraced="a count of rows")
def scores_beyond(facts: Facts) -> float:
    """Comparisons that differ by more than the choice of questions explains."""
    return number(len(beyond(facts, *LATENT)))


@figure(unit="point")
def ceval_small(facts: Facts) -> float:
    """Change of the small model's C-Eval score from multi-head to latent attention."""
    return gains(facts, *LATENT)["small", "C-Eval"]
