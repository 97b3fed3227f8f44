"""What this report adds to the press: claims and ratings, passages to translate, checks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from analysis import claims, commands
from analysis.charts.editions import LadderWords
from analysis.runs import comparisons
from press.facts import Facts
from press.figures import Figure


def site(facts: Facts) -> dict[str, Any]:
    """What the pages print besides figures, facts and tables."""
    reviews = [claims.claim_review(v, "verdicts.html", facts) for v in claims.ratings(facts)]
    return {"claims": claims.claim_records(facts), "reviews": reviews}


def problems(facts: Facts, found: Sequence[Figure]) -> list[str]:
    """What is wrong with the claims, and comparisons that mix definitions of cost."""
    return [*claims.problems(facts), *comparisons.unmarked_mixtures(found, facts)]


def passages(facts: Facts) -> dict[str, str]:
    """The English of what an edition translates besides the first page, by key."""
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
        found[f"{name}.sentence"] = " | ".join(
            [row["statement"], row["rating"], row["reasons"], row["context"] or ""]
        )
    return found


def add_commands(subs: Any) -> None:
    """Describe the commands ``model`` and ``price-runs``."""
    commands.add_all(subs)
