"""Quantiles of a model with uncertain inputs, as nodes of the graph.

The model is traced once with its inputs as symbols (``var`` nodes, whose plain value is the
central one). A ``quantile`` node holds the model, the ends of every input and what is fixed:
shapes, correlation, points and the probability. Evaluating it draws the inputs at the points
and computes the model for all draws at once, so that an interval follows any change of an input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from press.graph import GraphError, Memo, Node, node, ordered
from press.numbers import Number, node_of, traced

Array = NDArray[np.float64]

SHAPES = ("fixed", "uniform", "triangular", "normal", "lognormal")
Z90 = float(ndtri(0.95))
"""A normal input's ends are its 5th and 95th percentile, this many standard deviations out."""


@dataclass(frozen=True)
class Marginal:
    """One uncertain input: its shape, and its ends and centre as numbers that may be traced.

    ``uniform`` and ``triangular`` lie between their ends; the ends of ``normal`` and
    ``lognormal`` are the 5th and the 95th percentile, and their median is the middle of the ends
    (arithmetic or geometric). ``fixed`` is its centre.
    """

    name: str
    shape: str
    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise GraphError(
                f"input {self.name!r}: found shape {self.shape!r}, "
                f"expected one of {', '.join(SHAPES)}"
            )


@dataclass(frozen=True)
class Points:
    """2^``power`` scrambled Sobol points, the same for the same seed."""

    power: int = 13
    seed: int = 20_241_226


@dataclass(frozen=True)
class Simulation:
    """What is fixed in a simulated value.

    Attributes
    ----------
    names, shapes
        Of the uncertain inputs, one a dimension of the points.
    correlation
        Of the normal scores of the inputs (a Gaussian copula), row by row; empty if independent.
    points
        At which the inputs are drawn.
    probability
        Of lying below the value.
    """

    names: tuple[str, ...]
    shapes: tuple[str, ...]
    correlation: tuple[tuple[float, ...], ...] = ()
    points: Points = field(default_factory=Points)
    probability: float = 0.5

    def compute(self, at: Node, values: Mapping[Node, Any], memo: Memo) -> float:
        """The quantile; the drawn outcomes are kept for the other quantiles of the same model."""
        key = (at.args, self.names, self.shapes, self.correlation, self.points)
        if key not in memo:
            memo[key] = np.sort(self._outcomes(at, values))
        return float(np.quantile(memo[key], self.probability))

    def _outcomes(self, at: Node, values: Mapping[Node, Any]) -> Array:
        uniform = uniforms(len(self.names), self.points, self.correlation)
        model, ends = at.args[0], at.args[1:]
        columns: dict[Node, Any] = {}
        for i, shape in enumerate(self.shapes):
            var, low, high = ends[3 * i : 3 * i + 3]
            columns[var] = quantile(shape, values[low], values[var], values[high], uniform[:, i])
        for part in ordered([model]):
            if part not in columns and any(a in columns for a in part.args):
                columns[part] = _vector(part, columns, values)
        size = 2**self.points.power
        drawn = np.broadcast_to(np.asarray(columns.get(model, values[model]), float), (size,))
        if not np.isfinite(drawn).all():
            raise GraphError("the model has no finite value at some draws of its inputs")
        return drawn


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
    "var": lambda value: value,
}
"""The operations of ``press.graph`` that a model may use, on arrays of draws."""


def _vector(part: Node, columns: Mapping[Node, Any], values: Mapping[Node, Any]) -> Any:
    if part.op not in _VECTOR:
        raise GraphError(f"a simulated model cannot use {part.op!r}")
    given = [columns[a] if a in columns else np.float64(values.get(a, a.value)) for a in part.args]
    with np.errstate(all="ignore"):  # what is not finite is refused at the end
        return _VECTOR[part.op](*given)


def quantile(shape: str, low: float, central: float, high: float, p: Array) -> Array:
    """The value below which an input lies with probability ``p``.

    Ends that a changed centre has passed move to it, so that every change leaves a range.

    >>> print(quantile("triangular", 2.45, 3.42, 3.99, np.array([0.0, 1.0])))
    [2.45 3.99]
    """
    a, b = min(low, central), max(high, central)
    if shape == "fixed" or a == b:
        return np.full_like(p, central)
    if shape == "uniform":
        return a + p * (b - a)
    if shape == "triangular":
        rise = a + np.sqrt(p * (b - a) * (central - a))
        fall = b - np.sqrt((1 - p) * (b - a) * (b - central))
        return np.where(p * (b - a) < central - a, rise, fall)
    z = np.asarray(ndtri(p)) / Z90
    if shape == "normal":
        return np.asarray((a + b) / 2 + z * (b - a) / 2)
    if a <= 0:
        raise GraphError(f"a lognormal input is above 0, found {a:g}")
    middle, half = np.log(a * b) / 2, np.log(b / a) / 2
    return np.asarray(np.exp(middle + z * half))


@lru_cache(maxsize=64)
def uniforms(
    dimensions: int, points: Points, correlation: tuple[tuple[float, ...], ...] = ()
) -> Array:
    """Points in the unit cube, joined by a Gaussian copula where a correlation is given."""
    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(points.seed))
    cube: Array = np.clip(engine.random_base2(points.power), 1e-12, 1 - 1e-12)
    if correlation:
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


@dataclass(frozen=True)
class Simulated:
    """A model traced over its uncertain inputs.

    ``centre`` is the model at the central value of every input; ``quantile(p)`` the value below
    which it stays with probability p. Both are traced numbers.
    """

    centre: Any
    shared: Simulation
    args: tuple[Node, ...]

    def quantile(self, probability: float) -> Any:
        """The value below which the model stays with this probability."""
        if not self.args:
            return self.centre
        fixed = (self.shared.names, self.shared.shapes, self.shared.correlation, self.shared.points)
        return traced(_remembered(self.args, Simulation(*fixed, probability)))


@lru_cache(maxsize=256)  # figures ask for the same quantile again
def _remembered(args: tuple[Node, ...], data: Simulation) -> Node:
    return node("quantile", args, data=data)


def simulate(
    model: Callable[..., Any],
    marginals: Sequence[Marginal],
    correlation: Sequence[Sequence[float]] = (),
    points: Points | None = None,
) -> Simulated:
    """Trace a model over uncertain inputs.

    Parameters
    ----------
    model
        Takes the inputs by name; must use only arithmetic and the functions of
        ``press.numbers``, so that one call with symbols says all.
    marginals
        The distribution of every input; the ones without a spread are taken as known.
    correlation
        Of all inputs in the order of ``marginals``, in a Gaussian copula.
    points
        Sobol points; 2^13 unless told.

    Examples
    --------
    >>> hours = Marginal("hours", "fixed", 2.788e6, 2.788e6, 2.788e6)
    >>> price = Marginal("price", "uniform", 1.0, 2.0, 3.0)
    >>> cost = simulate(lambda hours, price: hours * price, [hours, price])
    >>> cost.centre, round(cost.quantile(0.05) / 1e6, 2)
    (5576000.0, 3.07)
    """
    spread = [i for i, m in enumerate(marginals) if m.shape != "fixed" and m.low < m.high]
    values: dict[str, Any] = {m.name: m.central for m in marginals}
    args: list[Node] = []
    for i in spread:
        found = marginals[i]
        low, central, high = (_needed(x) for x in (found.low, found.central, found.high))
        var = node("var", (central,), data=found.name)
        values[found.name] = Number(var)
        args += [var, low, high]
    correlated = [correlation[i] for i in spread] if correlation else []
    result = model(**values)
    made = _needed(result)
    if spread and not any(part.op == "var" for part in ordered([made])):
        raise GraphError("the model does not use its uncertain inputs, or loses them on the way")
    rows = tuple(tuple(float(row[j]) for j in spread) for row in correlated)
    shared = Simulation(
        names=tuple(marginals[i].name for i in spread),
        shapes=tuple(marginals[i].shape for i in spread),
        correlation=rows,
        points=points or Points(),
    )
    return Simulated(traced(made), shared, (made, *args) if spread else ())


def centre(root: Node) -> Node:
    """The graph at central inputs: for a simulated value its model, else the node itself."""
    while root.op in ("quantile", "signif", "round"):
        root = root.args[0]
    return root


def _needed(value: Any) -> Node:
    found = node_of(value)
    if found is None:
        raise GraphError(f"found {value!r}, expected a number")
    return found
