"""The run rebuilt: published tables first, then properties of the models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import hardware
from analysis.charts import training_run as training_run_charts
from press import figures
from press.facts import Facts

FACTS = Facts()
counts = st.floats(1, 1e6)
tokens = st.floats(1e9, 1e14)


def value(key: str) -> float:
    return figures.value(key, FACTS)


@pytest.mark.parametrize(
    ("key", "published", "tolerance"),
    [
        ("training_run.gpu_hours_from_rate", 2_664_000, 1e-9),  # V3 report, section 4.4.2
        ("training_run.gpu_hours_from_tokens_per_day", 2_664_000, 1.1e-3),
        ("training_run.gpu_hours_from_flops", 2_664_000, 1.1e-3),
        ("training_run.days_per_trillion", 3.7, 0.014),  # printed to one decimal
        ("training_run.days_pretraining", 54.2, 1e-3),
        ("training_run.days_total", 56.7, 1e-3),
        ("training_run.tokens_per_day", 272.80e9, 2e-5),  # ISCA paper, Table 4
        ("training_run.flops_per_token", 250e9, 1e-3),  # ISCA paper, Table 2
        ("training_run.flops_per_gpu", 385e12, 1e-3),  # ISCA paper, Table 4
        ("training_run.mfu_bf16", 0.3894, 1.3e-4),
        ("training_run.mfu_bf16_non_causal", 0.4373, 1.2e-4),
        ("training_run.mfu_fp8", 0.1947, 1e-3),  # Epoch AI, with the rounded 385 TFLOP/s
        ("training_run.network_usd", 9e6, 0.05),  # ISCA paper, Table 3
    ],
)
def test_published_numbers_come_out(key: str, published: float, tolerance: float) -> None:
    assert value(key) == pytest.approx(published, rel=tolerance)


def test_the_rate_times_the_tokens_is_the_reported_number_to_the_digit() -> None:
    assert value("training_run.gpu_hours_from_rate") == FACTS.value("V3-001")


def test_the_step_of_the_paper_adds_up() -> None:
    parts = [row["multi_plane_s"] for row in FACTS.rows("training_step")]
    assert sum(parts) == pytest.approx(FACTS.value("ISCA-T4-02"), abs=0.05)


def test_reported_hours_lie_between_what_is_possible_and_what_is_usual() -> None:
    typical = figures.evaluate("training_run.gpu_hours_at_typical_mfu", FACTS)
    assert value("training_run.trace_gpu_hours") < FACTS.value("V3-001")
    assert typical.low is not None
    assert typical.high is not None
    assert typical.low <= FACTS.value("V3-001") <= typical.high


def test_context_extension_of_the_report() -> None:
    assert value("training_run.context_tokens") == 1000 * (1920 * 32_768 + 480 * 131_072)
    assert value("training_run.context_ratio") == pytest.approx(5.25, abs=0.01)
    assert 1 < value("training_run.context_flop_ratio") < value("training_run.context_ratio")
    # attention and head in BF16 explain it to a few percent; the count of operations does not
    mixed = value("training_run.context_ratio_mixed")
    assert mixed == pytest.approx(5.08, abs=0.005)
    assert 0.95 < mixed / value("training_run.context_ratio") < 1
    assert value("training_run.post_training_hours") == pytest.approx(2.44, abs=0.01)


def test_pauses_are_bounded_by_two_months() -> None:
    days = value("training_run.days_pretraining") + value("training_run.downtime_ceiling_days")
    assert days == pytest.approx(62)  # July and August, or December and January
    assert value("training_run.downtime_ceiling_share") == pytest.approx(0.144, abs=0.001)


def test_the_export_windows_are_in_order_and_match_the_releases() -> None:
    released = {r["key"].split("-")[0]: r["released"] for r in FACTS.rows("accelerators")[::-1]}
    for row in FACTS.rows("export_controls"):
        if row["sold_from"]:
            assert row["sold_from"] < row["sold_until"]
            assert row["sold_from"] == released[row["key"]]
        else:
            assert released[row["key"]] > row["sold_until"]


def test_fp8_doubles_the_peak_of_every_chip_that_has_it() -> None:
    chips = FACTS.rows("accelerators")
    assert {c["architecture"] for c in chips if c["fp8_flop_per_s"] is None} == {"Ampere"}
    for chip in chips:
        if chip["fp8_flop_per_s"] is not None:
            assert chip["fp8_flop_per_s"] / chip["bf16_flop_per_s"] == pytest.approx(2, rel=1e-3)


@given(n=tokens, flop=st.floats(1e9, 1e13), peak=st.floats(1e13, 1e16), gpus=counts)
def test_hours_and_utilisation_are_inverse(n: float, flop: float, peak: float, gpus: float) -> None:
    hours = hardware.gpu_hours_from_flops(n, flop, peak, 0.4)
    pace = n / hardware.days_on(hours, gpus)
    achieved = hardware.flop_per_s_per_gpu(pace, flop, gpus)
    assert hardware.mfu(achieved, peak) == pytest.approx(0.4)
    assert hardware.gpu_hours_from_pace(n, pace, gpus) == pytest.approx(hours)


@given(n=tokens, rate=st.floats(1e3, 1e7), times=st.floats(1, 100))
def test_hours_are_linear_in_tokens(n: float, rate: float, times: float) -> None:
    once = hardware.gpu_hours_from_rate(n, rate)
    assert hardware.gpu_hours_from_rate(n * times, rate) == pytest.approx(once * times)


@given(tdp=st.floats(1, 2000), ratio=st.floats(1, 3), load=st.floats(0, 1), pue=st.floats(1, 2))
def test_power_at_the_wall_grows_with_load_and_building(
    tdp: float, ratio: float, load: float, pue: float
) -> None:
    drawn = hardware.watts_at_the_wall(tdp, ratio, load, pue)
    assert drawn <= hardware.watts_at_the_wall(tdp, ratio, 1.0, pue)
    assert drawn >= hardware.watts_at_the_wall(tdp, ratio, load, 1.0)


@given(gpus=counts, years=st.floats(0.01, 10), share=st.floats(0.01, 1))
def test_use_gives_back_the_gpus(gpus: float, years: float, share: float) -> None:
    used = hardware.capacity_gpu_hours(gpus, years, share)
    assert hardware.gpus_from_use(used, years, share) == pytest.approx(gpus)


@given(values=st.lists(st.floats(0, 1e6), min_size=1, max_size=5), weights=st.floats(0.1, 10))
def test_a_weighted_mean_lies_inside(values: list[float], weights: float) -> None:
    mean = hardware.weighted_mean(values, [weights] * len(values))
    assert min(values) <= mean + 1e-6
    assert mean <= max(values) + 1e-6


@pytest.mark.parametrize("utilisation", [0.0, -0.1, 1.01])
def test_impossible_utilisation_is_refused(utilisation: float) -> None:
    with pytest.raises(ValueError, match="utilisation: found"):
        hardware.gpu_hours_from_flops(1e12, 1e9, 1e15, utilisation)


def test_charts_state_their_finding() -> None:
    peaks = {"BF16 peak": 989e12, "Peak for its mix": 1728e12}
    made = [
        training_run_charts.rebuild_chart(
            figures.frame(["training_run.gpu_hours_*", "training_run.trace_gpu_hours"], FACTS),
            2_664_000,
            0.001,
        ),
        training_run_charts.peaks_chart(value("training_run.flops_per_gpu"), peaks),
        training_run_charts.windows_chart(FACTS.rows("export_controls")),
    ]
    titles = [chart.to_dict()["usermeta"]["title"] for chart in made]
    assert "0.1" in titles[0]
    assert "38.9" in titles[1]
    assert "22.3" in titles[1]
    assert "216 days" in titles[2]


def test_utilisation_is_held_against_the_mix_of_formats() -> None:
    """Not against a throttled BF16 rate, which another kernel had under load."""
    assert value("training_run.mfu_mixed") == pytest.approx(0.223, abs=5e-4)
    fp8, bf16 = (value(f"training_run.mfu_{kind}") for kind in ("fp8", "bf16"))
    assert fp8 < value("training_run.mfu_mixed") < bf16
    assert "training_run.mfu_practical" not in figures.keys()


def test_the_trace_bounds_the_hours_and_fits_the_step() -> None:
    """DeepSeek's trace: 65.79 TFLOP in 129.012 ms; V3's step: 13.95 s for 97 to 103 pairs."""
    assert value("training_run.trace_flop_per_s") == pytest.approx(509.9e12, rel=1e-3)
    assert value("training_run.trace_gpu_hours") == pytest.approx(2.01e6, rel=5e-3)
    assert value("training_run.trace_gpu_hours") < FACTS.value("V3-001")
    pair = figures.evaluate("training_run.pair_seconds", FACTS)
    assert pair.low is not None
    assert pair.high is not None
    assert FACTS.value("PRO-06") < pair.low < pair.high < 1.12 * FACTS.value("PRO-06")
    shares = [value(f"training_run.trace_{kind}_share") for kind in ("fp8", "bf16")]
    assert shares == pytest.approx([0.389, 0.380], abs=1e-3)  # equal, as the prediction takes it
