"""How exact the ladder's percentiles are at equal time, as a ratio against squigglepy.

Run from the root of the repository: ``python -m tests.bench.ladder``. The comparison needs
squigglepy (``pip install squigglepy``); without it only the time against drawing the random
numbers alone appears.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.assumptions import correlations, inputs
from analysis.costs.ladder import MODELS
from analysis.costs.uncertainty import (
    HIGH,
    LOW,
    SAMPLES_LOG2,
    Array,
    Distribution,
    Ranks,
    draws,
    input_names,
)
from press.facts import Facts
from press.simulation import uniforms
from tests.bench.result import quickest

SEEDS = range(12)


def ends(values: Array) -> Array:
    """The two published percentiles."""
    return np.quantile(values, [LOW, HIGH])


def ours(
    name: str, chosen: dict[str, Distribution], power: int, seed: int, ranks: Ranks = ()
) -> Array:
    """The percentiles by this package, its Sobol points drawn anew."""
    uniforms.cache_clear()
    return ends(MODELS[name](draws(chosen, ranks, power, seed)))


def squiggle(name: str, chosen: dict[str, Distribution], samples: int, seed: int) -> Array:
    """The same percentiles by squigglepy, from as many random draws."""
    import squigglepy as sq

    def draw(found: Distribution) -> Any:
        low, high = found.low, found.high
        if low == high:
            return found.central
        if found.shape == "mixture":
            return found.quantile(np.random.default_rng(seed).random(samples))
        shape = {
            "uniform": lambda: sq.uniform(low, high),
            "triangular": lambda: sq.triangular(low, found.central, high),
            "normal": lambda: sq.norm(low, high),
            "lognormal": lambda: sq.lognorm(low, high),
        }[found.shape]()
        return sq.sample(shape, n=samples)

    sq.set_seed(seed)
    return ends(MODELS[name]({key: draw(found) for key, found in chosen.items()}))


def error(percentiles: Callable[[int], Array], true: Array) -> float:
    """Root mean square of the relative error of both percentiles over the seeds."""
    found = np.array([percentiles(seed) for seed in SEEDS])
    return float(np.sqrt(np.mean((found / true - 1) ** 2)))


def main() -> None:
    """Print the ratios, rung by rung."""
    facts = Facts()
    for name in ("v3_amortised", "development", "staff", "fleet_year"):
        chosen = inputs(facts, input_names(MODELS[name]))
        uncertain = sum(d.low < d.high for d in chosen.values())
        spent = quickest(lambda n=name, c=chosen: ours(n, c, SAMPLES_LOG2, 1, correlations(facts)))
        draw = np.random.default_rng(1)
        alone = quickest(lambda d=draw, k=uncertain: d.random((2**SAMPLES_LOG2, k)))
        line = f"{name}: {spent * 1e3:.0f} ms, {spent / alone:.1f} times drawing the numbers alone"
        try:
            import squigglepy  # noqa: F401
        except ImportError:
            print(line + "; squigglepy is not installed")
            continue
        true = ours(name, chosen, 19, 91)
        samples = 2**SAMPLES_LOG2
        for _ in range(3):
            theirs = quickest(lambda n=name, c=chosen, s=samples: squiggle(n, c, s, 1))
            samples = max(64, int(samples * spent / theirs))
        mine = error(lambda seed, n=name, c=chosen: ours(n, c, SAMPLES_LOG2, seed), true)
        other = error(lambda seed, n=name, c=chosen, s=samples: squiggle(n, c, s, seed), true)
        print(
            f"{line}; percentile error {mine:.1e} against {other:.1e} of squigglepy with "
            f"{samples:,} draws in the same time: {mine / other:.2f}"
        )


if __name__ == "__main__":
    main()
