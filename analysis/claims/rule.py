"""The written rule that turns a check into a rating, the same for every speaker.

1. A check of our own that was in error: *Withdrawn*.
2. Unverified evidence decides nothing; then, and where the evidence is silent: *Undecidable*,
   or *Misleading* if the claim's number stands at its source with another meaning.
3. Where the best evidence contradicts the claim: *Wrong*, or *Misleading* as above.
4. Where it agrees, a primary source or two independent origins must carry it, or the claim is
   *Undecidable*. If a reader needs a stated fact as well: *Supported, context missing*.
   Otherwise: *Supported*.

A claim of several parts whose evidence differs is rated part by part. What the rule is applied to
(the evidence, the tolerance, the meaning of a word) is chosen by people: each choice is a
*reading*, a row of ``claim_readings``, and the same rule runs on every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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
class Comparison:
    """A claimed number beside the best evidence, in one unit; see :func:`compare`."""

    claimed: float
    best: Estimate
    relation: str
    tolerance: float
    unit: str = ""

    @property
    def outcome(self) -> str:
        """Whether the evidence agrees."""
        return compare(self.claimed, self.best, self.relation, self.tolerance)

    @property
    def gap(self) -> float:
        """The smallest tolerance with which the evidence would agree.

        >>> Comparison(1.6e9, Estimate(1.4e9), "about", 0.05e9).gap
        200000000.0
        """
        low, high = self.best.bounds
        short, long = self.claimed - high, low - self.claimed
        return max(short, 0.0) if self.relation == "over" else max(short, long, 0.0)


@dataclass(frozen=True)
class Check:
    """What the evidence says of one claim on one reading.

    ``comparisons`` are its numbers beside the evidence; ``elsewhere`` says that the claim's number
    stands at its source with another meaning; ``origins`` counts independent origins of the
    evidence; ``evidence`` is its weakest grade.
    """

    outcome: str
    comparisons: tuple[Comparison, ...] = ()
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


AGREEMENT, CONTRADICTION = "a primary source that agrees", "evidence that contradicts"
SUPPORT, SAME_MEANING = "a primary source or a second origin", "no such number at the source"
TOLD = "the missing fact, printed beside it"


def flips(check: Check, *, context: bool) -> Iterator[tuple[str, str]]:
    """What would change a rating, one input of the rule at a time: the change and the new rating.

    Examples
    --------
    >>> list(flips(Check("agrees", origins=1), context=False))
    [('evidence that contradicts', 'Wrong'), ('a primary source or a second origin', 'Supported')]
    """
    now = rate(check, context=context)
    changes = {
        AGREEMENT: replace(check, outcome=AGREES, primary=True, evidence="derived"),
        CONTRADICTION: replace(check, outcome=CONTRADICTS, evidence="derived"),
        SUPPORT: replace(check, primary=True),
        SAME_MEANING: replace(check, elsewhere=False),
    }
    if check.outcome == AGREES:
        del changes[AGREEMENT]
    for change, other in changes.items():
        if (then := rate(other, context=context)) != now:
            yield change, then
    if context and (then := rate(check, context=False)) != now:
        yield TOLD, then
