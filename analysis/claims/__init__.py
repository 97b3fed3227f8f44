"""The claims of the article: ledger, computed checks, ratings by rule, and the numbers' trail."""

from analysis.claims.ledger import (
    COPIES,
    STATES,
    Verdict,
    claim_records,
    numbers_printed,
    problems,
    rating,
    rating_counts,
    ratings,
    state_counts,
    verdict,
)
from analysis.claims.review import claim_review
from analysis.claims.rule import Check, compare, rate

__all__ = [
    "COPIES",
    "STATES",
    "Check",
    "Verdict",
    "claim_records",
    "claim_review",
    "compare",
    "numbers_printed",
    "problems",
    "rate",
    "rating",
    "rating_counts",
    "ratings",
    "state_counts",
    "verdict",
]
