"""What this report adds to the press: claims and ratings, passages to translate, commands, checks.

Each function imports what it needs when it is asked, so that a command answers at once.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any


def site(facts: Any) -> dict[str, Any]:
    """What the pages print besides figures, facts and tables."""
    from analysis import claims

    reviews = [claims.claim_review(v, "verdicts.html", facts) for v in claims.ratings(facts)]
    return {"claims": claims.claim_records(facts), "reviews": reviews}


def problems(facts: Any, figures: Sequence[Any]) -> list[str]:
    """What is wrong with the claims, and comparisons that mix definitions of cost."""
    from analysis import claims
    from analysis.runs import comparisons

    return [*claims.problems(facts), *comparisons.unmarked_mixtures(figures, facts)]


def passages(facts: Any) -> dict[str, str]:
    """The English of what an edition translates besides the first page, by key."""
    from analysis.charts.editions import LadderWords

    found = {}
    for field in dataclasses.fields(LadderWords):
        if isinstance(field.default, str) and field.name != "includes":
            found[f"chart.{field.name}"] = field.default
    for row in facts.table("ladder").rows:
        for column in ("label", "definition", "leaves_out"):
            found[f"{row['key']}.{column}"] = row[column]
    for row in facts.table("ratings").rows:
        found[f"rating.{row['rating']}"] = row["rating"]
        found[f"rating.{row['rating']}.meaning"] = row["meaning"]
    for row in facts.table("claims").rows:
        name = f"claim.{row['claim']}"
        found[f"{name}.statement"] = row["statement"]
        found[f"{name}.sentence"] = row["sentence"]
    return found


def quotes(facts: Any) -> dict[str, dict[str, Any]]:
    """How each copy words each claim or part: by language, then by claim."""
    claims = [row["claim"] for row in facts.table("claims").rows]
    made: dict[str, dict[str, Any]] = {}
    for row in facts.table("claim_wordings").rows:
        of_copy = made.setdefault(
            row["copy"], {c: {"state": "absent", "quote": None} for c in claims}
        )
        of_copy |= {claim: dict(row) for claim in (row["claims"] or "").split()}
    return made


def uncertain(facts: Any) -> dict[str, dict[str, Any]]:
    """The inputs of the ladder that are distributions: each may be assumed to be exact."""
    sources = facts.table("sources").by_key
    return {
        row["input"]: {
            "address": f"assumptions/{row['input']}.value",
            "label": row["label"],
            "unit": row["unit"],
            "source": sources[row["source"]]["label"],
        }
        for row in facts.table("assumptions").rows
        if row["shape"] != "ends"
    }


def presets(facts: Any) -> list[dict[str, Any]]:
    """What each party to the dispute would put in, from the rows of ``data/presets.csv``."""
    sources = facts.table("sources").by_key
    made: dict[str, dict[str, Any]] = {}
    for row in facts.rows("presets"):
        one = made.setdefault(row["preset"], {"label": row["preset"], "values": {}, "why": []})
        one["values"][row["input"]] = _preset(facts, row)
        one["why"].append(f"{row['reason']} ({sources[row['source']]['label']})")
    return list(made.values())


def _preset(facts: Any, row: Any) -> float:
    if row["value"] is not None:
        return float(row["value"])
    if "/" not in row["fact"]:
        return float(facts.value(row["fact"]))
    place, _, column = row["fact"].rpartition(".")
    return float(facts.row(*place.split("/"))[column])


def add_commands(subs: Any) -> None:
    """Describe the commands that this report adds."""
    from analysis import commands

    commands.add_all(subs)
