"""Charts of the ladder: the rungs with their ranges, and which assumption moves which rung."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import LABEL_PX
from analysis.charts.editions import LadderWords
from press.figures import STANDING
from press.formats import format_number, format_range
from press.theme import COLOURS, TableView, finish, standing_scale, table

ENGLISH_WORDS = LadderWords()
WIDE = "width > 420"
"""Whether a chart has more room than a phone gives, as an expression of Vega."""

DOLLARS = (
    "datum.value == 0 ? '$0' : "
    "datum.value >= 1e9 ? '$' + format(datum.value / 1e9, ',') + 'B' : "
    "datum.value >= 1e6 ? '$' + format(datum.value / 1e6, ',') + 'M' : "
    "'$' + format(datum.value / 1e3, ',') + 'K'"
)
"""Axis labels in dollars: $100K, $10M, $1B."""


def short_usd(value: float, low: float | None = None, high: float | None = None) -> str:
    """Dollars as a chart labels them, with the range where it is wider than the rounding.

    >>> short_usd(5_576_000.0, 5_575_000.0, 5_577_000.0), short_usd(12.6e6, 7.0e6, 26.9e6)
    ('$5.58M', '$12.6M ($7.0M–$26.9M)')
    """
    return ENGLISH_WORDS.money(value, low, high)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def range_dots(
    frame: pd.DataFrame,
    x: Any,
    tooltip: list[Any],
    words: LadderWords = ENGLISH_WORDS,
    order: Sequence[str] | None = None,
) -> Any:
    """Dots with range bars, each labelled above with its standing, on a phone in two lines.

    Parameters
    ----------
    frame
        ``label``, ``text`` (which is printed), ``value``, ``low``, ``high`` and ``standing``.
    x
        Encoding of ``value``; ``low`` and ``high`` share its scale.
    tooltip
        Fields to show.
    words
        The language of ``standing``.
    order
        The labels from above; a name that no row has is printed as a heading.
    """
    names = (words.documented, words.inferred, words.claimed)
    rows = list(frame["label"]) if order is None else list(order)
    y = alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(domain=rows, paddingOuter=0.3))
    said = frame.assign(
        text=[f"{t}, {s}" for t, s in zip(frame["text"], frame["standing"], strict=True)]
    )
    base = alt.Chart(said).encode(
        y=y,
        color=alt.Color("standing:N", scale=standing_scale(names)),
        tooltip=tooltip,
    )
    ranges = base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q"), x2="high:Q"
    )
    dots = base.mark_circle(size=110, opacity=1).encode(x=x)
    lifted = alt.ExprRef(f"{WIDE} ? -14 : -29")
    labels = (
        base.transform_calculate(lines=f"{WIDE} ? datum.text : split(datum.text, ' · ')")
        .mark_text(align="left", dy=lifted, fontSize=13.5, lineHeight=15)
        .encode(x=alt.value(0), text="lines:N", color=alt.value(COLOURS["text"]))
    )
    layers = [ranges, dots, labels]
    if headings := [name for name in rows if name not in set(frame["label"])]:
        heads = alt.Chart(pd.DataFrame({"label": headings})).encode(y=y)
        layers.append(
            heads.mark_text(align="left", fontSize=13.5, fontWeight="bold", dy=4).encode(
                x=alt.value(0), text="label:N", color=alt.value(COLOURS["muted"])
            )
        )
    return alt.layer(*layers).properties(width="container", height=52 * len(rows))


def _sparse(labels: str, words: LadderWords) -> str:
    """The labels of decades; in longer words than English ones, every second on a phone."""
    if words is ENGLISH_WORDS:
        return labels
    return f"width > 420 || round(log(datum.value) / LN10) % 2 == 1 ? {labels} : ''"


def ladder_chart(frame: pd.DataFrame, words: LadderWords = ENGLISH_WORDS) -> Any:
    """Every rung on one logarithmic scale of dollars, by boundary, labelled in the plot.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.ladder_frame``: ``label``, ``definition``, ``value``, ``low``,
        ``high`` [USD], ``boundary`` and ``standing``, in order.
    words
        What the chart says, in the language of the labels.
    """
    rows = records(frame)
    money = [words.money(r["value"], r["low"], r["high"]) for r in rows]
    text = [f"{row['label']} · {sum_}" for row, sum_ in zip(rows, money, strict=True)]
    ticks = [10.0**n for n in range(5, 11)]
    x = alt.X(
        "value:Q",
        title=words.axis,
        scale=alt.Scale(type="log", domain=[ticks[0], ticks[-1]], nice=False),
        axis=alt.Axis(
            values=ticks,
            tickCount=len(ticks),
            labelExpr=_sparse(words.axis_labels(ticks), words),
            labelOverlap=False,
        ),
    )
    tooltip = [
        alt.Tooltip("label:N", title=words.rung),
        alt.Tooltip("definition:N", title=words.meaning),
        alt.Tooltip("money:N", title=words.usd),
        alt.Tooltip("standing:N", title=words.standing),
    ]
    found = {row["key"].removeprefix("ladder."): row for row in rows}
    low, high = found["staff"]["low"], found["staff"]["high"]
    order: list[str] = []
    for row in rows:
        head = f"{words.boundary(row['boundary'])}:"
        order += [row["label"]] if head in order else [head, row["label"]]
    columns = {
        "label": words.rung,
        "value": words.usd,
        "low": words.low,
        "high": words.high,
        "definition": words.meaning,
        "includes": words.includes,
        "leaves_out": words.leaves_out,
        "standing": words.standing,
    }
    return finish(
        range_dots(frame.assign(text=text, money=money), x, tooltip, words, order),
        title=words.title.format(
            run=words.amount(found["v3_rental"]["value"], ".1"),
            low=words.amount(low, ".0"),
            low_number=format_number(low, ".0/M", words.separators),
            high=words.amount(high, ".0"),
            claim=words.amount(found["claimed_fleet"]["value"], ".1"),
        ),
        alt=words.alt.format(
            rungs="; ".join(f"{r['label']} {words.money(r['value'])}" for r in rows)
        ),
        source=words.source,
        table=frame[[name for name in columns if name in frame]].rename(columns=columns),
        furniture=None if words is ENGLISH_WORDS else words.furniture(),
    )


def rungs_table(frame: pd.DataFrame) -> TableView:
    """The ladder as a table to read: cost with range and standing, meaning, what it leaves out."""
    rows = [
        {
            "Rung": r["label"],
            "Cost (range)": short_usd(r["value"], r["low"], r["high"]),
            "Standing": r["standing"],
            "Meaning": r["definition"],
            "Leaves out": r["leaves_out"],
        }
        for r in records(frame)
    ]
    return table(
        pd.DataFrame(rows),
        caption="The ladder of costs: the run, its development, with people, machines",
        note="Where inputs are uncertain, the number is the median of the simulation and the range "
        "runs from its 5th to its 95th percentile. R1’s range is that of its second run, that of "
        "the list prices from the least to the greatest, that of the published ablations from the "
        "pace of V3’s own FP8 rate to a quarter more than V2’s.",
    )


def inputs_table(frame: pd.DataFrame) -> TableView:
    """The uncertain inputs: unit, shape, median and interval, reason and grade."""
    rows = [
        {
            "Input": f"{r['label']} [{r['unit']}]",
            "5 % · median · 95 %": " · ".join(
                format_number(r[c], ",.0" if r["high"] >= 1000 else "~3")
                for c in ("low", "central", "high")
            ),
            "Shape": r["shape"],
            "Why; grade": f"{r['reason']} ({r['evidence']})",
        }
        for r in records(frame)
    ]
    return table(
        pd.DataFrame(rows),
        caption="The uncertain inputs of the ladder",
        note="The grade “derived” marks a judgement of this report or a computation from others’ "
        "numbers.",
    )


def correlations_table(frame: pd.DataFrame, labels: Mapping[str, str]) -> TableView:
    """Which inputs move together, how far, and why."""
    rows = [
        {
            "Inputs": f"{labels[r['first']]}; {labels[r['second']].lower()}",
            "Rank correlation": format_number(r["rank_correlation"], "+.1"),
            "Why": r["reason"],
        }
        for r in records(frame)
    ]
    return table(pd.DataFrame(rows), caption="Inputs that move together; all others do not")


def parts_chart(frame: pd.DataFrame) -> Any:
    """What “with people” consists of, at the low end, in the middle and at the high end.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.parts_frame``: ``case``, ``part`` and ``usd``, in order.
    """
    cases = list(dict.fromkeys(frame["case"]))
    wide = frame.pivot(index="part", columns="case", values="usd")[cases]
    wide = wide.loc[list(dict.fromkeys(frame["part"]))]
    middle = wide[cases[1]]
    shown = pd.DataFrame(
        {
            "label": wide.index,
            "start": (middle.cumsum() - middle).to_numpy(),
            "end": middle.cumsum().to_numpy(),
            "text": [
                short_usd(value, min(ends), max(ends))
                for value, *ends in wide[[cases[1], cases[0], cases[2]]].to_numpy().tolist()
            ],
        }
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        tooltip=[alt.Tooltip("label:N", title="Part"), alt.Tooltip("text:N", title="USD")],
    )
    bars = base.mark_bar(height=22, color=COLOURS["neutral"]).encode(
        x=alt.X(
            "start:Q",
            title="US dollars; each part begins where the one above it ends, at the middle of the "
            "range; in brackets at its low and high end",
            axis=alt.Axis(labelExpr=DOLLARS, tickCount=4),
            scale=alt.Scale(domain=[0, 1.5 * float(middle.sum())]),
        ),
        x2="end:Q",
    )
    words = base.mark_text(align="left", dx=6).encode(x="end:Q", text="text:N")
    experiments = wide.iloc[1] / wide.sum()
    return finish(
        (bars + words).properties(width="container", height=alt.Step(34)),
        title=f"Experiments and failed runs are {format_number(experiments.iloc[0], '.0%')} of the "
        f"low end, {format_number(experiments.iloc[1], '.0%')} of the middle and "
        f"{format_number(experiments.iloc[2], '.0%')} of the high end",
        alt="Bars, each of which begins where the one above it ends, of what the cost with people "
        "consists of: " + "; ".join(f"{r['label']} {r['text']}" for r in records(shown)) + ".",
        source="This report; parts of the draws near the 5th, 50th and 95th percentile",
        table=frame.rename(columns={"case": "Case", "part": "Part", "usd": "USD"}),
    )


def cluster_chart(frame: pd.DataFrame) -> Any:
    """What buying V3's cluster cost, by whoever puts a price on its servers.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.cluster_frame``.
    """
    standing = ["inferred" if r["default"] else STANDING[r["evidence"]] for r in records(frame)]
    shown = frame.assign(
        standing=standing,
        text=[
            f"{r['label']} · {short_usd(r['value'], r['low'], r['high'])}" for r in records(frame)
        ],
    )
    others = frame[~frame["default"]]["value"]
    own = records(frame[frame["default"]])[0]
    x = alt.X(
        "value:Q",
        title="US dollars",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(labelExpr=DOLLARS, tickCount=4),
    )
    return finish(
        range_dots(shown, x, usd_tooltip()),
        title=f"Other sources put the purchase at {short_usd(others.min())} to "
        f"{short_usd(others.max())}; our range is "
        f"{format_range(own['low'], own['high'], '$.0M')}",
        alt="Dots of what buying V3’s cluster cost: " + "; ".join(shown["text"]) + ".",
        source="Epoch AI; Caixin; The Register; SemiAnalysis; network: DeepSeek, ISCA paper",
        table=frame[["label", "usd_per_gpu", "value", "low", "high", "defended_by"]].rename(
            columns={
                "label": "Price of a server",
                "usd_per_gpu": "USD a GPU",
                "value": "Cluster, USD",
                "defended_by": "Who",
            }
        ),
    )


def usd_tooltip() -> list[Any]:
    """Value and range in dollars, for tooltips."""
    return [
        alt.Tooltip("value:Q", title="USD", format="$,.4s"),
        alt.Tooltip("low:Q", title="low", format="$,.3s"),
        alt.Tooltip("high:Q", title="high", format="$,.3s"),
    ]
