"""Figures of the trail: who copied whom, and which number came from where."""

from __future__ import annotations

from analysis.claims import measures, trail
from press.facts import Facts
from press.figures import figure


@figure(unit="copy", formula="copies found on other sites", untraced="counted along the trail")
def copies_elsewhere(facts: Facts) -> float:
    """Further copies of the article that were found."""
    return len(facts.rows("copies", examined=False))


@figure(
    unit="site", formula="different sites of the further copies", untraced="counted along the trail"
)
def sites_elsewhere(facts: Facts) -> float:
    """Sites that carried the further copies."""
    return len({row["site"] for row in facts.rows("copies", examined=False)})


@figure(
    unit="1",
    formula="different languages of the further copies",
    untraced="counted along the trail",
)
def languages_elsewhere(facts: Facts) -> float:
    """Languages of the further copies."""
    return len({row["language"] for row in facts.rows("copies", examined=False)})


@figure(
    unit="1", formula="different bylines of the further copies", untraced="counted along the trail"
)
def bylines_elsewhere(facts: Facts) -> float:
    """First names under which the further copies appeared."""
    rows = facts.rows("copies", examined=False)
    return len({row["byline"] for row in rows if row["byline"]})


# --- checks that no other chapter makes --------------------------------------------------------
@figure(unit="USD/year")
def operating_per_year(facts: Facts) -> float:
    """The claimed operating cost spread over the years of the table's row."""
    return measures.operating_per_year(facts)


# --- the trail -------------------------------------------------------------------------------
@figure(unit="share")
def capex_correction(facts: Facts) -> float:
    """How much the claimed server cost rose between the two versions of its source."""
    return facts.semianalysis.capex_total / facts.semianalysis.capex_total_first_version - 1


@figure(unit="share")
def operating_correction(facts: Facts) -> float:
    """How much the claimed operating cost rose between the two versions of its source."""
    return facts.semianalysis.operating_cost / facts.semianalysis.operating_cost_first_version - 1


@figure(
    unit="1", formula="groups of parties that cite one another", untraced="counted along the trail"
)
def circles(facts: Facts) -> float:
    """Circles of citation in the trail."""
    shown = (
        facts["amodei.fleet_source"],
        facts["semianalysis.amodei_citation"],
    )  # the two sentences that close the circle
    return len(trail.circles(facts)) if all(fact.quote for fact in shown) else 0
