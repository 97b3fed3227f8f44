"""What the $5.576 million leaves out: experiments, failures, people, R1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analysis.assumptions import (
    ablation_hours,
    all_ratios,
    distribution,
    ends,
    epoch_people,
    floor,
    r1_gpu_hours,
    ratio,
    simulated,
    v2_gpu_hours,
)
from analysis.costs.ladder import people, with_people
from analysis.costs.rental import rental_usd
from analysis.costs.uncertainty import Inputs
from analysis.figures.costs import gpu_hours_total, rental_total
from press.estimate import Estimate
from press.facts import Facts
from press.figures import STANDING, figure
from press.maths import maximum
from press.tables import EVIDENCE

if TYPE_CHECKING:
    import pandas as pd


@figure(
    name="r1_gpu_hours",
    unit="GPU-hour",
    headline=True,
)
def r1_hours(facts: Facts) -> Estimate:
    """GPU-hours of R1’s reinforcement learning; the range is that of its second run."""
    return facts.estimate("r1.rl_wall_hours").map(lambda hours: r1_gpu_hours(facts, hours))


@figure(unit="ratio")
def r1_over_post_training(facts: Facts) -> float:
    """How many times V3’s post-training line R1’s reinforcement learning is."""
    return r1_hours(facts).value / facts.v3.gpu_hours_post_training


@figure(unit="share")
def r1_share(facts: Facts) -> float:
    """R1’s reinforcement learning in terms of V3’s official training."""
    return r1_hours(facts).value / facts.v3.gpu_hours_total


def _ablations(facts: Facts, programme: str) -> Estimate:
    """GPU-hours of a report's tabulated ablations with the range of the assumed rate."""
    low, central, high = ends(facts, "ablation_factor")
    return Estimate(central, low, high).scaled(ablation_hours(facts, programme))


@figure(unit="USD")
def v3_and_r1(facts: Facts) -> float:
    """Rental cost of V3’s official training and R1’s reinforcement learning together."""
    return rental_total(facts) + rental_usd(r1_hours(facts).value, facts.r1.price_per_gpu_hour)


@figure(
    unit="GPU-hour",
)
def ablation_gpu_hours(facts: Facts) -> Estimate:
    """GPU-hours of the ablations that the V3 report tabulates, at V2’s published rate."""
    return _ablations(facts, "V3")


@figure(unit="USD")
def ablation_usd(facts: Facts) -> Estimate:
    """What the ablations of the V3 report cost at its own price of a GPU-hour."""
    return _ablations(facts, "V3").scaled(facts.v3.price_per_gpu_hour)


@figure(unit="share")
def ablation_share(facts: Facts) -> Estimate:
    """What the published ablations add to the cost of the official training."""
    return ablation_usd(facts).scaled(1 / rental_total(facts))


@figure(unit="USD")
def v2_ablation_usd(facts: Facts) -> Estimate:
    """What the attention experiments of the V2 report cost at the same rates and price."""
    return _ablations(facts, "V2").scaled(facts.v3.price_per_gpu_hour)


@figure(unit="USD")
def v2_usd(facts: Facts) -> float:
    """Rental cost of DeepSeek-V2’s pre-training at V3’s price of a GPU-hour."""
    return rental_usd(v2_gpu_hours(facts), facts.v3.price_per_gpu_hour)


@figure(name="ratio", unit="ratio")
def published_ratio(facts: Facts) -> Estimate:
    """All compute over the final run, from every published ratio."""
    return all_ratios(facts).interval


@figure(unit="ratio")
def ratio_floor(facts: Facts) -> float:
    """All compute over the final run if nothing was tried but what V3’s report tabulates."""
    return floor(facts)


def _ratios(facts: Facts, wanted: Callable[[list[float]], float]) -> float:
    weighed = facts.recording()
    found = [ratio(weighed, row).median for row in weighed.rows("development_ratios")]
    facts.weighed(weighed)
    return wanted(found)


@figure(unit="ratio")
def ratio_greatest(facts: Facts) -> float:
    """The greatest published ratio of all compute to the final run."""
    return _ratios(facts, lambda found: maximum(*found))


@figure(unit="USD")
def development_most(facts: Facts) -> float:
    """All compute of the development at the greatest published ratio and the report’s price."""
    hours = gpu_hours_total(facts) * ratio_greatest(facts) + r1_hours(facts).value
    return rental_usd(hours, facts.v3.price_per_gpu_hour)


@figure(unit="share")
def fp8_rate(facts: Facts) -> float:
    """V3’s GPU-hours for each activated parameter (in FP8) as a share of V2’s (in BF16)."""
    v3 = facts.v3.gpu_hours_per_trillion_tokens / facts.v3.parameters_active
    return v3 / (facts.v2.gpu_hours_per_trillion_tokens / facts.v2.parameters_active)


@figure(unit="month")
def project_months(facts: Facts) -> Estimate:
    """Months of work on V3, as this report assumes them."""
    return distribution(facts, "project_years").interval.scaled(12)


@figure(unit="person")
def full_time(facts: Facts) -> Estimate:
    """People at work on V3 and R1, as full-time equivalents."""
    return distribution(facts, "people").interval


@figure(unit="person")
def full_time_epoch(facts: Facts) -> float:
    """Full-time equivalents of V3’s researchers and engineers by Epoch AI’s shares."""
    return epoch_people(facts)


@figure(unit="USD/year")
def person_year(facts: Facts) -> Estimate:
    """What a person cost for a year, pay and all else, as this report assumes it."""
    rate = distribution(facts, "cny_per_usd").median
    return distribution(facts, "cny_per_person_year").interval.scaled(1 / rate)


@figure(unit="USD")
def staff(facts: Facts) -> Estimate:
    """The people of V3’s development and R1, as this report assumes them."""
    return simulated(facts, people)


@figure(unit="share")
def staff_share(facts: Facts) -> Estimate:
    """The people’s part of compute and people together."""
    return simulated(facts, _people_share)


def _people_share(x: Inputs) -> Any:
    return people(x) / with_people(x)


@figure(unit="share")
def left_out_share(facts: Facts) -> Estimate:
    """The part of development and people that the published total leaves out."""
    return simulated(facts, _left_out)


def _left_out(x: Inputs) -> Any:
    return 1 - x["report_usd"] / with_people(x)


def ratios_frame(facts: Facts | None = None) -> pd.DataFrame:
    """Every published ratio with its interval, weight and reason, the mixture last."""
    import pandas as pd

    shared = facts or Facts()
    rows = []
    for row in shared.table("development_ratios").rows:
        memory = shared.recording()
        found = ratio(memory, row)
        weakest = max(memory.seen.values(), key=EVIDENCE.index)
        rows.append(
            {
                **row,
                "value": found.median,
                "low": found.low,
                "high": found.high,
                "standing": STANDING[weakest],
                "evidence": weakest,
            }
        )
    rows.sort(key=lambda r: r["value"])
    mixed = all_ratios(shared).interval
    low, high = mixed.bounds
    return pd.DataFrame(
        [
            *rows,
            {
                "label": "All, weighted",
                "weight": 1.0,
                "value": mixed.value,
                "low": low,
                "high": high,
                "standing": "inferred",
                "evidence": "derived",
                "counts": "",
                "basis": "",
                "reason": "",
            },
        ]
    )
