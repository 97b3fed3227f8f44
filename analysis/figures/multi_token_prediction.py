"""Multi-token prediction: tokens a step, speed-up, overhead, and what the ablation found."""

from __future__ import annotations

from analysis import architecture as arch
from analysis.figures.architecture import V3, active_without_embedding
from analysis.figures.mixture_of_experts import gains
from analysis.mechanisms.experiments import implied_overhead, speed_up, tokens_per_step
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import above, total
from press.numbers import number


@figure(name="tokens_per_step", unit="token")
def expected_tokens(facts: Facts) -> Estimate:
    """Tokens that one decoding step yields at the acceptance the V3 report states."""
    return facts.estimate("v3.mtp_acceptance_rate").map(tokens_per_step)


@figure(name="tokens_per_step_isca", unit="token")
def expected_tokens_isca(facts: Facts) -> Estimate:
    """Tokens that one decoding step yields at the acceptance the ISCA paper states."""
    return facts.estimate("v3.mtp_acceptance_rate_isca").map(tokens_per_step)


@figure(name="implied_overhead", unit="share")
def overhead(facts: Facts) -> Estimate:
    """Extra time a step with a draft must take for acceptance and speed-up to agree."""
    return facts.estimate("v3.mtp_acceptance_rate").map(
        lambda p: implied_overhead(p, facts.v3.mtp_decode_speedup)
    )


@figure(name="implied_overhead_isca", unit="share")
def overhead_isca(facts: Facts) -> Estimate:
    """The same overhead at the acceptance that the ISCA paper states."""
    return facts.estimate("v3.mtp_acceptance_rate_isca").map(
        lambda p: implied_overhead(p, facts.v3.mtp_decode_speedup_isca)
    )


@figure(
    unit="share",
)
def weights_overhead(facts: Facts) -> float:
    """Weights that drafting a token uses, against those that the main model uses for one."""
    made = arch.describe(facts.config(V3))
    drafting = made["mtp_active_parameters"] + made["components"]["head"]
    return number(drafting / active_without_embedding(facts))


@figure(
    unit="ratio",
)
def speed_up_predicted(facts: Facts) -> Estimate:
    """Speed-up if checking is free and a step's time grows by the share of drafting's weights."""
    extra = weights_overhead(facts)
    return facts.estimate("v3.mtp_acceptance_rate").map(lambda p: speed_up(p, extra))


@figure(unit="share")
def acceptance_needed(facts: Facts) -> float:
    """Least acceptance at which the published speed-up is possible, drafting being free."""
    return facts.v3.mtp_decode_speedup - 1


PREDICTING = ("mtp", "no MTP", "MTP")


@figure(unit="1", formula="benchmarks × two sizes of model", untraced="a count of rows")
def scores(facts: Facts) -> float:
    """Comparisons in the ablation of multi-token prediction."""
    return number(len(gains(facts, *PREDICTING)))


@figure(unit="1")
def scores_better(facts: Facts) -> float:
    """Comparisons that multi-token prediction wins."""
    return number(total(above(gain, 0) for gain in gains(facts, *PREDICTING).values()))


@figure(unit="1")
def scores_worse(facts: Facts) -> float:
    """Comparisons that multi-token prediction loses."""
    return number(total(above(-gain, 0) for gain in gains(facts, *PREDICTING).values()))


@figure(unit="point")
def mmlu_large(facts: Facts) -> float:
    """Change of the large model's MMLU score when it is trained with MTP."""
    return gains(facts, *PREDICTING)["large", "MMLU"]


@figure(unit="point")
def mmlu_small(facts: Facts) -> float:
    """Change of the small model's MMLU score when it is trained with MTP."""
    return gains(facts, *PREDICTING)["small", "MMLU"]


@figure(unit="point")
def humaneval_large(facts: Facts) -> float:
    """Change of the large model's HumanEval score when it is trained with MTP."""
    return gains(facts, *PREDICTING)["large", "HumanEval"]


@figure(unit="point")
def naturalquestions_small(facts: Facts) -> float:
    """Change of the small model's NaturalQuestions score when it is trained with MTP."""
    return gains(facts, *PREDICTING)["small", "NaturalQuestions"]
