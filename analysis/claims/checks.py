"""The check of a claim on one reading: its numbers beside the evidence, and what carries it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.claims import trail
from analysis.claims.measures import evidence
from analysis.claims.rule import AGREES, Check, Comparison, combine, compare
from press.facts import Facts
from press.tables import EVIDENCE

Row = Mapping[str, Any]
COMPARED: Mapping[str | None, tuple[str, ...]] = {
    None: ("first",),
    "first": ("first",),
    "second": ("second",),
    "both": ("first", "second"),
}
"""Which of a claim's numbers a reading compares, in the order of the evidence that it names."""
OF_FIRST = {"claimed": "value", "tolerance": "tolerance", "unit": "unit"}
OF_SECOND = {"claimed": "second_value", "tolerance": "second_tolerance", "unit": "second_unit"}


def check(claim: Row, reading: Row, facts: Facts) -> Check:
    """What the evidence says of a claim on one reading.

    Parameters
    ----------
    claim
        A row of ``claims``.
    reading
        A row of ``claim_readings`` for it.
    facts
        The facts to check it against; what is read is recorded as weighed evidence.
    """
    seen = facts.recording()
    made = comparisons(claim, reading, seen)
    said = [reading["finding"]] if reading["finding"] else []
    witnesses = (reading["witnesses"] or "").split()
    grades = [trail.witness(name, seen).evidence for name in witnesses]
    result = Check(
        outcome=combine([*(one.outcome for one in made), *said]),
        comparisons=made,
        elsewhere=bool(reading["differs_in"]) and _at_origin(claim, reading, seen),
        primary="primary" in grades,
        origins=len(trail.origins(witnesses, seen)),
        evidence=max(seen.seen.values(), key=EVIDENCE.index, default="derived"),
    )
    facts.weighed(seen)
    return result


def comparisons(claim: Row, reading: Row, facts: Facts) -> tuple[Comparison, ...]:
    """The claim's numbers beside those that the reading names; none where it names none."""
    named = (reading["against"] or "").split()
    which = COMPARED[reading["compared"]]
    if named and len(named) != len(which):
        raise ValueError(f"names {len(named)} numbers to compare with, expected {len(which)}")
    made = []
    for name, place in zip(named, which, strict=False):
        columns = OF_FIRST if place == "first" else OF_SECOND
        claimed = claim[columns["claimed"]]
        if reading["claimed"] is not None and place == "first":
            claimed = reading["claimed"]
        tolerance = reading[columns["tolerance"]]
        if claimed is None or tolerance is None or not reading["relation"]:
            raise ValueError(f"compares with {name} and lacks a number, a relation or a tolerance")
        unit = reading["unit"] or claim[columns["unit"]] or ""
        best = evidence(name, facts)
        made.append(Comparison(claimed, best, reading["relation"], tolerance, unit))
    return tuple(made)


def _at_origin(claim: Row, reading: Row, facts: Facts) -> bool:
    """Whether the claim's number stands at its source; words count as standing there."""
    if not claim["origin"]:
        return False
    if isinstance(facts[claim["origin"]].value, str) or claim["value"] is None:
        return True
    said = facts.estimate(claim["origin"])
    return compare(claim["value"], said, "about", reading["tolerance"] or 0.0) == AGREES
