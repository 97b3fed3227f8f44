"""Ownership: what a fleet costs its owner over several years (total cost of ownership, TCO)."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.hardware import HOURS_PER_YEAR

__all__ = ["HOURS_PER_YEAR", "MONTHS_PER_YEAR", "Ownership", "ownership_cost"]

MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True)
class Ownership:
    """The parts of a total cost of ownership [USD]; ``residual_usd`` is what resale returns."""

    servers_usd: float
    network_usd: float
    power_usd: float
    hosting_usd: float
    residual_usd: float

    @property
    def capital_usd(self) -> float:
        """Servers and network at purchase [USD]."""
        return self.servers_usd + self.network_usd

    @property
    def operating_usd(self) -> float:
        """Power and hosting over all years [USD]."""
        return self.power_usd + self.hosting_usd

    @property
    def total_usd(self) -> float:
        """Capital plus operation less residual value [USD]."""
        return self.capital_usd + self.operating_usd - self.residual_usd


def ownership_cost(
    *,
    gpus: float,
    server_usd_per_gpu: float,
    network_usd_per_gpu: float,
    watts_per_gpu: float,
    load: float,
    pue: float,
    usd_per_kwh: float,
    hosting_usd_per_kw_month: float,
    years: float,
    residual_share: float = 0.0,
) -> Ownership:
    r"""The cost of owning GPUs for some years: servers, network, power and hosting less resale.

    .. math::
        C = G (s + n)(1 - r) + G w \left( 8766\,u\,\mathrm{PUE}\,e + 12\,h \right) Y / 1000

    Hosting (space, cooling plant, staff on site) is paid for the power that is provisioned,
    electricity for the power that is drawn.

    Parameters
    ----------
    gpus
        G, GPUs in the fleet [GPU].
    server_usd_per_gpu, network_usd_per_gpu
        s and n, price of a server and of the cluster network for each GPU [USD/GPU].
    watts_per_gpu
        w, rated power of the server at the wall for each GPU [W].
    load
        u, mean power drawn as a share of the rated power [share].
    pue
        Power usage effectiveness: power of the building over power of the servers [ratio].
    usd_per_kwh
        e, electricity price [USD/kWh].
    hosting_usd_per_kw_month
        h, price of provisioned data-centre capacity, electricity not counted [USD/kW/month].
    years
        Y, years of ownership [year].
    residual_share
        r, what the hardware still fetches at the end as a share of its price [share].

    Returns
    -------
    Ownership
        Its parts and their total [USD].

    Examples
    --------
    >>> cost = ownership_cost(gpus=1000, server_usd_per_gpu=40_000, network_usd_per_gpu=8_000,
    ...     watts_per_gpu=1_300, load=0.7, pue=1.25, usd_per_kwh=0.08,
    ...     hosting_usd_per_kw_month=100, years=4, residual_share=0.1)
    >>> round(cost.total_usd), round(cost.operating_usd)
    (52630824, 9430824)
    """
    for name, number in (("gpus", gpus), ("years", years), ("watts_per_gpu", watts_per_gpu)):
        if not number >= 0:
            raise ValueError(f"{name}: found {number}, expected a number of at least 0")
    for name, part in (("load", load), ("residual_share", residual_share)):
        if not 0 <= part <= 1:
            raise ValueError(f"{name}: found {part}, expected a share from 0 to 1")
    kilowatts = gpus * watts_per_gpu / 1000
    servers, network = gpus * server_usd_per_gpu, gpus * network_usd_per_gpu
    return Ownership(
        servers_usd=servers,
        network_usd=network,
        power_usd=kilowatts * load * pue * HOURS_PER_YEAR * years * usd_per_kwh,
        hosting_usd=kilowatts * hosting_usd_per_kw_month * MONTHS_PER_YEAR * years,
        residual_usd=(servers + network) * residual_share,
    )
