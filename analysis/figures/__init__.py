"""The registry: every published number, by key.

A figure is a small pure function of the facts, registered under a dotted key whose first part
names its module here: ``cost.rental_total`` is registered in ``analysis/figures/cost.py``.
Evaluating it records the facts that it reads, so that inputs are never typed.
"""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.tables import EVIDENCE, DataError

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
    key: str, *, unit: str, chapter: str, formula: str, headline: bool = False
) -> Callable[[Function], Function]:
    """Register a function of the facts as the figure ``key``.

    Parameters
    ----------
    key
        Dotted; the first part is the name of the module in ``analysis/figures/``.
    unit
        A unit of ``data/units.csv``.
    chapter
        The chapter that establishes the figure: a file name in ``book/`` without its ending.
    formula
        In words and signs, as a reader wants it on the card.
    headline
        True for the figures that the report's answer rests on: no unverified fact may feed them.
    """

    def register(function: Function) -> Function:
        module = function.__module__.rpartition(".")[2]
        if key.partition(".")[0] != module:
            raise ValueError(f"figure {key!r} belongs in analysis/figures/{key.split('.')[0]}.py")
        if key in _REGISTRY and _REGISTRY[key].function.__qualname__ != function.__qualname__:
            raise ValueError(f"figure {key!r} is registered twice")
        if not function.__doc__:
            raise ValueError(f"figure {key!r} needs a docstring: its first sentence is its title")
        _REGISTRY[key] = Definition(key, function, unit, chapter, formula, headline)
        return function

    return register


def definition(key: str) -> Definition:
    """How a figure is computed; ``KeyError`` for an unknown key."""
    module = f"{__name__}.{key.partition('.')[0]}"
    if key not in _REGISTRY and "." in key:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    if key not in _REGISTRY:
        raise KeyError(f"no figure {key!r}; `python -m analysis figures` lists them all")
    return _REGISTRY[key]


def keys() -> list[str]:
    """The keys of all figures, in alphabetical order."""
    _modules()
    return sorted(_REGISTRY)


def topics() -> dict[str, str]:
    """What the figures of each module are about, in the words that begin its docstring.

    >>> topics()["mla"]
    'Latent attention'
    """
    about = {name: sys.modules[f"{__name__}.{name}"].__doc__ or name for name in _modules()}
    heads = {
        name: text.partition(":")[0].removeprefix("Figures of ") for name, text in about.items()
    }
    return {name: head[:1].upper() + head[1:] for name, head in heads.items()}


def _modules() -> list[str]:
    """The names of all modules of figures, imported."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    for name in names:
        importlib.import_module(f"{__name__}.{name}")
    return names


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

    A key may end in ``*``: ``cost.*`` stands for all figures of ``cost``.
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
