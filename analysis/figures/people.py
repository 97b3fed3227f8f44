"""Figures of money and people: investment, ownership, pay, headcount and hiring."""

from __future__ import annotations

from analysis.comparisons import cost_fact, cost_ratio
from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.figures import figure

CHAPTER = "money-people"


def in_dollars(facts: Facts, yuan: float) -> Estimate:
    """An amount of yuan at the exchange rates of early 2025 [USD]."""
    return facts.estimate("FX-2025").map(lambda rate: yuan / rate)


def advertised(facts: Facts) -> float:
    """A year of the highest advertised monthly salary, with the extra months [CNY/year]."""
    return facts.value("CO-25a") * facts.value("CO-25b")


def fire_flyers(facts: Facts) -> float:
    """What Fire-Flyer 1 and 2 cost together at the average exchange rate of 2021 [USD]."""
    return (facts.value("FF-012b") + facts.value("FF-013")) / facts.value("FX-2021")


@figure(
    "people.floor_share",
    unit="share",
    chapter=CHAPTER,
    formula="hardware floor of $500 million ÷ server capex of $1.6 billion",
)
def floor_share(facts: Facts) -> float:
    """What the $500 million floor is of the $1.6 billion in the same SemiAnalysis text."""
    return cost_ratio(cost_fact(facts, "SA-13"), cost_fact(facts, "SA-06")).value


@figure(
    "people.capex_over_floor",
    unit="ratio",
    chapter=CHAPTER,
    formula="server capex of $1.6 billion ÷ hardware floor of $500 million",
)
def capex_over_floor(facts: Facts) -> float:
    """How many times the $500 million floor the $1.6 billion is."""
    return cost_ratio(cost_fact(facts, "SA-06"), cost_fact(facts, "SA-13")).value


@figure(
    "people.fire_flyer_cost",
    unit="USD",
    chapter=CHAPTER,
    formula="(cost of Fire-Flyer 1 + cost of Fire-Flyer 2) ÷ yuan per dollar, 2021",
)
def fire_flyer_cost(facts: Facts) -> float:
    """What the two Fire-Flyer clusters cost together."""
    return fire_flyers(facts)


@figure(
    "people.fire_flyer_1_cost",
    unit="USD",
    chapter=CHAPTER,
    formula="cost in yuan ÷ yuan per dollar, 2021",
)
def fire_flyer_1_cost(facts: Facts) -> float:
    """What Fire-Flyer 1 cost."""
    return facts.value("FF-012b") / facts.value("FX-2021")


@figure(
    "people.fire_flyer_2_cost",
    unit="USD",
    chapter=CHAPTER,
    formula="cost in yuan ÷ yuan per dollar, 2021",
)
def fire_flyer_2_cost(facts: Facts) -> float:
    """What Fire-Flyer 2 cost."""
    return facts.value("FF-013") / facts.value("FX-2021")


@figure(
    "people.fire_flyer_share",
    unit="share",
    chapter=CHAPTER,
    formula="cost of the two Fire-Flyers ÷ hardware floor of $500 million",
)
def fire_flyer_share(facts: Facts) -> float:
    """What the two Fire-Flyers are of the $500 million floor."""
    return fire_flyers(facts) / facts.value("SA-13")


@figure(
    "people.fire_flyer_1_per_gpu",
    unit="CNY",
    chapter=CHAPTER,
    formula="cost of Fire-Flyer 1 ÷ its GPUs",
)
def fire_flyer_1_per_gpu(facts: Facts) -> float:
    """Yuan for each GPU of Fire-Flyer 1, everything included."""
    return facts.value("FF-012b") / facts.value("FF-012a")


@figure(
    "people.fire_flyer_2_per_gpu",
    unit="CNY",
    chapter=CHAPTER,
    formula="cost of Fire-Flyer 2 ÷ its GPUs",
)
def fire_flyer_2_per_gpu(facts: Facts) -> float:
    """Yuan for each GPU of Fire-Flyer 2, everything included."""
    return facts.value("FF-013") / facts.value("FF-001")


@figure(
    "people.management_fees",
    unit="USD/year",
    chapter=CHAPTER,
    formula="assets under management × assumed management fee",
)
def management_fees(facts: Facts) -> float:
    """Yearly management fees of High-Flyer at the fee that press estimates assume."""
    return facts.value("CO-19") * facts.value("CO-22a")


@figure(
    "people.founder_share",
    unit="share",
    chapter=CHAPTER,
    formula="Liang’s contribution ÷ size of the round",
)
def founder_share(facts: Facts) -> float:
    """What Liang Wenfeng himself put into the round of June 2026, at most."""
    return facts.value("CO-23c") / facts.value("CO-23")


@figure(
    "people.top_salary_yuan",
    unit="CNY/year",
    chapter=CHAPTER,
    formula="highest advertised monthly salary × monthly salaries a year",
)
def top_salary_yuan(facts: Facts) -> float:
    """The highest yearly salary that DeepSeek advertised in February 2025, in yuan."""
    return advertised(facts)


@figure(
    "people.top_salary",
    unit="USD/year",
    chapter=CHAPTER,
    formula="highest advertised monthly salary × monthly salaries a year ÷ yuan per dollar",
)
def top_salary(facts: Facts) -> Estimate:
    """The highest yearly salary that DeepSeek advertised in February 2025."""
    return in_dollars(facts, advertised(facts))


@figure(
    "people.engineer_salary",
    unit="USD/year",
    chapter=CHAPTER,
    formula="advertised yearly salary ÷ yuan per dollar",
)
def engineer_salary(facts: Facts) -> Estimate:
    """The yearly salary advertised for a core-system engineer with a first degree."""
    return in_dollars(facts, facts.value("CO-26"))


@figure(
    "people.rumoured_offer",
    unit="USD/year",
    chapter=CHAPTER,
    formula="rumoured offer in yuan ÷ yuan per dollar",
)
def rumoured_offer(facts: Facts) -> Estimate:
    """What Xiaomi is rumoured to have offered a researcher who left DeepSeek."""
    return in_dollars(facts, facts.value("CO-28"))


@figure(
    "people.offer_over_advert",
    unit="ratio",
    chapter=CHAPTER,
    formula="alleged offer of $1.3 million ÷ highest advertised salary in dollars",
)
def offer_over_advert(facts: Facts) -> Estimate:
    """The alleged offer of $1.3 million against the highest salary that DeepSeek advertised."""
    offer, yuan = facts.value("SA-18"), advertised(facts)
    return facts.estimate("FX-2025").map(lambda rate: offer / (yuan / rate))


@figure(
    "people.payroll_at_adverts",
    unit="USD/year",
    chapter=CHAPTER,
    formula="research authors × highest advertised salary in dollars",
)
def payroll_at_adverts(facts: Facts) -> Estimate:
    """Yearly pay if every research author of V3 earned the highest advertised salary."""
    staff = facts.value("CO-17a")
    return in_dollars(facts, advertised(facts)).scaled(staff)


@figure(
    "people.payroll_at_offers",
    unit="USD/year",
    chapter=CHAPTER,
    formula="research authors × alleged offer of $1.3 million",
)
def payroll_at_offers(facts: Facts) -> float:
    """Yearly pay if every research author of V3 earned the alleged offer."""
    return facts.value("CO-17a") * facts.value("SA-18")


@figure(
    "people.authors",
    unit="person",
    chapter=CHAPTER,
    formula="research and engineering + data annotation + business and compliance − names twice",
)
def authors(facts: Facts) -> float:
    """People named in the author list of the V3 report, each counted once."""
    groups = sum(facts.value(f"CO-17{group}") for group in "abc")
    return groups - facts.value("CO-17e")


@figure(
    "people.annotation_share",
    unit="share",
    chapter=CHAPTER,
    formula="names under data annotation ÷ all names listed",
)
def annotation_share(facts: Facts) -> float:
    """Share of the V3 author list that stands under data annotation."""
    return facts.value("CO-17b") / sum(facts.value(f"CO-17{group}") for group in "abc")


@figure(
    "people.only_china_share",
    unit="share",
    chapter=CHAPTER,
    formula="authors educated and affiliated only in China ÷ authors with known affiliations",
)
def only_china_share(facts: Facts) -> float:
    """Share of DeepSeek's authors who were educated and worked only in China."""
    return facts.value("CO-29a") / facts.value("CO-29b")


@figure(
    "people.never_china_share",
    unit="share",
    chapter=CHAPTER,
    formula="1 − share ever affiliated with a Chinese institution",
)
def never_china_share(facts: Facts) -> float:
    """Share of DeepSeek's authors with no Chinese institution in their career."""
    return 1 - facts.value("CO-33")


@figure(
    "people.us_share",
    unit="share",
    chapter=CHAPTER,
    formula="authors who studied or worked in the US ÷ authors with known affiliations",
)
def us_share(facts: Facts) -> float:
    """Share of DeepSeek's authors who had studied or worked in the United States."""
    return facts.value("CO-30") / facts.value("CO-29b")
