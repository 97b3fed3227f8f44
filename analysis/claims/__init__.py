"""The claims of the article: ledger, computed checks, ratings by rule, and the numbers' trail."""

from analysis.claims.ledger import (
    COPIES,
    STATES,
    Reading,
    Verdict,
    claim_list,
    claim_records,
    numbers_printed,
    rating,
    rating_counts,
    ratings,
    state_counts,
    verdict,
)
from analysis.claims.problems import problems
from analysis.claims.review import claim_review
from analysis.claims.rule import Check, Comparison, compare, flips, rate

__all__ = [
    "COPIES",
    "STATES",
    "Check",
    "Comparison",
    "Reading",
    "Verdict",
    "claim_list",
    "claim_records",
    "claim_review",
    "compare",
    "flips",
    "numbers_printed",
    "problems",
    "rate",
    "rating",
    "rating_counts",
    "ratings",
    "state_counts",
    "verdict",
]
