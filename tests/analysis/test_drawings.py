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
