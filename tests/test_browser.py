"""Every page in Chromium: no request to another host, no error, nothing wider than the screen."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.publishing.site import chapters

pytestmark = [pytest.mark.site, pytest.mark.browser]


def _open(browser: Any, address: str, name: str, width: int, scheme: str) -> tuple[Any, list[str]]:
    """The opened page, scrolled to its end so that its charts have come alive."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(120_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: m.type in ("error", "warning") and problems.append(m.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "request",
        lambda r: r.url.startswith((address, "data:", "blob:")) or problems.append(r.url),
    )
    page.goto(f"{address}{name}.html", wait_until="load")
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 600) {"
        " scrollTo(0, y); await new Promise((done) => setTimeout(done, 30)); } }"
    )
    _wait_for(
        page,
        "[...document.querySelectorAll('figure.chart .chart-view')]"
        ".every((view) => view.classList.contains('live'))",
    )
    return page, problems


def _wait_for(page: Any, condition: str, seconds: float = 120) -> None:
    """Wait until a condition holds; the page's policy forbids Playwright's own polling."""
    idle = "[...document.querySelectorAll('.chart-view:not(.live)')]"
    for _ in range(int(seconds / 0.1)):
        if page.evaluate(condition):
            return
        page.evaluate(f"{idle}.slice(0, 1).forEach((view) => view.scrollIntoView())")
        page.wait_for_timeout(100)
    pytest.fail(f"not within {seconds} s: {condition}")


@pytest.mark.parametrize("name", chapters())
def test_a_page_is_quiet_and_fits(browser: Any, address: str, name: str) -> None:
    for width, scheme in ((1280, "light"), (390, "dark"), (320, "light")):
        page, problems = _open(browser, address, name, width, scheme)
        assert problems == [], (width, scheme)
        extra = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert extra <= 0, f"{extra} px wider than {width} px"
        page.context.close()


def test_a_card_opens_on_hover_and_focus_and_closes_with_escape(browser: Any, address: str) -> None:
    page, _ = _open(browser, address, "index", 1280, "light")
    number, card = page.locator("a.num").first, page.locator(".num-box .card").first
    assert not card.is_visible()
    number.hover()
    assert card.is_visible()
    page.keyboard.press("Escape")
    assert not card.is_visible()
    page.mouse.move(0, 0)
    number.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert card.is_visible()
    page.context.close()


def test_without_scripts_a_chart_is_a_picture_and_a_number_is_a_link(
    browser: Any, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}index.html")
    assert page.locator("figure.chart svg").first.is_visible()
    assert "figures.html#" in (page.locator("a.num").first.get_attribute("href") or "")
    context.close()


def test_charts_follow_the_page_into_the_dark(browser: Any, address: str) -> None:
    page, _ = _open(browser, address, "index", 1280, "light")
    colour = "getComputedStyle(document.querySelector('.vega-host svg text')).fill"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    _wait_for(page, f"{colour} !== '{light}'")
    page.context.close()
