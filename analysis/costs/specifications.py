"""Every combination of defensible choices at once: the specification curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.costs.uncertainty import (
    HIGH,
    LOW,
    Array,
    Distribution,
    Model,
    Ranks,
    draws,
    uniforms,
)

Named = tuple[tuple[str, Distribution], ...]
SPECIFICATION_SAMPLES_LOG2 = 10
"""Sobol points of one specification: 1,024, the first of those of the ladder."""


@dataclass(frozen=True)
class Option:
    """One way to choose: its key and the inputs that it sets."""

    key: str
    sets: Named


@dataclass(frozen=True)
class Curve:
    """Every specification: the chosen options, and what the model gives.

    ``chosen`` has one row a specification and one column a choice: the number of the option.
    ``low``, ``median`` and ``high`` are percentiles of the draws of one specification.
    """

    choices: tuple[tuple[Option, ...], ...]
    chosen: NDArray[np.int64]
    low: Array
    median: Array
    high: Array

    def __len__(self) -> int:
        return len(self.median)

    def keys(self, row: int) -> list[str]:
        """The options of one specification."""
        return [
            options[int(i)].key for options, i in zip(self.choices, self.chosen[row], strict=True)
        ]

    def below(self, amount: float) -> float:
        """The share of the specifications whose median lies below an amount."""
        return float((self.median < amount).mean())


@lru_cache(maxsize=4)  # a dozen figures read the same curve
def curve(
    model: Model,
    choices: tuple[tuple[Option, ...], ...],
    base: Named,
    ranks: Ranks = (),
    samples_log2: int = SPECIFICATION_SAMPLES_LOG2,
) -> Curve:
    """Run a model under the product of all options, at the same points for each.

    Parameters
    ----------
    model
        A function of inputs by name.
    choices
        The options of each choice; all options of one choice set the same inputs.
    base
        The distributions of all inputs, of which the options replace some.
    ranks
        Rank correlations of the inputs.
    samples_log2
        Power of two of the number of points.

    Examples
    --------
    >>> known = Distribution.fixed
    >>> price = tuple(Option(str(p), (("price", known(p)),)) for p in (1.0, 2.0))
    >>> hours = tuple(Option(str(h), (("hours", known(h)),)) for h in (3.0, 4.0, 5.0))
    >>> found = curve(lambda x: x["price"] * x["hours"], (price, hours), ())
    >>> len(found), found.median.tolist(), found.keys(4)
    (6, [3.0, 4.0, 5.0, 6.0, 8.0, 10.0], ['2.0', '4.0'])
    """
    # Each choice gets an axis of its own and the draws the last one: broadcasting does the rest.
    columns = draws(dict(base), ranks, samples_log2)
    spread_out = [name for name, found in base if found.low < found.high]
    at = uniforms(spread_out, ranks, samples_log2)
    for axis, options in enumerate(choices):
        shape = [1] * len(choices) + [-1]
        shape[axis] = len(options)
        for name, _ in options[0].sets:
            found = [dict(option.sets)[name] for option in options]
            rows = [f.quantile(at[name]) if name in at else np.array([f.central]) for f in found]
            columns[name] = np.stack(rows).reshape(shape)
    sizes = [len(options) for options in choices]
    outcome = np.atleast_1d(np.asarray(model(columns), dtype=float))
    low, median, high = np.quantile(outcome, [LOW, 0.5, HIGH], axis=-1)
    chosen = np.stack(np.meshgrid(*map(np.arange, sizes), indexing="ij"), axis=-1)
    flat = [np.broadcast_to(part, sizes).ravel() for part in (low, median, high)]
    return Curve(choices, chosen.reshape(-1, len(choices)), *flat)
