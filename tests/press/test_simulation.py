"""Intervals of simulated models, as nodes of the graph."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from press import graph_json, simulation
from press.arithmetic import arithmetic
from press.derivatives import gradient
from press.graph import GraphError, addresses, evaluate
from press.numbers import read
from press.simulation import Marginal, Points, centre, simulate

PRICE = read(2.0, "V3-009", "USD/GPU-hour")
HOURS = read(2_788_000.0, "V3-004", "GPU-hour")


LOW, CENTRAL, HIGH = (
    read(v, "A", "USD/GPU-hour", e) for v, e in ((1, "low"), (2, "value"), (4, "high"))
)
GPU_PRICE = Marginal("price", "lognormal", (LOW, CENTRAL, HIGH))
R = read(1.5, "R", "1")
RATIO = Marginal("ratio", "uniform", (R - 0.5, R, R + 0.5))


def bill(x):
    return HOURS * x["price"] * x["ratio"]


def test_a_simulated_interval_is_that_of_the_draws():
    found = simulate(bill, [GPU_PRICE, RATIO])
    rng = np.random.default_rng(1)
    price = np.exp(math.log(2) + rng.normal(size=400_000) * math.log(2) / ndtri(0.95))
    drawn = 2_788_000 * price * rng.uniform(1, 2, 400_000)
    for p in (0.05, 0.5, 0.95):
        assert found.quantile(p) == pytest.approx(np.quantile(drawn, p), rel=0.01)
    assert found.centre == 2_788_000 * 3
    assert centre(found.quantile(0.5).node) is found.centre.node


def test_a_simulated_interval_follows_its_inputs():
    found = simulate(bill, [GPU_PRICE, RATIO]).quantile(0.95)
    changes = {"V3-004": 1e6, "R": 1.9}
    other = Marginal("ratio", "uniform", (1.4, 1.9, 2.4))
    again = simulate(lambda x: 1e6 * x["price"] * x["ratio"], [GPU_PRICE, other]).quantile(0.95)
    assert evaluate(found.node, changes) == pytest.approx(again, rel=1e-12)
    assert set(addresses(found.node)) == {"V3-004", "A", "R"}
    fixed = evaluate(found.node, {"A": 3.0})  # assumed exactly: only the ratio is left
    assert fixed == pytest.approx(2_788_000 * 3 * 1.95, rel=1e-3)


def test_medians_and_mixtures_follow_their_parameters():
    assert GPU_PRICE.at(0.5) == pytest.approx(2)
    assert evaluate(GPU_PRICE.at(0.5).node, {"A": 3.0}) == pytest.approx(3)
    weight = read(0.5, "W", "1")
    ratio = Marginal("k", "mixture", (1.0, weight, 1.0, 4.0, 1 - weight, 4.0, 16.0))
    assert ratio.at(0.5) == pytest.approx(4, rel=1e-3)
    assert evaluate(ratio.at(0.5).node, {"W": 1.0}) == pytest.approx(2, rel=1e-3)
    with pytest.raises(GraphError, match="weights of at least 0 that add up to 1"):
        Marginal("k", "mixture", (1.0, 0.5, 1.0, 4.0)).at(0.5)
    assert gradient(GPU_PRICE.at(0.5).node)["A"] == pytest.approx(1.25, rel=1e-3)


def test_correlated_inputs_spread_the_sum_wider():
    parts = [Marginal(n, "normal", (8.0, read(10.0, n, "USD"), 12.0)) for n in "xy"]
    free = simulate(lambda x: x["x"] + x["y"], parts).quantile(0.95)
    tied = simulate(lambda x: x["x"] + x["y"], parts, [[1, 0.99], [0.99, 1]]).quantile(0.95)
    assert free == pytest.approx(20 + 2 * 2**0.5, rel=2e-3)
    assert tied == pytest.approx(24, rel=2e-3)


def test_simulated_graphs_travel_as_json():
    found = simulate(bill, [GPU_PRICE, RATIO], [[1, 0.3], [0.3, 1]], Points(10, 5))
    ends = [found.quantile(p).node for p in (0.5, 0.05, 0.95)]
    back = graph_json.loads(graph_json.dumps({"rung": ends}))["rung"]
    assert list(back) == ends
    assert arithmetic(ends[0], "USD").startswith("2,788,000 GPU-hours × $2 × 1.5 ≈ $")


def test_models_that_cannot_be_traced_are_refused():
    with pytest.raises(GraphError, match="loses them on the way"):
        simulate(lambda x: float(x["price"]), [GPU_PRICE, RATIO])
    with pytest.raises(GraphError, match="not positive definite"):
        simulate(bill, [GPU_PRICE, RATIO], [[1, 2], [2, 1]]).quantile(0.5)
    with pytest.raises(GraphError, match="expected one of fixed, uniform"):
        Marginal("x", "beta", (0.0, 1.0, 2.0))
    with pytest.raises(GraphError, match="a lognormal input is above 0"):
        Marginal("price", "lognormal", (0.0, 1.0, 2.0)).at(0.5)


@pytest.mark.parametrize("dimensions", range(1, 13))
def test_kept_points_are_those_that_scipy_draws(dimensions: int) -> None:
    """press/sobol.json holds ``drawn_spans(dimensions, Points.seed, 14)`` for each."""
    kept = json.loads(Path(simulation.__file__).with_name("sobol.json").read_text("utf-8"))
    assert kept[str(dimensions)] == simulation.drawn_spans(dimensions, Points.seed, 14)
    for points in (Points(14), Points(9), Points(9, seed=3)):
        engine = qmc.Sobol(dimensions, rng=np.random.default_rng(points.seed))
        assert np.array_equal(
            simulation.uniforms(dimensions, points),
            np.clip(engine.random_base2(points.power), 1e-12, 1 - 1e-12),
        )
