"""Bars that say what they are: the shape of most charts that compare a few amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from press.theme import COLOURS, standing_scale

LABEL_PX = 260
"""Wide enough that the static picture cuts no label: it takes a letter for 0.8 of its height."""


def bars(
    frame: pd.DataFrame,
    value: str,
    unit: str,
    *,
    row: str = "label",
    text: str = "text",
    lit: Sequence[str] = (),
    axis: Any = None,
    tooltip: Sequence[Any] = (),
) -> Any:
    """A bar a row, in the order of the rows, with its words at its end.

    Parameters
    ----------
    frame
        With a column ``standing``, bars have the colours of evidence, and the words must say it.
    value
        Column of the lengths, in ``unit``.
    row, text
        Columns of the rows' names and of the words at the ends.
    lit
        Rows that are drawn in the accent colour.
    """
    options: dict[str, Any] = {} if axis is None else {"axis": axis}
    left = bool((frame[value] < 0).all())
    if left:  # room for words between the longest bar and the rows' names
        options["scale"] = alt.Scale(domain=[1.3 * float(frame[value].min()), 0])
    base = alt.Chart(frame).encode(
        y=alt.Y(f"{row}:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        x=alt.X(f"{value}:Q", title=unit, **options),
        tooltip=list(tooltip),
    )
    colour: Any = alt.value(COLOURS["neutral"])
    if "standing" in frame:
        colour = alt.Color("standing:N", scale=standing_scale())
    elif lit:
        of_lit = alt.FieldOneOfPredicate(field=row, oneOf=list(lit))
        colour = alt.condition(of_lit, alt.value(COLOURS["accent"]), colour)
    words = base.mark_text(align="right" if left else "left", dx=-5 if left else 5)
    return alt.layer(
        base.mark_bar(height=18).encode(color=colour), words.encode(text=f"{text}:N")
    ).properties(width="container", height=alt.Step(30))
