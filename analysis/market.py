"""A day on the stock market: returns, losses of market value and an event study.

Plain functions on sequences of closing prices; they know no company and read no file. The event
study follows MacKinlay (1997), "Event Studies in Economics and Finance", J. Econ. Lit. 35:13-39.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from press.estimate import Estimate
from press.numbers import number

Array = npt.NDArray[np.float64]


def simple_returns(prices: Sequence[float]) -> Array:
    r"""The change of each price on the one before.

    .. math:: r_t = P_t / P_{t-1} - 1

    Parameters
    ----------
    prices
        At least two positive prices in the order of time.

    Returns
    -------
    numpy.ndarray
        One return fewer than prices [share].

    Raises
    ------
    ValueError
        If there are fewer than two prices, or one is not positive.

    Examples
    --------
    >>> simple_returns([142.62, 118.42, 128.99]).round(4).tolist()
    [-0.1697, 0.0893]
    """
    values = np.asarray(prices, dtype=np.float64)
    if values.ndim != 1 or values.size < 2:
        raise ValueError(f"expected at least two prices, found {values.size}")
    if not (np.isfinite(values).all() and (values > 0).all()):
        raise ValueError("expected positive, finite prices")
    changes: Array = values[1:] / values[:-1] - 1
    return changes


def log_returns(prices: Sequence[float]) -> Array:
    r"""The continuously compounded returns, :math:`\ln(1 + r_t)`; they add up over time.

    >>> float(log_returns([100.0, 110.0, 99.0]).sum().round(5))
    -0.01005
    """
    compounded: Array = np.log1p(simple_returns(prices))
    return compounded


def market_value_lost(shares: Estimate, before: float, after: float) -> Estimate:
    r"""What all shares of a company lost between two prices.

    .. math:: L = S \, (P_0 - P_1)

    Parameters
    ----------
    shares
        Shares outstanding, with their range [stock].
    before, after
        The two prices [USD/stock].

    Returns
    -------
    Estimate
        The loss, positive when the price fell [USD].

    Examples
    --------
    >>> market_value_lost(Estimate(24.5e9), 142.62, 118.42).value / 1e9
    592.9
    """
    return shares.scaled(before - after)


def shares_behind(loss: float, before: float, after: float) -> float:
    """The shares outstanding [stock] that turn a fall in price into this loss of market value.

    >>> round(shares_behind(589e9, 142.62, 118.42) / 1e9, 2)
    24.34
    """
    if before <= after:
        raise ValueError(f"expected a fall, found {before} before and {after} after")
    return loss / (before - after)


def gain_to_recover(fall: float) -> float:
    """The gain [share] that makes up for a fall [share, negative].

    >>> gain_to_recover(-0.2)
    0.25
    """
    if not -1 < fall <= 0:
        raise ValueError(f"expected a fall between -1 and 0, found {fall}")
    return 1 / (1 + fall) - 1


@dataclass(frozen=True)
class MarketModel:
    """A share's usual daily return, given that of the market: ``alpha + beta * market``.

    ``residual_sd`` is the standard deviation of what the line leaves unexplained, with
    ``observations - 2`` degrees of freedom; ``market_mean`` and ``market_square_sum`` (about
    the mean) describe the estimation window, which the uncertainty of a prediction needs.
    """

    alpha: float
    beta: float
    residual_sd: float
    observations: int
    market_mean: float
    market_square_sum: float
    r_squared: float

    def expected(self, market_return: float) -> float:
        """The return [share] that the line gives for a day of this market return."""
        return self.alpha + self.beta * market_return

    @property
    def beta_se(self) -> float:
        """The standard error of ``beta``."""
        return self.residual_sd / math.sqrt(self.market_square_sum)


def fit_market_model(stock: Sequence[float], market: Sequence[float]) -> MarketModel:
    r"""The market model of a share, by ordinary least squares over an estimation window.

    .. math:: r_t = \alpha + \beta m_t + \varepsilon_t

    Parameters
    ----------
    stock, market
        Daily returns of share and index on the same days [share]; at least three.

    Returns
    -------
    MarketModel

    Raises
    ------
    ValueError
        If the two differ in length, are shorter than three, or the index never moves.

    References
    ----------
    MacKinlay (1997), section 4.B and equation 8.

    Examples
    --------
    >>> model = fit_market_model([0.021, -0.019, 0.041, 0.001], [0.01, -0.01, 0.02, 0.0])
    >>> round(model.beta, 6), round(model.alpha, 6)
    (2.0, 0.001)
    """
    y, x = np.asarray(stock, dtype=np.float64), np.asarray(market, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"expected as many market returns as returns, found {x.size} and {y.size}")
    if x.size < 3:
        raise ValueError(f"expected at least three days, found {x.size}")
    deviation = x - x.mean()
    square_sum = number(deviation @ deviation)
    if np.ptp(x) <= 0:
        raise ValueError("expected an index that moves, found the same return every day")
    beta = number(deviation @ y) / square_sum
    alpha = number(y.mean()) - beta * number(x.mean())
    residual = y - alpha - beta * x
    unexplained = number(residual @ residual)
    total = number(((y - y.mean()) ** 2).sum())
    return MarketModel(
        alpha=alpha,
        beta=beta,
        residual_sd=math.sqrt(unexplained / (x.size - 2)),
        observations=int(x.size),
        market_mean=number(x.mean()),
        market_square_sum=square_sum,
        r_squared=1 - unexplained / total if total > 0 else 1.0,
    )


def abnormal_return(
    model: MarketModel,
    stock: Sequence[float],
    market: Sequence[float],
    confidence: float = 0.95,
) -> Estimate:
    r"""What a share returned beyond the market model, summed over the days given.

    One day gives the abnormal return, several the cumulative abnormal return. The interval is that
    of a prediction: the noise of the days themselves and the uncertainty of the line.

    .. math::
        \mathrm{CAR} = \sum_t (r_t - \alpha - \beta m_t), \qquad
        s^2_\mathrm{CAR} = s^2 \left( L + \frac{L^2}{n}
        + \frac{\left(\sum_t (m_t - \bar m)\right)^2}{\sum (m - \bar m)^2} \right)

    Parameters
    ----------
    model
        The market model of an estimation window that ends before the event.
    stock, market
        Daily returns of share and index on the days of the event [share].
    confidence
        Probability that the interval is meant to cover, from Student's t.

    Returns
    -------
    Estimate
        The (cumulative) abnormal return with its interval [share].

    References
    ----------
    MacKinlay (1997), equations 9 to 12.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"expected a confidence between 0 and 1, found {confidence}")
    total, error = _excess(model, stock, market)
    half = number(student.ppf((1 + confidence) / 2, model.observations - 2)) * error
    return Estimate(total, total - half, total + half)


def t_statistic(model: MarketModel, stock: Sequence[float], market: Sequence[float]) -> float:
    """The abnormal return of :func:`abnormal_return` in units of its standard error."""
    total, error = _excess(model, stock, market)
    return total / error


def _excess(
    model: MarketModel, stock: Sequence[float], market: Sequence[float]
) -> tuple[float, float]:
    """The abnormal return summed over the days, and its standard error."""
    y, x = np.asarray(stock, dtype=np.float64), np.asarray(market, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1 or x.size < 1:
        raise ValueError(f"expected as many market returns as returns, found {x.size} and {y.size}")
    total = number((y - model.alpha - model.beta * x).sum())
    off_centre = number((x - model.market_mean).sum())
    variance = (
        x.size + x.size**2 / model.observations + off_centre**2 / model.market_square_sum
    ) * model.residual_sd**2
    return total, math.sqrt(variance)
