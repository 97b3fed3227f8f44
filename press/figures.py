"""The registry: every published number, by key.

A figure is a small pure function of the facts in a module of the subject’s ``figures``. Evaluating
it records the facts that it reads, so that inputs are never typed.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from press import subject
from press.estimate import Estimate
from press.facts import Facts
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

    def as_dict(self) -> dict[str, Any]:
        """The figure as plain JSON types."""
        return {**asdict(self), "facts": list(self.facts)}


_REGISTRY: dict[str, Definition] = {}


def figure(
    *, unit: str, formula: str, headline: bool = False, name: str = ""
) -> Callable[[Function], Function]:
    """Register a function of the facts as a figure.

    Module and function give its key: ``rental_total`` in ``analysis/figures/costs.py`` is
    ``costs.rental_total``, and the chapter that establishes it is ``book/costs.md``.

    Parameters
    ----------
    unit
        A unit of ``data/units.csv``.
    formula
        In words and signs, as a reader wants it on the card.
    headline
        True for the figures that the report's answer rests on: no unverified fact may feed them.
    name
        Where the function cannot have the figure's name.
    """

    def register(function: Function) -> Function:
        module = function.__module__.rpartition(".")[2]
        key = f"{module}.{name or function.__name__}"
        if key in _REGISTRY and _REGISTRY[key].function.__qualname__ != function.__qualname__:
            raise ValueError(f"figure {key!r} is registered twice")
        if not function.__doc__:
            raise ValueError(f"figure {key!r} needs a docstring: its first sentence is its title")
        chapter = module.replace("_", "-")
        _REGISTRY[key] = Definition(key, function, unit, chapter, formula, headline)
        return function

    return register


def definition(key: str) -> Definition:
    """How a figure is computed; ``KeyError`` for an unknown key."""
    if key not in _REGISTRY and "." in key:
        subject.module(f"figures.{key.partition('.')[0]}")
    if key not in _REGISTRY:
        raise KeyError(f"no figure {key!r}; `python -m analysis figures` lists them all")
    return _REGISTRY[key]


def keys() -> list[str]:
    """The keys of all figures, in alphabetical order."""
    for name in subject.figure_modules():
        subject.module(f"figures.{name}")
    return sorted(_REGISTRY)


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
    try:
        result = found.function(record)
        estimate = result if isinstance(result, Estimate) else Estimate(float(result))
        if not all(math.isfinite(number) for number in (estimate.value, *estimate.bounds)):
            raise ValueError(f"the result is {estimate}, expected finite numbers")
    except DataError:
        raise
    except Exception as error:
        raise FigureError(found, record, error) from error
    evidence = max(record.seen.values(), key=EVIDENCE.index, default="derived")
    if found.headline and evidence == "unverified":
        weak = [k for k, grade in record.seen.items() if grade == "unverified"]
        raise ValueError(f"headline figure {key!r} reads unverified facts: {', '.join(weak)}")
    return Figure(
        key=key,
        title=found.title,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        unit=found.unit,
        chapter=found.chapter,
        formula=found.formula,
        facts=tuple(sorted(record.seen)),
        evidence=evidence,
        standing=STANDING[evidence],
    )


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

    shared, names = facts or Facts(), []
    for pattern in wanted:
        if pattern.endswith("*"):
            definition_prefix = pattern[:-1]
            names += [k for k in keys() if k.startswith(definition_prefix)]
        else:
            names.append(pattern)
    return pd.DataFrame([evaluate(key, shared).as_dict() for key in names])
