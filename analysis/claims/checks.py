"""The computed check of each claim that has a number: the best evidence, in the claim's unit.

``PARTS`` gives for each such claim the numbers to compare its one or two numbers with; a claim
without an entry is checked in words, by the finding that its row of ``claims`` states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.claims import trail
from analysis.claims.rule import AGREES, CONTRADICTS, SILENT, Check, combine, compare
from analysis.costs.rental import gpu_hours, rental_usd
from press.estimate import Estimate
from press.facts import Facts
from press.numbers import number
from press.tables import EVIDENCE

Row = Mapping[str, Any]

DAY = "nvda-2025-01-27"
"""The day of the fall, as a row of ``one_day_losses``."""


def loss_rank(facts: Facts) -> float:
    """Rank of Nvidia's loss of 27 January 2025 among the one-day losses up to that day."""
    that_day = facts.row("one_day_losses", DAY)
    rows = facts.rows("one_day_losses")
    earlier = [row for row in rows if row["date"] < that_day["date"]]
    return 1.0 + len([row for row in earlier if row["loss_usd"] >= that_day["loss_usd"]])


def tokens_at_once(facts: Facts) -> float:
    """Tokens that a position predicts in training [token]: the next and D more."""
    return 1 + facts.v3.mtp_depth


def run_cost(facts: Facts) -> float:
    """Rental cost of the whole official run [USD]: GPU-hours times price."""
    return rental_usd(facts.v3.gpu_hours_total, facts.v3.price_per_gpu_hour)


def pretraining_share(facts: Facts) -> float:
    """Pre-training's share of the run's GPU-hours [share]."""
    return facts.v3.gpu_hours_pretraining / facts.v3.gpu_hours_total


def operating_per_year(facts: Facts) -> float:
    """The claimed operating cost spread over the years of the table's row [USD/year]."""
    return facts.semianalysis.operating_cost / facts.semianalysis.table_years


def r1_cost(facts: Facts) -> float:
    """What R1's own stage cost at the report's price [USD]: two RL runs and the data."""
    hours = gpu_hours(facts.r1_zero.rl_gpus, facts.r1_zero.rl_wall_hours + facts.r1.rl_wall_hours)
    return rental_usd(hours + facts.r1.gpu_hours_sft_data, facts.r1.price_per_gpu_hour)


def founding_year(facts: Facts) -> float:
    """Year in which DeepSeek became a company of its own."""
    return number(facts.text("deepseek.incorporation_date")[:4])


Part = Callable[[Facts], "Estimate | float"]
PARTS: Mapping[int, tuple[Part, ...]] = {
    2: (loss_rank,),
    3: (tokens_at_once,),
    4: (lambda facts: facts.v3.routed_experts, lambda facts: facts.v3.routed_experts_active),
    6: (run_cost, lambda facts: facts.v3.gpus),
    7: (pretraining_share,),
    8: (lambda facts: facts.estimate("semianalysis.gpus_hopper"),),
    9: (lambda facts: facts.estimate("luk.capex_hopper"),),
    10: (operating_per_year,),
    11: (founding_year,),
    15: (lambda facts: facts.authors.china_ever_affiliated_share,),
    17: (lambda facts: facts.estimate("gpt4o.cost_amortised"), r1_cost),
}


def self_funded_when_printed(facts: Facts) -> str:
    """Whether the first outside money came after the last copy that carries a date."""
    copies = facts.rows("copies", examined=True)
    printed = max(row["date"] for row in copies if row["date"])
    funded = facts["deepseek.funding_round_cny"].date or ""
    return AGREES if funded > printed[: len(funded)] else CONTRADICTS


def check(claim: Row, facts: Facts) -> Check:
    """The check of one claim: outcome, best evidence, and what carries it.

    Parameters
    ----------
    claim
        A row of ``claims``.
    facts
        The facts to check it against; what is read is recorded as weighed evidence.
    """
    seen = facts.recording()
    number = claim["claim"]
    best = None
    if number == 13:
        outcome = self_funded_when_printed(seen)
    elif number in PARTS:
        claimed = (claim["value"], claim["second_value"])
        found = [_estimate(part(seen)) for part in PARTS[number]]
        best = found[0]
        outcome = combine(
            compare(value, part, claim["relation"], claim["tolerance"] if first else 0.0)
            for first, value, part in zip((True, False), claimed, found, strict=False)
        )
    elif claim["value"] is not None:
        outcome = SILENT
    else:
        outcome = claim["finding"]
    witnesses = (claim["witnesses"] or "").split()
    grades = [trail.witness(name, seen).evidence for name in witnesses]
    result = Check(
        outcome=outcome,
        best=best,
        elsewhere=bool(claim["differs_in"]) and _at_origin(claim, seen),
        primary="primary" in grades,
        origins=len(trail.origins(witnesses, seen)),
        evidence=max(seen.seen.values(), key=EVIDENCE.index, default="derived"),
    )
    facts.weighed(seen)
    return result


def _at_origin(claim: Row, facts: Facts) -> bool:
    """Whether the claim's number stands at its source; words count as standing there."""
    origin = facts[claim["origin"]]
    if isinstance(origin.value, str) or claim["value"] is None:
        return True
    said = facts.estimate(claim["origin"])
    return compare(claim["value"], said, claim["relation"], claim["tolerance"]) == AGREES


def _estimate(value: Estimate | float) -> Estimate:
    return value if isinstance(value, Estimate) else Estimate(number(value))
