"""The ladder's inputs: from facts, rental prices and stated judgements to distributions."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable
from typing import Any

from analysis.costs.calculator import Known
from analysis.costs.development import ablation_gpu_hours
from analysis.costs.ladder import owner_usd_per_gpu_hour, r1_gpu_hours
from analysis.costs.rental import wall_clock_days
from analysis.costs.uncertainty import Distribution, input_names
from press.facts import Facts
from press.maths import maximum, mean, minimum, total
from press.numbers import day, number, plain

LAG_DAYS = 60
"""Days from the end of a run to its publication: what Epoch's table has where no date is known."""
ROUNDING_GPU_HOURS = 500.0
"""The reports print whole thousands of GPU-hours."""
MARKET_FROM, MARKET_TO = "2024-07", "2025-03-31"
"""The months of the run and just after, for which list prices are compared."""

OWNERSHIP_YEARS, BUSY_PERCENT = 4.0, 80.0
"""Where the calculator opens: the years of the SemiAnalysis table, and a well-used cluster."""

Ends = tuple[float, float, float]


def market_prices(facts: Facts, segment: str = "specialist") -> list[dict[str, Any]]:
    """On-demand list prices of one kind of provider in the months of the run."""
    rows = facts.rows("rental_prices", segment=segment, term="on-demand")
    return [dict(r) for r in rows if MARKET_FROM <= r["date"] <= MARKET_TO]


def ablation_hours(facts: Facts, programme: str) -> float:
    """GPU-hours of the ablations that a report (V2 or V3) tabulates, at published rates."""
    return total(run_hours(facts, row) for row in facts.rows("ablation_runs", programme=programme))


def run_hours(facts: Facts, row: Any) -> float:
    """GPU-hours of one row of ``data/ablation_runs.csv``."""
    rate, size = (
        ("deepseek_67b.gpu_hours_per_trillion_tokens", "deepseek_67b.parameters_total")
        if row["rate"] == "dense"
        else ("v2.gpu_hours_per_trillion_tokens", "v2.parameters_active")
    )
    return number(
        ablation_gpu_hours(
            row["runs"],
            row["tokens"],
            row["parameters_active"],
            facts.value(rate),
            facts.value(size),
        )
    )


def training_start(facts: Facts) -> datetime.date:
    """The day on which V3's training began by Epoch's rule: publication less lag less run."""
    return datetime.date.fromordinal(int(plain(_training_start(facts))))


def _training_start(facts: Facts) -> float:
    days = wall_clock_days(facts.v3.gpu_hours_total, facts.v3.gpus)
    return day(facts["v3.gpu_hours_total"].date or "") - round(LAG_DAYS + days)


def owner_hour(facts: Facts) -> float:
    """What a GPU-hour of V3's run cost an owner, at the central value of every input."""
    names = input_names(owner_usd_per_gpu_hour)
    central = {name: found.central for name, found in inputs(facts, names).items()}
    return number(owner_usd_per_gpu_hour(**central))


def _market(facts: Facts) -> Ends:
    prices = market_prices(facts)
    every = [row["usd_per_gpu_hour"] for row in prices]
    h800 = [row["usd_per_gpu_hour"] for row in prices if row["gpu"] == "H800"]
    return minimum(*every), mean(h800), maximum(*every)


def _any_price(facts: Facts) -> Ends:
    return owner_hour(facts), facts.v3.price_per_gpu_hour, _market(facts)[1]


def _years_since_price(facts: Facts) -> Ends:
    start, buffer = _training_start(facts), facts.epoch.buffer_days
    priced = day(facts["h100.server_price_per_gpu_2022"].date or "")
    h800, h100 = (day(facts.text(f"{chip}.release_date")) + buffer for chip in ("h800", "h100"))
    least, central, most = ((start - bought) / 365.25 for bought in (h800, h100, priced))
    return least, central, most


def _h800(facts: Facts) -> Ends:
    serving = facts.serving.nodes_peak * facts.v3.gpus_per_node
    return serving, serving, serving + facts.v3.gpus


def _network(facts: Facts) -> Ends:
    low, high = facts.estimate("epoch.cluster_to_server_cost").bounds
    return low, 1 / (1 - facts.epoch.network_cost_share), high


COMPUTED: dict[str, Callable[[Facts], Ends]] = {
    "market_usd_per_gpu_hour": _market,
    "usd_per_gpu_hour": _any_price,
    "years_since_price": _years_since_price,
    "h800_documented": _h800,
    "network_overhead": _network,
}
"""Assumptions whose numbers follow from other tables."""

KNOWN: dict[str, Callable[[Facts], float]] = {
    "v3_usd_per_gpu_hour": lambda f: f.v3.price_per_gpu_hour,
    "r1_usd_per_gpu_hour": lambda f: f.r1.price_per_gpu_hour,
    "r1_gpus": lambda f: f.r1_zero.rl_gpus,
    "r1_first_run_hours": lambda f: f.r1_zero.rl_wall_hours,
    "v3_gpus": lambda f: f.v3.gpus,
    "server_watts_per_gpu": lambda f: f.h800.tdp * f.epoch.server_to_chip_power,
    "usd_per_kwh": lambda f: f.epoch.electricity_price,
    "ablation_hours": lambda f: ablation_hours(f, "V3"),
    "a100_documented": lambda f: f.fire_flyer_2.gpus,
    "a100_server_usd_per_gpu": lambda f: (
        f.a100.server_price_per_gpu_2020 * f.fire_flyer_2.node_price_relative_to_dgx
    ),
    "a100_network_overhead": lambda f: (
        f.fire_flyer_2.servers_and_network_relative_price / f.fire_flyer_2.servers_relative_price
    ),
    "a100_server_watts_per_gpu": lambda f: f.fire_flyer_2.node_power / f.v3.gpus_per_node,
}
"""Inputs that are taken as known."""

ROUNDED = {"v3_gpu_hours": "v3.gpu_hours_total", "r1_data_gpu_hours": "r1.gpu_hours_sft_data"}
"""GPU-hours known to the nearest thousand, by fact."""


def distribution(facts: Facts, name: str) -> Distribution:
    """The distribution of one input of the ladder.

    Numbers come from the row of ``data/assumptions.csv`` where it has them, else from the facts
    that it names, else they are computed. A central value that was changed beyond an end takes
    the end with it, so that any what-if stays a range.
    """
    if name in KNOWN:
        return Distribution.fixed(KNOWN[name](facts))
    if name in ROUNDED:
        value = facts.value(ROUNDED[name])
        return Distribution(
            "uniform", value - ROUNDING_GPU_HOURS, value, value + ROUNDING_GPU_HOURS
        )
    row = facts.row("assumptions", name)
    found = COMPUTED[name](facts) if name in COMPUTED else _from_facts(facts, row["facts"])
    low, central, high = (
        row[column] if row[column] is not None else number
        for column, number in zip(("low", "central", "high"), found, strict=True)
    )
    return Distribution(row["shape"], minimum(low, central), central, maximum(high, central))


def inputs(facts: Facts, names: Iterable[str]) -> dict[str, Distribution]:
    """The distributions of the named inputs."""
    return {name: distribution(facts, name) for name in names}


def calculator_settings(facts: Facts) -> tuple[dict[str, float], Known]:
    """The settings with which the calculator opens, and what its reader cannot move."""

    def central(name: str) -> float:
        return distribution(facts, name).central

    settings = {
        "price": facts.v3.price_per_gpu_hour,
        "hours": facts.v3.gpu_hours_total / 1e6,
        "failed": 1.0,
        "factor": central("development_factor"),
        "people": central("people"),
        "pay": central("cny_per_person_year") / central("cny_per_usd") / 1e3,
        "months": central("project_years") * 12,
        "gpus": central("h800_documented"),
        "capital": central("server_usd_per_gpu") * central("network_overhead") / 1e3,
        "years": OWNERSHIP_YEARS,
        "busy": BUSY_PERCENT,
        "power": central("usd_per_kwh"),
    }
    names = input_names(r1_gpu_hours)
    known = Known(
        r1_gpu_hours=r1_gpu_hours(**{name: central(name) for name in names}),
        server_watts_per_gpu=central("server_watts_per_gpu"),
        load=central("load"),
        pue=central("pue"),
        hosting_usd_per_kw_month=central("hosting_usd_per_kw_month"),
    )
    return settings, known


def label(facts: Facts, name: str) -> str:
    """What charts and tables call an uncertain input."""
    if name in ROUNDED:
        return f"Rounding of {'V3' if name.startswith('v3') else 'R1'}’s hours"
    return str(facts.table("assumptions").by_key[name]["label"])


def _from_facts(facts: Facts, ids: str | None) -> Ends:
    """Low, central and high as the facts of an assumption give them; NaN in place of a dash."""
    listed = (ids or "- - -").split()
    if len(listed) == 1:
        found = facts.estimate(listed[0])
        return found.bounds[0], found.value, found.bounds[1]
    low, central, high = (math.nan if i == "-" else facts.value(i) for i in listed)
    return low, central, high
