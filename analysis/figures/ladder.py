"""The ladder of costs: every definition with its range, and the parts of the one with people."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.assumptions import (
    caixin,
    correlations,
    distribution,
    inputs,
    market_prices,
    simulated,
)
from analysis.assumptions import (
    server_offers as offers,
)
from analysis.costs.ladder import MODELS, parts
from analysis.costs.uncertainty import HIGH, LOW, Distribution, Ranks, draws, input_names
from analysis.figures import left_out
from analysis.figures.costs import rental_total
from press.estimate import Estimate
from press.facts import Facts
from press.figures import evaluate, figure
from press.maths import maximum, median, minimum, total
from press.numbers import number

if TYPE_CHECKING:
    import pandas as pd


@figure(
    unit="USD",
    headline=True,
)
def r1_rl(facts: Facts) -> Estimate:
    """R1’s reinforcement learning on top of V3, at the price that its paper assumes."""
    return left_out.r1_hours(facts).scaled(facts.r1.price_per_gpu_hour)


@figure(
    unit="USD",
    headline=True,
)
def v3_amortised(facts: Facts) -> Estimate:
    """V3’s official run as capital used up and electricity."""
    return simulated(facts, MODELS["v3_amortised"])


@figure(unit="USD", headline=True)
def v3_rental(facts: Facts) -> float:
    """V3’s official run at the price that its report assumes."""
    return facts.v3.gpu_hours_total * facts.v3.price_per_gpu_hour


@figure(
    unit="USD",
    headline=True,
)
def v3_market(facts: Facts) -> Estimate:
    """V3’s official run at list prices of the time."""
    prices = [row["usd_per_gpu_hour"] for row in market_prices(facts)]
    listed = Estimate(median(prices), minimum(*prices), maximum(*prices))
    return listed.scaled(facts.v3.gpu_hours_total)


@figure(
    unit="USD",
    headline=True,
)
def v3_ablations(facts: Facts) -> Estimate:
    """V3’s official run and the ablations that its report tabulates."""
    return left_out.ablation_usd(facts) + rental_total(facts)


@figure(
    unit="USD",
    headline=True,
)
def v3_r1(facts: Facts) -> Estimate:
    """V3, its published ablations and R1’s reinforcement learning."""
    return v3_ablations(facts) + r1_rl(facts)


@figure(
    unit="USD",
    headline=True,
)
def development(facts: Facts) -> Estimate:
    """All compute of V3’s development by the published ratios, and R1’s reinforcement learning."""
    return simulated(facts, MODELS["development"])


@figure(
    unit="USD",
    headline=True,
)
def staff(facts: Facts) -> Estimate:
    """All compute of V3’s development and R1, and the people."""
    return simulated(facts, MODELS["staff"])


@figure(
    unit="USD",
    headline=True,
)
def fleet_year(facts: Facts) -> Estimate:
    """A year of the GPUs that DeepSeek’s own papers document."""
    return simulated(facts, MODELS["fleet_year"])


@figure(unit="USD", headline=True)
def cluster(facts: Facts) -> Estimate:
    """The purchase of the cluster that trained V3."""
    return simulated(facts, MODELS["cluster"])


@figure(
    unit="1",
    formula="count of dated offers of H100 and H800 servers, Caixin’s included",
    untraced="a count of rows",
)
def server_offers(facts: Facts) -> float:
    """Number of offers from which the price of a server is taken."""
    return float(len(offers(facts)))


@figure(unit="USD")
def claimed_fleet(facts: Facts) -> float:
    """The fleet that SemiAnalysis claims, bought and run."""
    return facts.semianalysis.capex_total + facts.semianalysis.operating_cost


@figure(unit="USD")
def claimed_fleet_first(facts: Facts) -> float:
    """The same as SemiAnalysis first published it."""
    return (
        facts.semianalysis.capex_total_first_version
        + facts.semianalysis.operating_cost_first_version
    )


@figure(unit="ratio")
def span(facts: Facts) -> float:
    """How far the definitions of V3’s cost reach, from the least end to the greatest."""
    return staff(facts).bounds[1] / v3_amortised(facts).bounds[0]


@figure(
    unit="ratio",
    formula="claimed fleet ÷ V3 at the report’s price, mixing definitions",
)
def claimed_over_rental(facts: Facts) -> float:
    """How many times V3’s rental cost the claimed fleet is."""
    return claimed_fleet(facts) / v3_rental(facts)


@figure(unit="USD/kW/month")
def hosting(facts: Facts) -> Estimate:
    """Data-centre space and cooling plant as this report assumes them."""
    return distribution(facts, "hosting_usd_per_kw_month").interval


# --- what "with people" consists of -------------------------------------------------------------
NEAR = 0.05
"""The parts of a percentile are those of the draws within so much of it, in rank."""
CASES = {"low": LOW, "middle": 0.5, "high": HIGH}


@lru_cache(maxsize=8)
def _parts(
    chosen: tuple[tuple[str, Distribution], ...], ranks: Ranks
) -> dict[str, dict[str, float]]:
    """For each case the mean of every part over the draws near that percentile of the sum."""
    drawn = draws(dict(chosen), ranks)
    found = {name: np.asarray(part, dtype=float) for name, part in parts(drawn).items()}
    size = max(part.size for part in found.values())
    found = {name: np.broadcast_to(part, (size,)) for name, part in found.items()}
    order = np.argsort(sum(found.values()), kind="stable")
    cases = {}
    for case, rank in CASES.items():
        near = order[int((rank - NEAR) * size) : max(1, int((rank + NEAR) * size))]
        cases[case] = {name: float(part[near].mean()) for name, part in found.items()}
    return cases


def parts_of(facts: Facts, case: str) -> dict[str, float]:
    """The parts of “with people” at its 5th percentile, median or 95th [USD]; they add up to it."""
    chosen = tuple(inputs(facts, input_names(MODELS["staff"])).items())
    found = _parts(chosen, correlations(facts))[case]
    whole = staff(facts)
    reached = {"low": whole.bounds[0], "middle": whole.value, "high": whole.bounds[1]}[case]
    scale = reached / sum(found.values())
    usd = {name: part * scale for name, part in found.items()}
    return usd | {
        f"people_{name}": usd["people"] * share for name, share in people_shares(facts).items()
    }


def people_shares(facts: Facts) -> dict[str, float]:
    """The three groups of V3’s list of authors, as shares of its names."""
    groups = ("research_engineering", "data_annotation", "business_compliance")
    names = {name: facts.value(f"v3.authors_{name}") for name in groups}
    return {name: count / total(names.values()) for name, count in names.items()}


def _part(facts: Facts, name: str) -> Estimate:
    low, middle, high = (parts_of(facts, case)[name] for case in ("low", "middle", "high"))
    return Estimate(middle, min(low, middle), max(high, middle))


@figure(
    unit="USD",
    formula="mean of the draws in which the sum is near its percentile, scaled to add up to it",
    untraced="a mean over draws",
    kind="interval",
)
def part_run(facts: Facts) -> Estimate:
    """The official run’s part of V3 with people, where the sum is low, in the middle and high."""
    return _part(facts, "run")


@figure(
    unit="USD",
    formula="mean of the draws in which the sum is near its percentile, scaled to add up to it",
    untraced="a mean over draws",
    kind="interval",
)
def part_experiments(facts: Facts) -> Estimate:
    """The part of experiments and failed runs, where the sum is low, in the middle and high."""
    return _part(facts, "experiments")


@figure(
    unit="USD",
    formula="mean of the draws in which the sum is near its percentile, scaled to add up to it",
    untraced="a mean over draws",
    kind="interval",
)
def part_people(facts: Facts) -> Estimate:
    """The people’s part, where the sum is low, in the middle and high."""
    return _part(facts, "people")


@figure(
    unit="USD",
    formula="mean of the draws in which the sum is near its percentile, scaled to add up to it",
    untraced="a mean over draws",
    kind="interval",
)
def part_r1(facts: Facts) -> Estimate:
    """The part of R1’s reinforcement learning, where the sum is low, in the middle and high."""
    return _part(facts, "r1")


# --- frames --------------------------------------------------------------------------------------
def ladder_frame(facts: Facts | None = None) -> pd.DataFrame:
    """The ladder in order: key, label, definition, value, low, high and standing."""
    import pandas as pd

    shared = facts or Facts()
    rows = []
    for row in sorted(shared.table("ladder").rows, key=lambda r: int(r["order"])):
        found = evaluate(row["key"], shared)
        low, high = Estimate(found.value, found.low, found.high).bounds
        measured = {"value": found.value, "low": low, "high": high}
        standing = row["standing"] or found.standing
        rows.append({**row, **measured, "standing": standing, "evidence": found.evidence})
    return pd.DataFrame(rows)


def inputs_frame(facts: Facts | None = None) -> pd.DataFrame:
    """All uncertain inputs: label, unit, shape, median and 90 % interval, reason and grade."""
    import pandas as pd

    shared = facts or Facts()
    rows = []
    for row in shared.table("assumptions").rows:
        if row["shape"] != "ends":
            found = distribution(shared, row["input"]).interval
            low, high = found.bounds
            rows.append({**row, "low": low, "central": found.value, "high": high})
    return pd.DataFrame(rows)


PART_WORDS = {
    "run": "the official run",
    "experiments": "experiments, failed runs",
    "r1": "R1",
    "people_research_engineering": "research and engineering",
    "people_data_annotation": "annotation",
    "people_business_compliance": "business and compliance",
}
CASE_WORDS = {"low": "at the low end", "middle": "in the middle", "high": "at the high end"}


def parts_frame(facts: Facts | None = None) -> pd.DataFrame:
    """What “with people” consists of at the low end, in the middle and at the high end [USD]."""
    import pandas as pd

    shared = facts or Facts()
    return pd.DataFrame(
        {"case": CASE_WORDS[case], "part": words, "usd": parts_of(shared, case)[name]}
        for case in CASES
        for name, words in PART_WORDS.items()
    )


def cluster_frame(facts: Facts | None = None) -> pd.DataFrame:
    """Buying V3’s cluster by competing sources: who, price of a server, and the whole [USD]."""
    import pandas as pd

    shared = facts or Facts()
    network = shared.network.cost_per_endpoint
    own = cluster(shared)
    rows: list[dict[str, Any]] = []
    for row in shared.rows("choices", choice="server"):
        found = server_price(shared, row)
        added = 0.0 if row["key"] in WHOLE else network
        value = own.value if row["default"] else shared.v3.gpus * (found + added)
        low, high = own.bounds if row["default"] else (value, value)
        rows.append({**row, "usd_per_gpu": found, "value": value, "low": low, "high": high})
    return pd.DataFrame(rows)


WHOLE = ("server.register", "server.semianalysis")
"""Prices to which no network is added: one is for servers alone, the other holds it."""


def server_price(facts: Facts, row: Any) -> float:
    """The price of a server that an option of ``data/choices.csv`` takes [USD/GPU]."""
    name = str(row["key"]).partition(".")[2]
    if name == "offers":
        return distribution(facts, "server_usd_per_gpu").median
    if name == "register":
        return facts.press.v3_cluster_price_register / facts.v3.gpus
    if name.startswith("caixin"):
        return caixin(facts, name.partition("-")[2])
    table, _, cell = str(row["fact"]).rpartition("/")
    if not table:
        return facts.value(cell)
    key, _, column = cell.partition(".")
    return number(facts.row(table, key)[column])
