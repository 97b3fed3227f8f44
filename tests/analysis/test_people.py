"""Money and people, and what came after V3: sums against the numbers that were published."""

from __future__ import annotations

import pytest

from press import figures
from press.facts import Facts


def value(key: str) -> float:
    return figures.value(key)


def test_the_author_list_adds_up_to_the_count_of_names() -> None:
    assert value("money_people.authors") == Facts().value("CO-17d") == 197


def test_shares_of_authors_agree_with_the_printed_ones_to_the_point() -> None:
    assert value("money_people.us_share") == pytest.approx(0.24, abs=0.005)  # Hoover: 24 %
    # Chosun prints 54 % for 111 of 201, which is 55.2 %: told in the chapter.
    assert value("money_people.only_china_share") == pytest.approx(0.552, abs=5e-4)
    assert value("money_people.only_china_share") + value("money_people.us_share") < 1


def test_the_top_advert_is_154_ten_thousand_yuan_a_year() -> None:
    assert value("money_people.top_salary_yuan") == 1_540_000  # press: at most 1.54 million yuan


def test_the_rumoured_offer_in_dollars_agrees_with_the_press() -> None:
    offer = figures.evaluate("money_people.rumoured_offer")
    printed = Facts().value("CO-28b")
    assert offer.value == pytest.approx(printed, rel=0.02)  # 1.4 million, rounded


def test_fire_flyer_2_cost_about_155_million_dollars() -> None:
    assert value("owning.fire_flyer_usd") == pytest.approx(155e6, rel=0.002)
    assert value("money_people.fire_flyer_cost") == pytest.approx(
        value("money_people.fire_flyer_1_cost") + value("owning.fire_flyer_usd")
    )


def test_dollars_fall_when_the_yuan_does() -> None:
    weak = Facts(overrides={"FX-2025": 8.0})
    assert figures.value("money_people.top_salary", weak) < value("money_people.top_salary")
    assert figures.value("money_people.offer_over_advert", weak) > value(
        "money_people.offer_over_advert"
    )


def test_further_tokens_and_their_share() -> None:
    assert value("after_v3.further_tokens") == pytest.approx(1.7848e12)  # 630 + 209 + 2.1 + 943.7 B
    assert value("after_v3.further_share") == pytest.approx(0.1206, abs=1e-4)


def test_the_compute_that_v31_added_is_epochs_by_the_same_rule() -> None:
    assert value("after_v3.flop_v31_rule") == pytest.approx(
        value("after_v3.flop_v31_epoch"), rel=1e-3
    )
    assert value("after_v3.flop_v31") > value("after_v3.flop_v31_rule")  # long sequences: attention


def test_the_sparse_stage_of_v32_has_the_tokens_of_its_sequences() -> None:
    facts = Facts()
    assert 15_000 * 480 * facts.value("L-005b") == pytest.approx(facts.value("L-005"), rel=1e-4)
    assert value("after_v3.v32_share") < facts.value("L-005") / facts.value("V3-015") * 2


def test_v4_against_v3() -> None:
    assert value("after_v3.flop_v3") == pytest.approx(
        value("training_run.flops_per_token") * Facts().value("V3-015"), rel=0.005
    )
    assert value("after_v3.v4_pro_rule") == pytest.approx(2.95, abs=0.005)
    pro = figures.evaluate("after_v3.v4_pro_times_v3")
    assert pro.value == pro.low == pytest.approx(2.78, abs=0.005)
    assert pro.high == pytest.approx(3.04, abs=0.005)
    assert value("after_v3.v4_flash_times_v3") < 1


def test_at_v3s_rate_as_much_compute_costs_what_v3s_report_says() -> None:
    tokens = 33e12 / value("after_v3.v4_pro_times_v3")
    same = Facts(overrides={"L-014b": tokens})
    assert figures.value("after_v3.v4_pro_times_v3", same) == pytest.approx(1)
    assert figures.value("after_v3.v4_pro_rental", same) == pytest.approx(5_328_000)


def test_v4s_configurations_agree_with_the_printed_sizes() -> None:
    facts = Facts()
    assert value("after_v3.v4_pro_parameters") == pytest.approx(facts.value("L-010a"), rel=0.02)
    assert value("after_v3.v4_pro_active") == pytest.approx(facts.value("L-010b"), rel=0.005)


def test_reinforcement_learning_of_v32() -> None:
    assert value("after_v3.v32_rl_hours") == pytest.approx(266_400)
    assert value("after_v3.v32_rl_times") == pytest.approx(53.3, abs=0.05)


def test_training_of_v41_flash_takes_a_count_that_the_notes_give() -> None:
    facts = Facts()
    found = figures.evaluate("after_v3.flop_v41_flash", facts)
    assert found.low is None
    assert found.value == 6 * facts.value("L-019e") * facts.value("L-020")
    assert "L-019b" not in facts.table("facts").by_key  # 12 billion stands in no source


def test_fire_flyer_1_is_too_slow_for_a100s() -> None:
    assert value("money_people.fire_flyer_1_flop_per_s") == pytest.approx(16.4e12, rel=0.01)
    assert value("money_people.fire_flyer_1_of_a100") < 0.2
