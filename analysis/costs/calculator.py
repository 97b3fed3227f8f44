"""The calculator: the ladder for a reader's own assumptions, as one function of plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.costs.amortised import DEPRECIATION_OOM_PER_YEAR, value_at_start
from analysis.costs.ownership import HOURS_PER_YEAR, MONTHS_PER_YEAR, ownership_cost
from analysis.costs.rental import rental_usd

THOUSAND, MILLION = 1e3, 1e6


@dataclass(frozen=True)
class Known:
    """What the calculator takes as given and a reader cannot move."""

    r1_gpu_hours: float
    server_watts_per_gpu: float
    load: float
    pue: float
    hosting_usd_per_kw_month: float


def ladder_for(settings: Mapping[str, float], known: Known) -> dict[str, float]:
    """The rungs [USD] that follow from a reader's settings.

    Parameters
    ----------
    settings
        ``price`` [USD/GPU-hour], ``hours`` [million GPU-hours], ``factor`` (all compute over the
        final run; failed attempts are in it) [ratio], ``people`` [full-time equivalent], ``pay``
        [thousand USD a year], ``months`` [month], ``gpus`` [GPU], ``capital`` (server and
        network) [thousand USD/GPU], ``years`` [year], ``busy`` (part of the fleet's hours that
        work) [percent] and ``power`` [USD/kWh].
    known
        R1's GPU-hours and what a server draws and its space costs.

    Returns
    -------
    dict
        ``run``, ``development``, ``staff``, ``owned`` (the run at the fleet's cost
        for an hour of work) and ``fleet`` (all years, less what the hardware still fetches).

    Examples
    --------
    >>> usual = dict(price=2, hours=2.788, factor=2.2, people=150, pay=139, months=8,
    ...     gpus=2224, capital=55, years=4, busy=80, power=0.077)
    >>> found = ladder_for(usual, Known(147_336, 1_275, 0.75, 1.25, 120))
    >>> round(found["run"]), round(found["development"]), round(found["fleet"] / 1e6)
    (5576000, 12561872, 112)
    """
    s = settings
    hours = s["hours"] * MILLION
    development = rental_usd(hours * s["factor"] + known.r1_gpu_hours, s["price"])
    fleet = ownership_cost(
        gpus=s["gpus"],
        server_usd_per_gpu=s["capital"] * THOUSAND,
        network_usd_per_gpu=0.0,
        watts_per_gpu=known.server_watts_per_gpu,
        load=known.load,
        pue=known.pue,
        usd_per_kwh=s["power"],
        hosting_usd_per_kw_month=known.hosting_usd_per_kw_month,
        years=s["years"],
        residual_share=value_at_start(1.0, s["years"], DEPRECIATION_OOM_PER_YEAR),
    ).total_usd
    working_hours = s["gpus"] * HOURS_PER_YEAR * s["years"] * s["busy"] / 100
    return {
        "run": rental_usd(hours, s["price"]),
        "development": development,
        "staff": development + s["people"] * s["pay"] * THOUSAND * s["months"] / MONTHS_PER_YEAR,
        "owned": hours * fleet / working_hours,
        "fleet": fleet,
    }
