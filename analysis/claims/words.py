"""What a claim's numbers say in words, and what would flip its rating: computed, never typed."""

from __future__ import annotations

import re

from analysis.claims.ledger import Verdict
from analysis.claims.rule import AGREEMENT, AGREES, CONTRADICTION, Comparison
from press.formats import default_spec, format_number

BARE = ("", "1", "ratio", "share", "round")
"""Units that are not printed after a number."""


def amount(value: float, unit: str) -> str:
    """A number with its unit, as a page prints it.

    >>> amount(50000, "GPU"), amount(2023, "year"), amount(1.6e9, "USD")
    ('50,000 GPUs', '2023', '$1.6B')
    """
    if unit == "year":
        return f"{value:.0f}"
    number = format_number(value, default_spec(unit, value))
    number = re.sub(r"(\.\d*?)0+(?!\d)", r"\1", number)  # 1.600 says no more than 1.6
    number = re.sub(r"\.(?!\d)", "", number)
    return (
        number
        if unit in BARE or unit.startswith("USD")
        else f"{number} {unit}" + "s" * (value != 1)
    )


def beside(one: Comparison) -> str:
    """A claimed number beside the evidence, with what is allowed and what lies between them.

    >>> from press.estimate import Estimate
    >>> beside(Comparison(6e6, Estimate(5.576e6), "about", 5e5, "USD"))
    'claimed $6M, found $5.576M; $424,000 apart, $500,000 allowed: agrees'
    """
    low, high = one.best.bounds
    found = amount(one.best.value, one.unit)
    if low < high:
        found += f" ({amount(low, one.unit)} to {amount(high, one.unit)})"
    floor = "at least " if one.relation == "over" else ""
    said = f"claimed {floor}{amount(one.claimed, one.unit)}, found {found}"
    if one.gap:
        said += f"; {amount(one.gap, one.unit)} apart, {amount(one.tolerance, one.unit)} allowed"
    return f"{said}: {one.outcome}"


def _would_agree(one: Comparison) -> str:
    """Where evidence lies that agrees with the claim."""
    low, high = one.claimed - one.tolerance, one.claimed + one.tolerance
    if one.relation == "over" or (one.unit == "share" and high >= 1):
        return f"{amount(low, one.unit)} or more"
    if not one.tolerance:
        return amount(one.claimed, one.unit)
    if low <= 0:
        return f"{amount(high, one.unit)} at most"
    return f"{amount(low, one.unit)} to {amount(high, one.unit)}"


def what_flips(verdict: Verdict) -> list[str]:
    """What would change a rating on our reading, one change of the rule's inputs at a time."""
    made = verdict.check.comparisons
    failing = [_would_agree(one) for one in made if one.outcome != AGREES]
    words = []
    for change, then in verdict.flips:
        said = change
        if failing and change == AGREEMENT:
            said += f" ({' and '.join(failing)})"
        if made and not failing and change == CONTRADICTION:
            said += f" (not {' or not '.join(_would_agree(one) for one in made)})"
        words.append(f"{said}: {then}")
    return words
