"""What the $5.576 million leaves out: experiments, failures, people, R1."""

from __future__ import annotations

from analysis.assumptions import (
    ablation_hours,
    distribution,
    inputs,
)
from analysis.costs.development import factor_from_share, staff_usd
from analysis.costs.ladder import r1_gpu_hours
from analysis.costs.rental import rental_usd
from analysis.costs.uncertainty import input_names, spread
from analysis.figures.costs import gpu_hours_total, rental_total
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import maximum, minimum


@figure(
    name="r1_gpu_hours",
    unit="GPU-hour",
    headline=True,
    formula="GPUs × (hours of R1-Zero + hours of R1) + GPU-hours of the data",
)
def r1_hours(facts: Facts) -> Estimate:
    """GPU-hours of R1’s reinforcement learning; the range is that of its second run."""
    fixed = (facts.r1_zero.rl_gpus, facts.r1_zero.rl_wall_hours)
    return facts.estimate("r1.rl_wall_hours").map(
        lambda hours: r1_gpu_hours(*fixed, hours, facts.r1.gpu_hours_sft_data)
    )


@figure(unit="ratio", formula="R1’s GPU-hours ÷ GPU-hours of V3’s post-training")
def r1_over_post_training(facts: Facts) -> float:
    """How many times V3’s post-training line R1’s reinforcement learning is."""
    return r1_hours(facts).value / facts.v3.gpu_hours_post_training


@figure(unit="share", formula="R1’s GPU-hours ÷ GPU-hours of V3’s official training")
def r1_share(facts: Facts) -> float:
    """R1’s reinforcement learning in terms of V3’s official training."""
    return r1_hours(facts).value / facts.v3.gpu_hours_total


def _ablations(facts: Facts, programme: str) -> Estimate:
    """GPU-hours of a report's tabulated ablations with the range of the assumed rate."""
    factor = distribution(facts, "ablation_factor")
    hours = ablation_hours(facts, programme)
    return Estimate(factor.central, factor.low, factor.high).scaled(hours)


@figure(unit="USD", formula="rental cost of V3 + R1’s GPU-hours × assumed price")
def v3_and_r1(facts: Facts) -> float:
    """Rental cost of V3’s official training and R1’s reinforcement learning together."""
    return rental_total(facts) + rental_usd(r1_hours(facts).value, facts.r1.price_per_gpu_hour)


@figure(
    unit="GPU-hour",
    formula="Σ runs × tokens × published rate × activated parameters over the reference’s",
)
def ablation_gpu_hours(facts: Facts) -> Estimate:
    """GPU-hours of the ablations that the V3 report tabulates, at V2’s published rate."""
    return _ablations(facts, "V3")


@figure(unit="USD", formula="GPU-hours of the ablations × the report’s price")
def ablation_usd(facts: Facts) -> Estimate:
    """What the ablations of the V3 report cost at its own price of a GPU-hour."""
    return _ablations(facts, "V3").scaled(facts.v3.price_per_gpu_hour)


@figure(unit="share", formula="cost of the ablations ÷ rental cost of the official training")
def ablation_share(facts: Facts) -> Estimate:
    """What the published ablations add to the cost of the official training."""
    return ablation_usd(facts).scaled(1 / rental_total(facts))


@figure(unit="USD", formula="GPU-hours of V2’s attention experiments × the report’s price")
def v2_ablation_usd(facts: Facts) -> Estimate:
    """What the attention experiments of the V2 report cost at the same rates and price."""
    return _ablations(facts, "V2").scaled(facts.v3.price_per_gpu_hour)


@figure(unit="USD", formula="tokens × GPU-hours per trillion tokens × the report’s price")
def v2_usd(facts: Facts) -> float:
    """Rental cost of DeepSeek-V2’s pre-training at V3’s price of a GPU-hour."""
    hours = facts.v2.tokens_pretraining / 1e12 * facts.v2.gpu_hours_per_trillion_tokens
    return rental_usd(hours, facts.v3.price_per_gpu_hour)


@figure(unit="ratio", formula="1 + development over training")
def factor_olmo(facts: Facts) -> float:
    """All compute over final training runs for OLMo up to 13B."""
    return 1 + facts.olmo.development_to_training_compute


@figure(unit="ratio", formula="1 ÷ (1 − development’s share of all compute)")
def factor_olmo3(facts: Facts) -> float:
    """All compute over final training runs for Olmo 3."""
    return factor_from_share(facts.olmo3.development_compute_share)


@figure(unit="ratio", formula="1 + experiments over the final run")
def factor_lambert(facts: Facts) -> Estimate:
    """All compute over the final run of V3 as Lambert estimates it."""
    return facts.estimate("lambert.experiments_compute_ratio").map(lambda ratio: 1 + ratio)


@figure(unit="ratio", formula="1 ÷ share of final training runs in R&D compute")
def factor_three_labs(facts: Facts) -> Estimate:
    """All compute over final training runs at OpenAI, MiniMax and Z.ai."""
    return facts.estimate("ai_labs.final_runs_compute_share").map(lambda share: 1 / share)


@figure(unit="USD", formula="rental cost × Epoch’s median ratio (low: OLMo’s; high: OpenAI’s)")
def development_span(facts: Facts) -> Estimate:
    """V3’s rental cost times the ratios of all compute to the final run seen elsewhere."""
    median, ends = (
        facts.epoch.development_compute_ratio,
        (factor_olmo(facts), facts.openai.development_compute_ratio),
    )
    factor = Estimate(median, minimum(*ends, median), maximum(*ends, median))
    return factor.scaled(rental_total(facts))


@figure(unit="share", formula="V3’s GPU-hours for a token and activated parameter ÷ V2’s")
def fp8_rate(facts: Facts) -> float:
    """V3’s GPU-hours for each activated parameter (in FP8) as a share of V2’s (in BF16)."""
    v3 = facts.v3.gpu_hours_per_trillion_tokens / facts.v3.parameters_active
    return v3 / (facts.v2.gpu_hours_per_trillion_tokens / facts.v2.parameters_active)


@figure(unit="month", formula="12 × years from V2 to V3")
def project_months(facts: Facts) -> Estimate:
    """Months of work on V3, as this report assumes them."""
    years = distribution(facts, "project_years")
    return Estimate(years.central, years.low, years.high).scaled(12)


@figure(unit="USD/year", formula="yuan a year ÷ exchange rate")
def person_year(facts: Facts) -> Estimate:
    """What a person cost for a year, pay and all else, as this report assumes it."""
    pay, rate = (distribution(facts, n) for n in ("cny_per_person_year", "cny_per_usd"))
    return Estimate(pay.central, pay.low, pay.high).scaled(1 / rate.central)


@figure(unit="USD", formula="people × cost of a year × years from V2 to V3")
def staff(facts: Facts) -> Estimate:
    """Staff of V3’s development, as this report assumes it."""
    return spread(staff_usd, inputs(facts, input_names(staff_usd)))


@figure(unit="share", formula="staff ÷ (development compute + staff)")
def staff_share(facts: Facts) -> float:
    """Staff’s part of compute and staff together, at the central values."""
    people = staff(facts).value
    hours = gpu_hours_total(facts) * facts.epoch.development_compute_ratio + r1_hours(facts).value
    return people / (people + rental_usd(hours, facts.v3.price_per_gpu_hour))


@figure(unit="share", formula="1 − rental cost ÷ (development compute + staff)")
def left_out_share(facts: Facts) -> float:
    """The part of development and staff that the published total leaves out, at central values."""
    return 1 - rental_total(facts) / (staff(facts).value / staff_share(facts))
