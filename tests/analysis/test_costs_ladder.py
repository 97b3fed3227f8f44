"""The ladder, its Monte Carlo and its sensitivities."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assumptions import COMPUTED, KNOWN, ROUNDED, distribution, inputs
from analysis.costs.amortised import acquisition_usd, amortised_cost, value_at_start
from analysis.costs.ladder import RUNGS, cluster, owner_usd_per_gpu_hour
from analysis.costs.sensitivity import sobol_indices
from analysis.costs.uncertainty import (
    SHAPES,
    Distribution,
    _spread,
    input_names,
    outcomes,
    percentiles,
    sobol_points,
    spread,
    tornado,
)
from analysis.figures.ladder import convergence_frame, inputs_frame, ladder_frame, sensitivity_frame
from press import figures
from press.facts import Facts

LADDER = [row["key"] for row in Facts().table("ladder").rows]


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    """Any distribution of a positive input with its ends in order."""
    low, central, high = sorted(draw(st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3)))
    shape = draw(st.sampled_from(SHAPES))
    return (
        Distribution.fixed(central) if shape == "fixed" else Distribution(shape, low, central, high)
    )


class TestDistribution:
    @given(found=distributions(), a=st.floats(0.001, 0.999), b=st.floats(0.001, 0.999))
    def test_quantiles_rise_and_stay_inside(self, found: Distribution, a: float, b: float) -> None:
        low, high = found.quantile(np.array([min(a, b), max(a, b)]))
        assert low <= high + 1e-12 * abs(high)
        if found.shape in ("uniform", "triangular"):
            assert found.low - 1e-9 <= low
            assert high <= found.high + 1e-9

    @given(found=distributions())
    def test_ends_mean_what_they_say(self, found: Distribution) -> None:
        ends = found.quantile(np.array([0.05, 0.95]))
        if found.shape in ("normal", "lognormal") and found.low < found.high:
            assert ends == pytest.approx([found.low, found.high], rel=1e-6, abs=1e-12)

    @given(found=distributions(), p=st.floats(0.001, 0.999))
    def test_probability_undoes_quantile(self, found: Distribution, p: float) -> None:
        if found.shape != "fixed" and found.low < 0.99 * found.high:
            value = found.quantile(np.array([p]))
            assert found.probability(value) == pytest.approx([p], abs=1e-6)

    def test_triangular_against_its_formula(self) -> None:
        found = Distribution("triangular", 0, 1, 4).quantile(np.array([0.25, 0.5]))
        assert found == pytest.approx([1.0, 4 - math.sqrt(6)])

    def test_refuses_disorder_and_unknown_shapes(self) -> None:
        with pytest.raises(ValueError, match="low <= central <= high"):
            Distribution("uniform", 2, 1, 3)
        with pytest.raises(ValueError, match="expected one of"):
            Distribution("beta", 1, 2, 3)
        with pytest.raises(ValueError, match="no range"):
            Distribution("fixed", 1, 2, 3)
        with pytest.raises(ValueError, match="above 0"):
            Distribution("lognormal", 0, 1, 2)


class TestSpread:
    def test_known_percentiles(self) -> None:
        found = spread(lambda x: x, {"x": Distribution("lognormal", 1.2, 2.2, 4.0)})
        assert (found.low, found.high) == pytest.approx((1.2, 4.0), rel=1e-3)

    def test_sum_of_normals(self) -> None:
        x, y = Distribution("normal", -3, 0, 3), Distribution("normal", -4, 0, 4)
        found = spread(lambda x, y: x + y, {"x": x, "y": y})
        assert (found.low, found.high) == pytest.approx((-5, 5), rel=2e-3)

    def test_models_without_a_straight_line_are_drawn(self) -> None:
        x = Distribution("uniform", 1, 2, 3)
        found = spread(lambda x, y: (x * y) ** 2, {"x": x, "y": x})
        drawn = np.quantile(
            outcomes(lambda x, y: (x * y) ** 2, {"x": x, "y": x}, 18, 1), [0.05, 0.95]
        )
        assert found.bounds == pytest.approx(drawn, rel=5e-3)

    def test_falling_and_rising_inputs(self) -> None:
        x = Distribution("uniform", 1, 2, 3)
        found = spread(lambda x, y: y - x, {"x": x, "y": Distribution("uniform", 0, 1, 2)})
        edge = 2 * 0.1**0.5  # the difference of two uniform inputs is triangular on (-3, 1)
        assert found.bounds == pytest.approx((-3 + edge, 1 - edge), rel=1e-3)

    def test_same_seed_same_digits(self) -> None:
        assert np.array_equal(sobol_points(5, 8, 1), sobol_points(5, 8, 1))
        assert not np.array_equal(sobol_points(5, 8, 1), sobol_points(5, 8, 2))

    def test_a_known_input_makes_no_range(self) -> None:
        found = spread(lambda x: 2 * x, {"x": Distribution.fixed(3.0)})
        assert (found.value, found.low, found.high) == (6.0, None, None)

    @settings(deadline=None)
    @given(found=distributions(), factor=st.floats(0.1, 100))
    def test_scale(self, found: Distribution, factor: float) -> None:
        one = spread(lambda x: x, {"x": found}, samples_log2=8)
        many = spread(lambda x: factor * x, {"x": found}, samples_log2=8)
        assert many.value == pytest.approx(factor * one.value)
        assert many.bounds == pytest.approx([factor * b for b in one.bounds], rel=2e-3)


class TestSensitivity:
    def test_sobol_indices_of_a_weighted_sum(self) -> None:
        unit = Distribution("uniform", 0, 0.5, 1)
        found = sobol_indices(lambda a, b: 1 + a + 2 * b, {"a": unit, "b": unit}, samples_log2=12)
        assert found["a"] == pytest.approx((0.2, 0.2), abs=0.01)
        assert found["b"] == pytest.approx((0.8, 0.8), abs=0.01)

    def test_interaction_shows_in_the_total_index(self) -> None:
        wide = Distribution("uniform", 0, 0.5, 1)
        found = sobol_indices(lambda a, b: 1 + a * b, {"a": wide, "b": wide}, samples_log2=12)
        assert found["a"][0] == pytest.approx(3 / 7, abs=0.01)
        assert found["a"][1] == pytest.approx(4 / 7, abs=0.01)

    def test_tornado_is_sorted_and_skips_known_inputs(self) -> None:
        rows = tornado(
            lambda a, b, c: a + 10 * b + c,
            {
                "a": Distribution("uniform", 0, 1, 2),
                "b": Distribution("uniform", 0, 1, 2),
                "c": Distribution.fixed(1.0),
            },
        )
        assert [r["input"] for r in rows] == ["b", "a"]
        assert (rows[0]["at_low"], rows[0]["at_high"]) == pytest.approx((3, 21))


class TestLadder:
    @pytest.mark.parametrize("key", LADDER)
    def test_low_central_high(self, key: str, facts: Facts) -> None:
        found = figures.evaluate(key, facts)
        assert found.low is not None
        assert found.high is not None
        assert 0 < found.low <= found.value <= found.high
        assert found.low < found.high

    def test_published_anchors(self, facts: Facts) -> None:
        value = {key: figures.value(key, facts) for key in LADDER}
        assert value["ladder.r1_rl"] == 294_672
        assert value["ladder.v3_rental"] == 5_576_000
        assert value["ladder.v3_market"] == pytest.approx(2.788e6 * 3.42)
        assert value["ladder.v3_amortised"] == pytest.approx(3.5e6, rel=0.01)
        assert value["ladder.v3_ablations"] == pytest.approx(5.576e6 + 1.72e6, rel=0.01)
        assert value["ladder.claimed_fleet"] == 1.6e9 + 944e6
        assert figures.evaluate("ladder.claimed_fleet", facts).low == 1.3e9 + 715e6

    def test_wider_definitions_cost_more(self, facts: Facts) -> None:
        values = list(ladder_frame(facts)["value"])
        assert values == sorted(values)

    def test_standings(self, facts: Facts) -> None:
        standing = ladder_frame(facts).set_index("key")["standing"]
        assert standing["ladder.r1_rl"] == standing["ladder.v3_rental"] == "documented"
        assert standing["ladder.claimed_fleet"] == "claimed"
        assert set(standing.drop(["ladder.r1_rl", "ladder.v3_rental", "ladder.claimed_fleet"])) == {
            "inferred"
        }

    def test_every_rung_is_a_figure_and_every_model_a_rung(self) -> None:
        assert {key.removeprefix("ladder.") for key in LADDER} - {"claimed_fleet"} == set(RUNGS)

    def test_every_input_has_one_origin(self, facts: Facts) -> None:
        asked = {name for model in RUNGS.values() for name in input_names(model)}
        listed = {row["input"] for row in facts.table("assumptions").rows}
        assert asked == listed | set(KNOWN) | set(ROUNDED)
        assert set(COMPUTED) <= listed
        assert not listed & set(KNOWN)

    def test_no_number_is_stored_that_a_fact_has(self, facts: Facts) -> None:
        for row in facts.table("assumptions").rows:
            given_numbers = [row[c] for c in ("low", "central", "high") if row[c] is not None]
            if row["input"] in COMPUTED or (row["facts"] and "-" not in row["facts"].split()):
                assert not given_numbers, row["input"]

    def test_owners_hour_is_epochs_equation(self, facts: Facts) -> None:
        found = {
            n: d.central for n, d in inputs(facts, input_names(owner_usd_per_gpu_hour)).items()
        }
        start = value_at_start(
            found["server_usd_per_gpu"],
            found["years_since_price"],
            found["depreciation_oom_per_year"],
        )
        once_more = amortised_cost(
            chip_hours=1,
            value_per_chip_usd=start,
            server_to_chip_price=1.64,
            tdp_w=found["server_watts_per_gpu"],
            chip_to_server_power=1,
            tdp_fraction=found["load"],
            pue=found["pue"],
            usd_per_kwh=found["usd_per_kwh"],
        )
        assert owner_usd_per_gpu_hour(**found) == pytest.approx(once_more.total_usd)

    def test_cluster_is_epochs_acquisition(self) -> None:
        assert cluster(2_048, 44_490, 1 / 0.81) == pytest.approx(acquisition_usd(2_048, 44_490))

    def test_amortised_is_far_below_acquisition(self, facts: Facts) -> None:
        assert figures.evaluate("ladder.v3_amortised", facts).high < 0.1 * figures.value(
            "ladder.cluster", facts
        )

    def test_percentiles_are_stable_to_three_digits(self, facts: Facts) -> None:
        for name, model in RUNGS.items():
            chosen = inputs(facts, input_names(model))
            ends = [percentiles(model, chosen, p, s) for p, s in ((13, 1), (16, 2))]
            assert ends[0] == pytest.approx(ends[1], rel=1e-3), name
            drawn = np.quantile(outcomes(model, chosen, 18, 3), [0.05, 0.95])
            assert ends[0] == pytest.approx(drawn, rel=2e-3), name
        settled = convergence_frame("staff", facts)
        assert settled["points"].iloc[-2] == 2**13
        assert settled["high"].iloc[-2] == pytest.approx(settled["high"].iloc[-1], rel=1e-3)

    def test_indices_of_each_rung(self, facts: Facts) -> None:
        frame = sensitivity_frame("development", facts)
        assert frame.iloc[0]["input"] == "development_factor"
        assert frame["first_order"].sum() == pytest.approx(1, abs=0.05)
        assert (frame["total"] >= frame["first_order"] - 0.02).all()

    def test_all_ladder_figures_in_two_seconds(self, facts: Facts) -> None:
        figures.evaluate("ladder.pay_share", facts)  # imports are not counted
        keys = [key for key in figures.keys() if key.startswith("ladder.")]
        _spread.cache_clear()
        start = time.process_time()  # of this process alone, however busy the machine is
        for key in keys:
            figures.evaluate(key, facts)
        assert time.process_time() - start < 2


class TestWhatIf:
    def test_price_moves_the_rungs_that_use_it(self, facts: Facts) -> None:
        changed = Facts(overrides={"V3-009": 3.42})
        assert figures.value("ladder.v3_rental", changed) == pytest.approx(9_534_960)
        assert figures.value("ladder.development", changed) > figures.value(
            "ladder.development", facts
        )
        for key in ("ladder.v3_amortised", "ladder.cluster", "ladder.r1_rl", "ladder.v3_market"):
            assert figures.evaluate(key, changed).value == figures.value(key, facts)

    def test_same_value_moves_nothing(self, facts: Facts) -> None:
        same = Facts(overrides={"V3-009": facts.value("V3-009")})
        for key in LADDER:
            assert figures.value(key, same) == figures.value(key, facts)

    def test_a_judgement_can_be_changed(self, facts: Facts) -> None:
        changed = Facts(overrides={"assumptions/cny_per_person_year.central": 3_000_000})
        assert figures.value("ladder.staff", changed) > 1.5 * figures.value("ladder.staff", facts)
        assert distribution(changed, "cny_per_person_year").high == 3_000_000

    @settings(max_examples=10, deadline=None)
    @given(price=st.floats(0.01, 100))
    def test_any_price_keeps_ranges_in_order(self, price: float) -> None:
        changed = Facts(overrides={"V3-009": price})
        found = figures.evaluate("ladder.v3_rental", changed)
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        assert found.value == pytest.approx(2_788_000 * price)


def test_inputs_are_all_printed_with_reasons(facts: Facts) -> None:
    frame = inputs_frame(facts)
    assert len(frame) == len(facts.table("assumptions").rows)
    assert (frame["reason"].str.len() > 20).all()
    assert (frame["low"] <= frame["central"]).all()
    assert (frame["central"] <= frame["high"]).all()
