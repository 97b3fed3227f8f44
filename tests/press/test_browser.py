"""Every page in Chromium: quiet, light, accessible, nothing wider than the screen."""

from __future__ import annotations

import functools
import gzip
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from press.publishing.contents import chapters

pytestmark = [pytest.mark.site, pytest.mark.browser]
PAGES = [*chapters(), "search", "404"]
FIRST_LOAD, CHARTS, GRAPH = 150_000, 310_000, 120_000
"""Bytes, compressed: a page with all it needs, and once the library that makes charts live."""
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def _open(browser: Any, address: str, name: str, width: int, scheme: str) -> tuple[Any, list[str]]:
    """The opened page, with all its charts alive."""
    page, problems = _context(browser, address, width, scheme)
    page.goto(f"{address}{name}.html", wait_until="load")
    _wake(page)
    return page, problems


def _context(browser: Any, address: str, width: int, scheme: str) -> tuple[Any, list[str]]:
    """An empty page, and what it will complain of or ask of other hosts."""
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
    return page, problems


LIVE = """[...document.querySelectorAll('.chart-view > [data-plot]')]
    .every((picture) => !picture.getClientRects().length || picture.matches('.live'))"""


def _wake(page: Any) -> None:
    """Touch every chart, and wait until the picture that is seen is alive."""
    page.evaluate("document.querySelectorAll('.chart-view').forEach((view) => view.click())")
    _wait_for(page, LIVE)


def _wait_for(page: Any, condition: str, seconds: float = 120) -> None:
    """Wait until a condition holds; the page's policy forbids Playwright's own polling."""
    for _ in range(int(seconds / 0.1)):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"not within {seconds} s: {condition}")


OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FORMS = """() => {
  const known = new Map(), numbers = new Map(), counts = new Map();
  const form = (node) => {
    if (!known.has(node)) {
      const given = [...node.attributes]
        .map((a) => /class|role/.test(a.name) ? a.value : a.name).sort();
      const parts = [...new Set([...node.children].map(form))];
      const made = JSON.stringify([node.tagName, given, !node.textContent.trim(), parts]);
      if (!numbers.has(made)) numbers.set(made, numbers.size);
      known.set(node, numbers.get(made));
    }
    return known.get(node);
  };
  const path = (node) => node &&
    `${node.tagName}.${node.getAttribute('class')}<${path(node.parentElement)}`;
  const repeated = [...document.querySelectorAll('main :is(.register-entry, section, tr, li, p)')];
  const forms = repeated.map((node) => `${form(node)} ${path(node.parentElement)}`);
  for (const [at, node] of repeated.entries()) {
    const made = forms[at];
    counts.set(made, (counts.get(made) ?? 0) + 1);
    if (counts.get(made) > 3) node.remove();
  }
}"""
"""Leaves three of each form of entry, row and paragraph: the same tags, classes and attributes in
the same surroundings break a rule in all of them or in none. Registers are a few forms each."""


@functools.cache
def _packed(body: bytes) -> int:
    return len(gzip.compress(body, 9))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_quiet_accessible_and_fits(browser: Any, address: str, name: str) -> None:
    """One visit: loaded, its charts woken, made narrower, then read by axe at both ends."""
    page, problems, weights = _visited(browser, address, name)
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(200)
    loaded = any("/vega/" in url for url in weights)
    specs = "[...document.querySelectorAll('.chart-spec')].map((one) => one.textContent).join()"
    fields = '"bind"' in page.evaluate(specs)
    assert fields or not loaded, "charts load when touched; only fields to set, when seen"
    for width, scheme in ((1280, "light"), (320, "light"), (390, "dark")):
        _resize(page, width, scheme)
        _wake(page)
        assert problems == [], (width, scheme)  # a breach of the security policy is one, too
        assert page.evaluate(OVER) <= 0, f"wider than {width} px"
    later = {"vega": 0, "graph": 0}  # loaded when a reader first does something
    for url, weight in weights.items():
        later["vega"] += weight * ("/vega/" in url)
        later["graph"] += weight * url.partition("?")[0].endswith("/graph.js")
    assert later["vega"] <= CHARTS
    assert later["graph"] <= GRAPH
    assert sum(weights.values()) - sum(later.values()) <= FIRST_LOAD, sorted(weights.items())
    page.evaluate(FORMS)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, scheme in ((390, "dark"), (1280, "light")):
        _resize(page, width, scheme)
        page.evaluate("scrollTo(0, 0)")  # where the bar on top covers nothing
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        broken = [
            (rule["id"], [node["target"] for node in rule["nodes"]][:3])
            for rule in found["violations"]
        ]
        assert broken == [], (width, scheme)
    page.context.close()


def _visited(browser: Any, address: str, name: str) -> tuple[Any, list[str], dict[str, int]]:
    """A page as it loads, on a wide screen: what it complains of, and what it weighs."""
    page, problems = _context(browser, address, 1280, "light")
    weights: dict[str, int] = {}

    def weigh(response: Any) -> None:
        body = response.body()
        packed = response.url.partition("?")[0].endswith((".woff2", ".png"))
        weights[response.url] = len(body) if packed else _packed(body)

    page.on("response", weigh)
    page.goto(f"{address}{name}.html", wait_until="networkidle")
    return page, problems, weights


def _resize(page: Any, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_the_policy_stops_a_script_that_somebody_slipped_in(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}index.html")
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.slipped = 1'}))"
    )
    assert page.evaluate("window.slipped") is None
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "script-src 'self';" in (policy or "")
    page.close()


def test_the_keyboard_reaches_search_and_search_finds_a_figure(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto(f"{address}costs.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Control+k")
    page.keyboard.type("rental cost of official training")
    page.keyboard.press("Enter")
    hit = page.locator("#search-results a[href$='figures.html#figure-costs-rental-total']")
    hit.first.click()
    page.locator("#figure-costs-rental-total").wait_for(state="visible")
    page.close()


def test_the_colours_that_a_reader_chose_stay(browser: Any, address: str) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{address}index.html")
    page.get_by_role("button", name="Colours: automatic").click()
    page.goto(f"{address}costs.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_opens_and_closes_the_chapters(browser: Any, address: str, scripts: bool) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 900}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(f"{address}index.html")
    menu = page.locator("#site-nav")
    assert not menu.is_visible()
    page.get_by_role("button", name="Chapters and search").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    context.close()


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
    page.goto(f"{address}ladder.html")
    assert page.locator("figure.chart svg").first.is_visible()
    assert "figures.html#" in (page.locator("a.num").first.get_attribute("href") or "")
    context.close()


def test_charts_follow_the_page_into_the_dark(browser: Any, address: str) -> None:
    page, _ = _open(browser, address, "ladder", 1280, "light")
    colour = "getComputedStyle(document.querySelector('.vega-host svg text')).fill"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    _wait_for(page, f"{colour} !== '{light}'")
    page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["ladder", "training-runs", "trail", "costs"])
def test_a_chart_comes_alive_without_moving_the_page(
    browser: Any, address: str, name: str, width: int
) -> None:
    heights = "[...document.querySelectorAll('.chart-view')].map((v) => v.offsetHeight)"
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}{name}.html")
    still = page.evaluate(heights)
    _wake(page)
    assert page.evaluate(heights) == pytest.approx(still, abs=2)
    page.close()


@pytest.mark.parametrize("how", ["pointer", "focus", "tap"])
def test_a_chart_comes_alive_when_it_is_touched(browser: Any, address: str, how: str) -> None:
    context = browser.new_context(has_touch=how == "tap", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}costs.html")
    page.mouse.wheel(0, 3_000)
    picture = page.locator(".chart-wide").first
    assert page.locator(".vega-host").count() == 0
    if how == "focus":
        picture.focus()
    elif how == "tap":
        picture.tap()
    else:
        picture.hover()
        picture.hover(position={"x": 40, "y": 40})
    page.locator(".vega-host svg").first.wait_for()
    assert page.locator(".vega-host").count() == 1
    if how == "focus":
        _wait_for(page, "document.activeElement.matches('.vega-host')")
    context.close()


def test_arrow_keys_walk_through_a_chart(browser: Any, address: str) -> None:
    page, _ = _open(browser, address, "ladder", 1280, "light")
    page.locator(".vega-host").first.focus()
    page.keyboard.press("ArrowDown")
    said = page.locator(".vega-host .chart-said").first.text_content()
    assert said
    assert page.locator("#vg-tooltip-element.visible").is_visible()
    page.keyboard.press("ArrowDown")
    assert page.locator(".vega-host .chart-said").first.text_content() != said
    page.keyboard.press("Escape")
    assert not page.locator("#vg-tooltip-element.visible").is_visible()
    page.context.close()


def test_folded_code_stands_under_what_it_shows(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}ladder.html")
    cell = page.locator(".cell").filter(has=page.locator("figure.chart .chart-wide")).first
    cell.locator("summary", has_text="Show the code").click()
    code = cell.locator(".code pre").first
    chart = cell.locator("figure.chart").bounding_box()
    assert code.is_visible()
    assert code.bounding_box()["y"] >= chart["y"] + chart["height"]
    page.close()
