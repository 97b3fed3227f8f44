"""Mixture of experts: how many networks there are, how many run, and what balance cost."""

from __future__ import annotations

import numpy as np

from analysis.facts import Facts
from analysis.figures import figure
from analysis.figures.machine import (
    V3,
    moe_layers,
    routed_experts_active,
    routed_experts_total,
    total_parameters,
)
from analysis.mechanisms.ablations import compared
from analysis.mechanisms.experiments import drawn_affinity, expected_nodes, nodes_reached
from analysis.mechanisms.experts import choose

CHAPTER = "mixture-of-experts"
SAMPLE, SEED = 4096, 7
"""Tokens drawn for the routing experiment, and its seed."""


def gains(facts: Facts, ablation: str, before: str, after: str) -> dict[tuple[str, str], float]:
    """Gain of each score of an ablation table, by scale and benchmark."""
    rows = compared(facts.rows("ablations", ablation=ablation), before, after)
    return {(str(r["scale"]), str(r["measure"]).split(" (")[0]): float(r["gain"]) for r in rows}


def _routing(facts: Facts) -> tuple[int, int, int, int]:
    """Of one layer: routed experts, experts a token is sent to, groups, groups it may use."""
    c = facts.config(V3)
    return c["n_routed_experts"], c["num_experts_per_tok"], c["n_group"], c["topk_group"]


@figure(
    "moe.experts_total",
    unit="expert",
    chapter=CHAPTER,
    formula="(routed + shared experts a layer) × expert layers",
)
def experts_total(facts: Facts) -> float:
    """Expert networks in the whole model, shared ones included."""
    shared = float(facts.config(V3)["n_shared_experts"])
    return routed_experts_total(facts) + moe_layers(facts) * shared


@figure(
    "moe.experts_run",
    unit="expert",
    chapter=CHAPTER,
    formula="(chosen + shared experts a layer) × expert layers",
)
def experts_run(facts: Facts) -> float:
    """Expert networks that one token passes through in the whole model."""
    shared = float(facts.config(V3)["n_shared_experts"])
    return routed_experts_active(facts) + moe_layers(facts) * shared


@figure(
    "moe.chosen_share",
    unit="share",
    chapter=CHAPTER,
    formula="experts chosen ÷ routed experts, in a layer",
)
def chosen_share(facts: Facts) -> float:
    """Share of a layer's routed experts that a token uses."""
    experts, top, _, _ = _routing(facts)
    return top / experts


@figure(
    "moe.nodes_unlimited",
    unit="node",
    chapter=CHAPTER,
    formula="nodes × (1 − C(experts off a node, chosen) ÷ C(experts, chosen))",
)
def nodes_unlimited(facts: Facts) -> float:
    """Nodes that a token would reach on average, were any eight experts equally likely."""
    experts, top, _, _ = _routing(facts)
    return expected_nodes(experts=experts, nodes=int(facts.value("V3-041b")), top=top)


def _simulated_nodes(facts: Facts, *, limited: bool) -> float:
    experts, top, groups, kept = _routing(facts)
    scores = drawn_affinity(SAMPLE, experts, skew=facts.value("SIM-01"), seed=SEED)
    kept = kept if limited else groups
    chosen = choose(scores, np.zeros(experts), groups=groups, kept=kept, top=top)
    nodes = int(facts.value("V3-041b"))
    return float(nodes_reached(chosen, experts=experts, nodes=nodes).mean())


@figure(
    "moe.nodes_limited",
    unit="node",
    chapter=CHAPTER,
    formula="mean over 4,096 simulated tokens, at most four groups of experts each",
)
def nodes_limited(facts: Facts) -> float:
    """Nodes that a token reaches on average under the limit, in our simulation."""
    return _simulated_nodes(facts, limited=True)


@figure(
    "moe.traffic_cut",
    unit="share",
    chapter=CHAPTER,
    formula="1 − nodes reached with the limit ÷ nodes reached without, both simulated",
)
def traffic_cut(facts: Facts) -> float:
    """Copies between nodes that the limit saves, in our simulation."""
    return 1 - nodes_limited(facts) / _simulated_nodes(facts, limited=False)


@figure(
    "moe.bias_steps",
    unit="step",
    chapter=CHAPTER,
    formula="tokens trained with the update on ÷ (sequences a batch × tokens a sequence)",
)
def bias_steps(facts: Facts) -> float:
    """Steps during which the bias was updated, at the full batch size."""
    return facts.value("V3-033b") / (facts.value("V3-056b") * facts.value("V3-057"))


@figure(
    "moe.batch_tokens",
    unit="token",
    chapter=CHAPTER,
    formula="sequences a batch × tokens a sequence",
)
def batch_tokens(facts: Facts) -> float:
    """Tokens in one training step at the full batch size."""
    return facts.value("V3-056b") * facts.value("V3-057")


BALANCING = ("balancing", "auxiliary loss", "bias only")


@figure("moe.ablation_tokens", unit="token", chapter=CHAPTER, formula="V3 report, Table 5")
def ablation_tokens(facts: Facts) -> float:
    """Training tokens of the large models in the balancing ablation."""
    return float(facts.row("ablations", "balancing-large-bias-only-training-tokens")["value"])


@figure(
    "moe.ablation_size",
    unit="share",
    chapter=CHAPTER,
    formula="parameters of the large models in the ablation ÷ parameters of V3",
)
def ablation_size(facts: Facts) -> float:
    """Size of the large models in the ablations, against DeepSeek-V3."""
    row = facts.row("ablations", "balancing-large-bias-only-total-parameters")
    return float(row["value"]) / total_parameters(facts)


@figure("moe.scores", unit="1", chapter=CHAPTER, formula="benchmarks × two sizes of model")
def scores(facts: Facts) -> float:
    """Comparisons in the balancing ablation."""
    return float(len(gains(facts, *BALANCING)))


@figure("moe.scores_better", unit="1", chapter=CHAPTER, formula="scores that rise without the loss")
def scores_better(facts: Facts) -> float:
    """Comparisons that balance by bias wins against the auxiliary loss."""
    return float(sum(gain > 0 for gain in gains(facts, *BALANCING).values()))


@figure("moe.scores_worse", unit="1", chapter=CHAPTER, formula="scores that fall without the loss")
def scores_worse(facts: Facts) -> float:
    """Comparisons that balance by bias loses against the auxiliary loss."""
    return float(sum(gain < 0 for gain in gains(facts, *BALANCING).values()))


@figure("moe.mmlu_large", unit="point", chapter=CHAPTER, formula="MMLU with bias − MMLU with loss")
def mmlu_large(facts: Facts) -> float:
    """Change of the large model's MMLU score when balance comes from the bias."""
    return gains(facts, *BALANCING)["large", "MMLU"]


@figure("moe.mbpp_small", unit="point", chapter=CHAPTER, formula="MBPP with bias − MBPP with loss")
def mbpp_small(facts: Facts) -> float:
    """Change of the small model's MBPP score when balance comes from the bias."""
    return gains(facts, *BALANCING)["small", "MBPP"]


@figure(
    "moe.humaneval_large",
    unit="point",
    chapter=CHAPTER,
    formula="HumanEval with bias − HumanEval with loss",
)
def humaneval_large(facts: Facts) -> float:
    """Change of the large model's HumanEval score when balance comes from the bias."""
    return gains(facts, *BALANCING)["large", "HumanEval"]


@figure(
    "moe.loss_gain",
    unit="1",
    chapter=CHAPTER,
    formula="loss with sequence-wise auxiliary loss − loss with bias, 1B and 3B models",
)
def loss_gain(facts: Facts) -> float:
    """Fall of the validation loss from sequence-wise to batch-wise balance, mean of two models."""
    small = facts.value("V3-068a") - facts.value("V3-068b")
    large = facts.value("V3-069a") - facts.value("V3-069b")
    return (small + large) / 2
