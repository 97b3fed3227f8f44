"""Uncertain numbers and quantiles of a model over them, as nodes of the graph.

A ``var`` node is an uncertain input: its parameters are numbers of the graph, its plain value is
its median. A model is traced once with such symbols. A ``quantile`` node holds model and symbols;
evaluating it draws every symbol at the points and computes the model for all draws at once, so
that an interval follows any change of an input.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from press.graph import GraphError, Memo, Node, node, ordered
from press.numbers import Number, node_of, number, traced

Array = NDArray[np.float64]

SHAPES = ("fixed", "uniform", "triangular", "normal", "lognormal", "mixture")
Z90 = NormalDist().inv_cdf(0.95)
"""A normal input's ends are its 5th and 95th percentile, this many standard deviations out."""
SCORES = np.linspace(-4.0, 4.0, 801)
"""Normal scores at which a mixture keeps its quantiles."""


@dataclass(frozen=True)
class Marginal:
    """One uncertain input: its shape and its parameters, numbers that may be traced.

    ``uniform``, ``triangular``, ``normal``, ``lognormal`` have ``(low, central, high)``: the first
    two lie between their ends; the ends of the others are the 5th and the 95th percentile, and
    their median is the middle of the ends (arithmetic or geometric). A ``mixture`` of lognormal
    parts has ``(floor, weight, low, high, weight, low, high, ...)``; a draw below the floor
    becomes it. ``fixed`` has its value alone.
    """

    name: str
    shape: str
    parameters: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise GraphError(
                f"input {self.name!r}: found shape {self.shape!r}, "
                f"expected one of {', '.join(SHAPES)}"
            )

    def at(self, probability: float) -> Any:
        """The value below which the input lies with this probability, traced."""
        if self.shape == "fixed":
            return traced(_needed(self.parameters[0]))
        args = [_needed(value) for value in self.parameters]
        return Number(node("var", args, data=Symbol(self.name, self.shape, probability)))


@dataclass(frozen=True)
class Symbol:
    """What a ``var`` node carries; its plain value lies at ``probability``, the median."""

    name: str
    shape: str
    probability: float = 0.5

    def compute(self, at: Node, values: Mapping[Node, Any], memo: Memo) -> float:
        """The value at the probability, given the parameters."""
        place = np.array([self.probability])
        return float(quantile(self.shape, [values[a] for a in at.args], place)[0])


BITS = 30
"""Of a Sobol point: it is this many binary digits."""


@dataclass(frozen=True)
class Points:
    """2^``power`` scrambled Sobol points, the same for the same seed."""

    power: int = 13
    seed: int = 20_241_226


@dataclass(frozen=True)
class Simulation:
    """What a ``quantile`` node carries.

    Attributes
    ----------
    correlation
        Of the normal scores of the inputs (a Gaussian copula), row by row; empty if independent.
    points
        At which the inputs are drawn, one dimension each.
    probability
        Of lying below the value.
    """

    correlation: tuple[tuple[float, ...], ...] = ()
    points: Points = field(default_factory=Points)
    probability: float = 0.5

    def compute(self, at: Node, values: Mapping[Node, Any], memo: Memo) -> float:
        """The quantile; the drawn outcomes are kept for the other quantiles of the same model."""
        key = (at.args, self.correlation, self.points)
        if key not in memo:
            memo[key] = np.sort(self._outcomes(at, values))
        return float(np.quantile(memo[key], self.probability))

    def _outcomes(self, at: Node, values: Mapping[Node, Any]) -> Array:
        model, *symbols = at.args
        drawn = uniforms(len(symbols), self.points, self.correlation)
        columns: dict[Node, Any] = {
            var: quantile(var.data.shape, [values.get(a, a.value) for a in var.args], drawn[:, i])
            for i, var in enumerate(symbols)
        }
        for part in ordered([model]):
            if part not in columns and any(a in columns for a in part.args):
                columns[part] = _vector(part, columns, values)
        size = 2**self.points.power
        found = np.broadcast_to(np.asarray(columns.get(model, values[model]), float), (size,))
        if not np.isfinite(found).all():
            raise GraphError("the model has no finite value at some draws of its inputs")
        return found


_VECTOR: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "//": np.floor_divide,
    "%": np.mod,
    "^": np.power,
    ">": lambda a, b: np.where(a > b, 1.0, 0.0),
    ">=": lambda a, b: np.where(a >= b, 1.0, 0.0),
    "neg": np.negative,
    "abs": np.abs,
    "log": np.log,
    "exp": np.exp,
    "floor": np.floor,
    "sum": lambda *terms: sum(terms),
    "min": lambda *terms: np.minimum.reduce(np.broadcast_arrays(*terms)),
    "max": lambda *terms: np.maximum.reduce(np.broadcast_arrays(*terms)),
    "median": lambda *terms: np.median(np.broadcast_arrays(*terms), axis=0),
    "unit": lambda value: value,
    "with": lambda value, *shaping: value,
}
"""The operations of ``press.graph`` that a model may use, on arrays of draws."""


def _vector(part: Node, columns: Mapping[Node, Any], values: Mapping[Node, Any]) -> Any:
    if part.op not in _VECTOR:
        raise GraphError(f"a simulated model cannot use {part.op!r}")
    given = [columns[a] if a in columns else np.float64(values.get(a, a.value)) for a in part.args]
    with np.errstate(all="ignore"):  # what is not finite is refused at the end
        return _VECTOR[part.op](*given)


def quantile(shape: str, parameters: Sequence[float], p: Array) -> Array:
    """The value below which an input lies with probability ``p``.

    >>> print(quantile("triangular", [2.45, 3.42, 3.99], np.array([0.0, 1.0])))
    [2.45 3.99]
    """
    from scipy.special import ndtri

    if shape == "mixture":
        return np.asarray(np.interp(ndtri(p), SCORES, mixed(*map(float, parameters))))
    a, c, b = (float(x) for x in (parameters if shape != "fixed" else [parameters[0]] * 3))
    if a == b:
        return np.full_like(p, c)
    if shape == "uniform":
        return a + p * (b - a)
    if shape == "triangular":
        rise = a + np.sqrt(p * (b - a) * max(c - a, 0.0))
        fall = b - np.sqrt((1 - p) * (b - a) * max(b - c, 0.0))
        return np.where(p * (b - a) < c - a, rise, fall)
    z = np.asarray(ndtri(p))
    if shape == "normal":
        return np.asarray((a + b) / 2 + z / Z90 * (b - a) / 2)
    if a <= 0:
        raise GraphError(f"a lognormal input is above 0, found {a:g}")
    middle, half = (math.log(a) + math.log(b)) / 2, (math.log(b) - math.log(a)) / 2
    return np.asarray(np.exp(middle + z / Z90 * half))


@lru_cache(maxsize=256)
def mixed(floor: float, *parts: float) -> Array:
    """The quantiles of a mixture at ``SCORES``."""
    from scipy.special import ndtr

    weights, low, high = (np.array(parts[i::3]) for i in range(3))
    if not len(weights) or weights.min() < 0 or not math.isclose(weights.sum(), 1):
        raise GraphError(
            f"expected weights of at least 0 that add up to 1, found {weights.tolist()}"
        )
    if low.min() <= 0:
        raise GraphError(f"a lognormal input is above 0, found {low.min():g}")
    middle, sigma = np.log(low * high) / 2, np.log(high / low) / 2 / Z90
    grid = np.linspace((middle - 5 * sigma).min(), (middle + 5 * sigma).max(), 4001)
    below = ndtr((grid[:, None] - middle) / np.maximum(sigma, 1e-9)) @ weights
    found: Array = np.maximum(floor, np.exp(np.interp(ndtr(SCORES), below, grid)))
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def uniforms(
    dimensions: int, points: Points, correlation: tuple[tuple[float, ...], ...] = ()
) -> Array:
    """Points in the unit cube, joined by a Gaussian copula where a correlation is given."""
    span = np.array(spans(dimensions, points))
    place = span[:, :1]
    for step in span[:, 1:].T:
        place = np.hstack([place, place[:, ::-1] ^ step[:, None]])
    cube: Array = np.clip(place.T / 2**BITS, 1e-12, 1 - 1e-12)
    if correlation:
        from scipy.special import ndtr, ndtri

        matrix = np.asarray(correlation, dtype=float)
        if matrix.shape != (dimensions, dimensions):
            raise GraphError(
                f"found a correlation of {matrix.shape[0]} inputs, expected {dimensions}"
            )
        try:
            lower = np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            raise GraphError("the correlation of the inputs is not positive definite") from None
        cube = np.clip(ndtr(np.asarray(ndtri(cube)) @ lower.T), 1e-12, 1 - 1e-12)
    cube.setflags(write=False)
    return cube


def spans(dimensions: int, points: Points) -> list[list[int]]:
    """The numbers that span the points: for each dimension a shift and the directions.

    Point i is the shift, with the directions of the binary digits of i's Gray code, all joined by
    exclusive or, over 2^30. So a page gets a few numbers in place of all points (``sobol`` in
    ``book/_static/live-maths.js``), in the order in which they are drawn here.

    >>> len(spans(2, Points(14, 1))), len(spans(2, Points(14, 1))[0])
    (2, 15)
    """
    known = _known().get(str(dimensions), [[]]) if points.seed == Points.seed else [[]]
    if points.power < len(known[0]):
        return [row[: points.power + 1] for row in known]
    return drawn_spans(dimensions, points.seed, points.power)


def drawn_spans(dimensions: int, seed: int, power: int) -> list[list[int]]:
    """The spans as scipy draws them; ``sobol.json`` keeps those of the usual seed.

    Importing scipy.stats takes a second, which a command that only prices a run need not wait.
    """
    from scipy.stats import qmc

    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    cube = np.rint(engine.random_base2(power) * 2**BITS).astype(np.int64)
    steps = [cube[2**i] ^ cube[2**i - 1] for i in range(power)]
    made: list[list[int]] = np.array([cube[0], *steps]).T.tolist()
    return made


@lru_cache(maxsize=1)
def _known() -> dict[str, list[list[int]]]:
    path = Path(__file__).with_name("sobol.json")
    made: dict[str, list[list[int]]] = json.loads(path.read_text(encoding="utf-8"))
    return made


@dataclass(frozen=True)
class Simulated:
    """A model traced over its uncertain inputs.

    ``centre`` is the model at the median of every input; ``quantile(p)`` the value below which it
    stays with probability p. Both are traced numbers.
    """

    centre: Any
    shared: Simulation
    args: tuple[Node, ...]

    def quantile(self, probability: float) -> Any:
        """The value below which the model stays with this probability."""
        if len(self.args) < 2:
            return self.centre
        asked = Simulation(self.shared.correlation, self.shared.points, probability)
        return traced(_remembered(self.args, asked))


@lru_cache(maxsize=256)  # figures ask for the same quantile again
def _remembered(args: tuple[Node, ...], data: Simulation) -> Node:
    return node("quantile", args, data=data)


def simulate(
    model: Callable[[Mapping[str, Any]], Any],
    inputs: Sequence[Marginal],
    correlation: Sequence[Sequence[float]] = (),
    points: Points | None = None,
) -> Simulated:
    """Trace a model over uncertain inputs.

    Parameters
    ----------
    model
        A function of the inputs by name; it must use only arithmetic and the functions of
        ``press.maths``, so that one call with symbols says all.
    inputs
        The distribution of every input.
    correlation
        Of the normal scores of all inputs, in their order.
    points
        Sobol points; 2^13 unless told.

    Examples
    --------
    >>> hours = Marginal("hours", "fixed", (2.788e6,))
    >>> price = Marginal("price", "uniform", (1.0, 2.0, 3.0))
    >>> cost = simulate(lambda x: x["hours"] * x["price"], [hours, price])
    >>> cost.centre, round(cost.quantile(0.05) / 1e6, 2)
    (5576000.0, 3.07)
    """
    spread = [i for i, found in enumerate(inputs) if found.shape != "fixed"]
    values = {found.name: found.at(0.5) for found in inputs}
    made = _needed(number(model(values)))
    symbols = [values[inputs[i].name].node for i in spread]
    if symbols and not set(symbols) & set(ordered([made])):
        raise GraphError("the model does not use its uncertain inputs, or loses them on the way")
    rows = tuple(
        tuple(float(correlation[i][j]) for j in spread) for i in spread if len(correlation)
    )
    return Simulated(traced(made), Simulation(rows, points or Points()), (made, *symbols))


def centre(root: Node) -> Node:
    """The graph at central inputs: for a simulated value its model, else the node itself."""
    while root.op in ("quantile", "signif", "round", "with"):
        root = root.args[0]
    return root


def _needed(value: Any) -> Node:
    found = node_of(value)
    if found is None:
        raise GraphError(f"found {value!r}, expected a number")
    return found
