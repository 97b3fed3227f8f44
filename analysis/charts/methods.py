"""The chart of the methods page: what the facts are graded."""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt
import pandas as pd

from press.facts import Facts
from press.figures import STANDING
from press.formats import format_number
from press.tables import EVIDENCE
from press.theme import finish, standing_scale


def grades(facts: Facts) -> pd.DataFrame:
    """How many facts have each evidence grade, with the standing that the grade gives."""
    counts = Counter(row["evidence"] for row in facts.table("facts").rows)
    total = sum(counts.values())
    return pd.DataFrame(
        {
            "grade": grade,
            "facts": counts[grade],
            "share": counts[grade] / total,
            "standing": STANDING[grade],
        }
        for grade in EVIDENCE
        if counts[grade]
    )


def grades_chart(frame: pd.DataFrame) -> Any:
    """Facts by evidence grade, best grade first; ``frame`` is that of :func:`grades`."""
    primary = format_number(float(frame.loc[frame["grade"] == "primary", "share"].iloc[0]), ".0%")
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("facts:Q", title="Facts"),
            y=alt.Y("grade:N", sort=None, title=None),
            color=alt.Color("standing:N", scale=standing_scale(), title=None),
            tooltip=[
                alt.Tooltip("grade:N", title="Grade"),
                alt.Tooltip("facts:Q", title="Facts"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
        .properties(width="container", height=34 * len(frame))
    )
    return finish(
        chart,
        title=f"{primary} of the facts come from the party that did the thing itself",
        alt=f"Bar chart of facts by evidence grade. {primary} are primary; analyst estimates and "
        "press relays make up most of the rest, and a small number is unverified.",
        source="The facts table of this report",
        table=frame.assign(share=(frame["share"] * 100).round(1)).rename(
            columns={
                "grade": "Grade",
                "facts": "Facts",
                "share": "Share, per cent",
                "standing": "Standing",
            }
        ),
    )
