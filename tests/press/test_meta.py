"""The frame of the pages: addresses, head, feeds, social card, style sheet, book."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from press.formats import LANGUAGES
from press.publishing import colophon, meta, pdf, sheet
from press.publishing.colophon import Place, place
from press.publishing.contents import SiteError, chapters
from tests import small_tree

AT = Place("https://example.org/v3/", "https://github.com/someone/v3", notebooks="pages")
NOWHERE = Place()
ABOUT = {
    "title": "A <report>",
    "version": "1.2",
    "date-released": datetime.date(2026, 11, 21),
    "authors": [{"name": "We & others"}],
    "abstract": "What it\n cost.",
}
CORRECTION = {"id": "c1", "date": "2026-12-01", "where": "costs", "changed": "6."}
CORRECTION |= {"wrong": "5 < 6.", "before": "5", "after": "6", "reported_by": "a reader"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("SITE_URL", "example.org"), ("SITE_URL", 'https://a/"><script>'), ("SITE_REPOSITORY", "a b")],
)
def test_a_value_that_is_no_address_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: found '"):
        place({name: value})


def test_nothing_needs_an_address_that_is_not_configured() -> None:
    words = {"description": "D", "editions": ["de"], "data": [{"url": "verdicts.html#claim-1"}]}
    head = meta.head(NOWHERE, "Site", "index", "Title", words)
    assert head["data"] == []
    assert [link["href"] for link in head["links"]] == ["index.html", "de.html"]
    assert not any(name in ("og:url", "og:image") for name, _ in head["properties"])
    assert NOWHERE.change_links("costs", "Costs") == NOWHERE.launch_links("costs") == []


def test_a_published_page_names_itself_in_full() -> None:
    words = {"description": "D", "editions": ["de"], "data": [{"url": "verdicts.html#claim-1"}]}
    head = meta.head(AT, "Site", "verdicts", "Title </script>", words)
    assert head["title"] == "Title </script> — Site"
    assert ("description", "D") in head["named"]
    assert head["links"][0] == {"rel": "canonical", "href": "https://example.org/v3/verdicts.html"}
    assert json.loads(head["data"][0])["url"] == "https://example.org/v3/verdicts.html#claim-1"
    home = meta.head(AT, "Site", "index", "Title", words)["links"]
    assert home[0]["href"] == "https://example.org/v3/"
    assert {link["hreflang"] for link in home if "hreflang" in link} == {"en", "de"}


def test_data_for_machines_cannot_end_its_script() -> None:
    said = "<!--<script></script><script>alert(1)</script>"
    data = [{"url": "", "claimReviewed": said}]
    head = meta.head(AT, "Site", "verdicts", "T", {"description": "D", "data": data})
    assert "<" not in head["data"][0]
    assert json.loads(head["data"][0])["claimReviewed"] == said


def test_links_to_the_repository_lead_to_the_chapters_text_and_notebook() -> None:
    edit, issue = AT.change_links("costs", "The $5.576 million")
    assert edit["url"] == "https://github.com/someone/v3/edit/main/book/costs.md"
    assert issue["url"].endswith("/issues/new?title=The%20%245.576%20million%20%28costs%29")
    binder, colab = AT.launch_links("costs")
    assert binder["url"].endswith("/v2/gh/someone/v3/main?urlpath=lab/tree/book/costs.md")
    assert colab["url"].endswith("/github/someone/v3/blob/pages/_sources/costs.ipynb")
    elsewhere = Place(repository="https://git.example.org/v3")
    assert [link["text"] for link in elsewhere.launch_links("costs")] == ["Binder"]


def test_the_feed_is_atom_newest_first() -> None:
    tree = ElementTree.fromstring(colophon.feed(AT, ABOUT, [CORRECTION]))
    space = "{http://www.w3.org/2005/Atom}"
    assert [e.findtext(f"{space}title") for e in tree.iter(f"{space}entry")] == [
        "Correction: costs",
        "Edition 1.2",
    ]
    assert tree.findtext(f"{space}updated") == "2026-12-01T00:00:00Z"
    summaries = [e.findtext(f"{space}summary") for e in tree.iter(f"{space}entry")]
    assert summaries == ["5 < 6. 6. Before: 5; now: 6. Reported by a reader.", "What it cost."]
    ids = [e.findtext(f"{space}id") for e in tree.iter(f"{space}entry")]
    assert len(set(ids)) == 2


def test_the_sitemap_lists_every_page_once() -> None:
    tree = ElementTree.fromstring(colophon.sitemap(AT, ["costs", "index"], "2026-11-21"))
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    found = [node.text for node in tree.iter(f"{space}loc")]
    assert found == ["https://example.org/v3/costs.html", "https://example.org/v3/"]


def test_the_social_card_is_the_picture_that_the_page_brings() -> None:
    chart = (
        '<template class="social-card"><rect width="68" height="60" '
        'style="fill:var(--documented)"/></template>'
    )
    made, bare = meta.card(chart, "Site"), meta.card("<p>No picture</p>", "Site")
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    assert made[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert made == meta.card(chart, "Site") != bare


def test_the_style_sheet_declares_every_property_that_it_reads() -> None:
    css = sheet.sheet()
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+)\s*:", css))
    assert "/*" not in css


def test_bibtex_has_the_address_only_where_there_is_one() -> None:
    assert "url" not in colophon.bibtex(ABOUT, "")
    assert "url = {https://example.org/v3/}" in colophon.bibtex(ABOUT, AT.url)
    assert colophon.bibtex(ABOUT, "").count("{") == colophon.bibtex(ABOUT, "").count("}")


def test_the_status_counts_what_is_reproduced() -> None:
    records = [{"key": "a", "value": 1.0}, {"key": "b", "value": 2.0}]
    before = {"a": {"key": "a", "value": 1.0}, "b": {"key": "b", "value": 9.0}}
    assert colophon.state(records, before)["Figures reproduced"] == "1 of 2"
    assert colophon.state(records, {"gone": {}})["Figures reproduced"] == "0 of 3"


def test_a_citation_file_agrees_with_itself() -> None:
    about = colophon.edition()
    assert about["preferred-citation"]["title"] == about["title"]
    assert about["preferred-citation"]["year"] == about["date-released"].year


def test_without_chromium_the_pdf_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(SiteError, match="found none of chromium.*install one"):
        pdf.write_pdf()


def test_on_paper_folded_code_and_a_section_of_nothing_else_stay_out() -> None:
    code = '<div class="cell"><details class="code"><summary>Code</summary>x</details></div>'
    page = f'<article class="bd-article"><section id="a"><h2>A</h2><p>T</p>{code}</section>'
    page += f'<section id="b"><h2>B</h2>{code}</section></article>'
    made = pdf.article("p", page, ["p"])
    assert "<details" not in made
    assert ("<h2>A</h2>" in made, "<h2>B</h2>" in made) == (True, False)


@pytest.mark.site
def test_the_book_holds_every_page_and_every_link_leads_inside(site: Path) -> None:
    text = pdf.book(site)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(chapters()) <= set(ids)
    lost = {link for link in re.findall(r'href="#([^"]*)"', text) if link not in set(ids)}
    assert lost == set()
    assert re.findall(r'<a [^>]*href="((?!#|https?:|data:|mailto:)[^"]*)"', text) == []
    assert "<script" not in text


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site that knows where it stands."""
    tree = small_tree.copy(tmp_path_factory.mktemp("published") / "project")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "SITE_URL": "https://example.org/v3",
            "SITE_REPOSITORY": "someone/v3",
        }.items():
            patch.setenv(name, value)
        small_tree.built(tree)
    return tree / "_build" / "html"


def test_a_published_site_has_its_addresses_everywhere(published: Path) -> None:
    front = (published / "index.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://example.org/v3/">' in front
    assert "github.com/someone/v3/edit/main/book/index.md" in front
    assert "mybinder.org/v2/gh/someone/v3/main" in front
    for name in ("feed.xml", "sitemap.xml"):
        ElementTree.parse(published / name)
    lost = (published / "404.html").read_text(encoding="utf-8")
    assert not re.search(r'(?:href|src|action)="(?!#|/v3/|https?:)', lost)
    notebook = json.loads((published / "_sources" / "index.ipynb").read_text(encoding="utf-8"))
    first: dict[str, Any] = notebook["cells"][0]
    assert "https://github.com/someone/v3" in first["source"]
    assert [cell["id"] for cell in notebook["cells"]].count("setup") == 1


@pytest.mark.site
def test_notebooks_of_the_site_print_their_numbers_and_need_no_page(site: Path) -> None:
    found = {path.stem: path.read_text(encoding="utf-8") for path in site.glob("_sources/*.ipynb")}
    assert len(found) > 20
    assert not set(LANGUAGES) & set(found)
    for name, text in found.items():
        cells = json.loads(text)["cells"]
        prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        assert not re.findall(r"\{[a-z-]+\}`|^(?::::|```\{)", prose, re.MULTILINE), name
        assert "var(--" not in text, name
        assert "analysis" in "".join(cells[0]["source"]), name
