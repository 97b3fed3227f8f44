"""The arithmetic of a number in one line: 2,788,000 GPU-hours × $2 = $5.576M.

Read from the graph with the numbers in it. As much is spelt out as fits in ``TERMS`` terms, from
the outside in; what lies deeper stands as its value, and a figure of its own always does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from press.formats import MINUS, RAISED, default_spec, format_number
from press.graph import Node
from press.simulation import centre

TERMS = 6
"""No line has more terms than a reader takes in."""
LISTED = 4
"""Of a longer list the first two and the last are shown."""

Units = Mapping[Node, str]

_SIGNS = {
    "+": " + ",
    "-": f" {MINUS} ",
    "*": " × ",
    "/": " ÷ ",
    "//": " ÷ ",
    "%": " mod ",
    "^": "^",
}
_RANKS = {
    "+": 1,
    "-": 1,
    "sum": 1,
    "*": 2,
    "/": 2,
    "//": 2,
    "%": 2,
    "neg": 3,
    "^": 4,
    ">": 0,
    ">=": 0,
}
_WORDS = {
    "min": "least of ",
    "max": "greatest of ",
    "median": "median of ",
    "log": "ln ",
    "exp": "e^",
    "floor": "whole part of ",
    "abs": "size of ",
}
_CLEAR = ("unit", "with", "round", "signif")
"""Operations that a reader need not see."""
_DRAWN = ("quantile", "var")
"""What stands as its value: no line of arithmetic says how it is drawn."""


def arithmetic(root: Node, unit: str, figures: Units | None = None) -> str:
    """How a number comes about.

    Parameters
    ----------
    root
        The number's graph.
    unit
        Its unit.
    figures
        Units of the nodes that are figures of their own; these are not taken apart.

    Examples
    --------
    >>> from press.numbers import read
    >>> cost = read(2_788_000.0, "V3-004", "GPU-hour") * read(2.0, "V3-009", "USD/GPU-hour")
    >>> arithmetic(cost.node, "USD")
    '2,788,000 GPU-hours × $2 = $5.576M'
    """
    known = {_seen(made): its for made, its in (figures or {}).items() if _seen(made).args}
    top = _seen(centre(root))
    result = term(root.value, unit)
    if not top.args or top.op in _DRAWN:
        return result
    shown = _opened(top, known)
    text = _text(top, shown, known)
    sign = "≈" if abs(root.value - top.value) > 1e-9 * abs(root.value) else "="
    return f"{text} {sign} {result}"


def term(value: float, unit: str | None) -> str:
    """A number with its unit, shortly: prices lose what they are for, counts keep their name.

    >>> term(2.0, "USD/GPU-hour"), term(0.19, "share"), term(2048, "GPU"), term(1, "person")
    ('$2', '19\\u202f%', '2,048 GPUs', '1 person')
    """
    unit = unit or "1"
    if unit == "date":
        return date.fromordinal(int(value)).isoformat()
    spec = default_spec("1" if unit == "ratio" else unit, value)
    number = format_number(value, f",{spec}" if 1e3 <= abs(value) < 1e4 and spec == "~4" else spec)
    number = re.sub(r"(\.\d*?)0+(?=\D|$)", r"\1", number)  # zeros that say nothing
    number = re.sub(r"\.(?=\D|$)", "", number)
    if unit in ("1", "share", "ratio") or unit.startswith("USD") or "/" in unit:
        return number
    many = _MANY.get(unit) or (
        unit + "s" if re.fullmatch("[a-z]{2,}|GPU|GPU-hour|FLOP", unit) else unit
    )
    return f"{number} {unit if value == 1 else many}"


_MANY = {"person": "people", "copy": "copies"}


def _seen(at: Node) -> Node:
    """The node that is printed: without roundings, and without “1 year” that only has a unit."""
    while True:
        if at.op in _CLEAR or (at.op in ("*", "/") and _one(at.args[1])):
            at = at.args[0]
        elif at.op == "*" and _one(at.args[0]):
            at = at.args[1]
        else:
            return at


def _holds(at: Node) -> bool:
    """Whether a number is 1 where a condition, or each of several, holds."""
    return at.op in (">", ">=") or (at.op == "*" and all(_holds(_seen(a)) for a in at.args))


def _one(at: Node) -> bool:
    return at.op == "const" and at.value == 1 and bool(at.data.name)


def _parts(at: Node) -> list[Node]:
    """What is printed of a node's arguments."""
    parts = [_seen(a) for a in at.args]
    return parts if len(parts) <= LISTED else [parts[0], parts[1], parts[-1]]


def _opened(top: Node, known: Units) -> set[Node]:
    """The nodes that are spelt out, level by level, as long as the line stays short."""
    opened = {top}
    queue = [top]
    for at in queue:
        for part in _parts(at):
            long = len(part.args) > LISTED and at is not top
            if part in opened or not part.args or part.op in _DRAWN or part in known or long:
                continue
            if _count(top, {*opened, part}) <= TERMS:
                opened.add(part)
                queue.append(part)
    return opened


def _count(at: Node, opened: set[Node]) -> int:
    return sum(_count(p, opened) for p in _parts(at)) if at in opened else 1


def _text(at: Node, opened: set[Node], known: Units) -> str:
    if at not in opened:
        return _literal(at) or term(at.value, known.get(at) or _unit(at))
    if at.op == "sum" and all(_holds(_seen(a)) for a in at.args):
        return f"{at.value:g} of {len(at.args)}"
    parts = _parts(at)
    texts = [_text(p, opened, known) for p in parts]
    more = len(at.args) - len(parts)
    if at.op == "neg":
        return MINUS + _wrapped(parts[0], texts[0], 3, opened)
    if at.op in _SIGNS:
        rank = _RANKS[at.op]
        left = _wrapped(parts[0], texts[0], rank + (at.op == "^"), opened)
        right = _wrapped(parts[1], texts[1], rank + (at.op in "-///%^"), opened)
        return left + _SIGNS[at.op] + right
    if at.op == "sum":
        if more:
            texts[1:] = [texts[1], f"… ({more} more)", texts[2]]
        return " + ".join(texts)
    if more:
        texts[1:] = [texts[1], f"… ({more} more)", texts[2]]
    return f"{_WORDS.get(at.op, at.op + ' ')}({', '.join(texts)})"


def _literal(at: Node) -> str:
    """A number of the code as it is written there; nothing for other nodes."""
    if at.op != "const" or at.data.unit is not None:
        return ""
    power = f"{at.value:.0e}".partition("e-")
    if 0 < at.value < 1e-3 and float(f"{at.value:.0e}") == at.value and power[0] == "1":
        return f"10{'⁻' + str(int(power[2])).translate(RAISED)}"
    return f"{at.value:g}" if abs(at.value) < 1e3 else ""


def _wrapped(part: Node, text: str, rank: int, opened: set[Node]) -> str:
    """In brackets where the sign outside binds more tightly, or a minus would follow a sign."""
    weak = part in opened and _RANKS.get(part.op, 9) < rank
    return f"({text})" if weak or text.startswith(MINUS) else text


def _unit(at: Node) -> str | None:
    if at.op == "var":  # the unit of its low end
        return _unit(at.args[2 if at.data.shape == "mixture" else 0])
    unit: str | None = at.data.unit if at.op in ("input", "const") else None
    return unit
