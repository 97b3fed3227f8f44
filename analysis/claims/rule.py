"""The written rule that turns a check into a rating, the same for every speaker.

1. A check of our own that was in error: *Withdrawn*.
2. Unverified evidence decides nothing; then, and where the evidence is silent: *Undecidable*,
   or *Misleading* if the claim's number stands at its source with another meaning.
3. Where the best evidence contradicts the claim: *Wrong*, or *Misleading* as above.
4. Where it agrees, a primary source or two independent origins must carry it, or the claim is
   *Undecidable*. If a reader needs a stated fact as well: *Supported, context missing*.
   Otherwise: *Supported*.

A claim of several parts is rated on the part that the others rest on; a part beside it that
fails is context.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from press.estimate import Estimate

SUPPORTED = "Supported"
CONTEXT_MISSING = "Supported, context missing"
MISLEADING = "Misleading"
WRONG = "Wrong"
UNDECIDABLE = "Undecidable"
WITHDRAWN = "Withdrawn"

AGREES, CONTRADICTS, SILENT = "agrees", "contradicts", "silent"
NEEDED_ORIGINS = 2
"""Independent origins that can stand in for a primary source."""


@dataclass(frozen=True)
class Check:
    """What the evidence says of one claim.

    ``best`` is the best evidence in the claim's unit; ``elsewhere`` says that the claim's number
    stands at its source with another meaning; ``origins`` counts independent origins of the
    evidence; ``evidence`` is its weakest grade.
    """

    outcome: str
    best: Estimate | None = None
    elsewhere: bool = False
    primary: bool = False
    origins: int = 0
    evidence: str = "derived"


def compare(claimed: float, best: Estimate, relation: str, tolerance: float) -> str:
    """Whether the best evidence agrees with a claimed number or contradicts it.

    Parameters
    ----------
    claimed
        The claimed number.
    best
        The best evidence, in the same unit.
    relation
        ``about``: the number lies within the tolerance of the evidence and its range;
        ``over``: the evidence reaches it.
    tolerance
        Largest difference that still agrees, in the same unit.

    Examples
    --------
    >>> compare(6e6, Estimate(5.576e6), "about", 0.5e6)
    'agrees'
    >>> compare(1.6e9, Estimate(1.4e9), "about", 0.05e9)
    'contradicts'
    """
    low, high = best.bounds
    slack = tolerance + 1e-9 * abs(claimed)
    reaches = high + slack >= claimed
    holds = reaches if relation == "over" else reaches and low - slack <= claimed
    return AGREES if holds else CONTRADICTS


def combine(outcomes: Iterable[str]) -> str:
    """One outcome of several comparisons: all must agree, and one that contradicts is enough.

    >>> combine(["agrees", "contradicts"]), combine([])
    ('contradicts', 'silent')
    """
    found = set(outcomes)
    if CONTRADICTS in found:
        return CONTRADICTS
    return AGREES if found == {AGREES} else SILENT


def rate(check: Check, *, context: bool, withdrawn: bool = False) -> str:
    """The rating that the rule gives.

    Parameters
    ----------
    check
        What the evidence says.
    context
        Whether a reader would be misled without a stated fact.
    withdrawn
        Whether our own check was in error.

    Examples
    --------
    >>> rate(Check("agrees", primary=True), context=True)
    'Supported, context missing'
    >>> rate(Check("agrees", origins=1), context=False)
    'Undecidable'
    >>> rate(Check("contradicts", elsewhere=True, evidence="analyst"), context=False)
    'Misleading'
    """
    if withdrawn:
        return WITHDRAWN
    outcome = SILENT if check.evidence == "unverified" else check.outcome
    if outcome == AGREES:
        if not check.primary and check.origins < NEEDED_ORIGINS:
            return UNDECIDABLE
        return CONTEXT_MISSING if context else SUPPORTED
    if check.elsewhere:
        return MISLEADING
    return WRONG if outcome == CONTRADICTS else UNDECIDABLE
