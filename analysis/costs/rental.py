"""Rental: what the GPU-hours of a run cost at a price per hour."""

from __future__ import annotations

import math


def rental_usd(gpu_hours: float, usd_per_gpu_hour: float) -> float:
    r"""The cost of GPU-hours at a rental price.

    .. math:: C = H \cdot p

    This is the definition behind every dollar figure that DeepSeek has published.

    Parameters
    ----------
    gpu_hours
        GPUs times the hours each was held [GPU-hour].
    usd_per_gpu_hour
        Price of one GPU for one hour [USD/GPU-hour].

    Returns
    -------
    float
        Cost [USD].

    Raises
    ------
    ValueError
        If either number is negative or not finite.

    References
    ----------
    DeepSeek-V3 Technical Report, Table 1.

    Examples
    --------
    >>> rental_usd(2_788_000, 2.0)
    5576000.0
    """
    for name, number in (("gpu_hours", gpu_hours), ("usd_per_gpu_hour", usd_per_gpu_hour)):
        if not (math.isfinite(number) and number >= 0):
            raise ValueError(f"{name}: found {number}, expected a number of at least 0")
    return gpu_hours * usd_per_gpu_hour


def gpu_hours(gpus: float, hours: float) -> float:
    """The GPU-hours [GPU-hour] of ``gpus`` held for ``hours`` each.

    >>> gpu_hours(512, 198)
    101376
    """
    return gpus * hours


def wall_clock_days(gpu_hours: float, gpus: float) -> float:
    """The days that ``gpus`` working together need for ``gpu_hours``, without a pause.

    >>> round(wall_clock_days(2_788_000, 2_048), 1)
    56.7
    """
    return gpu_hours / gpus / 24


def implied_usd_per_gpu_hour(cost_usd: float, gpu_hours: float) -> float:
    """The price per GPU-hour [USD/GPU-hour] at which ``gpu_hours`` cost ``cost_usd``.

    >>> implied_usd_per_gpu_hour(5_576_000, 2_788_000)
    2.0
    """
    return cost_usd / gpu_hours
