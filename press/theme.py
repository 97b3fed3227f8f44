"""The look of every chart and table: one theme, one way to finish a chart.

A chart's title is its finding. Title, alternative text, source line and data table travel with
the chart in ``usermeta``, so that the page can print them as text.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd

from press.formats import column_spec, format_number
from press.standard import EVIDENCE, faults, measured
from press.tokens import COLOURS, FONT

__all__ = ["COLOURS", "TableView", "finish", "standing_scale", "table"]

COUNTS = "upper(replace(format(datum.value, '~s'), 'G', 'B'))"
"""Labels of an axis of large numbers: 500K, 2.5M, 1B."""

CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "view": {"stroke": None},
    "padding": {"left": 4, "right": 12, "top": 4, "bottom": 4},
    "axis": {
        "labelColor": COLOURS["text"],
        "titleColor": COLOURS["muted"],
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": COLOURS["line"],
        "domainColor": COLOURS["line"],
        "tickColor": COLOURS["line"],
        "labelLimit": 260,
        "tickCount": 5,
        "labelFlush": False,
        "labelSeparation": 6,
    },
    "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
    "legend": {"disable": True},
    "header": {
        "labelColor": COLOURS["text"],
        "titleColor": COLOURS["muted"],
        "labelFontSize": 13,
        "labelAnchor": "start",
        "labelFontWeight": "bold",
    },
    "bar": {"color": COLOURS["neutral"]},
    "line": {"color": COLOURS["neutral"], "strokeWidth": 2},
    "point": {"color": COLOURS["neutral"], "filled": True, "size": 70},
    "circle": {"color": COLOURS["neutral"], "size": 70},
    "rule": {"color": COLOURS["muted"]},
    "text": {"color": COLOURS["text"], "fontSize": 13},
    "range": {
        "category": [COLOURS[c] for c in ("accent", "neutral", "text", "warn", "bad", "line")]
    },
}


def standing_scale(names: Sequence[str] = EVIDENCE) -> alt.Scale:
    """The colour scale for a field that holds documented, inferred or claimed, in these words."""
    return alt.Scale(domain=list(names), range=[COLOURS[s] for s in EVIDENCE])


@dataclass(frozen=True)
class Finished:
    """A chart that meets the standard, with what a page prints around it in ``usermeta``."""

    spec: dict[str, Any] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The Vega-Lite specification."""
        return self.spec

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return alt.renderers.get()(self.spec)  # as Altair's own charts show themselves


def finish(
    chart: Any,
    *,
    title: str,
    alt: str,
    source: str,
    table: pd.DataFrame,
    unit: str = "",
    furniture: Mapping[str, Any] | None = None,
) -> Finished:
    """The chart in the report's theme, with all that a page prints around it.

    Parameters
    ----------
    chart
        Any Altair chart; single views and layers have ``width="container"``.
    title
        The finding in one sentence.
    alt
        What the chart shows and says, for readers who cannot see it.
    source
        Where the data come from.
    table
        The data as a reader wants it: one row a mark, readable column names.
    unit
        What is measured, printed under the title; by default the title of the axis of numbers,
        the upright one if there are two, which then has none.
    furniture
        What the page prints around the chart, where it is not in English.

    Raises
    ------
    ValueError
        If title, alternative text or source is empty, the table has no rows, or the chart does
        not meet the standard (``press.standard``).
    """
    for name, words in (("title", title), ("alt", alt), ("source", source)):
        if not words.strip():
            raise ValueError(f"a chart needs its {name}, found none")
    if table.empty:
        raise ValueError(f"the chart {title!r} needs its data as a table, found no rows")
    records = table.astype(object).where(table.notna(), None).values.tolist()
    spec = chart.properties(description=alt).configure(**CONFIG).to_dict()
    unit = unit or measured(spec)
    if found := faults(spec, unit):
        raise ValueError(f"the chart {title!r}: " + "; ".join(found))
    meta = {
        "title": title,
        "unit": unit,
        "source": source,
        "columns": [str(c) for c in table.columns],
        "rows": [[_plain(cell) for cell in row] for row in records],
        **({"furniture": dict(furniture)} if furniture else {}),
    }
    return Finished({**spec, "usermeta": meta})


def _plain(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") else cell


WIDE_FROM = 6
"""A table with more columns leaves the width of the text where the window has room."""


@dataclass(frozen=True)
class TableView:
    """A table as a page shows it: caption above, note below, numbers aligned."""

    frame: pd.DataFrame
    caption: str
    formats: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def _repr_html_(self) -> str:
        head = " ".join(_head(str(c), str(c) in self._specs) for c in self.frame.columns)
        body = "".join(
            "<tr>"
            + " ".join(self._cell(str(c), v) for c, v in zip(self.frame.columns, row, strict=True))
            + "</tr> "
            for row in self.frame.itertuples(index=False, name=None)
        )
        note = f'<p class="table-note">{html.escape(self.note)}</p>' if self.note else ""
        caption = html.escape(self.caption)
        stacked = " stacked" * self._is_wordy + " wide" * (self.frame.shape[1] > WIDE_FROM)
        return (
            f'<div class="data-table{stacked}" role="region" tabindex="0" aria-label="{caption}">'
            f"<table><caption>{caption}</caption>"
            f"<thead><tr>{head}</tr></thead> <tbody>{body}</tbody></table></div>{note}"
        )

    @cached_property
    def _specs(self) -> dict[str, str]:
        """The number format of each column with numbers: its own, or one for all its digits."""
        found = {}
        for name, column in self.frame.items():
            cells = [_plain(cell) for cell in column]
            numbers = [c for c in cells if _is_number(c)]
            if numbers:
                found[str(name)] = self.formats.get(str(name)) or column_spec(numbers)
        return found

    @cached_property
    def _is_wordy(self) -> bool:
        """Whether cells hold sentences in three columns or more: a phone then shows row by row."""
        cells = self.frame.to_numpy().ravel()
        return self.frame.shape[1] > 2 and any(isinstance(c, str) and len(c) > 40 for c in cells)

    def _cell(self, column: str, value: Any) -> str:
        label = f' data-label="{html.escape(column)}"' if self._is_wordy else ""
        if value is None or (isinstance(value, float) and pd.isna(value)):
            kind = ' class="number"' * (column in self._specs)
            return f"<td{kind}{label}>–</td>"
        if not _is_number(_plain(value)):
            return f"<td{label}>{html.escape(str(value))}</td>"
        text = html.escape(format_number(float(value), self._specs.get(column) or "~4"))
        return f'<td class="number"{label}>{text}</td>'


def _is_number(value: Any) -> bool:
    """Whether a cell is a number that is there."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not pd.isna(value)


def _head(name: str, numeric: bool) -> str:
    """A column's head, over its numbers if it has any; a corner without a name is no head."""
    kind = ' class="number"' if numeric else ""
    return f'<th scope="col"{kind}>{html.escape(name)}</th>' if name else "<td></td>"


def table(
    frame: pd.DataFrame, *, caption: str, formats: Mapping[str, str] | None = None, note: str = ""
) -> TableView:
    """A table for the page; ``formats`` gives a number format per column (``press.formats``)."""
    return TableView(frame, caption, formats or {}, note)
