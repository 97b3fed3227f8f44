"""Charts as a page shows them: a static picture first, the interactive chart from its own files.

The picture is drawn twice, for wide and for narrow screens, so that it reads on a phone without
any script. Theme colours become custom properties, so that it follows the page into the dark.
"""

from __future__ import annotations

import base64
import copy
import csv
import hashlib
import html
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import vl_convert

from press.formats import ENGLISH, Separators, column_spec, format_number
from press.publishing.utc import in_utc
from press.tokens import COLOURS

SPEC = "application/vnd.vegalite+json"
"""How the kernel hands over a chart."""
FONTS = Path(__file__).resolve().parent.parent / "fonts"
WIDE, NARROW = 720, 340
"""Widths in pixels of the two pictures of a chart; the page scales them by a few per cent."""
vl_convert.register_font_directory(str(FONTS))
FURNITURE: dict[str, Any] = {
    "source_line": "Source: {}",
    "data": "Data",
    "data_of": "Data of the chart: {}",
    "download": "Download as CSV",
    "separators": {},
}


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


class ChartError(ValueError):
    """A chart that was not finished by ``press.theme.finish``."""


def chart_html(spec: dict[str, Any]) -> str:
    """The figure element for a Vega-Lite specification made by ``finish``.

    Raises
    ------
    ChartError
        If title, alternative text or data table is missing.
    """
    meta = spec.get("usermeta") or {}
    if not (meta.get("title") and meta.get("rows") and spec.get("description")):
        raise ChartError(
            "found a chart without title, alternative text or table; "
            "return it through press.theme.finish"
        )
    bare = in_utc({k: value for k, value in spec.items() if k not in ("usermeta", "title")})
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"))
    name = "chart-" + hashlib.sha256((text + meta["title"]).encode()).hexdigest()[:10]
    pictures, beside = "", 0
    for size, width in (("wide", WIDE), ("narrow", NARROW)):
        svg, plot = static_svg(bare, width, f"{name}-{size}", beside)
        pictures += f'<div class="chart-{size}" data-plot="{plot}">{svg}</div>'
        beside = width - plot
    inert = _themed(text).replace("<", "\\u003c")
    title = html.escape(meta["title"])
    unit = f'<p class="chart-unit">{html.escape(meta["unit"])}</p>' if meta.get("unit") else ""
    source = html.escape(_furniture(meta)["source_line"].format(meta["source"]))
    return (
        f'<figure class="chart" id="{name}"><figcaption>{title}</figcaption>{unit}'
        f'<div class="chart-view">{pictures}{_controls(bare)}</div>'
        f'<script type="application/json" class="chart-spec">{inert}</script>'
        f'<p class="chart-source">{source}</p>{_data(meta, name)}</figure>'
    )


def static_svg(spec: dict[str, Any], width: int, prefix: str, beside: int = 0) -> tuple[str, int]:
    """An SVG of the given total width, and the width of its plot, at which it comes alive.

    Its ids carry ``prefix``, its colours are custom properties. The width beside the plot (axes,
    mostly) is found by drawing, then correcting; ``beside`` is a first guess at it.
    """
    plot, best = width - beside, float("inf")
    text = json.dumps(spec, ensure_ascii=False)
    stand_in = json.loads(_measurable(text))
    for _ in range(3):
        drawn: str = vl_convert.vegalite_to_svg(_with_width(stand_in, plot))
        found = re.search(r'viewBox="([\d. ]+)"', drawn)
        seen = found[1] if found else f"0 0 {width} {width}"
        excess = float(seen.split()[2]) - width
        if abs(excess) >= best:
            break  # something other than the plot sets the width
        svg, best, view, kept = drawn, abs(excess), seen, plot
        if best < 1 or plot - excess < 40:
            break
        plot -= round(excess)
    if stand_in != spec:
        svg = vl_convert.vegalite_to_svg(_with_width(spec, kept))
    return _clean(svg, prefix, spec["description"], view), kept


def _measurable(text: str) -> str:
    """The text in letters that the fonts beside the charts have, about as wide: for measuring.

    >>> _measurable("tỷ दावा")
    'ty nn'
    """
    parts = unicodedata.normalize("NFD", text)
    return "".join(
        "n" if unicodedata.category(c) == "Lo" else c
        for c in parts
        if not unicodedata.category(c).startswith("M")
    )


def _controls(spec: dict[str, Any]) -> str:
    """What a reader will set in the live chart, still idle: the page does not move then."""
    rows = ""
    for bind, value in ((p["bind"], p["value"]) for p in spec.get("params", ()) if "bind" in p):
        label = f'<span class="vega-bind-name">{html.escape(bind["name"])}</span>'
        if bind["input"] == "range":
            rest = f'<input type="range" disabled><span>{value}</span>'
        elif bind["input"] == "select":
            rest = f"<select disabled><option>{html.escape(str(value))}</option></select>"
        else:
            names = [html.escape(str(o)) for o in bind.get("labels", bind["options"])]
            choices = "".join(f'<label><input type="radio" disabled>{n}</label>' for n in names)
            label, rest = "", f'{label}<span class="vega-bind-radio">{choices}</span>'
        row = f"<label>{label}{rest}</label>" if label else rest
        rows += f'<div class="vega-bind">{row}</div>'
    idle = '<div class="vega-bindings idle js-only" inert aria-hidden="true">'
    return f"{idle}{rows}</div>" if rows else ""


def _themed(text: str) -> str:
    """The specification with custom properties for colours: it follows the page into the dark."""
    for token, colour in COLOURS.items():
        text = re.sub(colour, f"var(--{token})", text, flags=re.I)
    return text


def _with_width(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """The specification with every ``width: container`` replaced by a number."""

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("width") == "container":
                node["width"] = width
            for key, value in node.items():
                if key not in ("datasets", "data"):
                    walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    resized = copy.deepcopy(spec)
    walk(resized)
    return resized


def _clean(svg: str, prefix: str, description: str, view: str) -> str:
    _, _, body = svg.partition(">")
    body = re.sub(r' (?:aria-[a-z]+|role|pointer-events)="[^"]*"', "", body)
    body = re.sub(r"<[^>]+>", lambda tag: re.sub(r"(\d\.\d\d)\d+", r"\1", tag[0]), body)
    body = re.sub(r' font-family="[^"]*"', "", body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", body)
    for token, colour in COLOURS.items():
        body = re.sub(
            rf'(fill|stroke|stop-color)="{colour}"', rf'style-\1="var(--{token})"', body, flags=re.I
        )
    body = re.sub(r"<(\w+)((?:[^<>\"]|\"[^\"]*\")*?)(/?)>", _gather_style, body)
    label = html.escape(description)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" role="img" '
        f'aria-label="{label}">{body}'
    )


def _gather_style(match: re.Match[str]) -> str:
    """Turn the marked colour attributes of one element into a style attribute."""
    tag, attributes, closing = match.groups()
    if "style-" not in attributes:
        return match.group(0)
    styles = re.findall(r'style-([\w-]+)="([^"]*)"', attributes)
    rest = re.sub(r' style-[\w-]+="[^"]*"', "", attributes)
    declared = ";".join(f"{name}:{value}" for name, value in styles)
    return f'<{tag}{rest} style="{declared}"{closing}>'


def _data(meta: dict[str, Any], name: str) -> str:
    """The chart's data as a table and as a CSV that opens without a network."""
    columns = [[row[i] for row in meta["rows"]] for i in range(len(meta["columns"]))]
    numbers = [[c for c in column if isinstance(c, int | float)] for column in columns]
    specs = [(column_spec(found) or ",~4") if found else "" for found in numbers]
    head = " ".join(
        f'<th scope="col"{" class=number" * bool(spec)}>{html.escape(c)}</th>'
        for c, spec in zip(meta["columns"], specs, strict=True)
    )
    words = _furniture(meta)
    marks = Separators(**words["separators"])
    body = "".join(
        "<tr>"
        + " ".join(_cell(cell, spec, marks) for cell, spec in zip(row, specs, strict=True))
        + "</tr> "
        for row in meta["rows"]
    )
    payload = base64.b64encode(csv_text(meta["columns"], meta["rows"]).encode()).decode()
    label = html.escape(words["data_of"].format(meta["title"]))
    return (
        f'<details class="chart-data"><summary>{html.escape(words["data"])}</summary>'
        f'<div class="data-table" role="region" tabindex="0" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead> <tbody>{body}</tbody></table></div>"
        f'<a download="{name}.csv" href="data:text/csv;base64,{payload}">'
        f"{html.escape(words['download'])}</a>"
        "</details>"
    )


def _furniture(meta: dict[str, Any]) -> dict[str, Any]:
    """What stands around the chart: in English unless the chart brings its own words."""
    return {**FURNITURE, **meta.get("furniture", {})}


def _cell(cell: Any, spec: str, separators: Separators = ENGLISH) -> str:
    """A cell; ``spec`` is the number format of its column, if that holds numbers."""
    if cell is None:
        return f"<td{' class=number' * bool(spec)}>–</td>"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f'<td class="number">{format_number(cell, spec, separators)}</td>'
    return f"<td>{html.escape(str(cell))}</td>"


def csv_text(columns: list[str], rows: list[list[Any]]) -> str:
    """The rows as CSV; text that a spreadsheet would run as a formula gets a quote before it.

    >>> csv_text(["a"], [["=1+1"], [2]])
    "a\\r\\n'=1+1\\r\\n2\\r\\n"
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_inert(c) for c in columns])
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def _inert(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA else cell
