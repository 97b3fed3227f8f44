"""Functions of numbers that keep the graph: use these in place of ``math``, ``min``, ``sum``.

They take plain numbers too and then give plain ones; the elementary ones take arrays as well.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable, Iterable
from typing import Any, cast

from press.graph import Node, constant, node
from press.numbers import Value, combined, is_traced, node_of, traced


def _function(op: str, value: Any, otherwise: Callable[[float], float]) -> Any:
    if is_traced(value):
        return traced(node(op, (value.node,)))
    return getattr(sys.modules["numpy"], op)(value) if _is_array(value) else otherwise(value)


def _is_array(value: Any) -> bool:
    """Whether a value is an array, without importing numpy where nobody has."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def log(value: Any) -> Any:
    """The natural logarithm of a number or an array."""
    return _function("log", value, math.log)


def exp(value: Any) -> Any:
    """The exponential of a number or an array."""
    return _function("exp", value, math.exp)


def sqrt(value: Any) -> Any:
    """The square root of a number or an array."""
    return value**0.5


def significant(value: Any, digits: int) -> Any:
    """The number rounded to significant digits.

    >>> significant(5_576_432.0, 4)
    5576000.0
    """
    made = node("signif", [n for n in (node_of(value), node_of(digits)) if n])
    return traced(made) if is_traced(value) else made.value


def _many(op: str, values: Iterable[Any], otherwise: Callable[[list[Any]], Any]) -> Any:
    listed = list(values)
    if not any(map(is_traced, listed)):
        return otherwise(listed)
    nodes = [node_of(value) for value in listed]
    if None in nodes:
        raise TypeError(f"{op} of {listed!r}: expected numbers")
    return traced(node(op, [n for n in nodes if n]))


def minimum(*values: Value) -> Value:
    """The least of numbers or arrays: a graph that chooses anew, unlike ``min()``."""
    if any(map(_is_array, values)):
        import numpy as np

        return cast(Value, np.minimum.reduce(np.broadcast_arrays(*values)))
    return values[0] if len(values) == 1 else cast(Value, _many("min", values, min))


def maximum(*values: Value) -> Value:
    """The greatest of numbers or arrays: a graph that chooses anew, unlike ``max()``."""
    if any(map(_is_array, values)):
        import numpy as np

        return cast(Value, np.maximum.reduce(np.broadcast_arrays(*values)))
    return values[0] if len(values) == 1 else cast(Value, _many("max", values, max))


def median(values: Iterable[float]) -> float:
    """The middle of the sorted numbers, or the mean of the two in the middle."""
    return cast(float, _many("median", values, statistics.median))


def total(values: Iterable[Value]) -> Value:
    """The sum; what occurs many times is counted: 58 equal layers are 58 × one layer.

    >>> from press.numbers import read
    >>> layer = read(11, "config.layer", "1")
    >>> total([layer] * 58).node
    (* 58 config.layer)
    """
    listed = list(values)
    if not any(map(is_traced, listed)):
        return cast(Value, sum(listed))
    counts: dict[Node, int] = {}
    for value in listed:
        made = node_of(value)
        if made is None:
            raise TypeError(f"the sum of {listed!r}: expected numbers")
        counts[made] = counts.get(made, 0) + 1
    terms = [_term(combined("*", constant(n), made).node) for made, n in counts.items()]
    kept = [term for term in terms if term is not None]
    if not kept:
        return cast(Value, 0)
    return cast(Value, traced(kept[0] if len(kept) == 1 else node("sum", kept)))


def above(value: float, limit: float, *, at_least: bool = False) -> int:
    """1 if a number is above a limit (or reaches it), else 0: counts that follow their inputs.

    >>> total(above(gain, 0) for gain in (0.4, -1.2, 3.0))
    2
    """
    if not is_traced(value) and not is_traced(limit):
        return int(value >= limit if at_least else value > limit)
    return cast(int, _many(">=" if at_least else ">", (value, limit), bool))


def _term(term: Node) -> Node | None:
    """Nothing for a bare 0, which adds nothing to a sum."""
    return None if term.op == "const" and not term.data.name and term.value == 0 else term


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean."""
    listed = list(values)
    return total(listed) / len(listed)
