"""The ablation tables: what each benchmark gains or loses with a mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.mechanisms.sampling import NORMAL_95
from press.formats import format_number as fmt
from press.theme import COLOURS, finish

_ERRORS = {"questions": "Questions", "low": "Lowest at 95 %", "high": "Highest at 95 %"}
_INTERVAL = [
    alt.Tooltip("low:Q", title="Lowest at 95 %", format="+.1f"),
    alt.Tooltip("high:Q", title="Highest at 95 %", format="+.1f"),
]


def ablation_chart(
    rows: Sequence[Mapping[str, Any]], *, before: str, after: str, source: str, finding: str
) -> Any:
    """What each benchmark gains or loses with a mechanism, the small model above the large.

    Parameters
    ----------
    rows
        Records of ``ablations.compared``, or of ``ablations.with_errors``, and then a change
        within its error is drawn pale. Bits per byte are left out, as they are not points.
    before, after
        The arms, as the table names them.
    source
        Document and table.
    finding
        The title.
    """
    frame = pd.DataFrame([r for r in rows if "(BPB)" not in r["measure"]])
    frame["sign"] = np.where(
        frame["gain"] > 0, "gain", np.where(frame["gain"] < 0, "loss", "equal")
    )
    known = "z" in frame
    if known:
        frame["sign"] = frame["sign"].where(frame["z"].abs() > NORMAL_95, "within chance")
    frame["model"] = frame["scale"].map({"small": "Small model", "large": "Large model"})
    frame["benchmark"] = frame["measure"].str.split(" (", regex=False).str[0]
    scale = alt.Scale(
        domain=["gain", "loss", "within chance" if known else "equal"],
        range=[COLOURS[c] for c in ("accent", "bad", "neutral")],
    )
    tooltip = [
        alt.Tooltip("benchmark:N", title="Benchmark"),
        alt.Tooltip("model:N", title="Model"),
        alt.Tooltip("before:Q", title=before),
        alt.Tooltip("after:Q", title=after),
        alt.Tooltip("gain:Q", title="Change, points", format="+.1f"),
        *(_INTERVAL if known else ()),
    ]
    frame["text"] = [fmt(gain, "+.1") for gain in frame["gain"]]
    frame["above"] = frame["gain"].clip(lower=0)  # words stand right of a bar and of zero
    base = alt.Chart().encode(
        y=alt.Y("benchmark:N", title=None, sort=list(dict.fromkeys(frame["benchmark"]))),
        tooltip=tooltip,
    )
    colours = alt.Color("sign:N", scale=scale)
    layers = alt.layer(
        base.mark_bar(size=12).encode(x=alt.X("gain:Q", title=None), color=colours),
        base.mark_text(align="left", dx=5, fontSize=12).encode(x="above:Q", text="text:N"),
        data=frame,
    ).properties(width="container", height=22 * frame["benchmark"].nunique())
    chart = layers.facet(
        row=alt.Row(
            "model:N",
            title=None,
            sort=["Small model", "Large model"],
            header=alt.Header(labelOrient="top", labelAnchor="start", labelPadding=4),
        )
    )
    named = {
        "gain": "green: gain",
        "loss": "red: loss",
        "within chance": "grey: within chance",
        "equal": "none: equal",
    }
    unit = f"Points, {after} against {before}; " + ", ".join(
        words for sign, words in named.items() if sign in set(frame["sign"])
    )
    columns = ("model", "measure", "before", "after", "gain")
    losses = frame[frame["gain"] < 0].to_dict("records")
    lost = "; ".join(f"{r['benchmark']} {fmt(r['gain'], '+.1')} ({r['scale']})" for r in losses)
    return finish(
        chart,
        title=finding,
        unit=unit,
        alt=f"Bar chart of the change in each benchmark. {finding}. Losses: {lost or 'none'}.",
        source=source,
        table=frame[[*columns, *(_ERRORS if known else ())]].set_axis(
            ["Model", "Benchmark", before, after, "Change, points", *_ERRORS.values()]
            if known
            else ["Model", "Benchmark", before, after, "Change, points"],
            axis=1,
        ),
    )


def ablation_table(rows: Sequence[Mapping[str, Any]], arms: Sequence[str]) -> pd.DataFrame:
    """A whole ablation table as printed: a row a measure, a column an arm of each size."""
    frame = pd.DataFrame(rows)
    frame["unit"] = frame["metric"].fillna(frame["unit"])
    frame["column"] = frame["arm"] + ", " + frame["scale"]
    order = [f"{arm}, {scale}" for scale in dict.fromkeys(frame["scale"]) for arm in arms]
    wide = frame.pivot(index="measure", columns="column", values="value")
    wide = wide.loc[list(dict.fromkeys(frame["measure"])), order]
    billions = wide.index.isin(["activated parameters", "total parameters", "training tokens"])
    wide.loc[billions] /= 1e9
    wide.index = [f"{m}, billion" if b else m for m, b in zip(wide.index, billions, strict=True)]
    return wide.rename_axis(None, axis=1).rename_axis("Measure").reset_index()


def error_table(rows: Sequence[Mapping[str, Any]], before: str, after: str) -> pd.DataFrame:
    """Every score of ``ablations.with_errors`` that has one, with its sampling error [point]."""
    frame = pd.DataFrame([row for row in rows if "z" in row])
    frame["range"] = [
        f"{fmt(r['low'], '+.1')} to {fmt(r['high'], '+.1')}" for r in frame.to_dict("records")
    ]
    columns = ["scale", "measure", "questions", "before", "after", "gain", "range"]
    names = ["Model", "Benchmark", "Questions", before, after, "Change", "95 % interval"]
    return frame[columns].set_axis(names, axis=1)
