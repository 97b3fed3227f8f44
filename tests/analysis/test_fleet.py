"""The fleet: the claimed table against every sum stated in text, and what the GPUs could do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import fleet as fleet_charts
from analysis.charts import owning as owning_charts
from analysis.figures import owning
from press import figures
from press.facts import Facts
from press.publishing.export import site_data

FACTS = Facts()


def value(key: str) -> float:
    return figures.value(key, FACTS)


@pytest.mark.parametrize("check", owning.table_checks(FACTS), ids=lambda c: str(c["sum"]))
def test_the_cells_fit_every_stated_sum(check: dict[str, object]) -> None:
    assert check["agrees"], check


@pytest.mark.parametrize(
    ("key", "expected", "tolerance"),
    [
        ("owning.capex_first_columns", 1281e6, 0.5e6),
        ("owning.capex_total", 1629e6, 0.5e6),
        ("owning.opex_first_columns", 715e6, 1e6),
        ("owning.opex_total", 944e6, 0.5e6),
        ("owning.tco_total", 2573e6, 0.5e6),
        ("owning.tco_first_columns", 1996e6, 1e6),
        ("owning.weighted_capex", 27_143, 0.5),
        ("owning.weighted_asp", 15_667, 0.5),
        ("owning.capex_hopper", 1.4e9, 0.05e9),  # Luk
    ],
)
def test_sums_of_the_table(key: str, expected: float, tolerance: float) -> None:
    assert value(key) == pytest.approx(expected, abs=tolerance)


def test_every_cell_is_unverified_and_every_figure_of_cells_says_so() -> None:
    assert {row["evidence"] for row in FACTS.rows("semianalysis_table")} == {"unverified"}
    for figure in figures.frame(["fleet.*", "owning.*"], FACTS).itertuples():
        touches = any(fact.startswith("semianalysis_table/") for fact in figure.facts)
        assert touches == (figure.evidence == "unverified"), figure.key


def test_columns_add_up_to_their_own_cost_of_ownership() -> None:
    for row in FACTS.rows("semianalysis_table"):
        assert row["capex_usd"] + row["opex_usd"] == pytest.approx(row["tco_usd"], abs=1.1e6)
        assert row["gpus"] * row["capex_usd_per_gpu"] == pytest.approx(row["capex_usd"], abs=0.6e6)


def test_what_text_alone_gives() -> None:
    assert value("fleet.h20_implied") == 30_000
    assert value("owning.text_opex_h100") == 229e6
    assert value("owning.text_opex_per_gpu") == pytest.approx(3_933, abs=1)
    assert value("owning.text_opex_per_gpu_one_year") == pytest.approx(15_733, abs=1)
    assert value("owning.text_gpu_hour") == pytest.approx(1.209, abs=0.001)
    assert value("owning.text_break_even") == pytest.approx(0.604, abs=0.001)


def test_documented_gpus() -> None:
    assert value("fleet.peak_gpus") == 2_224
    assert value("fleet.not_shared") == 2_048 + 2_224
    assert value("fleet.serving_gpus") == 1_814
    assert value("fleet.a100_first_delivery") == pytest.approx(2_083, abs=1)
    assert value("fleet.v2_gpu_hours") == pytest.approx(1_399_680)


def test_fire_flyer_tables_of_the_paper() -> None:
    rows = {row["key"]: row for row in FACTS.rows("fire_flyer")}
    for column in ("ours", "pcie_fat_tree", "dgx"):
        parts = rows["network_price"][column] + rows["server_price"][column]
        assert parts == rows["total_price"][column]
    assert value("owning.fire_flyer_node_ratio") == pytest.approx(
        rows["relative_price"]["ours"], abs=0.01
    )
    assert value("owning.fire_flyer_performance") == pytest.approx(
        rows["relative_performance"]["ours"], abs=0.005
    )
    ratio = rows["relative_performance"]["ours"] / rows["relative_price"]["ours"]
    assert ratio == pytest.approx(rows["cost_performance"]["ours"], abs=0.005)
    assert value("owning.fire_flyer_power_saved") == pytest.approx(0.40, abs=0.01)
    power = FACTS.estimate("FF-006")
    assert power.bounds[0] <= value("fleet.fire_flyer_power") <= power.bounds[1]


def test_two_ways_to_the_cost_of_fire_flyer_agree() -> None:
    reported = value("owning.fire_flyer_usd")
    assert value("owning.fire_flyer_from_list") == pytest.approx(reported, rel=0.05)
    assert value("owning.a100_cell") > 1.4 * reported


def test_statements_cite_statements_that_exist_and_came_first() -> None:
    rows = {row["key"]: row for row in FACTS.rows("fleet_estimates")}
    for row in rows.values():
        assert bool(row["cites"]) == bool(row["link"]), row["key"]
        if row["cites"]:
            assert row["date"][:7] >= rows[row["cites"]]["date"][:7], row["key"]
        if row["standing"] == "documented":
            assert row["evidence"] == "primary", row["key"]


def test_owning_the_documented_fleet_is_bounded_by_its_parts() -> None:
    cases = owning.documented_fleet(FACTS)
    assert cases["low"].total_usd < cases["central"].total_usd < cases["high"].total_usd
    tco = figures.evaluate("owning.tco", FACTS)
    assert (tco.low, tco.value, tco.high) == tuple(
        cases[case].total_usd for case in ("low", "central", "high")
    )
    hour = value("owning.gpu_hour")
    assert value("owning.break_even") == pytest.approx(hour / FACTS.value("V3-009"))


@given(years=st.floats(0.5, 10), gpus=st.floats(1, 1e5), times=st.floats(1.01, 10))
def test_more_gpus_and_more_years_cost_more(years: float, gpus: float, times: float) -> None:
    once = owning.documented_fleet(FACTS, years, gpus)
    for case, cost in owning.documented_fleet(FACTS, years, gpus * times).items():
        assert cost.total_usd == pytest.approx(once[case].total_usd * times)
    for case, cost in owning.documented_fleet(FACTS, years * times, gpus).items():
        assert cost.total_usd > once[case].total_usd


def test_the_claimed_fleet_at_public_prices_costs_what_is_claimed() -> None:
    ours = figures.evaluate("owning.claimed_capex", FACTS)
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low <= FACTS.value("SA-06") <= ours.high


def test_charts_state_their_finding() -> None:
    frame = figures.frame(["fleet.*", "owning.*", "left_out.r1_gpu_hours"], FACTS)
    made = {
        "capacity": fleet_charts.capacity_chart(frame, FACTS.value("V3-004")),
        "versions": owning_charts.versions_chart(FACTS.rows("semianalysis_table")),
        "owning": owning_charts.owning_chart(frame, FACTS.value("SA-06")),
        "fire": owning_charts.fire_flyer_chart(frame),
    }
    titles = {name: chart.to_dict()["usermeta"]["title"] for name, chart in made.items()}
    assert "14" in titles["capacity"]
    assert "unverified" in titles["versions"]
    assert "unverified" in titles["fire"]
    assert "$1.6B" in titles["owning"]


def test_the_chapters_assumptions_move_its_figures_and_the_printed_fact() -> None:
    longer = Facts(overrides={"LK-05b": 5.0, "INF-001": 500.0})
    assert figures.value("owning.tco_per_year", longer) < 500 / 278 * value("owning.tco_per_year")
    assert figures.value("fleet.peak_gpus", longer) == 4000
    assert figures.value("owning.text_opex_per_gpu", longer) < value("owning.text_opex_per_gpu")
    assert site_data(longer)["facts"]["LK-05b"]["value"] == 5.0


# --- corrections of edition 1: each wrong value stays away --------------------------------------


def test_no_check_of_the_table_rests_on_a_division_of_its_own_sums() -> None:
    """Luk got his yearly costs by dividing the sums by four; they would match any cells."""
    assert not {"luk.tco_per_year"} & {str(c["fact"]) for c in owning.table_checks(FACTS)}
    assert "hard to say" in str(FACTS["LK-05d"].quote)


def test_the_claimed_operating_cost_is_above_our_range_even_over_all_years() -> None:
    ours = figures.evaluate("owning.claimed_opex", FACTS)
    assert ours.high is not None
    assert ours.high < FACTS.value("SA-07")


def test_both_sides_of_the_claim_ratio_hold_the_a100s() -> None:
    ratio = figures.evaluate("owning.claim_ratio", FACTS)
    assert {"FF-001", "FF-013", "INF-001", "SA-06", "SA-07"} <= set(ratio.facts)
    documented = value("owning.tco") + value("owning.a100_tco")
    assert value("owning.documented_tco") == pytest.approx(documented)
    assert 7 < ratio.value < 10  # 23 with the A100s on one side only


def test_h20s_do_not_count_as_h800s() -> None:
    h800s = value("fleet.claimed_in_h800s")
    assert h800s == pytest.approx(24_493, abs=1)
    assert value("fleet.v3_days_of_claimed") == pytest.approx(2_788_000 / h800s / 24)
    assert value("fleet.v3_share_of_claimed") == pytest.approx(0.013, abs=0.0001)


def test_the_fleets_servers_cost_what_the_ladders_cost() -> None:
    offers = [
        r["usd_per_gpu"]
        for r in FACTS.rows("server_prices", form="server")
        if r["accelerator"] in ("h100-sxm5", "h800-sxm5")
    ]
    price = figures.evaluate("owning.server_price", FACTS)
    assert min(offers) < price.value < max(offers)
    assert price.low == pytest.approx(price.value / 2)
    assert price.high == pytest.approx(price.value * 2)


def test_bounds_on_the_claimed_fleet() -> None:
    assert value("fleet.h800_world_share") == pytest.approx(0.0866, abs=0.0001)
    assert value("fleet.h100_smuggled_share") == pytest.approx(10_000 / 140_000)
    assert value("fleet.claimed_power") == pytest.approx(50.5e6, rel=0.01)
    assert value("fleet.documented_power") == pytest.approx(5.96e6, rel=0.01)
    assert value("fleet.claimed_electricity") == pytest.approx(32e6, rel=0.01)
    years = figures.evaluate("fleet.fee_years", FACTS)
    assert (years.low, years.high) == (20.0, pytest.approx(29.09, abs=0.01))
    assert value("fleet.documented_in_a100s") == pytest.approx(17_050, abs=1)
