"""Charts of the trail: how a number travelled, and who cites whom."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from math import cos, pi, sin
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.verdicts import QuoteTable, Words, colour_scale
from analysis.claims import trail
from press.facts import Facts
from press.figures import STANDING
from press.formats import default_spec, format_number
from press.theme import TableView, finish, legend_columns, standing_scale


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


KINDS = ("shown by a text", "supposed", "same house", "part of a circle")


KIND_COLOURS = dict(zip(KINDS, ("neutral", "neutral", "accent", "bad"), strict=True))


def trail_frame(facts: Facts, thread: str) -> pd.DataFrame:
    """The statements of one number in order of time, with words and what it stands for."""
    found = [s for s in trail.statements(facts).values() if s.thread == thread]
    return pd.DataFrame(
        {
            "Statement": s.key,
            "Row": f"{s.party.split(',')[0]}, {_day(s.date)}",
            "Date": s.date or None,
            "Who": s.party,
            "Counts": s.meaning,
            "Value": None if s.value is None else format_number(s.value, _spec(s)),
            "Words": s.quote or None,
            "Standing": STANDING[s.evidence],
            "Note": s.note or None,
        }
        for s in found
    )


def _spec(statement: trail.Statement) -> str:
    if statement.unit == "USD" and statement.value is not None:
        return "$B" if statement.value >= 1e9 else "$.0M" if statement.value > 3e7 else "$M"
    return default_spec(statement.unit, statement.value or 0.0)


def _day(date: str) -> str:
    """A date as a label: day, month and year as far as they are known."""
    if not date:
        return "undated"
    shape = {4: "%Y", 7: "%b %Y", 10: "%d %b %Y"}[len(date)]
    padded = date + "-01-01"[len(date) - 4 :] if len(date) < 10 else date
    return f"{datetime.date.fromisoformat(padded):{shape}}".lstrip("0")


def links_frame(facts: Facts, frame: pd.DataFrame) -> pd.DataFrame:
    """The links among the statements of a frame: one row each, with its kind."""
    keys = set(frame["Statement"])
    house = trail.parties(facts)
    rings = [set(ring) for ring in trail.circles(facts)]
    rows = []
    for link in trail.links(facts):
        if not {link.later, link.earlier} <= keys:
            continue
        pair = {house[link.later], house[link.earlier]}
        kind = KINDS[0] if link.shown else KINDS[1]
        if link.relation in trail.WITHIN:
            kind = KINDS[2]
        elif link.shown and len(pair) > 1 and any(pair <= ring for ring in rings):
            kind = KINDS[3]
        rows.append({"Later": link.later, "Earlier": link.earlier, "Kind": kind})
    return pd.DataFrame(rows)


def _link_marks(chart: alt.Chart, kinds: Sequence[str], **encodings: Any) -> Any:
    """Lines for links: dashed where supposed, thick and red where they close a circle."""
    dashes = [[4, 4] if kind == "supposed" else [1, 0] for kind in kinds]
    widths = [3.5 if kind == KINDS[3] else 1.6 for kind in kinds]
    return chart.mark_line().encode(
        detail="Link:N",
        order="Step:Q",
        color=alt.Color("Kind:N", scale=colour_scale(KIND_COLOURS, kinds), legend=None),
        strokeDash=alt.StrokeDash(
            "Kind:N", scale=alt.Scale(domain=kinds, range=dashes), legend=None
        ),
        size=alt.Size("Kind:O", scale=alt.Scale(domain=kinds, range=widths), legend=None),
        **encodings,
    )


def _by_standing() -> alt.Color:
    """Colour by standing, with a legend that fits beside the names of statements on a phone."""
    return alt.Color(
        "Standing:N",
        scale=standing_scale(),
        title=None,
        legend=alt.Legend(columns=legend_columns(2)),
    )


def sourcing_chart(facts: Facts) -> Any:
    """Who cites whom for the size of the fleet: one row a statement, one arc a citation."""
    frame = trail_frame(facts, trail.FLEET)
    order = {key: place for place, key in enumerate(frame["Statement"])}
    links = links_frame(facts, frame)
    arcs = pd.DataFrame(
        {
            "Link": number,
            "Kind": link.Kind,
            "Step": step,
            "y": order[link.Earlier] + (order[link.Later] - order[link.Earlier]) * (1 - cos(t)) / 2,
            "x": (order[link.Later] - order[link.Earlier]) * sin(t),
        }
        for number, link in enumerate(links.itertuples())
        for step in range(25)
        for t in (step * pi / 24,)
    )
    labels = [f"{row.Row}: {row.Value} {row.Counts}" for row in frame.itertuples()]
    scale = alt.Scale(domain=[-0.5, len(labels) - 0.5], reverse=True, nice=False)
    axis = alt.Axis(labelExpr="split(datum.label, ': ')", labelLimit=0)
    y = alt.Y(
        "Label:N", title=None, axis=axis, scale=alt.Scale(type="point", padding=0.5), sort=labels
    )
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.3, len(labels)], nice=False))
    kinds = [kind for kind in KINDS if kind in set(links["Kind"])]
    points = (
        alt.Chart(frame.assign(x=0, Label=labels))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=x,
            y=y,
            color=_by_standing(),
            tooltip=["Who", "Date", "Counts", "Value", "Words"],
        )
    )
    lines = _link_marks(alt.Chart(arcs), kinds, x=x, y=alt.Y("y:Q", scale=scale, axis=None))
    chart = (lines + points).resolve_scale(color="independent", y="independent")
    citing = set(links["Later"])
    roots = [row.Who for row in frame.itertuples() if row.Statement not in citing]
    rings = trail.circles(facts)
    words = "; ".join(" and ".join(ring) for ring in rings)
    return finish(
        chart.properties(width="container", height=36 * len(labels)),
        title=f"{len(frame)} statements on the size of the fleet lead back to "
        f"{format_number(len(roots), 'count')} origin{'s' * (len(roots) != 1)}",
        alt="Arc diagram of the statements on the fleet in order of time. Those that lead back to "
        f"no other: {'; '.join(roots)}. These parties cite each other, though not both on the "
        f"fleet: {words}.",
        source="Sources named in the table; dashed: supposed, green: one house, red: a circle",
        table=frame.drop(columns=["Statement", "Row", "Note"]),
    )


def drift_chart(facts: Facts, thread: str, *, title: str, alt_text: str) -> Any:
    """How one number travelled: down in time, across from meaning to meaning.

    Parameters
    ----------
    facts
        The facts that hold the trail.
    thread
        A key of ``analysis.claims.trail.THREADS``.
    title
        The finding.
    alt_text
        What the chart shows, in words.
    """
    frame = trail_frame(facts, thread)
    place = {row.Statement: (row.Row, row.Counts) for row in frame.itertuples()}
    links = links_frame(facts, frame)
    ends = pd.DataFrame(
        {"Link": number, "Kind": link.Kind, "Step": step, "Row": row, "Counts": counts}
        for number, link in enumerate(links.itertuples())
        for step, (row, counts) in enumerate((place[link.Later], place[link.Earlier]))
    )
    rows, meanings = list(dict.fromkeys(frame["Row"])), list(dict.fromkeys(frame["Counts"]))
    heads = {w: wrap(w, 11, break_long_words=False, break_on_hyphens=False) for w in meanings}
    crowded = len(heads) > 3 and any(len(line) > 9 for lines in heads.values() for line in lines)
    lowered = {
        words: [""] * (crowded and place % 2) + lines
        for place, (words, lines) in enumerate(heads.items())
    }  # on a phone every second head stands a line lower
    x = alt.X(
        "Counts:N",
        sort=meanings,
        scale=alt.Scale(domain=meanings),
        title=None,
        axis=alt.Axis(
            orient="top",
            labelAngle=0,
            labelExpr=f"(width > 420 ? {json.dumps(heads)} : {json.dumps(lowered)})[datum.label]",
            labelPadding=15 * max(map(len, lowered.values())) - 8,
            labelFontSize=12,
            labelLimit=0,
            grid=True,
        ),
    )
    y = alt.Y(
        "Row:N",
        sort=rows,
        scale=alt.Scale(domain=rows),
        title=None,
        axis=alt.Axis(labelExpr="split(datum.label, ', ')", labelLimit=0),
    )
    kinds = [kind for kind in KINDS if kind in set(links["Kind"])]
    lines = _link_marks(alt.Chart(ends), kinds, x=x, y=y)
    base = alt.Chart(frame).encode(
        x=x, y=y, tooltip=["Who", "Date", "Counts", "Value", "Words", "Note"]
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(color=_by_standing())
    valued = base.transform_filter("datum.Value != null")
    labels = valued.mark_text(dx=8, align="left", dy=-8).encode(text="Value:N")
    chart = (lines + points + labels).resolve_scale(color="independent")
    return finish(
        chart.properties(width="container", height=36 * len(rows)),
        title=title,
        alt=alt_text,
        source="Sources named in the table; dashed: no text shows the link",
        table=frame.drop(columns=["Statement", "Row"]),
    )
