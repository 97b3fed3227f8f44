"""The arms of each experiment: what differs, for how many steps and with which seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments import recall
from experiments.model import Shape
from experiments.text import VOCABULARY

CONTEXT, BATCH = 128, 16
"""Tokens of a text and texts of a batch in the experiments on text."""
RATES = {"moe": 0.01, "mtp": 0.01, "mla": 0.01, "mini": 0.01}
"""Peak learning rates, chosen in unrecorded pilots of the arm without the mechanism."""
BIAS_SPEED = 0.001
"""γ of V3's balancing, per step."""
_TEXT = {"vocabulary": VOCABULARY, "width": 64, "layers": 3, "heads": 4}
_MHA: dict[str, Any] = {**_TEXT, "head": 16, "groups": 4, "rope": 16}
_RECALL: dict[str, Any] = {
    "vocabulary": recall.VOCABULARY, "width": 64, "layers": 2, "heads": 4, "ffn": 128,
}  # fmt: skip


@dataclass(frozen=True)
class Arm:
    """One arm: a shape, its drafter if it has one, steps, and the seeds that are recorded."""

    shape: Shape
    steps: int
    seeds: int
    drafter: str = ""
    """``joint``: V3's module; ``detached``: the same, no gradient reaches the model; ``parallel``:
    a layer for the token after next that is not told the next one."""


MOE_STEPS, MTP_STEPS, MLA_STEPS = 480, 336, 400
ARMS: dict[str, dict[str, Arm]] = {
    "moe": {
        "dense": Arm(Shape(**_MHA, ffn=256), MOE_STEPS, 5),
        "fine": Arm(Shape(**_MHA, experts=32, top=7, shared=1, expert=32), MOE_STEPS, 5),
        "coarse": Arm(Shape(**_MHA, experts=4, top=1, shared=0, expert=256), MOE_STEPS, 3),
        "dense-total": Arm(Shape(**_MHA, ffn=33 * 32), MOE_STEPS, 2),
    },
    "mtp": {
        "none": Arm(Shape(**_MHA, ffn=256), MTP_STEPS * 11 // 7, 5),
        "joint": Arm(Shape(**_MHA, ffn=256), MTP_STEPS, 5, "joint"),
        "detached": Arm(Shape(**_MHA, ffn=256), MTP_STEPS, 5, "detached"),
        "parallel": Arm(Shape(**_MHA, ffn=256), MTP_STEPS, 3, "parallel"),
    },
    "mla": {
        "mha-32": Arm(Shape(**_RECALL, head=4, groups=4, rope=4), MLA_STEPS, 5),
        "mla-16": Arm(Shape(**_RECALL, head=4, latent=12, rope=4, value=4), MLA_STEPS, 5),
        "mla-8": Arm(Shape(**_RECALL, head=4, latent=6, rope=2, value=4), MLA_STEPS, 5),
        "gqa-16": Arm(Shape(**_RECALL, head=4, groups=2, rope=4), MLA_STEPS, 5),
        "mqa-8": Arm(Shape(**_RECALL, head=4, groups=1, rope=4), MLA_STEPS, 5),
        "mha-32-part": Arm(Shape(**_RECALL, head=4, groups=4, rope=2), MLA_STEPS, 5),
        "mha-48-part": Arm(Shape(**_RECALL, head=6, groups=4, rope=2), MLA_STEPS, 5),
    },
    "mini": {
        "mini": Arm(
            Shape(
                vocabulary=VOCABULARY, width=64, layers=2, heads=4, ffn=192, head=16, rope=8,
                latent=24, value=16, experts=8, top=2, shared=1, expert=32, dense=1,
            ),
            600, 1, "joint",
        ),
    },
}  # fmt: skip
"""``mini`` is the model of the miniature's speculative decoding and decides nothing."""
FIRST_SEED = 1
"""Pilots used others."""


def published(shape: Shape) -> dict[str, Any]:
    """The shape as a Hugging Face configuration, for ``analysis.architecture``."""
    common = {
        "vocab_size": shape.vocabulary, "hidden_size": shape.width,
        "num_hidden_layers": shape.layers, "num_attention_heads": shape.heads,
        "tie_word_embeddings": True,
    }  # fmt: skip
    mixture = {
        "intermediate_size": shape.ffn or shape.width,
        "moe_intermediate_size": shape.expert or shape.width,
        "n_routed_experts": shape.experts or 2,
        "n_shared_experts": shape.shared if shape.experts else 0,
        "num_experts_per_tok": shape.top or 1,
        "first_k_dense_replace": shape.dense if shape.experts else shape.layers,
        "n_group": 1, "topk_group": 1, "norm_topk_prob": True,
        "routed_scaling_factor": shape.gate_scale,
    }  # fmt: skip
    if shape.latent:
        return common | mixture | {
            "model_type": "deepseek_v3", "num_key_value_heads": shape.heads,
            "q_lora_rank": None, "kv_lora_rank": shape.latent, "qk_nope_head_dim": shape.head,
            "qk_rope_head_dim": shape.rope, "v_head_dim": shape.value, "rope_theta": 10000,
            "rope_scaling": None, "rms_norm_eps": 1e-6,
        }  # fmt: skip
    grouped = common | {"num_key_value_heads": shape.groups, "head_dim": shape.head}
    if shape.experts:
        return grouped | mixture | {"model_type": "glm4_moe"}
    return grouped | {"model_type": "llama", "intermediate_size": shape.ffn}


def drafter_parameters(shape: Shape, drafter: str) -> int:
    """Parameters that the drafting module adds; embedding and head are the model's."""
    if not drafter:
        return 0
    from analysis import architecture

    one = architecture.parameters(published(shape) | {"num_hidden_layers": 1})
    layer = one - shape.vocabulary * shape.width - shape.width
    told = shape.width + 2 * shape.width**2 if drafter != "parallel" else 0
    return layer + told + 2 * shape.width


def training_flops(arm: Arm, context: int, causal: bool = True) -> float:
    """FLOPs of one training token, forward and backward.

    A detached module costs the same as a joint one: three forward passes of its own part.
    """
    from analysis import architecture

    config = published(arm.shape)
    whole = architecture.flops_per_token(config, context, causal=causal)
    if not arm.drafter or arm.shape.dense:
        return whole
    head = 6.0 * arm.shape.vocabulary * arm.shape.width
    single = config | {"num_hidden_layers": 1}
    one = architecture.flops_per_token(single, context, causal=causal) - head
    told = 12.0 * arm.shape.width**2 if arm.drafter != "parallel" else 0.0
    return whole + one + told + head
