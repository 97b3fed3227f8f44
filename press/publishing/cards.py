"""The card of a number: value, range and its kind, arithmetic, inputs, sources, grade, as HTML."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from press.formats import default_spec, format_number, format_range

SHOWN = 3
"""Inputs listed on a card, those first that move the number most; the Figures page lists all."""
KINDS = {
    "stated": "range as the source states it",
    "ends": "range: the ends carried through",
    "interval": "range: the middle nine tenths of a simulation, or a statistical interval",
}
"""What a range is, by its kind."""


def card(kind: str, key: str, data: dict[str, Any]) -> str:
    """The card of a figure or of a fact."""
    record = data[kind][key]
    return _figure_card(record, data) if kind == "figures" else _fact_card(record, data)


def stated(record: dict[str, Any]) -> str:
    """Value, range and unit in words: ``2,788,000 GPU-hours``.

    >>> stated({"value": 3.7, "low": None, "high": None, "unit": "day"})
    '3.7 days'
    >>> stated({"value": 14.8e12, "low": None, "high": None, "unit": "token"})
    '14.8T tokens'
    """
    unit = "" if record["unit"] in ("1", "share", "ratio", "text", "date") else record["unit"]
    value = record["value"]
    if isinstance(value, str):
        return value
    spec = default_spec(record["unit"], value)
    if unit.startswith("USD"):
        unit = unit[3:]
    text = format_number(value, spec)
    if record["low"] is not None:
        text += f" ({format_range(record['low'], record['high'], spec)})"
    return f"{_short(text)} {_spoken(unit, value)}".strip()


def _short(text: str) -> str:
    """Numbers without zeros that say nothing; whole cents of a price stay.

    >>> _short("14.80T"), _short("$2.000"), _short("$2.450 ($1.300–$2.458)")
    ('14.8T', '$2', '$2.45 ($1.30–$2.458)')
    """

    def cut(number: re.Match[str]) -> str:
        sign, digits, scale = number.groups()
        digits = digits.rstrip("0").rstrip(".")
        cents = "0" if sign and not scale and re.search(r"\.\d$", digits) else ""
        return f"{sign}{digits}{cents}{scale}"

    return re.sub(r"(\$?)(\d[\d,]*\.\d+)([KMBT]?)", cut, text)


def _spoken(unit: str, value: float) -> str:
    """The unit as it stands behind a number.

    >>> _spoken("GPU-hour", 2.0), _spoken("byte/token", 1.0), _spoken("FLOP/s", 2.0)
    ('GPU-hours', 'byte per token', 'FLOP/s')
    """
    head, _, per = unit.partition("/")
    if per == "s":
        return unit
    if value != 1 and re.fullmatch("[a-z]+|GPU|GPU-hour|FLOP", head):
        head = f"{head[:-1]}ies" if head == "copy" else f"{head}s"
    return f"{head} per {per}".lstrip() if per else head


def how(record: dict[str, Any]) -> str:
    """How a figure is computed: words, its arithmetic, why it does not follow its inputs.

    >>> how({"arithmetic": "3 × 2 = 6", "formula": "", "untraced": "", "kind": "ends"})
    '3 × 2 = 6 (range: the ends carried through)'
    """
    said = "; ".join(part for part in (record["formula"], record["arithmetic"]) if part)
    if record["untraced"]:
        said = f"{said}; computed, not live: {record['untraced']}".removeprefix("; ")
    return said + (f" ({KINDS[record['kind']]})" if record["kind"] else "")


def _figure_card(record: dict[str, Any], data: dict[str, Any]) -> str:
    inputs = [f for f in record["facts"] if f in data["facts"]]
    shown = "".join(f"<span>{_input(data['facts'][f], data)}</span>" for f in inputs[:SHOWN])
    others = len(record["facts"]) - len(inputs[:SHOWN])
    more = f"<span>and {others} more</span>" if others and shown else ""
    if not shown and others:
        shown = f"<span>{others} cells of the data tables</span>"
    quoted = next((q for f in inputs[:SHOWN] if (q := data["facts"][f]["quote"])), "")
    quote = f"<i>“{escape(quoted)}”</i>" if quoted else ""
    return (
        f"<strong>{escape(record['title'])}</strong>"
        f"<b>{escape(stated(record))}</b>"
        f"<i>{escape(how(record))}</i>"
        f"{shown}{more}{quote}"
        f'<em class="{record["standing"]}">{record["standing"]} · weakest input: '
        f"{record['evidence']}</em>"
    )


def _fact_card(record: dict[str, Any], data: dict[str, Any]) -> str:
    quote = f"<i>“{escape(record['quote'])}”</i>" if record["quote"] else ""
    place = f", {escape(record['locator'])}" if record["locator"] else ""
    return (
        f"<strong>{escape(record['subject'])}: {escape(record['quantity'])}</strong>"
        f"<b>{escape(stated(record))}</b>{quote}"
        f"<span>{escape(data['sources'][record['source']]['label'])}{place}</span>"
        f"<em>{record['evidence']}</em>"
    )


def _input(fact: dict[str, Any], data: dict[str, Any]) -> str:
    label = data["sources"][fact["source"]]["label"]
    text = f"{fact['subject']}, {fact['quantity']}: {stated(fact)} ({label})"
    return escape(text)
