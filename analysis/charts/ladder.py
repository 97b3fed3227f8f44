"""Charts of the ladder: the rungs with their ranges, and which assumption moves which rung."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.editions import LadderWords
from press.formats import format_number, format_range
from press.theme import COLOURS, TableView, finish, legend_columns, standing_scale, table

ENGLISH_WORDS = LadderWords()

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
    frame: pd.DataFrame, x: Any, tooltip: list[Any], words: LadderWords = ENGLISH_WORDS
) -> Any:
    """Dots with range bars, one a row, each labelled above in the plot so that phones can read it.

    Parameters
    ----------
    frame
        ``label``, ``text`` (which is printed), ``value``, ``low``, ``high`` and ``standing``.
    x
        Encoding of ``value``; ``low`` and ``high`` share its scale.
    tooltip
        Fields to show.
    words
        The language of ``standing``; on a phone only English has a legend of one line.
    """
    names = (words.documented, words.inferred, words.claimed)
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=None, axis=None, scale=alt.Scale(paddingOuter=0.3)),
        color=alt.Color(
            "standing:N",
            scale=standing_scale(names),
            legend=alt.Legend(
                title=None,
                symbolOpacity=1,
                columns=legend_columns(3 if words is ENGLISH_WORDS else 1),
            ),
        ),
        tooltip=tooltip,
    )
    ranges = base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q"), x2="high:Q"
    )
    dots = base.mark_circle(size=110, opacity=1).encode(x=x)
    labels = base.mark_text(align="left", dy=-14, fontSize=13.5).encode(
        x=alt.value(0), text="text:N", color=alt.value(COLOURS["text"])
    )
    return alt.layer(ranges, dots, labels).properties(width="container", height=46 * len(frame))


def _sparse(labels: str, words: LadderWords) -> str:
    """The labels of decades; in longer words than English ones, every second on a phone."""
    if words is ENGLISH_WORDS:
        return labels
    return f"width > 420 || round(log(datum.value) / LN10) % 2 == 1 ? {labels} : ''"


def ladder_chart(frame: pd.DataFrame, words: LadderWords = ENGLISH_WORDS) -> Any:
    """Every rung of the ladder on one logarithmic scale of dollars, labelled in the plot.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.ladder_frame``: ``label``, ``definition``, ``value``, ``low``,
        ``high`` [USD] and ``standing``, from the bottom rung.
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
    value = {row["key"]: row["value"] for row in rows}
    low, high, claim = (
        value[f"ladder.{name}"] for name in ("v3_amortised", "staff", "claimed_fleet")
    )
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
        range_dots(frame.assign(text=text, money=money), x, tooltip, words),
        title=words.title.format(
            low=words.amount(low, ".1"),
            low_number=format_number(low, ".1/M", words.separators),
            high=words.amount(high, ".0"),
            claim=words.amount(claim, ".1"),
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
        caption="The ladder of costs, from the narrowest definition to the widest",
        note="Ranges run from the 5th to the 95th percentile; the claim's begins at the sum that "
        "was published first.",
    )


def inputs_table(frame: pd.DataFrame) -> TableView:
    """The uncertain inputs: unit, shape and ends, reason and grade."""
    rows = [
        {
            "Input": f"{r['label']} [{r['unit']}]",
            "Low · central · high": " · ".join(
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
        note="Uniform and triangular: least and greatest value. Normal and lognormal: 5th and "
        "95th percentile. The grade “derived” marks a judgement of this report.",
    )


def usd_tooltip() -> list[Any]:
    """Value and range in dollars, for tooltips."""
    return [
        alt.Tooltip("value:Q", title="USD", format="$,.4s"),
        alt.Tooltip("low:Q", title="low", format="$,.3s"),
        alt.Tooltip("high:Q", title="high", format="$,.3s"),
    ]


def tornado_chart(frame: pd.DataFrame, rung: str) -> Any:
    """What one rung becomes when each input goes to the ends of its 90 % interval.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.sensitivity_frame``.
    rung
        What the title calls the rung.
    """
    shown = frame[frame["width"] > 0.005 * frame["central"]]
    ends = shown.melt(
        id_vars=["label", "central"], value_vars=["at_low", "at_high"], var_name="end"
    ).replace({"end": {"at_low": "input low", "at_high": "input high"}})
    base = alt.Chart(ends).encode(
        y=alt.Y("label:N", sort=list(shown["label"]), axis=None, scale=alt.Scale(paddingInner=0.66))
    )
    bars = base.mark_bar().encode(
        x=alt.X(
            "value:Q",
            title="US dollars",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(labelExpr=DOLLARS, tickCount=4),
        ),
        x2="central:Q",
        color=alt.Color(
            "end:N",
            title=None,
            scale=alt.Scale(
                domain=["input low", "input high"],
                range=[COLOURS["accent"], COLOURS["neutral"]],
            ),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Input"),
            alt.Tooltip("end:N", title="at"),
            alt.Tooltip("value:Q", title="USD", format="$,.4s"),
        ],
    )
    labels = (
        alt.Chart(shown)
        .mark_text(align="left", dy=-16)
        .encode(y=alt.Y("label:N", sort=list(shown["label"])), x=alt.value(0), text="label:N")
    )
    rows = records(shown)
    ends_of = [sorted((r["at_low"], r["at_high"])) for r in rows]
    spans = [format_range(low, high, "$.1M") for low, high in ends_of]
    return finish(
        alt.layer(bars, labels).properties(width="container", height=44 * len(shown)),
        title=f"{rung}: “{rows[0]['label']}” alone moves it over {spans[0]}",
        alt=f"Tornado chart for {rung}. Widest bar first: "
        + "; ".join(f"{r['label']}, {span}" for r, span in zip(rows, spans, strict=True)),
        source="This report’s assumptions (table on this page)",
        table=frame[["label", "at_low", "at_high", "first_order", "total"]].rename(
            columns={
                "label": "Input",
                "at_low": "USD at low end",
                "at_high": "USD at high end",
                "first_order": "Sobol index, first order",
                "total": "Sobol index, total",
            }
        ),
    )


def drivers_chart(frame: pd.DataFrame) -> Any:
    """Which inputs explain the spread of which rung, as parts of its variance.

    Parameters
    ----------
    frame
        ``rung`` (in order), ``label`` of the input and ``first_order`` index.
    """
    shown = frame[frame["first_order"] >= 0.05]
    rungs = list(dict.fromkeys(shown["rung"]))
    tops: dict[str, dict[str, Any]] = {}
    for row in records(shown):
        tops.setdefault(row["rung"], row)
    chart = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            y=alt.Y("label:N", sort=alt.SortField("first_order", "descending"), title=None),
            x=alt.X(
                "first_order:Q",
                title="part of the rung’s variance",
                axis=alt.Axis(format="%", tickCount=5),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=alt.value(COLOURS["accent"]),
            tooltip=[
                alt.Tooltip("rung:N", title="Rung"),
                alt.Tooltip("label:N", title="Input"),
                alt.Tooltip("first_order:Q", title="Share of variance", format=".0%"),
            ],
        )
        .properties(width="container", height=alt.Step(22))
        .facet(row=alt.Row("rung:N", sort=rungs, title=None, header=alt.Header(labelOrient="top")))
        .resolve_scale(y="independent")
    )
    return finish(
        chart,
        title="Each rung has its own deciding assumption",
        alt="Bars of Sobol indices by rung. "
        + "; ".join(
            f"{rung}: {top['label']}, {format_number(top['first_order'], '.0%')}"
            for rung, top in tops.items()
        )
        + ".",
        source="This report; Sobol indices by SALib",
        table=frame[["rung", "label", "first_order", "total"]].rename(
            columns={
                "rung": "Rung",
                "label": "Input",
                "first_order": "Sobol index, first order",
                "total": "Sobol index, total",
            }
        ),
    )


def convergence_chart(frame: pd.DataFrame, rung: str) -> Any:
    """How the percentiles of a rung settle as the number of Sobol points grows.

    Parameters
    ----------
    frame
        ``analysis.figures.ladder.convergence_frame``: ``points``, ``low``, ``high`` [USD].
    rung
        What the title calls the rung.
    """
    *_, before, final = records(frame)
    names = {"low": "5th percentile", "high": "95th percentile"}
    long = frame.melt(id_vars="points", var_name="end", value_name="value").assign(
        deviation=lambda f: f["value"] / f["end"].map({k: final[k] for k in names}) - 1
    )
    long["end"] = long["end"].map(names)
    worst = max(abs(before[k] / final[k] - 1) for k in names)
    chart = (
        alt.Chart(long)
        .mark_line(point={"size": 60, "filled": True})
        .encode(
            x=alt.X(
                "points:Q", title="number of Sobol points", scale=alt.Scale(type="log", base=2)
            ),
            y=alt.Y("deviation:Q", title="deviation from the last", axis=alt.Axis(format="+.1%")),
            color=alt.Color(
                "end:N",
                title=None,
                scale=alt.Scale(
                    domain=list(names.values()), range=[COLOURS["accent"], COLOURS["neutral"]]
                ),
            ),
            tooltip=[
                alt.Tooltip("points:Q", title="Points", format=","),
                alt.Tooltip("end:N", title="Percentile"),
                alt.Tooltip("value:Q", title="USD", format="$,.5s"),
            ],
        )
        .properties(width="container", height=220)
    )
    return finish(
        chart,
        title=f"At {int(before['points']):,} points both ends of “{rung}” stand within "
        f"{format_number(worst, '~1%')} of four times as many",
        alt=f"Two lines of deviation against the number of Sobol points for {rung}; both run into "
        f"zero and differ by less than {format_number(worst, '~1%')} at the published number.",
        source="This report; scrambled Sobol sequence, fixed seed",
        table=frame.rename(
            columns={"points": "Points", "low": "5th percentile, USD", "high": "95th, USD"}
        ),
    )
