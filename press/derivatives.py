"""Which input moves a number, and how far: derivatives by the reverse mode, and effects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from press.graph import GraphError, Node, evaluate, inputs, ordered


def gradient(root: Node) -> dict[str, float]:
    """The derivative of a node by the number at each address (its low and high end with it).

    Where a function has a step or a corner, the derivative is that of the piece it is on; that
    of a simulated quantile is its model's at the centre.
    """
    slopes: dict[Node, float] = {root: 1.0}
    found: dict[str, float] = {}
    for at in reversed(ordered([root])):
        slope = slopes.get(at, 0.0)
        if at.op == "input":
            found[at.data.address] = found.get(at.data.address, 0.0) + slope
        elif at.args and slope:
            for arg, part in zip(at.args, _slopes(at), strict=True):
                slopes[arg] = slopes.get(arg, 0.0) + slope * part
    return dict(reversed(found.items()))


def _slopes(at: Node) -> Sequence[float]:
    """The derivative of one node by each of its arguments."""
    v = [a.value for a in at.args]
    match at.op:
        case "+" | "sum" | "unit":
            return [1.0] * len(v)
        case "with":
            return [1.0] + [0.0] * (len(v) - 1)
        case "-":
            return [1.0, -1.0]
        case "*":
            return [v[1], v[0]]
        case "/":
            return [1 / v[1], -v[0] / v[1] ** 2]
        case "%":
            return [1.0, -float(v[0] // v[1])]
        case "^":
            by_base = v[1] * v[0] ** (v[1] - 1) if v[0] or v[1] >= 1 else 0.0
            return [by_base, at.value * math.log(v[0]) if v[0] > 0 else 0.0]
        case "neg":
            return [-1.0]
        case "abs":
            return [math.copysign(1.0, v[0])]
        case "log":
            return [1 / v[0]]
        case "exp":
            return [at.value]
        case "round" | "signif":
            return [1.0, 0.0]
        case "min" | "max":
            chosen = v.index(at.value)
            return [float(i == chosen) for i in range(len(v))]
        case "median":
            middle = sorted(range(len(v)), key=v.__getitem__)
            middle = middle[(len(v) - 1) // 2 : len(v) // 2 + 1]
            return [(i in middle) / len(middle) for i in range(len(v))]
        case "var":
            return [_nudged(at, i) for i in range(len(v))]
        case "quantile":  # to first order an interval moves as its model does
            return [1.0] + [0.0] * (len(v) - 1)
        case "floor" | "//" | ">" | ">=":
            return [0.0] * len(v)
    raise GraphError(f"a {at.op} has no derivative here; take that of its model at the centre")


def _nudged(at: Node, which: int) -> float:
    """The derivative of an uncertain input's median by one of its parameters, by differences."""
    value = at.args[which].value
    step = 1e-6 * abs(value) or 1e-9
    found = []
    for moved in (value - step, value + step):
        try:
            given = {a: moved if i == which else a.value for i, a in enumerate(at.args)}
            found.append(at.data.compute(at, given, {}))
        except GraphError:  # weights must add up
            return 0.0
    return float(found[1] - found[0]) / (2 * step)


def effects(
    root: Node, ranges: Mapping[str, tuple[float, float]] | None = None, otherwise: float = 0.1
) -> list[tuple[str, float, float]]:
    """How far each input moves a node, the strongest first: address, value at its low and high.

    An input goes through its own range where ``ranges`` has one, else 10 % down and up. An end
    at which the node has no value counts as no move.
    """
    rows = []
    for at in {n.data.address: n for n in inputs(root)}.values():
        low, high = (ranges or {}).get(at.data.address) or (
            at.value * (1 - otherwise),
            at.value * (1 + otherwise),
        )
        ends = []
        for end in (low, high):
            try:
                ends.append(evaluate(root, {at.data.address: end}))
            except GraphError:
                ends.append(root.value)
        rows.append((at.data.address, ends[0], ends[1]))
    return sorted(rows, key=lambda row: -abs(row[2] - row[1]))
