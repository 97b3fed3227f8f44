"""Nothing is cut: tables on a desktop and on paper, formulas and code on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

REGISTERS = {"figures", "sources", "reference", "search", "404"}
"""Pages without tables, and long."""
PAPER = 642
"""Width of the text on A4 with the margins of the style sheet [px]."""
CUT = """(which) => [...document.querySelectorAll(which)]
  .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.getAttribute("aria-label") ?? box.textContent.slice(0, 40)}: `
    + `${box.scrollWidth - box.clientWidth} px`)"""
WIDER = """(paper) => [...document.querySelectorAll(".data-table table")]
  .filter((table) => table.offsetWidth > paper)
  .map((table) => `${table.caption?.textContent}: ${table.offsetWidth} px`)"""


@pytest.mark.site
@pytest.mark.browser
def test_no_table_formula_or_code_is_cut(browser: Any, address: str, site: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    cut: list[tuple[str, str, list[str]]] = []
    for path in sorted(site.glob("*.html")):
        if path.stem in REGISTERS:
            continue
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(media="screen")
        page.goto(f"{address}{path.name}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        cut.append((path.stem, "desktop", page.evaluate(CUT, ".data-table, pre")))
        page.set_viewport_size({"width": 390, "height": 800})
        cut.append((path.stem, "phone", page.evaluate(CUT, "div.math, pre")))
        page.set_viewport_size({"width": PAPER, "height": 900})
        page.emulate_media(media="print")
        cut.append((path.stem, "paper", page.evaluate(WIDER, PAPER + 1)))
    page.close()
    assert [one for one in cut if one[2]] == []
