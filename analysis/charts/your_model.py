"""The form of the page *Your model*, with the first run priced so that it needs no script to read.

The script ``book/_static/your-model.js`` computes what changes with the data beside the form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis.runs.own import Run, price_run
from analysis.runs.page import page_data
from press.facts import Facts
from press.formats import default_spec, format_number


@dataclass(frozen=True)
class Entry:
    """A field of the form: its name in the address, its words and its unit."""

    name: str
    label: str
    hint: str = ""


ENTRIES = (
    Entry("tokens", "Tokens, trillion"),
    Entry("gpus", "Chips at once", "or days"),
    Entry("days", "Days", "or chips"),
    Entry("mfu", "Utilisation, share", "published runs"),
    Entry("gpu_hours", "Chip-hours, if known", "predicted"),
    Entry("price", "Rent of a chip-hour, USD", "list price"),
    Entry("people", "People"),
    Entry("months", "Months of their work"),
    Entry("pay", "Cost of a person, USD a year", "assumed"),
)
"""Numbers that a reader gives; an empty one is taken from the tables, as the hint says."""


@dataclass(frozen=True)
class Form:
    """The form, its data, and the ladder of the run with which it opens."""

    data: dict[str, Any]
    first: dict[str, Any]

    def _repr_html_(self) -> str:
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        inert = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        inert = inert.replace("<", "\\u003c")
        yield f'<script type="application/json" id="own-run-data">{inert}</script>'
        yield '<form id="own-run" hidden autocomplete="off">'
        models = [(m["key"], m["name"]) for m in self.data["models"]]
        yield _select("model", "Model", [*models, ("", "Another: its own numbers")])
        yield '<span class="own" hidden>'
        yield _field(Entry("active", "Parameters a token uses, billion"))
        yield _field(Entry("flop", "or training FLOPs a token, billion"))
        yield "</span>"
        yield _select("chip", "Chip", [(c["key"], c["name"]) for c in self.data["chips"]])
        yield from map(_field, ENTRIES)
        yield '<label>Start of the run<input name="start" type="date"></label>'
        yield '<p class="tools"><button type="reset">Reset</button>'
        yield '<button type="button" data-link>Copy a link</button>'
        yield '<a class="csv" download="your-model.csv" href="#own-run">Download as CSV</a>'
        yield '<button type="button" data-cite>Copy a citation</button>'
        yield '<span role="status"></span></p></form>'
        yield '<p class="your-run">' + escape(self._line()) + "</p>"
        yield '<ul class="your-notes" hidden></ul>'
        yield '<div class="data-table stacked" role="region" tabindex="0" aria-label="The ladder">'
        yield '<table id="your-ladder"><caption>The ladder of this run</caption><thead><tr>'
        for head in ("Cost", "Middle", "From", "To", "DeepSeek-V3", "Leaves out"):
            number = ' class="number"' if head not in ("Cost", "Leaves out") else ""
            yield f'<th scope="col"{number}>{head}</th> '
        yield "</tr></thead><tbody>"
        for rung in self.first["rungs"]:
            yield f'<tr><td data-label="Cost">{escape(rung["label"])}</td> '
            shown = (rung["value"], rung["low"], rung["high"], rung["v3"]["value"])
            for label, value in zip(("Middle", "From", "To", "DeepSeek-V3"), shown, strict=True):
                yield f'<td class="number" data-label="{label}">{usd(value)}</td> '
            yield f'<td data-label="Leaves out">{escape(rung["leaves_out"])}</td></tr> '
        yield "</tbody></table></div>"
        yield '<details class="your-defaults" hidden><summary>What was taken for the empty fields'
        yield '</summary><ul></ul></details><pre class="your-command" hidden></pre>'

    def _line(self) -> str:
        made = self.first
        hours = " to ".join(
            format_number(made[f"gpu_hours_{end}"], ",.0") for end in ("low", "high")
        )
        middle = format_number(made["gpu_hours"], ",.0")
        return f"{middle} ({hours}) chip-hours on {made['chip_name']}."


def usd(value: float) -> str:
    """Dollars as the command ``cost`` prints them.

    >>> usd(5_576_000.0)
    '$5.576M'
    """
    return format_number(value, default_spec("USD", value))


def your_model(facts: Facts) -> Form:
    """The form that prices a reader's own run."""
    data = page_data(facts)
    start = data["start"]
    (model,) = [m for m in data["models"] if m["key"] == start["model"]]
    run = Run(model["flop_per_token"], start["tokens"] * 1e12, start["chip"], gpus=start["gpus"])
    return Form(data, price_run(facts, run))


def _field(entry: Entry) -> str:
    hint = f' placeholder="{escape(entry.hint)}"' if entry.hint else ""
    return (
        f"<label>{escape(entry.label)}"
        f'<input name="{entry.name}" type="number" min="0" step="any"{hint}></label>'
    )


def _select(name: str, label: str, options: list[tuple[str, str]]) -> str:
    shown = "".join(f'<option value="{escape(k)}">{escape(v)}</option>' for k, v in options)
    return f'<label>{label}<select name="{name}">{shown}</select></label>'
