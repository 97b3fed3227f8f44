"""Our own training runs on claims 3 to 5: comparisons by the criteria written before the first.

``experiments/criteria.md`` is the source of every rule here. The tables are read; nothing trains.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from press.estimate import Estimate
from press.facts import Facts

AXES = ("tokens", "compute", "seconds")
"""What two runs are given equally much of."""
RESAMPLES, SEED = 10_000, 0


@dataclass(frozen=True)
class Run:
    """A finished run: its row and its curve, points of (tokens, CPU seconds, loss or recall)."""

    arm: str
    seed: int
    row: Mapping[str, Any]
    curve: tuple[tuple[float, float, float], ...]

    def spent(self, axis: str) -> list[float]:
        """Tokens, training FLOPs or CPU seconds used up to each mark."""
        if axis == "seconds":
            return [seconds for _, seconds, _ in self.curve]
        each = self.row["training_flop_per_token"] if axis == "compute" else 1
        return [tokens * each for tokens, _, _ in self.curve]

    def at(self, axis: str, amount: float) -> float:
        """The loss or recall after that much, linear in its logarithm between marks."""
        values = [value for _, _, value in self.curve]
        return float(np.interp(math.log(amount), np.log(self.spent(axis)), values))

    def reaches(self, loss: float, axis: str) -> float | None:
        """What was spent when the loss fell to ``loss``; ``None`` if it did not."""
        spent, values = np.log(self.spent(axis)), [value for _, _, value in self.curve]
        for n, value in enumerate(values):
            if value <= loss:
                if n == 0:
                    return float(math.exp(spent[0]))
                share = (values[n - 1] - loss) / (values[n - 1] - value)
                return float(math.exp(spent[n - 1] + share * (spent[n] - spent[n - 1])))
        return None


@dataclass(frozen=True)
class Comparison:
    """One arm against another, seed by seed: ``ones`` and ``others`` in the order of ``seeds``."""

    seeds: tuple[int, ...]
    ones: tuple[float, ...]
    others: tuple[float, ...]

    @property
    def differences(self) -> tuple[float, ...]:
        """The first arm's value less the second's, seed by seed."""
        return tuple(a - b for a, b in zip(self.ones, self.others, strict=True))

    @property
    def estimate(self) -> Estimate:
        """Mean difference with its 95 % interval by Student's t."""
        return student(self.differences)

    @property
    def counts(self) -> bool:
        """Whether both intervals leave out 0: the criteria's word for an effect."""
        if len(self.seeds) < 2:
            return False
        both = (self.estimate.bounds, bootstrap(self.differences))
        return all(low > 0 for low, _ in both) or all(high < 0 for _, high in both)


def student(values: Sequence[float]) -> Estimate:
    """Mean and 95 % interval of paired differences; without a range where there is one value.

    >>> student([1.0, 2.0, 3.0])
    Estimate(value=2.0, low=-0.484..., high=4.484...)
    """
    mean = float(np.mean(values))
    if len(values) < 2:
        return Estimate(mean)
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    reach = float(stats.t.ppf(0.975, len(values) - 1)) * error
    return Estimate(mean, mean - reach, mean + reach)


@cache
def bootstrap(values: tuple[float, ...]) -> tuple[float, float]:
    """95 % percentile interval of the mean, over resamples of the seeds.

    >>> bootstrap((1.0, 1.0))
    (1.0, 1.0)
    """
    rng = np.random.RandomState(SEED)
    means = np.asarray(values)[rng.randint(len(values), size=(RESAMPLES, len(values)))].mean(1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def runs(facts: Facts, experiment: str) -> list[Run]:
    """The recorded runs of ``moe``, ``mtp``, ``mla`` or ``mini``."""
    found = []
    for row in facts.rows(f"experiment_{experiment}"):
        points = [tuple(map(float, point.split(":"))) for point in row["curve"].split()]
        curve = tuple((tokens, seconds, value) for tokens, seconds, value in points)
        found.append(Run(row["arm"], row["seed"], row, curve))
    return found


def of_arm(found: Sequence[Run], arm: str) -> dict[int, Run]:
    """An arm's runs by seed."""
    return {run.seed: run for run in found if run.arm == arm}


def compare(
    facts: Facts, experiment: str, one: str, other: str, value: Callable[[Run, Run, Run], float]
) -> Comparison:
    """Two arms over the seeds that both have; ``value`` takes the run and the pair it is of."""
    found = runs(facts, experiment)
    first, second = of_arm(found, one), of_arm(found, other)
    seeds = tuple(sorted(first.keys() & second.keys()))
    pairs = [(first[seed], second[seed]) for seed in seeds]
    return Comparison(
        seeds,
        tuple(value(a, a, b) for a, b in pairs),
        tuple(value(b, a, b) for a, b in pairs),
    )


def equal(facts: Facts, experiment: str, one: str, other: str, axis: str) -> Comparison:
    """Loss or recall of two arms at equal tokens, compute or seconds: those of the one that has
    fewer at its end."""

    def value(run: Run, a: Run, b: Run) -> float:
        return run.at(axis, min(a.spent(axis)[-1], b.spent(axis)[-1]))

    return compare(facts, experiment, one, other, value)


def measured(facts: Facts, experiment: str, one: str, other: str, measure: str) -> Comparison:
    """A measure of two arms at the ends of their runs."""
    return compare(facts, experiment, one, other, lambda run, _, __: float(run.row[measure]))


def share_to_reach(facts: Facts, experiment: str, one: str, other: str, axis: str) -> Comparison:
    """What ``one`` spends to reach the other's final loss, as a share of what the other spent.

    In logarithms: ``differences`` are ln(share). A run that does not get there counts whole.
    """

    def spent(run: Run, a: Run, b: Run) -> float:
        if run is b:
            return math.log(b.spent(axis)[-1])
        reached = a.reaches(b.curve[-1][2], axis)
        return math.log(a.spent(axis)[-1] if reached is None else reached)

    return compare(facts, experiment, one, other, spent)


def mean(facts: Facts, experiment: str, arm: str, measure: str) -> Estimate:
    """A measure's mean over an arm's seeds, with its interval."""
    found = of_arm(runs(facts, experiment), arm)
    return student([float(run.row[measure]) for run in found.values()])
