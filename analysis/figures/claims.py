"""Figures of the ledger: how the claims fared in the copies, in the checks and on their way."""

from __future__ import annotations

from collections.abc import Callable

from analysis.claims import checks, numbers_printed, rating_counts, rule, state_counts, trail
from analysis.facts import Facts
from analysis.figures import FigureFunction, figure

COPIES, TRAIL, VERDICTS = "five-copies", "trail", "verdicts"


def _count(
    key: str, unit: str, chapter: str, formula: str, *, headline: bool = False
) -> Callable[[FigureFunction], FigureFunction]:
    return figure(f"claims.{key}", unit=unit, chapter=chapter, formula=formula, headline=headline)


# --- the copies ------------------------------------------------------------------------------


@_count("copies", "copy", COPIES, "copies read line by line")
def copies(facts: Facts) -> float:
    """Copies of the article that this report examines."""
    return len(facts.rows("copies", examined=True))


@_count("copies_elsewhere", "copy", TRAIL, "copies found on other sites")
def copies_elsewhere(facts: Facts) -> float:
    """Further copies of the article that were found."""
    return len(facts.rows("copies", examined=False))


@_count("sites_elsewhere", "site", TRAIL, "different sites of the further copies")
def sites_elsewhere(facts: Facts) -> float:
    """Sites that carried the further copies."""
    return len({row["site"] for row in facts.rows("copies", examined=False)})


@_count("languages_elsewhere", "1", TRAIL, "different languages of the further copies")
def languages_elsewhere(facts: Facts) -> float:
    """Languages of the further copies."""
    return len({row["language"] for row in facts.rows("copies", examined=False)})


@_count("bylines_elsewhere", "1", TRAIL, "different bylines of the further copies")
def bylines_elsewhere(facts: Facts) -> float:
    """First names under which the further copies appeared."""
    rows = facts.rows("copies", examined=False)
    return len({row["byline"] for row in rows if row["byline"]})


@_count("count", "claim", VERDICTS, "claims of the article")
def count(facts: Facts) -> float:
    """Claims of the article that this report checks."""
    return len(facts.rows("claims"))


@_count("cells", "1", COPIES, "claims × copies")
def cells(facts: Facts) -> float:
    """Places in the ledger: every claim in every copy."""
    return len(facts.rows("claim_wordings"))


@_count("kept", "1", COPIES, "places where the claim is kept")
def kept(facts: Facts) -> float:
    """How often a copy keeps a claim as the fullest copies print it."""
    return state_counts(facts)["kept"]


@_count("changed", "1", COPIES, "places where the claim is changed")
def changed(facts: Facts) -> float:
    """How often a copy changes a claim: drops a part of it, or says something else."""
    return state_counts(facts)["changed"]


@_count("garbled", "1", COPIES, "places where the claim is garbled")
def garbled(facts: Facts) -> float:
    """How often a copy garbles a claim: a name, a term or the grammar is broken."""
    return state_counts(facts)["garbled"]


@_count("absent", "1", COPIES, "places where the claim is absent")
def absent(facts: Facts) -> float:
    """How often a copy does not make a claim at all."""
    return state_counts(facts)["absent"]


@_count("kept_share", "share", COPIES, "places kept ÷ all places")
def kept_share(facts: Facts) -> float:
    """Share of the ledger's places where the claim is kept."""
    return state_counts(facts)["kept"] / len(facts.rows("claim_wordings"))


@_count("numbers_printed", "1", COPIES, "main numbers that a copy prints")
def numbers_in_print(facts: Facts) -> float:
    """How often a copy prints the main number of a claim."""
    return numbers_printed(facts)[0]


@_count("numbers_same", "1", COPIES, "printed main numbers that equal the claim's")
def numbers_same(facts: Facts) -> float:
    """How often the main number that a copy prints is the same as in the others."""
    return numbers_printed(facts)[1]


# --- the ratings -----------------------------------------------------------------------------


@_count("supported", "claim", VERDICTS, "claims rated Supported")
def supported(facts: Facts) -> float:
    """Claims that the best evidence supports as they stand."""
    return rating_counts(facts)[rule.SUPPORTED]


@_count("context_missing", "claim", VERDICTS, "claims rated Supported, context missing")
def context_missing(facts: Facts) -> float:
    """Claims that hold, and mislead without a stated fact."""
    return rating_counts(facts)[rule.CONTEXT_MISSING]


@_count("misleading", "claim", VERDICTS, "claims rated Misleading")
def misleading(facts: Facts) -> float:
    """Claims whose number exists and means something else."""
    return rating_counts(facts)[rule.MISLEADING]


@_count("wrong", "claim", VERDICTS, "claims rated Wrong")
def wrong(facts: Facts) -> float:
    """Claims that the best evidence contradicts."""
    return rating_counts(facts)[rule.WRONG]


@_count("undecidable", "claim", VERDICTS, "claims rated Undecidable")
def undecidable(facts: Facts) -> float:
    """Claims that no public evidence settles."""
    return rating_counts(facts)[rule.UNDECIDABLE]


# --- checks that no other chapter makes --------------------------------------------------------


@_count("operating_per_year", "USD/year", TRAIL, "$944 million ÷ years of the table's row")
def operating_per_year(facts: Facts) -> float:
    """The claimed operating cost spread over the years of the table's row."""
    return checks.operating_per_year(facts)


@_count("price_floor", "USD/GPU-hour", VERDICTS, "($6 million − half a million) ÷ GPU-hours")
def price_floor(facts: Facts) -> float:
    """The lowest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claim = facts.row("claims", "6")
    return float((claim["value"] - claim["tolerance"]) / facts.value("V3-004"))


@_count("price_ceiling", "USD/GPU-hour", VERDICTS, "($6 million + half a million) ÷ GPU-hours")
def price_ceiling(facts: Facts) -> float:
    """The highest price of a GPU-hour at which V3's run still rounds to $6 million."""
    claim = facts.row("claims", "6")
    return float((claim["value"] + claim["tolerance"]) / facts.value("V3-004"))


@_count("comparator_ratio", "ratio", VERDICTS, "$100 million ÷ Epoch AI's estimate for GPT-4o")
def comparator_ratio(facts: Facts) -> float:
    """How many times an analyst's estimate for GPT-4o the claimed $100 million is."""
    return float(facts.row("claims", "17")["value"] / facts.value("GP-E-GPT-4o-amort"))


@_count("r1_ratio", "ratio", VERDICTS, "$5 million ÷ cost of R1's own stage")
def r1_ratio(facts: Facts) -> float:
    """How many times the reported cost of R1's own stage the claimed $5 million is."""
    return float(facts.row("claims", "17")["second_value"] / checks.r1_cost(facts))


# --- the trail -------------------------------------------------------------------------------


@_count("capex_correction", "share", TRAIL, "$1.6 billion ÷ $1.3 billion − 1")
def capex_correction(facts: Facts) -> float:
    """How much the claimed server cost rose between the two versions of its source."""
    return facts.value("SA-06") / facts.value("SA-08") - 1


@_count("operating_correction", "share", TRAIL, "$944 million ÷ $715 million − 1")
def operating_correction(facts: Facts) -> float:
    """How much the claimed operating cost rose between the two versions of its source."""
    return facts.value("SA-07") / facts.value("SA-09") - 1


@_count("circles", "1", TRAIL, "groups of parties that cite one another")
def circles(facts: Facts) -> float:
    """Circles of citation in the trail."""
    shown = (facts["CE-17b"], facts["SA-29"])  # the two sentences that close the circle
    return len(trail.circles(facts)) if all(fact.quote for fact in shown) else 0
