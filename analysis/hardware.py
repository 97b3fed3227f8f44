"""Accelerators at work: rates, utilisation, time, power and capacity of servers and clusters.

Every function takes plain numbers in the units its docstring names; none knows a model by name.
Mean years of 365.25 days are used throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from press.maths import total
from press.numbers import named

SECONDS_PER_HOUR = 3600.0
HOURS_PER_DAY = 24.0
SECONDS_PER_DAY = SECONDS_PER_HOUR * HOURS_PER_DAY
HOURS_PER_YEAR = 8766.0
TRILLION = 1e12
ONE_YEAR = named(1.0, "one year", "year")


def flop_per_s_per_gpu(tokens_per_day: float, flop_per_token: float, gpus: float) -> float:
    r"""The arithmetic that each GPU did, from a cluster's pace [FLOP/s].

    .. math:: a = \frac{T F}{86400\,G}

    Parameters
    ----------
    tokens_per_day
        T, tokens that the cluster trains on in a day [token/day].
    flop_per_token
        F, training FLOPs per token, forward and backward [FLOP/token].
    gpus
        G, GPUs in the cluster [GPU].

    References
    ----------
    DeepSeek, ISCA 2025 (arXiv 2505.09343), Tables 2 and 4.

    Examples
    --------
    >>> round(flop_per_s_per_gpu(272.80e9, 250e9, 2048) / 1e12, 1)
    385.4
    """
    return tokens_per_day * flop_per_token / SECONDS_PER_DAY / gpus


def mfu(flop_per_s: float, peak_flop_per_s: float) -> float:
    """Model FLOPs utilisation (MFU): the model's arithmetic over the hardware's peak [share].

    >>> round(mfu(385e12, 989e12), 3), round(mfu(385e12, 1979e12), 3)
    (0.389, 0.195)
    """
    if peak_flop_per_s <= 0:
        raise ValueError(f"peak_flop_per_s: found {peak_flop_per_s}, expected more than 0")
    return flop_per_s / peak_flop_per_s


def gpu_hours_from_rate(tokens: float, gpu_hours_per_trillion: float) -> float:
    """GPU-hours from a stated rate per trillion tokens [GPU-hour].

    >>> gpu_hours_from_rate(14.8e12, 180_000)
    2664000.0
    """
    return tokens / TRILLION * gpu_hours_per_trillion


def gpu_hours_from_pace(tokens: float, tokens_per_day: float, gpus: float) -> float:
    """GPU-hours from a cluster's tokens per day [GPU-hour].

    >>> round(gpu_hours_from_pace(14.8e12, 272.80e9, 2048))
    2666604
    """
    return tokens / tokens_per_day * HOURS_PER_DAY * gpus


def gpu_hours_from_flops(
    tokens: float, flop_per_token: float, peak_flop_per_s: float, utilisation: float
) -> float:
    r"""GPU-hours from the arithmetic to be done and the share of the peak achieved [GPU-hour].

    .. math:: H = \frac{N F}{3600\,p\,u}

    Parameters
    ----------
    tokens
        N, tokens trained on [token].
    flop_per_token
        F, training FLOPs per token [FLOP/token].
    peak_flop_per_s
        p, peak of one GPU [FLOP/s].
    utilisation
        u, model FLOPs utilisation against that peak [share].

    Examples
    --------
    >>> round(gpu_hours_from_flops(14.8e12, 250e9, 989e12, 0.3894), -3)
    2669000.0
    """
    if not 0 < utilisation <= 1:
        raise ValueError(f"utilisation: found {utilisation}, expected a share above 0, at most 1")
    return tokens * flop_per_token / (peak_flop_per_s * utilisation * SECONDS_PER_HOUR)


def tokens_per_day(sequences: float, tokens_per_sequence: float, step_s: float) -> float:
    """Tokens that a cluster trains on in a day, from its batch and the time of a step [token/day].

    >>> round(tokens_per_day(15_360, 4_096, 19.926) / 1e9, 1)
    272.8
    """
    return sequences * tokens_per_sequence / step_s * SECONDS_PER_DAY


def days_on(gpu_hours: float, gpus: float) -> float:
    """Days that GPUs working together need for some GPU-hours, without a pause [day].

    >>> round(days_on(2_664_000, 2_048), 1), round(days_on(180_000, 2_048), 1)
    (54.2, 3.7)
    """
    return gpu_hours / gpus / HOURS_PER_DAY


def expected_interruptions(
    interruptions: float, observed_gpu_hours: float, gpu_hours: float
) -> float:
    """Interruptions to expect in a run if they come at another run's rate per GPU-hour [1].

    >>> round(expected_interruptions(419, 16_384 * 54 * 24, 2_664_000))
    53
    """
    return interruptions / observed_gpu_hours * gpu_hours


def server_to_chip_power(server_w: float, chips: float, tdp_w: float) -> float:
    """Rated power of a server over that of its accelerators [ratio].

    >>> round(server_to_chip_power(10_200, 8, 700), 3)
    1.821
    """
    return server_w / (chips * tdp_w)


def watts_at_the_wall(
    tdp_w: float, server_to_chip: float, load: float = 1.0, pue: float = 1.0
) -> float:
    """Power for each GPU, with its share of the server and the building [W].

    Parameters
    ----------
    tdp_w
        Thermal design power of the accelerator [W].
    server_to_chip
        Rated power of the server over that of its accelerators [ratio].
    load
        Mean power drawn as a share of the rated power [share].
    pue
        Power usage effectiveness: power of the building over power of the servers [ratio].

    Examples
    --------
    >>> round(watts_at_the_wall(700, 1.8214, load=0.75, pue=1.25))
    1195
    """
    return tdp_w * server_to_chip * load * pue


def energy_kwh(gpu_hours: float, watts_per_gpu: float) -> float:
    """Electricity for some GPU-hours [kWh].

    >>> energy_kwh(1000, 1200)
    1200.0
    """
    return gpu_hours * watts_per_gpu / 1000


def capacity_gpu_hours(gpus: float, years: float = ONE_YEAR, available: float = 1.0) -> float:
    """GPU-hours that a fleet can give [GPU-hour], at the share of the time it is available.

    >>> capacity_gpu_hours(2_048)
    17952768.0
    """
    if not 0 <= available <= 1:
        raise ValueError(f"available: found {available}, expected a share from 0 to 1")
    return gpus * HOURS_PER_YEAR * years * available


def gpus_from_use(gpu_hours: float, years: float, utilisation: float) -> float:
    """The GPUs that some GPU-hours of use imply at a utilisation [GPU].

    >>> round(gpus_from_use(56.74e6, 1, 0.96))
    6742
    """
    return gpu_hours / (HOURS_PER_YEAR * years * utilisation)


def equivalents(fleet: Mapping[str, float], peak: Mapping[str, float], reference: str) -> float:
    """A mixed fleet as so many of one accelerator, by peak arithmetic [GPU].

    >>> round(equivalents({"big": 10, "small": 30}, {"big": 989.0, "small": 148.0}, "big"), 1)
    14.5
    """
    return total(n * peak[chip] for chip, n in fleet.items()) / peak[reference]


def most_days(months: int) -> int:
    """The most days that so many calendar months in a row can have [day].

    >>> most_days(1), most_days(2), most_days(12)
    (31, 62, 366)
    """
    first = [date(2023 + m // 12, m % 12 + 1, 1) for m in range(25)]  # a leap year among them
    return max((first[m + months] - first[m]).days for m in range(25 - months))


def weighted_mean(values: Iterable[float], weights: Iterable[float]) -> float:
    """The mean of values that stand for different numbers of units.

    >>> weighted_mean([23_716, 24_228], [10, 30])
    24100.0
    """
    pairs = list(zip(values, weights, strict=True))
    return total(v * w for v, w in pairs) / total(w for _, w in pairs)
