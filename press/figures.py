"""The registry: every published number, by key.

A figure is a small pure function of the facts in a module of the subject’s ``figures``. Evaluating
it records the facts that it reads, so that inputs are never typed.
"""

from __future__ import annotations

import difflib
import fnmatch
import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any, TypeVar, cast

from press import subject
from press.arithmetic import arithmetic
from press.derivatives import gradient
from press.estimate import Estimate
from press.facts import Facts
from press.graph import Node, ordered
from press.graph import inputs as inputs_of
from press.numbers import is_traced, node_of, number, plain
from press.simulation import centre
from press.tables import EVIDENCE, DataError

FigureFunction = Callable[[Facts], "Estimate | float"]
Function = TypeVar("Function", bound=FigureFunction)

STANDING = {
    "primary": "documented",
    "derived": "inferred",
    "analyst": "inferred",
    "press": "claimed",
    "unverified": "claimed",
}
"""What a figure's weakest input makes it: the three colours of the report."""
_WORST = sorted(
    EVIDENCE, key=lambda g: (tuple(STANDING.values()).index(STANDING[g]), EVIDENCE.index(g))
)
"""The grades by what they do to a figure: a press relay weighs more than a derivation."""


class FigureError(ValueError):
    """A figure that cannot be computed: says which, where, why, and what it read last."""

    def __init__(self, found: Definition, facts: Facts, error: Exception) -> None:
        last = next(reversed(facts.seen), "")
        is_fact = last in facts.table("facts").by_key
        table, _, row = ("facts", "", last) if is_fact else last.partition("/")
        read = f"; the last row that it read is data/{table}.csv, {row!r}" if last else ""
        why = f"{type(error).__name__}: {error}"
        if isinstance(error, KeyError) and error.args:
            why = error.args[0] if " " in str(error.args[0]) else f"found no {error.args[0]!r}"
        super().__init__(f"figure {found.key!r} ({found.code}): {why}{read}")


@dataclass(frozen=True)
class Definition:
    """A figure as it is registered: how it is computed and what it means."""

    key: str
    function: FigureFunction
    unit: str
    chapter: str
    formula: str
    headline: bool
    untraced: str = ""
    kind: str = ""

    @property
    def title(self) -> str:
        """The first sentence of the function's docstring."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0].replace("\n", " ")

    @property
    def code(self) -> str:
        """Where the function stands: ``analysis/figures/cost.py:12``."""
        line = inspect.getsourcelines(self.function)[1]
        return f"{self.function.__module__.replace('.', '/')}.py:{line}"


@dataclass(frozen=True)
class Figure:
    """A figure as it is published."""

    key: str
    title: str
    value: float
    low: float | None
    high: float | None
    unit: str
    chapter: str
    formula: str
    facts: tuple[str, ...]
    evidence: str
    standing: str
    kind: str = ""
    arithmetic: str = ""
    live: bool = False
    untraced: str = ""
    graph: tuple[Node, ...] = field(default=(), repr=False)
    read: tuple[str, ...] = field(default=(), repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The figure as plain JSON types, without its graph."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)[:-2]}
        return {**plain, "facts": list(self.facts)}


_REGISTRY: dict[str, Definition] = {}
_running: list[str] = []
"""The figures that are being computed, each of them for the one before it."""
_within: list[dict[Node, str]] = []
"""For each figure that is being computed, the figures that it calls, by node, and their units."""


def figure(
    *,
    unit: str,
    headline: bool = False,
    formula: str = "",
    name: str = "",
    untraced: str = "",
    kind: str = "",
) -> Callable[[Function], Function]:
    """Register a function of the facts as a figure.

    Module and function give its key: ``rental_total`` in ``analysis/figures/costs.py`` is
    ``costs.rental_total``, and the chapter that establishes it is ``book/costs.md``.

    Parameters
    ----------
    unit
        A unit of ``data/units.csv``.
    headline
        True for the figures that the report's answer rests on: no unverified fact may feed them.
    formula
        In words, for a figure whose graph does not say how it is computed.
    name
        Where the function cannot have the figure's name.
    untraced
        Why the figure has no graph: it is computed, not live.
    kind
        Of its range, where there is no graph to tell.
    """

    def register(function: Function) -> Function:
        module = function.__module__.rpartition(".")[2]
        key = f"{module}.{name or function.__name__}"
        if key in _REGISTRY and _REGISTRY[key].function.__qualname__ != function.__qualname__:
            raise ValueError(f"figure {key!r} is registered twice")
        if not function.__doc__:
            raise ValueError(f"figure {key!r} needs a docstring: its first sentence is its title")
        chapter = module.replace("_", "-")
        _REGISTRY[key] = Definition(key, function, unit, chapter, formula, headline, untraced, kind)

        @wraps(function)
        def noted(facts: Facts) -> Estimate | float:
            """The function; a figure that calls it notes the result as a figure of its own."""
            with _computing(key):
                result = function(facts)
            if _within:
                made = _node(result.value if isinstance(result, Estimate) else result)
                if made is not None:
                    _within[-1].setdefault(made, unit)
            return result

        return cast(Function, noted)

    return register


@contextmanager
def _computing(key: str) -> Iterator[None]:
    """Note that a figure is being computed; refuse it where its own value is needed for that."""
    if key in _running:
        way = " → ".join([*_running[_running.index(key) :], key])
        raise ValueError(f"it uses itself: {way}; compute one of them from facts")
    _running.append(key)
    try:
        yield
    finally:
        _running.pop()


def definition(key: str) -> Definition:
    """How a figure is computed; ``KeyError`` for an unknown key."""
    if key not in _REGISTRY and "." in key:
        subject.module(f"figures.{key.partition('.')[0]}")
    if key not in _REGISTRY:
        near = difflib.get_close_matches(key, keys(), 1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise KeyError(f"no figure {key!r}; {hint}`python -m analysis figures` lists them all")
    return _REGISTRY[key]


def keys() -> list[str]:
    """The keys of all figures, in alphabetical order."""
    for name in subject.figure_modules():
        subject.module(f"figures.{name}")
    return sorted(_REGISTRY)


def matching(pattern: str) -> list[str]:
    """The keys that a key, a chapter or a pattern such as ``costs.*`` names.

    Raises
    ------
    KeyError
        If there are none.
    """
    if "*" not in pattern and "." in pattern:
        return [definition(pattern).key]
    wanted = pattern if "*" in pattern else f"{pattern.replace('-', '_')}.*"
    found = fnmatch.filter(keys(), wanted)
    if not found:
        chapters = sorted({key.partition(".")[0] for key in keys()})
        near = difflib.get_close_matches(pattern.partition(".")[0], chapters, 1)
        hint = f"; did you mean {near[0]}.*?" if near else ""
        raise KeyError(
            f"no figure {pattern!r}; chapters with figures are {', '.join(chapters)}{hint}"
        )
    return found


def topics() -> dict[str, str]:
    """What the figures of each module are about, in the words that begin its docstring.

    >>> topics()["latent_attention"]
    'Latent attention'
    """
    made = {}
    for name in subject.figure_modules():
        about = getattr(subject.module(f"figures.{name}"), "__doc__", None) or name
        head = about.partition(":")[0].removeprefix("Figures of ")
        made[name] = head[:1].upper() + head[1:]
    return made


def evaluate(key: str, facts: Facts | None = None) -> Figure:
    """The figure ``key``, computed now from ``facts`` (the published ones unless told).

    Raises
    ------
    KeyError
        If there is no such figure.
    FigureError
        If it cannot be computed from the facts as they are.
    ValueError
        If a headline figure reads an unverified fact.
    """
    found = definition(key)
    record = (facts or Facts()).recording()
    _within.append({})
    try:
        with _computing(key):
            result = found.function(record)
        estimate = result if isinstance(result, Estimate) else Estimate(number(result))
        if not all(math.isfinite(end) for end in (estimate.value, *estimate.bounds)):
            raise ValueError(f"the result is {estimate}, expected finite numbers")
    except DataError:
        raise
    except Exception as error:
        raise FigureError(found, record, error) from error
    finally:
        parts = _within.pop()
    return _published(found, estimate, record, parts)


def _published(
    found: Definition, estimate: Estimate, record: Facts, parts: dict[Node, str]
) -> Figure:
    """A figure with all that follows from its graph."""
    ends = [end for end in (estimate.value, estimate.low, estimate.high) if end is not None]
    graph = () if found.untraced else tuple(n for n in map(_node, ends) if n is not None)
    live = len(graph) == len(ends)
    graph = graph if live else ()
    read = tuple(sorted(record.seen))
    inputs = moving(graph[0], record, graph) if live else read
    try:
        grades = {name: record.seen.get(name) or record.grade(name) for name in inputs}
    except KeyError as error:  # an input that no table of data/ holds
        raise FigureError(found, record, error) from error
    evidence = max(grades.values(), key=_WORST.index, default="derived")
    if found.headline and evidence == "unverified":
        weak = [k for k, grade in grades.items() if grade == "unverified"]
        raise ValueError(f"headline figure {found.key!r} reads unverified facts: {', '.join(weak)}")
    return Figure(
        key=found.key,
        title=found.title,
        value=plain(estimate.value),
        low=plain(estimate.low),
        high=plain(estimate.high),
        unit=found.unit,
        chapter=found.chapter,
        formula=found.formula,
        facts=inputs,
        evidence=evidence,
        standing=STANDING[evidence],
        kind=found.kind or (kind_of_range(graph) if estimate.low is not None else ""),
        arithmetic=arithmetic(graph[0], found.unit, parts) if live else "",
        live=live,
        untraced="" if live else found.untraced or "its graph is lost on the way",
        graph=graph,
        read=read,
    )


def _node(value: float) -> Node | None:
    return node_of(value) if is_traced(value) else None


def kind_of_range(graph: Sequence[Node]) -> str:
    """``stated`` by the source, ``interval`` of a simulation, or ``ends`` carried through."""
    ends = graph[1:]
    if any(part.op == "quantile" for part in ordered(ends)):
        return "interval"
    return "stated" if ends and all(_chosen(end).op == "input" for end in ends) else "ends"


def _chosen(end: Node) -> Node:
    """The end itself, where it is the lesser or the greater of itself and the centre."""
    while end.op in ("min", "max"):
        end = next(part for part in end.args if part.value == end.value)
    return end


def row_of(address: str) -> str:
    """The row in which an input stands: ``V3-009``, ``accelerators/h800-sxm5``.

    >>> row_of("V3-004.date"), row_of("model_configs/qwen2.5-72b.vocab_size.value")
    ('V3-004', 'model_configs/qwen2.5-72b.vocab_size')
    """
    return address.rpartition(".")[0] if "/" in address else address.partition(".")[0]


def moving(root: Node, facts: Facts, others: Sequence[Node] = ()) -> tuple[str, ...]:
    """The rows on which a number rests, the one that moves it most first.

    An input moves it by its derivative times the width of its own range; where it has none, by a
    fifth of itself, or a twentieth where a primary source states it. A date moves it by a month.
    Rows that only the ends of a range rest on come last.
    """
    moves: dict[str, float] = {}
    slopes, known = gradient(centre(root)), facts.table("facts").by_key
    for part in inputs_of(root, *others):
        address, row = part.data.address, row_of(part.data.address)
        stated = row in known and known[row]["evidence"] == "primary"
        width = abs(part.value) / (20 if stated else 5)
        if part.data.unit in ("date", "day"):
            width = 30.0
        if address in known:
            fact = known[address]
            if fact["low"] is not None and address not in facts.overrides:
                width = fact["high"] - fact["low"]
        moves[row] = max(moves.get(row, 0.0), abs(slopes.get(address, 0.0)) * width)
    return tuple(sorted(moves, key=lambda row: (-float(f"{moves[row]:.6e}"), row)))


def evaluate_all(facts: Facts | None = None) -> list[Figure]:
    """Every figure, in the order of the keys."""
    shared = facts or Facts()
    return [evaluate(key, shared) for key in keys()]


def value(key: str, facts: Facts | None = None) -> float:
    """The central value of a figure, for a cell or a chart."""
    return evaluate(key, facts).value


def frame(wanted: Iterable[str], facts: Facts | None = None) -> Any:
    """A pandas table of figures: one row a key, with value, range, unit and evidence.

    A key may end in ``*``: ``costs.*`` stands for all figures of ``costs``.
    """
    import pandas as pd

    shared = facts or Facts()
    names = [name for pattern in wanted for name in matching(pattern)]
    return pd.DataFrame([evaluate(key, shared).as_dict() for key in names])
