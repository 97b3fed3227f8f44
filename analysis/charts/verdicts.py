"""Pictures of the verdicts: ratings and wordings."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import pandas as pd

from analysis.claims import COPIES, Verdict, rating_counts, ratings
from analysis.claims.words import amount, beside, what_flips
from press.facts import Facts
from press.theme import COLOURS, TableView

RATING_COLOURS = {
    "Supported": "good",
    "Supported, context missing": "accent",
    "Misleading": "warn",
    "Wrong": "bad",
    "Undecidable": "neutral",
    "Withdrawn": "muted",
}


WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def count_word(number: int, noun: str = "") -> str:
    """A small number in words, larger ones in figures.

    >>> count_word(6), count_word(11)
    ('Six', '11')
    """
    return (WORDS[number] if number < len(WORDS) else str(number)) + noun


def colour_scale(colours: Mapping[str, str], names: Sequence[str]) -> alt.Scale:
    """The scale that gives each name the theme colour that ``colours`` names."""
    return alt.Scale(domain=list(names), range=[COLOURS[colours[name]] for name in names])


@dataclass(frozen=True)
class Words:
    """Words as somebody printed them, with their language for readers and screen readers.

    ``gloss`` says them in English, ``note`` what happened to them; both stand beneath.
    """

    text: str
    language: str
    gloss: str = ""
    note: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class QuoteTable(TableView):
    """A table whose quoted words carry their language."""

    def _cell(self, column: str, value: Any) -> str:
        if not isinstance(value, Words):
            return super()._cell(column, value)
        parts = [f'<span lang="{value.language}">{html.escape(value.text)}</span>']
        parts += [f"<em>{html.escape(value.gloss)}</em>"] if value.gloss else []
        parts += [html.escape(value.note)] if value.note else []
        return f"<td>{'<br>'.join(parts)}</td>"


def wordings_table(number: int, facts: Facts) -> TableView:
    """One claim in the five copies: words, English and state."""
    copies = {row["copy"]: row for row in facts.rows("copies", examined=True)}
    rows = {row["copy"]: row for row in facts.rows("claim_wordings", number=number)}
    records = []
    for copy in COPIES:
        row, language = rows[copy], copies[copy]
        printed = row["quote"] and Words(row["quote"], language["language_code"], row["gloss"])
        records.append(
            {
                "Copy": f"{language['language']}: {row['state']}",
                "As printed, in English": printed or None,
            }
        )
    return QuoteTable(pd.DataFrame(records), f"Claim {number} as printed in five languages", {})


# --- one claim -------------------------------------------------------------------------------
def readings_table(verdict: Verdict) -> TableView:
    """A claim on every reading: ours first, then what a critic would take instead."""
    frame = pd.DataFrame(
        {
            "Taken as": reading.name,
            "By": reading.row["held_by"],
            "Because": reading.row["why"],
            "Numbers": "; ".join(beside(one) for one in reading.check.comparisons) or None,
            "Rating": reading.rating,
        }
        for reading in verdict.readings
    )
    flips = "; ".join(what_flips(verdict))
    caption = f"Claim {verdict.claim} on each reading, ours first"
    return TableView(frame, caption, {}, note=f"What would flip our rating, by the rule: {flips}.")


def parties_table(number: int, facts: Facts) -> TableView:
    """What the parties said about a claim, or that nothing was found."""
    records = []
    for row in facts.rows("claim_parties", number=number):
        language = (
            "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in row["quote"] or "") else "en"
        )
        words = row["quote"] and Words(row["quote"], language, row["what"])
        who = f"{row['who']}, {row['date']}" if row["date"] else row["who"]
        records.append({"Who, when": who, "On record": words or f"unknown: {row['what']}"})
    return QuoteTable(pd.DataFrame(records), f"Claim {number}: what the parties said", {})


@dataclass(frozen=True)
class Entry:
    """One claim of the article: its ratings in sight, readings, wordings and parties folded."""

    number: int
    body: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.body


def entry(number: int, facts: Facts) -> Entry:
    """The computed part of a claim's entry."""
    parts = [verdict for verdict in ratings(facts) if verdict.number == number]
    if not parts:
        raise KeyError(f"data/claims.csv has no claim with the number {number}")
    said = [_rated(verdict, anchor=len(parts) > 1) for verdict in parts]
    said += [
        _folded("The claim as printed", wordings_table(number, facts)),
        _folded("What the parties said", parties_table(number, facts)),
    ]
    return Entry(number, "".join(said))


def _rated(verdict: Verdict, *, anchor: bool) -> str:
    row, name = verdict.row, _class(verdict.rating)
    numbers = [
        amount(row[value], row[unit] or "")
        for value, unit in (("value", "unit"), ("second_value", "second_unit"))
        if row[value] is not None
    ]
    checked = row["quantity"] + (f": {', '.join(numbers)}" if numbers else "")
    place = f' id="claim-{verdict.claim}"' if anchor else ""
    statement, agreeing = html.escape(row["statement"]), verdict.agreeing
    of = f"{agreeing} of {len(verdict.readings)} readings"
    return (
        f'<div class="verdict"{place}><p><strong>{verdict.claim}. {statement}.</strong> '
        f'<span class="rating {name}">{verdict.rating}</span> ({of})<br>'
        f"Checked: {html.escape(checked)}. "
        f"What would change it: {html.escape(row['changes'])}</p>"
        f"{_folded('Our choices and other readings', readings_table(verdict))}</div>"
    )


def _folded(summary: str, table: TableView) -> str:
    return f"<details><summary>{summary}</summary>{table._repr_html_()}</details>"


# --- the ratings -----------------------------------------------------------------------------
def ratings_frame(facts: Facts) -> pd.DataFrame:
    """One row for each claim or part: title, rating, how many readings agree, reasons."""
    return pd.DataFrame(
        {
            "Claim": verdict.claim,
            "Title": verdict.title,
            "Rating": verdict.rating,
            "Readings": f"{verdict.agreeing} of {len(verdict.readings)}",
            "Why": " ".join(filter(None, (verdict.row["reasons"], verdict.row["context"]))),
            "What would change it": verdict.row["changes"],
        }
        for verdict in ratings(facts)
    )


@dataclass(frozen=True)
class RatingsLine:
    """The ratings at a glance, in one line of text that links to the verdicts."""

    claims: int
    counts: Mapping[str, int]

    def _repr_html_(self) -> str:
        items = " · ".join(
            f'<span class="rating {_class(name)}">{count} {html.escape(name.lower())}</span>'
            for name, count in self.counts.items()
            if count
        )
        total = f"{self.claims} claims, {sum(self.counts.values())} ratings"
        return f'<p class="ratings-line"><a href="verdicts.html">{total}</a>: {items}</p>'


def ratings_line(facts: Facts) -> RatingsLine:
    """How many of the article's claims have which rating, for the head of a page."""
    counts = rating_counts(facts)
    claims = len({row["number"] for row in facts.rows("claims")})
    return RatingsLine(claims, {name: counts[name] for name in RATING_COLOURS})


@dataclass(frozen=True)
class Tiles:
    """The claims and parts of claims, a tile each: its words, its rating, and the way to it."""

    title: str
    rows: Sequence[Mapping[str, str]]

    def _repr_html_(self) -> str:
        tiles = "".join(
            f'<li><a href="verdicts.html#claim-{row["Claim"]}"><b>{row["Claim"]}</b> '
            f'{html.escape(row["Title"])} <span class="rating {_class(row["Rating"])}">'
            f"{row['Rating']}</span> <small>{row['Readings']} readings</small></a></li>"
            for row in self.rows
        )
        return (
            f'<figure class="tiles"><figcaption>{html.escape(self.title)}</figcaption>'
            f"<ol>{tiles}</ol></figure>"
        )


def _class(rating: str) -> str:
    return rating.lower().replace(", ", "-").replace(" ", "-")


def ratings_tiles(frame: pd.DataFrame) -> Tiles:
    """The claims as tiles, those of one rating together, with how many readings agree."""
    given = frame["Rating"].value_counts()
    order = [name for name in RATING_COLOURS if name in given.index]
    counts = {name: int(given.get(name, 0)) for name in RATING_COLOURS}
    title = (
        f"{_counted(counts['Supported'], 'holds', 'hold')} as printed; "
        f"{_counted(counts['Supported, context missing'], 'holds', 'hold').lower()} "
        "but leave out what matters, "
        f"{_counted(counts['Misleading'], 'misleads', 'mislead').lower()}, "
        f"{_counted(counts['Wrong'], 'is wrong', 'are wrong').lower()}, "
        f"{_counted(counts['Undecidable'], 'cannot', 'cannot').lower()} be decided"
    )
    rows = [
        {column: str(row[column]) for column in ("Claim", "Title", "Rating", "Readings")}
        for name in order
        for row in frame[frame["Rating"] == name].to_dict("records")
    ]
    return Tiles(title, rows)


def _counted(number: int, one: str, more: str) -> str:
    return f"{count_word(number)} {one if number == 1 else more}"


def scale_table(facts: Facts) -> TableView:
    """The six ratings, when each is given, and how often it was."""
    counts = rating_counts(facts)
    frame = pd.DataFrame(
        {"Rating": row["rating"], "When": row["meaning"], "Given": counts[row["rating"]]}
        for row in facts.rows("ratings")
    )
    return TableView(frame, "The rating scale", {})
