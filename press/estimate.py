"""A number with its range: the value that every model returns and every figure publishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A central value with an optional range; ``low`` and ``high`` come together.

    Raises
    ------
    ValueError
        If only one bound is given, or if ``low <= value <= high`` does not hold.

    Examples
    --------
    >>> Estimate(2.0, 1.5, 3.42).scaled(10)
    Estimate(value=20.0, low=15.0, high=34.2)
    """

    value: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        if (self.low is None) != (self.high is None):
            raise ValueError(f"a range needs both ends, found low={self.low}, high={self.high}")
        low, high = self.bounds
        if not low <= self.value <= high:
            raise ValueError(f"expected low <= value <= high, found {self}")

    @property
    def bounds(self) -> tuple[float, float]:
        """The range, or the value twice where there is none."""
        if self.low is None or self.high is None:
            return self.value, self.value
        return self.low, self.high

    def scaled(self, factor: float) -> Estimate:
        """The estimate times a number that is known exactly."""
        return self.map(lambda x: x * factor)

    def map(self, function: Callable[[float], float]) -> Estimate:
        """The estimate under a monotone function (rising or falling)."""
        if self.low is None or self.high is None:
            return Estimate(function(self.value))
        ends = sorted((function(self.low), function(self.high)))
        return Estimate(function(self.value), ends[0], ends[1])

    def __add__(self, other: Estimate | float) -> Estimate:
        """The sum; the ranges add end to end, as if both were off in the same direction."""
        if not isinstance(other, Estimate):
            other = Estimate(other)
        if self.low is None and other.low is None:
            return Estimate(self.value + other.value)
        (a, b), (c, d) = self.bounds, other.bounds
        return Estimate(self.value + other.value, a + c, b + d)

    __radd__ = __add__

    def times(self, other: Estimate) -> Estimate:
        """The product of two non-negative estimates; the ranges multiply end to end."""
        if self.low is None and other.low is None:
            return Estimate(self.value * other.value)
        (a, b), (c, d) = self.bounds, other.bounds
        if a < 0 or c < 0:
            raise ValueError(f"expected non-negative estimates, found {self} and {other}")
        return Estimate(self.value * other.value, a * c, b * d)
