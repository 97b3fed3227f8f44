"""The verdicts for machines: schema.org ``ClaimReview``, one for each claim."""

from __future__ import annotations

from typing import Any

from analysis.claims.ledger import Verdict
from press.facts import Facts

PUBLISHER = "The cost of DeepSeek-V3"


def claim_review(verdict: Verdict, page_url: str, facts: Facts) -> dict[str, Any]:
    """The ``ClaimReview`` of one verdict as JSON-LD.

    Parameters
    ----------
    verdict
        From :func:`analysis.claims.ratings`.
    page_url
        Address of the page that holds the verdicts; the claim's anchor is added.
    facts
        The facts that hold the copies and the scale.

    Returns
    -------
    dict
        Required by its readers: ``claimReviewed`` (at most 75 characters), ``url`` and
        ``reviewRating.alternateName``. A rating that lies nowhere between true and false has no
        ``ratingValue``.

    References
    ----------
    https://schema.org/ClaimReview and Google's "Fact Check (ClaimReview) structured data".

    Examples
    --------
    >>> from analysis.claims import verdict
    >>> facts = Facts()
    >>> review = claim_review(verdict("9b", facts), "https://example.org/verdicts.html", facts)
    >>> review["url"], review["reviewRating"]["alternateName"]
    ('https://example.org/verdicts.html#claim-9b', 'Misleading')
    """
    scale = facts.row("ratings", verdict.rating)
    rating: dict[str, Any] = {
        "@type": "Rating",
        "alternateName": verdict.rating,
        "ratingExplanation": verdict.row["reasons"],
    }
    if scale["value"] is not None:
        values = [row["value"] for row in facts.rows("ratings") if row["value"] is not None]
        rating |= {
            "ratingValue": scale["value"],
            "bestRating": max(values),
            "worstRating": min(values),
        }
    appearances = []
    for wording in facts.rows("claim_wordings", number=verdict.number):
        if verdict.claim in (wording["claims"] or "").split():
            copy = facts.row("copies", wording["copy"])
            appearance = {
                "@type": "Article",
                "inLanguage": copy["language_code"],
                "text": wording["quote"],
            }
            if copy["quote_title"]:
                appearance["headline"] = copy["quote_title"]
            if copy["date"]:
                appearance["datePublished"] = str(copy["date"])
            appearances.append(appearance)
    dates = [item["datePublished"] for item in appearances if "datePublished" in item]
    claim: dict[str, Any] = {
        "@type": "Claim",
        "text": verdict.row["statement"],
        "author": {"@type": "Organization", "name": "ensigame.com, as credited by the copies"},
        "appearance": appearances,
    }
    if dates:
        claim["datePublished"] = min(dates)
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{page_url}#claim-{verdict.claim}",
        "claimReviewed": verdict.row["statement"],
        "author": {"@type": "Organization", "name": PUBLISHER},
        "reviewRating": rating,
        "itemReviewed": claim,
    }
