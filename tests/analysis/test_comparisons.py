"""Comparisons: published tables first, then properties, then the guard that refuses mixtures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.runs import peers, training
from analysis.runs.comparisons import (
    Cost,
    MixedDefinitionsError,
    TrendTest,
    cost_fact,
    cost_ratio,
    expected_saving,
    ratio,
    score_gap,
    unmarked_mixtures,
    wins,
    yearly_rate,
)
from press import figures
from press.estimate import Estimate
from press.facts import Facts

FACTS = Facts()
RUNS = FACTS.table("training_runs").by_key
positive = st.floats(min_value=1e-3, max_value=1e12)


@st.composite
def estimates(draw: st.DrawFn) -> Estimate:
    low, value, high = sorted(draw(st.tuples(positive, positive, positive)))
    return Estimate(value, low, high)


# --- published numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "published"),
    [
        ("qwen2.5-72b", 7.8e24),
        ("qwen3-235b-a22b", 4.752e24),
        ("llama-3.1-405b", 3.8e25),
        ("llama-4-scout", 4.08e24),
        ("llama-4-maverick", 2.244e24),
        ("llama-4-behemoth", 5.184e25),
        ("kimi-k2", 2.976e24),
        ("glm-4.5", 4.42e24),
        ("mixtral-8x22b", 2.34e24),
        ("palm-540b", 2.5272e24),
        ("falcon-180b", 3.76e24),
        ("olmo-2-7b", 1.8e23),
        ("olmo-2-13b", 4.6e23),
    ],
)
def test_six_n_d_reproduces_stated_flops(run: str, published: float) -> None:
    assert training.own_flop(RUNS[run]) == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize(
    ("run", "published"),
    [
        ("deepseek-v2", 155e9),
        ("deepseek-v3", 250e9),
        ("llama-3.1-405b", 2448e9),
    ],
)
def test_counts_with_attention_reproduce_published_tables(run: str, published: float) -> None:
    found = peers.flop_with_attention(FACTS, run)
    assert found is not None
    assert found / RUNS[run]["tokens"] == pytest.approx(published, rel=0.03)


def test_every_stated_flop_of_a_countable_run_is_close_to_our_count() -> None:
    for row in RUNS.values():
        own = training.own_flop(row)
        if own and row["flop_reported"] and row["scope"] == "pre-training":
            assert own == pytest.approx(row["flop_reported"], rel=0.05), row["run"]


@pytest.mark.parametrize(
    ("run", "published"),
    [
        ("palm-540b", 8_404_992),
        ("gopher-280b", 3_768_320),
        ("mpt-7b", 100_320),
        ("smollm3-3b", 221_184),
        ("bloomberggpt-50b", 651_264),
        ("glm-130b", 1_105_920),
        ("minimax-m1-rl", 258_048),
        ("gpt-3-175b", 3_552_000),
        ("gpt-4", 57_000_000),
        ("gemini-1.0-ultra", 132_000_000),
        ("deepseek-v2", 1_399_680),
    ],
)
def test_hours_from_chips_and_time(run: str, published: float) -> None:
    assert training.chip_hours(RUNS[run]) == pytest.approx(published)


@pytest.mark.parametrize(
    ("run", "epoch_nominal_usd", "tolerance"),
    [
        ("bloom-176b", 883_316.6, 0.01),
        ("gpt-3-175b", 1_959_693, 0.02),
        ("gemini-1.0-ultra", 29_827_340, 0.02),
        ("gpt-4", 40_703_000, 0.02),
        ("grok-3", 217_835_545, 0.02),
        ("llama-2-70b", 1_099_605, 0.04),
        ("palm-540b", 3_060_365, 0.06),
    ],
)
def test_amortised_costs_reproduce_epoch(
    run: str, epoch_nominal_usd: float, tolerance: float
) -> None:
    assert peers.amortised(FACTS, run).usd.value == pytest.approx(epoch_nominal_usd, rel=tolerance)


@pytest.mark.parametrize(
    ("run", "fact"),
    [
        ("llama-3.1-405b", "C028"),
        ("gpt-4", "GP-E-GPT-4-acq"),
        ("gemini-1.0-ultra", "GP-E-Gemini_1.0_Ultra-acq"),
    ],
)
def test_acquisition_is_close_to_epoch(run: str, fact: str) -> None:
    row = RUNS[run]
    chip = FACTS.row("training_chips", row["accelerator"])
    found = training.run_costs(row, chip, peers.prices(FACTS))["acquisition"]
    assert found.value == pytest.approx(FACTS.value(fact), rel=0.05)


def test_like_for_like_with_llama() -> None:
    assert figures.value("training_runs.flop_per_hour_v3") == pytest.approx(1.2333e18, rel=1e-4)
    assert figures.value("training_runs.flop_per_hour_405b") == pytest.approx(1.232e18, rel=1e-3)
    assert figures.value("training_runs.hours_ratio") == pytest.approx(11.0617, rel=1e-4)
    assert figures.value("training_runs.mixed_ratio") == pytest.approx(30.49, rel=1e-3)
    assert figures.value("training_runs.cloud_rate") == pytest.approx(4.84, rel=1e-3)
    assert figures.value("training_runs.rental_405b") == 61_680_000


def test_v3_amortised_is_one_number_on_every_page() -> None:
    ladder = figures.evaluate("ladder.v3_amortised")
    page = peers.amortised(FACTS, "deepseek-v3").usd
    assert (page.value, *page.bounds) == (ladder.value, ladder.low, ladder.high)
    row = next(
        r
        for r in peers.cost_rows(FACTS)
        if (r["run"]["run"], r["definition"]) == ("deepseek-v3", "amortised")
    )
    assert row["usd"] == page
    assert "training_runs.amortised_v3" not in figures.keys()


def test_r1_matches_the_printed_table() -> None:
    cost = figures.value("ladder.r1_rl")
    assert cost == 294_672
    assert cost == pytest.approx(FACTS.value("R1-010"), rel=0.005)
    assert figures.value("r1_gpt4o.zero_hours") == pytest.approx(FACTS.value("R1-007"), rel=0.005)
    parts = [figures.value(f"r1_gpt4o.{run}_hours") for run in ("zero", "rl")]
    assert sum(parts) + FACTS.value("R1-004") == figures.value("left_out.r1_gpu_hours") == 147_336


# --- corrections of edition 1: each wrong value stays away --------------------------------------


def test_hopper_runs_are_counted_among_those_that_the_chart_shows() -> None:
    shown = peers.large_hopper_hours(FACTS)
    assert all((training.best_flop(RUNS[key]) or 0) >= training.LARGE_RUN_FLOP for key in shown)
    small = {"olmoe-1b-7b", "smollm3-3b", "llama-3-8b", "llama-3.1-8b"}
    assert small <= set(peers.hopper_hours(FACTS))
    assert not small & set(shown)
    assert figures.value("training_runs.hopper_count") == len(shown) == 8
    assert figures.value("training_runs.hopper_dearer") == 4
    before = figures.evaluate("training_runs.hopper_before")
    assert before.low == pytest.approx(2.3, abs=0.01)
    assert before.high == figures.value("training_runs.hours_ratio")


def test_years_between_need_days() -> None:
    assert figures.value("training_runs.years_since_405b") == pytest.approx(156 / 365.25)
    with pytest.raises(ValueError, match="row 'llama-3-70b', column 'released': found '2024-04'"):
        peers.years_between(FACTS, "llama-3-70b", "deepseek-v3")


def test_a_ratio_with_one_unknown_side_has_no_range() -> None:
    for key in ("r1_gpt4o.ratio_gpt4_cloud", "r1_gpt4o.ratio_gpt4o_rental"):
        assert figures.evaluate(key).low is None, key


def test_amortised_costs_of_epoch_are_of_one_vintage() -> None:
    facts = FACTS.table("facts").by_key
    used = {row["amortised_fact"] for row in RUNS.values() if row["amortised_fact"]}
    others = {key for key in used if facts[key]["source"] != "epoch-db-2026"}
    assert others == {"GP-E-GPT-4o-amort", "C114"}  # runs that the database does not price
    assert "C089" in figures.evaluate("r1_gpt4o.ratio_gpt4").facts
    assert not [row for row in facts.values() if row["value"] == 40_700_000]


def test_quotations_hold_their_value() -> None:
    assert "15.86,4.1,61.5" in str(FACTS["C240"].quote)
    assert "1.1" in str(FACTS["C201b"].quote)
    assert "1.25" not in str(FACTS["C201b"].quote)


def test_minimax_rental_price_is_near_two_dollars() -> None:
    hours = training.chip_hours(RUNS["minimax-m1-rl"])
    assert hours is not None
    assert FACTS.value("C148") / hours == pytest.approx(2.07, abs=0.01)


def test_base_table_wins_by_hand() -> None:
    # README, base table: 405B is better in Pile-test, HellaSwag, PIQA, WinoGrande, RACE-Middle,
    # RACE-High, NaturalQuestions, CLUEWSC and C3; ARC-Challenge is a tie.
    assert wins(FACTS, "v3-base", "DeepSeek-V3", "Llama 3.1 405B") == (22, 32)
    assert wins(FACTS, "v3-base", "Llama 3.1 405B", "DeepSeek-V3") == (9, 32)


# --- predictions ------------------------------------------------------------------------------


def test_predictions_cover_the_runs_and_miss_few() -> None:
    found = peers.predictions(FACTS)
    assert len(found) >= 30
    assert all(p.run["hours_kind"] in training.PUBLISHED_HOURS for p in found)
    assert sum(0.5 <= p.ratio <= 2 for p in found) / len(found) > 0.9
    v3 = next(p for p in found if p.run["run"] == "deepseek-v3")
    assert 0.9 < v3.ratio < 1


@given(flop=st.floats(1e20, 1e27), mfu=st.floats(0.05, 1), factor=st.floats(1.1, 10))
def test_predicted_hours_scale(flop: float, mfu: float, factor: float) -> None:
    row = {**RUNS["llama-2-7b"], "parameters_active": flop / 6, "tokens": 1.0}
    more = {**row, "tokens": factor}
    chips = FACTS.table("training_chips").by_key
    (once,), (scaled,) = (training.predict_hours([r], chips, mfu) for r in (row, more))
    assert scaled.predicted == pytest.approx(once.predicted * factor)
    assert once.mfu_implied == pytest.approx(mfu * once.ratio)


# --- the guard --------------------------------------------------------------------------------


def test_mixing_definitions_raises_unless_marked() -> None:
    cloud, rental = cost_fact(FACTS, "C029"), peers.rental(FACTS, "deepseek-v3")
    with pytest.raises(MixedDefinitionsError, match="cloud prices.*\\$2 an hour"):
        cost_ratio(cloud, rental)
    with pytest.raises(MixedDefinitionsError):
        cost_ratio(cloud, rental, mixing="  ")
    assert cost_ratio(cloud, rental, mixing="on purpose").value == pytest.approx(30.488, rel=1e-3)


def test_a_cost_needs_a_known_definition() -> None:
    with pytest.raises(ValueError, match="expected one of rental"):
        Cost("x", Estimate(1.0), "guess")
    with pytest.raises(ValueError, match="without a definition"):
        cost_fact(FACTS, "V3-004")


@dataclass(frozen=True)
class FakeFigure:
    key: str
    unit: str
    formula: str
    facts: tuple[str, ...]


def test_check_finds_unmarked_mixtures() -> None:
    mixed = ("C029", "V3-008")
    (problem,) = unmarked_mixtures([FakeFigure("x.y", "ratio", "a ÷ b", mixed)], FACTS)
    assert "x.y" in problem
    assert "C029 (market_rental)" in problem
    assert "V3-008 (rental)" in problem
    fine = [
        FakeFigure("x.marked", "ratio", "a ÷ b: mixing definitions", mixed),
        FakeFigure("x.sum", "USD", "a + b", mixed),
        FakeFigure("x.same", "ratio", "a ÷ b", ("C027", "C029")),
    ]
    assert unmarked_mixtures(fine, FACTS) == []


def test_no_figure_of_these_chapters_mixes_unmarked() -> None:
    every = figures.keys()
    keys = [k for k in every if k.startswith(("training_runs.", "r1_gpt4o.", "serving."))]
    assert len(keys) > 60
    assert unmarked_mixtures([figures.evaluate(k, FACTS) for k in keys], FACTS) == []


def test_scores_of_two_tables_do_not_compare() -> None:
    v3 = "deepseek-v3"
    chat = FACTS.row("benchmarks", f"v3-chat/mmlu/{v3}")
    base = FACTS.row("benchmarks", f"v3-base/mmlu/{v3}")
    with pytest.raises(MixedDefinitionsError, match="one table"):
        score_gap(chat, base)
    bits = [FACTS.row("benchmarks", f"v3-base/pile-test/{m}") for m in (v3, "llama-3-1-405b")]
    assert score_gap(*bits) < 0, "fewer bits per byte are better, and Llama has fewer"


# --- ratio and trend --------------------------------------------------------------------------


@given(estimates(), estimates())
def test_ratio_has_its_value_inside_and_inverts(a: Estimate, b: Estimate) -> None:
    there, back = ratio(a, b), ratio(b, a)
    low, high = there.bounds
    assert low <= there.value <= high
    assert there.value * back.value == pytest.approx(1)
    assert low * back.bounds[1] == pytest.approx(1)
    widest = math.log(a.bounds[1] / a.value) + math.log(b.value / b.bounds[0])
    assert math.log(high / there.value) <= widest + 1e-9


@given(estimates())
def test_ratio_to_an_exact_number_only_scales(a: Estimate) -> None:
    found = ratio(a, Estimate(2.0))
    assert found.bounds == pytest.approx((a.bounds[0] / 2, a.bounds[1] / 2))


def test_ratio_refuses_zero() -> None:
    with pytest.raises(ValueError, match="positive"):
        ratio(Estimate(1.0), Estimate(0.0))


@given(months=st.floats(1, 60), years=st.floats(0, 5))
def test_saving_after_one_halving_time_is_two(months: float, years: float) -> None:
    rate = Estimate(yearly_rate(months))
    assert expected_saving(rate, Estimate(months / 12)).value == pytest.approx(2)
    assert expected_saving(rate, Estimate(years)).value >= 1


def test_trend_answers_follow_the_rule() -> None:
    expected = Estimate(3.0, 2.0, 4.0)
    answers = [TrendTest("", "", Estimate(seen), expected).answer for seen in (1.9, 2.0, 4.0, 4.1)]
    assert answers == ["behind the trend", "on the trend", "on the trend", "ahead of the trend"]


def test_both_trend_answers_are_given() -> None:
    answers = {t.comparison + t.yardstick: t.answer for t in peers.trend_tests(FACTS)}
    assert answers["Llama 3.1 405B, FLOPshalving in eight months"] == "ahead of the trend"
    assert answers["Claude 3.5 Sonnet, costand V3 half as far (Amodei)"] == "on the trend"


# --- data -------------------------------------------------------------------------------------


def test_training_runs_are_many_and_refer_to_what_exists() -> None:
    assert len(RUNS) >= 40
    chips = FACTS.table("training_chips").by_key
    sources = FACTS.table("sources").by_key
    facts = FACTS.table("facts").by_key
    definitions = {
        "amortised_fact": "amortised",
        "cloud_fact": "market_rental",
        "acquisition_fact": "acquisition",
    }
    for key, row in RUNS.items():
        assert row["accelerator"] is None or row["accelerator"] in chips, key
        for source in (row["other_sources"] or "").split("; "):
            assert not source or source in sources, (key, source)
        for column, definition in definitions.items():
            if row[column]:
                assert facts[row[column]]["definition"] == definition, (key, column)
        if row["parameters_total"] and row["parameters_active"]:
            assert row["parameters_active"] <= row["parameters_total"], key
        ways = [row["chip_hours"], row["chip_hours_per_trillion_tokens"], row["wall_hours"]]
        assert sum(way is not None for way in ways) <= 1, key
        assert bool(row["hours_kind"]) == (training.chip_hours(row) is not None), key
        if row["config"]:
            assert FACTS.config(row["config"]), key


def test_chips_agree_with_the_accelerators_table() -> None:
    known = FACTS.table("accelerators").by_key
    shared = [k for k in FACTS.table("training_chips").by_key if k in known]
    assert len(shared) >= 3
    for key in shared:
        chip = FACTS.table("training_chips").by_key[key]
        assert chip["peak_flop_per_s"] == known[key]["bf16_flop_per_s"]
        assert chip["tdp_w"] == known[key]["tdp_w"]


def test_costs_by_definition_have_ranges_in_order() -> None:
    rows = peers.cost_rows(FACTS)
    assert {r["definition"] for r in rows} == {
        "rental",
        "market_rental",
        "amortised",
        "acquisition",
    }
    for row in rows:
        low, high = row["usd"].bounds
        assert 0 < low <= row["usd"].value <= high


def test_every_amount_of_money_carries_a_definition() -> None:
    bare = [
        row["id"]
        for row in FACTS.table("facts").rows
        if row["unit"] in ("USD", "EUR", "CNY") and not row["definition"]
    ]
    assert bare == []
