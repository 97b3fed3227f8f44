"""The ladder for somebody else's run: one pure function for each definition of cost.

As in ``ladder``, a function's parameters are its inputs by name, and it works on numbers and on
arrays of draws alike. All rungs return USD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.costs.ladder import owner_usd_per_gpu_hour
from analysis.costs.ownership import MONTHS_PER_YEAR

SECONDS_PER_HOUR = 3600.0


def gpu_hours(flop: Any, peak_flop_per_s: Any, mfu: Any) -> Any:
    r"""Chip-hours of a run [GPU-hour].

    .. math:: H = \frac{C}{3600\,p\,u}

    Parameters
    ----------
    flop
        C, arithmetic of the whole run [FLOP].
    peak_flop_per_s
        p, dense 16-bit peak of one chip [FLOP/s].
    mfu
        u, model FLOPs utilisation against that peak [share].

    Examples
    --------
    >>> round(gpu_hours(3.4e24, 989e12, 0.35))
    2728425
    """
    return flop / (peak_flop_per_s * mfu * SECONDS_PER_HOUR)


def energy_kwh(
    flop: Any,
    peak_flop_per_s: Any,
    mfu: Any,
    server_watts_per_gpu: Any,
    load: Any,
    pue: Any,
) -> Any:
    """Electricity of a run at the meter of the building [kWh].

    >>> round(energy_kwh(3.4e24, 989e12, 0.35, 1_275, 0.75, 1.25) / 1e6, 2)
    3.26
    """
    return gpu_hours(flop, peak_flop_per_s, mfu) * server_watts_per_gpu * load * pue / 1000


def amortised(
    flop: Any,
    peak_flop_per_s: Any,
    mfu: Any,
    server_usd_per_gpu: Any,
    years_since_price: Any,
    depreciation_oom_per_year: Any,
    network_overhead: Any,
    server_watts_per_gpu: Any,
    load: Any,
    pue: Any,
    usd_per_kwh: Any,
    electricity_factor: Any,
) -> Any:
    """The value and the electricity that a run uses up, by Epoch's method."""
    return gpu_hours(flop, peak_flop_per_s, mfu) * owner_usd_per_gpu_hour(
        server_usd_per_gpu,
        years_since_price,
        depreciation_oom_per_year,
        network_overhead,
        server_watts_per_gpu,
        load,
        pue,
        usd_per_kwh,
        electricity_factor,
    )


def report_price(flop: Any, peak_flop_per_s: Any, mfu: Any, v3_usd_per_gpu_hour: Any) -> Any:
    """A run's hours at the price for an hour that V3's report assumes."""
    return v3_usd_per_gpu_hour * gpu_hours(flop, peak_flop_per_s, mfu)


def rental(flop: Any, peak_flop_per_s: Any, mfu: Any, usd_per_gpu_hour: Any) -> Any:
    """A run's hours at a price for renting the chip.

    >>> round(rental(3.4e24, 989e12, 0.35, 2.0))
    5456851
    """
    return usd_per_gpu_hour * gpu_hours(flop, peak_flop_per_s, mfu)


def development(
    flop: Any, peak_flop_per_s: Any, mfu: Any, usd_per_gpu_hour: Any, development_factor: Any
) -> Any:
    """All compute of a development: the run times the ratio of all compute to the final run."""
    return development_factor * rental(flop, peak_flop_per_s, mfu, usd_per_gpu_hour)


def staff(
    flop: Any,
    peak_flop_per_s: Any,
    mfu: Any,
    usd_per_gpu_hour: Any,
    development_factor: Any,
    people: Any,
    usd_per_person_year: Any,
    months: Any,
) -> Any:
    """All compute of a development, and the people who did it.

    >>> round(staff(3.4e24, 989e12, 0.35, 2.0, 2.2, 60, 139_000, 9))
    18260072
    """
    compute = development(flop, peak_flop_per_s, mfu, usd_per_gpu_hour, development_factor)
    return compute + people * usd_per_person_year * months / MONTHS_PER_YEAR


def cluster(gpus: Any, server_usd_per_gpu: Any, network_overhead: Any) -> Any:
    """The purchase of a cluster: servers and network.

    >>> round(cluster(1_024, 44_489.88, 1 / 0.81) / 1e6, 1)
    56.2
    """
    return gpus * server_usd_per_gpu * network_overhead


RUNGS: dict[str, Callable[..., Any]] = {
    "run.amortised": amortised,
    "run.report_price": report_price,
    "run.rental": rental,
    "run.development": development,
    "run.staff": staff,
    "run.cluster": cluster,
}
"""The rungs, by the keys of ``data/run_ladder.csv``."""
