"""The $5.576 million: its parts, its price, and what it leaves out."""

from __future__ import annotations

from functools import partial

from analysis.assumptions import (
    ablation_hours,
    distribution,
    inputs,
    market_prices,
    owner_hour,
)
from analysis.costs.amortised import Amortised, amortised_cost, value_at_start
from analysis.costs.development import factor_from_share, staff_usd
from analysis.costs.ladder import owner_usd_per_gpu_hour, r1_gpu_hours
from analysis.costs.rental import implied_usd_per_gpu_hour, rental_usd
from analysis.costs.uncertainty import input_names, spread
from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.figures import figure

costs = partial(figure, chapter="costs")
left_out = partial(figure, chapter="left-out")

STAGES = {"pretraining": "V3-001", "context": "V3-002", "post_training": "V3-003"}
"""The three stages of the run by the fact that holds their GPU-hours."""


@costs(
    "cost.gpu_hours_total",
    unit="GPU-hour",
    headline=True,
    formula="pre-training + context extension + post-training",
)
def gpu_hours_total(facts: Facts) -> float:
    """GPU-hours of V3’s official training, summed from its three stages."""
    return sum(facts.value(fact) for fact in STAGES.values())


def _stage_usd(facts: Facts, stage: str) -> float:
    return rental_usd(facts.value(STAGES[stage]), facts.value("V3-009"))


@costs(
    "cost.rental_pretraining", unit="USD", formula="GPU-hours of pre-training × price of a GPU-hour"
)
def rental_pretraining(facts: Facts) -> float:
    """Rental cost of pre-training at the report’s price."""
    return _stage_usd(facts, "pretraining")


@costs(
    "cost.rental_context",
    unit="USD",
    formula="GPU-hours of context extension × price of a GPU-hour",
)
def rental_context(facts: Facts) -> float:
    """Rental cost of context extension at the report’s price."""
    return _stage_usd(facts, "context")


@costs(
    "cost.rental_post_training",
    unit="USD",
    formula="GPU-hours of post-training × price of a GPU-hour",
)
def rental_post_training(facts: Facts) -> float:
    """Rental cost of post-training at the report’s price."""
    return _stage_usd(facts, "post_training")


@costs(
    "cost.rental_total",
    unit="USD",
    headline=True,
    formula="sum of the stages’ GPU-hours × price of a GPU-hour",
)
def rental_total(facts: Facts) -> float:
    """Rental cost of V3’s official training at the report’s price."""
    return sum(_stage_usd(facts, stage) for stage in STAGES)


@costs(
    "cost.pretraining_share",
    unit="share",
    formula="GPU-hours of pre-training ÷ GPU-hours of all stages",
)
def pretraining_share(facts: Facts) -> float:
    """Pre-training’s part of V3’s GPU-hours."""
    return facts.value("V3-001") / gpu_hours_total(facts)


@costs(
    "cost.gpu_hours_from_tokens",
    unit="GPU-hour",
    headline=True,
    formula="training tokens × GPU-hours per trillion tokens",
)
def gpu_hours_from_tokens(facts: Facts) -> float:
    """GPU-hours of pre-training from tokens and the published rate."""
    return facts.value("V3-015") / 1e12 * facts.value("V3-012")


@costs(
    "cost.market_price",
    unit="USD/GPU-hour",
    formula="listed price of an H800; range: all listed H800 and H100 of specialist clouds",
)
def market_price(facts: Facts) -> Estimate:
    """List price of an H800 for an hour while V3 was trained and just after."""
    found = distribution(facts, "market_usd_per_gpu_hour")
    return Estimate(found.central, found.low, found.high)


@costs(
    "cost.price_over_market", unit="share", formula="the report’s price ÷ listed price of an H800"
)
def price_over_market(facts: Facts) -> float:
    """The report’s price of a GPU-hour as a share of the listed one."""
    return facts.value("V3-009") / market_price(facts).value


@costs(
    "cost.prices_compared",
    unit="1",
    formula="count of on-demand list prices of specialist clouds, July 2024 to March 2025",
)
def prices_compared(facts: Facts) -> float:
    """Number of list prices to which the report’s price is compared."""
    return len(market_prices(facts))


@costs(
    "cost.hyperscaler_total",
    unit="USD",
    formula="GPU-hours × on-demand list prices of the large clouds (mean; least and greatest)",
)
def hyperscaler_total(facts: Facts) -> Estimate:
    """What V3’s GPU-hours would have cost on demand at the large American clouds."""
    prices = [row["usd_per_gpu_hour"] for row in market_prices(facts, "hyperscaler")]
    hours = facts.value("V3-004")
    mean = sum(prices) / len(prices)
    return Estimate(mean, min(prices), max(prices)).map(lambda price: rental_usd(hours, price))


@costs(
    "cost.china_discount",
    unit="share",
    formula="lowest price of an A100 server in China ÷ lowest in the United States",
)
def china_discount(facts: Facts) -> float:
    """What small Chinese clouds asked for an A100 server, as a share of the American price."""
    return facts.value("RC-01") / facts.value("RC-02")


@costs(
    "cost.china_price",
    unit="USD/GPU-hour",
    formula="listed price of an H800 × Chinese over American price of an A100 server",
)
def china_price(facts: Facts) -> float:
    """What an hour of an H800 would cost if the discount on A100s held for it."""
    return market_price(facts).value * china_discount(facts)


@costs(
    "cost.owner_price",
    unit="USD/GPU-hour",
    formula="(value lost in an hour + network) + electricity, by Epoch’s method",
)
def owner_price(facts: Facts) -> Estimate:
    """What a GPU-hour of V3’s run cost an owner in value lost and electricity."""
    return spread(owner_usd_per_gpu_hour, inputs(facts, input_names(owner_usd_per_gpu_hour)))


@costs(
    "cost.price_over_owner", unit="ratio", formula="the report’s price ÷ owner’s cost of a GPU-hour"
)
def price_over_owner(facts: Facts) -> float:
    """The report’s price of a GPU-hour over what the hour cost an owner."""
    return facts.value("V3-009") / owner_hour(facts)


def amortised_v3(facts: Facts) -> Amortised:
    """V3’s amortised cost by component, at the central value of every input [USD]."""
    names = input_names(owner_usd_per_gpu_hour)
    central = {name: found.central for name, found in inputs(facts, names).items()}
    return amortised_cost(
        chip_hours=facts.value("V3-004"),
        value_per_chip_usd=value_at_start(
            central["server_usd_per_gpu"],
            central["years_since_price"],
            central["depreciation_oom_per_year"],
        ),
        server_to_chip_price=facts.value("C194"),
        tdp_w=facts.value("HW-H800_SXM5-tdp"),
        chip_to_server_power=facts.value("C203"),
        tdp_fraction=central["load"],
        pue=central["pue"],
        usd_per_kwh=central["usd_per_kwh"] * central["electricity_factor"],
        interconnect_share=1 - 1 / central["network_overhead"],
        rate=central["depreciation_oom_per_year"],
    )


@costs(
    "cost.energy",
    unit="USD",
    formula="GPU-hours × design power × server over chip × load × PUE × price of electricity",
)
def energy(facts: Facts) -> float:
    """Electricity of V3’s official training by Epoch’s method."""
    return amortised_v3(facts).energy_usd


@costs("cost.energy_share", unit="share", formula="electricity ÷ (value lost + electricity)")
def energy_share(facts: Facts) -> float:
    """Electricity’s part of V3’s amortised cost."""
    parts = amortised_v3(facts)
    return parts.energy_usd / parts.total_usd


@costs(
    "cost.amortised_over_cluster",
    unit="share",
    formula="amortised cost of the run ÷ price of the cluster",
)
def amortised_over_cluster(facts: Facts) -> float:
    """The part of the price of its cluster that V3’s official training used up."""
    price = distribution(facts, "server_usd_per_gpu").central
    bought = facts.value("V3-016") * price * distribution(facts, "network_overhead").central
    return amortised_v3(facts).total_usd / bought


@costs(
    "cost.register_per_gpu",
    unit="USD/GPU",
    formula="The Register’s estimate for the servers ÷ GPUs",
)
def register_per_gpu(facts: Facts) -> float:
    """Price of a server for each GPU that The Register’s estimate of V3’s cluster implies."""
    return facts.value("RC-03") / facts.value("V3-016")


@costs("cost.minimax_price", unit="USD/GPU-hour", formula="rental cost ÷ (GPUs × days × 24)")
def minimax_price(facts: Facts) -> float:
    """Price of an H800-hour that MiniMax’s account of its M1 run implies."""
    hours = facts.value("C148a") * facts.value("C148b") * 24
    return implied_usd_per_gpu_hour(facts.value("C148"), hours)


@left_out(
    "cost.r1_gpu_hours",
    unit="GPU-hour",
    headline=True,
    formula="GPUs × (hours of R1-Zero + hours of R1) + GPU-hours of the data",
)
def r1_hours(facts: Facts) -> Estimate:
    """GPU-hours of R1’s reinforcement learning; the range is that of its second run."""
    fixed = (facts.value("R1-002a"), facts.value("R1-002b"))
    return facts.estimate("R1-003").map(
        lambda hours: r1_gpu_hours(*fixed, hours, facts.value("R1-004"))
    )


@left_out(
    "cost.r1_over_post_training",
    unit="ratio",
    formula="R1’s GPU-hours ÷ GPU-hours of V3’s post-training",
)
def r1_over_post_training(facts: Facts) -> float:
    """How many times V3’s post-training line R1’s reinforcement learning is."""
    return r1_hours(facts).value / facts.value("V3-003")


@left_out(
    "cost.r1_share", unit="share", formula="R1’s GPU-hours ÷ GPU-hours of V3’s official training"
)
def r1_share(facts: Facts) -> float:
    """R1’s reinforcement learning in terms of V3’s official training."""
    return r1_hours(facts).value / facts.value("V3-004")


def _ablations(facts: Facts, programme: str) -> Estimate:
    """GPU-hours of a report's tabulated ablations with the range of the assumed rate."""
    factor = distribution(facts, "ablation_factor")
    hours = ablation_hours(facts, programme)
    return Estimate(factor.central, factor.low, factor.high).scaled(hours)


@left_out(
    "cost.v3_and_r1", unit="USD", formula="rental cost of V3 + R1’s GPU-hours × assumed price"
)
def v3_and_r1(facts: Facts) -> float:
    """Rental cost of V3’s official training and R1’s reinforcement learning together."""
    return rental_total(facts) + rental_usd(r1_hours(facts).value, facts.value("R1-006"))


@left_out(
    "cost.ablation_gpu_hours",
    unit="GPU-hour",
    formula="Σ runs × tokens × published rate × activated parameters over the reference’s",
)
def ablation_gpu_hours(facts: Facts) -> Estimate:
    """GPU-hours of the ablations that the V3 report tabulates, at V2’s published rate."""
    return _ablations(facts, "V3")


@left_out(
    "cost.ablation_usd", unit="USD", formula="GPU-hours of the ablations × the report’s price"
)
def ablation_usd(facts: Facts) -> Estimate:
    """What the ablations of the V3 report cost at its own price of a GPU-hour."""
    return _ablations(facts, "V3").scaled(facts.value("V3-009"))


@left_out(
    "cost.ablation_share",
    unit="share",
    formula="cost of the ablations ÷ rental cost of the official training",
)
def ablation_share(facts: Facts) -> Estimate:
    """What the published ablations add to the cost of the official training."""
    return ablation_usd(facts).scaled(1 / rental_total(facts))


@left_out(
    "cost.v2_ablation_usd",
    unit="USD",
    formula="GPU-hours of V2’s attention experiments × the report’s price",
)
def v2_ablation_usd(facts: Facts) -> Estimate:
    """What the attention experiments of the V2 report cost at the same rates and price."""
    return _ablations(facts, "V2").scaled(facts.value("V3-009"))


@left_out(
    "cost.v2_usd", unit="USD", formula="tokens × GPU-hours per trillion tokens × the report’s price"
)
def v2_usd(facts: Facts) -> float:
    """Rental cost of DeepSeek-V2’s pre-training at V3’s price of a GPU-hour."""
    hours = facts.value("V2-010") / 1e12 * facts.value("V2-004")
    return rental_usd(hours, facts.value("V3-009"))


@left_out("cost.factor_olmo", unit="ratio", formula="1 + development over training")
def factor_olmo(facts: Facts) -> float:
    """All compute over final training runs for OLMo up to 13B."""
    return 1 + facts.value("C228")


@left_out("cost.factor_olmo3", unit="ratio", formula="1 ÷ (1 − development’s share of all compute)")
def factor_olmo3(facts: Facts) -> float:
    """All compute over final training runs for Olmo 3."""
    return factor_from_share(facts.value("C227"))


@left_out("cost.factor_lambert", unit="ratio", formula="1 + experiments over the final run")
def factor_lambert(facts: Facts) -> Estimate:
    """All compute over the final run of V3 as Lambert estimates it."""
    return facts.estimate("CE-20").map(lambda ratio: 1 + ratio)


@left_out(
    "cost.factor_three_labs",
    unit="ratio",
    formula="1 ÷ share of final training runs in R&D compute",
)
def factor_three_labs(facts: Facts) -> Estimate:
    """All compute over final training runs at OpenAI, MiniMax and Z.ai."""
    return facts.estimate("C225").map(lambda share: 1 / share)


@left_out(
    "cost.development_span",
    unit="USD",
    formula="rental cost × Epoch’s median ratio (low: OLMo’s; high: OpenAI’s)",
)
def development_span(facts: Facts) -> Estimate:
    """V3’s rental cost times the ratios of all compute to the final run seen elsewhere."""
    median, ends = facts.value("C207"), (factor_olmo(facts), facts.value("C224"))
    factor = Estimate(median, min(*ends, median), max(*ends, median))
    return factor.scaled(rental_total(facts))


@left_out(
    "cost.fp8_rate",
    unit="share",
    formula="V3’s GPU-hours for a token and activated parameter ÷ V2’s",
)
def fp8_rate(facts: Facts) -> float:
    """V3’s GPU-hours for each activated parameter (in FP8) as a share of V2’s (in BF16)."""
    v3 = facts.value("V3-012") / facts.value("V3-020")
    return v3 / (facts.value("V2-004") / facts.value("V2-011b"))


@left_out("cost.project_months", unit="month", formula="12 × years from V2 to V3")
def project_months(facts: Facts) -> Estimate:
    """Months of work on V3, as this report assumes them."""
    years = distribution(facts, "project_years")
    return Estimate(years.central, years.low, years.high).scaled(12)


@left_out("cost.person_year", unit="USD/year", formula="yuan a year ÷ exchange rate")
def person_year(facts: Facts) -> Estimate:
    """What a person cost for a year, pay and all else, as this report assumes it."""
    pay, rate = (distribution(facts, n) for n in ("cny_per_person_year", "cny_per_usd"))
    return Estimate(pay.central, pay.low, pay.high).scaled(1 / rate.central)


@left_out("cost.staff", unit="USD", formula="people × cost of a year × years from V2 to V3")
def staff(facts: Facts) -> Estimate:
    """Staff of V3’s development, as this report assumes it."""
    return spread(staff_usd, inputs(facts, input_names(staff_usd)))


@left_out("cost.staff_share", unit="share", formula="staff ÷ (development compute + staff)")
def staff_share(facts: Facts) -> float:
    """Staff’s part of compute and staff together, at the central values."""
    people = staff(facts).value
    hours = gpu_hours_total(facts) * facts.value("C207") + r1_hours(facts).value
    return people / (people + rental_usd(hours, facts.value("V3-009")))


@left_out(
    "cost.left_out_share", unit="share", formula="1 − rental cost ÷ (development compute + staff)"
)
def left_out_share(facts: Facts) -> float:
    """The part of development and staff that the published total leaves out, at central values."""
    return 1 - rental_total(facts) / (staff(facts).value / staff_share(facts))
