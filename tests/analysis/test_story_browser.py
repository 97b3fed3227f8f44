"""The drawings in Chromium: legible on a phone, within their page, accessible, keyboard and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

pytestmark = [pytest.mark.site, pytest.mark.browser]
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
PAGES = ("index", "costs", "ladder", "trail", "five-copies", "fleet", "nvidia")
LETTERS = """() => {
  const sizes = [];
  for (const drawing of document.querySelectorAll('.drawing, .locator, PICTURE'))
    for (const part of drawing.querySelectorAll('text, p, a, li, blockquote')) {
      if (!part.getClientRects().length || !part.textContent.trim()) continue;
      const svg = part.closest('svg');
      const own = parseFloat(getComputedStyle(part).fontSize);
      const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
      sizes.push([own * scale, part.textContent]);
    }
  return sizes.filter(([size]) => size > 0 && size < 11);
}"""
CHECK = """() => axe.run({include: [['.drawing'], ['.locator'], ['.chart']]
  .filter(([at]) => document.querySelector(at))})"""
OUTSIDE = """() => [...document.querySelectorAll('.drawing svg text')].filter((text) => {
  const svg = text.closest('svg').getBoundingClientRect(), box = text.getBoundingClientRect();
  return svg.width && (box.right > svg.right + 1 || box.left < svg.left - 1);
}).map((text) => text.textContent)"""


def _open(browser: Any, address: str, name: str, width: int) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.goto(f"{address}{name}.html", wait_until="load")
    return page


@pytest.mark.parametrize("name", PAGES)
def test_drawings_are_legible_stay_within_and_are_accessible(
    browser: Any, address: str, name: str
) -> None:
    page = _open(browser, address, name, 1280)
    chart = "figure.chart:first-of-type svg" if name in ("ladder", "nvidia") else ".none"
    for width in (390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(LETTERS.replace("PICTURE", chart)) == [], width
        assert page.evaluate(OUTSIDE) == [], width
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(CHECK)
        broken = [(v["id"], [n["html"][:90] for n in v["nodes"]]) for v in found["violations"]]
        assert broken == [], scheme
    page.context.close()


def test_a_box_is_reached_and_opened_by_keyboard(browser: Any, address: str) -> None:
    page = _open(browser, address, "index", 1440)
    page.locator(".form-wide a").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/left-out.html")
    page.context.close()


def test_the_lead_is_wide_on_a_wide_screen(browser: Any, address: str) -> None:
    page = _open(browser, address, "index", 1920)
    box = page.locator(".boundary .form-wide").bounding_box()
    assert 1300 <= box["width"] <= 1344
    page.context.close()
