"""Serving: Day 6's own numbers first, then what must hold for any traffic and hardware."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import serving
from analysis.figures import serving as day6
from analysis.runs import peers
from analysis.serving import DecodeLoad, Tariff, Traffic
from press import figures
from press.facts import Facts

FACTS = Facts()
amounts = st.floats(min_value=1e6, max_value=1e13)
prices = st.floats(min_value=0.001, max_value=100)
traffics = st.builds(Traffic, amounts, amounts, amounts)
tariffs = st.builds(Tariff, prices, prices, prices)


# --- published numbers ------------------------------------------------------------------------


def test_rent_is_the_published_dollar_amount() -> None:
    assert figures.value("serving.cost_day") == FACTS.value("INF-004") == 87_072


def test_revenue_is_published_within_rounding() -> None:
    found = figures.evaluate("serving.revenue_day")
    assert found.low is not None
    assert found.high is not None
    assert found.low < FACTS.value("INF-011") < found.high
    assert found.value == pytest.approx(FACTS.value("INF-011"), rel=2e-4)


def test_margin_is_published_within_rounding() -> None:
    found = figures.evaluate("serving.margin")
    assert found.low is not None
    assert found.high is not None
    assert found.low < FACTS.value("INF-012") < found.high
    assert figures.value("serving.margin_published_inputs") == pytest.approx(5.45, abs=0.005)


def test_nodes_follow_from_the_stated_rates() -> None:
    assert figures.value("serving.nodes") == pytest.approx(FACTS.value("INF-002"), rel=0.001)


def test_network_load_reproduces_the_isca_arithmetic() -> None:
    # (1 byte + 2 bytes) x 32 tokens x 9 experts x 7K / 50 GB/s = 120.96 microseconds a layer
    config = {**FACTS.config("deepseek-v3"), "hidden_size": 7000, "num_attention_heads": 128}
    load = serving.decode_load(config, 4989, 2, 70_272)
    layers = config["num_hidden_layers"] - config["first_k_dense_replace"]
    per_layer = 32 * load.network_bytes / layers / FACTS.value("HW-x-05b")
    # December 2024: "we treat the shared expert as a routed one ... 9 experts"; Day 6: eight sent
    nine = FACTS.value("V3-076") / config["num_experts_per_tok"]
    assert per_layer * nine == pytest.approx(FACTS.value("ISCA-030"), rel=1e-9)


def test_eight_copies_cross_the_network() -> None:
    """Day 6: each GPU manages two routed experts and one shared expert."""
    assert figures.value("serving.network_bound") == pytest.approx(40_089, abs=1)
    assert figures.value("serving.share_of_network_bound") == pytest.approx(0.369, abs=5e-4)


def test_a_draft_raises_the_limit_of_memory_and_lowers_the_other_two() -> None:
    found = {
        name: figures.value(f"serving.{name}_with_draft") / figures.value(f"serving.{bound}")
        for name, bound in (
            ("memory", "memory_bound"),
            ("arithmetic", "compute_bound"),
            ("network", "network_bound"),
        )
    }
    assert found == pytest.approx({"memory": 1.78, "arithmetic": 0.926, "network": 0.929}, abs=2e-3)


def test_decoding_has_no_arithmetic_to_spare() -> None:
    """FlashMLA's note: with 128 heads the kernel is compute-bound (rounded; 242 of 257)."""
    load = day6.load(FACTS)
    per_byte = load.attention_flop / load.cache_bytes
    assert per_byte == pytest.approx(241.8, abs=0.1)
    assert per_byte > 0.8 * figures.value("latent_attention.balance_peak")
    assert per_byte > FACTS.value("FLM-03") / FACTS.value("FLM-04"), "at the kernel's own rates"
    two, read = (figures.value(f"latent_attention.attention_{x}") for x in ("two", "read"))
    assert two > 1.8 * read, "a second query is not free"


def test_the_speed_up_falls_with_load() -> None:
    """Notes of the review: 1.48 at 16, 1.20 at Day 6's 88, 1.05 at 128, throttled."""
    loads = (16, 32, 64, 128)
    found = [day6.speed_up_at(FACTS, many).value for many in loads]
    assert found == pytest.approx([1.48, 1.37, 1.25, 1.05], abs=0.01)
    assert found == sorted(found, reverse=True)
    there = figures.evaluate("multi_token_prediction.speed_up_day6")
    assert (there.low, there.value, there.high) == pytest.approx((1.12, 1.20, 1.31), abs=0.005)
    assert FACTS.value("V3-038") > day6.speed_up_at(FACTS, 16).bounds[1]


def test_decode_load_is_what_the_configuration_says() -> None:
    load = day6.load(FACTS)
    config = FACTS.config("deepseek-v3")
    # 61 layers x 128 heads x (512 + 64 + 512) x 2 x context
    assert load.attention_flop == 61 * 128 * 1088 * 2 * FACTS.value("INF-008")
    # two FLOPs for each active parameter but the embedding, norms and balance biases
    assert load.weight_flop == pytest.approx(2 * 36.62e9, rel=0.001)
    experts = 3 * 7168 * 2048
    assert load.weight_bytes > 58 * 3 * experts, "two routed experts and the shared one, in FP8"
    assert load.weight_bytes < 80e9
    assert load.cache_bytes == FACTS.value("INF-008") * FACTS.value("ISCA-001")
    assert config["n_routed_experts"] / 128 == 2


def test_stated_throughput_is_below_every_limit() -> None:
    stated = FACTS.value("INF-010")
    for limit in ("network_bound", "memory_bound", "memory_full", "compute_bound"):
        assert stated < figures.value(f"serving.{limit}") < 10 * stated, limit
    assert figures.value("serving.sequences") < figures.value("serving.sequences_most")


def test_price_page_and_relayed_list_agree() -> None:
    for model, snapshot in (("deepseek-r1", "after-r1"), ("deepseek-v3", "after-promotion")):
        page = peers.tariff(FACTS, f"page/{model}/list")
        relay = peers.tariff(FACTS, f"{snapshot}/{model}/deepseek")
        assert page == relay
    promotion = peers.tariff(FACTS, "page/deepseek-v3/promotion")
    assert peers.tariff(FACTS, "before-r1/deepseek-v3/deepseek") == promotion


def test_second_lists_agree_but_for_a_price_that_was_cut() -> None:
    differ = []
    for row in FACTS.rows("api_prices", snapshot="second-list"):
        relay = FACTS.row("api_prices", row["id"].replace("second/", "after-promotion/"))
        columns = ("input_usd_per_million", "output_usd_per_million")
        if any(row[column] != relay[column] for column in columns):
            differ.append(row["model"])
    assert differ == ["o1-mini"]


def test_night_tariff_is_half_and_a_quarter() -> None:
    v3, r1 = (peers.tariff(FACTS, key) for key in (day6.V3, day6.R1))
    night = peers.tariff(FACTS, day6.V3_NIGHT)
    assert (night.cached, night.uncached, night.output) == (
        v3.cached / 2,
        v3.uncached / 2,
        v3.output / 2,
    )
    discounted = peers.tariff(FACTS, day6.R1_NIGHT)
    for name in ("cached", "uncached", "output"):
        assert getattr(discounted, name) / getattr(r1, name) == pytest.approx(0.25, abs=0.005)


def test_recorded_price_comparison() -> None:
    assert figures.value("serving.price_r1") == pytest.approx(0.7244, abs=1e-4)
    assert figures.value("serving.o1_over_r1") == pytest.approx(29.59, abs=0.01)


# --- properties -------------------------------------------------------------------------------


@given(traffics, tariffs, st.floats(1.01, 100))
def test_revenue_scales_with_tokens_and_prices(
    traffic: Traffic, tariff: Tariff, factor: float
) -> None:
    usd = serving.revenue_usd(traffic, tariff)
    more = Traffic(traffic.cached * factor, traffic.uncached * factor, traffic.output * factor)
    assert serving.revenue_usd(more, tariff) == pytest.approx(usd * factor)
    mean = serving.usd_per_million(traffic, tariff)
    assert serving.usd_per_million(more, tariff) == pytest.approx(mean)
    ends = sorted((tariff.cached, tariff.uncached, tariff.output))
    assert ends[0] * (1 - 1e-9) <= mean <= ends[-1] * (1 + 1e-9)


@given(tariffs, tariffs, st.floats(0, 1), traffics)
def test_blended_tariff_bills_like_its_parts(
    one: Tariff, two: Tariff, share: float, traffic: Traffic
) -> None:
    parts = (serving.revenue_usd(traffic, t) for t in (one, two))
    first, second = parts
    blended = serving.revenue_usd(traffic, one.blend(two, share))
    assert blended == pytest.approx(first * (1 - share) + second * share)


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_margin_is_zero_at_break_even(revenue: float, cost: float) -> None:
    margin = serving.margin_over_cost(revenue, cost)
    assert serving.margin_over_cost(revenue / (1 + margin), cost) == pytest.approx(0, abs=1e-9)


loads = st.builds(
    DecodeLoad,
    st.floats(1e9, 7e10),
    st.floats(1e6, 1e9),
    st.floats(1e9, 1e12),
    st.floats(1e9, 1e12),
    st.floats(1e5, 1e8),
)


@given(loads, st.floats(1, 500), st.floats(1.1, 10))
def test_memory_bound_rises_with_batch_and_bandwidth(
    load: DecodeLoad, batch: float, factor: float
) -> None:
    rate = serving.memory_bound(load, batch, 3.35e12)
    assert serving.memory_bound(load, batch * factor, 3.35e12) >= rate
    assert serving.memory_bound(load, batch, 3.35e12 * factor) == pytest.approx(rate * factor)
    assert rate < 3.35e12 / load.cache_bytes, "never faster than reading the caches alone"


@given(loads)
def test_a_full_memory_holds_weights_and_caches_exactly(load: DecodeLoad) -> None:
    most = serving.largest_batch(load, 80e9)
    assert load.weight_bytes + most * load.cache_bytes == pytest.approx(80e9)


def test_conditions_lie_between_their_ends() -> None:
    found = figures.evaluate("serving.margin_conditions")
    assert found.low is not None
    assert found.high is not None
    between = ("serving.margin_v3", "serving.margin_r1_night")
    assert all(found.low < figures.value(key) < found.high for key in between)
    even = figures.evaluate("serving.break_even")
    assert even.low == pytest.approx(1 / (1 + found.high))
