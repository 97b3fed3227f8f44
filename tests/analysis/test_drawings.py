<<<<<<< HEAD
"""The drawings show the figures' numbers, to scale, and say them."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from analysis import serving
from analysis.drawings import decoding, drafts, latent, memory, mixture, shapes
from analysis.figures import serving as day6
from press import figures
from press.facts import Facts

DRAWINGS = {"mixture": mixture, "latent": latent, "drafts": drafts, "decoding": decoding}


@pytest.fixture(scope="module", params=DRAWINGS)
def drawn(request: pytest.FixtureRequest, facts: Facts) -> shapes.Drawing:
    made: shapes.Drawing = DRAWINGS[request.param].drawing(facts)
    return made


def pictures(drawing: shapes.Drawing) -> list[ElementTree.Element]:
    """Every picture of a drawing, as XML."""
    found = re.findall(r"<svg.*?</svg>", drawing._repr_html_(), re.DOTALL)
    return [ElementTree.fromstring(svg) for svg in found]


def value(key: str, facts: Facts) -> float:
    return float(figures.value(key, facts))


def test_a_drawing_is_complete_without_scripts(drawn: shapes.Drawing) -> None:
    html = drawn._repr_html_()
    assert set(re.findall(r'<script type="([^"]+)"', html)) == {"application/json"}
    assert len(pictures(drawn)) == 2 * len(drawn.panels)
    for svg in pictures(drawn):
        assert svg.get("role") == "img"
        assert len(svg.get("aria-label") or "") > 100
    assert "<figcaption>" in html
    assert "style=" not in html


def test_colours_are_classes_that_the_style_sheet_knows(drawn: shapes.Drawing) -> None:
    assert not re.search(r'(?:fill|stroke)="|#[0-9a-f]{6}', drawn._repr_html_())


def test_words_and_shapes_lie_within_their_picture(drawn: shapes.Drawing) -> None:
    for svg in pictures(drawn):
        _, _, width, height = (float(n) for n in (svg.get("viewBox") or "").split())
        for part in svg.findall("./rect") + svg.findall("./text"):
            x, y = float(part.get("x") or 0), float(part.get("y") or 0)
            assert -1 <= x <= width + 1
            assert -1 <= y + float(part.get("height") or 0) <= height + 1


def test_bars_have_the_length_of_their_share(drawn: shapes.Drawing) -> None:
    shares: dict[str, set[float]] = {}
    for svg in pictures(drawn):
        for rect in svg.iter("rect"):
            if name := rect.get("data-bar"):
                share = float(rect.get("width") or 0) / float(rect.get("data-full") or 1)
                shares.setdefault(name, set()).add(round(share, 2))
    assert all(max(found) - min(found) <= 0.011 for found in shares.values())


def test_kept_numbers_are_drawn_to_scale_and_are_the_figures(facts: Facts) -> None:
    kept = memory.Attention.of(facts).kept
    assert kept["mha"] == value("latent_attention.row_mha", facts) == 32_768
    assert kept["mla"] == value("latent_attention.row", facts) == 576
    for svg in pictures(latent.drawing(facts))[:2]:
        fields = [rect for rect in svg.iter("rect") if rect.get("data-numbers")]
        drawn = [int(rect.get("data-numbers") or 0) for rect in fields]
        assert drawn == [kept["mha"], kept["gqa"], kept["mqa"], 512, 64]
        areas = [float(r.get("width") or 0) * float(r.get("height") or 0) for r in fields]
        scale = areas[0] / drawn[0]
        assert areas == pytest.approx([n * scale for n in drawn])


def test_the_cache_of_a_text_is_that_of_the_figures(facts: Facts) -> None:
    made = memory.Attention.of(facts)
    for kind, key in (("mha", "bytes_mha"), ("gqa", "bytes_gqa"), ("mla", "kv_bytes_v3")):
        assert made.cache(kind, 1000) == 1000 * value(f"latent_attention.{key}", facts)
    assert made.cache("mla", made.longest) == value("latent_attention.full_context", facts)
    share = value("latent_attention.full_context_share", facts)
    assert made.cache("mla", made.longest) / made.memory == pytest.approx(share)


def test_the_absorbed_form_does_the_work_of_the_figures(facts: Facts) -> None:
    made = memory.Attention.of(facts)
    once = made.step(0)["absorbed"][1]
    moved, work = made.step(1000)["absorbed"]
    intensity = value("latent_attention.flop_per_cached_byte", facts)
    assert (work - once) / moved == pytest.approx(intensity)
    assert made.step(1000)["expanded"][1] > 100 * (work - once)
    load = day6.load(facts)
    context = facts.serving.context_per_output_token
    day = made.step(float(context))
    assert day["absorbed"][1] - once == pytest.approx(float(load.attention_flop))
    assert day["absorbed"][0] == pytest.approx(float(load.cache_bytes))


def test_tokens_meet_eight_experts_on_four_nodes_at_most(facts: Facts) -> None:
    made = mixture.Routing.of(facts)
    none = np.zeros(made.experts)
    per = made.experts // made.groups
    for limited in (True, False):
        chosen = made.chosen(none, limited=limited)
        nodes = [len({e // per for e in row}) for row in chosen.tolist()]
        assert chosen.shape == (mixture.TOKENS, 8)
        assert (max(nodes) <= 4) is limited
    assert made.loads(none).sum() == 8 * mixture.TOKENS
    for svg in pictures(mixture.drawing(facts)):
        lit = [r for r in svg.iter("rect") if "lit" in (r.get("class") or "").split()]
        cells = [r for r in svg.iter("rect") if r.get("data-cell")]
        assert len(cells) == 256
        drawn = [int(r.get("data-cell") or 0) for r in lit]
        assert drawn == made.chosen(none)[0].tolist()


def test_a_bias_moves_the_load_of_its_expert(facts: Facts) -> None:
    made = mixture.Routing.of(facts)
    bias = np.zeros(made.experts)
    busiest = int(made.loads(bias).argmax())
    bias[busiest] = -mixture.BIAS
    assert made.loads(bias)[busiest] < made.loads(np.zeros(made.experts))[busiest] / 2


def test_speeds_of_drafts_are_the_figures(facts: Facts) -> None:
    made = drafts.Drafting.of(facts)
    exact = float(facts.v3.mtp_acceptance_rate)
    found = made.speeds(exact)
    assert found["free"] == pytest.approx(value("multi_token_prediction.tokens_per_step", facts))
    assert found["alone"] == pytest.approx(value("multi_token_prediction.speed_up_alone", facts))
    assert found["loaded"] == pytest.approx(value("multi_token_prediction.speed_up_day6", facts))
    assert made.acceptance == pytest.approx(exact)


def test_the_strip_of_drafts_shows_the_share_that_is_accepted() -> None:
    for share in (0, 0.25, 0.5, 0.875, 1):
        assert sum(drafts.accepted(share)) == pytest.approx(share * drafts.STEPS, abs=0.5)


def test_limits_of_decoding_are_the_figures(facts: Facts) -> None:
    made = decoding.Decoding.of(facts)
    found = made.limits()
    for name in ("network", "memory"):
        assert found[name] == pytest.approx(value(f"serving.{name}_bound", facts))
    assert found["arithmetic"] == pytest.approx(value("serving.compute_bound", facts))
    step = serving.step_seconds(made.load, made.many, 1, **made.rates)
    assert sum(max(pair) for pair in made.times.values()) == pytest.approx(step) == made.step(1)
    assert found["step"] == pytest.approx(8 * made.many / step)
    assert made.times["cache"][0] == pytest.approx(value("latent_attention.attention_read", facts))
    assert made.times["cache"][1] == pytest.approx(value("latent_attention.attention_one", facts))
    assert made.points["attention"][0] == pytest.approx(
        value("latent_attention.flop_per_cached_byte", facts)
    )


def test_drawings_follow_another_assumption() -> None:
    assumed = Facts(overrides={"V3-037": 0.5})
    made = drafts.Drafting.of(assumed)
    assert made.speeds(made.acceptance)["free"] == pytest.approx(1.5)


def test_the_data_that_travel_are_json_and_small(drawn: shapes.Drawing) -> None:
    data: Any = json.loads(json.dumps(drawn.data))
    assert data
    assert len(drawn._repr_html_()) < 120_000
=======
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
>>>>>>> s3-lead-drawn
