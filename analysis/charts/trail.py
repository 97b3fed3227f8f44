"""Charts of the trail: how a number travelled, and who cites whom."""

from __future__ import annotations

import pandas as pd

from analysis.charts.verdicts import QuoteTable, Words
from press.facts import Facts
from press.theme import TableView


def elsewhere_table(facts: Facts) -> TableView:
    """The copies found on other sites, and how each differs."""
    frame = pd.DataFrame(
        {
            "Site": f"{row['site']}, {row['language']}",
            "Date, byline": ", ".join(part for part in (row["date"], row["byline"]) if part),
            "As printed, and the difference": Words(
                row["quote"], row["language_code"], note=row["note"]
            ),
        }
        for row in facts.rows("copies", examined=False)
    )
    return QuoteTable(frame, "Copies found elsewhere (named, not linked)", {})
