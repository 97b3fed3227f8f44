"""Multi-token prediction: tokens a step, speed-up, overhead, and what the ablation found."""

from __future__ import annotations

from analysis.figures import serving as day6
from analysis.figures.architecture import V3
from analysis.figures.mixture_of_experts import gains
from analysis.mechanisms.ablations import compared, with_errors
from analysis.mechanisms.experiments import implied_overhead, speed_up, tokens_per_step
from analysis.mechanisms.sampling import NORMAL_95
from analysis.serving import DecodeLoad, decode_load, draft_load
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


FREE = "tokens of a step ÷ (a whole + bytes that drafting reads ÷ bytes that the model reads)"
UNTRACED = "a step of the decoding model"


def _alone(facts: Facts) -> tuple[DecodeLoad, DecodeLoad]:
    """Model and draft for one text on a machine of its own: the chosen experts are read."""
    chosen = facts.config(V3)["num_experts_per_tok"]
    given = (facts.config(V3), facts.serving.context_per_output_token, chosen)
    cache = facts.v3.kv_cache_bytes_per_token
    return decode_load(*given, cache), draft_load(*given, cache)


@figure(unit="share", formula="bytes of module and head ÷ of the weights", untraced=UNTRACED)
def draft_bytes_alone(facts: Facts) -> float:
    """Bytes that drafting reads, against those of the model's weights, for one text alone."""
    found, extra = _alone(facts)
    return extra.weight_bytes / found.weight_bytes


@figure(unit="share", formula="the same for what a GPU of Day 6 holds", untraced=UNTRACED)
def draft_bytes_deployed(facts: Facts) -> float:
    """Bytes that drafting reads, against those of the weights on a GPU of Day 6."""
    return day6.draft(facts).weight_bytes / day6.load(facts).weight_bytes


@figure(unit="ratio", formula=FREE, untraced=UNTRACED)
def speed_up_alone(facts: Facts) -> Estimate:
    """Speed-up for one text alone if checking a draft were free."""
    extra = draft_bytes_alone(facts)
    return facts.estimate("v3.mtp_acceptance_rate").map(lambda p: speed_up(p, extra))


@figure(unit="ratio", formula=FREE, untraced=UNTRACED)
def speed_up_deployed_free(facts: Facts) -> Estimate:
    """Speed-up on a GPU of Day 6 if checking were free and only weights were read."""
    extra = draft_bytes_deployed(facts)
    return facts.estimate("v3.mtp_acceptance_rate").map(lambda p: speed_up(p, extra))


STEP = "tokens of a step × plain step ÷ (step with two queries + draft)"


@figure(unit="ratio", formula=STEP, untraced=UNTRACED)
def speed_up_day6(facts: Facts) -> Estimate:
    """Speed-up by a draft at Day 6's load: throttled; from the kernel's own rate to the peak."""
    return day6.speed_up_at(facts, day6.sequences(facts).value)


@figure(unit="ratio", formula=STEP, untraced=UNTRACED)
def speed_up_sixteen(facts: Facts) -> Estimate:
    """The same with sixteen texts a GPU."""
    return day6.speed_up_at(facts, 16)


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


SAMPLED = "counted in the table of the ablation, with the error of each score"


def _in_errors(facts: Facts) -> dict[tuple[str, str], float]:
    """Change of each score in standard errors of the choice of questions, where n is known."""
    rows = compared(facts.rows("ablations", ablation=PREDICTING[0]), *PREDICTING[1:])
    sized = facts.table("benchmark_sizes").by_key
    names = {str(row["measure"]).split(" (")[0] for row in rows} & set(sized)
    known = with_errors(rows, [facts.row("benchmark_sizes", name) for name in sorted(names)])
    return {
        (str(r["scale"]), str(r["measure"]).split(" (")[0]): float(r["z"])
        for r in known
        if "z" in r
    }


def _beyond(facts: Facts, sign: int, scale: str = "") -> float:
    changes = _in_errors(facts).items()
    return float(sum(sign * z > NORMAL_95 for (size, _), z in changes if scale in ("", size)))


@figure(unit="1", formula="scores whose number of questions is known", untraced=SAMPLED)
def scores_with_error(facts: Facts) -> float:
    """Scores of the ablation that have a sampling error."""
    return float(len(_in_errors(facts)))


@figure(
    unit="1",
    formula="gains beyond the sampling interval",
    untraced=SAMPLED,
)
def gains_beyond(facts: Facts) -> float:
    """Scores that gain more with MTP than the choice of questions explains."""
    return _beyond(facts, 1)


@figure(
    unit="1",
    formula="gains beyond the sampling interval",
    untraced=SAMPLED,
)
def gains_beyond_small(facts: Facts) -> float:
    """The same in the small pair of models."""
    return _beyond(facts, 1, "small")


@figure(
    unit="1",
    formula="losses beyond the sampling interval",
    untraced=SAMPLED,
)
def losses_beyond(facts: Facts) -> float:
    """Scores that lose more with MTP than the choice of questions explains."""
    return _beyond(facts, -1)


@figure(unit="1", formula="change ÷ its standard error", untraced=SAMPLED)
def humaneval_errors(facts: Facts) -> float:
    """The large model's gain on HumanEval in standard errors."""
    return _in_errors(facts)["large", "HumanEval"]


@figure(unit="1", formula="change ÷ its standard error", untraced=SAMPLED)
def mmlu_large_errors(facts: Facts) -> float:
    """The large model's change on MMLU in standard errors."""
    return _in_errors(facts)["large", "MMLU"]


@figure(unit="1", formula="change ÷ its standard error", untraced=SAMPLED)
def mmlu_small_errors(facts: Facts) -> float:
    """The small model's gain on MMLU in standard errors."""
    return _in_errors(facts)["small", "MMLU"]
