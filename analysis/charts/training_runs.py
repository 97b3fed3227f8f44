"""Pictures of other training runs: costs, predictions, efficiency, trend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from analysis.charts.ladder import WIDE, records, short_usd
from analysis.runs.comparisons import TrendTest
from analysis.runs.training import (
    LARGE_RUN_FLOP,
    Prediction,
    all_chip_hours,
    best_flop,
    own_flop,
)
from press.figures import STANDING
from press.formats import format_number, format_range
from press.theme import COLOURS, finish

DEFINITIONS = {
    "rental": "Rental, one price",
    "market_rental": "Cloud price",
    "amortised": "Amortised",
    "acquisition": "Purchase of the cluster",
}
"""The definitions that a reader can choose, as the buttons name them."""


BASES = {
    "published hours": "documented",
    "chips and list price": "documented",
    "estimated hours": "inferred",
    "Epoch AI’s estimate": "inferred",
}


DOLLARS = "replace(replace(format(datum.value, '$.0s'), 'G', 'B'), 'k', 'K')"
"""Axis labels such as $10M and $1B."""


V3 = "DeepSeek-V3"


def _by_basis(title: str = "Rests on") -> alt.Color:
    return alt.Color(
        "basis:N",
        title=title,
        scale=alt.Scale(domain=list(BASES), range=[COLOURS[s] for s in BASES.values()]),
    )


def costs_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of :func:`analysis.runs.peers.cost_rows` as a table, large runs only, dearest first."""
    frame = pd.DataFrame(
        {
            "system": row["run"]["system"],
            "definition": row["definition"],
            "usd": row["usd"].value,
            "low": row["usd"].bounds[0],
            "high": row["usd"].bounds[1],
            "basis": row["basis"],
            "evidence": row["run"]["evidence"],
        }
        for row in rows
        if (best_flop(row["run"]) or 0) >= LARGE_RUN_FLOP
    )
    return frame.sort_values(["definition", "usd"], ascending=[False, False], ignore_index=True)


def definitions_chart(frame: pd.DataFrame) -> Any:
    """Costs of large training runs on the definition that the reader chooses.

    Parameters
    ----------
    frame
        As :func:`costs_frame` makes it.
    """
    chosen = alt.param(
        name="definition",
        value="rental",
        bind=alt.binding_radio(
            options=list(DEFINITIONS), labels=list(DEFINITIONS.values()), name="Definition of cost "
        ),
    )
    base = (
        alt.Chart(
            frame.assign(text=[short_usd(r["usd"], r["low"], r["high"]) for r in records(frame)])
        )
        .transform_filter("datum.definition == definition")
        .encode(
            y=alt.Y(
                "system:N",
                title=None,
                sort=alt.EncodingSortField("usd", order="descending"),
                axis=alt.Axis(minExtent=125, labelLimit=125),
            ),
            color=_by_basis(),
            tooltip=[
                alt.Tooltip("system:N", title="Run"),
                alt.Tooltip("usd:Q", title="Cost, US dollars", format="$,.3s"),
                alt.Tooltip("low:Q", title="Low", format="$,.3s"),
                alt.Tooltip("high:Q", title="High", format="$,.3s"),
                alt.Tooltip("basis:N", title="Rests on"),
            ],
        )
    )
    scale = alt.Scale(type="log", nice=True)
    axis = alt.Axis(values=[10.0**n for n in range(3, 11)], labelExpr=DOLLARS)
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title=None),
        x2="high:Q",
    )
    points = base.mark_point(filled=True, opacity=1).encode(
        x=alt.X("usd:Q", scale=scale, axis=axis, title=None),
        shape=alt.condition(alt.datum.system == V3, alt.value("diamond"), alt.value("circle")),
        size=alt.condition(alt.datum.system == V3, alt.value(190), alt.value(70)),
    )
    words = base.mark_text(align="left", dx=8, fontSize=12).encode(
        x=alt.X("high:Q", scale=scale, axis=axis), text="text:N", color=alt.value(COLOURS["text"])
    )
    rental = frame[frame["definition"] == "rental"]
    rank = int((rental["usd"] > rental.loc[rental["system"] == V3, "usd"].item()).sum())
    cost = format_number(rental.loc[rental["system"] == V3, "usd"].item(), "$.2M")
    chart = (
        (ranges + points + words)
        .add_params(chosen)
        .properties(width="container", height=alt.Step(20))
    )
    table = frame.assign(definition=frame["definition"].map(DEFINITIONS))
    return finish(
        chart,
        title=f"At one price an hour V3 is {cost}; of the other {len(rental) - 1} large runs "
        f"{rank} cost more",
        alt="Dot chart of large training runs by cost on one definition, chosen by buttons. At one "
        f"price a chip-hour DeepSeek-V3 (diamond) costs {cost}; {rank} of the runs shown cost "
        "more. Amber points rest on estimated hours.",
        unit="US dollars, logarithmic; blue rests on documented hours ("
        + ", ".join(b for b, s in BASES.items() if s == "documented")
        + "), amber on inferred ones ("
        + ", ".join(b for b, s in BASES.items() if s == "inferred")
        + ")",
        source="Developers’ papers and model cards; Epoch AI; our count (data/training_runs.csv)",
        table=table.rename(
            columns={
                "system": "Run",
                "definition": "Definition",
                "usd": "Cost, US dollars",
                "low": "Low",
                "high": "High",
                "basis": "Rests on",
                "evidence": "Evidence",
            }
        ),
    )


def predictions_chart(predictions: Sequence[Prediction]) -> Any:
    """Predicted over published GPU-hours of every run that allows it, all errors shown."""
    frame = pd.DataFrame(
        {
            "system": p.run["system"],
            "ratio": p.ratio,
            "predicted": p.predicted,
            "published": p.published,
            "mfu": p.mfu_implied,
            "standing": STANDING[p.run["evidence"]],
        }
        for p in predictions
    ).sort_values("ratio", ignore_index=True)
    middle = frame["ratio"].median()
    inside = int(frame["ratio"].between(0.5, 2).sum())
    base = alt.Chart(frame).encode(
        y=alt.Y("system:N", sort=None, title=None),
        tooltip=[
            alt.Tooltip("system:N", title="Run"),
            alt.Tooltip("predicted:Q", title="Predicted GPU-hours", format=",.0f"),
            alt.Tooltip("published:Q", title="Published GPU-hours", format=",.0f"),
            alt.Tooltip("ratio:Q", title="Predicted ÷ published", format=".2f"),
            alt.Tooltip("mfu:Q", title="Utilisation implied", format=".1%"),
        ],
    )
    x = alt.X(
        "ratio:Q",
        title="Predicted ÷ published",
        scale=alt.Scale(
            type="log", base=2, domain=[min(0.33, *frame["ratio"]), max(2, *frame["ratio"])]
        ),
        axis=alt.Axis(values=[0.35, 0.5, 0.7, 1, 1.4], format=".2~f", labelOverlap=False),
    )
    stems = base.mark_rule(opacity=0.4).encode(x=x, x2=alt.datum(1))
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x,
        color=alt.condition(
            alt.datum.system == V3, alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"])
        ),
    )
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule().encode(x="x:Q")
    marked = frame[frame["system"].isin([V3, frame["system"].iloc[0], frame["system"].iloc[-1]])]
    words = (
        alt.Chart(marked.assign(text=[format_number(r, ".2x") for r in marked["ratio"]]))
        .mark_text(dx=alt.ExprRef("datum.ratio < 1 ? -24 : 24"))
        .encode(x=x, y=alt.Y("system:N", sort=None, title=None), text="text:N")
    )
    return finish(
        (stems + points + one + words).properties(width="container", height=15 * len(frame)),
        title=f"Parameters, tokens and chip predict hours to a factor of two in {inside} of "
        f"{len(frame)} runs, V3 included",
        alt=f"Dot chart of predicted over published GPU-hours for {len(frame)} training runs. The "
        f"median is {middle:.2f}; {frame['system'].iloc[0]} at {frame['ratio'].iloc[0]:.2f} and "
        f"{frame['system'].iloc[-1]} at {frame['ratio'].iloc[-1]:.2f} are the ends; DeepSeek-V3 "
        f"lies at {frame.loc[frame['system'] == V3, 'ratio'].item():.2f}.",
        source="Developers’ papers and model cards; Epoch AI’s median utilisation of "
        f"{predictions[0].mfu_assumed * 100:g} %",
        table=frame.rename(
            columns={
                "system": "Run",
                "ratio": "Predicted ÷ published",
                "predicted": "Predicted GPU-hours",
                "published": "Published GPU-hours",
                "mfu": "Utilisation implied",
                "standing": "Standing",
            }
        ),
    )


def efficiency_chart(runs: Iterable[Mapping[str, Any]], hours: Mapping[str, float]) -> Any:
    """FLOPs by 6ND in one GPU-hour, for runs on Hopper chips with published hours.

    Parameters
    ----------
    runs
        Rows of ``training_runs``.
    hours
        Pre-training GPU-hours by run.
    """
    frame = pd.DataFrame(
        {
            "system": row["system"],
            "rate": flop / hours[row["run"]] / 1e18,
            "kind": "mixture of experts"
            if row["parameters_active"] < row["parameters_total"]
            else "dense",
        }
        for row in runs
        if row["run"] in hours and (flop := own_flop(row))
    ).sort_values("rate", ascending=False, ignore_index=True)
    rate = frame.set_index("system")["rate"]
    return finish(
        bars(
            frame.assign(text=[f"{r.rate:.2f}, {r.kind}" for r in frame.itertuples()]),
            "rate",
            "FLOPs in a GPU-hour, 10¹⁸",
            row="system",
            lit=[V3],
            tooltip=[
                alt.Tooltip("system:N", title="Run"),
                alt.Tooltip("rate:Q", title="FLOPs in a GPU-hour, 10¹⁸", format=".2f"),
                alt.Tooltip("kind:N", title="Architecture"),
            ],
        ),
        title=f"V3 did {rate[V3]:.2f} × 10¹⁸ FLOPs in a GPU-hour, Llama 3.1 405B "
        f"{rate['Llama 3.1 405B']:.2f}",
        alt="Bar chart of floating-point operations per GPU-hour on H100 and H800 chips. "
        f"{frame['system'].iloc[0]} leads, {frame['system'].iloc[-1]} is last.",
        source="Developers’ reports and model cards; FLOPs by 6 × active parameters × tokens",
        table=frame.rename(
            columns={"system": "Run", "rate": "10¹⁸ FLOPs in a GPU-hour", "kind": "Architecture"}
        ),
    )


def runs_frame(
    runs: Iterable[Mapping[str, Any]],
    chips: Mapping[str, Mapping[str, Any]],
    sources: Mapping[str, Mapping[str, Any]],
    attention: Mapping[str, float | None],
) -> pd.DataFrame:
    """All training runs as a reader wants them: size, data, hardware, hours, FLOPs, source."""

    def size(row: Mapping[str, Any]) -> str:
        total, active = (row[f"parameters_{kind}"] for kind in ("total", "active"))
        if active is None:
            return "not published"
        used = format_number(active, "~3B")
        return (
            used
            if active == total
            else f"{used} of {format_number(total, '~3B')}"
            if total
            else used
        )

    return pd.DataFrame(
        {
            "Run": row["system"],
            "Year": row["released"][:4],
            "Parameters, active": size(row),
            "Tokens": row["tokens"],
            "Chip": chips[row["accelerator"]]["name"].replace(" ", "\u00a0")
            if row["accelerator"]
            else "",
            "Chip-hours": all_chip_hours(row),
            "Hours are": row["hours_kind"] or "not published",
            "FLOPs, 6ND": own_flop(row),
            "With attention": attention[row["run"]],
            "As stated": row["flop_reported"],
            "Source": sources[row["source"]]["label"],
            "Evidence": row["evidence"],
        }
        for row in runs
    )


def quality_chart(
    scores: Iterable[Mapping[str, Any]],
    amounts: Mapping[str, float],
    *,
    axis: str,
    number: str,
    default: str,
    title: str,
    alt_text: str,
    source: str,
) -> Any:
    """Scores of one published table against what the models took; the reader picks a benchmark.

    Parameters
    ----------
    scores
        Rows of ``benchmarks``, all of one table.
    amounts
        FLOPs or dollars by run.
    axis, number
        Title of the horizontal axis and the Vega expression of its labels.
    default
        The benchmark shown first.
    """
    frame = pd.DataFrame(
        {
            "model": row["model"],
            "benchmark": row["benchmark"],
            "score": row["score"],
            "amount": amounts[row["run"]],
        }
        for row in scores
        if row["run"] in amounts
    )
    names = list(dict.fromkeys(frame["benchmark"]))
    chosen = alt.param(
        name="benchmark", value=default, bind=alt.binding_select(options=names, name="Benchmark ")
    )
    low, high = frame["amount"].min(), frame["amount"].max()
    decades = [10.0**n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    base = (
        alt.Chart(frame)
        .transform_filter("datum.benchmark == benchmark")
        .encode(
            x=alt.X(
                "amount:Q",
                title=axis,
                scale=alt.Scale(type="log", domain=[low / 1.6, high * 3]),
                axis=alt.Axis(labelExpr=number, values=decades, grid=False),
            ),
            y=alt.Y("score:Q", title="Score", scale=alt.Scale(zero=False, padding=16)),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("benchmark:N", title="Benchmark"),
                alt.Tooltip("score:Q", title="Score"),
                alt.Tooltip("amount:Q", title=axis, format=".3s"),
            ],
        )
    )
    colour = alt.condition(
        alt.datum.model == V3, alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"])
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(color=colour)
    names_beside = base.mark_text(align="left", dx=9).encode(text="model:N")
    return finish(
        (points + names_beside).add_params(chosen).properties(width="container", height=280),
        title=title,
        alt=alt_text,
        source=source,
        table=frame.rename(
            columns={"model": "Model", "benchmark": "Benchmark", "score": "Score", "amount": axis}
        ),
    )


def trend_chart(tests: Sequence[TrendTest]) -> Any:
    """Observed savings beside those that each yardstick predicts."""
    frame = pd.DataFrame(
        {
            "test": f"{t.comparison}|{t.yardstick}",
            "observed": t.observed.value,
            "least": t.observed.bounds[0],
            "most": t.observed.bounds[1],
            "low": t.expected.bounds[0],
            "high": t.expected.bounds[1] * (1.02 if t.expected.low is None else 1),
            "answer": t.answer,
        }
        for t in tests
    )
    ahead = int((frame["answer"] == "ahead of the trend").sum())
    shown = frame.assign(
        text=[
            f"{r['test'].replace('|', ', ')} · {format_number(r['observed'], '~3')}, "
            f"expected {format_range(r['low'], r['high'], '~2')}"
            for r in records(frame)
        ]
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("test:N", sort=None, axis=None, scale=alt.Scale(paddingOuter=0.4)),
        tooltip=[
            alt.Tooltip("test:N", title="Test"),
            alt.Tooltip("observed:Q", title="Observed saving", format=".3~r"),
            alt.Tooltip("low:Q", title="Expected, low", format=".3~r"),
            alt.Tooltip("high:Q", title="Expected, high", format=".3~r"),
            alt.Tooltip("answer:N", title="Answer"),
        ],
    )
    title = "Times less, logarithmic; green: what was observed, grey: what a trend expects"
    scale = alt.Scale(type="log", domain=[1, 30])
    axis = alt.Axis(values=[1, 2, 4, 8, 16], format="~r")
    expected = base.mark_bar(height=16, opacity=0.4, color=COLOURS["neutral"]).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=axis), x2="high:Q"
    )
    spread = base.mark_rule(color=COLOURS["accent"]).encode(
        x=alt.X("least:Q", scale=scale), x2="most:Q"
    )
    points = base.mark_point(filled=True, size=90, opacity=1, color=COLOURS["accent"]).encode(
        x=alt.X("observed:Q", scale=scale)
    )
    words = (
        base.transform_calculate(lines=f"{WIDE} ? datum.text : split(datum.text, ' · ')")
        .mark_text(align="left", dy=alt.ExprRef(f"{WIDE} ? -17 : -31"), lineHeight=15)
        .encode(x=alt.value(0), text="lines:N")
    )
    return finish(
        (expected + spread + points + words).properties(width="container", height=58 * len(frame)),
        title=f"Whether V3 was on trend depends on the comparator: {ahead} of {len(frame)} tests "
        "say ahead",
        alt="Range chart of expected savings (grey bars) and observed savings (points). "
        + "; ".join(f"{t.comparison}, {t.yardstick}: {t.answer}" for t in tests)
        + ".",
        source="Ho et al.; Amodei; a16z; Epoch AI; our computation",
        table=frame.assign(test=frame["test"].str.replace("|", ": ")).rename(
            columns={
                "test": "Test",
                "observed": "Observed saving",
                "least": "Observed, low",
                "most": "Observed, high",
                "low": "Expected, low",
                "high": "Expected, high",
                "answer": "Answer",
            }
        ),
    )
