"""Charts of scores, trends and of R1 against GPT-4o."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.comparisons import DOLLARS, V3
from analysis.charts.theme import COLOURS, finish, legend_columns, standing_scale
from analysis.comparisons import TrendTest
from analysis.estimate import Estimate
from analysis.formats import format_number


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
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "test:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelExpr="split(datum.label, '|')", labelLimit=0, labelFontSize=12),
        ),
        tooltip=[
            alt.Tooltip("test:N", title="Test"),
            alt.Tooltip("observed:Q", title="Observed saving", format=".3~r"),
            alt.Tooltip("low:Q", title="Expected, low", format=".3~r"),
            alt.Tooltip("high:Q", title="Expected, high", format=".3~r"),
            alt.Tooltip("answer:N", title="Answer"),
        ],
    )
    title = "Times less (log scale)"
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
    return finish(
        (expected + spread + points).properties(width="container", height=58 * len(frame)),
        title=f"Whether V3 was on trend depends on the comparator: {ahead} of {len(frame)} tests "
        "say ahead",
        alt="Range chart of expected savings (grey bars) and observed savings (points). Against "
        "Llama 3.1 405B V3 is far ahead of the trend; against Claude 3.5 Sonnet it lies within "
        "what Amodei calls on trend; API prices fell faster than both price trends.",
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


def r1_chart(rows: Sequence[tuple[str, str, Estimate, str]], *, ratio: Estimate) -> Any:
    """Costs of R1, GPT-4 and GPT-4o, grouped by definition.

    Parameters
    ----------
    rows
        Definition, system, cost [USD] and standing, in the order of display.
    ratio
        GPT-4o over R1 with its base, both amortised.
    """
    frame = pd.DataFrame(
        {
            "row": f"{system}|{definition}",
            "system": system,
            "definition": definition,
            "usd": usd.value,
            "low": usd.bounds[0],
            "high": usd.bounds[1],
            "standing": standing,
        }
        for definition, system, usd, standing in rows
    )
    scale = alt.Scale(type="log", domain=[1e5, 1e9])
    axis = alt.Axis(labelExpr=DOLLARS, values=[10.0**n for n in range(5, 10)])
    base = alt.Chart(frame).encode(
        y=alt.Y(
            "row:N",
            sort=None,
            title=None,
            axis=alt.Axis(labelExpr="split(datum.label, '|')", labelFontSize=12),
        ),
        color=alt.Color(
            "standing:N",
            title=None,
            scale=standing_scale(),
            legend=alt.Legend(columns=legend_columns(1)),
        ),
        tooltip=[
            alt.Tooltip("system:N", title="Model"),
            alt.Tooltip("definition:N", title="Definition"),
            alt.Tooltip("usd:Q", title="Cost, US dollars", format="$,.3s"),
            alt.Tooltip("low:Q", title="Low", format="$,.3s"),
            alt.Tooltip("high:Q", title="High", format="$,.3s"),
        ],
    )
    ranges = base.mark_rule(strokeWidth=3, opacity=0.35).encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title="US dollars (log scale)"), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("usd:Q", scale=scale, axis=axis, title="US dollars (log scale)")
    )
    low, high = ratio.bounds
    spoken = "; ".join(
        f"{system}, {definition}: {format_number(usd.value, '$~2M')}"
        for definition, system, usd, _ in rows
    )
    return finish(
        (ranges + points).properties(width="container", height=36 * len(frame)),
        title=f"On one definition GPT-4o cost about {ratio.value:.0f} times R1 with its base, "
        f"and anything from {low:.0f} to {high:.0f} times fits",
        alt=f"Dot chart of costs with ranges, one row a model and definition. {spoken}.",
        source="DeepSeek; Epoch AI; WIRED; our computation",
        table=frame.drop(columns="row").rename(
            columns={
                "system": "Model",
                "definition": "Definition",
                "usd": "Cost, US dollars",
                "low": "Low",
                "high": "High",
                "standing": "Standing",
            }
        ),
    )
