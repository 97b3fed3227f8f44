"""Pictures of the verdicts: ratings and wordings."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from analysis.claims import COPIES, rating_counts, ratings
from press.facts import Facts
from press.theme import COLOURS, TableView, finish

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
    """One claim in the five copies: words, English, state and what changed."""
    copies = {row["copy"]: row for row in facts.rows("copies", examined=True)}
    rows = {row["copy"]: row for row in facts.rows("claim_wordings", claim=number)}
    records = []
    for copy in COPIES:
        row, language = rows[copy], copies[copy]
        printed = row["quote"] and Words(
            row["quote"], language["language_code"], row["gloss"], row["note"] or ""
        )
        records.append(
            {
                "Copy": f"{language['language']}: {row['state']}",
                "As printed, in English, what changed": printed or None,
            }
        )
    title = facts.row("claims", str(number))["short"]
    return QuoteTable(pd.DataFrame(records), f"Claim {number} as printed: {title}", {})


# --- the ratings -----------------------------------------------------------------------------
def ratings_frame(facts: Facts) -> pd.DataFrame:
    """One row for each claim: number, title, rating, reasons, what would change it."""
    return pd.DataFrame(
        {
            "Claim": verdict.number,
            "Title": verdict.title,
            "Rating": verdict.rating,
            "Why": " ".join(filter(None, (verdict.row["reasons"], verdict.row["context"]))),
            "What would change it": verdict.row["changes"],
        }
        for verdict in ratings(facts)
    )


@dataclass(frozen=True)
class RatingsLine:
    """The ratings at a glance, in one line of text that links to the verdicts."""

    counts: Mapping[str, int]

    def _repr_html_(self) -> str:
        items = " · ".join(
            f'<span class="rating {name.lower().replace(", ", "-").replace(" ", "-")}">'
            f"{count} {html.escape(name.lower())}</span>"
            for name, count in self.counts.items()
            if count
        )
        total = sum(self.counts.values())
        return f'<p class="ratings-line"><a href="verdicts.html">{total} claims</a>: {items}</p>'


def ratings_line(facts: Facts) -> RatingsLine:
    """How many of the article's claims have which rating, for the head of a page."""
    counts = rating_counts(facts)
    return RatingsLine({name: counts[name] for name in RATING_COLOURS})


def ratings_chart(frame: pd.DataFrame) -> Any:
    """The claims by rating, one square a claim."""
    given = frame["Rating"].value_counts()
    order = [name for name in RATING_COLOURS if name in given.index]
    data = frame.assign(Place=frame.groupby("Rating").cumcount())
    base = alt.Chart(data).encode(
        x=alt.X("Place:O", axis=None),
        y=alt.Y(
            "Rating:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelExpr="split(datum.label, ', ')", labelFontSize=13),
        ),
        tooltip=["Claim", "Title", "Rating"],
    )
    squares = base.mark_rect(stroke=COLOURS["page"], strokeWidth=3, cornerRadius=5).encode(
        color=alt.Color("Rating:N", scale=colour_scale(RATING_COLOURS, order), legend=None)
    )
    numbers = base.mark_text(fontSize=14, fontWeight="bold", color=COLOURS["page"]).encode(
        text="Claim:N"
    )
    holds = int(given.get("Supported", 0))
    title = (
        f"{count_word(holds)} of {len(frame)} claims holds as it stands; "
        f"{count_word(int(given.get('Supported, context missing', 0))).lower()} hold but "
        f"leave out what matters, {count_word(int(given.get('Misleading', 0))).lower()} mislead"
    )
    listed = "; ".join(
        f"{name}: claims {', '.join(str(n) for n in frame.loc[frame['Rating'] == name, 'Claim'])}"
        for name in order
    )
    return finish(
        (squares + numbers).properties(width="container", height=44 * len(order)),
        title=title,
        alt=f"The claims by rating. {listed}.",
        source="Our checks; the rule is in Methods, the reasons in Verdicts",
        table=frame[["Claim", "Title", "Rating", "Why"]],
    )


def scale_table(facts: Facts) -> TableView:
    """The six ratings, when each is given, and how often it was."""
    counts = rating_counts(facts)
    frame = pd.DataFrame(
        {"Rating": row["rating"], "When": row["meaning"], "Claims": counts[row["rating"]]}
        for row in facts.rows("ratings")
    )
    return TableView(frame, "The rating scale", {})
