"""Mixture of experts: how many networks there are, how many run, and what balance cost."""

from __future__ import annotations

import numpy as np

from analysis.figures.architecture import (
    V3,
    moe_layers,
    routed_experts_active,
    routed_experts_total,
    total_parameters,
)
from analysis.mechanisms.ablations import compared, with_errors
from analysis.mechanisms.experiments import drawn_affinity, expected_nodes, nodes_reached
from analysis.mechanisms.experts import choose
from analysis.mechanisms.sampling import NORMAL_95
from press.facts import Facts
from press.figures import figure
from press.maths import above, total
from press.numbers import number, whole

SAMPLE, SEED = 4096, 7
"""Tokens drawn for the routing experiment, and its seed."""


def gains(facts: Facts, ablation: str, before: str, after: str) -> dict[tuple[str, str], float]:
    """Gain of each score of an ablation table, by scale and benchmark."""
    rows = compared(facts.rows("ablations", ablation=ablation), before, after)
    return {(str(r["scale"]), str(r["measure"]).split(" (")[0]): number(r["gain"]) for r in rows}


def beyond(facts: Facts, ablation: str, before: str, after: str) -> list[float]:
    """Gains of an ablation table that lie outside their sampling error [point]."""
    rows = compared(facts.rows("ablations", ablation=ablation), before, after)
    known = with_errors(rows, facts.rows("benchmark_sizes"))
    return [float(r["gain"]) for r in known if abs(float(r.get("z", 0))) > NORMAL_95]


def _routing(facts: Facts) -> tuple[int, int, int, int]:
    """Of one layer: routed experts, experts a token is sent to, groups, groups it may use."""
    c = facts.config(V3)
    return c["n_routed_experts"], c["num_experts_per_tok"], c["n_group"], c["topk_group"]


@figure(unit="expert")
def experts_total(facts: Facts) -> float:
    """Expert networks in the whole model, shared ones included."""
    shared = number(facts.config(V3)["n_shared_experts"])
    return routed_experts_total(facts) + moe_layers(facts) * shared


@figure(unit="expert")
def experts_run(facts: Facts) -> float:
    """Expert networks that one token passes through in the whole model."""
    shared = number(facts.config(V3)["n_shared_experts"])
    return routed_experts_active(facts) + moe_layers(facts) * shared


@figure(
    unit="node",
    formula="nodes × (1 − C(experts off a node, chosen) ÷ C(experts, chosen))",
    untraced="a count of combinations",
)
def nodes_unlimited(facts: Facts) -> float:
    """Nodes that a token would reach on average, were any eight experts equally likely."""
    experts, top, _, _ = _routing(facts)
    return expected_nodes(experts=experts, nodes=whole(facts.v3.expert_parallel_nodes), top=top)


def _simulated_nodes(facts: Facts, *, limited: bool) -> float:
    experts, top, groups, kept = _routing(facts)
    scores = drawn_affinity(SAMPLE, experts, skew=facts.routing.expert_popularity_spread, seed=SEED)
    kept = kept if limited else groups
    chosen = choose(scores, np.zeros(experts), groups=groups, kept=kept, top=top)
    nodes = int(facts.v3.expert_parallel_nodes)
    return number(nodes_reached(chosen, experts=experts, nodes=nodes).mean())


@figure(
    unit="node",
    formula="mean over 4,096 simulated tokens, at most four groups of experts each",
    untraced="a simulation of routing",
)
def nodes_limited(facts: Facts) -> float:
    """Nodes that a token reaches on average under the limit, in our simulation."""
    return _simulated_nodes(facts, limited=True)


@figure(
    unit="share",
    formula="1 − nodes reached with the limit ÷ nodes reached without, both simulated",
    untraced="a simulation of routing",
)
def traffic_cut(facts: Facts) -> float:
    """Copies between nodes that the limit saves, in our simulation."""
    return 1 - nodes_limited(facts) / _simulated_nodes(facts, limited=False)


@figure(
    unit="step",
)
def bias_steps(facts: Facts) -> float:
    """Steps during which the bias was updated, at the full batch size."""
    return facts.v3.tokens_with_bias_update / (
        facts.v3.batch_size_pretraining * facts.v3.sequence_length_pretraining
    )


@figure(unit="token")
def batch_tokens(facts: Facts) -> float:
    """Tokens in one training step at the full batch size."""
    return facts.v3.batch_size_pretraining * facts.v3.sequence_length_pretraining


BALANCING = ("balancing", "auxiliary loss", "bias only")


@figure(unit="token")
def ablation_tokens(facts: Facts) -> float:
    """Training tokens of the large models in the balancing ablation."""
    return number(facts.row("ablations", "balancing-large-bias-only-training-tokens")["value"])


@figure(unit="share")
def ablation_size(facts: Facts) -> float:
    """Size of the large models in the ablations, against DeepSeek-V3."""
    row = facts.row("ablations", "balancing-large-bias-only-total-parameters")
    return number(row["value"]) / total_parameters(facts)


@figure(unit="1", formula="benchmarks × two sizes of model", untraced="a count of rows")
def scores(facts: Facts) -> float:
    """Comparisons in the balancing ablation."""
    return number(len(gains(facts, *BALANCING)))


@figure(unit="1")
def scores_better(facts: Facts) -> float:
    """Comparisons that balance by bias wins against the auxiliary loss."""
    return number(total(above(gain, 0) for gain in gains(facts, *BALANCING).values()))


@figure(unit="1")
def scores_worse(facts: Facts) -> float:
    """Comparisons that balance by bias loses against the auxiliary loss."""
    return number(total(above(-gain, 0) for gain in gains(facts, *BALANCING).values()))


@figure(unit="1", formula="scores with |z| > 1.96", untraced="a count of rows")
def scores_beyond(facts: Facts) -> float:
    """Comparisons that differ by more than the choice of questions explains."""
    return number(len(beyond(facts, *BALANCING)))


@figure(unit="1", formula="gains with |z| > 1.96", untraced="a count of rows")
def gains_beyond(facts: Facts) -> float:
    """Those of them that balance by bias wins."""
    return number(sum(gain > 0 for gain in beyond(facts, *BALANCING)))


@figure(unit="point")
def mmlu_large(facts: Facts) -> float:
    """Change of the large model's MMLU score when balance comes from the bias."""
    return gains(facts, *BALANCING)["large", "MMLU"]


@figure(unit="point")
def mbpp_small(facts: Facts) -> float:
    """Change of the small model's MBPP score when balance comes from the bias."""
    return gains(facts, *BALANCING)["small", "MBPP"]


@figure(unit="point")
def humaneval_large(facts: Facts) -> float:
    """Change of the large model's HumanEval score when balance comes from the bias."""
    return gains(facts, *BALANCING)["large", "HumanEval"]
