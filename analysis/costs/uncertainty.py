"""Uncertain inputs and the range that they give a model: quasi-Monte Carlo, inputs correlated.

A central value is the median of the same draws whose 5th and 95th percentile are the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from press.estimate import Estimate
from press.maths import significant
from press.numbers import number, plain, shaped
from press.simulation import (
    SCORES,
    SHAPES,
    Z90,
    Marginal,
    Points,
    mixed,
    quantile,
    simulate,
)
from press.simulation import uniforms as points_in_cube

Array = NDArray[np.float64]
Inputs = Mapping[str, Any]
Model = Callable[[Inputs], Any]
"""A function of inputs by name that works on numbers and on arrays of draws alike."""
Ranks = tuple[tuple[str, str, float], ...]
"""Pairs of inputs with their rank correlation; other pairs are independent."""

SAMPLES_LOG2 = 14
"""Sobol points come in powers of two: 2^14 = 16,384 hold the percentiles to half a percent."""
SEED = 20_241_226
"""The day on which the V3 report appeared."""
LOW, HIGH = 0.05, 0.95
"""The published range is the 90 % interval."""


@dataclass(frozen=True)
class Distribution:
    """An uncertain input: its shape and its ends.

    For ``uniform`` and ``triangular`` the ends are the least and the greatest value, and
    ``central`` is the likeliest value of a triangle; for ``normal``, ``lognormal`` and ``mixture``
    they are the 5th and the 95th percentile. ``fixed`` has no ends. The central value of any shape
    is its ``median``. Numbers that remember where they were read give a median and an interval
    that do.

    Examples
    --------
    >>> price = Distribution("triangular", 1.0, 2.0, 3.0)
    >>> price.median, print(price.quantile(np.array([0.0, 1.0])))
    [1. 3.]
    (2.0, None)
    """

    shape: str
    low: float
    central: float
    high: float
    parts: tuple[float, ...] = ()
    """Of a mixture: the floor, then weight, 5th and 95th percentile of each part."""

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(f"found shape {self.shape!r}, expected one of {', '.join(SHAPES)}")
        if not self.low <= self.central <= self.high:
            raise ValueError(f"expected low <= central <= high, found {self}")
        if self.shape == "fixed" and self.low != self.high:
            raise ValueError(f"a fixed input has no range, found {self}")
        if self.shape == "lognormal" and self.low <= 0:
            raise ValueError(f"a lognormal input is above 0, found {self}")

    @classmethod
    def fixed(cls, value: float) -> Distribution:
        """A number that is taken as known."""
        return cls("fixed", value, value, value)

    def named(self, name: str) -> Marginal:
        """The distribution as an input of a simulation."""
        if self.shape == "fixed":
            return Marginal(name, "fixed", (self.central,))
        return Marginal(name, self.shape, self.parts or (self.low, self.central, self.high))

    @property
    def median(self) -> float:
        """The value that is passed as often as not."""
        return number(self.named("").at(0.5))

    @property
    def interval(self) -> Estimate:
        """Median, 5th and 95th percentile."""
        if self.low == self.high:
            return Estimate(self.median)
        low, high = (number(self.named("").at(p)) for p in (LOW, HIGH))
        return Estimate(self.median, low, high)

    def quantile(self, probability: Array) -> Array:
        """The value below which the input lies with the given probability."""
        return quantile(self.shape, self.parts or (self.low, self.central, self.high), probability)


def mixture(parts: Sequence[tuple[float, float, float]], floor: float = 0.0) -> Distribution:
    """Several lognormal opinions of one number, each with its weight.

    Parameters
    ----------
    parts
        Weight, 5th and 95th percentile of each.
    floor
        A draw below it becomes it.

    Examples
    --------
    >>> mixture([(0.5, 1.0, 4.0), (0.5, 4.0, 16.0)]).interval.value.__round__(3)
    4.0
    """
    listed = (floor, *(value for part in parts for value in part))
    low, central, high = np.interp([-Z90, 0.0, Z90], SCORES, mixed(*map(plain, listed)))
    return Distribution("mixture", float(low), float(central), float(high), listed)


class _Asked(dict[str, Any]):
    def __missing__(self, name: str) -> float:
        self[name] = 1.0
        return 1.0


def input_names(model: Model) -> tuple[str, ...]:
    """The inputs that a model asks for, in the order in which it does.

    >>> input_names(lambda x: x["hours"] * x["price"])
    ('hours', 'price')
    """
    asked = _Asked()
    model(asked)
    return tuple(asked)


def correlation_matrix(names: Sequence[str], ranks: Ranks) -> Array:
    r"""The correlation of normal scores, from rank correlations: a Gaussian copula.

    .. math:: r = 2 \sin(\pi \rho_S / 6)

    Raises
    ------
    ValueError
        If the pairs contradict each other: no inputs can be correlated so.
    """
    place = {name: i for i, name in enumerate(names)}
    found = np.eye(len(names))
    for first, second, rank in ranks:
        if first in place and second in place:
            i, j = place[first], place[second]
            found[i, j] = found[j, i] = 2 * math.sin(math.pi * plain(rank) / 6)
    least = float(np.linalg.eigvalsh(found).min()) if names else 1.0
    if least <= 1e-9:
        listed = ", ".join(name for name in names if any(name in pair for pair in ranks))
        raise ValueError(
            f"data/correlations.csv: the rank correlations of {listed} contradict each other "
            f"(least eigenvalue {least:.2f}, expected one above 0); weaken one of them"
        )
    return found


def uniforms(
    names: Sequence[str], ranks: Ranks = (), samples_log2: int = SAMPLES_LOG2, seed: int = SEED
) -> dict[str, Array]:
    """For each input its probability at every scrambled Sobol point, correlated as told."""
    if not names:
        return {}
    cube = points_in_cube(len(names), Points(samples_log2, seed), copula(names, ranks))
    return {name: cube[:, i] for i, name in enumerate(names)}


def copula(names: Sequence[str], ranks: Ranks) -> tuple[tuple[float, ...], ...]:
    """The correlation of the named inputs' normal scores; nothing if they are independent."""
    if not any(first in names and second in names for first, second, _ in ranks):
        return ()
    return tuple(tuple(map(float, row)) for row in correlation_matrix(names, ranks))


def draws(
    inputs: Mapping[str, Distribution],
    ranks: Ranks = (),
    samples_log2: int = SAMPLES_LOG2,
    seed: int = SEED,
) -> dict[str, Any]:
    """Every input at scrambled Sobol points, correlated as told; the known ones as numbers."""
    uncertain = [name for name, found in inputs.items() if found.shape != "fixed"]
    drawn = uniforms(uncertain, ranks, samples_log2, seed)
    return {
        name: found.quantile(drawn[name]) if name in drawn else found.central
        for name, found in inputs.items()
    }


def spread(
    model: Model,
    inputs: Mapping[str, Distribution],
    ranks: Ranks = (),
    samples_log2: int = SAMPLES_LOG2,
    seed: int = SEED,
) -> Estimate:
    """A model's median and 90 % interval, given the spread of its inputs.

    Parameters
    ----------
    model
        A function of the inputs by name.
    inputs
        A distribution for every input that the model asks for; others are ignored.
    ranks
        Rank correlations of pairs of inputs.
    samples_log2
        Power of two of the number of scrambled Sobol points.
    seed
        Of the scramble.

    Returns
    -------
    Estimate
        Median, 5th and 95th percentile of one set of draws, to four significant digits.

    Examples
    --------
    >>> spread(lambda x: x["hours"] * x["price"], {
    ...     "hours": Distribution.fixed(2.788e6), "price": Distribution("uniform", 1, 2, 3)})
    Estimate(value=5576000.0, low=3067000.0, high=8085000.0)
    """
    chosen = [inputs[name].named(name) for name in input_names(model)]
    names = [found.name for found in chosen]
    found = simulate(model, chosen, copula(names, ranks), Points(samples_log2, seed))
    if all(inputs[name].low == inputs[name].high for name in names):
        return Estimate(number(found.centre))
    tied = [rank for first, second, rank in ranks if first in names and second in names]
    low, median, high = (shaped(significant(found.quantile(p), 4), *tied) for p in (LOW, 0.5, HIGH))
    return Estimate(median, low, high)
