"""Figures of the tutorial: a run from its configuration to the ladder, and how far that misses."""

from __future__ import annotations

import statistics

from analysis.runs.utilisation import backtest
from press.facts import Facts
from press.figures import figure
from press.numbers import number

COUNT = "a count of rows"
OTHERS = "each run is predicted by statistics over the others"


@figure(unit="run", formula="runs of the backtest", untraced=COUNT)
def runs(facts: Facts) -> float:
    """Published runs that are predicted, each from the others."""
    return number(len(backtest(facts)))


@figure(unit="run", formula="runs of the backtest inside their range", untraced=COUNT)
def inside(facts: Facts) -> float:
    """Predicted runs whose published hours lie in the range of the prediction."""
    return number(sum(row["inside"] for row in backtest(facts)))


@figure(
    unit="share",
    formula="middle of the distances of predicted ÷ published from one",
    untraced=OTHERS,
)
def typical_error(facts: Facts) -> float:
    """The middle error of the predictions of chip-hours, against the published ones."""
    return statistics.median(float(abs(row["ratio"] - 1)) for row in backtest(facts))


@figure(
    unit="share", formula="greatest distance of predicted ÷ published from one", untraced=OTHERS
)
def largest_error(facts: Facts) -> float:
    """The largest error of the predictions of chip-hours."""
    return max(float(abs(row["ratio"] - 1)) for row in backtest(facts))
