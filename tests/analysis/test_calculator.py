"""The calculator is a view of the graph: its fields move the rungs, and nothing covers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from analysis.drawings import calculator
from press import figures
from press.facts import Facts
from press.graph import evaluate_all

pytestmark = [pytest.mark.site, pytest.mark.browser]
WAKE = "() => document.dispatchEvent(new Event('pointermove'))"
FIELD = ".calculator td.yours .live-inputs input[type=text]"


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    made = context.new_page()
    made.goto(f"{address}calculator.html")
    made.evaluate(WAKE)
    made.wait_for_selector(FIELD)
    yield made
    context.close()


def test_without_scripts_it_is_a_table_of_inputs_and_rungs(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}calculator.html")
    assert page.locator("[data-input]").count() == len(calculator.FACTS) + len(
        calculator.ASSUMPTIONS
    )
    assert page.locator("[data-rung]").count() == len(calculator.RUNGS)
    assert not page.locator(".calculator input").first.is_visible()
    context.close()


def test_a_typed_price_gives_what_the_package_gives(page: Any, facts: Facts) -> None:
    page.fill(f"[data-input=V3-009] {FIELD.split()[-1]}", "3.42")
    page.keyboard.press("Enter")
    found = page.evaluate("report.assume(report.page.assumed())")
    roots = {
        f"ladder.{name}": figures.evaluate(f"ladder.{name}", facts).graph[0]
        for name in calculator.RUNGS
    }
    for key, value in evaluate_all(roots, {"V3-009": 3.42}).items():
        if key in found:
            assert found[key]["value"] == pytest.approx(value, rel=1e-9)
    assert "ladder.v3_rental" in found
    assert page.locator(".scale .yours:not([hidden])").count() > 1
    assert page.locator(".scale .ours:visible").count() == len(calculator.RUNGS)


def test_presets_are_taken_and_the_headline_says_what_they_give(page: Any) -> None:
    buttons = page.locator("[data-assume]")
    for n in range(buttons.count()):
        buttons.nth(n).click()
        assert page.inner_text(".live-result").startswith("Your V3: $")
    page.click(".live-bar >> text=reset")
    assert page.locator(".scale .yours:not([hidden])").count() == 0
    assert page.locator(".live-result").is_hidden()


def test_at_200_percent_the_result_stays_and_never_covers_the_focus(
    browser: Any, address: str
) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 360})
    page.goto(f"{address}calculator.html?assume=V3-009:3")
    page.wait_for_selector(FIELD)
    for back in (False, True):
        for _ in range(40):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            covered = page.evaluate("""() => {
              const bar = document.querySelector(".live-bar").getBoundingClientRect();
              const at = document.activeElement;
              if (at === document.body || at.closest(".live-bar")) return "";
              const seen = at.getBoundingClientRect();
              return at.matches("input, button") && seen.bottom > bar.top + 1 ? at.outerHTML : "";
            }""")
            assert covered == ""
            assert page.locator(".live-result").is_visible()
    page.close()
