"""Training runs side by side: their hours, FLOPs and costs, each on one stated definition.

A run is a row of ``training_runs``; a chip is a row of ``training_chips``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis import hardware
from analysis.costs.amortised import (
    DAYS_PER_YEAR,
    Amortised,
    acquisition_usd,
    amortised_cost,
    value_at_start,
)
from analysis.costs.rental import rental_usd
from press.estimate import Estimate
from press.facts import Facts
from press.numbers import day, named, number

Row = Mapping[str, Any]

FLOP_PER_PARAMETER_AND_TOKEN = named(6, "FLOPs for a parameter and token", "FLOP")
"""Two for the forward pass, four for the backward pass; attention scores are left out."""
PUBLISHED_HOURS = ("reported", "counted", "rate", "approximate", "upper bound")
"""How hours are known that the developer gave, itself or through chips and days."""
LARGE_RUN_FLOP = 1e24
"""FLOPs from which a run is drawn and counted as a large one."""
DAYS_BEFORE_RELEASE = named(60.0, "days from training to release", "day")
"""Days from the end of training to publication where nothing else is known: Epoch's rule."""
MEDIAN_TRAINING_DAYS = named(33.06, "days of a run of unknown length", "day")
"""Length of a run of unknown length: Epoch's median."""


def chips_of(facts: Facts, runs: Iterable[Row]) -> dict[str, Row]:
    """The chips that runs were made on, by key; others are no inputs of what is computed."""
    named = dict.fromkeys(run["accelerator"] for run in runs if run["accelerator"])
    return {key: facts.row("training_chips", key) for key in named}


def chip_hours(run: Row) -> float | None:
    """GPU- or TPU-hours [GPU-hour]: as printed, else rate times tokens, else chips times hours."""
    if run["chip_hours"] is not None:
        return number(run["chip_hours"])
    if run["chip_hours_per_trillion_tokens"] is not None and run["tokens"] is not None:
        return hardware.gpu_hours_from_rate(run["tokens"], run["chip_hours_per_trillion_tokens"])
    if run["wall_hours"] is not None and run["chips"] is not None:
        return number(run["wall_hours"] * run["chips"])
    return None


def all_chip_hours(run: Row) -> float | None:
    """Chip-hours with those of further stages that the developer lists besides [GPU-hour]."""
    hours = chip_hours(run)
    return None if hours is None else hours + (run["other_chip_hours"] or 0.0)


def dense_flop(parameters: float, tokens: float) -> float:
    r"""Training FLOPs by the common rule [FLOP].

    .. math:: C = 6\,N\,D

    Parameters
    ----------
    parameters
        N, parameters that one token uses [parameter].
    tokens
        D, training tokens [token].

    References
    ----------
    Kaplan et al., *Scaling Laws for Neural Language Models*, section 2.1.

    Examples
    --------
    >>> f"{dense_flop(37e9, 14.8e12):.4g}"
    '3.286e+24'
    """
    return FLOP_PER_PARAMETER_AND_TOKEN * parameters * tokens


def own_flop(run: Row) -> float | None:
    """FLOPs of a run by our count, 6ND [FLOP]; ``None`` without parameters and tokens."""
    if run["parameters_active"] is None or run["tokens"] is None:
        return None
    return dense_flop(run["parameters_active"], run["tokens"])


def best_flop(run: Row) -> float | None:
    """FLOPs by our count where it is possible, else as stated [FLOP]."""
    return own_flop(run) or run["flop_reported"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """GPU-hours predicted for one run beside the published ones [GPU-hour]."""

    run: Row
    published: float
    at_peak: float
    mfu_assumed: float

    @property
    def predicted(self) -> float:
        """GPU-hours at the utilisation assumed, from those at full peak [GPU-hour]."""
        return self.at_peak / self.mfu_assumed

    @property
    def ratio(self) -> float:
        """Predicted over published hours: above 1, the run needed less than predicted."""
        return self.predicted / self.published

    @property
    def mfu_implied(self) -> float:
        """The utilisation at which prediction and publication agree [share]."""
        return self.at_peak / self.published


def predict_hours(
    runs: Iterable[Row], chips: Mapping[str, Row], mfu: float, *, own_mfu: bool = False
) -> list[Prediction]:
    """GPU-hours from parameters, tokens, chip and utilisation, for every run that allows it.

    Parameters
    ----------
    runs
        Rows of ``training_runs``; those without published hours, chip or tokens are left out.
    chips
        Rows of ``training_chips`` by key.
    mfu
        Utilisation of the 16-bit peak assumed for all [share].
    own_mfu
        Keep only runs that publish their utilisation, and use it.

    Returns
    -------
    list of Prediction
        In the order of ``runs``.
    """
    made = []
    for run in runs:
        flop, hours, share = own_flop(run), chip_hours(run), run["mfu_reported"] if own_mfu else mfu
        if share is None or not (flop and hours and run["hours_kind"] in PUBLISHED_HOURS):
            continue
        peak = number(chips[run["accelerator"]]["peak_flop_per_s"])
        made.append(
            Prediction(run, hours, hardware.gpu_hours_from_flops(1.0, flop, peak, 1.0), share)
        )
    return made


def training_start(run: Row) -> float:
    """When a run started, as a count of days: as dated, else by Epoch's rule.

    That is the release less sixty days less the length of the run.
    """
    if run["started"]:
        return day(run["started"])
    hours, chips = chip_hours(run), run["chips"]
    length = hours / chips / 24 if hours and chips else MEDIAN_TRAINING_DAYS
    return day(run["released"]) - math.floor(DAYS_BEFORE_RELEASE + length)


def amortised(run: Row, chip: Row, *, usd_per_kwh: float, pue: float) -> Amortised | None:
    """What a run used up of its hardware, plus energy, by Epoch's method; ``None`` without hours.

    Parameters
    ----------
    run, chip
        Rows of ``training_runs`` and ``training_chips``.
    usd_per_kwh
        Electricity price [USD/kWh].
    pue
        Power usage effectiveness [ratio].
    """
    hours = all_chip_hours(run)
    if hours is None:
        return None
    age = (training_start(run) - day(chip["available_from"])) / DAYS_PER_YEAR
    return amortised_cost(
        chip_hours=hours,
        value_per_chip_usd=value_at_start(chip["server_usd_per_chip"], age),
        server_to_chip_price=chip["server_to_chip_price"],
        tdp_w=chip["tdp_w"] or 0.0,  # where no power is published, electricity is left out
        chip_to_server_power=chip["chip_to_server_power"],
        tdp_fraction=chip["tdp_fraction"],
        pue=pue,
        usd_per_kwh=usd_per_kwh,
    )


def amortised_range(
    parts: Amortised, *, published: bool, hardware_price: Estimate, overall: Estimate
) -> Estimate:
    """An amortised cost with its range [USD].

    Published hours leave the price of hardware as the uncertain input; estimated hours take
    Epoch's interval for the whole method.
    """
    if published:
        return hardware_price.scaled(parts.hardware_usd) + parts.energy_usd
    return overall.scaled(parts.total_usd)


@dataclass(frozen=True, slots=True)
class Prices:
    """What pricing a run needs besides the run and its chip."""

    rental_usd_per_hour: float
    cloud_usd_per_hour: float
    usd_per_kwh: float
    pue: float
    hardware_price: Estimate
    training_time: Estimate
    overall: Estimate


def run_costs(run: Row, chip: Row | None, prices: Prices) -> dict[str, Estimate]:
    """The costs of one run by definition [USD], each computed from hours, chips and prices.

    Cloud prices are applied to H100 and H800 only.
    """
    hours = all_chip_hours(run)
    costs: dict[str, Estimate] = {}
    published = run["hours_kind"] in PUBLISHED_HOURS
    if hours is not None:
        spread = Estimate(1.0) if published else prices.training_time
        costs["rental"] = spread.scaled(rental_usd(hours, prices.rental_usd_per_hour))
        if run["accelerator"] in ("h100-sxm5", "h800-sxm5"):
            costs["market_rental"] = spread.scaled(rental_usd(hours, prices.cloud_usd_per_hour))
    if chip is None:
        return costs
    parts = amortised(run, chip, usd_per_kwh=prices.usd_per_kwh, pue=prices.pue)
    if parts is not None:
        costs["amortised"] = amortised_range(
            parts,
            published=published,
            hardware_price=prices.hardware_price,
            overall=prices.overall,
        )
    if run["chips"] is not None:
        bought = acquisition_usd(run["chips"], chip["server_usd_per_chip"])
        costs["acquisition"] = prices.hardware_price.scaled(bought)
    return costs
