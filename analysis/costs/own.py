"""The ladder for somebody else's run: one pure function for each definition of cost.

As in ``ladder``, a model is a function of inputs by name that works on numbers and on arrays of
draws alike. All rungs return USD.
"""

from __future__ import annotations

from typing import Any

from analysis.costs.development import development_gpu_hours
from analysis.costs.ladder import hour
from analysis.costs.ownership import MONTHS_PER_YEAR
from analysis.costs.uncertainty import Inputs, Model

SECONDS_PER_HOUR = 3600.0


def gpu_hours(x: Inputs) -> Any:
    r"""Chip-hours of a run [GPU-hour].

    .. math:: H = \frac{C}{3600\,p\,u}

    C is the arithmetic of the whole run [FLOP], p the dense 16-bit peak of a chip [FLOP/s], u the
    model FLOPs utilisation against that peak [share].

    Examples
    --------
    >>> round(gpu_hours({"flop": 3.4e24, "peak_flop_per_s": 989e12, "mfu": 0.35}))
    2728425
    """
    return x["flop"] / (x["peak_flop_per_s"] * x["mfu"] * SECONDS_PER_HOUR)


def energy_kwh(x: Inputs) -> Any:
    """Electricity of a run at the meter of the building [kWh]."""
    return gpu_hours(x) * x["server_watts_per_gpu"] * x["load"] * x["pue"] / 1000


def capital(x: Inputs) -> Any:
    """The price of a chip with its part of the server and of the network [USD/GPU]."""
    return x["server_usd_per_gpu"] * x["network_overhead"]


def amortised(x: Inputs) -> Any:
    """The value and the electricity that a run uses up, by Epoch's method."""
    watts = x["server_watts_per_gpu"]
    return gpu_hours(x) * hour(x, capital(x), x["years_owned"], watts)


def report_price(x: Inputs) -> Any:
    """A run's hours at the price for an hour that V3's report assumes."""
    return x["v3_usd_per_gpu_hour"] * gpu_hours(x)


def rental(x: Inputs) -> Any:
    """A run's hours at a price for renting the chip.

    >>> round(rental({"flop": 3.4e24, "peak_flop_per_s": 989e12, "mfu": 0.35,
    ...     "usd_per_gpu_hour": 2.0}))
    5456851
    """
    return x["usd_per_gpu_hour"] * gpu_hours(x)


def development(x: Inputs) -> Any:
    """All compute of a development: the run times the ratio of all compute to the final run."""
    return x["usd_per_gpu_hour"] * development_gpu_hours(gpu_hours(x), x["development_factor"])


def staff(x: Inputs) -> Any:
    """All compute of a development, and the people who did it."""
    pay = x["people"] * x["usd_per_person_year"] * x["months"] / MONTHS_PER_YEAR
    return development(x) + pay


def cluster(x: Inputs) -> Any:
    """The purchase of a cluster: servers and network.

    >>> round(cluster({"gpus": 1_024, "server_usd_per_gpu": 44_490, "network_overhead": 1 / 0.81}))
    56244148
    """
    return x["gpus"] * capital(x)


RUNGS: dict[str, Model] = {
    "run.amortised": amortised,
    "run.report_price": report_price,
    "run.rental": rental,
    "run.development": development,
    "run.staff": staff,
    "run.cluster": cluster,
}
"""The rungs, by the keys of ``data/run_ladder.csv``."""
