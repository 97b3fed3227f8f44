"""Graphs as one compact JSON, for the page and for tools: what is shared is written once.

.. code-block:: text

   {"inputs":    [[address, value, unit, end], ...],       end: 0 value, 1 low, 2 high
    "constants": [value | [value, name, unit], ...],
    "nodes":     [[op, a, b, ...], ...],
    "sampling":  [[correlation, [power, seed]], ...],
    "units":     [unit, ...],
    "roots":     {key: [value, low, high] | [value]}}

Numbers a, b, ... count through inputs, constants and nodes, in this order, from 0; a node uses
only what stands before it. A ``var`` is ``["var", shape, probability, name, parameter, ...]``, a
``quantile`` ``["quantile", sampling, probability, model, var, var, ...]`` with one dimension of the
points for each var, a ``unit`` ``["unit", a, unit]``. Units are numbers into ``units``; -1 means
unknown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from press.graph import (
    OPERATIONS,
    GraphError,
    Node,
    constant,
    node,
    ordered,
    source,
)
from press.graph import Input as Place
from press.simulation import Points, Simulation, Symbol

ENDS = ("value", "low", "high")
Roots = Mapping[str, Sequence[Node]]


def dumps(roots: Roots) -> str:
    """The graphs of named results, each a value and perhaps its low and high end."""
    nodes = ordered(root for ends in roots.values() for root in ends)
    leaves = [n for n in nodes if n.op == "input"]
    constants = [n for n in nodes if n.op == "const"]
    inner = [n for n in nodes if n.args]
    index = {n: i for i, n in enumerate((*leaves, *constants, *inner))}
    units: dict[str, int] = {}
    sampling: dict[tuple[Any, ...], int] = {}

    def unit(name: str | None) -> int:
        return -1 if name is None else units.setdefault(name, len(units))

    data = {
        "inputs": [
            [n.data.address, n.value, unit(n.data.unit), ENDS.index(n.data.end)] for n in leaves
        ],
        "constants": [
            [n.value, n.data.name, unit(n.data.unit)] if n.data.name else n.value for n in constants
        ],
        "nodes": [_written(n, index, sampling, unit) for n in inner],
        "sampling": [[rows, [points.power, points.seed]] for rows, points in sampling],
        "units": list(units),
        "roots": {key: [index[n] for n in ends] for key, ends in roots.items()},
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _written(
    at: Node, index: Mapping[Node, int], sampling: dict[tuple[Any, ...], int], unit: Any
) -> list[Any]:
    args = [index[a] for a in at.args]
    if at.op == "quantile":
        s = at.data
        key = (s.correlation, s.points)
        return ["quantile", sampling.setdefault(key, len(sampling)), s.probability, *args]
    if at.op == "unit":
        return ["unit", *args, unit(at.data)]
    if at.op == "var":
        return ["var", at.data.shape, at.data.probability, at.data.name, *args]
    return [at.op, *args]


def loads(text: str) -> dict[str, tuple[Node, ...]]:
    """The named graphs of a JSON that ``dumps`` wrote.

    Raises
    ------
    GraphError
        If the text is no such JSON, if an operation is unknown, or if a node uses one that does
        not stand before it (a cycle).
    """
    try:
        data = json.loads(text)
        units = [*data["units"], None]
        made = [
            source(value, Place(address, units[unit], ENDS[end]))
            for address, value, unit, end in data["inputs"]
        ]
        for row in data["constants"]:
            value, name, unit = row if isinstance(row, list) else (row, "", -1)
            made.append(constant(value, name, units[unit]))
        for row in data["nodes"]:
            made.append(_read(row, made, data["sampling"], units))
        return {key: tuple(made[i] for i in ends) for key, ends in data["roots"].items()}
    except GraphError:
        raise
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise GraphError(f"this is no graph as dumps() writes it: {error!r}") from None


def _read(row: list[Any], made: list[Node], sampling: list[Any], units: list[str | None]) -> Node:
    op, *rest = row
    if op == "quantile":
        which, probability, *rest = rest
        rows, points = sampling[which]
        fixed = Simulation(tuple(map(tuple, rows)), Points(*points), probability)
        return node("quantile", _before(rest, made), data=fixed)
    if op == "var":
        shape, probability, name, *rest = rest
        return node("var", _before(rest, made), data=Symbol(name, shape, probability))
    if op == "unit":
        return node("unit", _before(rest[:1], made), data=units[rest[1]])
    if op not in OPERATIONS:
        raise GraphError(f"found operation {op!r}, expected one of {' '.join(OPERATIONS)}")
    return node(op, _before(rest, made))


def _before(places: list[int], made: list[Node]) -> list[Node]:
    for place in places:
        if not 0 <= place < len(made):
            raise GraphError(
                f"node {len(made)} uses node {place}, which does not stand before it: a cycle"
            )
    return [made[place] for place in places]


def duplicates(roots: Roots) -> list[tuple[str, ...]]:
    """Groups of keys with one and the same graph, where a × b and b × a are the same."""
    ids: dict[Any, int] = {}
    known: dict[Node, int] = {}
    for at in ordered(root for ends in roots.values() for root in ends):
        args: Any = tuple(known[a] for a in at.args)
        if at.op in ("+", "*", "sum", "min", "max", "median"):
            args = tuple(sorted(args))
        leaf = None if at.args else at
        known[at] = ids.setdefault((at.op, args, at.data, leaf), len(ids))
    groups: dict[tuple[int, ...], list[str]] = {}
    for key, ends in roots.items():
        groups.setdefault(tuple(known[n] for n in ends), []).append(key)
    return [tuple(keys) for keys in groups.values() if len(keys) > 1]
