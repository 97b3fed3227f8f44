"""How sure: every combination of defensible choices, and what would take us out of the range."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.assumptions import (
    all_ratios,
    correlations,
    distribution,
    epoch_people,
    inputs,
    medians,
    v2_gpu_hours,
)
from analysis.costs.ladder import people, with_people
from analysis.costs.specifications import Curve, Option, curve
from analysis.costs.uncertainty import Distribution, input_names, spread
from analysis.figures import left_out, owning
from analysis.figures.ladder import staff
from analysis.runs import peers
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.numbers import named
from press.numbers import number as as_number

if TYPE_CHECKING:
    import pandas as pd

INPUT = {
    "ratio": "development_factor",
    "price": "usd_per_gpu_hour",
    "people": "people",
    "pay": "cny_per_person_year",
    "months": "project_years",
}
"""The input that each choice sets; the scope sets hours."""
CHOICES = (*INPUT, "scope")
MONTHS = 12

COMPUTED: dict[str, Callable[[Facts], float]] = {
    "price.owner": lambda f: owning.gpu_hour(f).value,
    "price.cloud": peers.cloud_rate,
    "price.minimax": lambda f: f.minimax_m1.rl_cost / f.minimax_m1.rl_gpus / 24 / 21,
    "price.semianalysis": owning.h800_hour,
    "people.epoch": epoch_people,
    "pay.lambert": lambda f: (
        f.people.lambert_headcount
        / f.lambert.v3_technical_authors
        * distribution(f, "cny_per_usd").median
    ),
    "pay.advert": lambda f: f.deepseek.engineer_salary_cny_per_year * f.people.epoch_overhead,
    "pay.offer": lambda f: f.semianalysis.salary_offered * distribution(f, "cny_per_usd").median,
    "ratio.tabulated": left_out.ratio_floor,
}
"""Options whose number follows from other tables."""


def number(facts: Facts, row: Any) -> float:
    """The number that an option takes, in the unit of its input."""
    if row["key"] in COMPUTED:
        return as_number(COMPUTED[row["key"]](facts))
    if row["value"] is not None:
        return as_number(row["value"])
    name = str(row["fact"])
    if "/" not in name:
        return facts.value(name)
    table, _, cell = name.partition("/")
    key, _, column = cell.partition(".")
    return as_number(facts.row(table, key)[column or "usd_per_gpu_hour"])


def option(facts: Facts, row: Any) -> Option:
    """One option with the distributions of the inputs that it sets."""
    choice, name = str(row["key"]).split(".")
    if choice == "scope":
        r1 = 0.0 if name == "v3" else left_out.r1_hours(facts).value
        earlier = v2_gpu_hours(facts) if name == "v2" else 0.0
        hours = {"r1_gpu_hours": r1, "earlier_gpu_hours": earlier}
        return Option(row["key"], tuple((k, Distribution.fixed(v)) for k, v in hours.items()))
    if row["default"]:
        found = distribution(facts, INPUT[choice])
    elif choice == "ratio":
        found = _published(facts, name)
    else:
        found = Distribution.fixed(number(facts, row))
    return Option(row["key"], ((INPUT[choice], found),))


def _published(facts: Facts, name: str) -> Distribution:
    """A published ratio with its interval; it too is never below what V3 itself tabulates."""
    row = facts.row("development_ratios", name)
    return all_ratios(facts, lambda other: float(other["key"] == row["key"]))


def specifications(facts: Facts) -> Curve:
    """The cost with people under every combination of the options that run."""
    return facts.weighing(_specifications)


def _specifications(weighed: Facts) -> Curve:
    rows = weighed.rows("choices", runs=True)
    choices = tuple(
        tuple(option(weighed, row) for row in rows if row["choice"] == choice) for choice in CHOICES
    )
    base = tuple(inputs(weighed, input_names(with_people)).items())
    return curve(with_people, choices, base, correlations(weighed))


# --- the curve -----------------------------------------------------------------------------------
@figure(
    name="specifications",
    unit="1",
    formula="product of the numbers of options",
    untraced="read off all specifications",
)
def count(facts: Facts) -> float:
    """Number of combinations of choices that were run."""
    return float(len(specifications(facts)))


@figure(
    name="curve",
    unit="USD",
    headline=True,
    formula="median of all specifications; range: the middle nine tenths of them",
    untraced="read off all specifications",
    kind="interval",
)
def whole_curve(facts: Facts) -> Estimate:
    """V3 with R1 and people over all combinations of choices, each counted once."""
    low, middle, high = np.quantile(specifications(facts).median, [0.05, 0.5, 0.95])
    return Estimate(float(middle), float(low), float(high))


@figure(unit="USD", formula="least of all specifications", untraced="read off all specifications")
def least(facts: Facts) -> float:
    """The cheapest combination of choices."""
    return float(specifications(facts).median.min())


@figure(
    unit="USD", formula="greatest of all specifications", untraced="read off all specifications"
)
def greatest(facts: Facts) -> float:
    """The dearest combination of choices."""
    return float(specifications(facts).median.max())


@figure(
    unit="share",
    headline=True,
    formula="specifications inside the ladder’s range ÷ specifications",
    untraced="read off all specifications",
)
def inside(facts: Facts) -> float:
    """The part of all combinations whose result lies in the range of V3 with people."""
    low, high = staff(facts).bounds
    found = specifications(facts)
    return found.below(high) - found.below(low)


@figure(
    unit="share",
    formula="specifications below the range’s low end ÷ specifications",
    untraced="read off all specifications",
)
def below_range(facts: Facts) -> float:
    """The part of all combinations that lies below the range of V3 with people."""
    return specifications(facts).below(staff(facts).bounds[0])


@figure(
    unit="share",
    formula="specifications above the range’s high end ÷ specifications",
    untraced="read off all specifications",
)
def above_range(facts: Facts) -> float:
    """The part of all combinations that lies above the range of V3 with people."""
    return 1 - specifications(facts).below(staff(facts).bounds[1])


@figure(
    unit="share",
    formula="specifications below $10 million ÷ specifications",
    untraced="read off all specifications",
)
def below_10m(facts: Facts) -> float:
    """The part of all combinations that lies below ten million dollars."""
    return specifications(facts).below(10e6)


@figure(
    unit="share",
    formula="specifications below $20 million ÷ specifications",
    untraced="read off all specifications",
)
def below_20m(facts: Facts) -> float:
    """The part of all combinations that lies below twenty million dollars."""
    return specifications(facts).below(20e6)


@figure(
    unit="share",
    formula="specifications below $50 million ÷ specifications",
    untraced="read off all specifications",
)
def below_50m(facts: Facts) -> float:
    """The part of all combinations that lies below fifty million dollars."""
    return specifications(facts).below(50e6)


@figure(
    unit="share",
    headline=True,
    formula="specifications below $100 million ÷ specifications",
    untraced="read off all specifications",
)
def below_100m(facts: Facts) -> float:
    """The part of all combinations that lies below a hundred million dollars."""
    return specifications(facts).below(100e6)


@figure(
    unit="share",
    formula="specifications of $100 million or more ÷ specifications",
    untraced="read off all specifications",
)
def above_100m(facts: Facts) -> float:
    """The part of all combinations that reaches a hundred million dollars."""
    return 1 - specifications(facts).below(100e6)


# --- what it would take --------------------------------------------------------------------------
def needed(facts: Facts, name: str, usd: float) -> float:
    """The value of one input at which V3 with people costs ``usd``, the others at their medians.

    The cost is a straight line in each input.
    """
    x = medians(facts, with_people)
    none, target = with_people({**x, name: 0.0}), named(usd, "the cost that is asked for", "USD")
    return as_number(x[name] * (target - none) / (with_people(x) - none))


@figure(unit="ratio")
def ratio_for_100m(facts: Facts) -> float:
    """All compute over the final run that would bring V3 with people to $100 million."""
    return needed(facts, "development_factor", 100e6)


@figure(unit="ratio")
def ratio_for_500m(facts: Facts) -> float:
    """All compute over the final run that would bring V3 with people to $500 million."""
    return needed(facts, "development_factor", 500e6)


@figure(unit="USD/GPU-hour")
def price_for_100m(facts: Facts) -> float:
    """The price of a GPU-hour that would bring V3 with people to $100 million."""
    return needed(facts, "usd_per_gpu_hour", 100e6)


@figure(unit="USD/GPU-hour")
def price_for_500m(facts: Facts) -> float:
    """The price of a GPU-hour that would bring V3 with people to $500 million."""
    return needed(facts, "usd_per_gpu_hour", 500e6)


@figure(unit="person")
def people_for_100m(facts: Facts) -> float:
    """Full-time equivalents that would bring V3 with people to $100 million."""
    return needed(facts, "people", 100e6)


@figure(unit="person")
def people_for_500m(facts: Facts) -> float:
    """Full-time equivalents that would bring V3 with people to $500 million."""
    return needed(facts, "people", 500e6)


def _usd_pay(facts: Facts, usd: float) -> float:
    yuan = needed(facts, "cny_per_person_year", usd)
    return yuan / distribution(facts, "cny_per_usd").median


@figure(unit="USD/year")
def pay_for_100m(facts: Facts) -> float:
    """Yearly cost of a person that would bring V3 with people to $100 million."""
    return _usd_pay(facts, 100e6)


@figure(unit="USD/year")
def pay_for_500m(facts: Facts) -> float:
    """Yearly cost of a person that would bring V3 with people to $500 million."""
    return _usd_pay(facts, 500e6)


@figure(name="price", unit="USD/GPU-hour")
def hour_price(facts: Facts) -> Estimate:
    """The price of a GPU-hour that the ladder takes, over all that is known of it."""
    return distribution(facts, "usd_per_gpu_hour").interval


@figure(unit="USD")
def people_alone(facts: Facts) -> float:
    """What the people alone cost at the median of every input."""
    return as_number(people(medians(facts, people)))


@figure(unit="USD")
def at_medians(facts: Facts) -> float:
    """V3 with people where every input is at its median."""
    return as_number(with_people(medians(facts, with_people)))


# --- what else could have been assumed -----------------------------------------------------------
@figure(unit="USD")
def independent(facts: Facts) -> Estimate:
    """V3 with people if no input had to do with another."""
    return spread(with_people, inputs(facts, input_names(with_people)))


PROJECT = ("development_factor", "people", "project_years", "cny_per_person_year")
STRONG = 0.5


@figure(
    unit="USD",
)
def strongly_correlated(facts: Facts) -> Estimate:
    """V3 with people if ratio, people, months and pay all grew together."""
    pairs = tuple((a, b, STRONG) for i, a in enumerate(PROJECT) for b in PROJECT[i + 1 :])
    return spread(with_people, inputs(facts, input_names(with_people)), pairs)


def _with_ratios(facts: Facts, weights: Callable[[Any], float]) -> Estimate:
    chosen = inputs(facts, input_names(with_people))
    chosen["development_factor"] = all_ratios(facts, weights)
    return spread(with_people, chosen, correlations(facts))


@figure(unit="USD")
def equal_weights(facts: Facts) -> Estimate:
    """V3 with people if all published ratios counted alike."""
    return _with_ratios(facts, lambda row: 1.0)


@figure(unit="USD")
def without_companies(facts: Facts) -> Estimate:
    """V3 with people if only ratios of models counted, not those of companies."""
    return _with_ratios(facts, lambda row: row["weight"] * (row["basis"] != "spending"))


# --- frames --------------------------------------------------------------------------------------
def curve_frame(facts: Facts | None = None) -> pd.DataFrame:
    """All specifications from the cheapest: one column a choice, then low, median, high [USD]."""
    import pandas as pd

    shared = facts or Facts()
    found = specifications(shared)
    labels = {row["key"]: row["label"] for row in shared.table("choices").rows}
    columns: dict[str, Any] = {
        choice: np.array([labels[o.key] for o in found.choices[i]])[found.chosen[:, i]]
        for i, choice in enumerate(CHOICES)
    }
    frame = pd.DataFrame(columns | {p: getattr(found, p) for p in ("low", "median", "high")})
    return frame.sort_values("median", kind="stable", ignore_index=True)


def options_frame(facts: Facts | None = None) -> pd.DataFrame:
    """Every option that runs: the median and the middle nine tenths of its specifications [USD]."""
    import pandas as pd

    shared = facts or Facts()
    found = specifications(shared)
    rows = {row["key"]: row for row in shared.table("choices").rows}
    made = []
    for i, options in enumerate(found.choices):
        for j, one in enumerate(options):
            having = found.median[found.chosen[:, i] == j]
            low, middle, high = np.quantile(having, [0.05, 0.5, 0.95])
            made.append({**rows[one.key], "low": low, "median": middle, "high": high})
    return pd.DataFrame(made)


def choices_frame(facts: Facts | None = None) -> pd.DataFrame:
    """Every option, run or shown, with its number and who defends it."""
    import pandas as pd

    shared = facts or Facts()
    sources = shared.table("sources").by_key
    rows = []
    for row in shared.table("choices").rows:
        if row["choice"] in ("server", "scope"):
            amount = None
        elif row["choice"] == "ratio" and row["key"] != "ratio.tabulated":
            amount = dict(option(shared, row).sets)["development_factor"].median
        elif row["default"]:
            amount = distribution(shared, INPUT[row["choice"]]).median
        elif row["key"] in ("months.company",):
            amount = None
        else:
            amount = number(shared, row)
        if amount is not None and row["choice"] == "months":
            amount *= MONTHS
        rows.append({**row, "number": amount, "source_label": sources[row["source"]]["label"]})
    return pd.DataFrame(rows)


def records(facts: Facts | None = None) -> list[dict[str, Any]]:
    """All specifications from the cheapest: the option of each choice, median, low, high [USD]."""
    found = specifications(facts or Facts())
    return [
        {
            "choices": dict(key.split(".", 1) for key in found.keys(i)),
            "median": float(found.median[i]),
            "low": float(found.low[i]),
            "high": float(found.high[i]),
        }
        for i in np.argsort(found.median, kind="stable")
    ]
