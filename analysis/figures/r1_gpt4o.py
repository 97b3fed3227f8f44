"""Figures of R1 against GPT-4o: what each number was, and the ratio on one definition."""

from __future__ import annotations

from functools import partial

from analysis.costs.rental import gpu_hours, rental_usd
from analysis.figures.ladder import v3_amortised
from analysis.figures.left_out import r1_hours
from analysis.figures.training_runs import flop_per_hour_405b, flop_v3
from analysis.runs import peers
from analysis.runs.comparisons import Cost, cost_fact, cost_ratio
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.numbers import number


@figure(unit="GPU-hour")
def zero_hours(facts: Facts) -> float:
    """GPU-hours of R1-Zero’s reinforcement learning."""
    return gpu_hours(facts.r1_zero.rl_gpus, facts.r1_zero.rl_wall_hours)


@figure(unit="GPU-hour")
def rl_hours(facts: Facts) -> Estimate:
    """GPU-hours of R1’s own reinforcement learning."""
    return facts.estimate("r1.rl_wall_hours").scaled(facts.r1_zero.rl_gpus)


@figure(unit="GPU-hour")
def base_hours(facts: Facts) -> float:
    """GPU-hours of the base model that R1 starts from."""
    return facts.v3.gpu_hours_pretraining + facts.v3.gpu_hours_context_extension


@figure(unit="USD", headline=True)
def with_base(facts: Facts) -> Estimate:
    """R1 with the base model that it starts from."""
    own = r1_hours(facts).scaled(facts.r1.price_per_gpu_hour)
    return own + rental_usd(base_hours(facts), facts.v3.price_per_gpu_hour)


@figure(unit="share")
def share_of_base(facts: Facts) -> Estimate:
    """R1’s GPU-hours as a share of its base model’s."""
    return r1_hours(facts).scaled(1 / base_hours(facts))


@figure(unit="USD")
def amortised(facts: Facts) -> Estimate:
    """R1 with its base as hardware used up and energy."""
    share = (base_hours(facts) + r1_hours(facts).value) / facts.v3.gpu_hours_total
    v3 = v3_amortised(facts)
    return v3.scaled(share)


@figure(unit="USD")
def cloud(facts: Facts) -> Estimate:
    """R1 with its base at the cloud price that Epoch uses for American runs."""
    return (r1_hours(facts) + base_hours(facts)).scaled(peers.cloud_rate(facts))


@figure(
    unit="USD",
)
def gpt4o_rental(facts: Facts) -> float:
    """GPT-4o at V3’s assumed price, if Epoch’s imputed FLOPs and Llama’s efficiency hold."""
    flop = number(facts.row("training_runs", "gpt-4o")["flop_reported"])
    return rental_usd(flop / flop_per_hour_405b(facts), facts.v3.price_per_gpu_hour)


def _epoch(facts: Facts, fact_id: str) -> Cost:
    """An amortised cost by Epoch with the 90 % interval that Epoch gives its method."""
    found = cost_fact(facts, fact_id)
    return Cost(
        found.subject,
        facts.estimate("epoch.amortised_cost_factor").scaled(found.usd.value),
        found.definition,
    )


def _own(usd: Estimate, definition: str) -> Cost:
    return Cost("DeepSeek-R1 with its base", usd, definition)


@figure(unit="USD")
def gpt4_amortised(facts: Facts) -> Estimate:
    """GPT-4 as hardware used up and energy."""
    return _epoch(facts, "gpt4.cost_amortised_2023usd").usd


@figure(unit="USD")
def gpt4o_amortised(facts: Facts) -> Estimate:
    """GPT-4o as hardware used up and energy, imputed from benchmark scores."""
    return _epoch(facts, "gpt4o.cost_amortised").usd


@figure(unit="ratio")
def ratio_gpt4o(facts: Facts) -> Estimate:
    """How many times the amortised cost of R1, base included, that of GPT-4o is."""
    return cost_ratio(_epoch(facts, "gpt4o.cost_amortised"), _own(amortised(facts), "amortised"))


@figure(unit="ratio")
def ratio_gpt4(facts: Facts) -> Estimate:
    """How many times the amortised cost of R1, base included, that of GPT-4 is."""
    gpt4 = _epoch(facts, "gpt4.cost_amortised_2023usd")
    return cost_ratio(gpt4, _own(amortised(facts), "amortised"))


@figure(unit="ratio")
def ratio_gpt4_cloud(facts: Facts) -> float:
    """How many times the cloud cost of R1, base included, that of GPT-4 is.

    Without a range: none is known for GPT-4, and R1's alone would pretend to one.
    """
    own = _own(Estimate(cloud(facts).value), "market_rental")
    return cost_ratio(cost_fact(facts, "gpt4.cost_cloud"), own).value


@figure(unit="ratio")
def ratio_gpt4o_rental(facts: Facts) -> float:
    """How many times R1, base included, GPT-4o is at one price of a GPU-hour.

    Without a range: none is known for GPT-4o's FLOPs.
    """
    gpt4o = Cost("GPT-4o", Estimate(gpt4o_rental(facts)), "rental")
    return cost_ratio(gpt4o, _own(Estimate(with_base(facts).value), "rental")).value


@figure(unit="ratio")
def ratio_flop(facts: Facts) -> float:
    """How many times the FLOPs of R1, base included, those imputed to GPT-4o are."""
    row = partial(facts.row, "training_runs")
    mine = flop_v3(facts) + number(row("deepseek-r1-rl")["flop_reported"])
    return number(row("gpt-4o")["flop_reported"]) / mine


@figure(
    unit="ratio",
    formula="Altman’s floor for GPT-4 ÷ the press’s cost of R1: mixing definitions",
)
def claimed_ratio(facts: Facts) -> Estimate:
    """The ratio that the article’s two numbers suggest."""
    reason = "the article's own comparison; neither number says what it counts"
    return cost_ratio(
        cost_fact(facts, "gpt4.training_cost_altman"),
        cost_fact(facts, "press.r1_training_cost_filibuster"),
        mixing=reason,
    )
