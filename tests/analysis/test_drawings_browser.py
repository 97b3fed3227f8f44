"""The drawings in Chromium: each handled by mouse and keyboard, and right as the package is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analysis import serving
from analysis.drawings import decoding, drafts, memory, mixture
from analysis.mechanisms.experiments import tokens_per_step
from press.facts import Facts

pytestmark = [pytest.mark.site, pytest.mark.browser]
CHAPTERS = {
    "mixture": "mixture-of-experts",
    "latent": "latent-attention",
    "drafts": "multi-token-prediction",
    "decoding": "serving",
}
SAID = 150
"""Milliseconds after which a drawing has said what it shows."""
SHOWN = """figure => Object.fromEntries([...figure.querySelectorAll('text[data-text], output')]
    .map((node) => [node.dataset.text, node.textContent]))"""
SHAPES = """figure => [...figure.querySelectorAll(
    '[data-bar], [data-gate], [data-draft], [data-move], [data-profile], [data-own], [data-cell]'
  )].map((node) => ['x', 'width', 'd', 'class', 'transform'].map((name) =>
    (node.getAttribute(name) ?? '').replace(/[0-9.-]+/g, (n) => Number(n).toFixed(0))))"""


class Handled:
    """A drawing on its page, with what a reader does to it."""

    def __init__(self, browser: Any, address: str, kind: str, width: int = 1280, **more: Any):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(f"{address}{CHAPTERS[kind]}.html")
        self.figure = self.page.locator("figure.machine")

    def input(self, name: str) -> Any:
        return self.figure.locator(f'input[name="{name}"]')

    def slide(self, name: str, value: float) -> None:
        """Move a slider to a value, as dragging it does."""
        self.input(name).evaluate(
            "(node, value) => { node.value = value; "
            "node.dispatchEvent(new Event('input', { bubbles: true })); }",
            value,
        )

    def press(self, name: str, *keys: str) -> None:
        """Press keys on a control, by name or by label of a button."""
        target = self.input(name)
        target = target if target.count() else self.figure.get_by_role("button", name=name).first
        target.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def said(self, panel: int = -1) -> str:
        self.page.wait_for_timeout(SAID)
        found: str = self.figure.locator(".machine-said").all()[panel].text_content()
        return found

    def shown(self) -> dict[str, str]:
        found: dict[str, str] = self.figure.evaluate(SHOWN)
        return found

    @property
    def height(self) -> float:
        return float(self.figure.bounding_box()["height"])


@pytest.fixture
def handle(browser: Any, address: str) -> Iterator[Any]:
    """Opens drawings; at the end none may have left a message in the console."""
    opened: list[Handled] = []

    def open_one(kind: str, **more: Any) -> Handled:
        opened.append(Handled(browser, address, kind, **more))
        return opened[-1]

    yield open_one
    for one in opened:
        assert one.problems == []
        one.context.close()


NUDGED = {"mixture": "bias", "latent": "context", "drafts": "acceptance", "decoding": "batch"}


@pytest.mark.parametrize("kind", CHAPTERS)
def test_the_script_draws_what_the_package_drew(handle: Any, kind: str) -> None:
    drawn = handle(kind)
    before, shapes, said = drawn.shown(), drawn.figure.evaluate(SHAPES), drawn.said()
    drawn.press(NUDGED[kind], "ArrowLeft")
    assert drawn.shown() != before
    drawn.press(NUDGED[kind], "ArrowRight")
    assert drawn.said() == said
    assert drawn.shown() == before
    assert drawn.figure.evaluate(SHAPES) == shapes


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", CHAPTERS)
def test_nothing_moves_when_a_drawing_is_handled(handle: Any, kind: str, width: int) -> None:
    drawn = handle(kind, width=width)
    height, there = drawn.height, drawn.figure.locator("svg:visible").count()
    assert there == drawn.figure.locator(".machine-panel").count()
    for each in drawn.figure.locator("input[type=range]").all():
        for key in ("Home", "End"):
            each.press(key)
            drawn.page.wait_for_timeout(SAID)
            assert drawn.height == pytest.approx(height, abs=1), (each, key)
    while (following := drawn.figure.get_by_role("button", name="Next", exact=True)).count():
        if following.is_disabled():
            break
        following.click()
        assert drawn.height == pytest.approx(height, abs=1)


@pytest.mark.parametrize("kind", CHAPTERS)
def test_without_scripts_a_drawing_is_whole_and_has_no_controls(handle: Any, kind: str) -> None:
    drawn = handle(kind, java_script_enabled=False)
    assert drawn.figure.locator("svg:visible").count() > 0
    assert drawn.figure.locator(":is(input, button, output):visible").count() == 0
    for caption in drawn.figure.locator(".machine-steps li").all():
        assert caption.is_visible()


@pytest.mark.parametrize("kind", CHAPTERS)
def test_paper_has_the_wide_form_and_all_captions(handle: Any, kind: str) -> None:
    drawn = handle(kind, width=390)
    drawn.page.emulate_media(media="print")
    assert drawn.figure.locator("svg.machine-wide:visible").count() > 0
    assert drawn.figure.locator(":is(svg.machine-narrow, .machine-tools):visible").count() == 0
    for caption in drawn.figure.locator(".machine-steps li").all():
        assert caption.is_visible()


def test_only_pages_with_a_drawing_load_its_script(browser: Any, address: str) -> None:
    page = browser.new_page()
    for name, count in (("serving", 1), ("costs", 0)):
        page.goto(f"{address}{name}.html")
        assert page.locator("script[src$='drawings.js']").count() == count
    page.close()


def test_tokens_are_routed_as_the_package_routes_them(handle: Any, facts: Facts) -> None:
    drawn, made = handle("mixture"), mixture.Routing.of(facts)
    bias = np.zeros(made.experts)
    drawn.press("Next token", "Enter", "Space")
    assert drawn.said().startswith("Token 3 of 320")
    routed = drawn.figure.evaluate("figure => figure.routing")
    assert routed["every"] == made.chosen(bias).tolist()
    assert routed["load"] == made.loads(bias).tolist()
    lit = drawn.figure.locator("svg.machine-wide .cell.lit").all()
    assert [int(c.get_attribute("data-cell")) for c in lit] == made.chosen(bias)[2].tolist()
    assert drawn.figure.locator("svg.machine-wide .node.reached").count() <= made.kept
    drawn.press("Token before", "Enter")
    assert drawn.said().startswith("Token 2 of 320")
    drawn.press("limited", "Space")
    routed = drawn.figure.evaluate("figure => figure.routing")
    assert routed["every"] == made.chosen(bias, limited=False).tolist()


def test_the_load_answers_a_bias_and_the_rule_evens_it(handle: Any, facts: Facts) -> None:
    drawn, made = handle("mixture"), mixture.Routing.of(facts)
    expert = int(made.loads(np.zeros(made.experts)).argmax())
    drawn.press("bias", *["ArrowLeft"] * 5)
    bias = np.zeros(made.experts)
    bias[expert] = -0.05
    routed = drawn.figure.evaluate("figure => figure.routing")
    assert routed["bias"] == pytest.approx(bias.tolist())
    assert routed["load"] == made.loads(bias).tolist()
    assert f"Expert {expert + 1} receives {made.loads(bias)[expert]} " in drawn.said()
    cell = drawn.figure.locator("svg.machine-wide [data-cell='40']")
    cell.click()
    assert "Expert 41 receives" in drawn.said()
    assert drawn.input("bias").input_value() == "0"
    busiest = max(drawn.figure.evaluate("figure => figure.routing.load"))
    for _ in range(4):
        drawn.press("Let V3", "Enter")
    evened = drawn.figure.evaluate("figure => figure.routing.load")
    assert max(evened) < busiest / 2
    drawn.press("Reset", "Enter")
    after = drawn.figure.evaluate("figure => figure.routing.load")
    assert after == made.loads(np.zeros(made.experts)).tolist()


def test_captions_of_attention_are_stepped_through_by_keyboard(handle: Any) -> None:
    drawn = handle("latent")
    current = drawn.figure.locator(".machine-steps li.current")
    assert "new token arrives" in current.text_content()
    drawn.press("Next", "Enter")
    assert "Multi-head attention" in current.text_content()
    heard = drawn.figure.locator(".machine-heard").first
    assert heard.text_content().startswith("Step 2 of 8. Multi-head")
    lit = drawn.figure.locator("svg.machine-wide [data-part].now")
    assert [part.get_attribute("data-part") for part in lit.all()] == ["mha"]
    drawn.press("Next", *["Enter"] * 6)
    assert "Each head adds" in current.text_content()
    assert drawn.page.evaluate("document.activeElement.textContent") == "Back"
    drawn.page.keyboard.press("Enter")
    assert "The query has a latent too" in current.text_content()


def test_a_text_fills_a_gpu_as_the_package_says(handle: Any, facts: Facts) -> None:
    drawn, made = handle("latent"), memory.Attention.of(facts)
    for power in (10, 13.25, 15, 17):
        drawn.slide("context", power)
        tokens, shown = round(2**power), drawn.shown()
        for kind in made.kept:
            assert shown[f"fill-{kind}"] == memory.fills(made, kind, tokens)
        for form in memory.FORMS:
            pair = (shown[f"{form}-0"], shown[f"{form}-1"])
            assert pair == memory.amounts(made, form, tokens)
        assert drawn.said() == memory.spoken(made, tokens)


def test_frames_of_a_draft_are_stepped_through(handle: Any) -> None:
    drawn = handle("drafts", width=390)
    for word in ("Predict", "Draft", "Check", "Accept", "Reject"):
        drawn.press("Next", "Enter")
        caption = drawn.figure.locator(".machine-steps li.current").text_content()
        assert caption.startswith(f"{word}:")
        lit = drawn.figure.locator("svg.machine-narrow [data-part].now")
        assert lit.count() == 1
        assert word in lit.first.text_content()


def test_acceptance_gives_the_speeds_of_the_package(handle: Any, facts: Facts) -> None:
    drawn, made = handle("drafts"), drafts.Drafting.of(facts)
    for share in (0, 0.25, 0.6, 1):
        drawn.slide("acceptance", share)
        shown = drawn.shown()
        assert {k: shown[k] for k in ("free", "alone", "loaded")} == drafts.words(made, share)
        assert drawn.said() == drafts.spoken(made, share)
        took = drawn.figure.locator("svg.machine-wide [data-draft].kept").count()
        assert took == sum(drafts.accepted(share))


@pytest.mark.parametrize("queries", [1, 2, 4])
def test_a_load_is_reckoned_as_the_package_reckons_it(
    handle: Any, facts: Facts, queries: int
) -> None:
    drawn, made = handle("decoding"), decoding.Decoding.of(facts)
    for batch, context in ((0, 0), (9, 3), (12, 8)):
        drawn.slide("batch", batch)
        drawn.slide("context", context)
        drawn.slide("queries", queries)
        found = drawn.figure.evaluate("figure => figure.decoding")
        grown = found["context"] / made.context
        load, draft = (_at(one, grown) for one in (made.load, made.draft))
        many, rates = found["many"], made.rates
        step = serving.step_seconds(load, many, queries, **rates)
        step += (queries - 1) * serving.step_seconds(draft, many, 1, **rates)
        assert found["whole"] == pytest.approx(step)
        tokens = tokens_per_step(made.acceptance, queries - 1)
        assert found["limits"]["step"] == pytest.approx(8 * many * tokens / step)
        network = 8 * tokens * made.network
        network /= queries * load.network_bytes + (queries - 1) * draft.network_bytes
        assert found["limits"]["network"] == pytest.approx(network)
        assert f"{found['limits']['step']:,.0f} tokens a second" in drawn.said()
    assert "does not hold the caches" in drawn.said()
    assert drawn.figure.locator("svg.machine-wide text.over").count() == 1


def _at(load: serving.DecodeLoad, grown: float) -> serving.DecodeLoad:
    """The load with a context that has grown."""
    return serving.DecodeLoad(
        load.weight_bytes,
        load.cache_bytes * grown,
        load.weight_flop,
        load.attention_flop * grown,
        load.network_bytes,
    )
