"""The ladder and its simulation: published numbers, properties, the corrections of edition 1."""

from __future__ import annotations

import math
import statistics
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assumptions import (
    COMPUTED,
    KNOWN,
    all_ratios,
    correlations,
    distribution,
    floor,
    inputs,
    ratio,
    server_offers,
    simulated,
)
from analysis.costs.amortised import acquisition_usd, amortised_cost, value_at_start
from analysis.costs.ladder import MODELS, cluster, hour, parts, people, with_people
from analysis.costs.uncertainty import (
    Distribution,
    Inputs,
    correlation_matrix,
    draws,
    input_names,
    mixture,
    spread,
)
from analysis.figures.ladder import cluster_frame, inputs_frame, ladder_frame, parts_of
from press import figures
from press.estimate import Estimate
from press.facts import Facts
from press.simulation import Points, uniforms

LADDER = [row["key"] for row in Facts().table("ladder").rows]
BY_KEY = {row["key"]: row for row in Facts().table("ladder").rows}
SHAPES = ("fixed", "uniform", "triangular", "normal", "lognormal")


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    """Any distribution of a positive input with its ends in order."""
    low, central, high = sorted(draw(st.lists(st.floats(0.1, 1e6), min_size=3, max_size=3)))
    shape = draw(st.sampled_from(SHAPES))
    return (
        Distribution.fixed(central) if shape == "fixed" else Distribution(shape, low, central, high)
    )


class TestDistribution:
    @settings(deadline=None)  # the first call imports scipy
    @given(found=distributions(), a=st.floats(0.001, 0.999), b=st.floats(0.001, 0.999))
    def test_quantiles_rise_and_stay_inside(self, found: Distribution, a: float, b: float) -> None:
        low, high = found.quantile(np.array([min(a, b), max(a, b)]))
        assert low <= high + 1e-12 * abs(high)
        if found.shape in ("uniform", "triangular"):
            assert found.low - 1e-9 <= low
            assert high <= found.high + 1e-9

    @settings(deadline=None)
    @given(found=distributions())
    def test_ends_mean_what_they_say(self, found: Distribution) -> None:
        ends = found.quantile(np.array([0.05, 0.95]))
        if found.shape in ("normal", "lognormal") and found.low < found.high:
            assert ends == pytest.approx([found.low, found.high], rel=1e-6, abs=1e-12)

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


class TestMixture:
    def test_one_opinion_is_its_lognormal(self) -> None:
        found, alone = mixture([(1.0, 1.2, 4.0)]), Distribution("lognormal", 1.2, 2.2, 4.0)
        p = np.array([0.05, 0.3, 0.5, 0.95])
        assert found.quantile(p) == pytest.approx(alone.quantile(p), rel=1e-3)

    def test_never_below_its_floor(self) -> None:
        found = mixture([(0.5, 0.5, 2.0), (0.5, 2.0, 8.0)], floor=1.31)
        assert found.quantile(np.array([1e-6, 0.01])) == pytest.approx([1.31, 1.31])

    def test_weights_are_checked(self) -> None:
        with pytest.raises(ValueError, match="add up to 1"):
            mixture([(0.5, 1.0, 2.0)])

    @settings(deadline=None)
    @given(weight=st.floats(0.01, 0.99))
    def test_more_weight_on_the_larger_raises_the_median(self, weight: float) -> None:
        low, high = (1.0, 2.0), (5.0, 9.0)
        less = mixture([(weight, *low), (1 - weight, *high)]).median
        more = mixture([(weight / 2, *low), (1 - weight / 2, *high)]).median
        assert more >= less - 1e-9


def total(x: Inputs) -> object:
    return x["a"] + x["b"]


class TestSpread:
    def test_known_percentiles(self) -> None:
        found = spread(lambda x: x["a"], {"a": Distribution("lognormal", 1.2, 2.2, 4.0)})
        assert found.bounds == pytest.approx((1.2, 4.0), rel=2e-3)

    def test_sum_of_normals(self) -> None:
        a, b = Distribution("normal", -3, 0, 3), Distribution("normal", -4, 0, 4)
        assert spread(total, {"a": a, "b": b}).bounds == pytest.approx((-5, 5), rel=5e-3)

    def test_correlated_normals(self) -> None:
        a, b = Distribution("normal", -3, 0, 3), Distribution("normal", -4, 0, 4)
        rho = 2 * math.sin(math.pi * 0.5 / 6)
        found = spread(total, {"a": a, "b": b}, (("a", "b", 0.5),))
        assert found.bounds[1] == pytest.approx(math.sqrt(9 + 16 + 2 * rho * 12), rel=5e-3)

    @given(rank=st.floats(0.05, 0.9))
    @settings(deadline=None, max_examples=20)
    def test_drawn_ranks_correlate_as_told(self, rank: float) -> None:
        from scipy.stats import spearmanr

        wide = Distribution("lognormal", 1, 2, 4)
        drawn = draws({"a": wide, "b": wide}, (("a", "b", rank),), samples_log2=11)
        assert spearmanr(drawn["a"], drawn["b"]).statistic == pytest.approx(rank, abs=0.02)
        assert np.median(drawn["a"]) == pytest.approx(2, rel=0.01)

    @given(rank=st.floats(0.1, 0.9))
    @settings(deadline=None, max_examples=20)
    def test_correlation_widens_a_sum(self, rank: float) -> None:
        wide = {"a": Distribution("uniform", 1, 2, 3), "b": Distribution("uniform", 1, 2, 3)}
        alone, together = spread(total, wide), spread(total, wide, (("a", "b", rank),))
        assert together.bounds[0] < alone.bounds[0]
        assert together.bounds[1] > alone.bounds[1]

    def test_contradictory_correlations_are_refused_in_words(self) -> None:
        pairs = (("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9))
        with pytest.raises(ValueError, match="of a, b, c contradict each other"):
            correlation_matrix(["a", "b", "c"], pairs)

    def test_same_seed_same_digits(self) -> None:
        assert np.array_equal(uniforms(5, Points(8, 1)), uniforms(5, Points(8, 1)))
        assert not np.array_equal(uniforms(5, Points(8, 1)), uniforms(5, Points(8, 2)))

    def test_a_known_input_makes_no_range(self) -> None:
        found = spread(lambda x: 2 * x["a"], {"a": Distribution.fixed(3.0)})
        assert (found.value, found.low, found.high) == (6.0, None, None)

    @settings(deadline=None)
    @given(found=distributions())
    def test_the_centre_is_the_median(self, found: Distribution) -> None:
        one = spread(lambda x: x["a"], {"a": found}, samples_log2=10)
        assert one.value == pytest.approx(found.median, rel=0.02, abs=0.02 * (found.high))


SIMULATED = {f"ladder.{name}": model for name, model in MODELS.items()}


class TestLadder:
    def test_published_anchors(self, facts: Facts) -> None:
        value = {key: figures.value(key, facts) for key in LADDER}
        assert value["ladder.r1_rl"] == 294_672
        assert value["ladder.v3_rental"] == 5_576_000
        assert value["ladder.v3_ablations"] == pytest.approx(5.576e6 + 1.72e6, rel=0.01)
        assert value["ladder.claimed_fleet"] == 1.6e9 + 944e6

    @pytest.mark.parametrize("key", SIMULATED)
    def test_centre_and_range_are_of_one_distribution(self, key: str, facts: Facts) -> None:
        found, model = figures.evaluate(key, facts), SIMULATED[key]
        chosen = inputs(facts, input_names(model))
        drawn = model(draws(chosen, correlations(facts), 16, 3))
        low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
        assert (found.low, found.value, found.high) == pytest.approx((low, middle, high), rel=5e-3)

    def test_order_is_by_boundary(self, facts: Facts) -> None:
        order = [row["boundary"] for row in sorted(BY_KEY.values(), key=lambda r: int(r["order"]))]
        assert list(dict.fromkeys(order)) == ["the run", "development", "with people", "machines"]
        assert order == sorted(order, key=list(dict.fromkeys(order)).index)
        chain = [f"ladder.{k}" for k in ("v3_rental", "v3_ablations", "v3_r1", "development")]
        places = [BY_KEY[key]["order"] for key in [*chain, "ladder.staff"]]
        assert places == list(range(places[0], places[0] + 5))  # nothing interrupts the chain
        values = [figures.value(key, facts) for key in [*chain, "ladder.staff"]]
        assert values == sorted(values)

    def test_every_label_has_its_time(self) -> None:
        assert all(row["label"].endswith(")") and "(" in row["label"] for row in BY_KEY.values())

    def test_standings(self, facts: Facts) -> None:
        standing = ladder_frame(facts).set_index("key")["standing"]
        known = {"ladder.r1_rl": "documented", "ladder.v3_rental": "documented"}
        known |= {"ladder.claimed_fleet": "claimed"}
        assert {key: standing[key] for key in known} == known
        assert set(standing.drop(list(known))) == {"inferred"}

    def test_every_input_has_one_origin(self, facts: Facts) -> None:
        asked = {name for model in MODELS.values() for name in input_names(model)}
        listed = {r["input"] for r in facts.table("assumptions").rows if r["shape"] != "ends"}
        assert asked == (listed | set(KNOWN)) - {"report_usd"}
        assert set(COMPUTED) <= listed
        assert not listed & set(KNOWN)
        assert {name for pair in correlations(facts) for name in pair[:2]} <= listed

    def test_no_number_is_stored_that_a_fact_has(self, facts: Facts) -> None:
        for row in facts.table("assumptions").rows:
            given_numbers = [row[c] for c in ("low", "central", "high") if row[c] is not None]
            if row["facts"] and "-" not in row["facts"].split():
                assert not given_numbers, row["input"]

    def test_owners_hour_is_epochs_equation(self) -> None:
        x = {"depreciation_oom_per_year": 0.14, "load": 0.75, "pue": 1.25, "usd_per_kwh": 0.0771}
        once_more = amortised_cost(
            chip_hours=1,
            value_per_chip_usd=value_at_start(37_080, 1.03),
            server_to_chip_price=1.64,
            tdp_w=1_275,
            chip_to_server_power=1,
            tdp_fraction=0.75,
            pue=1.25,
            usd_per_kwh=0.0771,
            interconnect_share=4_390 / (37_080 + 4_390),
        )
        ours = hour(x | {"electricity_factor": 1.0}, 37_080 + 4_390, 1.03, 1_275)
        assert ours == pytest.approx(once_more.total_usd)

    def test_cluster_is_epochs_acquisition_at_epochs_share(self) -> None:
        x = {
            "v3_gpus": 2_048,
            "server_usd_per_gpu": 44_490,
            "network_usd_per_gpu": 44_490 * 19 / 81,
        }
        assert cluster(x) == pytest.approx(acquisition_usd(2_048, 44_490))

    def test_percentiles_are_stable(self, facts: Facts) -> None:
        for model in MODELS.values():
            chosen = inputs(facts, input_names(model))
            found = [
                spread(model, chosen, correlations(facts), p, s) for p, s in ((14, 1), (16, 2))
            ]
            assert found[0].bounds == pytest.approx(found[1].bounds, rel=5e-3)
            assert found[0].value == pytest.approx(found[1].value, rel=5e-3)

    def test_parts_add_up_at_every_percentile(self, facts: Facts) -> None:
        whole = figures.evaluate("ladder.staff", facts)
        for case, expected in (("low", whole.low), ("middle", whole.value), ("high", whole.high)):
            found = parts_of(facts, case)
            groups = sum(v for name, v in found.items() if name.startswith("people_"))
            assert groups == pytest.approx(found["people"])
            assert sum(v for n, v in found.items() if "people_" not in n) == pytest.approx(expected)
        x = {name: d.median for name, d in inputs(facts, input_names(with_people)).items()}
        assert sum(parts(x).values()) == pytest.approx(with_people(x))

    def test_all_ladder_figures_in_two_seconds(self, facts: Facts) -> None:
        figures.evaluate("ladder.staff", facts)  # imports are not counted
        keys = [key for key in figures.keys() if key.startswith("ladder.")]
        start = time.process_time()  # of this process alone, however busy the machine is
        for key in keys:
            figures.evaluate(key, facts)
        assert time.process_time() - start < 2


class TestCorrections:
    """What edition 1 had wrong cannot come back."""

    def test_ratio_is_of_all_published_ones_and_never_below_the_tabulated(
        self, facts: Facts
    ) -> None:
        found = all_ratios(facts)
        assert floor(facts) == pytest.approx(1.31, abs=0.005)
        assert found.quantile(np.array([1e-4]))[0] == pytest.approx(floor(facts))
        published = [ratio(facts, row).median for row in facts.rows("development_ratios")]
        below = sum(value < found.median for value in published)
        assert 3 <= below <= len(published) - 3  # the centre is in the midst of them
        assert found.interval.value == pytest.approx(3.3, abs=0.3)

    def test_people_are_full_time_equivalents(self, facts: Facts) -> None:
        found = distribution(facts, "people")
        assert found.low == pytest.approx(43, abs=0.5)  # Epoch's shares
        assert found.high == facts.value("CO-17d")
        assert found.median < facts.value("CE-24")

    def test_server_price_has_epochs_interval_and_lies_in_the_offers(self, facts: Facts) -> None:
        found, offers = distribution(facts, "server_usd_per_gpu"), server_offers(facts)
        assert len(offers) == 13
        assert found.median == pytest.approx(statistics.median(offers))
        assert (found.low, found.high) == pytest.approx((found.median / 2, found.median * 2))

    def test_cluster_stands_among_its_competitors(self, facts: Facts) -> None:
        frame = cluster_frame(facts).set_index("key")["value"]
        others = frame.drop("server.offers")
        assert others.min() < frame["server.offers"] < others.max()
        assert round(others["server.register"] / 1e6) == 51
        assert round(others["server.semianalysis"] / 1e6) == 65

    def test_correlated_inputs_widen_the_cost_with_people(self, facts: Facts) -> None:
        alone = spread(with_people, inputs(facts, input_names(with_people)))
        together = simulated(facts, with_people)
        assert together.bounds[0] < alone.bounds[0]
        assert together.bounds[1] > alone.bounds[1]

    def test_a_superseded_edition_is_no_range(self, facts: Facts) -> None:
        found = figures.evaluate("ladder.claimed_fleet", facts)
        assert found.low is None

    def test_the_span_is_of_the_ends(self, facts: Facts) -> None:
        top, bottom = (figures.evaluate(f"ladder.{k}", facts) for k in ("staff", "v3_amortised"))
        assert top.high is not None
        assert bottom.low is not None
        assert figures.value("ladder.span", facts) == pytest.approx(top.high / bottom.low)

    def test_r1_has_one_range(self, facts: Facts) -> None:
        found, hours = (
            figures.evaluate(k, facts) for k in ("ladder.r1_rl", "left_out.r1_gpu_hours")
        )
        assert found.high == facts.value("R1-006") * (hours.high or 0)
        assert not {"r1_gpt4o.cost", "r1_gpt4o.hours", "fleet.r1_gpu_hours"} & set(figures.keys())


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
        assert figures.value("ladder.staff", changed) > 1.2 * figures.value("ladder.staff", facts)
        assert distribution(changed, "cny_per_person_year").high == 3_000_000

    def test_a_weight_can_be_changed(self, facts: Facts) -> None:
        changed = Facts(overrides={"development_ratios/openai.weight": 1.0})
        assert figures.value("left_out.ratio", changed) > figures.value("left_out.ratio", facts)

    @settings(max_examples=10, deadline=None)
    @given(price=st.floats(0.01, 100))
    def test_any_price_keeps_ranges_in_order(self, price: float) -> None:
        changed = Facts(overrides={"V3-009": price})
        found = figures.evaluate("ladder.development", changed)
        low, high = Estimate(found.value, found.low, found.high).bounds
        assert 0 < low < found.value < high
        assert figures.value("ladder.v3_rental", changed) == pytest.approx(2_788_000 * price)


def test_inputs_are_all_printed_with_reasons(facts: Facts) -> None:
    frame = inputs_frame(facts)
    assert set(frame["input"]) == {
        r["input"] for r in facts.table("assumptions").rows if r["shape"] != "ends"
    }
    assert (frame["reason"].str.len() > 20).all()
    assert (frame["low"] <= frame["central"]).all()
    assert (frame["central"] <= frame["high"]).all()
    assert people(dict.fromkeys(input_names(people), 1.0)) == 1.0
