"""Pricing any table of training runs by Epoch's method: amortised, acquisition and rental cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from analysis.costs.amortised import (
    DAYS_PER_YEAR,
    Amortised,
    acquisition_usd,
    amortised_cost,
    value_at_start,
)
from analysis.costs.rental import rental_usd
from analysis.runs.cells import Known, Run
from analysis.runs.columns import DATES, NUMBERS, REQUIRED, WAYS_TO_HOURS, RunError
from analysis.runs.reading import Unpriced, read_runs, read_table
from press.facts import Facts

__all__ = [
    "DATES",
    "NUMBERS",
    "REQUIRED",
    "WAYS_TO_HOURS",
    "RunError",
    "known",
    "price_run",
    "price_runs",
    "read_runs",
    "read_table",
    "unpriced_records",
]


def known(facts: Facts) -> Known:
    """What the report's tables know of chips, electricity and buildings, to fill empty cells."""
    chips: dict[str, Any] = {}
    for row in facts.table("training_chips").rows:
        names = (row["key"], row["name"], *(row["epoch_names"] or "").split("; "))
        chips |= {str(name).lower(): row for name in names if name}
    return Known(chips, facts.epoch.electricity_price, facts.epoch.pue)


def price_run(run: Run) -> tuple[Amortised, float | None, float | None]:
    """Amortised cost, acquisition cost and rental cost [USD] of one run without its base model.

    Acquisition needs the number of chips and rental a price per chip-hour: else ``None``.
    """
    n = run.numbers
    price = n["server_price_per_chip_at_acquisition_usd"]
    years = (run.start - run.price_from).days / DAYS_PER_YEAR
    amortised = amortised_cost(
        chip_hours=run.chip_hours,
        value_per_chip_usd=value_at_start(price, years),
        server_to_chip_price=n["server_cost_overhead"],
        tdp_w=n["tdp_w"],
        chip_to_server_power=n["chip_to_server_power"],
        tdp_fraction=n["tdp_fraction"],
        pue=n["pue"],
        usd_per_kwh=n["energy_price_usd_kwh"],
    )
    chips, rent = n.get("hardware_quantity_chips"), n.get("rental_usd_per_chip_hour")
    return (
        amortised,
        None if chips is None else acquisition_usd(chips, price),
        None if rent is None else rental_usd(run.chip_hours, rent),
    )


def price_runs(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """Every run with its costs [USD], in the order given; a base model's costs are added.

    Returns
    -------
    list of dict
        ``system``, ``chip_hours``, ``amortized_usd`` and its four components,
        ``acquisition_usd`` and ``rental_usd`` (``None`` where an input for them is missing),
        ``filled`` (columns that the report's tables filled) and ``problem`` (none).

    References
    ----------
    Epoch AI, training-cost-trends v1.0.0; arXiv 2405.21015.
    """
    listed = list(runs)
    by_name = {run.system: run for run in listed}

    def with_base(run: Run) -> tuple[Amortised, float | None, float | None]:
        own = price_run(run)
        if not run.base_model:
            return own
        base = with_base(by_name[run.base_model])
        return own[0] + base[0], _sum(own[1], base[1]), _sum(own[2], base[2])

    priced = []
    for run in listed:
        amortised, acquisition, rental = with_base(run)
        priced.append(
            {
                "system": run.system,
                "chip_hours": run.chip_hours,
                "amortized_usd": amortised.total_usd,
                "ai_accelerator_chip_usd": amortised.chip_usd,
                "other_server_components_usd": amortised.other_server_usd,
                "cluster_interconnect_usd": amortised.interconnect_usd,
                "energy_usd": amortised.energy_usd,
                "acquisition_usd": acquisition,
                "rental_usd": rental,
                "filled": list(run.filled),
                "problem": None,
            }
        )
    return priced


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def unpriced_records(unpriced: Iterable[Unpriced]) -> list[dict[str, Any]]:
    """The runs that could not be priced, in the form of the others, with the reason."""
    empty = dict.fromkeys(RESULTS)
    return [
        {"system": run.system, **empty, "filled": [], "problem": run.problem} for run in unpriced
    ]


RESULTS = (
    "chip_hours",
    "amortized_usd",
    "ai_accelerator_chip_usd",
    "other_server_components_usd",
    "cluster_interconnect_usd",
    "energy_usd",
    "acquisition_usd",
    "rental_usd",
)
"""What a priced run holds besides its name."""
