"""The ablation tables: what each benchmark gains or loses with a mechanism, and by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.mechanisms.ablations import compared
from analysis.mechanisms.sampling import NORMAL_95
from press.formats import format_number as fmt
from press.theme import COLOURS, finish, legend_columns


def ablation_chart(
    rows: Sequence[Mapping[str, Any]], *, before: str, after: str, source: str, finding: str
) -> Any:
    """What each benchmark gains or loses with a mechanism, the small model above the large.

    Parameters
    ----------
    rows
        Records of ``ablations.compared``; bits per byte are left out, as they are not points.
    before, after
        The arms, as the table names them.
    source
        Document and table.
    finding
        The title.
    """
    frame = pd.DataFrame([r for r in rows if "(BPB)" not in r["measure"]])
    half = NORMAL_95 * pd.to_numeric(frame["error"])
    frame["low"], frame["high"] = frame["gain"] - half, frame["gain"] + half
    frame["reading"] = [reading(r["gain"], r["error"]) for r in frame.to_dict("records")]
    sizes = {"small": "Small model", "large": "Large model", "dense": "Dense model"}
    frame["model"] = frame["scale"].map(sizes)
    frame["benchmark"] = frame["measure"].str.split(" (", regex=False).str[0]
    present = [name for name in READINGS if name in set(frame["reading"])]
    scale = alt.Scale(domain=present, range=[COLOURS[READINGS[name]] for name in present])
    base = alt.Chart(frame).encode(
        y=alt.Y("benchmark:N", title=None, sort=list(dict.fromkeys(frame["benchmark"]))),
        color=alt.Color(
            "reading:N",
            title=None,
            scale=scale,
            legend=alt.Legend(offset=22, columns=legend_columns(1, 3), labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("benchmark:N", title="Benchmark"),
            alt.Tooltip("model:N", title="Model"),
            alt.Tooltip("before:Q", title=before),
            alt.Tooltip("after:Q", title=after),
            alt.Tooltip("gain:Q", title="Change, points", format="+.1f"),
            alt.Tooltip("low:Q", title="Interval from", format="+.1f"),
            alt.Tooltip("high:Q", title="Interval to", format="+.1f"),
        ],
    )
    x = alt.X("low:Q", title=f"Points, {after} against {before}; line: 95 % sampling interval")
    zero = alt.Chart(frame).mark_rule(color=COLOURS["line"]).encode(x=alt.datum(0))
    layers = alt.layer(
        zero,
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x="gain:Q"),
    ).properties(width="container", height=22 * frame["benchmark"].nunique())
    chart = layers.facet(
        row=alt.Row(
            "model:N",
            title=None,
            sort=list(sizes.values()),
            header=alt.Header(labelOrient="top", labelAnchor="start", labelPadding=4),
        )
    )
    clear = frame[frame["reading"].isin([GAIN, LOSS])].to_dict("records")
    seen = "; ".join(f"{r['benchmark']} {fmt(r['gain'], '+.1')} ({r['scale']})" for r in clear)
    losses = frame[frame["gain"] < 0].to_dict("records")
    lost = "; ".join(f"{r['benchmark']} {fmt(r['gain'], '+.1')} ({r['scale']})" for r in losses)
    return finish(
        chart,
        title=finding,
        alt=f"Dot plot of the change in each benchmark with its sampling interval. {finding}. "
        f"Beyond the sampling error: {seen or 'none'}. All losses: {lost or 'none'}.",
        source=f"{source}; intervals from the numbers of questions, by this report",
        table=frame[["model", "measure", "before", "after", "gain", "low", "high"]].set_axis(
            ["Model", "Benchmark", before, after, "Change, points", "Interval from", "to"], axis=1
        ),
    )


GAIN, LOSS, WITHIN = "gain beyond chance", "loss beyond chance", "within sampling error"
UNKNOWN = "number of questions unknown"
READINGS = {GAIN: "accent", LOSS: "bad", WITHIN: "neutral", UNKNOWN: "muted"}
"""What a change says, with its colour."""


def reading(gain: float, error: float | None) -> str:
    """Whether the choice of questions alone could have made a change.

    >>> reading(9.2, 5.5), reading(3.3, 0.6)
    ('within sampling error', 'gain beyond chance')
    """
    if error is None or error != error:
        return UNKNOWN
    if abs(gain) <= NORMAL_95 * error:
        return WITHIN
    return GAIN if gain > 0 else LOSS


def ablation_table(
    rows: Sequence[Mapping[str, Any]], arms: Sequence[str], questions: Mapping[str, float]
) -> pd.DataFrame:
    """A whole ablation table as printed: a row a measure, a column an arm of each size.

    After the arms of each size stand what the choice of questions may make of the difference of
    the first and the last (95 %), and at the end the number of questions.
    """
    frame = pd.DataFrame(rows)
    frame["column"] = frame["arm"] + ", " + frame["scale"]
    scales = list(dict.fromkeys(frame["scale"]))
    wide = frame.pivot(index="measure", columns="column", values="value")
    wide = wide.loc[list(dict.fromkeys(frame["measure"]))]
    billions = wide.index.isin(["activated parameters", "total parameters", "training tokens"])
    wide.loc[billions] /= 1e9
    first, last = arms[0], arms[-1]
    found = compared(rows, first, last, questions)
    order = []
    for scale in scales:
        order += [f"{arm}, {scale}" for arm in arms]
        name = f"± by chance, {scale}"
        errors = {r["measure"].split(" (")[0]: r["error"] for r in found if r["scale"] == scale}
        half = [errors.get(measure) for measure in wide.index]
        wide[name] = [round(NORMAL_95 * e, 1) if e else None for e in half]
        order.append(name)
    wide = wide[order].assign(Questions=[questions.get(measure) for measure in wide.index])
    wide.index = [f"{m}, billion" if b else m for m, b in zip(wide.index, billions, strict=True)]
    return wide.rename_axis(None, axis=1).rename_axis("Measure").reset_index()


ERRORS = (
    "± by chance: half of the 95 % interval of the difference between the first and the last "
    "column of a size, from the number of questions alone, as if each model had been asked its "
    "own. A dash: bits per byte, or no test."
)
"""What a table says about its errors."""
