"""The ladder: one pure function for each definition of cost, from the narrowest to the widest.

A rung's parameters are its inputs by name, so that the same function gives the central value
(with numbers), the range (with arrays of draws) and the sensitivities. All rungs return USD.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.costs.development import development_gpu_hours, staff_usd
from analysis.costs.ownership import HOURS_PER_YEAR, MONTHS_PER_YEAR


def r1_gpu_hours(
    r1_gpus: Any, r1_first_run_hours: Any, r1_second_run_hours: Any, r1_data_gpu_hours: Any
) -> Any:
    """GPU-hours of R1's reinforcement learning: two runs on the same GPUs, and its data.

    >>> r1_gpu_hours(512, 198, 80, 5_000)
    147336
    """
    return r1_gpus * (r1_first_run_hours + r1_second_run_hours) + r1_data_gpu_hours


def owner_usd_per_gpu_hour(
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
    r"""What one GPU-hour costs its owner by Epoch's method: value lost and electricity.

    .. math:: p = P\,10^{-\rho t}\,\frac{\rho \ln 10}{8766}\,o + \frac{w f\,\mathrm{PUE}\,e}{1000}

    The equation of ``amortised_cost`` for one hour, with the overhead o of the network in place
    of its share (o = 1 / (1 - share)) and the server's watts w in place of the chip's.

    Examples
    --------
    >>> round(float(owner_usd_per_gpu_hour(44_489.88, 1.7, 0.14, 1 / 0.81, 1_275, 0.75, 1.25,
    ...     0.0771, 1.0)), 2)
    1.26
    """
    value = server_usd_per_gpu * 10.0 ** (-depreciation_oom_per_year * years_since_price)
    hardware = value * depreciation_oom_per_year * np.log(10) / HOURS_PER_YEAR * network_overhead
    kwh = server_watts_per_gpu * load * pue / 1000
    return hardware + kwh * usd_per_kwh * electricity_factor


def r1_rl(
    r1_usd_per_gpu_hour: Any,
    r1_gpus: Any,
    r1_first_run_hours: Any,
    r1_second_run_hours: Any,
    r1_data_gpu_hours: Any,
) -> Any:
    """R1's reinforcement learning at the price that its paper assumes.

    >>> r1_rl(2.0, 512, 198, 80, 5_000)
    294672.0
    """
    return r1_usd_per_gpu_hour * r1_gpu_hours(
        r1_gpus, r1_first_run_hours, r1_second_run_hours, r1_data_gpu_hours
    )


def v3_rental(v3_usd_per_gpu_hour: Any, v3_gpu_hours: Any) -> Any:
    """V3's official run at the price that its report assumes.

    >>> v3_rental(2.0, 2_788_000)
    5576000.0
    """
    return v3_usd_per_gpu_hour * v3_gpu_hours


def v3_market(market_usd_per_gpu_hour: Any, v3_gpu_hours: Any) -> Any:
    """V3's official run at list prices for renting."""
    return market_usd_per_gpu_hour * v3_gpu_hours


def v3_amortised(
    v3_gpu_hours: Any,
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
    """The value and the electricity that V3's official run used up, by Epoch's method."""
    return v3_gpu_hours * owner_usd_per_gpu_hour(
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


def v3_ablations(
    usd_per_gpu_hour: Any, v3_gpu_hours: Any, ablation_hours: Any, ablation_factor: Any
) -> Any:
    """V3's official run and its published experiments.

    >>> v3_ablations(2.0, 2_788_000, 860_000, 1.0)
    7296000.0
    """
    return usd_per_gpu_hour * (v3_gpu_hours + ablation_hours * ablation_factor)


def v3_r1(
    usd_per_gpu_hour: Any,
    v3_gpu_hours: Any,
    ablation_hours: Any,
    ablation_factor: Any,
    r1_gpus: Any,
    r1_first_run_hours: Any,
    r1_second_run_hours: Any,
    r1_data_gpu_hours: Any,
) -> Any:
    """V3, its published experiments and R1's reinforcement learning."""
    r1 = r1_gpu_hours(r1_gpus, r1_first_run_hours, r1_second_run_hours, r1_data_gpu_hours)
    v3 = v3_ablations(usd_per_gpu_hour, v3_gpu_hours, ablation_hours, ablation_factor)
    return v3 + usd_per_gpu_hour * r1


def development(
    usd_per_gpu_hour: Any,
    v3_gpu_hours: Any,
    development_factor: Any,
    r1_gpus: Any,
    r1_first_run_hours: Any,
    r1_second_run_hours: Any,
    r1_data_gpu_hours: Any,
) -> Any:
    """All compute of V3's development by Epoch's ratio, and R1's reinforcement learning.

    >>> round(development(2.0, 2_788_000, 2.2, 512, 198, 80, 5_000))
    12561872
    """
    r1 = r1_gpu_hours(r1_gpus, r1_first_run_hours, r1_second_run_hours, r1_data_gpu_hours)
    return usd_per_gpu_hour * (development_gpu_hours(v3_gpu_hours, development_factor) + r1)


def staff(
    usd_per_gpu_hour: Any,
    v3_gpu_hours: Any,
    development_factor: Any,
    r1_gpus: Any,
    r1_first_run_hours: Any,
    r1_second_run_hours: Any,
    r1_data_gpu_hours: Any,
    people: Any,
    cny_per_person_year: Any,
    cny_per_usd: Any,
    project_years: Any,
) -> Any:
    """All compute of the development, and the people who did it."""
    compute = development(
        usd_per_gpu_hour,
        v3_gpu_hours,
        development_factor,
        r1_gpus,
        r1_first_run_hours,
        r1_second_run_hours,
        r1_data_gpu_hours,
    )
    return compute + staff_usd(people, cny_per_person_year, cny_per_usd, project_years)


def fleet_year(
    h800_documented: Any,
    server_usd_per_gpu: Any,
    years_since_price: Any,
    depreciation_oom_per_year: Any,
    network_overhead: Any,
    server_watts_per_gpu: Any,
    a100_documented: Any,
    a100_server_usd_per_gpu: Any,
    a100_years: Any,
    a100_network_overhead: Any,
    a100_server_watts_per_gpu: Any,
    load: Any,
    pue: Any,
    usd_per_kwh: Any,
    electricity_factor: Any,
    hosting_usd_per_kw_month: Any,
) -> Any:
    r"""A year of H800 and A100 to their owner: value lost, electricity and hosting.

    .. math:: C = \sum_i G_i \left( 8766\,p_i + 12\,h\,w_i / 1000 \right)
    """
    shared = (load, pue, usd_per_kwh, electricity_factor)
    rate = depreciation_oom_per_year
    h800_hour = owner_usd_per_gpu_hour(
        server_usd_per_gpu, years_since_price, rate, network_overhead, server_watts_per_gpu, *shared
    )
    a100_hour = owner_usd_per_gpu_hour(
        a100_server_usd_per_gpu,
        a100_years,
        rate,
        a100_network_overhead,
        a100_server_watts_per_gpu,
        *shared,
    )
    hosting = hosting_usd_per_kw_month * MONTHS_PER_YEAR / 1000
    h800 = h800_documented * (h800_hour * HOURS_PER_YEAR + hosting * server_watts_per_gpu)
    a100 = a100_documented * (a100_hour * HOURS_PER_YEAR + hosting * a100_server_watts_per_gpu)
    return h800 + a100


def cluster(v3_gpus: Any, server_usd_per_gpu: Any, network_overhead: Any) -> Any:
    """The purchase of V3's cluster: servers and network.

    >>> round(cluster(2_048, 44_489.88, 1 / 0.81) / 1e6, 1)
    112.5
    """
    return v3_gpus * server_usd_per_gpu * network_overhead


RUNGS: dict[str, Callable[..., Any]] = {
    "r1_rl": r1_rl,
    "v3_amortised": v3_amortised,
    "v3_rental": v3_rental,
    "v3_ablations": v3_ablations,
    "v3_r1": v3_r1,
    "v3_market": v3_market,
    "development": development,
    "staff": staff,
    "fleet_year": fleet_year,
    "cluster": cluster,
}
"""The rungs that have a model, from the bottom; the claimed fleet is a sum of two claims."""
