"""Amortised capital and energy: what a run uses up of hardware that its owner has bought.

The method is Epoch AI's, *The rising costs of training frontier AI models* (arXiv 2405.21015),
as its code has it at version 1.0.0: hardware loses value at the rate at which price-performance
improves, so a chip-hour costs the value that the chip loses during that hour.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.costs.ownership import HOURS_PER_YEAR
from press.maths import maximum
from press.numbers import named

DEPRECIATION_OOM_PER_YEAR = named(0.14, "Epoch’s depreciation", "OOM/year")
"""Orders of magnitude by which price-performance improves in a year, and value falls."""
INTERCONNECT_SHARE = 0.19
"""The cluster network's share of the cost of a cluster."""
DEFAULT_UTILISATION = 0.375
"""Share of peak FLOP/s assumed where neither hours nor utilisation are known."""
LN_10 = named(math.log(10), "ln 10", "1")
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Amortised:
    """The parts of an amortised cost [USD]."""

    chip_usd: float
    other_server_usd: float
    interconnect_usd: float
    energy_usd: float

    @property
    def hardware_usd(self) -> float:
        """Chips, servers and network without energy [USD]."""
        return self.chip_usd + self.other_server_usd + self.interconnect_usd

    @property
    def total_usd(self) -> float:
        """Hardware and energy [USD]."""
        return self.hardware_usd + self.energy_usd

    def __add__(self, other: Amortised) -> Amortised:
        return Amortised(
            self.chip_usd + other.chip_usd,
            self.other_server_usd + other.other_server_usd,
            self.interconnect_usd + other.interconnect_usd,
            self.energy_usd + other.energy_usd,
        )


def value_at_start(
    price_usd: float, years_since_available: float, rate: float = DEPRECIATION_OOM_PER_YEAR
) -> float:
    r"""What hardware is still worth when a run starts [USD].

    .. math:: V = P \cdot 10^{-\rho\,\max(0, t)}

    Parameters
    ----------
    price_usd
        P, price when bought [USD].
    years_since_available
        t, years from the date of the price to the start; a later price is used as it is [year].
    rate
        Depreciation [OOM/year].

    Examples
    --------
    >>> round(value_at_start(44_750, 1.9))
    24255
    """
    worth: float = price_usd * 10.0 ** (-rate * maximum(0.0, years_since_available))
    return worth


def amortised_cost(
    *,
    chip_hours: float,
    value_per_chip_usd: float,
    server_to_chip_price: float,
    tdp_w: float,
    chip_to_server_power: float,
    tdp_fraction: float,
    pue: float,
    usd_per_kwh: float,
    interconnect_share: float = INTERCONNECT_SHARE,
    rate: float = DEPRECIATION_OOM_PER_YEAR,
) -> Amortised:
    r"""The capital that a run uses up, plus its energy, by Epoch's method.

    .. math::
        C = \frac{H V \rho \ln 10}{8766}\,\frac{1}{1 - i} + H\,w\,k\,f\,\mathrm{PUE}\,e / 1000

    Parameters
    ----------
    chip_hours
        H [GPU-hour].
    value_per_chip_usd
        V, value of the server at the start of the run for each chip [USD/GPU].
    server_to_chip_price
        Price of a server over the price of its chips [ratio]; splits V into chip and the rest.
    tdp_w
        w, thermal design power of the chip [W].
    chip_to_server_power
        k, power of the server over the power of its chips [ratio].
    tdp_fraction
        f, mean power drawn over design power [share].
    pue
        Power usage effectiveness of the building [ratio].
    usd_per_kwh
        e, electricity price [USD/kWh].
    interconnect_share
        i, the network's share of the cost of the cluster [share].
    rate
        Depreciation, the letter rho [OOM/year].

    Returns
    -------
    Amortised
        Chips, other server parts, interconnect and energy [USD].

    References
    ----------
    Cottier et al., arXiv 2405.21015, sections 2.2 and 2.3.

    Examples
    --------
    BLOOM-176B, published as 883,316.6 USD:

    >>> round(amortised_cost(chip_hours=1_078_272, value_per_chip_usd=16_647.997204491367,
    ...     server_to_chip_price=1.66, tdp_w=400, chip_to_server_power=2.03125,
    ...     tdp_fraction=0.75, pue=1.25, usd_per_kwh=0.0832).total_usd, 1)
    883316.6
    """
    servers = chip_hours * value_per_chip_usd * rate * LN_10 / HOURS_PER_YEAR
    kwh = chip_hours * tdp_w * chip_to_server_power * tdp_fraction * pue / 1000
    chip = servers / server_to_chip_price
    return Amortised(
        chip_usd=chip,
        other_server_usd=servers - chip,
        interconnect_usd=servers * interconnect_share / (1 - interconnect_share),
        energy_usd=kwh * usd_per_kwh,
    )


def acquisition_usd(
    chips: float, server_usd_per_chip: float, interconnect_share: float = INTERCONNECT_SHARE
) -> float:
    """What buying the whole cluster costs, servers and network [USD].

    >>> round(acquisition_usd(384, 24_875), 1)
    11792592.6
    """
    return chips * server_usd_per_chip / (1 - interconnect_share)
