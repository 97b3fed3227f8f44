"""The ladder of costs: every definition with its range, and which assumption moves it."""

from __future__ import annotations

import pandas as pd

from analysis.assumptions import distribution, inputs, label
from analysis.costs.ladder import RUNGS
from analysis.costs.sensitivity import sobol_indices
from analysis.costs.uncertainty import (
    SAMPLES_LOG2,
    SEED,
    input_names,
    percentiles,
    spread,
    tornado,
)
from analysis.figures import left_out
from press.estimate import Estimate
from press.facts import Facts
from press.figures import evaluate, figure


def rung(facts: Facts, name: str) -> Estimate:
    """A rung of the ladder: its central value and its 90 % interval [USD]."""
    model = RUNGS[name]
    return spread(model, inputs(facts, input_names(model)))


@figure(
    unit="USD",
    headline=True,
    formula="(GPUs × hours of two runs + GPU-hours of data) × assumed price of a GPU-hour",
)
def r1_rl(facts: Facts) -> Estimate:
    """R1’s reinforcement learning on top of V3, at the price that its paper assumes."""
    return rung(facts, "r1_rl")


@figure(
    unit="USD",
    headline=True,
    formula="GPU-hours × (value lost in an hour + electricity), by Epoch’s method",
)
def v3_amortised(facts: Facts) -> Estimate:
    """V3’s official run as capital used up and electricity."""
    return rung(facts, "v3_amortised")


@figure(unit="USD", headline=True, formula="GPU-hours × assumed price of a GPU-hour")
def v3_rental(facts: Facts) -> Estimate:
    """V3’s official run at the price that its report assumes."""
    return rung(facts, "v3_rental")


@figure(
    unit="USD",
    headline=True,
    formula="(GPU-hours + GPU-hours of published ablations) × price of a GPU-hour",
)
def v3_ablations(facts: Facts) -> Estimate:
    """V3’s official run and the ablations that its report tabulates."""
    return rung(facts, "v3_ablations")


@figure(
    unit="USD",
    headline=True,
    formula="GPU-hours of V3, published ablations and R1 × price of a GPU-hour",
)
def v3_r1(facts: Facts) -> Estimate:
    """V3, its published ablations and R1’s reinforcement learning."""
    return rung(facts, "v3_r1")


@figure(unit="USD", headline=True, formula="GPU-hours × list price of an hour of an H800")
def v3_market(facts: Facts) -> Estimate:
    """V3’s official run at list prices of the time."""
    return rung(facts, "v3_market")


@figure(
    unit="USD",
    headline=True,
    formula="(GPU-hours × all compute over final run + R1’s GPU-hours) × price of a GPU-hour",
)
def development(facts: Facts) -> Estimate:
    """All compute of V3’s development by Epoch’s ratio, and R1’s reinforcement learning."""
    return rung(facts, "development")


@figure(
    unit="USD",
    headline=True,
    formula="development compute + people × cost of a year × years from V2 to V3",
)
def staff(facts: Facts) -> Estimate:
    """All compute of V3’s development and R1, and the staff."""
    return rung(facts, "staff")


@figure(
    unit="USD",
    headline=True,
    formula="Σ GPUs × (8,766 hours × (value lost + electricity) + hosting)",
)
def fleet_year(facts: Facts) -> Estimate:
    """A year of the GPUs that DeepSeek’s own papers document."""
    return rung(facts, "fleet_year")


@figure(
    unit="USD", headline=True, formula="GPUs × price of a server for each ÷ (1 − network’s share)"
)
def cluster(facts: Facts) -> Estimate:
    """The purchase of the cluster that trained V3."""
    return rung(facts, "cluster")


@figure(unit="USD", formula="claimed capital + claimed cost of operation (low: as first published)")
def claimed_fleet(facts: Facts) -> Estimate:
    """The fleet that SemiAnalysis claims, bought and run for four years."""
    now = facts.semianalysis.capex_total + facts.semianalysis.operating_cost
    first = (
        facts.semianalysis.capex_total_first_version
        + facts.semianalysis.operating_cost_first_version
    )
    return Estimate(now, min(first, now), max(first, now))


@figure(unit="ratio", formula="V3 with all development and staff ÷ V3 as capital used up")
def span(facts: Facts) -> float:
    """How many times the narrowest definition of V3’s cost the widest one about V3 is."""
    return staff(facts).value / v3_amortised(facts).value


@figure(
    unit="ratio",
    formula="claimed fleet over four years ÷ V3 at the report’s price, mixing definitions",
)
def claimed_over_rental(facts: Facts) -> float:
    """How many times V3’s rental cost the claimed fleet over four years is."""
    return claimed_fleet(facts).value / v3_rental(facts).value


TARGET_USD = 100e6
"""A development cost at which the calculator's chapter asks what one would have to assume."""


@figure(unit="ratio", formula="((100 million − staff) ÷ price − R1’s GPU-hours) ÷ V3’s GPU-hours")
def factor_for_100m(facts: Facts) -> float:
    """All compute over the final run that would bring development with staff to $100 million."""
    people = staff(facts).value - development(facts).value
    hours = (TARGET_USD - people) / facts.v3.price_per_gpu_hour - left_out.r1_hours(facts).value
    return hours / facts.v3.gpu_hours_total


@figure(unit="USD/year", formula="(100 million − development compute) ÷ (people × years)")
def pay_for_100m(facts: Facts) -> float:
    """Yearly cost of a person that would bring development with staff to $100 million."""
    people, years = (distribution(facts, name).central for name in ("people", "project_years"))
    return (TARGET_USD - development(facts).value) / (people * years)


@figure(unit="USD/kW/month", formula="assumed; range: least to greatest")
def hosting(facts: Facts) -> Estimate:
    """Data-centre space and cooling plant as this report assumes them."""
    found = distribution(facts, "hosting_usd_per_kw_month")
    return Estimate(found.central, found.low, found.high)


def _share(facts: Facts, name: str, of: str) -> float:
    model = RUNGS[name]
    indices = sobol_indices(model, inputs(facts, input_names(model)))
    return indices[of][0] if of in indices else 0.0  # an input assumed exactly explains nothing


@figure(
    unit="share",
    formula="first-order Sobol index of the server price in V3 as capital used up",
    untraced="an index of a simulation’s spread",
)
def server_price_share(facts: Facts) -> float:
    """The part of the spread of V3’s amortised cost that the price of a server explains."""
    return _share(facts, "v3_amortised", "server_usd_per_gpu")


@figure(
    unit="share",
    formula="first-order Sobol index of the GPU-hour’s price in V3 with ablations",
    untraced="an index of a simulation’s spread",
)
def gpu_price_share(facts: Facts) -> float:
    """The part of the spread of V3 with ablations that the price of a GPU-hour explains."""
    return _share(facts, "v3_ablations", "usd_per_gpu_hour")


@figure(
    unit="share",
    formula="first-order Sobol index of Epoch’s ratio in all development compute",
    untraced="an index of a simulation’s spread",
)
def development_factor_share(facts: Facts) -> float:
    """The part of the spread of all development compute that Epoch’s ratio explains."""
    return _share(facts, "development", "development_factor")


@figure(
    unit="share",
    formula="first-order Sobol index of the cost of a person-year in development with staff",
    untraced="an index of a simulation’s spread",
)
def pay_share(facts: Facts) -> float:
    """The part of the spread of development with staff that the cost of a person explains."""
    return _share(facts, "staff", "cny_per_person_year")


def ladder_frame(facts: Facts | None = None) -> pd.DataFrame:
    """The ladder from the bottom rung: key, label, definition, value, low, high and standing."""
    shared = facts or Facts()
    rows = []
    for row in sorted(shared.table("ladder").rows, key=lambda r: int(r["order"])):
        found = evaluate(row["key"], shared)
        low, high = Estimate(found.value, found.low, found.high).bounds
        measured = {"value": found.value, "low": low, "high": high}
        rows.append({**row, **measured, "standing": found.standing, "evidence": found.evidence})
    return pd.DataFrame(rows)


def inputs_frame(facts: Facts | None = None) -> pd.DataFrame:
    """All uncertain inputs: label, unit, shape, low, central, high, reason, source, evidence."""
    shared = facts or Facts()
    rows = []
    for row in shared.table("assumptions").rows:
        found = distribution(shared, row["input"])
        rows.append({**row, "low": found.low, "central": found.central, "high": found.high})
    return pd.DataFrame(rows)


def sensitivity_frame(name: str, facts: Facts | None = None) -> pd.DataFrame:
    """For one rung each input's tornado bar [USD] and Sobol indices, the widest bar first."""
    shared = facts or Facts()
    model = RUNGS[name]
    chosen = inputs(shared, input_names(model))
    indices = sobol_indices(model, chosen)
    rows = [
        {
            "label": label(shared, bar["input"]),
            **bar,
            "first_order": indices[bar["input"]][0],
            "total": indices[bar["input"]][1],
        }
        for bar in tornado(model, chosen)
    ]
    return pd.DataFrame(rows).assign(central=rung(shared, name).value)


def convergence_frame(name: str, facts: Facts | None = None) -> pd.DataFrame:
    """For one rung the 5th and 95th percentile [USD] at growing numbers of Sobol points."""
    shared = facts or Facts()
    model = RUNGS[name]
    chosen = inputs(shared, input_names(model))
    rows = []
    for power in range(3, SAMPLES_LOG2 + 3, 2):
        low, high = percentiles(model, chosen, power, SEED)
        rows.append({"points": 2**power, "low": low, "high": high})
    return pd.DataFrame(rows)
