"""Figures of the fleet: documented, inferred and claimed GPUs, their capacity and their cost."""

from __future__ import annotations

from functools import partial

from analysis import hardware
from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.figures import figure

fleet_figure = partial(figure, chapter="fleet")
owning_figure = partial(figure, chapter="owning")

FIRST_COLUMNS = ("a100", "h20", "h800")
ALL_COLUMNS = (*FIRST_COLUMNS, "h100")
HOPPER = ALL_COLUMNS[1:]
YEARS = "LK-05b"
"""The label of the table's last row; that operating cost covers its years is an inference."""


def _cells(facts: Facts, row: str, columns: tuple[str, ...] = ALL_COLUMNS) -> list[float]:
    """One row of the SemiAnalysis table for some of its columns."""
    return [float(facts.row("semianalysis_table", column)[row]) for column in columns]


def _capex(facts: Facts, columns: tuple[str, ...] = ALL_COLUMNS) -> float:
    """GPUs times server cost per GPU, summed over columns [USD]."""
    gpus = _cells(facts, "gpus", columns)
    return sum(
        n * usd for n, usd in zip(gpus, _cells(facts, "capex_usd_per_gpu", columns), strict=True)
    )


# --- how many GPUs ---------------------------------------------------------------------------


@fleet_figure("fleet.peak_gpus", unit="GPU", formula="peak nodes × GPUs per node", headline=True)
def peak_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 at the daytime peak, when all nodes were in use."""
    return facts.value("INF-001") * facts.value("V3-017")


@fleet_figure("fleet.serving_gpus", unit="GPU", formula="mean nodes × GPUs per node")
def serving_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 on average over a day."""
    return facts.value("INF-002") * facts.value("V3-017")


@fleet_figure("fleet.not_shared", unit="GPU", formula="V3's cluster + peak serving GPUs")
def not_shared(facts: Facts) -> float:
    """H800s if the training cluster and the serving nodes had no GPU in common."""
    return facts.value("V3-016") + peak_gpus(facts)


@fleet_figure("fleet.h20_implied", unit="GPU", formula="50,000 Hopper − 10,000 H800 − 10,000 H100")
def h20_implied(facts: Facts) -> float:
    """H20s that SemiAnalysis's own text leaves over, though it speaks only of orders."""
    return facts.value("SA-01") - facts.value("SA-02") - facts.value("SA-03")


@fleet_figure("fleet.documented_share", unit="share", formula="peak serving GPUs ÷ 50,000")
def documented_share(facts: Facts) -> float:
    """Documented H800s as a share of the Hopper GPUs that SemiAnalysis claims."""
    return peak_gpus(facts) / facts.value("SA-01")


@fleet_figure(
    "fleet.claimed_in_h800s",
    unit="GPU",
    formula="Σ GPUs × dense BF16 peak ÷ peak of the H800, for H800, H100 and H20",
)
def claimed_in_h800s(facts: Facts) -> float:
    """The claimed 50,000 Hopper GPUs as so many H800s, by peak arithmetic."""
    fleet = {
        "h800-sxm5": facts.value("SA-02"),
        "h100-sxm5": facts.value("SA-03"),
        "h20": h20_implied(facts),
    }
    peak = {chip: float(facts.row("accelerators", chip)["bf16_flop_per_s"]) for chip in fleet}
    return hardware.equivalents(fleet, peak, "h800-sxm5")


@fleet_figure("fleet.h800_world_share", unit="share", formula="10,000 ÷ H800s ever shipped")
def h800_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that SemiAnalysis gives to DeepSeek."""
    gpus = facts.value("SA-02")
    return facts.estimate("CE-41").map(lambda world: gpus / world)


@fleet_figure(
    "fleet.documented_world_share", unit="share", formula="peak serving GPUs ÷ H800s ever shipped"
)
def documented_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that DeepSeek documents."""
    gpus = peak_gpus(facts)
    return facts.estimate("CE-41").map(lambda world: gpus / world)


@fleet_figure("fleet.h20_world_share", unit="share", formula="implied H20s ÷ shipped by end 2024")
def h20_world_share(facts: Facts) -> Estimate:
    """Share of all H20s shipped by the end of 2024 that the claim gives to DeepSeek."""
    gpus = h20_implied(facts)
    return facts.estimate("CE-42").map(lambda world: gpus / world)


@fleet_figure("fleet.claims", unit="claim", formula="claimed counts of 50,000 GPUs or more")
def claims(facts: Facts) -> float:
    """Statements from outside that name 50,000 GPUs or more."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    return float(sum(row["gpus"] >= facts.value("SA-01") for row in rows))


@fleet_figure(
    "fleet.claim_roots",
    unit="claim",
    formula="of those, the ones that go back to no other statement",
)
def claim_roots(facts: Facts) -> float:
    """Statements of 50,000 GPUs or more that go back to no earlier one."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    large = [row for row in rows if row["gpus"] >= facts.value("SA-01")]
    return float(sum(not row["cites"] for row in large))


# --- what the GPUs can do --------------------------------------------------------------------


@fleet_figure("fleet.capacity_documented", unit="GPU-hour", formula="peak serving GPUs × 8,766")
def capacity_documented(facts: Facts) -> float:
    """GPU-hours a year of the documented H800s."""
    return hardware.capacity_gpu_hours(peak_gpus(facts))


@fleet_figure("fleet.capacity_claimed", unit="GPU-hour", formula="50,000 × 8,766")
def capacity_claimed(facts: Facts) -> float:
    """GPU-hours a year of the claimed Hopper fleet."""
    return hardware.capacity_gpu_hours(facts.value("SA-01"))


@fleet_figure("fleet.v3_days_of_claimed", unit="day", formula="V3's GPU-hours ÷ 50,000 ÷ 24")
def v3_days_of_claimed(facts: Facts) -> float:
    """Days of the whole claimed Hopper fleet that V3's GPU-hours amount to."""
    return hardware.days_on(facts.value("V3-004"), facts.value("SA-01"))


@fleet_figure(
    "fleet.v3_share_of_claimed",
    unit="share",
    formula="V3's GPU-hours ÷ GPU-hours a year of 50,000 GPUs",
)
def v3_share_of_claimed(facts: Facts) -> float:
    """Share of a year of the claimed Hopper fleet that V3 took."""
    return facts.value("V3-004") / capacity_claimed(facts)


@fleet_figure(
    "fleet.v3_share_of_documented",
    unit="share",
    formula="V3's GPU-hours ÷ GPU-hours a year of the documented H800s",
)
def v3_share_of_documented(facts: Facts) -> float:
    """Share of a year of the documented H800s that V3 took."""
    return facts.value("V3-004") / capacity_documented(facts)


@fleet_figure(
    "fleet.v2_gpu_hours", unit="GPU-hour", formula="V2's tokens × GPU-hours per trillion tokens"
)
def v2_gpu_hours(facts: Facts) -> float:
    """Pre-training GPU-hours of DeepSeek-V2."""
    return hardware.gpu_hours_from_rate(facts.value("V2-010"), facts.value("V2-004"))


@fleet_figure(
    "fleet.r1_gpu_hours", unit="GPU-hour", formula="512 × (198 + 80) + GPU-hours for data"
)
def r1_gpu_hours(facts: Facts) -> float:
    """GPU-hours of R1-Zero, R1 and their training data."""
    hours = facts.value("R1-002b") + facts.value("R1-003")
    return facts.value("R1-002a") * hours + facts.value("R1-004")


@fleet_figure("fleet.published_runs", unit="GPU-hour", formula="V2 + V3 + R1")
def published_runs(facts: Facts) -> float:
    """GPU-hours of the published runs of DeepSeek-V2, V3 and R1."""
    return v2_gpu_hours(facts) + facts.value("V3-004") + r1_gpu_hours(facts)


@fleet_figure(
    "fleet.published_share_of_documented",
    unit="share",
    formula="published runs ÷ GPU-hours a year of the documented H800s",
)
def published_share_of_documented(facts: Facts) -> float:
    """The published runs as a share of one year of the documented H800s."""
    return published_runs(facts) / capacity_documented(facts)


@fleet_figure("fleet.serving_gpu_hours", unit="GPU-hour", formula="mean serving GPUs × 8,766")
def serving_gpu_hours(facts: Facts) -> float:
    """GPU-hours of a year of serving at the level of 28 February 2025."""
    return hardware.capacity_gpu_hours(serving_gpus(facts))


@fleet_figure(
    "fleet.serving_share_of_documented",
    unit="share",
    formula="mean serving GPUs ÷ peak serving GPUs",
)
def serving_share_of_documented(facts: Facts) -> float:
    """Share of the documented H800s that serving takes on average."""
    return serving_gpus(facts) / peak_gpus(facts)


@fleet_figure(
    "fleet.a100_first_delivery",
    unit="GPU",
    formula="325 PFLOP/s ÷ TF32 peak of an A100 (half its BF16 peak)",
)
def a100_first_delivery(facts: Facts) -> float:
    """A100s in Fire-Flyer 2 at its first delivery in January 2021."""
    tf32 = float(facts.row("accelerators", "a100-pcie")["bf16_flop_per_s"]) / 2
    return facts.value("PRI-003") / tf32


@fleet_figure("fleet.a100_mean_2022", unit="GPU", formula="GPU-hours used ÷ 8,766 ÷ share in use")
def a100_mean_2022(facts: Facts) -> float:
    """A100s that Fire-Flyer 2's use in 2022 implies on average."""
    return hardware.gpus_from_use(facts.value("CO-11a"), 1.0, facts.value("CO-11b"))


@fleet_figure("fleet.fire_flyer_power", unit="W", formula="nodes × power of a node")
def fire_flyer_power(facts: Facts) -> float:
    """Power of Fire-Flyer 2's GPU nodes."""
    return facts.value("FF-002") * float(facts.row("fire_flyer", "node_power")["ours"])


# --- the SemiAnalysis table: cells (unverified), then what text alone says -----------------------


@owning_figure("fleet.capex_first_columns", unit="USD", formula="Σ GPUs × server cost, 3 columns")
def capex_first_columns(facts: Facts) -> float:
    """Server capital cost of the first three columns, as the table was first summed."""
    return _capex(facts, FIRST_COLUMNS)


@owning_figure("fleet.opex_first_columns", unit="USD", formula="Σ cost to operate, 3 columns")
def opex_first_columns(facts: Facts) -> float:
    """Operating cost of the first three columns, as the table was first summed."""
    return sum(_cells(facts, "opex_usd", FIRST_COLUMNS))


@owning_figure("fleet.capex_total", unit="USD", formula="Σ GPUs × server cost, 4 columns")
def capex_total(facts: Facts) -> float:
    """Server capital cost of all four columns."""
    return _capex(facts)


@owning_figure("fleet.opex_total", unit="USD", formula="Σ cost to operate, 4 columns")
def opex_total(facts: Facts) -> float:
    """Operating cost of all four columns."""
    return sum(_cells(facts, "opex_usd"))


@owning_figure("fleet.tco_total", unit="USD", formula="capital + operating cost, 4 columns")
def tco_total(facts: Facts) -> float:
    """Cost of ownership of all four columns over the years of the row."""
    return capex_total(facts) + opex_total(facts)


@owning_figure("fleet.tco_first_columns", unit="USD", formula="capital + operation, 3 columns")
def tco_first_columns(facts: Facts) -> float:
    """Cost of ownership of the first three columns, as the table was first summed."""
    return capex_first_columns(facts) + opex_first_columns(facts)


@owning_figure("fleet.capex_hopper", unit="USD", formula="Σ GPUs × server cost, without A100")
def capex_hopper(facts: Facts) -> float:
    """Server capital cost of the Hopper columns."""
    return _capex(facts, HOPPER)


@owning_figure("fleet.tco_per_year", unit="USD/year", formula="cost of ownership ÷ years")
def tco_per_year(facts: Facts) -> float:
    """Cost of ownership a year of all four columns."""
    return tco_total(facts) / facts.value(YEARS)


@owning_figure("fleet.tco_hopper_per_year", unit="USD/year", formula="Hopper columns ÷ years")
def tco_hopper_per_year(facts: Facts) -> float:
    """Cost of ownership a year of the Hopper columns."""
    return (capex_hopper(facts) + sum(_cells(facts, "opex_usd", HOPPER))) / facts.value(YEARS)


@owning_figure("fleet.weighted_asp", unit="USD/GPU", formula="Σ GPUs × price ÷ Σ GPUs")
def weighted_asp(facts: Facts) -> float:
    """Mean selling price of a GPU, weighted by the number of GPUs."""
    return hardware.weighted_mean(_cells(facts, "asp_usd_per_gpu"), _cells(facts, "gpus"))


@owning_figure("fleet.weighted_capex", unit="USD/GPU", formula="Σ GPUs × server cost ÷ Σ GPUs")
def weighted_capex(facts: Facts) -> float:
    """Mean server cost for a GPU, weighted by the number of GPUs."""
    return hardware.weighted_mean(_cells(facts, "capex_usd_per_gpu"), _cells(facts, "gpus"))


@owning_figure(
    "fleet.h800_hour",
    unit="USD/GPU-hour",
    formula="cost of ownership of the H800 column ÷ its GPUs ÷ years",
)
def h800_hour(facts: Facts) -> float:
    """Cost of an H800-hour in the table, if the GPU is busy all the time."""
    tco = _capex(facts, ("h800",)) + sum(_cells(facts, "opex_usd", ("h800",)))
    gpus = sum(_cells(facts, "gpus", ("h800",)))
    return tco / hardware.capacity_gpu_hours(gpus, facts.value(YEARS))


@owning_figure("fleet.text_tco", unit="USD", formula="$1.6B + $944M, as stated in text")
def text_tco(facts: Facts) -> float:
    """Capital and operating cost as SemiAnalysis states them in text."""
    return facts.value("SA-06") + facts.value("SA-07")


@owning_figure("fleet.text_tco_per_year", unit="USD/year", formula="($1.6B + $944M) ÷ years")
def text_tco_per_year(facts: Facts) -> float:
    """Cost of ownership a year from the stated sums."""
    return text_tco(facts) / facts.value(YEARS)


@owning_figure(
    "fleet.text_gpu_hour",
    unit="USD/GPU-hour",
    formula="($1.6B + $944M) ÷ GPU-hours of 60,000 GPUs in those years",
)
def text_gpu_hour(facts: Facts) -> float:
    """Cost of a GPU-hour from the stated sums, if every GPU is busy all the time."""
    return text_tco(facts) / hardware.capacity_gpu_hours(facts.value("LK-01"), facts.value(YEARS))


@owning_figure("fleet.text_opex_per_gpu", unit="USD/GPU-year", formula="$944M ÷ 60,000 ÷ years")
def text_opex_per_gpu(facts: Facts) -> float:
    """Operating cost of one GPU for one year from the stated sum."""
    return facts.value("SA-07") / facts.value("LK-01") / facts.value(YEARS)


@owning_figure("fleet.text_capex_a100", unit="USD", formula="$1.6B for 60,000 − $1.4B for Hopper")
def text_capex_a100(facts: Facts) -> Estimate:
    """What text leaves for the A100 column; the range is that of two sums rounded to $0.1B."""
    difference = facts.value("LK-06") - facts.value("LK-08")
    return Estimate(difference, difference - 0.1e9, difference + 0.1e9)


@owning_figure("fleet.text_opex_h100", unit="USD", formula="$944M − $715M")
def text_opex_h100(facts: Facts) -> float:
    """What the corrected sum of operating costs added: the H100 column."""
    return facts.value("SA-07") - facts.value("SA-09")


def table_checks(facts: Facts) -> list[dict[str, str | float | bool]]:
    """Every sum of the table that somebody stated in text, beside what the cells give.

    Two numbers agree if they differ by no more than the last printed digit of the stated one
    (cells are printed to a million, so a sum of them may be off by a million or two).
    """
    gpus = partial(_cells, facts, "gpus")
    checks = (
        ("GPUs, all columns", sum(gpus()), "LK-01", 0.0),
        ("GPUs, Hopper columns", sum(gpus(HOPPER)), "SA-01", 0.0),
        ("Capital, first three columns", capex_first_columns(facts), "SA-08", 0.05e9),
        ("Capital, all columns", capex_total(facts), "SA-06", 0.05e9),
        ("Capital, Hopper columns", capex_hopper(facts), "LK-08", 0.05e9),
        ("Operation, first three columns", opex_first_columns(facts), "SA-09", 1.5e6),
        ("Operation, all columns", opex_total(facts), "SA-07", 1.5e6),
        ("Ownership a year, all columns", tco_per_year(facts), "LK-07", 5e6),
        ("Ownership a year, Hopper columns", tco_hopper_per_year(facts), "LK-09", 2.5e6),
    )
    return [
        {
            "sum": name,
            "cells": cells,
            "stated": facts.value(fact),
            "fact": fact,
            "agrees": abs(cells - facts.value(fact)) <= tolerance,
        }
        for name, cells, fact, tolerance in checks
    ]
