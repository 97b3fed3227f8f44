"""What is wrong with the ledger, its wordings and its readings: file, line, found, expected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.claims.ledger import COPIES, verdict
from press.facts import Facts
from press.tables import DataError

LONGEST_STATEMENT = 75
"""Characters that readers of ClaimReview accept."""


def problems(facts: Facts) -> list[str]:
    """What is wrong with the ledger: file, row, what was found, what was expected.

    Claims without a copy, a wording or a reading, unknown ratings, and ratings that contradict
    the rule.
    """
    return [*_claims(facts), *_readings(facts), *_wordings(facts), *_parties(facts)]


def _claims(facts: Facts) -> Iterator[str]:
    scale = facts.table("ratings").by_key
    readings = facts.table("claim_readings").rows
    wordings = facts.table("claim_wordings").rows
    for line, row in enumerate(facts.table("claims").rows, 2):
        ours = [r for r in readings if r["claim"] == row["claim"] and r["ours"]]
        if not row["claim"].startswith(str(row["number"])):
            wanted = f"the number of the article's claim that {row['claim']} is (a part of)"
            yield _problem("claims", line, "number", row["number"], wanted)
        if len(ours) != 1:
            words = f"one row of claim_readings.csv for claim {row['claim']} that is ours"
            yield _problem("claims", line, "claim", f"{len(ours)}", words)
        elif row["rating"] not in scale:
            yield _problem("claims", line, "rating", row["rating"], _scale(facts))
        elif due := _differs(row["rating"], row["claim"], ours[0]["id"], facts):
            yield _problem("claims", line, "rating", row["rating"], due)
        if len(row["statement"]) > LONGEST_STATEMENT:
            words = f"a statement of at most {LONGEST_STATEMENT} characters; shorten it"
            yield _problem("claims", line, "statement", row["statement"], words)
        if not any(row["claim"] in (w["claims"] or "").split() for w in wordings):
            words = "the wording of at least one copy in claim_wordings.csv"
            yield _problem("claims", line, "claim", row["claim"], words)
        for copy in COPIES:
            if (row["number"], copy) not in {(w["number"], w["copy"]) for w in wordings}:
                words = f"a row {row['number']}-{copy} in claim_wordings.csv, absent if need be"
                yield _problem("claims", line, "claim", "none", words)


def _readings(facts: Facts) -> Iterator[str]:
    known, scale = facts.table("claims").by_key, facts.table("ratings").by_key
    for line, row in enumerate(facts.table("claim_readings").rows, 2):
        if row["claim"] not in known:
            words = "a claim of claims.csv"
            yield _problem("claim_readings", line, "claim", row["claim"], words)
            continue
        if not row["id"].startswith(f"{row['claim']}."):
            words = f"the claim and a name, such as {row['claim']}.strict"
            yield _problem("claim_readings", line, "id", row["id"], words)
        if not row["against"] and not row["finding"]:
            words = "what to compare the claim with, or a finding: agrees, contradicts or silent"
            yield _problem("claim_readings", line, "against", "an empty cell", words)
        elif row["rating"] not in scale:
            yield _problem("claim_readings", line, "rating", row["rating"], _scale(facts))
        elif due := _differs(row["rating"], row["claim"], row["id"], facts):
            yield _problem("claim_readings", line, "rating", row["rating"], due)


def _wordings(facts: Facts) -> Iterator[str]:
    known = facts.table("claims").by_key
    for line, row in enumerate(facts.table("claim_wordings").rows, 2):
        named = (row["claims"] or "").split()
        for name in named:
            if name not in known or known[name]["number"] != row["number"]:
                words = f"claims of claims.csv with the number {row['number']}"
                yield _problem("claim_wordings", line, "claims", name, words)
        if (row["state"] == "absent") == bool(row["quote"]):
            words = "a quote, or the state “absent” without one"
            yield _problem("claim_wordings", line, "quote", row["quote"] or "none", words)
        if bool(row["quote"]) != bool(named):
            words = "the claims that the words make, none where there are no words"
            yield _problem("claim_wordings", line, "claims", row["claims"] or "none", words)
        if row["quote"] and not row["gloss"]:
            words = "what the words say in English"
            yield _problem("claim_wordings", line, "gloss", "an empty cell", words)


def _parties(facts: Facts) -> Iterator[str]:
    numbers = {row["number"] for row in facts.table("claims").rows}
    ids = facts.table("facts").by_key
    for line, row in enumerate(facts.table("claim_parties").rows, 2):
        if row["number"] not in numbers:
            words = "the number of a claim of claims.csv"
            yield _problem("claim_parties", line, "number", row["number"], words)
        if (row["status"] == "on record") != bool(row["quote"] and row["source"] and row["date"]):
            words = "date, quote and source of what is on record, none for what is unknown"
            yield _problem("claim_parties", line, "status", row["status"], words)
        if row["fact"] and row["fact"] not in ids:
            yield _problem("claim_parties", line, "fact", row["fact"], "a fact of facts.csv")


def _differs(given: str, claim: str, reading: str, facts: Facts) -> str:
    """What was expected instead of a rating, or nothing where it is the rule's."""
    try:
        found = next(r for r in verdict(claim, facts).readings if r.row["id"] == reading)
    except ValueError as error:
        return f"a reading that can be checked: {error}"
    if found.rating == given:
        return ""
    return f"“{found.rating}”, which the rule gives; change the evidence or the rating"


def _scale(facts: Facts) -> str:
    return "one of " + ", ".join(f"“{name}”" for name in facts.table("ratings").by_key)


def _problem(table: str, line: int, column: str, found: Any, expected: str) -> str:
    return str(
        DataError(f"{table}.csv", f"found {found!r}, expected {expected}", row=line, column=column)
    )
