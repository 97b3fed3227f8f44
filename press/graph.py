"""Graphs of arithmetic: what a published number was computed from, and computing it again.

A node is an input (a cell of ``data/``), a constant or an operation on other nodes. Nodes are
immutable and kept once: building the same expression twice gives the same node. Numbers that
build a graph while they are computed with are in ``press.numbers``.

Operations, all that another evaluator (the page) has to know:

``+ - * / // % ^``
    as in Python, two arguments (``//`` rounds down, ``%`` has the sign of the divisor)
``> >=``
    1 if it holds, else 0
``neg abs log exp floor``
    one argument; ``log`` is natural
``round signif``
    the number and how many decimals or significant digits; a half goes to the even digit
``sum min max median``
    one or more arguments
``var``
    an uncertain input: at its median from its parameters, in a simulation its draws
``with``
    its first argument; the others shaped the computation (a number of layers, a correlation)
    and cannot be changed in the graph
``unit``
    one argument, itself: says in which unit the number is from here on
``quantile``
    of a simulated model; see ``press.simulation``
"""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakValueDictionary

Memo = dict[Any, Any]


class GraphError(ValueError):
    """An expression that cannot be built, read or evaluated, in plain words."""


@dataclass(frozen=True, slots=True)
class Input:
    """Where a number was read: a fact's id, or ``table/row.column``; ``end`` of its range."""

    address: str
    unit: str | None = None
    end: str = "value"
    label: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the code: a bare literal, or one with a name, a unit and a reason."""

    name: str = ""
    unit: str | None = None
    reason: str = field(default="", compare=False)


class Drawn(Protocol):
    """What ``var`` and ``quantile`` nodes carry: how they are computed from their arguments."""

    def compute(self, node: Node, values: Mapping[Node, Any], memo: Memo) -> float:
        """The value, given those of every node beneath."""


class Node:
    """One node; equal nodes are the same object. Made by ``node``, never changed."""

    __slots__ = ("__weakref__", "args", "data", "op", "value")

    op: str
    args: tuple[Node, ...]
    value: float
    data: Any

    def __repr__(self) -> str:
        if self.op == "input":
            end = "" if self.data.end == "value" else f" ({self.data.end})"
            return f"{self.data.address}{end}"
        if self.op == "const":
            return self.data.name or f"{self.value:g}"
        return f"({self.op} {' '.join(map(repr, self.args))})"


def _median(*values: float) -> float:
    return statistics.median(values)


def _signif(value: float, digits: float) -> float:
    return float(f"{value:.{int(digits) - 1}e}")


def _round(value: float, decimals: float) -> float:
    return round(value, int(decimals))


def _power(base: float, exponent: float) -> float:
    found: float | complex = base**exponent
    if isinstance(found, complex):
        raise ValueError(f"{base:g} to the power of {exponent:g} is no real number")
    return found


def _same(value: float) -> float:
    return value


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "^": _power,
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    "neg": operator.neg,
    "abs": operator.abs,
    "log": math.log,
    "exp": math.exp,
    "floor": math.floor,
    "round": _round,
    "signif": _signif,
    "sum": lambda *values: sum(values),
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "median": _median,
    "unit": _same,
    "with": lambda value, *shaping: value,
}

_kept: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()


def node(op: str, args: Sequence[Node] = (), *, value: Any = None, data: Any = None) -> Node:
    """The node of an operation, or of an input or a constant that has the value ``value``.

    Raises
    ------
    GraphError
        If the operation has no finite result.
    """
    args = tuple(args)
    leaf = (type(value), value) if not args else None  # 1 and 1.0 are different constants
    key = (op, args, leaf, data)
    found = _kept.get(key)
    if found is not None:
        return found
    made = Node()
    made.op, made.args, made.data = op, args, data
    made.value = value if leaf else _compute(made, {a: a.value for a in args}, {}, {}, "")
    _kept[key] = made
    return made


_BARE = Constant()


def constant(value: float, name: str = "", unit: str | None = None, reason: str = "") -> Node:
    """A constant of the code; a bare literal has no name."""
    named = Constant(name, unit, reason) if name or unit else _BARE
    return node("const", value=value, data=named)


def source(value: float, place: Input) -> Node:
    """An input: the number that stands at ``place``."""
    return node("input", value=value, data=place)


def ordered(roots: Iterable[Node]) -> list[Node]:
    """All nodes beneath ``roots``, and themselves, each after its arguments."""
    done: dict[Node, None] = {}
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        at, ready = stack.pop()
        if at in done:
            continue
        if ready or not at.args:
            done[at] = None
            continue
        stack.append((at, True))
        stack.extend((a, False) for a in reversed(at.args) if a not in done)
    return list(done)


def inputs(*roots: Node) -> list[Node]:
    """The inputs that the nodes rest on, in the order in which they were used."""
    return [n for n in ordered(roots) if n.op == "input"]


def movable(*roots: Node) -> list[str]:
    """The addresses of the inputs that ``evaluate`` can change: all but what shaped the graph."""
    seen: dict[Node, None] = {}
    stack = list(reversed(roots))
    while stack:
        at = stack.pop()
        if at not in seen:
            seen[at] = None
            stack.extend(reversed(at.args[:1] if at.op == "with" else at.args))
    return list(dict.fromkeys(n.data.address for n in seen if n.op == "input"))


def addresses(*roots: Node) -> list[str]:
    """The places of ``inputs``, each once."""
    return list(dict.fromkeys(n.data.address for n in inputs(*roots)))


def evaluate(root: Node, changes: Mapping[str, float] | None = None, name: str = "") -> float:
    """The value of a node with other inputs.

    Parameters
    ----------
    root
        The node.
    changes
        New values by address. A value that is assumed has no range: it stands in for the input's
        low and high end too.
    name
        What to call the result in an error.

    Raises
    ------
    GraphError
        If there is no finite result; names the inputs that were changed.
    """
    return evaluate_all({name: root}, changes)[name]


def evaluate_all(
    roots: Mapping[str, Node], changes: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The values of named nodes with other inputs; what they share is computed once."""
    given = dict(changes or {})
    if not given:
        return {name: root.value for name, root in roots.items()}
    values: dict[Node, Any] = {}
    memo: Memo = {}
    for name, root in roots.items():
        for at in ordered_new(root, values):
            values[at] = value_of(at, values, given, memo, name)
    return {name: values[root] for name, root in roots.items()}


def ordered_new(root: Node, known: Mapping[Node, Any]) -> Iterator[Node]:
    """The nodes beneath ``root`` that are not yet known, each after its arguments."""
    stack: list[tuple[Node, bool]] = [(root, False)]
    listed: set[Node] = set()
    while stack:
        at, ready = stack.pop()
        if at in known or at in listed:
            continue
        if ready or not at.args:
            listed.add(at)
            yield at
            continue
        stack.append((at, True))
        stack.extend((a, False) for a in reversed(at.args))


def value_of(
    at: Node, values: Mapping[Node, Any], changes: Mapping[str, float], memo: Memo, name: str
) -> Any:
    """The value of one node whose arguments have values; unchanged ones are not computed."""
    if at.op == "input":
        return changes.get(at.data.address, at.value)
    if at.op == "const":
        return at.value
    if at.op == "quantile":  # draws can differ where the centre does not
        if not any(n.data.address in changes for n in inputs(*at.args)):
            return at.value
    elif all(values[a] is a.value for a in at.args[: 1 if at.op == "with" else None]):
        return at.value
    return _compute(at, values, changes, memo, name)


def _compute(
    at: Node, values: Mapping[Node, Any], changes: Mapping[str, float], memo: Memo, name: str
) -> Any:
    try:
        if at.op in ("quantile", "var"):
            found = at.data.compute(at, values, memo)
        else:
            found = OPERATIONS[at.op](*[values[a] for a in at.args])
        if not math.isfinite(found):
            raise OverflowError("the result is no finite number")
    except (ArithmeticError, ValueError) as error:
        raise GraphError(_told(at, values, changes, name, error)) from None
    return found


def _told(
    at: Node,
    values: Mapping[Node, Any],
    changes: Mapping[str, float],
    name: str,
    error: Exception,
) -> str:
    """Which result fails, why, and at which inputs."""
    divided = isinstance(error, ZeroDivisionError)
    blamed = at.args[1:2] if divided and len(at.args) == 2 else at.args
    places = addresses(*blamed)
    where = [f"{a} = {changes[a]:g}" for a in places if a in changes] or [
        f"{n.data.address} = {values.get(n, n.value):g}" for n in inputs(*blamed)[:3]
    ]
    why = "division by zero" if divided else str(error) or type(error).__name__
    what = f"figure {name!r}: " if name else ""
    return f"{what}{why}" + (f", with {', '.join(where)}" if where else "")
