"""The ladder's inputs: from facts, rental prices and stated judgements to distributions."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable
from typing import Any

from analysis.costs.development import ablation_gpu_hours
from analysis.costs.ladder import housed_hour
from analysis.costs.rental import gpu_hours, wall_clock_days
from analysis.costs.uncertainty import (
    Distribution,
    Model,
    Ranks,
    correlation_matrix,
    input_names,
    mixture,
    spread,
)
from press.estimate import Estimate
from press.facts import Facts
from press.maths import exp, log, maximum, median, minimum, sqrt, total
from press.numbers import day, named, number, plain, read
from press.simulation import Z90

LAG_DAYS = named(60, "days from training to release", "day")
"""Days from the end of a run to its publication: what Epoch's table has where no date is known."""
MARKET_FROM, MARKET_TO = "2024-07", "2025-03-31"
"""The months of the run and just after, for which list prices are compared."""


def market_prices(facts: Facts, segment: str = "specialist") -> list[dict[str, Any]]:
    """On-demand list prices of one kind of provider in the months of the run."""
    rows = facts.rows("rental_prices", segment=segment, term="on-demand")
    return [dict(r) for r in rows if MARKET_FROM <= r["date"] <= MARKET_TO]


def ablation_hours(facts: Facts, programme: str) -> float:
    """GPU-hours of the ablations that a report (V2 or V3) tabulates, at published rates."""
    return total(run_hours(facts, row) for row in facts.rows("ablation_runs", programme=programme))


def run_hours(facts: Facts, row: Any) -> float:
    """GPU-hours of one row of ``data/ablation_runs.csv``."""
    rate, size = (
        ("deepseek_67b.gpu_hours_per_trillion_tokens", "deepseek_67b.parameters_total")
        if row["rate"] == "dense"
        else ("v2.gpu_hours_per_trillion_tokens", "v2.parameters_active")
    )
    return number(
        ablation_gpu_hours(
            row["runs"],
            row["tokens"],
            row["parameters_active"],
            facts.value(rate),
            facts.value(size),
        )
    )


def training_start(facts: Facts) -> datetime.date:
    """The day on which V3's training began by Epoch's rule: publication less lag less run."""
    return datetime.date.fromordinal(int(plain(_training_start(facts))))


def _training_start(facts: Facts) -> float:
    days = wall_clock_days(facts.v3.gpu_hours_total, facts.v3.gpus)
    return day(facts["v3.gpu_hours_total"].date or "") - round(LAG_DAYS + days)


Ends = tuple[float, float, float]


def floor(facts: Facts) -> float:
    """All compute over the final run if nothing was tried but what V3's report tabulates."""
    return 1 + ablation_hours(facts, "V3") / facts.v3.gpu_hours_total


def ratio(facts: Facts, row: Any) -> Distribution:
    """One published ratio of all compute to the final run, from the facts of its row."""
    first, *second = (_amount(facts, name) for name in row["facts"].split())
    form = FORMS[row["form"]]
    other = second[0].value if second else 1.0
    found = first.map(lambda a: form(a, other))
    low, high = found.bounds
    if row["spread"] is not None:
        low, high = found.value / row["spread"], found.value * row["spread"]
    return Distribution("lognormal", low, minimum(maximum(found.value, low), high), high)


FORMS: dict[str, Callable[[float, float], float]] = {
    "a": lambda a, b: a,
    "1 + a": lambda a, b: 1 + a,
    "1 / a": lambda a, b: 1 / a,
    "a / b": lambda a, b: a / b,
    "1 + a / b": lambda a, b: 1 + a / b,
    "1 / (1 - a)": lambda a, b: 1 / (1 - a),
}
"""How a ratio follows from the facts of its row: the forms of ``data/development_ratios.csv``."""


def _amount(facts: Facts, name: str) -> Estimate:
    """The number of a fact, or the chip-hours of a run of ``data/training_runs.csv``."""
    if "/" not in name:
        return facts.estimate(name)
    row = facts.row(*name.split("/"))
    return Estimate(number(row["chips"] * row["wall_hours"]))


def all_ratios(facts: Facts, weights: Callable[[Any], float] | None = None) -> Distribution:
    """All published ratios in one distribution, by the weights of their table unless told."""
    weighed = facts.recording()
    rows = weighed.rows("development_ratios")
    given = [number(row["weight"]) if weights is None else weights(row) for row in rows]
    found = [ratio(weighed, row) for row in rows]
    least = floor(weighed)
    facts.weighed(weighed)
    whole = total(given)
    parts = [(w / whole, d.low, d.high) for w, d in zip(given, found, strict=True)]
    return mixture(parts, least)


def server_offers(facts: Facts) -> list[float]:
    """All dated offers of H100 and H800 servers, and Caixin's price in China [USD/GPU]."""
    listed = facts.rows("server_prices", form="server")
    prices = [number(r["usd_per_gpu"]) for r in listed if r["accelerator"] in SERVERS]
    return sorted([*prices, caixin(facts, "before")])


SERVERS = ("h100-sxm5", "h800-sxm5")


def caixin(facts: Facts, when: str) -> float:
    """Caixin's price of a computer with eight H800 before or after the rule [USD/GPU]."""
    yuan = facts.value(f"price.h800_server_{when}") / facts.v3.gpus_per_node
    return yuan / facts.fx.cny_2023


def _server(facts: Facts) -> Ends:
    weighed = facts.recording()
    middle = median(server_offers(weighed))
    facts.weighed(weighed)
    low, high = facts.estimate("epoch.hardware_price_factor").scaled(middle).bounds
    return low, middle, high


def _price(facts: Facts) -> Ends:
    names = input_names(housed_hour)
    owner = housed_hour({name: d.median for name, d in inputs(facts, names).items()})
    listed = [r["usd_per_gpu_hour"] for r in market_prices(facts) if r["gpu"] == "H800"]
    return number(owner), facts.v3.price_per_gpu_hour, maximum(*listed)


def _years_owned(facts: Facts) -> Ends:
    first = day(facts.text("h800.release_date")) + facts.epoch.buffer_days
    most = (_training_start(facts) - first) / 365.25
    least = facts.row("assumptions", "years_owned")["low"]
    return least, (least + most) / 2, most


def _h800(facts: Facts) -> Ends:
    serving = facts.serving.nodes_peak * facts.v3.gpus_per_node
    return serving, serving, serving + facts.v3.gpus


def epoch_people(facts: Facts) -> float:
    """Full-time equivalents of V3's researchers and engineers by Epoch's shares."""
    low, high = facts.estimate("people.epoch_fte").bounds
    sigma = log(high / low) / 2 / named(Z90, "normal score of 95 %", "1")
    return number(facts.v3.authors_research_engineering * sqrt(low * high) * exp(sigma**2 / 2))


def _people(facts: Facts) -> Ends:
    return epoch_people(facts), math.nan, facts.v3.authors_total


COMPUTED: dict[str, Callable[[Facts], Ends]] = {
    "usd_per_gpu_hour": _price,
    "server_usd_per_gpu": _server,
    "years_owned": _years_owned,
    "h800_documented": _h800,
    "people": _people,
}
"""Assumptions whose numbers follow from other tables; a NaN stands in the row itself."""

KNOWN: dict[str, Callable[[Facts], float]] = {
    "v3_gpu_hours": lambda f: f.v3.gpu_hours_total,
    "r1_gpu_hours": lambda f: r1_gpu_hours(f, f.r1.rl_wall_hours),
    "earlier_gpu_hours": lambda f: 0.0,
    "report_usd": lambda f: f.v3.gpu_hours_total * f.v3.price_per_gpu_hour,
    "v3_gpus": lambda f: f.v3.gpus,
    "network_usd_per_gpu": lambda f: f.network.cost_per_endpoint,
    "server_watts_per_gpu": lambda f: f.h800.tdp * f.epoch.server_to_chip_power,
    "usd_per_kwh": lambda f: f.epoch.electricity_price,
    "a100_documented": lambda f: f.fire_flyer_2.gpus,
    "a100_usd_per_gpu": lambda f: (
        f.a100.server_price_per_gpu_2020
        * f.fire_flyer_2.node_price_relative_to_dgx
        * f.fire_flyer_2.servers_and_network_relative_price
        / f.fire_flyer_2.servers_relative_price
    ),
    "a100_watts_per_gpu": lambda f: f.fire_flyer_2.node_power / f.v3.gpus_per_node,
}
"""Inputs that are taken as known."""


def r1_gpu_hours(facts: Facts, second_run_hours: float) -> float:
    """GPU-hours of R1's reinforcement learning: two runs on the same GPUs, and its data."""
    hours = facts.r1_zero.rl_wall_hours + second_run_hours
    return gpu_hours(facts.r1_zero.rl_gpus, hours) + facts.r1.gpu_hours_sft_data


def v2_gpu_hours(facts: Facts) -> float:
    """GPU-hours of V2's pre-training."""
    return facts.v2.tokens_pretraining / 1e12 * facts.v2.gpu_hours_per_trillion_tokens


def distribution(facts: Facts, name: str) -> Distribution:
    """The distribution of one input of the ladder.

    Numbers come from the row of ``data/assumptions.csv`` where it has them, else from the facts
    that it names, else they are computed. A central value that was changed beyond an end takes
    the end with it, so that any what-if stays a range. An input that is assumed as a whole,
    ``assumptions/people.value``, has that one value.
    """
    address = f"assumptions/{name}.value"
    if address in facts.overrides:
        return Distribution.fixed(read(facts.overrides[address], address))
    if name in KNOWN:
        return Distribution.fixed(KNOWN[name](facts))
    row = facts.row("assumptions", name)
    if row["shape"] == "mixture":
        return all_ratios(facts)
    low, central, high = ends(facts, name)
    return Distribution(row["shape"], minimum(low, central), central, maximum(high, central))


def ends(facts: Facts, name: str) -> Ends:
    """Low, central and high of an assumption that is no mixture."""
    row = facts.row("assumptions", name)
    found = COMPUTED[name](facts) if name in COMPUTED else _from_facts(facts, row["facts"])
    low, central, high = (
        row[column] if row[column] is not None else computed
        for column, computed in zip(("low", "central", "high"), found, strict=True)
    )
    return low, central, high


def inputs(facts: Facts, names: Iterable[str]) -> dict[str, Distribution]:
    """The distributions of the named inputs."""
    return {name: distribution(facts, name) for name in names}


def medians(facts: Facts, model: Model) -> dict[str, float]:
    """The median of every input that a model asks for."""
    return {name: d.median for name, d in inputs(facts, input_names(model)).items()}


def correlations(facts: Facts) -> Ranks:
    """The rank correlations of ``data/correlations.csv``; refused if they contradict each other."""
    rows = facts.rows("correlations")
    ranks = tuple((str(r["first"]), str(r["second"]), r["rank_correlation"]) for r in rows)
    correlation_matrix(list(dict.fromkeys(name for pair in ranks for name in pair[:2])), ranks)
    return ranks


def simulated(facts: Facts, model: Model) -> Estimate:
    """A model of the ladder: median and 90 % interval of one set of draws."""
    return spread(model, inputs(facts, input_names(model)), correlations(facts))


def _from_facts(facts: Facts, ids: str | None) -> Ends:
    """Low, central and high as the facts of an assumption give them; NaN in place of a dash."""
    listed = (ids or "- - -").split()
    if len(listed) == 1:
        found = facts.estimate(listed[0])
        return found.bounds[0], found.value, found.bounds[1]
    low, central, high = (math.nan if i == "-" else facts.value(i) for i in listed)
    return low, central, high
