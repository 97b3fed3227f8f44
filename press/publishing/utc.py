"""Charts whose dates are the same in every time zone.

JavaScript reads ``2025-01-13`` as midnight in Greenwich and shows it in the reader's zone, where it
may be the day before. Here every date of a chart is read, placed and printed in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

DAY = {"timeUnit": "utcyearmonthdate", "format": "%-d %B %Y"}
_NO_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")


def in_utc(spec: dict[str, Any]) -> dict[str, Any]:
    """The Vega-Lite specification with all dates in UTC.

    A tooltip of a field that is a date elsewhere prints it as one, not as milliseconds.

    >>> x, tip = {"field": "d", "type": "temporal"}, {"field": "d", "type": "nominal"}
    >>> data = [{"d": "2025-01-13T00:00:00"}]
    >>> made = in_utc({"encoding": {"x": x, "tooltip": [tip]}, "data": data})
    >>> made["encoding"]["x"]["scale"], made["encoding"]["tooltip"][0]["timeUnit"]
    ({'type': 'utc'}, 'utcyearmonthdate')
    >>> made["data"]
    [{'d': '2025-01-13T00:00:00Z'}]
    """
    temporal = {c["field"] for _, c in _channels(spec) if c.get("type") == "temporal"}
    found: dict[str, Any] = _in_utc(spec, temporal)
    return found


def _in_utc(part: Any, temporal: set[str]) -> Any:
    if isinstance(part, list):
        return [_in_utc(item, temporal) for item in part]
    if isinstance(part, str):
        return f"{part}Z" if _NO_ZONE.fullmatch(part) else part
    if not isinstance(part, dict):
        return part
    made = {key: _in_utc(item, temporal) for key, item in part.items()}
    for name, channel in _own(made):
        if channel.get("field") not in temporal:
            continue
        if name in ("x", "y"):
            channel["scale"] = {"type": "utc", **(channel.get("scale") or {})}
        elif name in ("tooltip", "text"):
            channel |= {**DAY, **channel, "type": "temporal"}
    return made


def _channels(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every encoded field of a specification, with the name of its channel."""
    if isinstance(part, list):
        for item in part:
            yield from _channels(item)
    elif isinstance(part, dict):
        yield from ((name, channel) for name, channel in _own(part) if "field" in channel)
        for key, item in part.items():
            if key not in ("datasets", "data"):
                yield from _channels(item)


def _own(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    encoding = part.get("encoding")
    for name, channel in encoding.items() if isinstance(encoding, dict) else ():
        for single in channel if isinstance(channel, list) else [channel]:
            if isinstance(single, dict):
                yield name, single
