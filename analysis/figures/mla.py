"""Latent attention: what the cache would be otherwise, what the saving costs, and its ablation."""

from __future__ import annotations

from analysis.facts import Facts
from analysis.figures import figure
from analysis.figures.machine import V3, kv_bytes_llama, kv_bytes_v3
from analysis.figures.moe import gains

CHAPTER = "latent-attention"
BF16_BYTES = 2


def _headed_cache(facts: Facts, groups: int) -> float:
    """Bytes a token, were every group of V3's heads to keep its own keys and values."""
    config = facts.config(V3)
    size = config["qk_nope_head_dim"]
    return float(2 * groups * size * config["num_hidden_layers"] * BF16_BYTES)


@figure("mla.row", unit="1", chapter=CHAPTER, formula="latent size + rotary key size")
def row(facts: Facts) -> float:
    """Numbers that the cache keeps of one token in one layer."""
    config = facts.config(V3)
    return float(config["kv_lora_rank"] + config["qk_rope_head_dim"])


@figure("mla.row_mha", unit="1", chapter=CHAPTER, formula="2 × heads × head size")
def row_mha(facts: Facts) -> float:
    """Numbers that multi-head attention of the same size would keep of a token in a layer."""
    config = facts.config(V3)
    return float(2 * config["num_attention_heads"] * config["qk_nope_head_dim"])


@figure(
    "mla.bytes_mha",
    unit="byte/token",
    chapter=CHAPTER,
    formula="2 × heads × head size × layers × 2 bytes",
)
def bytes_mha(facts: Facts) -> float:
    """Cache a token if DeepSeek-V3's heads each kept their keys and values, in BF16."""
    return _headed_cache(facts, facts.config(V3)["num_attention_heads"])


@figure(
    "mla.bytes_gqa",
    unit="byte/token",
    chapter=CHAPTER,
    formula="2 × 8 groups × head size × layers × 2 bytes",
)
def bytes_gqa(facts: Facts) -> float:
    """Cache a token if DeepSeek-V3's heads shared keys and values in eight groups, in BF16."""
    return _headed_cache(facts, facts.config("llama-3.1-405b")["num_key_value_heads"])


@figure("mla.saving_mha", unit="ratio", chapter=CHAPTER, formula="cache of MHA ÷ cache of MLA")
def saving_mha(facts: Facts) -> float:
    """How many times DeepSeek-V3's cache multi-head attention would need."""
    return bytes_mha(facts) / kv_bytes_v3(facts)


@figure("mla.saving_gqa", unit="ratio", chapter=CHAPTER, formula="cache of GQA ÷ cache of MLA")
def saving_gqa(facts: Facts) -> float:
    """How many times DeepSeek-V3's cache attention in eight groups would need."""
    return bytes_gqa(facts) / kv_bytes_v3(facts)


@figure(
    "mla.gqa_groups",
    unit="1",
    chapter=CHAPTER,
    formula="(latent size + rotary key size) ÷ (2 × head size)",
)
def gqa_groups(facts: Facts) -> float:
    """Groups of grouped-query attention that would need the same cache."""
    return row(facts) / float(2 * facts.config(V3)["qk_nope_head_dim"])


@figure(
    "mla.absorbed_work",
    unit="ratio",
    chapter=CHAPTER,
    formula="(2 × latent + rotary) ÷ (query-key size + value size), a head and cached token",
)
def absorbed_work(facts: Facts) -> float:
    """How many times the arithmetic of ordinary attention the absorbed form needs."""
    c = facts.config(V3)
    absorbed = 2 * c["kv_lora_rank"] + c["qk_rope_head_dim"]
    plain = c["qk_nope_head_dim"] + c["qk_rope_head_dim"] + c["v_head_dim"]
    return float(absorbed / plain)


@figure("mla.full_context", unit="byte", chapter=CHAPTER, formula="cache a token × 128K tokens")
def full_context(facts: Facts) -> float:
    """DeepSeek-V3's cache for one text of the longest context, in BF16."""
    return kv_bytes_v3(facts) * facts.value("V3-060b")


@figure("mla.full_context_mha", unit="byte", chapter=CHAPTER, formula="cache of MHA × 128K tokens")
def full_context_mha(facts: Facts) -> float:
    """The same cache, were every head to keep its keys and values."""
    return bytes_mha(facts) * facts.value("V3-060b")


@figure(
    "mla.full_context_llama",
    unit="byte",
    chapter=CHAPTER,
    formula="cache a token of Llama 3.1 405B × 128K tokens",
)
def full_context_llama(facts: Facts) -> float:
    """Llama 3.1 405B's cache for a text of the same length, in BF16."""
    return kv_bytes_llama(facts) * facts.value("V3-060b")


def _share(facts: Facts, scale: str) -> float:
    keys = (f"latent-{scale}-{arm}-cache-elements-per-token" for arm in ("mla", "mha"))
    mla, mha = (facts.row("ablations", key)["value"] for key in keys)
    return float(mla / mha)


@figure("mla.share_small", unit="share", chapter=CHAPTER, formula="elements of MLA ÷ of MHA")
def share_small(facts: Facts) -> float:
    """Cache of MLA as a share of MHA's in the small models of the V2 ablation."""
    return _share(facts, "small")


@figure("mla.share_large", unit="share", chapter=CHAPTER, formula="elements of MLA ÷ of MHA")
def share_large(facts: Facts) -> float:
    """Cache of MLA as a share of MHA's in the large models of the V2 ablation."""
    return _share(facts, "large")


LATENT = ("latent", "MHA", "MLA")


@figure("mla.scores", unit="1", chapter=CHAPTER, formula="benchmarks × two sizes of model")
def scores(facts: Facts) -> float:
    """Comparisons in the V2 report's ablation of latent attention."""
    return float(len(gains(facts, *LATENT)))


@figure("mla.scores_better", unit="1", chapter=CHAPTER, formula="scores that rise with MLA")
def scores_better(facts: Facts) -> float:
    """Comparisons that latent attention wins against multi-head attention."""
    return float(sum(gain > 0 for gain in gains(facts, *LATENT).values()))


@figure("mla.ceval_small", unit="point", chapter=CHAPTER, formula="C-Eval with MLA − with MHA")
def ceval_small(facts: Facts) -> float:
    """Change of the small model's C-Eval score from multi-head to latent attention."""
    return gains(facts, *LATENT)["small", "C-Eval"]
