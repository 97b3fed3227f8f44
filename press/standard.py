"""The standard of every chart, held to by ``press.theme.finish``: what is drawn is also said.

No chart has a legend. What a colour, a shape or a dash tells apart stands in words on the chart or
in its unit; a range says its ends; blue, amber and purple are evidence and are called so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from press.tokens import COLOURS

EVIDENCE = ("documented", "inferred", "claimed")
"""What blue, amber and purple say, and they say nothing else."""
TOLD_APART = ("color", "fill", "stroke", "shape", "strokeDash")
SAID = ("text", "x", "y", "row", "column")
"""Channels whose words a reader sees: labels on the plot, of rows and of panels."""

Spec = Mapping[str, Any]


def faults(spec: Spec, unit: str) -> list[str]:
    """What a Vega-Lite specification lacks; the words of its title do not count.

    >>> bar = {"mark": "bar", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
    >>> for fault in faults({**bar, "data": {"values": [{"a": 1}]}}, ""): print(fault)
    it has no unit; give an axis of numbers a title, or finish(..., unit=...)
    it has no word on the plot: label the marks, or note what happened
    """
    units = list(views(spec))
    words = [*(word for view in units for word in _words(view, spec)), unit]
    said = "\n".join(words).lower()
    found = [] if unit.strip() else [
        "it has no unit; give an axis of numbers a title, or finish(..., unit=...)"
    ]  # fmt: skip
    if not any(_mark(view) == "text" for view in units):
        found.append("it has no word on the plot: label the marks, or note what happened")
    named = {name for view in units for name in _categories(view, spec)}
    found += [
        f"it tells {name!r} apart and says it nowhere: label its marks, or name it in the unit"
        for name in sorted(named)
        if name.lower() not in said
    ]
    drawn = json.dumps({k: v for k, v in spec.items() if k not in ("config", "usermeta")})
    paired = _paired(units)
    found += [
        f"it uses the colour of {token} evidence without the word: say it, or use another colour"
        for token in EVIDENCE
        if COLOURS[token] in drawn and COLOURS[token] not in paired and token not in said
    ]
    texts = [view for view in units if _mark(view) == "text"]
    written = "\n".join(word for view in texts for word in _words(view, spec)) + unit
    if any(_ranges(view, spec) for view in units) and not re.search("–| to ", written):
        found.append("it draws a range and prints its ends nowhere, as in 16–81")
    return found


def measured(spec: dict[str, Any]) -> str:
    """The title of the axis of numbers, the upright one first, taken off its axis: the unit."""
    for channel in ("y", "x"):
        taken = ""
        for view in views(spec):
            found = view.get("encoding", {}).get(channel)
            if not found or found.get("type") != "quantitative":
                continue
            if title := found.get("title"):
                taken = taken or (title if isinstance(title, str) else " ".join(title))
        if taken:
            untitled(spec, channel)
            return taken
    return ""


def untitled(spec: dict[str, Any], channel: str) -> None:
    """Take the titles off one axis."""
    for view in views(spec):
        found = view.get("encoding", {}).get(channel)
        if found and (found.get("field") or "datum" in found):
            found["title"] = None


def views(spec: Any, data: Any = None) -> Iterator[dict[str, Any]]:
    """Every view with one mark, with the data that it has or inherits."""
    data = spec.get("data", data)
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for part in spec.get(key, ()):
            yield from views(part, data)
    if "spec" in spec:
        yield from views(spec["spec"], data)
    if "mark" in spec:
        yield {**spec, "data": data}  # its codings are the chart's own


def _mark(view: Spec) -> str:
    mark = view["mark"]
    return str(mark if isinstance(mark, str) else mark["type"])


def _rows(view: Spec, spec: Spec) -> Sequence[Mapping[str, Any]]:
    data = view.get("data") or {}
    rows: Sequence[Mapping[str, Any]] = data.get("values") or spec.get("datasets", {}).get(
        data.get("name"), ()
    )
    return rows


def _words(view: Spec, spec: Spec) -> Iterator[str]:
    rows = _rows(view, spec)
    mark = view["mark"]
    yield from _listed(mark.get("text") if isinstance(mark, dict) else None)
    for channel in SAID:
        coding = view.get("encoding", {}).get(channel) or {}
        yield from _listed(coding.get("value"))
        yield from _listed(coding.get("title"))
        if not (name := coding.get("field")):
            continue
        known = any(name in row for row in rows)  # otherwise computed from the row's words
        for row in rows:
            yield from (
                [str(row.get(name))] if known else [v for v in row.values() if isinstance(v, str)]
            )


def _listed(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [value] * isinstance(value, str)


def _categories(view: Spec, spec: Spec) -> Iterator[str]:
    for channel in TOLD_APART:
        coding = view.get("encoding", {}).get(channel) or {}
        if (name := coding.get("field")) and coding.get("type") != "quantitative":
            yield from {str(row[name]) for row in _rows(view, spec) if name in row}


def _paired(units: Sequence[Spec]) -> set[str]:
    """Colours that a scale gives to names; the names are looked for themselves."""
    scales = [
        coding.get("scale") or {}
        for view in units
        for channel in TOLD_APART
        if isinstance(coding := view.get("encoding", {}).get(channel), dict)
    ]
    evidence = [COLOURS[token] for token in EVIDENCE]
    return {c for s in scales if s.get("range") == evidence for c in s["range"]}


def _ranges(view: Spec, spec: Spec) -> bool:
    """Whether a view draws from one column to another, and somewhere they differ."""
    coding = view.get("encoding", {})
    for one in ("x", "y"):
        start, end = ((coding.get(channel) or {}).get("field") for channel in (one, f"{one}2"))
        if start and end:
            return any(row.get(start) != row.get(end) for row in _rows(view, spec))
    return False
