"""The table of inputs at the end of a chapter: facts with their value, source and grade."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from press.facts import Facts
from press.formats import default_spec, format_number
from press.theme import TableView, table

SILENT = ("share", "ratio", "1", "text", "date")
"""Units that the printed value already shows."""


def printed(value: float | str, unit: str) -> str:
    """A fact's value as a table prints it, with its unit.

    >>> printed(2664000.0, "GPU-hour"), printed(-0.0146, "share"), printed("our cluster", "text")
    ('2,664,000 GPU-hour', '−1.46\u202f%', 'our cluster')
    """
    if isinstance(value, str):
        return value
    number = format_number(value, default_spec(unit, value))
    if unit in SILENT or unit == "USD":
        return number
    return f"{number} {unit.removeprefix('USD')}".replace(" /", "/")


def inputs_table(facts: Facts, ids: Iterable[str], caption: str) -> TableView:
    """Facts by their ids, in the order given: what, value, source, evidence grade and id."""
    sources = facts.table("sources").by_key
    rows = [
        {
            "Input": f"{fact.subject}: {fact.quantity}",
            "Value": printed(fact.value, fact.unit),
            "Source": sources[fact.source]["label"],
            "Grade": fact.evidence,
            "Fact": fact.id,
        }
        for fact in (facts[i] for i in ids)
    ]
    return table(pd.DataFrame(rows), caption=caption)
