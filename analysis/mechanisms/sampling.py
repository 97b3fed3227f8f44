"""How far two published scores may differ by the luck of the questions alone.

A score of p percent on n questions that are right or wrong has the binomial standard error
√(p(1 − p)/n). Two models' errors add in quadrature, as if each had been asked its own n
questions. They were asked the same ones, and answers to the same question go together, so the
true sampling error of the difference is smaller; how much smaller cannot be known without the
answers, question by question, which DeepSeek did not publish. What this error does *not* hold
is the luck of a training run: another seed gives another model.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt

PERCENT = 100
NORMAL_95 = 1.959964
"""Half-width of the central 95 % of a normal distribution [standard deviation]."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of two scores with its sampling error [point].

    Attributes
    ----------
    gain
        Second score less the first.
    error
        Standard error of the gain, the two scores taken as unpaired.
    """

    gain: float
    error: float

    @property
    def z(self) -> float:
        """The gain in standard errors; beyond ±1.96 chance alone gives it once in twenty."""
        return self.gain / self.error

    @property
    def interval(self) -> tuple[float, float]:
        """The gains that the questions alone cannot tell from this one, at 95 % [point]."""
        half = NORMAL_95 * self.error
        return self.gain - half, self.gain + half


def difference(before: float, after: float, questions: int) -> Difference:
    r"""Difference of two scores on one test, with its binomial sampling error.

    .. math:: z = \frac{p_2 - p_1}{\sqrt{[p_1(1-p_1) + p_2(1-p_2)]/n}}

    For a score between 0 and 1 a question, such as F1, the binomial variance is the largest
    that its mean allows, so the interval is an upper bound.

    Parameters
    ----------
    before, after
        Scores in points of 100.
    questions
        Questions in the test, n.

    Raises
    ------
    ValueError
        If a score lies outside 0 to 100, or both at its ends, or there are no questions.

    Examples
    --------
    DeepSeek-V3 report, Table 4, large model with and without multi-token prediction:

    >>> code = difference(44.5, 53.7, 164)  # HumanEval
    >>> f"{code.gain:+.1f}, z = {code.z:.2f}, {code.interval[0]:+.1f} to {code.interval[1]:+.1f}"
    '+9.2, z = 1.67, -1.6 to +20.0'
    >>> knowledge = difference(67.5, 66.6, 14_042)  # MMLU
    >>> round(knowledge.z, 2), [round(end, 1) for end in knowledge.interval]
    (-1.6, [-2.0, 0.2])
    >>> difference(67.5, 166.6, 14_042)
    Traceback (most recent call last):
        ...
    ValueError: score 166.6: expected points of 100, from 0 to 100
    """
    for score in (before, after):
        if not 0 <= score <= PERCENT:
            raise ValueError(f"score {score}: expected points of 100, from 0 to 100")
    if questions < 1:
        raise ValueError(f"{questions} questions: expected at least one")
    variance = sum(score * (PERCENT - score) for score in (before, after)) / questions
    if not variance:
        raise ValueError("both scores are 0 or 100: no binomial error can be given")
    return Difference(after - before, sqrt(variance))


def sign_test(wins: int, losses: int) -> float:
    """Chance that a coin gives so lopsided a count of wins or a more lopsided one, both sides.

    Ties are left out. Scores of one pair of models are not independent tosses, so this bounds
    what chance alone explains from below.

    Examples
    --------
    >>> round(sign_test(9, 1), 3)
    0.021
    >>> sign_test(3, 3)
    1.0
    """
    tosses, most = wins + losses, max(wins, losses)
    tail = sum(comb(tosses, k) for k in range(most, tosses + 1)) / 2.0**tosses
    return min(1.0, 2 * tail)
