"""Figures of money and people: investment, ownership, pay, headcount and hiring."""

from __future__ import annotations

from analysis.hardware import ONE_YEAR
from analysis.runs.comparisons import cost_fact, cost_ratio
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import total
from press.numbers import named, number

ONE_MONTH = named(1.0, "one month", "month")


def in_dollars(facts: Facts, yuan: float) -> Estimate:
    """An amount of yuan at the exchange rates of early 2025 [USD]."""
    return facts.estimate("exchange.cny_per_usd_2025_h1").map(lambda rate: yuan / rate)


def advertised(facts: Facts) -> float:
    """A year of the highest advertised monthly salary, with the extra months [CNY/year]."""
    monthly = facts.deepseek.advertised_salary_cny_per_month / ONE_MONTH
    return monthly * facts.deepseek.monthly_salaries_per_year / ONE_YEAR


def fire_flyers(facts: Facts) -> float:
    """What Fire-Flyer 1 and 2 cost together at the average exchange rate of 2021 [USD]."""
    return (
        facts.fire_flyer_1.cost_cny + facts.fire_flyer_2.cost_cny
    ) / facts.exchange.cny_per_usd_2021


@figure(unit="share")
def floor_share(facts: Facts) -> float:
    """What the floor for hardware is of the sum for servers in the same SemiAnalysis text."""
    return cost_ratio(
        cost_fact(facts, "semianalysis.hardware_spend_min"),
        cost_fact(facts, "semianalysis.capex_total"),
    ).value


@figure(unit="ratio")
def capex_over_floor(facts: Facts) -> float:
    """How many times the floor for hardware the sum for servers is."""
    return cost_ratio(
        cost_fact(facts, "semianalysis.capex_total"),
        cost_fact(facts, "semianalysis.hardware_spend_min"),
    ).value


@figure(unit="USD")
def fire_flyer_cost(facts: Facts) -> float:
    """What the two Fire-Flyer clusters cost together."""
    return fire_flyers(facts)


@figure(unit="USD")
def fire_flyer_1_cost(facts: Facts) -> float:
    """What Fire-Flyer 1 cost."""
    return facts.fire_flyer_1.cost_cny / facts.exchange.cny_per_usd_2021


@figure(
    unit="FLOP/s",
)
def fire_flyer_1_flop_per_s(facts: Facts) -> float:
    """Speed of each GPU of Fire-Flyer 1 by what High-Flyer said of its successor in 2021."""
    return (
        facts.fire_flyer_2.tf32_flop_per_s_delivered
        / facts.fire_flyer_2.speed_over_fire_flyer_1
        / facts.fire_flyer_1.gpus
    )


@figure(unit="share")
def fire_flyer_1_of_a100(facts: Facts) -> float:
    """Speed of each GPU of Fire-Flyer 1 against an A100's peak (half its BF16 peak)."""
    tf32 = number(facts.row("accelerators", "a100-pcie")["bf16_flop_per_s"]) / 2
    return fire_flyer_1_flop_per_s(facts) / tf32


@figure(unit="share")
def fire_flyer_share(facts: Facts) -> float:
    """What the two Fire-Flyers are of the floor for hardware."""
    return fire_flyers(facts) / facts.semianalysis.hardware_spend_min


@figure(unit="CNY")
def fire_flyer_1_per_gpu(facts: Facts) -> float:
    """Yuan for each GPU of Fire-Flyer 1, everything included."""
    return facts.fire_flyer_1.cost_cny / facts.fire_flyer_1.gpus


@figure(unit="CNY")
def fire_flyer_2_per_gpu(facts: Facts) -> float:
    """Yuan for each GPU of Fire-Flyer 2, everything included."""
    return facts.fire_flyer_2.cost_cny / facts.fire_flyer_2.gpus


@figure(unit="USD/year")
def management_fees(facts: Facts) -> float:
    """Yearly management fees of High-Flyer at the fee that press estimates assume."""
    return facts.high_flyer.assets_managed_2025 * facts.high_flyer.management_fee_rate / ONE_YEAR


@figure(unit="share")
def founder_share(facts: Facts) -> float:
    """What Liang Wenfeng himself put into the round of June 2026, at most."""
    return facts.deepseek.funding_round_liang_cny / facts.deepseek.funding_round_cny


@figure(unit="CNY/year")
def top_salary_yuan(facts: Facts) -> float:
    """The highest yearly salary that DeepSeek advertised in February 2025, in yuan."""
    return advertised(facts)


@figure(
    unit="USD/year",
)
def top_salary(facts: Facts) -> Estimate:
    """The highest yearly salary that DeepSeek advertised in February 2025."""
    return in_dollars(facts, advertised(facts))


@figure(unit="USD/year")
def engineer_salary(facts: Facts) -> Estimate:
    """The yearly salary advertised for a core-system engineer with a first degree."""
    return in_dollars(facts, facts.deepseek.engineer_salary_cny_per_year)


@figure(unit="USD/year")
def rumoured_offer(facts: Facts) -> Estimate:
    """What Xiaomi is rumoured to have offered a researcher who left DeepSeek."""
    return in_dollars(facts, facts.luo.xiaomi_salary_cny_per_year)


@figure(unit="ratio")
def offer_over_advert(facts: Facts) -> Estimate:
    """The alleged offer against the highest salary that DeepSeek advertised."""
    offer, yuan = facts.semianalysis.salary_offered / ONE_YEAR, advertised(facts)
    return facts.estimate("exchange.cny_per_usd_2025_h1").map(lambda rate: offer / (yuan / rate))


@figure(unit="USD/year")
def payroll_at_adverts(facts: Facts) -> Estimate:
    """Yearly pay if every research author of V3 earned the highest advertised salary."""
    staff = facts.v3.authors_research_engineering
    return in_dollars(facts, advertised(facts)).scaled(staff)


@figure(unit="USD/year")
def payroll_at_offers(facts: Facts) -> float:
    """Yearly pay if every research author of V3 earned the alleged offer."""
    offer = facts.semianalysis.salary_offered / ONE_YEAR
    return facts.v3.authors_research_engineering * offer


@figure(
    unit="person",
)
def authors(facts: Facts) -> float:
    """People named in the author list of the V3 report, each counted once."""
    groups = total(facts.value(f"CO-17{group}") for group in "abc")
    return groups - facts.v3.authors_listed_twice


@figure(unit="share")
def annotation_share(facts: Facts) -> float:
    """Share of the V3 author list that stands under data annotation."""
    return facts.v3.authors_data_annotation / total(facts.value(f"CO-17{group}") for group in "abc")


@figure(
    unit="share",
)
def only_china_share(facts: Facts) -> float:
    """Share of DeepSeek's authors who were educated and worked only in China."""
    return facts.authors.china_only_educated / facts.authors.with_known_affiliations


@figure(unit="share")
def never_china_share(facts: Facts) -> float:
    """Share of DeepSeek's authors with no Chinese institution in their career."""
    return 1 - facts.authors.china_ever_affiliated_share


@figure(
    unit="share",
)
def us_share(facts: Facts) -> float:
    """Share of DeepSeek's authors who had studied or worked in the United States."""
    return facts.authors.us_studied_or_worked / facts.authors.with_known_affiliations
