"""Figures of owning GPUs: our estimate for the documented fleet, and Fire-Flyer's own cost."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

from analysis.assumptions import distribution
from analysis.costs.ownership import Ownership, ownership_cost
from analysis.costs.rental import rental_usd
from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.figures import figure
from analysis.figures.fleet import YEARS, h20_implied, peak_gpus, text_tco
from analysis.hardware import capacity_gpu_hours, server_to_chip_power

owning_figure = partial(figure, chapter="owning")

CASES = ("low", "central", "high")
"""Each end of the range takes the same end of every input."""


def _pick(estimate: Estimate, case: str) -> float:
    low, high = estimate.bounds
    return {"low": low, "central": estimate.value, "high": high}[case]


def _running(facts: Facts, case: str) -> dict[str, float]:
    """Load, PUE, electricity and hosting as the ladder assumes them, at one end of the range."""
    load, pue, factor, hosting = (
        float(getattr(distribution(facts, name), case))
        for name in ("load", "pue", "electricity_factor", "hosting_usd_per_kw_month")
    )
    kwh = distribution(facts, "usd_per_kwh").central * factor
    return {"load": load, "pue": pue, "usd_per_kwh": kwh, "hosting_usd_per_kw_month": hosting}


@owning_figure("owning.server_price", unit="USD/GPU", formula="median of 2023; least to dearest")
def server_price(facts: Facts) -> Estimate:
    """Price of an H100 server in 2023 for each GPU, up to the list price of a DGX H800."""
    servers = partial(facts.rows, "server_prices", form="server")
    h100 = [r for r in servers(accelerator="h100-sxm5") if str(r["date"]).startswith("2023")]
    h800 = servers(accelerator="h800-sxm5")
    prices = [float(r["usd_per_gpu"]) for r in h100]
    return Estimate(
        statistics.median(prices),
        min(prices),
        max(prices + [float(r["usd_per_gpu"]) for r in h800]),
    )


@owning_figure("owning.network_price", unit="USD/GPU", formula="per endpoint; high: Epoch's share")
def network_price(facts: Facts) -> Estimate:
    """Price of the cluster network for each GPU, from DeepSeek's own table to Epoch's share."""
    own = facts.value("ISCA-021a")
    return Estimate(own, own, server_price(facts).bounds[1] * (facts.value("C190") - 1))


def documented_fleet(
    facts: Facts, years: float | None = None, gpus: float | None = None
) -> dict[str, Ownership]:
    """Low, central and high cost of owning the documented H800s (or another number of them).

    The period is that of the SemiAnalysis table unless told, so that both totals mean the same.
    Only the low case counts resale, at Epoch's rate of depreciation.
    """
    years = facts.value(YEARS) if years is None else years
    rate = distribution(facts, "depreciation_oom_per_year").central
    return {
        case: ownership_cost(
            gpus=peak_gpus(facts) if gpus is None else gpus,
            server_usd_per_gpu=_pick(server_price(facts), case),
            network_usd_per_gpu=_pick(network_price(facts), case),
            watts_per_gpu=facts.value("PW-01") / facts.value("V3-017"),
            years=years,
            residual_share=10 ** (-rate * years) if case == "low" else 0.0,
            **_running(facts, case),
        )
        for case in CASES
    }


def _range(facts: Facts, part: Callable[[Ownership], float]) -> Estimate:
    cases = documented_fleet(facts)
    return Estimate(*(part(cases[case]) for case in ("central", "low", "high")))


@owning_figure("owning.capex", unit="USD", formula="GPUs × (server + network price)")
def capex(facts: Facts) -> Estimate:
    """Price of the documented H800s with their servers and network."""
    return _range(facts, lambda cost: cost.capital_usd)


@owning_figure("owning.opex", unit="USD", formula="(electricity + hosting) × years")
def opex(facts: Facts) -> Estimate:
    """Electricity and hosting of the documented H800s over the years of the table."""
    return _range(facts, lambda cost: cost.operating_usd)


@owning_figure("owning.tco", unit="USD", formula="capital + electricity + hosting − resale (low)")
def tco(facts: Facts) -> Estimate:
    """Cost of owning the documented H800s for as many years as the table says."""
    return _range(facts, lambda cost: cost.total_usd)


@owning_figure("owning.tco_per_year", unit="USD/year", formula="cost of ownership ÷ years")
def tco_per_year(facts: Facts) -> Estimate:
    """Cost of owning the documented H800s a year."""
    return tco(facts).scaled(1 / facts.value(YEARS))


@owning_figure("owning.gpu_hour", unit="USD/GPU-hour", formula="cost of ownership ÷ GPU-hours")
def gpu_hour(facts: Facts) -> Estimate:
    """Cost of an H800-hour to the owner of the documented fleet, if it is busy all the time."""
    return tco(facts).scaled(1 / capacity_gpu_hours(peak_gpus(facts), facts.value(YEARS)))


@owning_figure("owning.break_even", unit="share", formula="owner's cost per hour ÷ $2")
def break_even(facts: Facts) -> Estimate:
    """Share of the time that the GPUs must be busy for owning to cost what $2 an hour does."""
    return gpu_hour(facts).scaled(1 / facts.value("V3-009"))


@owning_figure("owning.v3", unit="USD", formula="V3's GPU-hours × owner's cost per GPU-hour")
def v3_at_owner_cost(facts: Facts) -> Estimate:
    """V3's GPU-hours at the owner's cost of a busy GPU-hour."""
    hours = facts.value("V3-004")
    return gpu_hour(facts).map(lambda usd: rental_usd(hours, usd))


@owning_figure(
    "owning.claim_ratio",
    unit="ratio",
    formula="($1.6B + $944M) ÷ our estimate, mixing definitions: the parts add up to ownership",
)
def claim_ratio(facts: Facts) -> Estimate:
    """How many times our estimate for the documented fleet the claimed fleet costs."""
    claimed = text_tco(facts)
    return tco(facts).map(lambda own: claimed / own)


# --- the claimed fleet at our prices ------------------------------------------------------------


@owning_figure("owning.claimed_capex", unit="USD", formula="Σ claimed GPUs × public prices")
def claimed_capex(facts: Facts) -> Estimate:
    """What the 60,000 claimed GPUs cost at the prices we use, network included."""
    per_hopper = server_price(facts) + network_price(facts)
    hoppers = per_hopper.scaled(facts.value("SA-02") + facts.value("SA-03"))
    h20_chip = facts.estimate("PA-H20-2024").scaled(facts.value("C194"))
    h20 = (h20_chip + network_price(facts).value).scaled(h20_implied(facts))
    return hoppers + h20 + fire_flyer_usd(facts)


@owning_figure("owning.claimed_opex", unit="USD", formula="(electricity + hosting) × years")
def claimed_opex(facts: Facts) -> Estimate:
    """Electricity and hosting of the 60,000 claimed GPUs over those years at our prices."""
    per_node = facts.value("V3-017")
    hopper_w = facts.value("PW-01") / per_node
    h800 = facts.row("accelerators", "h800-sxm5")
    ratio = server_to_chip_power(facts.value("PW-01"), per_node, float(h800["tdp_w"]))
    h20_w = float(facts.row("accelerators", "h20")["tdp_w"]) * ratio
    a100_w = float(facts.row("fire_flyer", "node_power")["ours"]) / per_node
    parts = (
        (facts.value("SA-02") + facts.value("SA-03"), hopper_w),
        (h20_implied(facts), h20_w),
        (facts.value("FF-001"), a100_w),
    )
    free = {"server_usd_per_gpu": 0.0, "network_usd_per_gpu": 0.0, "years": facts.value(YEARS)}
    totals = [
        sum(
            ownership_cost(gpus=n, watts_per_gpu=w, **free, **_running(facts, case)).operating_usd
            for n, w in parts
        )
        for case in ("central", "low", "high")
    ]
    return Estimate(*totals)


# --- Fire-Flyer 2, which DeepSeek built itself ---------------------------------------------------


def _fire_flyer_ratio(facts: Facts, row: str) -> float:
    cells = facts.row("fire_flyer", row)
    return float(cells["ours"]) / float(cells["dgx"])


@owning_figure("owning.fire_flyer_ratio", unit="share", formula="total price ÷ that of DGX")
def fire_flyer_ratio(facts: Facts) -> float:
    """Price of Fire-Flyer 2 as a share of a DGX-A100 cluster with as many GPUs."""
    return _fire_flyer_ratio(facts, "total_price")


@owning_figure("owning.fire_flyer_node_ratio", unit="share", formula="server price ÷ that of DGX")
def fire_flyer_node_ratio(facts: Facts) -> float:
    """Price of Fire-Flyer 2's servers as a share of DGX-A100 servers."""
    return _fire_flyer_ratio(facts, "server_price")


@owning_figure("owning.fire_flyer_power_saved", unit="share", formula="1 − node power ÷ DGX's")
def fire_flyer_power_saved(facts: Facts) -> float:
    """Power that a Fire-Flyer node saves against a DGX-A100."""
    return 1 - _fire_flyer_ratio(facts, "node_power")


@owning_figure("owning.fire_flyer_performance", unit="share", formula="mean of FP16 and TF32 ÷ DGX")
def fire_flyer_performance(facts: Facts) -> float:
    """Speed of a Fire-Flyer GPU as a share of one in a DGX-A100, mean of two matrix products."""
    rows = ("tf32_gemm", "fp16_gemm")
    return statistics.mean(_fire_flyer_ratio(facts, row) for row in rows)


@owning_figure("owning.fire_flyer_usd", unit="USD", formula="CNY 1 billion ÷ exchange rate of 2021")
def fire_flyer_usd(facts: Facts) -> float:
    """Cost of Fire-Flyer 2 as High-Flyer is reported to state it."""
    return facts.value("FF-013") / facts.value("FX-2021")


@owning_figure(
    "owning.fire_flyer_from_list",
    unit="USD",
    formula="list price of DGX servers × total price ÷ server price of DGX",
)
def fire_flyer_from_list(facts: Facts) -> float:
    """Cost of Fire-Flyer 2 from the DGX list price of 2020 and the paper's own ratios."""
    list_price = float(facts.row("server_prices", "PR-001")["usd_per_gpu"])
    ours = float(facts.row("fire_flyer", "total_price")["ours"])
    dgx_servers = float(facts.row("fire_flyer", "server_price")["dgx"])
    return facts.value("FF-001") * list_price * ours / dgx_servers


@owning_figure("owning.dgx_from_list", unit="USD", formula="as above, for the DGX build")
def dgx_from_list(facts: Facts) -> float:
    """Cost of a DGX-A100 cluster of 10,000 GPUs from the list price of 2020."""
    return fire_flyer_from_list(facts) / fire_flyer_ratio(facts)


@owning_figure("owning.a100_cell_excess", unit="share", formula="A100 cell ÷ CNY 1 billion − 1")
def a100_cell_excess(facts: Facts) -> float:
    """How far the table's A100 column lies above Fire-Flyer's reported cost."""
    return a100_cell(facts) / fire_flyer_usd(facts) - 1


@owning_figure("owning.a100_cell", unit="USD", formula="A100s × server cost per GPU in the table")
def a100_cell(facts: Facts) -> float:
    """Server capital of the table's A100 column."""
    row = facts.row("semianalysis_table", "a100")
    return float(row["gpus"]) * float(row["capex_usd_per_gpu"])
