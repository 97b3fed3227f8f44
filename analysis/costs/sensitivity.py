"""Which input matters: Sobol indices of a model with uncertain inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.costs.uncertainty import SEED, Distribution, Model, input_names
from press.maths import significant


def sobol_indices(
    model: Model, inputs: Mapping[str, Distribution], samples_log2: int = 10, seed: int = SEED
) -> dict[str, tuple[float, float]]:
    """First-order and total Sobol index of every uncertain input, by SALib.

    The first-order index is the share of the outcome's variance that disappears, on average,
    when the input becomes known; the total index also counts what it shares with others.

    References
    ----------
    Saltelli et al., Computer Physics Communications 181 (2010); SALib's ``sobol.analyze``.
    """
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    names = [n for n in input_names(model) if inputs[n].low != inputs[n].high]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    cube = sample.sample(problem, 2**samples_log2, calc_second_order=False, seed=seed)
    cube = np.clip(cube, 1e-12, 1 - 1e-12)
    columns: dict[str, Any] = {n: inputs[n].central for n in input_names(model)}
    columns |= {name: inputs[name].quantile(cube[:, i]) for i, name in enumerate(names)}
    values = np.asarray(model(**columns), dtype=float)
    found = analyze.analyze(
        problem, values / values.mean(), calc_second_order=False, num_resamples=2, seed=seed
    )
    return {
        name: (significant(max(float(s1), 0.0), 3), significant(max(float(st), 0.0), 3))
        for name, s1, st in zip(names, found["S1"], found["ST"], strict=True)
    }
