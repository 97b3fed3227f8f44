"""Uncertain inputs and the range that they give a model: conditional quasi-Monte Carlo."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from press.estimate import Estimate
from press.maths import maximum, minimum, significant
from press.numbers import is_traced, number
from press.simulation import Marginal, Points, simulate

Array = NDArray[np.float64]
Model = Callable[..., Any]

SAMPLES_LOG2 = 13
"""Sobol points come in powers of two: 2^13 = 8,192 hold the percentiles to three digits."""
SEED = 20_241_226
"""The day on which the V3 report appeared."""
LOW, HIGH = 0.05, 0.95
"""The published range is the 90 % interval."""
Z90 = float(ndtri(HIGH))
SHAPES = ("fixed", "uniform", "triangular", "normal", "lognormal")


@dataclass(frozen=True)
class Distribution:
    """An uncertain input: its shape, the central value that the model uses, and its ends.

    For ``uniform`` and ``triangular`` the ends are the least and the greatest value; for
    ``normal`` and ``lognormal`` they are the 5th and the 95th percentile, and the median is the
    middle of the ends (arithmetic or geometric). ``fixed`` has no ends.

    Examples
    --------
    >>> price = Distribution("triangular", 2.45, 3.42, 3.99)
    >>> print(price.quantile(np.array([0.0, 1.0])))
    [2.45 3.99]
    """

    shape: str
    low: float
    central: float
    high: float

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
        z = np.asarray(ndtri(p)) / Z90
        if self.shape == "normal":
            return (a + b) / 2 + z * (b - a) / 2
        middle, half = (math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / 2
        return np.exp(middle + z * half)

    def probability(self, value: Array) -> Array:
        """The probability that the input lies below a value: the inverse of ``quantile``."""
        x, a, c, b = value, self.low, self.central, self.high
        if self.shape == "uniform":
            return np.clip((x - a) / (b - a), 0, 1)
        if self.shape == "triangular":
            x = np.clip(x, a, b)
            with np.errstate(divide="ignore", invalid="ignore"):
                rise = (x - a) ** 2 / ((b - a) * (c - a))
                fall = 1 - (b - x) ** 2 / ((b - a) * (b - c))
            return np.where(x <= c, np.where(c > a, rise, 0.0), np.where(b > c, fall, 1.0))
        if self.shape == "normal":
            return np.asarray(ndtr((x - (a + b) / 2) / ((b - a) / 2) * Z90))
        middle, half = (math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / 2
        return np.asarray(ndtr((np.log(np.maximum(x, 1e-300)) - middle) / half * Z90))


def input_names(model: Model) -> tuple[str, ...]:
    """The uncertain inputs of a model: its parameter names, in order."""
    return tuple(inspect.signature(model).parameters)


def spread(
    model: Model,
    inputs: Mapping[str, Distribution],
    samples_log2: int = SAMPLES_LOG2,
    seed: int = SEED,
) -> Estimate:
    """A model at its central inputs, with the 90 % interval that its inputs' spread gives it.

    Parameters
    ----------
    model
        A function of the inputs by name that works on numbers and on arrays alike.
    inputs
        A distribution for every parameter of the model; others are ignored.
    samples_log2
        Power of two of the number of scrambled Sobol points.
    seed
        Of the scramble.

    Returns
    -------
    Estimate
        The central value, and the 5th and 95th percentile rounded to four significant digits.
        A percentile beyond the central value is replaced by it, so that the range holds it.

    Examples
    --------
    >>> spread(lambda hours, price: hours * price, {"hours": Distribution.fixed(2.788e6),
    ...        "price": Distribution("uniform", 1.0, 2.0, 3.0)})
    Estimate(value=5576000.0, low=3067000.0, high=8085000.0)
    """
    chosen = {name: inputs[name] for name in input_names(model)}
    ends = [(d.low, d.central, d.high) for d in chosen.values()]
    if any(is_traced(number) for three in ends for number in three):
        return _traced(model, chosen, Points(samples_log2, seed))
    return _spread(model, tuple(chosen.items()), samples_log2, seed)


def _traced(model: Model, chosen: Mapping[str, Distribution], points: Points) -> Estimate:
    """``spread`` of inputs that remember where they were read, as nodes of the graph."""
    found = simulate(
        model,
        [Marginal(name, d.shape, d.low, d.central, d.high) for name, d in chosen.items()],
        points=points,
    )
    if all(d.low == d.high for d in chosen.values()):
        return Estimate(number(found.centre))
    low, high = (found.quantile(p) for p in (LOW, HIGH))
    value = number(found.centre)
    low, high = minimum(value, significant(low, 4)), maximum(value, significant(high, 4))
    return Estimate(value, low, high)


@lru_cache(maxsize=128)
def _spread(
    model: Model, chosen: tuple[tuple[str, Distribution], ...], samples_log2: int, seed: int
) -> Estimate:
    """``spread`` for inputs that can be remembered: figures ask for the same rung again."""
    inputs = dict(chosen)
    value = float(model(**{name: d.central for name, d in inputs.items()}))
    if all(d.low == d.high for d in inputs.values()):
        return Estimate(value)
    low, high = (significant(p, 4) for p in percentiles(model, inputs, samples_log2, seed))
    return Estimate(value, min(value, low), max(value, high))


def percentiles(
    model: Model, inputs: Mapping[str, Distribution], samples_log2: int, seed: int
) -> tuple[float, float]:
    r"""The 5th and 95th percentile of a model by conditional quasi-Monte Carlo.

    All uncertain inputs but one are drawn as a scrambled Sobol sequence. In that one, x, the model
    is a straight line, so the probability of staying below y is known for each draw:

    .. math:: P(Y \le y) = \operatorname{mean}_i F_x\!\left(\frac{y - b_i}{a_i}\right)

    which is smooth in y and is solved for the percentile. Where the model is no straight line in
    any of its inputs, the percentiles of the drawn outcomes are taken.
    """
    uncertain = [name for name in input_names(model) if inputs[name].low < inputs[name].high]
    for bar in tornado(model, inputs):
        pivot = bar["input"]
        others = [name for name in uncertain if name != pivot]
        lines = _lines(model, inputs, pivot, others, samples_log2, seed)
        if lines is not None:
            return _conditional(inputs[pivot], *lines)
    low, high = np.quantile(outcomes(model, inputs, samples_log2, seed), [LOW, HIGH])
    return float(low), float(high)


def _lines(
    model: Model,
    inputs: Mapping[str, Distribution],
    pivot: str,
    others: list[str],
    samples_log2: int,
    seed: int,
) -> tuple[Array, Array] | None:
    """Intercept and slope of the model in one input at every draw of the others, if straight."""
    columns: dict[str, Any] = {name: found.central for name, found in inputs.items()}
    columns |= _draws(inputs, others, samples_log2, seed)
    names, ends = input_names(model), inputs[pivot].quantile(np.array([0.02, 0.5, 0.98]))
    size = 2**samples_log2 if others else 1
    a, b, c = (
        np.broadcast_to(model(**{name: {**columns, pivot: x}[name] for name in names}), (size,))
        for x in map(float, ends)
    )
    slope = (c - a) / (ends[2] - ends[0])
    if not np.allclose(b, a + slope * (ends[1] - ends[0]), rtol=1e-9, atol=0) or slope.min() <= 0:
        return None
    return a - slope * ends[0], slope


def _conditional(pivot: Distribution, intercept: Array, slope: Array) -> tuple[float, float]:
    """Where the mean probability of lying below reaches 5 and 95 %."""
    reach = pivot.quantile(np.array([1e-9, 1 - 1e-9]))
    lowest, highest = (
        float((intercept + slope * reach[0]).min()),
        float((intercept + slope * reach[1]).max()),
    )

    def below(y: float, wanted: float) -> float:
        return float(pivot.probability((y - intercept) / slope).mean()) - wanted

    low, high = (
        float(brentq(below, lowest, highest, args=(wanted,), rtol=1e-9)) for wanted in (LOW, HIGH)
    )
    return low, high


def _draws(
    inputs: Mapping[str, Distribution], names: list[str], samples_log2: int, seed: int
) -> dict[str, Array]:
    """Scrambled Sobol draws of the named inputs."""
    if not names:
        return {}
    cube = sobol_points(len(names), samples_log2, seed)
    return {name: inputs[name].quantile(cube[:, i]) for i, name in enumerate(names)}


def outcomes(
    model: Model, inputs: Mapping[str, Distribution], samples_log2: int, seed: int
) -> Array:
    """The model's value at every point of a scrambled Sobol sequence over its inputs."""
    names = input_names(model)
    uncertain = [name for name in names if inputs[name].low < inputs[name].high]
    columns: dict[str, Any] = {name: inputs[name].central for name in names}
    columns |= _draws(inputs, uncertain, samples_log2, seed)
    return np.broadcast_to(np.asarray(model(**columns), dtype=float), (2**samples_log2,))


@lru_cache(maxsize=32)
def sobol_points(dimensions: int, samples_log2: int, seed: int) -> Array:
    """2^n scrambled Sobol points in the unit cube, the same for the same arguments."""
    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points: Array = engine.random_base2(samples_log2)
    points = np.clip(points, 1e-12, 1 - 1e-12)
    points.setflags(write=False)
    return points


def tornado(model: Model, inputs: Mapping[str, Distribution]) -> list[dict[str, Any]]:
    """What the model becomes when one input goes to its 5th and 95th percentile, widest first.

    Returns
    -------
    list of dict
        ``input``, ``at_low``, ``at_high`` (the model's values there) and ``width``.
    """
    names = input_names(model)
    central = {name: inputs[name].central for name in names}
    rows = []
    for name in names:
        if inputs[name].low == inputs[name].high:
            continue
        ends = inputs[name].quantile(np.array([LOW, HIGH]))
        at_low, at_high = (float(model(**{**central, name: float(end)})) for end in ends)
        rows.append(
            {"input": name, "at_low": at_low, "at_high": at_high, "width": abs(at_high - at_low)}
        )
    return sorted(rows, key=lambda row: -row["width"])
