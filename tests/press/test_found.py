"""What a reader asks, and the first three hits: chapters before registers, never a key."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from press.publishing import search
from press.publishing.contents import chapters

QUESTIONS = {
    "5.576": "costs",
    "$5.576 million": "costs",
    "5,576,000": "costs",
    "training cost": "costs",
    "price per GPU hour": "costs",
    "50000": "fleet",
    "50,000 GPUs": "fleet",
    "H800": "fleet",
    "how many GPUs does DeepSeek have": "fleet",
    "MLA": "latent-attention",
    "KV cache": "latent-attention",
    "MoE": "mixture-of-experts",
    "256 experts": "mixture-of-experts",
    "MTP": "multi-token-prediction",
    "Nvidia": "nvidia",
    "−16.97 %": "nvidia",
    "27 January 2025": "nvidia",
    "1.6 billion": "owning",
    "how long did training take": "training-run",
    "2,788,000": "costs",
    "how sure is the range": "how-sure",
    "GPT-4 training cost": "training-runs",
    "R1 against GPT-4o": "r1-gpt4o",
    "profit margin": "serving",
    "High-Flyer": "money-people",
    "who said 50,000 first": "trail",
    "claim 8": "verdicts",
    "V3.1": "after-v3",
}
"""A question, and the page that must stand among the first three hits; first, for most."""


def test_every_chapter_says_what_readers_call_it() -> None:
    known = search.topics()
    pages = chapters()
    assert set(known) == set(pages[: pages.index("methods")])
    assert all(known.values())


@pytest.mark.parametrize(
    ("said", "found"),
    [("2,788K", ["2788", "2788000"]), ("H800-hours", ["h800", "hours"]), ("V3.1.", ["v3.1"])],
)
def test_a_text_is_cut_into_words_and_whole_numbers(said: str, found: list[str]) -> None:
    assert search.tokens(said) == found


@pytest.mark.site
@pytest.mark.browser
def test_a_reader_finds(browser: Any, address: str, site: Path) -> None:
    data = json.loads((site.parent / "site.json").read_text(encoding="utf-8"))
    keys = [*data["figures"], *data["facts"]]
    page = browser.new_page()
    page.goto(f"{address}search.html")
    field = page.get_by_role("searchbox").last
    missed, first = [], 0
    for question, expected in QUESTIONS.items():
        field.fill(question)
        hits = page.locator("#search-results li > a")
        three = [hits.nth(n).get_attribute("href") for n in range(min(3, hits.count()))]
        names = [re.split(r"\.html", hit)[0] for hit in three]
        first += names[:1] == [expected]
        if expected not in names:
            missed.append((question, three))
        chapter = [name not in ("figures", "sources") for name in names]
        assert chapter == sorted(chapter, reverse=True), (question, three)
        shown = page.locator("#search-results").inner_text()
        assert not any(key in shown for key in keys), question
    assert missed == []
    assert first >= 0.8 * len(QUESTIONS)
    page.close()


@pytest.mark.site
@pytest.mark.browser
def test_the_page_of_hits_is_light_and_needs_no_other_page(browser: Any, address: str) -> None:
    page = browser.new_page()
    weights: dict[str, int] = {}
    page.on(
        "response",
        lambda r: weights.update(
            {r.url: len(r.body() if r.url.endswith(".woff2") else gzip.compress(r.body(), 9))}
        ),
    )
    page.goto(f"{address}search.html?q=training+cost", wait_until="networkidle")
    assert page.locator("#search-results li").count() > 5
    assert sum(weights.values()) <= 150_000, weights
    page.close()


@pytest.mark.site
def test_a_hit_leads_to_a_place_that_is_there(site: Path) -> None:
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    known = json.loads(text.removeprefix("window.known="))
    pages = {
        name: (site / f"{name}.html").read_text(encoding="utf-8") for name, *_ in known["pages"]
    }
    lost = [
        (page, anchor)
        for page, anchor, *_ in known["parts"]
        if anchor and f'id="{anchor}"' not in pages[known["pages"][page][0]]
    ]
    lost += [
        (f"{kind}s", anchor)
        for kind, _, _, anchor in known["entries"]
        if f'id="{anchor}"' not in pages[f"{kind}s"]
    ]
    assert lost == []
