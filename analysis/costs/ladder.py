"""The ladder's models: small functions of inputs by name, each made of the narrower ones.

The same function gives a number (from numbers) and a distribution (from arrays of draws). Unless
it says otherwise, a model returns USD.
"""

from __future__ import annotations

from typing import Any

from analysis.costs.amortised import LN_10
from analysis.costs.development import development_gpu_hours, staff_usd
from analysis.costs.ownership import HOURS_PER_YEAR, MONTHS_PER_YEAR
from analysis.costs.uncertainty import Inputs, Model
from analysis.hardware import ONE_YEAR


def hour(x: Inputs, usd_per_gpu: Any, years: Any, watts: Any) -> Any:
    r"""What one GPU-hour costs its owner by Epoch's method [USD/GPU-hour]: value and electricity.

    .. math:: p = P\,10^{-\rho t}\,\frac{\rho \ln 10}{8766} + \frac{w f\,\mathrm{PUE}\,e}{1000}

    The equation of ``amortised_cost`` for one hour, with the price P of server and network
    together.

    Examples
    --------
    >>> x = {"depreciation_oom_per_year": 0.14, "load": 0.75, "pue": 1.25, "usd_per_kwh": 0.0771,
    ...     "electricity_factor": 1.0}
    >>> round(hour(x, 44_490 / 0.81, 1.7, 1_275), 2)
    1.26
    """
    rate = x["depreciation_oom_per_year"]
    lost = usd_per_gpu * 10.0 ** (-rate * years) * rate * LN_10 / HOURS_PER_YEAR
    kwh = watts * x["load"] * x["pue"] / 1000
    return lost + kwh * x["usd_per_kwh"] * x["electricity_factor"]


def hosting_hour(x: Inputs, watts: Any) -> Any:
    """Data-centre space and cooling plant of one GPU for an hour [USD/GPU-hour].

    >>> round(hosting_hour({"hosting_usd_per_kw_month": 120}, 1_275), 2)
    0.21
    """
    return x["hosting_usd_per_kw_month"] * MONTHS_PER_YEAR / HOURS_PER_YEAR * watts / 1000


def server_and_network(x: Inputs) -> Any:
    """The price of an H800 with its part of the server and of the network [USD/GPU]."""
    return x["server_usd_per_gpu"] + x["network_usd_per_gpu"]


def owner_hour(x: Inputs) -> Any:
    """What an hour of V3's run cost an owner: value lost and electricity [USD/GPU-hour]."""
    return hour(x, server_and_network(x), x["years_owned"], x["server_watts_per_gpu"])


def housed_hour(x: Inputs) -> Any:
    """The same with the building [USD/GPU-hour]: below it no price of an hour would last."""
    return owner_hour(x) + hosting_hour(x, x["server_watts_per_gpu"])


def v3_amortised(x: Inputs) -> Any:
    """The value and the electricity that V3's official run used up, by Epoch's method."""
    return x["v3_gpu_hours"] * owner_hour(x)


def development(x: Inputs) -> Any:
    """All compute of V3's development, R1, and earlier models if any are counted.

    >>> round(development({"usd_per_gpu_hour": 2.0, "v3_gpu_hours": 2_788_000,
    ...     "development_factor": 2.2, "r1_gpu_hours": 147_336, "earlier_gpu_hours": 0}))
    12561872
    """
    v3 = development_gpu_hours(x["v3_gpu_hours"], x["development_factor"])
    return x["usd_per_gpu_hour"] * (v3 + x["r1_gpu_hours"] + x["earlier_gpu_hours"])


def people(x: Inputs) -> Any:
    """The people who worked on it."""
    return staff_usd(x["people"], x["cny_per_person_year"], x["cny_per_usd"], x["project_years"])


def with_people(x: Inputs) -> Any:
    """All compute of the development, and the people who did it."""
    return development(x) + people(x)


def parts(x: Inputs) -> dict[str, Any]:
    """What ``with_people`` consists of, from the run outwards; the parts add up to it."""
    run = x["usd_per_gpu_hour"] * x["v3_gpu_hours"]
    r1 = x["usd_per_gpu_hour"] * x["r1_gpu_hours"]
    return {"run": run, "r1": r1, "experiments": development(x) - run - r1, "people": people(x)}


def cluster(x: Inputs) -> Any:
    """The purchase of V3's cluster: servers and network.

    >>> cluster({"v3_gpus": 2_048, "server_usd_per_gpu": 37_000, "network_usd_per_gpu": 4_390})
    84766720
    """
    return x["v3_gpus"] * server_and_network(x)


def fleet_year(x: Inputs) -> Any:
    r"""A year of H800 and A100 to their owner: value lost, electricity and hosting.

    .. math:: C = \sum_i 8766\,G_i \left( p_i + \frac{12\,h\,w_i}{8766 \cdot 1000} \right)
    """
    a100 = hour(x, x["a100_usd_per_gpu"], x["a100_years"], x["a100_watts_per_gpu"])
    a100_year = x["a100_documented"] * (a100 + hosting_hour(x, x["a100_watts_per_gpu"]))
    return ONE_YEAR * HOURS_PER_YEAR * (x["h800_documented"] * housed_hour(x) + a100_year)


MODELS: dict[str, Model] = {
    "v3_amortised": v3_amortised,
    "development": development,
    "staff": with_people,
    "cluster": cluster,
    "fleet_year": fleet_year,
}
"""The rungs that are simulated; the others are products of published numbers."""
