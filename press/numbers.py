"""Numbers that remember: a float and an int that build a graph while they are computed with.

``Number`` behaves as the float that it is. Arithmetic on it gives another ``Number`` whose
``node`` says how; comparisons give plain truth values. What takes a number out of the graph
(``float()``, an array of NumPy) is noted: see ``losses``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar, cast

from press.graph import GraphError, Input, Node, addresses, constant, node, source

Value = TypeVar("Value", bound=float)

_losses: list[set[str]] = []


@contextmanager
def losses() -> Iterator[set[str]]:
    """The addresses of numbers that leave the graph inside the block.

    >>> with losses() as lost:
    ...     plain = float(read(2.0, "V3-009", "USD/GPU-hour"))
    >>> lost
    {'V3-009'}
    """
    lost: set[str] = set()
    _losses.append(lost)
    try:
        yield lost
    finally:
        _losses.pop()


def _note(*nodes: Node) -> None:
    for lost in _losses:
        lost.update(addresses(*nodes))


def _binary(op: str, swapped: bool = False) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        right = node_of(other)
        if right is None:
            return NotImplemented
        pair = (right, self.node) if swapped else (self.node, right)
        return combined(op, *pair)

    return method


_NEUTRAL = {"+": (0.0, True), "-": (0.0, False), "*": (1.0, True), "/": (1.0, False)}
"""The constant that changes nothing on the right, and whether it also may stand on the left."""


def combined(op: str, left: Node, right: Node) -> Number | Integer:
    """The result of an operation; the 0 with which ``sum()`` begins leaves no trace."""
    if op in _NEUTRAL:
        neutral, either = _NEUTRAL[op]
        if _is(right, neutral):
            return _kept(left, right)
        if either and _is(left, neutral):
            return _kept(right, left)
    if op == "*" and right.op == "/" and _is(right.args[0], 1.0):  # a × (1 ÷ b)
        return combined("/", left, right.args[1])
    if op == "^" and (_is(right, 0.0) or _is(right, 1.0)):
        return traced(left if right.value else constant(type(left.value)(1)))
    return traced(node(op, (left, right)))


def _is(side: Node, neutral: float) -> bool:
    return side.op == "const" and not side.data.name and side.value == neutral


def _kept(side: Node, dropped: Node) -> Number | Integer:
    """One side alone; a float if the other side was one, as in arithmetic."""
    whole = isinstance(side.value, int) and isinstance(dropped.value, int)
    return traced(side) if whole or isinstance(side.value, float) else Number(side)


class _Traced:
    """What both kinds of numbers share."""

    node: Node
    __array_priority__ = 100

    __add__, __radd__ = _binary("+"), _binary("+", True)
    __sub__, __rsub__ = _binary("-"), _binary("-", True)
    __mul__, __rmul__ = _binary("*"), _binary("*", True)
    __truediv__, __rtruediv__ = _binary("/"), _binary("/", True)
    __floordiv__, __rfloordiv__ = _binary("//"), _binary("//", True)
    __mod__, __rmod__ = _binary("%"), _binary("%", True)
    __pow__, __rpow__ = _binary("^"), _binary("^", True)

    def __neg__(self) -> Any:
        return traced(node("neg", (self.node,)))

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return traced(node("abs", (self.node,)))

    def __floor__(self) -> Any:
        return traced(node("floor", (self.node,)))

    def __ceil__(self) -> Any:
        return -((-self).__floor__())

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None:  # to a whole number
            return traced(node("floor", (node("round", (self.node, constant(0))),)))
        return traced(node("round", (self.node, constant(digits))))

    def __float__(self) -> float:
        _note(self.node)
        return float(self.node.value)

    def __reduce__(self) -> Any:
        """Copies and pickles are plain numbers: a graph stays where it was built."""
        return type(self.node.value), (self.node.value,)

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        """NumPy on single numbers stays in the graph; on arrays it is noted as a loss."""
        same = _UFUNCS.get(ufunc.__name__)
        if method == "__call__" and same and not options:
            nodes = [node_of(_scalar(x)) for x in given]
            if all(nodes):
                return traced(node(same, [n for n in nodes if n is not None]))
        _note(*(x.node for x in given if isinstance(x, _Traced)))
        return getattr(ufunc, method)(*map(plain, given), **options)


_UFUNCS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "floor_divide": "//",
    "remainder": "%",
    "power": "^",
    "negative": "neg",
    "absolute": "abs",
    "log": "log",
    "exp": "exp",
    "floor": "floor",
    "minimum": "min",
    "maximum": "max",
}


class Number(_Traced, float):  # type: ignore[misc]
    """A float with its graph.

    >>> price = read(2.0, "V3-009", "USD/GPU-hour")
    >>> cost = 2_788_000 * price
    >>> cost, cost.node
    (5576000.0, (* 2.788e+06 V3-009))
    """

    def __new__(cls, made: Node) -> Number:
        if not isinstance(made, Node):  # as ``type(x)(y)`` in a library: a plain number
            return float(made)
        self = super().__new__(cls, made.value)
        self.node = made
        return self


class Integer(_Traced, int):  # type: ignore[misc]
    """A whole number with its graph; counts, indexes and ranges as any other does.

    >>> layers = read(61, "model_configs/v3:layers.value", "1")
    >>> len(range(layers)), (layers - 3).node
    (61, (- model_configs/v3:layers.value 3))
    """

    def __new__(cls, made: Node) -> Integer:
        if not isinstance(made, Node):
            return int(made)
        self = super().__new__(cls, made.value)
        self.node = made
        return self


def traced(made: Node) -> Number | Integer:
    """The number of a node: whole if its value is."""
    return Integer(made) if isinstance(made.value, int) else Number(made)


def read(
    value: float, address: str, unit: str | None = None, end: str = "value", label: str = ""
) -> Any:
    """An input: the number that stands at an address of ``data/``, or an end of its range."""
    return traced(source(value, Input(address, unit, end, label)))


class Dated(str):
    """A date in words that remembers where it stands; ``day`` makes a number of it."""

    address: str

    def __new__(cls, text: str, address: str) -> Dated:
        self = super().__new__(cls, text)
        self.address = address
        return self

    def __reduce__(self) -> Any:
        return Dated, (str(self), self.address)


def day(text: str) -> float:
    """A date as a count of days; the middle of the month or year where only that is known.

    >>> day("2025-01-27") - day("2024-12"), (day(Dated("2025-01-27", "A.date")) - 2).node
    (43, (- A.date 2))
    """
    full = text + {4: "-07-01", 7: "-15"}.get(len(text), "")
    count = date.fromisoformat(full).toordinal()
    return read(count, text.address, "date") if isinstance(text, Dated) else count


def named(value: Value, name: str, unit: str, reason: str = "") -> Value:
    """A constant with a name and a unit: ``named(8766, "hours in a year", "hour/year")``."""
    return cast(Value, traced(constant(value, name, unit, reason)))


def _scalar(value: Any) -> Any:
    """A scalar of numpy as Python's own; numpy is not imported where nobody has."""
    numpy = sys.modules.get("numpy")
    return value.item() if numpy is not None and isinstance(value, numpy.generic) else value


def node_of(value: Any) -> Node | None:
    """The node of a number; a bare literal becomes a constant, anything else has none."""
    if isinstance(value, _Traced):
        return value.node
    if isinstance(value, bool):
        return constant(int(value))
    if not isinstance(value, int | float):
        return None
    return constant(_scalar(value))


def is_traced(value: Any) -> bool:
    """Whether a number carries its graph."""
    return isinstance(value, _Traced)


def plain(value: Any) -> Any:
    """The number without its graph, on purpose: nothing is noted."""
    return value.node.value if isinstance(value, _Traced) else value


def number(value: Any) -> float:
    """A float, like ``float(value)``, that stays in the graph."""
    if isinstance(value, Integer):
        return Number(value.node)
    return value if isinstance(value, Number) else float(value)


def whole(value: Any) -> int:
    """A whole number, like ``int(value)``, that stays in the graph."""
    if isinstance(value, Integer) or not isinstance(value, Number):
        return value if isinstance(value, Integer) else int(value)
    if not value.is_integer():
        raise GraphError(f"found {value:g}, expected a whole number")
    return Integer(node("floor", (value.node,)))


def shaped(value: Value, *shaping: Any) -> Value:
    """The same number, with what shaped its computation among its inputs.

    A number of layers that became a loop, a correlation that became a matrix: its row is an
    input, but a graph cannot follow a change of it.
    """
    because = [x.node for x in shaping if isinstance(x, _Traced)]
    made = node_of(value)
    if not because or made is None:
        return value
    return cast(Value, traced(node("with", (made, *dict.fromkeys(because)))))


def in_unit(value: Value, unit: str) -> Value:
    """The same number, said to be in a unit from here on: a count of FLOPs becomes FLOPs."""
    if not isinstance(value, _Traced):
        return value
    return traced(node("unit", (value.node,), data=unit))
