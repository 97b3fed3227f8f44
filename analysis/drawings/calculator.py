"""The calculator: some inputs of the ladder and the rungs that follow them.

What is drawn here is complete and still. In the page the numbers and marks follow as all numbers
of the report do, from their graphs; ``book/_static/calculator.js`` only puts the fields in place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from math import log10
from typing import Any

from analysis.assumptions import distribution
from analysis.drawings.boxes import Picture
from press import subject
from press.facts import Facts
from press.figures import evaluate
from press.formats import default_spec, format_number, format_range

FACTS = {
    "V3-009": "Price of a GPU-hour in V3’s report",
    "V3-004": "GPU-hours of V3’s run",
}
"""Facts that the calculator asks for, and what it calls them."""
ASSUMPTIONS = (
    "usd_per_gpu_hour",
    "development_factor",
    "people",
    "cny_per_person_year",
    "project_years",
    "server_usd_per_gpu",
    "years_owned",
    "h800_documented",
    "hosting_usd_per_kw_month",
)
"""Inputs of ``data/assumptions.csv`` that it asks for."""
PLAIN = ("ratio", "person", "GPU", "USD/GPU-hour")
"""Units that a label says already."""
RUNGS = {
    "v3_rental": "The run at the report’s price",
    "v3_amortised": "The run, capital used up",
    "development": "All compute, with R1",
    "staff": "With people",
    "cluster": "Buying V3’s cluster",
    "fleet_year": "A year of the documented fleet",
}
QUESTIONS: tuple[tuple[str, dict[str, float]], ...] = (
    (
        "What if DeepSeek had paid the dearest list price on demand?",
        {"V3-009": 11, "assumptions/usd_per_gpu_hour.value": 11},
    ),
    (
        "What if nine tenths of all compute went into experiments?",
        {"assumptions/development_factor.value": 10},
    ),
    (
        "What if both were so: experiments as at OpenAI, at a list price?",
        {"assumptions/development_factor.value": 10.4, "assumptions/usd_per_gpu_hour.value": 3.42},
    ),
    (
        "What if each of the people cost ten million yuan a year?",
        {"assumptions/cny_per_person_year.value": 10_000_000},
    ),
    (
        "What if the claimed fleet of 50,000 were the documented one?",
        {"assumptions/h800_documented.value": 50_000},
    ),
)
"""Settings to try: what one may ask, and what to set."""
LEAST, DECADES = 5, 5
"""The scale of the marks: from 10⁵ dollars over five decades."""


def place(usd: float) -> float:
    """Where a sum stands on the scale [percent].

    >>> place(1e5), place(10**7.5), place(1e12)
    (0.0, 50.0, 100.0)
    """
    return min(100.0, max(0.0, (log10(usd) - LEAST) / DECADES * 100))


def inputs(facts: Facts | None = None) -> Picture:
    """The inputs as a table: ours, our range, and room for the reader's own."""
    shared = facts or Facts()
    rows = "".join(
        f'<tr data-input="{address}"><th scope="row">{escape(label)}</th>'
        f'<td class="number" data-label="Ours"><a href="{where}">{ours}</a></td>'
        f'<td class="number" data-label="Range">{ends}</td>'
        '<td class="js-only yours" data-label="Yours">'
        '<input type="text" disabled size="10"><input type="range" disabled></td></tr>'
        for address, label, ours, ends, where in _inputs(shared)
    )
    return _table(
        "What you can move",
        ("Input", "Ours", "Nine tenths of our range", "Yours"),
        rows,
        "inputs",
    )


def _inputs(facts: Facts) -> Iterator[tuple[str, str, str, str, str]]:
    for key, label in FACTS.items():
        value, unit = facts.value(key), facts[key].unit
        said = format_number(value, default_spec(unit, value))
        yield key, label, said, "as stated", f"sources.html#fact-{key}"
    table = facts.table("assumptions").by_key
    for name in ASSUMPTIONS:
        row, found = table[name], distribution(facts, name).interval
        low, high = found.bounds
        spec = default_spec(row["unit"], low)
        label = row["label"] if row["unit"] in PLAIN else f"{row['label']}, {row['unit']}"
        ours, ends = format_number(found.value, spec), format_range(low, high, spec)
        yield f"assumptions/{name}.value", label, ours, ends, "ladder.html#how-the-ranges-are-made"


def rungs(facts: Facts | None = None) -> Picture:
    """The rungs as a table with marks: a reader's own stand beside ours, which stay as ghosts."""
    shared = facts or Facts()
    rows = ""
    for name, label in RUNGS.items():
        key = f"ladder.{name}"
        found = evaluate(key, shared)
        low, high = found.low or found.value, found.high or found.value
        where = f'href="figures.html#figure-ladder-{name.replace("_", "-")}"'
        spec = "$~3M"
        said = format_number(found.value, spec)
        ends = format_range(low, high, "$.1M") if high > 1.01 * low else "one product"
        ranged = f' data-num="{key}@range:$.1M"' if high > 1.01 * low else ""
        headline = f' data-headline="{key}"' if name == "staff" else ""
        rows += (
            f'<tr{headline}><th scope="row">{escape(label)}</th>'
            f'<td class="number" data-label="Middle">'
            f'<a class="num" {where} data-num="{key}@value:{spec}">{said}</a></td>'
            f'<td class="number" data-label="Range"><span{ranged}>{ends}</span></td>'
            f'<td class="scale" data-rung="{key}" aria-hidden="true"><span class="track">'
            f'<i class="ends" style="left:{place(low):.2f}%;'
            f'width:{place(high) - place(low):.2f}%"></i>'
            f'<i class="ours" style="left:{place(found.value):.2f}%"></i>'
            '<i class="yours-ends" hidden></i><i class="yours" hidden></i></span></td></tr>'
        )
    scale = "$100K to $10B, logarithmic: ours hollow, yours filled"
    return _table("What it costs", ("Rung", "Middle", "Range", scale), rows, "rungs")


def presets(facts: Facts | None = None) -> Picture:
    """Other people's assumptions and some questions, each a set that can be taken with a click."""
    shared = facts or Facts()
    found: list[tuple[str, str, Any]] = [
        (one["label"], " ".join(one["why"]), one["values"]) for one in subject.presets(shared)
    ]
    table = shared.table("assumptions").by_key

    def called(address: str) -> str:
        return FACTS.get(address) or str(table[address.split("/")[1].split(".")[0]]["label"])

    found += [
        (words, "; ".join(f"{called(a)}: {to:,.10g}" for a, to in values.items()) + ".", values)
        for words, values in QUESTIONS
    ]
    rows = "".join(
        f'<tr><th scope="row">{escape(words)}</th><td data-label="Sets">{escape(why)}</td>'
        f'<td class="js-only"><button type="button" data-assume="{escape(json.dumps(values))}" '
        f'aria-label="Take: {escape(words)}">Take</button></td></tr>'
        for words, why, values in found
    )
    return _table("Settings to take", ("Whose, or what if", "Sets", ""), rows, "presets")


def _table(caption: str, columns: tuple[str, ...], rows: str, kind: str) -> Picture:
    hidden = {"Yours": ' class="js-only"', "": ' class="js-only"'}
    head = "".join(
        f'<th scope="col"{hidden.get(name, "")}>{escape(name) or "Take"}</th>' for name in columns
    )
    return Picture(
        caption,
        f'<div class="data-table stacked calculator {kind}" role="region" tabindex="0" '
        f'aria-label="{caption}"><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>",
    )
