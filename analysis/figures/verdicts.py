"""Figures of the verdicts: how the claims fared."""

from __future__ import annotations

from analysis.claims import checks, rating_counts, rule
from press.facts import Facts
from press.figures import figure
from press.numbers import number


@figure(unit="claim", formula="claims of the article", untraced="a count of rows")
def count(facts: Facts) -> float:
    """Claims of the article that this report checks."""
    return len(facts.rows("claims"))


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


@figure(unit="USD/GPU-hour", formula="($6 million − half a million) ÷ GPU-hours")
def price_floor(facts: Facts) -> float:
    """The lowest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claim = facts.row("claims", "6")
    return number((claim["value"] - claim["tolerance"]) / facts.v3.gpu_hours_total)


@figure(unit="USD/GPU-hour", formula="($6 million + half a million) ÷ GPU-hours")
def price_ceiling(facts: Facts) -> float:
    """The highest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claim = facts.row("claims", "6")
    return number((claim["value"] + claim["tolerance"]) / facts.v3.gpu_hours_total)


@figure(unit="ratio", formula="$100 million ÷ Epoch AI's estimate for GPT-4o")
def comparator_ratio(facts: Facts) -> float:
    """How many times an analyst's estimate for GPT-4o the claimed $100 million is."""
    return number(facts.row("claims", "17")["value"] / facts.gpt4o.cost_amortised)


@figure(unit="ratio", formula="$5 million ÷ cost of R1's own stage")
def r1_ratio(facts: Facts) -> float:
    """How many times the reported cost of R1's own stage the claimed $5 million is."""
    return number(facts.row("claims", "17")["second_value"] / checks.r1_cost(facts))
