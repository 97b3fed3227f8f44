"""The story of a number: what each party printed, beside each other and in order of time."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape

from analysis.claims import trail
from analysis.drawings.boxes import Picture
from press.facts import Facts
from press.figures import STANDING
from press.formats import default_spec, format_number

STAGES = ("Source", "Relay", "Copy")


def marked(quote: str, words: str) -> str:
    """A quotation as HTML, with its first occurrence of ``words`` marked.

    >>> marked("operates 50,000 GPUs", "operates")
    '<mark>operates</mark> 50,000 GPUs'
    """
    if not words or words not in quote:
        return escape(quote)
    before, _, after = quote.partition(words)
    return f"{escape(before)}<mark>{escape(words)}</mark>{escape(after)}"


def language_of(quote: str, wording: str = "") -> str:
    """The language of a quotation: that of the copy, else Chinese or English by its letters.

    >>> language_of("", "9-nl"), language_of("总服务器资本支出"), language_of("server CapEx")
    ('nl', 'zh', 'en')
    """
    if wording:
        return wording.rpartition("-")[2]
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in quote) else "en"


def day(date: str) -> str:
    """A date as far as it is known: day, month and year.

    >>> day("2025-01-31"), day("2024-11"), day("2024"), day("")
    ('31 Jan 2025', 'Nov 2024', '2024', 'no date')
    """
    if not date:
        return "no date"
    shape = {4: "%Y", 7: "%b %Y", 10: "%d %b %Y"}[len(date)]
    padded = date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date
    return f"{datetime.date.fromisoformat(padded):{shape}}".lstrip("0")


def amount(statement: trail.Statement) -> str:
    """The number that a statement gives, in its unit."""
    value = statement.value
    if value is None:
        return ""
    if statement.unit == "USD":
        spec = "$B" if value >= 1e9 else "$.0M" if value > 3e7 else "$M"
        return format_number(value, spec)
    return format_number(value, default_spec(statement.unit, value))


def stage(statement: trail.Statement, facts: Facts) -> str:
    """Source, relay or copy: where on its way the number is in a statement."""
    if "cop" in statement.party.split()[-1]:
        return "Copy"
    onward = {link.later for link in trail.links(facts) if link.relation not in trail.WITHIN}
    houses = trail.parties(facts)
    peers = [s for s in trail.statements(facts).values() if s.thread == statement.thread]
    sources = {houses[s.key] for s in peers if s.key not in onward}
    return "Source" if houses[statement.key] in sources else "Relay"


def _said(statement: trail.Statement, row: dict[str, str], links: Sequence[str]) -> str:
    """One excerpt: who and when, the number and what it stands for, the words."""
    who = f"<b>{escape(statement.party)}</b>, {day(statement.date)}"
    number = amount(statement)
    meaning = "GPUs, kind not stated" if statement.meaning == "not stated" else statement.meaning
    head = f"<strong>{escape(number)}</strong> " if number else ""
    stands = f'<p class="stands">{head}{escape(meaning)}</p>'
    words = '<p class="unseen">The page itself was not found.</p>'
    if statement.quote:
        language = language_of(statement.quote, row["wording"])
        words = (
            f'<blockquote lang="{language}">{marked(statement.quote, row["marked"])}</blockquote>'
        )
        words += f'<p class="gloss">{escape(row["gloss"])}</p>' if row["gloss"] else ""
    after = f'<p class="after">{escape("; ".join(links))}</p>' if links else ""
    kind = STANDING[statement.evidence] if statement.quote else "unseen"
    return f'<li class="{kind}"><p class="who">{who}</p>{stands}{words}{after}</li>'


def _rows(facts: Facts) -> dict[str, dict[str, str]]:
    """Of every statement the wording, the words to mark and, of a copy, the words in English."""
    found = {}
    for row in facts.rows("trail_nodes"):
        wording = row["wording"] or ""
        gloss = facts.row("claim_wordings", wording)["gloss"] if wording else ""
        found[row["node"]] = {
            "wording": wording, "marked": row["quote_marked"] or "", "gloss": gloss or "",
        }  # fmt: skip
    return found


RELATIONS = {
    "cites": "after",
    "copies": "after",
    "corrects": "corrects",
    "same house": "the same house as",
    "replaces": "replaces",
}


def _after(statement: trail.Statement, facts: Facts) -> list[str]:
    """What a statement goes back to, in words, and whether any text shows it."""
    known = trail.statements(facts)
    said: dict[str, None] = {}
    for link in trail.links(facts):
        if link.later == statement.key and link.relation != "same house":
            supposed = "" if link.shown else ", supposed"
            said[f"{RELATIONS[link.relation]} {known[link.earlier].party}{supposed}"] = None
    return list(said)


def excerpts(facts: Facts, thread: str, *, title: str) -> Picture:
    """The statements of one number from source over relay to copy, the changed words marked.

    Parameters
    ----------
    facts
        The facts that hold the trail.
    thread
        A key of ``analysis.claims.trail.THREADS``.
    title
        The finding.
    """
    rows = _rows(facts)
    found = [s for s in trail.statements(facts).values() if s.thread == thread]
    columns = ""
    for name in STAGES:
        said = "".join(
            _said(s, rows[s.key], _after(s, facts)) for s in found if stage(s, facts) == name
        )
        columns += f'<div><p class="stage">{name}</p><ol>{said}</ol></div>'
    return Picture(
        title,
        f'<figure class="drawing excerpts"><figcaption>{escape(title)}</figcaption>'
        f'<div class="stages">{columns}</div><p class="chart-source">Marked: the words that say '
        "what the number stands for. The edge has the colour of the standing: blue documented, "
        "amber inferred, purple claimed. “Supposed”: no text shows the link</p></figure>",
    )


def timeline(facts: Facts) -> Picture:
    """Who put a number on the fleet, in order of time, with their words.

    The distance between two entries grows with the days between them (by their square root).
    """
    found = [s for s in trail.statements(facts).values() if s.thread == trail.FLEET]
    roots = {link.later for link in trail.links(facts)}
    origins = [s.party for s in found if s.key not in roots]
    items, before = "", ""
    for statement in sorted(found, key=lambda s: s.date):
        gap = _days(before, statement.date) ** 0.5 if before else 0.0
        row = {
            "wording": "8-de" if statement.source == "article-copies" else "",
            "marked": statement.meaning,
            "gloss": "",
        }
        said = _said(statement, row, _after(statement, facts))
        items += said.replace("<li ", f'<li style="--gap:{gap:.1f}" ', 1)
        before = statement.date
    count = format_number(len(origins), "count")
    title = (
        f"{len(found)} statements on the size of the fleet lead back to {count} "
        f"origin{'s' * (len(origins) != 1)}: {'; '.join(origins)}"
    )
    rings = "; ".join(" and ".join(ring) for ring in trail.circles(facts))
    return Picture(
        title,
        f'<figure class="drawing timeline"><figcaption>{escape(title)}</figcaption>'
        f'<ol>{items}</ol><p class="chart-source">The further apart in time, the further apart '
        f"on the page. “Supposed”: no text shows the link. {escape(rings)} cite each other, "
        "though not both on the fleet</p></figure>",
    )


def _days(earlier: str, later: str) -> int:
    first, second = (
        datetime.date.fromisoformat(date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date)
        for date in (earlier, later)
    )
    return max(0, (second - first).days)
