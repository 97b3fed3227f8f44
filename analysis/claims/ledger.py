"""The ledger: the article's claims in five copies, each with its readings and its rating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.claims.checks import check
from analysis.claims.rule import Check, flips, rate
from press.facts import Facts

COPIES = ("de", "nl", "vi", "hi", "fil")
STATES = ("kept", "changed", "garbled", "absent")


@dataclass(frozen=True)
class Reading:
    """One way to take a claim, with the rating that the rule gives it; ``row`` is its entry."""

    name: str
    rating: str
    check: Check
    row: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """A claim, or a part of one, with all its readings; the first is the one that is rated."""

    claim: str
    number: int
    title: str
    readings: tuple[Reading, ...]
    row: Mapping[str, Any]

    @property
    def rating(self) -> str:
        """The rating of our own reading."""
        return self.readings[0].rating

    @property
    def check(self) -> Check:
        """The check on our own reading."""
        return self.readings[0].check

    @property
    def agreeing(self) -> int:
        """How many readings give the same rating as ours, ours included."""
        return sum(reading.rating == self.rating for reading in self.readings)

    @property
    def stable(self) -> bool:
        """Whether every reading gives the same rating."""
        return self.agreeing == len(self.readings)

    @property
    def flips(self) -> list[tuple[str, str]]:
        """What would change the rating on our own reading, and what it would be then."""
        return list(flips(self.check, context=self.readings[0].row["context"]))


def verdict(claim: str | int, facts: Facts) -> Verdict:
    """The verdict on a claim or a part of one, such as ``"9b"``; ``KeyError`` if there is none."""
    row = facts.row("claims", str(claim))
    gone = bool(row["withdrawn"])
    found = []
    for reading in facts.rows("claim_readings", claim=row["claim"]):
        try:
            result = check(row, reading, facts)
        except (ValueError, KeyError, TypeError) as error:
            said = error.args[0] if error.args else error
            raise ValueError(f"data/claim_readings.csv, row '{reading['id']}': {said}") from None
        given = rate(result, context=reading["context"], withdrawn=gone)
        found.append(Reading(reading["reading"], given, result, reading))
    found.sort(key=lambda reading: not reading.row["ours"])
    if sum(reading.row["ours"] for reading in found) != 1:
        raise ValueError(f"data/claim_readings.csv: claim {claim} needs one reading that is ours")
    return Verdict(row["claim"], row["number"], row["title"], tuple(found), row)


def ratings(facts: Facts) -> list[Verdict]:
    """The verdicts on all claims and parts, in the order of the ledger."""
    return [verdict(row["claim"], facts) for row in facts.rows("claims")]


def rating(claim: str | int, facts: Facts) -> str:
    """The rating of a claim or a part of one.

    >>> rating("9b", Facts())
    'Misleading'
    """
    return verdict(claim, facts).rating


def claim_records(facts: Facts) -> dict[str, dict[str, Any]]:
    """Each claim as pages print it: rating, title, statement, and how many readings agree."""
    return {
        v.claim: {
            "rating": v.rating,
            "title": v.title,
            "statement": v.row["statement"],
            "readings": len(v.readings),
            "agreeing": v.agreeing,
        }
        for v in ratings(facts)
    }


def claim_list(facts: Facts) -> list[dict[str, Any]]:
    """What the command ``claims`` prints: each claim with its rating on every reading."""
    return [
        {
            "claim": v.claim,
            "rating": v.rating,
            "readings": [{"reading": r.name, "rating": r.rating} for r in v.readings],
            "stable": v.stable,
        }
        for v in ratings(facts)
    ]


def rating_counts(facts: Facts) -> Counter[str]:
    """How many claims and parts have each rating."""
    return Counter(v.rating for v in ratings(facts))


def state_counts(facts: Facts, **where: Any) -> Counter[str]:
    """How many claims are in each state, in all copies or where a cell equals a value.

    >>> state_counts(Facts(), copy="vi")["absent"]
    3
    """
    return Counter(row["state"] for row in facts.rows("claim_wordings", **where))


def numbers_printed(facts: Facts) -> tuple[int, int]:
    """How often the copies print a claim's main number, and how often it is the same one."""
    claimed = {row["claim"]: row["value"] for row in facts.rows("claims")}
    rows = [row for row in facts.rows("claim_wordings") if row["value"] is not None]
    same = (row["value"] == claimed[row["claims"].split()[0]] for row in rows)
    return len(rows), sum(same)
