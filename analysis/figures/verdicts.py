"""Figures of the verdicts: how the claims fared."""

from __future__ import annotations

from analysis.claims import measures, rating_counts, ratings, rule
from press.facts import Facts
from press.figures import figure
from press.maths import maximum


@figure(unit="claim", formula="claims of the article", untraced="a count of rows")
def count(facts: Facts) -> float:
    """Claims of the article that this report checks."""
    return len({row["number"] for row in facts.rows("claims")})


@figure(
    name="ratings",
    unit="1",
    formula="claims and parts of claims that are rated",
    untraced="a count of rows",
)
def rated(facts: Facts) -> float:
    """Ratings: one a claim, or one a part where the evidence on the parts differs."""
    return len(facts.rows("claims"))


@figure(
    name="readings",
    unit="1",
    formula="ways to take a claim, each run through the rule",
    untraced="a count of rows",
)
def all_readings(facts: Facts) -> float:
    """Readings of the claims, ours and those that a critic could defend."""
    return len(facts.rows("claim_readings"))


@figure(
    unit="1",
    formula="ratings on which all readings of the claim agree",
    untraced="a count of ratings",
)
def stable(facts: Facts) -> float:
    """Ratings that do not depend on how the claim is taken."""
    return sum(verdict.stable for verdict in ratings(facts))


# --- the ratings -----------------------------------------------------------------------------
@figure(unit="claim", formula="claims rated Supported", untraced="a count of ratings")
def supported(facts: Facts) -> float:
    """Claims that the best evidence supports as they stand."""
    return rating_counts(facts)[rule.SUPPORTED]


@figure(
    unit="claim", formula="claims rated Supported, context missing", untraced="a count of ratings"
)
def context_missing(facts: Facts) -> float:
    """Claims that hold, and mislead without a stated fact."""
    return rating_counts(facts)[rule.CONTEXT_MISSING]


@figure(unit="claim", formula="claims rated Misleading", untraced="a count of ratings")
def misleading(facts: Facts) -> float:
    """Claims whose number exists and means something else."""
    return rating_counts(facts)[rule.MISLEADING]


@figure(unit="claim", formula="claims rated Wrong", untraced="a count of ratings")
def wrong(facts: Facts) -> float:
    """Claims that the best evidence contradicts."""
    return rating_counts(facts)[rule.WRONG]


@figure(unit="claim", formula="claims rated Undecidable", untraced="a count of ratings")
def undecidable(facts: Facts) -> float:
    """Claims that no public evidence settles."""
    return rating_counts(facts)[rule.UNDECIDABLE]


# --- single claims ---------------------------------------------------------------------------
@figure(unit="USD/GPU-hour")
def price_floor(facts: Facts) -> float:
    """The lowest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claimed, slack = _six_million(facts)
    return (claimed - slack) / facts.v3.gpu_hours_total


@figure(unit="USD/GPU-hour")
def price_ceiling(facts: Facts) -> float:
    """The highest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claimed, slack = _six_million(facts)
    return (claimed + slack) / facts.v3.gpu_hours_total


def _six_million(facts: Facts) -> tuple[float, float]:
    claimed: float = facts.row("claims", "6")["value"]
    slack: float = facts.row("claim_readings", "6.ours")["tolerance"]
    return claimed, slack


@figure(unit="share")
def refinement_share(facts: Facts) -> float:
    """Share of V3's run that came after pre-training."""
    return measures.refinement_share(facts)


@figure(unit="USD")
def refinement_cost(facts: Facts) -> float:
    """What the sum of V3's report holds for the stages after pre-training."""
    return measures.refinement_hours(facts) * facts.v3.price_per_gpu_hour


@figure(unit="ratio")
def r1_ratio(facts: Facts) -> float:
    """How many times the reported cost of R1's own stage the claimed $5 million is."""
    claimed: float = facts.row("claims", "17")["second_value"]
    return claimed / measures.r1_cost(facts)


@figure(
    unit="run",
    formula="runs of 10²⁴ FLOPs or more by others on H100 or H800, before V3",
    untraced="a count of rows",
)
def rival_runs(facts: Facts) -> float:
    """Large runs by others on Hopper chips that preceded V3 and whose hours are published."""
    return len(measures.rivals_before(facts))


@figure(unit="ratio")
def rival_least(facts: Facts) -> float:
    """The cheapest of them in hours against V3."""
    return measures.rival_least(facts)


@figure(unit="ratio")
def rival_most(facts: Facts) -> float:
    """The dearest of them in hours against V3."""
    return maximum(*measures.rivals_before(facts))


@figure(
    unit="run",
    formula="others' large runs on H100 or H800 with fewer hours than V3",
    untraced="a count of rows",
)
def rivals_cheaper(facts: Facts) -> float:
    """Large runs by others on Hopper chips, later ones included, that took fewer hours than V3."""
    return sum(hours < 1 for hours in measures.large_hopper_runs(facts).values())
