"""Like-for-like comparison: costs on one definition, scores from one table, yardsticks of progress.

Two amounts of money compare only if they count the same things, two scores only if one table
prints both. Anything else must be marked as mixed on purpose, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from analysis.hardware import ONE_YEAR
from analysis.mechanisms.ablations import compared, with_errors
from press.estimate import Estimate
from press.facts import Facts
from press.maths import above, exp, log, sqrt, total
from press.numbers import named, number

DEFINITIONS: Mapping[str, str] = {
    "rental": "rental at $2 an hour",
    "market_rental": "rental at cloud prices",
    "amortised": "amortised hardware and energy",
    "acquisition": "purchase of the whole cluster",
    "ownership": "ownership over several years",
    "investment": "money invested",
    "development": "development with staff and experiments",
    "price": "price of a product",
    "other": "not defined by the source",
}
"""What each definition of cost counts, in words."""

MARK = "mixing definitions"
"""Words in a figure's formula that mark a comparison across definitions as meant."""


class MixedDefinitionsError(ValueError):
    """Two numbers that do not count the same thing were compared without being marked."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money [USD] together with what it counts.

    Raises
    ------
    ValueError
        If the definition is none of ``DEFINITIONS``.
    """

    subject: str
    usd: Estimate
    definition: str

    def __post_init__(self) -> None:
        if self.definition not in DEFINITIONS:
            raise ValueError(
                f"{self.subject}: found definition {self.definition!r}, "
                f"expected one of {', '.join(DEFINITIONS)}"
            )


def cost_fact(facts: Facts, fact_id: str) -> Cost:
    """The cost that a fact states, with the definition that the fact carries.

    Raises
    ------
    ValueError
        If the fact has no definition.
    """
    fact = facts[fact_id]
    if fact.definition is None:
        raise ValueError(f"fact {fact_id} is an amount of money without a definition; add one")
    return Cost(fact.subject, facts.estimate(fact_id), fact.definition)


def cost_ratio(cost: Cost, to: Cost, *, mixing: str = "") -> Estimate:
    """How many times one cost is another, with the interval that their ranges leave.

    Parameters
    ----------
    cost, to
        Numerator and denominator.
    mixing
        Why two definitions are compared on purpose; without it they may not differ.

    Returns
    -------
    Estimate
        Ratio; see :func:`ratio` for its interval.

    Raises
    ------
    MixedDefinitionsError
        If the definitions differ and no reason is given.

    Examples
    --------
    >>> v3 = Cost("DeepSeek-V3", Estimate(5.576e6), "rental")
    >>> llama = Cost("Llama 3.1 405B", Estimate(170e6), "market_rental")
    >>> cost_ratio(llama, v3)
    Traceback (most recent call last):
    ...
    analysis.runs.comparisons.MixedDefinitionsError: Llama 3.1 405B counts ...
    >>> cost_ratio(llama, v3, mixing="the comparison that was made").value
    30.49
    """
    if cost.definition != to.definition and not mixing.strip():
        raise MixedDefinitionsError(
            f"{cost.subject} counts {DEFINITIONS[cost.definition]}, {to.subject} counts "
            f"{DEFINITIONS[to.definition]}; bring both to one definition, or mark the comparison "
            "with mixing='why'"
        )
    return ratio(cost.usd, to.usd)


def ratio(a: Estimate, b: Estimate) -> Estimate:
    r"""The quotient of two positive estimates whose errors are independent.

    The ranges are read as intervals of the same level of two lognormal numbers, so their
    logarithmic half-widths add in quadrature.

    .. math:: \ln\frac{r_{hi}}{r} = \sqrt{\ln^2\frac{a_{hi}}{a} + \ln^2\frac{b}{b_{lo}}}

    Raises
    ------
    ValueError
        If a value or bound is not positive.

    Examples
    --------
    >>> ratio(Estimate(8.0, 4.0, 16.0), Estimate(2.0))
    Estimate(value=4.0, low=2.0, high=8.0)
    """
    (a_low, a_high), (b_low, b_high) = a.bounds, b.bounds
    if min(a_low, b_low) <= 0:
        raise ValueError(f"expected positive estimates, found {a} and {b}")
    value = a.value / b.value
    if a.low is None and b.low is None:
        return Estimate(value)
    up = sqrt(log(a_high / a.value) ** 2 + log(b.value / b_low) ** 2)
    down = sqrt(log(a.value / a_low) ** 2 + log(b_high / b.value) ** 2)
    return Estimate(value, value * exp(-down), value * exp(up))


class Published(Protocol):
    """What the check of definitions needs of an evaluated figure."""

    @property
    def key(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def facts(self) -> tuple[str, ...]: ...


def unmarked_mixtures(figures: Iterable[Published], facts: Facts) -> list[str]:
    """Ratios and shares whose inputs are amounts of money on different definitions, in words.

    A figure is excused where its formula says ``mixing definitions``.
    """
    known = facts.table("facts").by_key
    problems = []
    for figure in figures:
        if figure.unit not in ("ratio", "share") or MARK in figure.formula:
            continue
        found = {
            str(known[name]["definition"]): name
            for name in figure.facts
            if name in known and known[name]["unit"] == "USD" and known[name]["definition"]
        }
        if len(found) > 1:
            inputs = ", ".join(f"{name} ({kind})" for kind, name in sorted(found.items()))
            problems.append(
                f"figure {figure.key}: found costs on different definitions: {inputs}; expected "
                f"one definition, or the words '{MARK}' in the formula"
            )
    return problems


def score_gap(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """By how much one row of ``benchmarks`` is better than another, in the benchmark's unit.

    Raises
    ------
    MixedDefinitionsError
        If the rows are not the same benchmark of the same table.
    """
    for column in ("printed_in", "benchmark"):
        if a[column] != b[column]:
            raise MixedDefinitionsError(
                f"scores of {a['model']} and {b['model']} come from {a[column]!r} and "
                f"{b[column]!r}; compare within one table and one benchmark"
            )
    gap = number(a["score"]) - number(b["score"])
    return gap if a["higher_is_better"] else -gap


def wins(facts: Facts, printed_in: str, model: str, other: str) -> tuple[int, int]:
    """On how many benchmarks of one table a model is better than another, and of how many."""
    scores = {
        name: {
            r["benchmark"]: r for r in facts.rows("benchmarks", printed_in=printed_in, model=name)
        }
        for name in (model, other)
    }
    shared = [b for b in scores[model] if b in scores[other]]
    better = total(above(score_gap(scores[model][b], scores[other][b]), 0) for b in shared)
    return better, len(shared)


def gains(facts: Facts, printed_in: str, model: str, other: str) -> list[dict[str, str | float]]:
    """How much better than another a model scores in one table, with the error of the questions.

    Examples
    --------
    >>> ours = gains(Facts(), "v3-base", "DeepSeek-V3", "Llama 3.1 405B")
    >>> code = next(row for row in ours if row["measure"] == "HumanEval (Pass@1, 0-shot)")
    >>> f"{code['gain']:+.1f}, z = {code['z']:.1f}"
    '+10.3, z = 1.9'
    """
    scores = [
        {
            "scale": printed_in,
            "measure": row["benchmark"],
            "metric": row["metric"],
            "better": "higher" if row["higher_is_better"] else "lower",
            "arm": row["model"],
            "value": row["score"],
        }
        for name in (other, model)
        for row in facts.rows("benchmarks", printed_in=printed_in, model=name)
    ]
    shared = {row["measure"] for row in scores if row["arm"] == model}
    both = [row for row in scores if row["measure"] in shared]
    return with_errors(compared(both, other, model), facts.rows("benchmark_sizes"))


@dataclass(frozen=True, slots=True)
class TrendTest:
    """An observed saving beside the one that a yardstick of progress predicts."""

    comparison: str
    yardstick: str
    observed: Estimate
    expected: Estimate

    @property
    def answer(self) -> str:
        """By rule: where the observed value lies against the expected range."""
        low, high = self.expected.bounds
        if self.observed.value > high:
            return "ahead of the trend"
        return "behind the trend" if self.observed.value < low else "on the trend"


TWELVE_MONTHS = named(12, "months of a year", "month")


def yearly_rate(halving_months: float) -> float:
    """How many times less is needed after a year, from the months in which the need halves.

    >>> round(yearly_rate(8), 2)
    2.83
    """
    return number(2 ** (TWELVE_MONTHS / halving_months))


def expected_saving(yearly: Estimate, years: Estimate) -> Estimate:
    r"""How many times less a yardstick predicts after some years.

    .. math:: s = r^{t}

    Parameters
    ----------
    yearly
        r, improvement in a year, at least 1 [ratio].
    years
        t, time between the two [year].

    Examples
    --------
    >>> expected_saving(Estimate(4.0), Estimate(0.5))
    Estimate(value=2.0, low=None, high=None)
    """
    (slow, fast), (short, long) = yearly.bounds, years.bounds
    if slow < 1 or short < 0:
        raise ValueError(f"expected a rate of at least 1 and a time of at least 0, found {yearly}")
    value = yearly.value ** (years.value / ONE_YEAR)
    if yearly.low is None and years.low is None:
        return Estimate(value)
    return Estimate(value, slow ** (short / ONE_YEAR), fast ** (long / ONE_YEAR))
