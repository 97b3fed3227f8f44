"""Uncertain inputs and the range that they give a model: quasi-Monte Carlo, inputs correlated.

A central value is the median of the same draws whose 5th and 95th percentile are the range.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from press.estimate import Estimate

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
Z90 = float(ndtri(HIGH))
SHAPES = ("fixed", "uniform", "triangular", "normal", "lognormal", "mixture")
_SCORES = np.linspace(-4.0, 4.0, 801)
"""Normal scores at which a mixture keeps its quantiles."""


@dataclass(frozen=True)
class Distribution:
    """An uncertain input: its shape and its ends.

    For ``uniform`` and ``triangular`` the ends are the least and the greatest value, and
    ``central`` is the likeliest value of a triangle; for ``normal``, ``lognormal`` and ``mixture``
    they are the 5th and the 95th percentile. ``fixed`` has no ends. The central value of any shape
    is its ``median``.

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
    quantiles: tuple[float, ...] = ()

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

    @property
    def median(self) -> float:
        """The value that is passed as often as not."""
        return float(self.quantile(np.array([0.5]))[0])

    @property
    def interval(self) -> Estimate:
        """Median, 5th and 95th percentile."""
        low, median, high = map(float, self.quantile(np.array([LOW, 0.5, HIGH])))
        return Estimate(median) if self.low == self.high else Estimate(median, low, high)

    def quantile(self, probability: Array) -> Array:
        """The value below which the input lies with the given probability."""
        p, a, c, b = probability, self.low, self.central, self.high
        if self.shape == "fixed" or a == b:
            return np.full_like(p, c)
        if self.shape == "uniform":
            return a + p * (b - a)
        if self.shape == "triangular":
            rise = a + np.sqrt(p * (b - a) * (c - a))
            return np.where(p * (b - a) < c - a, rise, b - np.sqrt((1 - p) * (b - a) * (b - c)))
        z = np.asarray(ndtri(p))
        if self.shape == "mixture":
            return np.asarray(np.interp(z, _SCORES, self.quantiles))
        if self.shape == "normal":
            return (a + b) / 2 + z / Z90 * (b - a) / 2
        middle, half = (math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / 2
        return np.exp(middle + z / Z90 * half)


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
    >>> print(mixture([(0.5, 1.0, 4.0), (0.5, 4.0, 16.0)]).interval.value.__round__(3))
    4.0
    """
    weights = [weight for weight, _, _ in parts]
    if not parts or min(weights) < 0 or not math.isclose(sum(weights), 1):
        raise ValueError(f"expected weights of at least 0 that add up to 1, found {weights}")
    ends = np.log([low for _, low, _ in parts]), np.log([high for _, _, high in parts])
    middle, sigma = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2 / Z90
    reach = (middle - 5 * sigma).min(), (middle + 5 * sigma).max()
    grid = np.linspace(*reach, 4001)
    below = ndtr((grid[:, None] - middle) / np.maximum(sigma, 1e-9)) @ np.array(weights)
    found = np.maximum(floor, np.exp(np.interp(ndtr(_SCORES), below, grid)))
    low, central, high = np.interp([-Z90, 0.0, Z90], _SCORES, found)
    return Distribution("mixture", float(low), float(central), float(high), tuple(found.tolist()))


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
            found[i, j] = found[j, i] = 2 * math.sin(math.pi * rank / 6)
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
    cube = sobol_points(len(names), samples_log2, seed)
    if any(first in names and second in names for first, second, _ in ranks):
        lower = np.linalg.cholesky(correlation_matrix(names, ranks))
        cube = ndtr(np.asarray(ndtri(cube)) @ lower.T)
    return {name: cube[:, i] for i, name in enumerate(names)}


def draws(
    inputs: Mapping[str, Distribution],
    ranks: Ranks = (),
    samples_log2: int = SAMPLES_LOG2,
    seed: int = SEED,
) -> dict[str, Any]:
    """Every input at scrambled Sobol points, correlated as told; the known ones as numbers."""
    uncertain = [name for name, found in inputs.items() if found.low < found.high]
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
    chosen = tuple((name, inputs[name]) for name in input_names(model))
    return _spread(model, chosen, ranks, samples_log2, seed)


@lru_cache(maxsize=128)  # figures ask for the same rung again
def _spread(
    model: Model,
    chosen: tuple[tuple[str, Distribution], ...],
    ranks: Ranks,
    samples_log2: int,
    seed: int,
) -> Estimate:
    found = np.asarray(model(draws(dict(chosen), ranks, samples_log2, seed)), dtype=float)
    if found.ndim == 0:
        return Estimate(float(found))
    low, median, high = (significant(p, 4) for p in np.quantile(found, [LOW, 0.5, HIGH]))
    return Estimate(median, low, high)


def significant(value: float, digits: int) -> float:
    """The number rounded to significant digits.

    >>> significant(5_576_432.0, 4)
    5576000.0
    """
    return float(f"{value:.{digits - 1}e}")


@lru_cache(maxsize=32)
def sobol_points(dimensions: int, samples_log2: int, seed: int) -> Array:
    """2^n scrambled Sobol points in the unit cube, the same for the same arguments."""
    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points: Array = engine.random_base2(samples_log2)
    points = np.clip(points, 1e-12, 1 - 1e-12)
    points.setflags(write=False)
    return points
