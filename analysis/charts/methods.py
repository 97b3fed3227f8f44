"""The chart of the methods page: what the facts are graded."""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.facts import Facts
from press.figures import STANDING
from press.formats import format_number
from press.tables import EVIDENCE
from press.theme import finish


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
    shown = frame.rename(columns={"grade": "label"})
    shown["text"] = [
        f"{r.facts:,}: {format_number(r.share, '.0%')}, {r.standing}" for r in shown.itertuples()
    ]
    tips = [alt.Tooltip("label:N", title="Grade"), alt.Tooltip("text:N", title="Facts")]
    chart = bars(shown, "facts", "Facts by grade, and what the grade is called", tooltip=tips)
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
