"""The ledger: eighteen claims in five copies, each with its check and its rating."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.claims.checks import PARTS, check
from analysis.claims.rule import Check, rate
from press.facts import Facts
from press.tables import DataError

CLAIMS = 18
COPIES = ("de", "nl", "vi", "hi", "fil")
STATES = ("kept", "changed", "garbled", "absent")


@dataclass(frozen=True)
class Verdict:
    """A claim with its check and the rating that the rule gives; ``row`` is its ledger entry."""

    number: int
    title: str
    rating: str
    check: Check
    row: Mapping[str, Any]


def verdict(number: int, facts: Facts) -> Verdict:
    """The verdict on one claim; ``KeyError`` if there is no such claim."""
    row = facts.row("claims", str(number))
    result = check(row, facts)
    given = rate(result, context=bool(row["context"]), withdrawn=bool(row["withdrawn"]))
    return Verdict(number, row["title"], given, result, row)


def ratings(facts: Facts) -> list[Verdict]:
    """The verdicts on all claims, in the order of their numbers."""
    return [verdict(row["claim"], facts) for row in facts.rows("claims")]


def rating(number: int, facts: Facts) -> str:
    """The rating of one claim.

    >>> rating(9, Facts())
    'Misleading'
    """
    return verdict(number, facts).rating


def claim_records(facts: Facts) -> dict[str, dict[str, Any]]:
    """Each claim by its number as pages print it: rating, title, statement."""
    return {
        str(v.number): {"rating": v.rating, "title": v.title, "statement": v.row["statement"]}
        for v in ratings(facts)
    }


def rating_counts(facts: Facts) -> Counter[str]:
    """How many claims have each rating."""
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
    counted = {row["claim"] for row in facts.rows("claim_wordings") if row["value"] is not None}
    rows = [
        row
        for row in facts.rows("claim_wordings")
        if row["claim"] in counted and row["value"] is not None
    ]
    return len(rows), sum(row["value"] == claimed[row["claim"]] for row in rows)


def problems(facts: Facts) -> list[str]:
    """What is wrong with the ledger: file, row, what was found, what was expected.

    Claims without a copy or a wording, unknown ratings, and ratings that contradict the rule.
    """
    found = []
    scale = facts.table("ratings").by_key
    for line, row in enumerate(facts.table("claims").rows, 2):
        given = row["rating"]
        if given not in scale:
            names = ", ".join(f"“{name}”" for name in scale)
            found.append(_problem("claims", line, "rating", given, f"one of {names}"))
        elif given != (due := verdict(row["claim"], facts).rating):
            reason = f"“{due}”, which the rule gives; change the evidence or the rating"
            found.append(_problem("claims", line, "rating", given, reason))
        if len(row["statement"]) > 75:
            words = "a statement of at most 75 characters; shorten it"
            found.append(_problem("claims", line, "statement", row["statement"], words))
        if row["value"] is None and not row["finding"] and row["claim"] not in (*PARTS, 13):
            words = "agrees, contradicts or silent: this claim has no number to check"
            found.append(_problem("claims", line, "finding", "an empty cell", words))
        if all(w["state"] == "absent" for w in _wordings(facts, row["claim"])):
            words = "the wording of at least one copy in claim_wordings.csv"
            found.append(_problem("claims", line, "claim", str(row["claim"]), words))
    known = facts.table("claims").by_key
    for line, row in enumerate(facts.table("claim_wordings").rows, 2):
        if str(row["claim"]) not in known:
            found.append(
                _problem("claim_wordings", line, "claim", row["claim"], "a claim of claims.csv")
            )
        if (row["state"] == "absent") == bool(row["quote"]):
            words = "a quote, or the state “absent” without one"
            found.append(_problem("claim_wordings", line, "quote", row["quote"] or "none", words))
        if row["quote"] and not row["gloss"]:
            words = "what the words say in English"
            found.append(_problem("claim_wordings", line, "gloss", "an empty cell", words))
    have = {(row["claim"], row["copy"]) for row in facts.table("claim_wordings").rows}
    for line, row in enumerate(facts.table("claims").rows, 2):
        for copy in COPIES:
            if (row["claim"], copy) not in have:
                words = f"a row {row['claim']}-{copy} in claim_wordings.csv, absent if need be"
                found.append(_problem("claims", line, "claim", "none", words))
    return found


def _wordings(facts: Facts, number: int) -> list[Mapping[str, Any]]:
    rows = facts.table("claim_wordings").rows
    return [row for row in rows if row["claim"] == number]


def _problem(table: str, line: int, column: str, found: Any, expected: str) -> str:
    return str(
        DataError(f"{table}.csv", f"found {found!r}, expected {expected}", row=line, column=column)
    )
