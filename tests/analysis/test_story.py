"""The drawings: areas and lengths are the figures, words are the sources', links lead somewhere."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.claims import trail
from analysis.drawings import boundary, facsimiles, field, locator, story
from analysis.drawings.boxes import Square
from press import figures
from press.facts import Facts

ROOT = Path(__file__).resolve().parents[2]
RECT = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"')


@pytest.fixture(scope="module")
def sums(facts: Facts) -> boundary.Sums:
    return boundary.sums(facts)


def areas(body: str) -> list[float]:
    return [float(width) * float(height) for _, _, width, height in RECT.findall(body)]


@pytest.mark.parametrize("form", [boundary.wide, boundary.narrow])
def test_areas_of_the_boundary_are_the_ladders_sums(form: object, sums: boundary.Sums) -> None:
    *_, body = form(sums)  # type: ignore[operator]
    drawn = areas(body)
    value = sums.value
    whole = value["claimed_fleet"]
    people = [value[name] / value["staff"] for name in ("staff", "development", "v3_rental")]
    machines = [value["cluster"] / whole, value["fleet_year"] / whole]
    assert [area / drawn[0] for area in drawn[:3]] == pytest.approx(people, rel=0.01)
    assert [area / drawn[3] for area in drawn[3:6]] == pytest.approx(people, rel=0.05)
    claimed = sum(drawn[8:10])
    assert claimed == pytest.approx(drawn[0], rel=0.01)  # so the scales differ by whole ÷ people
    assert [area / claimed for area in drawn[6:8]] == pytest.approx(machines, rel=0.03)
    assert drawn[3] / claimed == pytest.approx(value["staff"] / whole, rel=0.03)
    assert drawn[8] / drawn[9] == pytest.approx(sums.servers / sums.operation, rel=0.01)


def test_the_run_lies_within_its_development_within_the_people(sums: boundary.Sums) -> None:
    boxes = list(boundary.nested(Square(0, 0, 400), sums).values())
    for outer, inner in pairwise(boxes):
        assert outer.x <= inner.x
        assert outer.y <= inner.y
        assert inner.x + inner.side <= outer.x + outer.side
        assert inner.y + inner.side <= outer.y + outer.side + 1e-9


def test_every_box_says_its_figure_and_opens_a_section_that_exists(facts: Facts) -> None:
    made = boundary.boundary(facts)
    sums = boundary.sums(facts)
    for name in boundary.NAMES:
        assert figures.value(f"ladder.{name}", facts) == pytest.approx(sums.value[name])
    links = re.findall(r'href="([^"]+)"', made.body)
    assert len(links) == 2 * len(boundary.NAMES)
    for target in links + [page for _, page in locator.PARTS.values()]:
        page, _, anchor = target.partition("#")
        chapter = ROOT / "book" / page.replace(".html", ".md")
        assert chapter.exists()
        heads = re.findall(r"^#+ (.+)$", chapter.read_text(encoding="utf-8"), re.M)
        assert not anchor or anchor in [head.lower().replace(" ", "-") for head in heads]
    assert "$1.6B" in made.title
    assert made.title in made.body


def test_the_card_draws_three_boxes_to_one_scale(sums: boundary.Sums) -> None:
    run, people, *_, claimed = areas(boundary.card(sums))
    assert run / people == pytest.approx(sums.value["v3_rental"] / sums.value["staff"], rel=0.02)
    assert people / claimed == pytest.approx(sums.value["staff"] / sums.servers, rel=0.02)
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', boundary.card(sums))]
    assert min(sizes) * 300 / 1200 >= 11  # legible at 300 px


@pytest.mark.parametrize("chapter", locator.ABOUT)
def test_the_locator_lights_what_its_chapter_is_about(chapter: str, facts: Facts) -> None:
    body = locator.locator(chapter, facts).body
    lit = len(locator.ABOUT[chapter])
    assert body.count("fill:var(--accent)") == lit
    assert body.count('class="lit"') + body.count("aria-current") == lit
    assert f'locator("{chapter}")' in (ROOT / f"book/{chapter}.md").read_text(encoding="utf-8")


def test_no_other_chapter_has_a_locator(facts: Facts) -> None:
    with pytest.raises(KeyError, match="expected one of costs"):
        locator.locator("fleet", facts)


@pytest.mark.parametrize(("columns", "pitch"), [(288, 2.5), (170, 2.0)])
@pytest.mark.parametrize(("gpus", "first"), [(2224, 0), (7776, 2224), (30000, 0), (5, 286)])
def test_a_dot_of_the_field_is_a_gpu(columns: int, pitch: float, gpus: int, first: int) -> None:
    drawn = field.dots(0, 0, gpus, first, columns, pitch, "f")
    assert sum(areas(drawn)) == pytest.approx(gpus * pitch**2)
    assert sum(map(int, re.findall(r'data-gpus="(\d+)"', drawn))) == gpus


def test_the_field_has_the_claim_and_fills_what_is_documented(facts: Facts) -> None:
    claimed = {
        "H800": facts.value("SA-02"),
        "H100": facts.value("SA-03"),
        "H20": figures.value("fleet.h20_implied", facts),
    }
    peak = figures.value("fleet.peak_gpus", facts)
    made = field.field(peak, facts.value("FF-001"), claimed, facts.rows("fleet_estimates"))
    for form in ("wide", "narrow"):
        full = re.findall(rf'data-gpus="(\d+)" fill="url\(#gpu-full-{form}\)', made.body)
        pale = re.findall(rf'data-gpus="(\d+)" fill="url\(#gpu-claimed-{form}\)', made.body)
        assert sum(map(int, full)) == peak + facts.value("FF-001")
        assert sum(map(int, pale)) == facts.value("SA-01") - peak
    assert "2,224" in made.title


@pytest.mark.parametrize("thread", [name for name in trail.THREADS if name != trail.FLEET])
def test_excerpts_print_every_statement_with_its_marked_words(thread: str, facts: Facts) -> None:
    body = story.excerpts(facts, thread, title="t").body
    found = [s for s in trail.statements(facts).values() if s.thread == thread]
    quoted = [s for s in found if s.quote]
    assert body.count("<li ") == len(found)
    assert body.count("<blockquote lang=") == body.count("<mark>") == len(quoted)
    for name in story.STAGES:
        assert f"{name}</p><ol><li " in body, "each stage says something"


def test_marked_and_garbled_words_are_in_the_quotations(facts: Facts) -> None:
    said = trail.statements(facts)
    for row in facts.rows("trail_nodes"):
        assert (row["quote_marked"] or "") in said[row["node"]].quote
        assert bool(row["quote_marked"]) == bool(said[row["node"]].quote)
    for row in facts.rows("claim_wordings"):
        assert (row["quote_garbled"] or "") in (row["quote"] or "")
        assert (row["says"] or "").lower() in (row["gloss"] or "").lower()
        assert not row["quote_garbled"] or row["state"] == "garbled"


def test_the_timeline_runs_forward_and_names_one_origin(facts: Facts) -> None:
    made = story.timeline(facts)
    assert "one origin" in made.title
    assert "Amodei and SemiAnalysis" in made.body
    found = [s for s in trail.statements(facts).values() if s.thread == trail.FLEET]
    places = [
        made.body.index(f"<b>{escape(s.party)}</b>") for s in sorted(found, key=lambda s: s.date)
    ]
    assert places == sorted(places)
    assert made.body.count("<blockquote lang=") == len(found)


def test_facsimiles_quote_the_copies_and_no_more_than_they_may(facts: Facts) -> None:
    body = facsimiles.facsimiles(facts).body
    for copy in facts.rows("copies", examined=True):
        printed = re.findall(
            rf'<(?:blockquote|p class="headline") lang="{copy["language_code"]}">([^<]+)', body
        )
        assert len(printed) == 1 + bool(copy["quote_title"])
        assert all(len(words.split()) <= 25 for words in printed)
    lines = [int(n) for n in re.findall(r"--lines:(\d+)", body)]
    words = [copy["words"] for copy in facts.rows("copies", examined=True)]
    drawn = [sum(pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
    assert drawn == [round(count / facsimiles.WORDS_A_LINE) for count in words]


def test_garbled_words_are_set_large_in_their_language(facts: Facts) -> None:
    body = facsimiles.garbles(facts).body
    assert '<b lang="vi">phễu</b>' in body
    assert body.count("<li>") == len(facts.rows("claim_wordings", state="garbled"))
