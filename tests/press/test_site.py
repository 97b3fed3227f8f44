"""The built site, page by page: links, anchors, language, charts, nothing from another host."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from press.publishing.contents import chapters

pytestmark = pytest.mark.site
PAGES = chapters()
APPENDIX = PAGES[PAGES.index("methods") : PAGES.index("reference") + 1]
TO_USE = ("your-model", "tutorial", "calculator")
"""Chapters whose picture is the reader's own result."""


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.language = ""
        self.titles = 0
        self.in_article = False
        self.feed(text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.in_article = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "html":
            self.language = found.get("lang") or ""
        if tag == "article":
            self.in_article = True
        if tag == "h1" and self.in_article:  # the theme adds one more for print
            self.titles += 1
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag in ("script", "img", "iframe") and found.get("src"):
            self.loaded.append(str(found["src"]))
        if tag == "link" and found.get("rel") not in ("canonical", None):
            self.loaded.append(str(found.get("href")))


@cache
def _page(path: Path) -> _Page:
    return _Page(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands_and_loads_only_its_own_files(site: Path, name: str) -> None:
    page = _page(site / f"{name}.html")
    assert page.titles == 1
    outside = [url for url in page.loaded if re.match(r"(https?:)?//", url)]
    assert outside == []
    for url in page.loaded:
        assert (site / url.partition("?")[0].partition("#")[0]).exists(), url
    assert page.language


@pytest.mark.parametrize("name", PAGES)
def test_no_id_stands_twice(site: Path, name: str) -> None:
    ids = _page(site / f"{name}.html").ids
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == []


@pytest.mark.parametrize("name", PAGES)
def test_every_internal_link_leads_somewhere(site: Path, name: str) -> None:
    page = _page(site / f"{name}.html")
    for link in page.links:
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = site / path.partition("?")[0] if path else site / f"{name}.html"
        assert target.exists(), link
        if anchor and target.suffix == ".html":
            assert anchor in _page(target).ids, link


@pytest.mark.parametrize("name", [p for p in PAGES if p not in APPENDIX])
def test_every_chapter_has_an_answer_a_picture_and_numbers_with_cards(
    site: Path, name: str
) -> None:
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    assert 'class="answer' in text
    assert name in TO_USE or re.search('<figure class="(chart|drawing|machine|tiles)', text)
    assert name in TO_USE or 'class="card"' in text


def test_no_page_says_that_something_is_missing(site: Path) -> None:
    for name in PAGES:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        words = re.sub(r"<(script|style|svg).*?</\1>", "", text, flags=re.DOTALL)
        assert not re.search(r"lorem ipsum|\bTODO\b|\bFIXME\b|coming soon", words, re.I), name
        assert "Traceback (most recent call last)" not in words


def test_an_unverified_number_always_says_so(site: Path) -> None:
    import json

    data = json.loads((site.parent / "site.json").read_text(encoding="utf-8"))
    weak = {k for k, r in data["figures"].items() if r["evidence"] == "unverified"}
    assert weak
    for name in PAGES:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        for key in weak:
            anchor = "figure-" + re.sub(r"[^A-Za-z0-9-]+", "-", key)
            for found in re.finditer(
                rf'<a class="num[^"]*" href="[^"]*#{anchor}".*?</span></span>(.{{0,60}})', text
            ):
                assert "unverified" in found.group(1), (name, key)
