"""Pictures of the five copies: what each keeps, changes and garbles."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.verdicts import colour_scale
from analysis.claims import STATES
from press.facts import Facts
from press.theme import COLOURS, finish

STATE_SIGNS = {"kept": "=", "changed": "≠", "garbled": "~", "absent": "–"}


STATE_COLOURS = {"kept": "good", "changed": "warn", "garbled": "bad", "absent": "line"}


# --- the copies ------------------------------------------------------------------------------
def titles(facts: Facts) -> dict[int, str]:
    """The short names of the article's claims by number: of the first part, where there are any."""
    found: dict[int, str] = {}
    for row in facts.rows("claims"):
        found.setdefault(row["number"], row["short"])
    return found


def grid_frame(facts: Facts) -> pd.DataFrame:
    """One row for each claim and copy: state, words, what they say, what changed."""
    claims = titles(facts)
    copies = {row["copy"]: row["language"] for row in facts.rows("copies", examined=True)}
    return pd.DataFrame(
        {
            "Claim": f"{row['number']} {claims[row['number']]}",
            "Copy": copies[row["copy"]],
            "Code": row["copy"].upper(),
            "State": row["state"],
            "Sign": STATE_SIGNS[row["state"]],
            "As printed": row["quote"],
            "In English": row["gloss"],
            "What changed": row["note"],
        }
        for row in facts.rows("claim_wordings")
    )


def grid_chart(frame: pd.DataFrame) -> Any:
    """Every claim in every copy: kept, changed, garbled or absent."""
    order = list(dict.fromkeys(frame["Code"]))
    counts = frame["State"].value_counts()
    base = alt.Chart(frame).encode(
        x=alt.X("Code:N", sort=order, title=None, axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y(
            "Claim:N",
            sort=list(dict.fromkeys(frame["Claim"])),
            title=None,
            axis=alt.Axis(labelLimit=0),
        ),
        tooltip=["Claim", "Copy", "State", "In English", "What changed"],
    )
    cells = base.mark_rect(stroke=COLOURS["page"], strokeWidth=2, opacity=0.85).encode(
        color=alt.Color(
            "State:N",
            scale=colour_scale(STATE_COLOURS, STATES),
        )
    )
    signs = base.mark_text(fontSize=14, fontWeight="bold").encode(
        text="Sign:N",
        color=alt.condition(
            alt.datum.State == "absent", alt.value(COLOURS["text"]), alt.value(COLOURS["page"])
        ),
    )
    words = ", ".join(f"{counts.get(state, 0)} {state}" for state in STATES)
    kept = frame.assign(kept=frame["State"] == "kept").groupby("Copy", sort=False)["kept"].sum()
    by_copy = ", ".join(f"{name} {number}" for name, number in kept.items())
    return finish(
        (cells + signs).properties(width="container", height=22 * frame["Claim"].nunique()),
        title=f"The copies keep a claim whole in {counts['kept']} of {len(frame)} places",
        alt=f"Grid of the claims by copy. {words}. Kept by copy: {by_copy}.",
        unit="Each claim in each copy: "
        + ", ".join(f"{sign} {state}" for state, sign in STATE_SIGNS.items()),
        source="The five copies, read line by line",
        table=frame.drop(columns=["Sign", "Code"]),
    )
