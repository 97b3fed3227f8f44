"""The five copies as facsimiles, and what was garbled in them, both in their own words."""

from __future__ import annotations

from html import escape

from analysis.claims import STATES
from analysis.drawings.boxes import Picture
from analysis.drawings.story import day, marked
from press.facts import Facts

WORDS_A_LINE = 12
"""Words that a grey line of a facsimile stands for."""
SHOWN = 9
"""The claim whose words a facsimile prints: the sum for servers, the headline of all copies."""


def facsimiles(facts: Facts) -> Picture:
    """The five articles as what they are: headline, date, byline, and a sentence of each.

    What is not printed in the text that we have is an empty line; the grey lines are as many as
    the text has dozens of words.
    """
    sheets = ""
    for copy in facts.rows("copies", examined=True):
        said = facts.rows("claim_wordings", copy=copy["copy"])
        shown = next(row for row in said if row["number"] == SHOWN)
        counts = " · ".join(
            f"{sum(row['state'] == state for row in said)} {state}" for state in STATES
        )
        code = copy["language_code"]
        by = ", ".join(
            part for part in (copy["byline"], day(copy["date"]) if copy["date"] else "") if part
        )
        head = (
            f'<p class="headline" lang="{code}">{escape(copy["quote_title"])}</p>'
            f'<p class="gloss">{escape(copy["title"])}</p>'
            if copy["quote_title"]
            else '<p class="headline none">No headline in the text that we have</p>'
        )
        credit = f"Images: {copy['credit']}" if copy["credit"] else "No image credit"
        count = round(copy["words"] / WORDS_A_LINE)
        above = count // 2
        sheets += (
            f'<li><p class="edition">{escape(copy["language"])}</p><div class="sheet">{head}'
            f'<p class="by">{escape(by or "No author, no date")}</p>{_grey(above)}'
            f'<blockquote lang="{code}">{escape(shown["quote"])}</blockquote>'
            f'<p class="gloss">{escape(shown["gloss"])}</p>{_grey(count - above)}'
            f'<p class="by">{escape(credit)}</p></div>'
            f'<p class="tally">{copy["words"]} words. Claims: {counts}</p></li>'
        )
    title = "Five texts, one article: the same sum in five languages"
    return Picture(
        title,
        f'<figure class="drawing facsimiles"><figcaption>{title}</figcaption><ul>{sheets}</ul>'
        f'<p class="chart-source">Drawn from the copies’ own words; a grey line stands for '
        f"{WORDS_A_LINE} words that we do not reproduce</p></figure>",
    )


def _grey(count: int) -> str:
    return f'<div class="grey" style="--lines:{count}" aria-hidden="true"></div>'


def garbles(facts: Facts) -> Picture:
    """Every garbled claim: the word that was meant, what was printed, and what that says."""
    copies = {row["copy"]: row for row in facts.rows("copies", examined=True)}
    titles: dict[int, str] = {}
    for row in facts.rows("claims"):
        titles.setdefault(row["number"], row["short"])
    items = ""
    rows = facts.rows("claim_wordings", state="garbled")
    for row in sorted(rows, key=lambda row: len(row["quote_garbled"] or "x" * 99)):
        copy = copies[row["copy"]]
        code = copy["language_code"]
        large = (
            f'<p class="slip"><span>{escape(row["meant"])}</span> → '
            f'<b lang="{code}">{escape(row["quote_garbled"])}</b></p>'
            f'<p class="says">{escape(row["says"])}</p>'
            if row["quote_garbled"]
            else ""
        )
        quote = marked(row["quote"], row["quote_garbled"] or "")
        items += (
            f'<li>{large}<p class="who">{escape(copy["language"])} copy, claim {row["number"]}: '
            f"{escape(titles[row['number']])}</p>"
            f'<blockquote lang="{code}">{quote}</blockquote>'
            f'<p class="gloss">{escape(row["gloss"])}</p><p class="after">{escape(row["note"])}</p>'
            "</li>"
        )
    title = f"{len(rows)} claims were garbled: what was meant, what was printed, what that says"
    return Picture(
        title,
        f'<figure class="drawing garbles"><figcaption>{escape(title)}</figcaption>'
        f'<ul>{items}</ul><p class="chart-source">The copies, read line by line; the shortest '
        "slips first</p></figure>",
    )
