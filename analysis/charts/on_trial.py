"""Pictures of our own training runs: what was compared, and every seed of what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.trials import Comparison, Run, bootstrap
from press.formats import format_number as fmt
from press.theme import COLOURS, finish

SOURCE = "This report, training runs of its own; criteria in experiments/criteria.md"


SHADES = [COLOURS[name] for name in ("text", "accent", "neutral")]
"""Of the parts of an arm, from left to right."""


def design_chart(
    parts: Mapping[str, Mapping[str, float]], *, unit: str, finding: str, columns: Sequence[str]
) -> Any:
    """The arms of an experiment as bars, each of the parts that make it up.

    Parameters
    ----------
    parts
        Arm to part to size; the arms from top to bottom, the parts from left to right.
    unit
        What the sizes are.
    finding
        The title.
    columns
        Heads of the table: arm, part, size.
    """
    made = [
        (arm, {part: size for part, size in sizes.items() if size}) for arm, sizes in parts.items()
    ]
    frame = pd.DataFrame(
        {"arm": arm, "text": f"{arm} · {_said(sizes)}", "part": part, "size": size}
        for arm, sizes in made
        for part, size in sizes.items()
    )
    kinds = list(dict.fromkeys(frame["part"]))
    frame["order"] = frame["part"].map(kinds.index)
    y = alt.Y("arm:N", sort=list(parts), axis=None, scale=alt.Scale(paddingInner=0.6))
    colours = alt.Scale(domain=kinds, range=SHADES[: len(kinds)])
    bars = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("size:Q", title=unit, axis=alt.Axis(format="~s", tickCount=5)),
            y=y,
            color=alt.Color("part:N", scale=colours),
            order="order:Q",
            tooltip=[
                alt.Tooltip(f"{field}:{kind}", title=head)
                for (field, kind), head in zip(
                    (("arm", "N"), ("part", "N"), ("size", "Q")), columns, strict=True
                )
            ],
        )
    )
    words = (
        alt.Chart(frame.drop_duplicates("arm"))
        .mark_text(align="left", dy=-17)
        .encode(x=alt.value(0), y=y, text="text:N")
    )
    return finish(
        alt.layer(bars, words).properties(width="container", height=44 * len(parts)),
        title=finding,
        alt=f"Bars of the arms, each in its parts: {'; '.join(dict.fromkeys(frame['text']))}.",
        source=SOURCE,
        table=frame[["arm", "part", "size"]].set_axis(list(columns), axis=1),
    )


def _said(sizes: Mapping[str, float]) -> str:
    """
    >>> _said({"model": 1.182e12, "module": 6.09e11}), _said({"keys": 4, "latent": 12})
    ('1.18T model + 609B module', '4 keys + 12 latent')
    """
    scales = {"~3T": 1e12, "~3B": 1e9, "~3M": 1e6, "~3K": 1e3, ",.0": 0}
    return " + ".join(
        f"{fmt(size, next(spec for spec, least in scales.items() if size >= least))} {part}"
        for part, size in sizes.items()
    )


def in_points(found: Comparison) -> Comparison:
    """A comparison of shares, in points of a hundred."""
    ones, others = (tuple(100 * x for x in values) for values in (found.ones, found.others))
    return Comparison(found.seeds, ones, others)


def seeds_chart(
    comparisons: Mapping[str, Comparison], *, axis: str, finding: str, spec: str
) -> Any:
    """Differences of two arms: a dot a seed, the mean, and the interval from three seeds on.

    Parameters
    ----------
    comparisons
        By the name of the row.
    axis
        What the difference is, and in brackets, on a line of its own, which side is better.
    finding
        The title.
    spec
        Number format of a difference.
    """
    dots = pd.DataFrame(
        {"row": name, "seed": seed, "difference": difference}
        for name, found in comparisons.items()
        for seed, difference in zip(found.seeds, found.differences, strict=True)
    )
    means = pd.DataFrame(
        {
            "row": name,
            "mean": found.estimate.value,
            "low": found.estimate.bounds[0],
            "high": found.estimate.bounds[1],
        }
        for name, found in comparisons.items()
        if len(found.seeds) > 2  # an interval from two seeds says nothing
    )
    rows = list(comparisons)
    y = alt.Y("row:N", title=None, sort=rows)
    interval = (
        alt.Chart(means)
        .mark_rule(color=COLOURS["accent"], strokeWidth=2)
        .encode(x=alt.X("low:Q", title=axis.replace(" (", "\n(").split("\n")), x2="high:Q", y=y)
    )
    mean = (
        alt.Chart(means)
        .mark_tick(color=COLOURS["accent"], thickness=3, size=18)
        .encode(x="mean:Q", y=y)
    )
    seeds = (
        alt.Chart(dots)
        .mark_circle(color=COLOURS["text"], opacity=0.7, size=45)
        .encode(
            x="difference:Q",
            y=y,
            tooltip=[
                alt.Tooltip("row:N", title="Comparison"),
                alt.Tooltip("seed:Q", title="Seed"),
                alt.Tooltip("difference:Q", title="Difference", format="+.4f"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(strokeDash=[4, 4]).encode(x="x:Q")
    means["text"] = [
        f"{fmt(r['mean'], spec)} ({fmt(r['low'], spec)} to {fmt(r['high'], spec)})"
        for r in means.to_dict("records")
    ]
    words = alt.Chart(means).mark_text(dy=-15, color=COLOURS["accent"], fontSize=12)
    said = words.encode(x="mean:Q", y=y, text="text:N")
    table = pd.DataFrame(
        {
            "Comparison": name,
            "Each seed": ", ".join(fmt(d, spec) for d in found.differences),
            "Mean": fmt(found.estimate.value, spec),
            "Student’s t": " to ".join(fmt(x, spec) for x in found.estimate.bounds),
            "Bootstrap": " to ".join(fmt(x, spec) for x in bootstrap(found.differences)),
            "Counts": "yes" if found.counts else "no",
            "Seeds": len(found.seeds),
        }
        for name, found in comparisons.items()
    )
    return finish(
        (zero + interval + mean + seeds + said).properties(
            width="container", height=44 * len(rows)
        ),
        title=finding,
        alt=f"Dot plot of differences between two arms, a dot a seed, with mean and interval."
        f" {finding}.",
        source=f"Dots are seeds, the tick is their mean, the line its interval. {SOURCE}",
        table=table,
    )


def curves_chart(
    runs: Sequence[Run], names: Mapping[str, str], *, axis: str, title: str, finding: str
) -> Any:
    """Held-out loss on the way, a line a run; the first marks are left out.

    Parameters
    ----------
    names
        What each arm that is drawn is called.
    axis
        ``tokens``, ``compute`` or ``seconds``.
    title
        Of the axis.
    """
    frame = pd.DataFrame(
        {"arm": names[run.arm], "seed": run.seed, "spent": spent, "loss": loss}
        for run in runs
        if run.arm in names
        for spent, (_, _, loss) in list(zip(run.spent(axis), run.curve, strict=True))[2:]
    )
    last = frame.groupby(["arm", "seed"]).last().reset_index()
    ends = last.groupby("arm").agg({"spent": "max", "loss": "mean"}).reset_index()
    order = list(names.values())
    chart = (
        alt.Chart(frame)
        .mark_line(strokeWidth=1.2, opacity=0.8)
        .encode(
            x=alt.X(
                "spent:Q", title=title, axis=alt.Axis(format="~s"), scale=alt.Scale(zero=False)
            ),
            y=alt.Y("loss:Q", title="Held-out loss, nats a token", scale=alt.Scale(zero=False)),
            color=alt.Color(
                "arm:N",
                scale=alt.Scale(
                    domain=order, range=[COLOURS[c] for c in ("neutral", "accent")[: len(order)]]
                ),
            ),
            detail="seed:N",
            tooltip=[
                alt.Tooltip("arm:N", title="Arm"),
                alt.Tooltip("seed:N", title="Seed"),
                alt.Tooltip("spent:Q", title=title, format=".3~s"),
                alt.Tooltip("loss:Q", title="Loss", format=".3f"),
            ],
        )
    )
    beside = alt.Chart(ends).mark_text(align="left", dx=6, fontWeight="bold")
    words = beside.encode(x="spent:Q", y="loss:Q", text="arm:N")
    return finish(
        alt.layer(chart, words).properties(width="container", height=260),
        title=finding,
        alt=f"Line chart of held-out loss, a line a run. {finding}.",
        source=SOURCE,
        table=last.set_axis(["Arm", "Seed", title + ", at the end", "Loss"], axis=1),
    )


def recall_chart(runs: Sequence[Run], names: Mapping[str, str], *, finding: str) -> Any:
    """Share of values named rightly, a row an arm and number of pairs, a dot a seed."""
    frame = pd.DataFrame(
        {"arm": names[run.arm], "seed": run.seed, "pairs": f"{pairs} pairs",
         "recall": run.row[f"recall_{pairs}"]}
        for run in runs
        if run.arm in names
        for pairs in (32, 64, 128)
    )  # fmt: skip
    order, sizes = list(names.values()), [f"{pairs} pairs" for pairs in (32, 64, 128)]
    best = frame.groupby(["arm", "pairs"])["recall"].max().reset_index()
    y = alt.Y("arm:N", title=None, sort=order)
    beside = alt.YOffset("pairs:N", sort=sizes)
    x = alt.X("recall:Q", title="Values named rightly", axis=alt.Axis(format="%"))
    dots = (
        alt.Chart(frame)
        .mark_circle(size=50, opacity=0.7, color=COLOURS["accent"])
        .encode(
            x=x,
            y=y,
            yOffset=beside,
            tooltip=[
                alt.Tooltip("arm:N", title="Attention"),
                alt.Tooltip("pairs:N", title="Text"),
                alt.Tooltip("seed:N", title="Seed"),
                alt.Tooltip("recall:Q", title="Named rightly", format=".1%"),
            ],
        )
    )
    words = alt.Chart(best).mark_text(align="left", dx=7, fontSize=11, color=COLOURS["muted"])
    chart = alt.layer(dots, words.encode(x=x, y=y, yOffset=beside, text="pairs:N")).properties(
        width="container", height=48 * len(order)
    )
    means = frame.pivot_table(index="arm", columns="pairs", values="recall", sort=False)
    means = means.reindex(order)[sizes].reset_index()
    return finish(
        chart,
        title=finding,
        alt=f"Dot plot of recall, a row for each kind of attention, a dot a seed. {finding}.",
        source=SOURCE,
        table=means.set_axis(["Attention", *sizes], axis=1),
    )
