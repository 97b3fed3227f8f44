"""The $5.576 million: its parts and its price."""

from __future__ import annotations

from typing import Any

from analysis.assumptions import market_prices, medians, simulated
from analysis.costs.amortised import Amortised, amortised_cost, value_at_start
from analysis.costs.ladder import cluster, owner_hour, v3_amortised
from analysis.costs.ownership import HOURS_PER_YEAR, MONTHS_PER_YEAR
from analysis.costs.rental import implied_usd_per_gpu_hour, rental_usd
from analysis.costs.uncertainty import Inputs
from analysis.hardware import ONE_YEAR
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import maximum, mean, minimum, total

STAGES = {
    "pretraining": "v3.gpu_hours_pretraining",
    "context": "v3.gpu_hours_context_extension",
    "post_training": "v3.gpu_hours_post_training",
}
"""The three stages of the run by the fact that holds their GPU-hours."""


@figure(unit="GPU-hour", headline=True)
def gpu_hours_total(facts: Facts) -> float:
    """GPU-hours of V3’s official training, summed from its three stages."""
    return total(facts.value(fact) for fact in STAGES.values())


def _stage_usd(facts: Facts, stage: str) -> float:
    return rental_usd(facts.value(STAGES[stage]), facts.v3.price_per_gpu_hour)


@figure(unit="USD")
def rental_pretraining(facts: Facts) -> float:
    """Rental cost of pre-training at the report’s price."""
    return _stage_usd(facts, "pretraining")


@figure(unit="USD")
def rental_context(facts: Facts) -> float:
    """Rental cost of context extension at the report’s price."""
    return _stage_usd(facts, "context")


@figure(unit="USD")
def rental_post_training(facts: Facts) -> float:
    """Rental cost of post-training at the report’s price."""
    return _stage_usd(facts, "post_training")


@figure(unit="USD", headline=True)
def rental_total(facts: Facts) -> float:
    """Rental cost of V3’s official training at the report’s price."""
    return total(_stage_usd(facts, stage) for stage in STAGES)


@figure(unit="share")
def pretraining_share(facts: Facts) -> float:
    """Pre-training’s part of V3’s GPU-hours."""
    return facts.v3.gpu_hours_pretraining / gpu_hours_total(facts)


@figure(
    unit="USD/GPU-hour",
)
def market_price(facts: Facts) -> Estimate:
    """List price of an H800 for an hour while V3 was trained and just after."""
    prices = market_prices(facts)
    every = [row["usd_per_gpu_hour"] for row in prices]
    h800 = [row["usd_per_gpu_hour"] for row in prices if row["gpu"] == "H800"]
    return Estimate(mean(h800), minimum(*every), maximum(*every))


@figure(unit="share")
def price_over_market(facts: Facts) -> float:
    """The report’s price of a GPU-hour as a share of the listed one."""
    return facts.v3.price_per_gpu_hour / market_price(facts).value


@figure(
    unit="1",
    formula="count of on-demand list prices of specialist clouds, July 2024 to March 2025",
    untraced="a count of rows",
)
def prices_compared(facts: Facts) -> float:
    """Number of list prices to which the report’s price is compared."""
    return len(market_prices(facts))


@figure(
    unit="USD",
)
def hyperscaler_total(facts: Facts) -> Estimate:
    """What V3’s GPU-hours would have cost on demand at the large American clouds."""
    prices = [row["usd_per_gpu_hour"] for row in market_prices(facts, "hyperscaler")]
    hours = facts.v3.gpu_hours_total
    listed = Estimate(mean(prices), minimum(*prices), maximum(*prices))
    return listed.map(lambda price: rental_usd(hours, price))


@figure(unit="share")
def china_discount(facts: Facts) -> float:
    """What small Chinese clouds asked for an A100 server, as a share of the American price."""
    return (
        facts.a100.rental_price_per_server_hour_china / facts.a100.rental_price_per_server_hour_us
    )


@figure(
    unit="USD/GPU-hour",
)
def china_price(facts: Facts) -> float:
    """What an hour of an H800 would cost if the discount on A100s held for it."""
    return market_price(facts).value * china_discount(facts)


@figure(
    unit="USD/GPU-hour",
)
def owner_price(facts: Facts) -> Estimate:
    """What a GPU-hour of V3’s run cost an owner in value lost and electricity."""
    return simulated(facts, owner_hour)


@figure(unit="ratio")
def price_over_owner(facts: Facts) -> float:
    """The report’s price of a GPU-hour over what the hour cost an owner."""
    return facts.v3.price_per_gpu_hour / owner_price(facts).value


def amortised_v3(facts: Facts) -> Amortised:
    """V3’s amortised cost by component, at the median of every input [USD]."""
    central = medians(facts, owner_hour)
    servers, network = central["server_usd_per_gpu"], central["network_usd_per_gpu"]
    return amortised_cost(
        chip_hours=facts.v3.gpu_hours_total,
        value_per_chip_usd=value_at_start(
            servers,
            central["years_owned"],
            central["depreciation_oom_per_year"],
        ),
        server_to_chip_price=facts.epoch.server_to_chip_price,
        tdp_w=facts.h800.tdp,
        chip_to_server_power=facts.epoch.server_to_chip_power,
        tdp_fraction=central["load"],
        pue=central["pue"],
        usd_per_kwh=central["usd_per_kwh"] * central["electricity_factor"],
        interconnect_share=network / (servers + network),
        rate=central["depreciation_oom_per_year"],
    )


@figure(
    unit="USD",
)
def energy(facts: Facts) -> float:
    """Electricity of V3’s official training by Epoch’s method."""
    return amortised_v3(facts).energy_usd


@figure(unit="share")
def energy_share(facts: Facts) -> float:
    """Electricity’s part of V3’s amortised cost."""
    parts = amortised_v3(facts)
    return parts.energy_usd / parts.total_usd


@figure(unit="share")
def amortised_over_cluster(facts: Facts) -> Estimate:
    """V3’s amortised cost, electricity included, against the price of its cluster."""
    return simulated(facts, _run_over_cluster)


def _run_over_cluster(x: Inputs) -> Any:
    return v3_amortised(x) / cluster(x)


@figure(unit="USD/GPU")
def register_per_gpu(facts: Facts) -> float:
    """Price of a server for each GPU that The Register’s estimate of V3’s cluster implies."""
    return facts.press.v3_cluster_price_register / facts.v3.gpus


@figure(
    unit="USD/GPU-hour",
)
def china_h100_price(facts: Facts) -> float:
    """A Chinese H100-hour late in 2024 if the rent that the press calls a year’s is a month’s."""
    hours = facts.v3.gpus_per_node * (ONE_YEAR * HOURS_PER_YEAR) / MONTHS_PER_YEAR
    yuan = implied_usd_per_gpu_hour(facts.price.china_h100_node, hours)
    return yuan / facts.exchange.cny_per_usd_2024_11


@figure(unit="USD/GPU-hour")
def minimax_price(facts: Facts) -> float:
    """Price of an H800-hour that MiniMax’s account of its M1 run implies."""
    hours = facts.minimax_m1.rl_gpus * facts.minimax_m1.rl_wall_days * 24
    return implied_usd_per_gpu_hour(facts.minimax_m1.rl_cost, hours)
