"""Figures of owning: what a fleet costs whoever buys it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from analysis import hardware
from analysis.assumptions import caixin, distribution
from analysis.costs.ownership import Ownership, ownership_cost
from analysis.costs.rental import rental_usd
from analysis.figures.fleet import h20_implied, peak_gpus
from analysis.hardware import capacity_gpu_hours, server_to_chip_power
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import mean, total
from press.numbers import named, number

FIRST_COLUMNS = ("a100", "h20", "h800")
ALL_COLUMNS = (*FIRST_COLUMNS, "h100")
HOPPER = ALL_COLUMNS[1:]
ROUNDING_USD = named(0.1e9, "rounding of two sums", "USD")
YEARS = "semianalysis.table_years"
"""The label of the table's last row; that operating cost covers its years is an inference."""


def _cells(facts: Facts, row: str, columns: tuple[str, ...] = ALL_COLUMNS) -> list[float]:
    """One row of the SemiAnalysis table for some of its columns."""
    return [number(facts.row("semianalysis_table", column)[row]) for column in columns]


def _capex(facts: Facts, columns: tuple[str, ...] = ALL_COLUMNS) -> float:
    """GPUs times server cost per GPU, summed over columns [USD]."""
    gpus = _cells(facts, "gpus", columns)
    return total(
        n * usd for n, usd in zip(gpus, _cells(facts, "capex_usd_per_gpu", columns), strict=True)
    )


# --- the SemiAnalysis table: cells (unverified), then what text alone says -----------------------
@figure(unit="USD")
def capex_first_columns(facts: Facts) -> float:
    """Server capital cost of the first three columns, as the table was first summed."""
    return _capex(facts, FIRST_COLUMNS)


@figure(unit="USD")
def opex_first_columns(facts: Facts) -> float:
    """Operating cost of the first three columns, as the table was first summed."""
    return total(_cells(facts, "opex_usd", FIRST_COLUMNS))


@figure(unit="USD")
def capex_total(facts: Facts) -> float:
    """Server capital cost of all four columns."""
    return _capex(facts)


@figure(unit="USD")
def opex_total(facts: Facts) -> float:
    """Operating cost of all four columns."""
    return total(_cells(facts, "opex_usd"))


@figure(unit="USD")
def tco_total(facts: Facts) -> float:
    """Cost of ownership of all four columns over the years of the row."""
    return capex_total(facts) + opex_total(facts)


@figure(unit="USD")
def tco_first_columns(facts: Facts) -> float:
    """Cost of ownership of the first three columns, as the table was first summed."""
    return capex_first_columns(facts) + opex_first_columns(facts)


@figure(unit="USD")
def capex_hopper(facts: Facts) -> float:
    """Server capital cost of the Hopper columns."""
    return _capex(facts, HOPPER)


@figure(unit="USD/GPU")
def weighted_asp(facts: Facts) -> float:
    """Mean selling price of a GPU, weighted by the number of GPUs."""
    return hardware.weighted_mean(_cells(facts, "asp_usd_per_gpu"), _cells(facts, "gpus"))


@figure(unit="USD/GPU")
def weighted_capex(facts: Facts) -> float:
    """Mean server cost for a GPU, weighted by the number of GPUs."""
    return hardware.weighted_mean(_cells(facts, "capex_usd_per_gpu"), _cells(facts, "gpus"))


@figure(unit="USD/GPU-hour")
def h800_hour(facts: Facts) -> float:
    """Cost of an H800-hour in the table, if the GPU is busy all the time."""
    tco = _capex(facts, ("h800",)) + total(_cells(facts, "opex_usd", ("h800",)))
    gpus = total(_cells(facts, "gpus", ("h800",)))
    return tco / hardware.capacity_gpu_hours(gpus, facts.value(YEARS))


def text_tco(facts: Facts) -> float:
    """Capital and operating cost as SemiAnalysis states them in text [USD]."""
    return facts.semianalysis.capex_total + facts.semianalysis.operating_cost


@figure(
    unit="USD/GPU-hour",
)
def text_gpu_hour(facts: Facts) -> float:
    """Cost of a GPU-hour from the stated sums, if every GPU is busy all the time."""
    return text_tco(facts) / hardware.capacity_gpu_hours(facts.luk.gpus_total, facts.value(YEARS))


@figure(unit="USD/GPU-year")
def text_opex_per_gpu(facts: Facts) -> float:
    """Operating cost of one GPU for one year from the stated sum."""
    return facts.semianalysis.operating_cost / facts.luk.gpus_total / facts.value(YEARS)


@figure(unit="USD/GPU-year")
def text_opex_per_gpu_one_year(facts: Facts) -> float:
    """Operating cost of one GPU from the stated sum if it were the cost of a single year."""
    return facts.semianalysis.operating_cost / facts.luk.gpus_total / hardware.ONE_YEAR


@figure(
    unit="share",
    formula="cost of a GPU-hour from the stated sums ÷ V3’s assumed price, "
    "mixing definitions: the parts add up to ownership",
)
def text_break_even(facts: Facts) -> float:
    """Share of the time that GPUs must be busy for the stated sums to make V3’s assumed price."""
    return text_gpu_hour(facts) / facts.v3.price_per_gpu_hour


@figure(unit="USD")
def text_capex_a100(facts: Facts) -> Estimate:
    """What text leaves for the A100 column; the range is that of two rounded sums."""
    difference = facts.luk.capex_total - facts.luk.capex_hopper
    return Estimate(difference, difference - ROUNDING_USD, difference + ROUNDING_USD)


@figure(unit="USD")
def text_opex_h100(facts: Facts) -> float:
    """What the corrected sum of operating costs added: the H100 column."""
    return facts.semianalysis.operating_cost - facts.semianalysis.operating_cost_first_version


CASES = ("low", "central", "high")
"""Each end of the range takes the same end of every input."""


def _pick(estimate: Estimate, case: str) -> float:
    low, high = estimate.bounds
    return {"low": low, "central": estimate.value, "high": high}[case]


def _assumed(facts: Facts, name: str) -> Estimate:
    """An input of the ladder: its median and its ends."""
    found = distribution(facts, name)
    return Estimate(found.median, found.low, found.high)


def _running(facts: Facts, case: str) -> dict[str, float]:
    """Load, PUE, electricity and hosting as the ladder assumes them, at one end of the range."""
    load, pue, factor, hosting = (
        _pick(_assumed(facts, name), case)
        for name in ("load", "pue", "electricity_factor", "hosting_usd_per_kw_month")
    )
    kwh = distribution(facts, "usd_per_kwh").median * factor
    return {"load": load, "pue": pue, "usd_per_kwh": kwh, "hosting_usd_per_kw_month": hosting}


@figure(unit="USD/GPU")
def server_price(facts: Facts) -> Estimate:
    """Price of an H100 or H800 server for each GPU, the same that the ladder assumes."""
    return _assumed(facts, "server_usd_per_gpu")


@figure(unit="USD/GPU")
def caixin_price(facts: Facts) -> float:
    """Price of an H800 server in China for each GPU before the rule of October 2023."""
    return caixin(facts, "before")


@figure(unit="USD/GPU")
def caixin_price_after(facts: Facts) -> float:
    """Price of an H800 server in China for each GPU just after the rule of October 2023."""
    return caixin(facts, "after")


@figure(unit="USD/GPU")
def network_price(facts: Facts) -> Estimate:
    """Price of the cluster network for each GPU, from DeepSeek's own table to Epoch's share."""
    own = facts.network.cost_per_endpoint
    return Estimate(
        own, own, server_price(facts).bounds[1] * (facts.epoch.cluster_to_server_cost - 1)
    )


def documented_fleet(
    facts: Facts, years: float | None = None, gpus: float | None = None
) -> dict[str, Ownership]:
    """Low, central and high cost of owning the documented H800s (or another number of them).

    The period is that of the SemiAnalysis table unless told, so that both totals mean the same.
    Only the low case counts resale, at Epoch's rate of depreciation.
    """
    years = facts.value(YEARS) if years is None else years
    rate = distribution(facts, "depreciation_oom_per_year").median
    return {
        case: ownership_cost(
            gpus=peak_gpus(facts) if gpus is None else gpus,
            server_usd_per_gpu=_pick(server_price(facts), case),
            network_usd_per_gpu=_pick(network_price(facts), case),
            watts_per_gpu=facts.h100.server_power_max / facts.v3.gpus_per_node,
            years=years,
            residual_share=10 ** (-rate * years) if case == "low" else 0.0,
            **_running(facts, case),
        )
        for case in CASES
    }


def _range(facts: Facts, part: Callable[[Ownership], float]) -> Estimate:
    cases = documented_fleet(facts)
    return Estimate(*(part(cases[case]) for case in ("central", "low", "high")))


@figure(unit="USD")
def capex(facts: Facts) -> Estimate:
    """Price of the documented H800s with their servers and network."""
    return _range(facts, lambda cost: cost.capital_usd)


@figure(unit="USD")
def opex(facts: Facts) -> Estimate:
    """Electricity and hosting of the documented H800s over the years of the table."""
    return _range(facts, lambda cost: cost.operating_usd)


@figure(unit="USD")
def tco(facts: Facts) -> Estimate:
    """Cost of owning the documented H800s for as many years as the table says."""
    return _range(facts, lambda cost: cost.total_usd)


@figure(unit="USD/year")
def tco_per_year(facts: Facts) -> Estimate:
    """Cost of owning the documented H800s a year."""
    return tco(facts).scaled(1 / facts.value(YEARS))


@figure(unit="USD/GPU-hour")
def gpu_hour(facts: Facts) -> Estimate:
    """Cost of an H800-hour to the owner of the documented fleet, if it is busy all the time."""
    return tco(facts).scaled(1 / capacity_gpu_hours(peak_gpus(facts), facts.value(YEARS)))


@figure(unit="share")
def break_even(facts: Facts) -> Estimate:
    """Share of the time that GPUs must be busy for owning to cost V3’s assumed price an hour."""
    return gpu_hour(facts).scaled(1 / facts.v3.price_per_gpu_hour)


@figure(name="v3", unit="USD")
def v3_at_owner_cost(facts: Facts) -> Estimate:
    """V3's GPU-hours at the owner's cost of a busy GPU-hour."""
    hours = facts.v3.gpu_hours_total
    return gpu_hour(facts).map(lambda usd: rental_usd(hours, usd))


@figure(unit="USD")
def a100_tco(facts: Facts) -> Estimate:
    """Cost of owning Fire-Flyer 2's A100s for as many years as the table says."""
    price = fire_flyer_usd(facts) / facts.fire_flyer_2.gpus
    watts = facts.fire_flyer_2.node_power / facts.v3.gpus_per_node
    years = facts.value(YEARS)
    rate = distribution(facts, "depreciation_oom_per_year").median
    totals = [
        ownership_cost(
            gpus=facts.fire_flyer_2.gpus,
            server_usd_per_gpu=price,
            network_usd_per_gpu=0.0,
            watts_per_gpu=watts,
            years=years,
            residual_share=10 ** (-rate * years) if case == "low" else 0.0,
            **_running(facts, case),
        ).total_usd
        for case in ("central", "low", "high")
    ]
    return Estimate(*totals)


@figure(unit="USD")
def documented_tco(facts: Facts) -> Estimate:
    """Cost of owning all documented GPUs, H800s and A100s, over the years of the table."""
    return tco(facts) + a100_tco(facts)


@figure(
    unit="ratio",
    formula="stated capital and operation ÷ our estimate for H800s and A100s, mixing definitions: "
    "the parts add up to ownership",
)
def claim_ratio(facts: Facts) -> Estimate:
    """How many times our estimate for all documented GPUs the claimed ones cost."""
    claimed = text_tco(facts)
    return documented_tco(facts).map(lambda own: claimed / own)


# --- the claimed fleet at our prices ------------------------------------------------------------
@figure(unit="USD")
def claimed_capex(facts: Facts) -> Estimate:
    """What the claimed GPUs cost at the prices we use, network included."""
    per_hopper = server_price(facts) + network_price(facts)
    hoppers = per_hopper.scaled(facts.semianalysis.gpus_h800 + facts.semianalysis.gpus_h100)
    h20_chip = facts.estimate("h20.chip_price_2024").scaled(facts.epoch.server_to_chip_price)
    h20 = (h20_chip + network_price(facts).value).scaled(h20_implied(facts))
    return hoppers + h20 + fire_flyer_usd(facts)


@figure(unit="USD")
def claimed_opex(facts: Facts) -> Estimate:
    """Electricity and hosting of the claimed GPUs over those years at our prices."""
    per_node = facts.v3.gpus_per_node
    hopper_w = facts.h100.server_power_max / per_node
    h800 = facts.row("accelerators", "h800-sxm5")
    ratio = server_to_chip_power(facts.h100.server_power_max, per_node, number(h800["tdp_w"]))
    h20_w = number(facts.row("accelerators", "h20")["tdp_w"]) * ratio
    a100_w = number(facts.row("fire_flyer", "node_power")["ours"]) / per_node
    parts = (
        (facts.semianalysis.gpus_h800 + facts.semianalysis.gpus_h100, hopper_w),
        (h20_implied(facts), h20_w),
        (facts.fire_flyer_2.gpus, a100_w),
    )
    free = {"server_usd_per_gpu": 0.0, "network_usd_per_gpu": 0.0, "years": facts.value(YEARS)}
    totals = [
        total(
            ownership_cost(gpus=n, watts_per_gpu=w, **free, **_running(facts, case)).operating_usd
            for n, w in parts
        )
        for case in ("central", "low", "high")
    ]
    return Estimate(*totals)


# --- Fire-Flyer 2, which DeepSeek built itself ---------------------------------------------------
def _fire_flyer_ratio(facts: Facts, row: str) -> float:
    cells = facts.row("fire_flyer", row)
    return number(cells["ours"]) / number(cells["dgx"])


@figure(unit="share")
def fire_flyer_ratio(facts: Facts) -> float:
    """Price of Fire-Flyer 2 as a share of a DGX-A100 cluster with as many GPUs."""
    return _fire_flyer_ratio(facts, "total_price")


@figure(unit="share")
def fire_flyer_node_ratio(facts: Facts) -> float:
    """Price of Fire-Flyer 2's servers as a share of DGX-A100 servers."""
    return _fire_flyer_ratio(facts, "server_price")


@figure(unit="share")
def fire_flyer_power_saved(facts: Facts) -> float:
    """Power that a Fire-Flyer node saves against a DGX-A100."""
    return 1 - _fire_flyer_ratio(facts, "node_power")


@figure(unit="share")
def fire_flyer_performance(facts: Facts) -> float:
    """Speed of a Fire-Flyer GPU as a share of one in a DGX-A100, mean of two matrix products."""
    rows = ("tf32_gemm", "fp16_gemm")
    return mean(_fire_flyer_ratio(facts, row) for row in rows)


@figure(unit="USD")
def fire_flyer_usd(facts: Facts) -> float:
    """Cost of Fire-Flyer 2 as High-Flyer is reported to state it."""
    return facts.fire_flyer_2.cost_cny / facts.exchange.cny_per_usd_2021


@figure(unit="USD")
def fire_flyer_from_list(facts: Facts) -> float:
    """Cost of Fire-Flyer 2 from the DGX list price of 2020 and the paper's own ratios."""
    list_price = number(facts.row("server_prices", "PR-001")["usd_per_gpu"])
    ours = number(facts.row("fire_flyer", "total_price")["ours"])
    dgx_servers = number(facts.row("fire_flyer", "server_price")["dgx"])
    return facts.fire_flyer_2.gpus * list_price * ours / dgx_servers


@figure(unit="USD")
def dgx_from_list(facts: Facts) -> float:
    """Cost of a DGX-A100 cluster with as many GPUs from the list price of 2020."""
    return fire_flyer_from_list(facts) / fire_flyer_ratio(facts)


@figure(unit="share")
def a100_cell_excess(facts: Facts) -> float:
    """How far the table's A100 column lies above Fire-Flyer's reported cost."""
    return a100_cell(facts) / fire_flyer_usd(facts) - 1


@figure(unit="USD")
def a100_cell(facts: Facts) -> float:
    """Server capital of the table's A100 column."""
    row = facts.row("semianalysis_table", "a100")
    return number(row["gpus"]) * number(row["capex_usd_per_gpu"])


def table_checks(facts: Facts) -> list[dict[str, str | float | bool]]:
    """Every sum of the table that somebody stated in text, beside what the cells give.

    Luk's costs a year are left out: he divided the same sums by four, so they would match whatever
    the cells are. Two numbers agree if they differ by no more than the last printed digit of the
    stated one (cells are printed to a million, so a sum of them may be off by a million or two).
    """
    gpus = partial(_cells, facts, "gpus")
    checks = (
        ("GPUs, all columns", total(gpus()), "luk.gpus_total", 0.0),
        ("GPUs, Hopper columns", total(gpus(HOPPER)), "semianalysis.gpus_hopper", 0.0),
        (
            "Capital, first three columns",
            capex_first_columns(facts),
            "semianalysis.capex_total_first_version",
            0.05e9,
        ),
        ("Capital, all columns", capex_total(facts), "semianalysis.capex_total", 0.05e9),
        ("Capital, Hopper columns", capex_hopper(facts), "luk.capex_hopper", 0.05e9),
        (
            "Operation, first three columns",
            opex_first_columns(facts),
            "semianalysis.operating_cost_first_version",
            1.5e6,
        ),
        ("Operation, all columns", opex_total(facts), "semianalysis.operating_cost", 1.5e6),
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
