"""Pictures of how sure the answer is: the specification curve, and what each choice does."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts.ladder import DOLLARS, records, short_usd
from press.estimate import Estimate
from press.formats import format_number, format_range
from press.theme import COLOURS, TableView, finish, table

POINTS = 241
"""Specifications that are drawn, evenly from the cheapest to the dearest."""
TICKS = [5e6, 10e6, 20e6, 50e6, 100e6, 200e6]


def _dollars(channel: str, **options: Any) -> dict[str, Any]:
    return {
        "shorthand": channel,
        "scale": alt.Scale(type="log", domain=[4e6, 250e6], nice=False, clamp=True),
        "axis": alt.Axis(values=TICKS, labelExpr=DOLLARS, tickCount=len(TICKS)),
        **options,
    }


def curve_chart(frame: pd.DataFrame, headline: Estimate) -> Any:
    """Every specification from the cheapest to the dearest, with the ladder's own marked.

    Parameters
    ----------
    frame
        ``analysis.figures.how_sure.curve_frame``: choices, ``low``, ``median``, ``high`` [USD].
    headline
        The ladder's rung with people [USD].
    """
    size = len(frame)
    picked = np.unique(np.linspace(0, size - 1, POINTS).round().astype(int))
    shown = frame.iloc[picked].assign(share=(picked + 0.5) / size)
    low, high = headline.bounds
    inside = float(((frame["median"] >= low) & (frame["median"] < high)).mean())
    x = alt.X(
        "share:Q",
        title="rank of the combination",
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    choices = [c for c in frame.columns if c not in ("low", "median", "high")]
    base = alt.Chart(shown).encode(x=x)
    bars = base.mark_rule(strokeWidth=2, opacity=0.18, color=COLOURS["inferred"]).encode(
        y=alt.Y(**_dollars("low:Q", title=None)), y2="high:Q"
    )
    dots = base.mark_circle(size=16, opacity=1, color=COLOURS["inferred"]).encode(
        y=alt.Y("median:Q"),
        tooltip=[
            alt.Tooltip("median:Q", title="USD", format="$,.3s"),
            alt.Tooltip("low:Q", title="low", format="$,.3s"),
            alt.Tooltip("high:Q", title="high", format="$,.3s"),
            *(alt.Tooltip(f"{c}:N", title=c) for c in choices),
        ],
    )
    ours = pd.DataFrame(
        {
            "usd": [low, headline.value, high],
            "text": [
                f"our low end, {format_number(low, '$.0M')}",
                f"our middle, inferred: {format_number(headline.value, '$.0M')}, in "
                f"{format_range(low, high, '$.0M')}",
                f"our high end, {format_number(high, '$.0M')}",
            ],
        }
    )
    marks = alt.Chart(ours).encode(y=alt.Y("usd:Q"))
    rules = marks.mark_rule(color=COLOURS["accent"], strokeDash=[5, 4], strokeWidth=1.5)
    texts = [
        alt.Chart(rows)
        .mark_text(align=align, dy=dy, dx=dx, color=COLOURS["accent"])
        .encode(x=alt.value(place), y="usd:Q", text="text:N")
        for rows, align, dy, dx, place in (
            (ours.iloc[1:], "left", -8, 4, 0),
            (ours.iloc[:1], "right", 13, -4, "width"),
        )
    ]
    own = pd.DataFrame(
        {"share": [float((frame["median"] < headline.value).mean())], "usd": [headline.value]}
    )
    dot = alt.Chart(own).mark_circle(size=150, opacity=1, color=COLOURS["accent"])
    here = dot.encode(x=alt.X("share:Q"), y=alt.Y("usd:Q"))
    return finish(
        alt.layer(bars, dots, rules, *texts, here).properties(width="container", height=340),
        title=f"{format_number(inside, '.0%')} of {size:,} combinations of defensible choices give "
        f"{format_range(low, high, '$.0M')}",
        alt=f"Curve of {size:,} results on a logarithmic dollar scale, from "
        f"{short_usd(frame['median'].min())} to {short_usd(frame['median'].max())}, each with its "
        f"own range; half lie below {short_usd(frame['median'].median())}. Lines mark this "
        f"report’s own middle of {short_usd(headline.value)} and its range.",
        unit="US dollars with people, logarithmic; a dot is a combination, its line its range",
        source="This report; choices with who defends them in the table below",
        table=shown[["share", *choices, "low", "median", "high"]].rename(
            columns={"share": "Rank", "low": "5 %, USD", "median": "USD", "high": "95 %, USD"}
        ),
    )


CHOICE_WORDS = {
    "ratio": "All compute over the final run",
    "price": "Price of a GPU-hour",
    "people": "People",
    "pay": "Cost of a person",
    "months": "Months",
    "scope": "What is counted",
    "server": "Price of a server",
}


def options_chart(frame: pd.DataFrame) -> Any:
    """What each option gives when everything else takes all its options.

    Parameters
    ----------
    frame
        ``analysis.figures.how_sure.options_frame``.
    """
    rows = records(frame)
    order: list[str] = []
    for row in rows:
        head = CHOICE_WORDS[row["choice"]] + ":"
        order += [row["label"]] if head in order else [head, row["label"]]
    shown = frame.assign(
        text=[
            f"{r['label']} · {short_usd(r['median'], r['low'], r['high'])}"
            + (", this report’s" if r["default"] else "")
            for r in rows
        ]
    )
    reach = frame.groupby("choice")["median"].agg(lambda m: m.max() / m.min())
    y = alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(domain=order))
    base = alt.Chart(shown).encode(y=y)
    colour = alt.condition(
        alt.datum.default, alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"])
    )
    bars = base.mark_rule(strokeWidth=5, opacity=0.35, strokeCap="round").encode(
        x=alt.X(**_dollars("low:Q", title="US dollars, logarithmic scale")),
        x2="high:Q",
        color=colour,
    )
    dots = base.mark_circle(size=80, opacity=1).encode(
        x=alt.X("median:Q"),
        color=colour,
        tooltip=[
            alt.Tooltip("label:N", title="Option"),
            alt.Tooltip("defended_by:N", title="Defended by"),
            alt.Tooltip("median:Q", title="USD", format="$,.3s"),
        ],
    )
    words = base.mark_text(align="left", dy=-10, fontSize=12.5).encode(
        x=alt.value(0), text="text:N"
    )
    heads = alt.Chart(pd.DataFrame({"label": [o for o in order if o.endswith(":")]})).encode(y=y)
    titles = heads.mark_text(
        align="left", fontWeight="bold", dy=2, color=COLOURS["muted"], fontSize=13.5
    ).encode(x=alt.value(0), text="label:N")
    widest = str(reach.idxmax())
    return finish(
        alt.layer(bars, dots, words, titles).properties(width="container", height=28 * len(order)),
        title=f"The choice that moves most is “{CHOICE_WORDS[widest].lower()}”: the middle by "
        f"{format_number(reach[widest], '.1x')}",
        alt="Dots with bars: for every option the middle of all combinations that hold it, and "
        "their middle nine tenths. "
        + "; ".join(f"{r['label']} {short_usd(r['median'])}" for r in rows)
        + ".",
        source="This report; bars hold the middle nine tenths of the combinations",
        table=frame[["choice", "label", "defended_by", "low", "median", "high"]].rename(
            columns={"choice": "Choice", "label": "Option", "defended_by": "Who defends it"}
        ),
    )


def choices_table(frame: pd.DataFrame) -> TableView:
    """Every choice and option with its number, who defends it, and whether it runs."""
    rows = [
        {
            "Choice": str(r["choice"]).capitalize(),
            "Option": r["label"] + (" (ours)" if r["default"] else ""),
            "Number": "–" if pd.isna(r["number"]) else format_number(r["number"], _spec(r)),
            "Who defends it; source": f"{r['defended_by']}; {r['source_label']} ({r['evidence']})",
            "Runs": "yes" if r["runs"] else "shown only",
            "Why": r["reason"],
        }
        for r in records(frame)
        if r["choice"] != "server"
    ]
    return table(
        pd.DataFrame(rows),
        caption="The choices, their options, and who defends each",
        note="“Ours” is the ladder’s own distribution, printed here by its median; the other "
        "options are one number each, a published ratio with the interval of its source.",
    )


def _spec(row: dict[str, Any]) -> str:
    return {"ratio": "~3", "price": "$.2", "people": ".0", "pay": ",.0", "months": ".1"}.get(
        row["choice"], "~3"
    )
