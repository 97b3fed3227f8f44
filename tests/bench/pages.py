"""What a page costs its reader: weight, time to its largest paint, layout shift.

Needs the built site and an installed Chromium, over a connection as fast as this machine's. The
same chapters in Jupyter Book's stock theme weighed 847 kB compressed before a chart was loaded.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from typing import Any

from press.publishing.pdf import chromium
from tests.conftest import SITE, served

PAGES = ("index", "costs", "ladder", "verdicts", "sources", "figures")
OBSERVE = """(() => { window.seen = {paint: 0, shift: 0};
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { seen.paint = e.startTime; }))
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => list.getEntries()
    .forEach((e) => { if (!e.hadRecentInput) seen.shift += e.value; }))
    .observe({type: "layout-shift", buffered: true}); })()"""


def measure(browser: Any, address: str, name: str, width: int) -> tuple[float, float, float, float]:
    """First load and chart library in kB, largest paint in ms, layout shift while scrolling."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.add_init_script(OBSERVE)
    weights = {True: 0, False: 0}

    def weigh(response: Any) -> None:
        body = response.body()
        packed = response.url.endswith(".woff2")
        weights["/vega/" in response.url] += len(body if packed else gzip.compress(body, 9))

    page.on("response", weigh)
    page.goto(f"{address}{name}.html", wait_until="networkidle")
    paint = page.evaluate("seen.paint")
    page.evaluate(
        "async () => { for (let y = 0; y < Math.min(document.body.scrollHeight, 9000); y += 450) {"
        " scrollTo(0, y); await new Promise((done) => setTimeout(done, 60)); } }"
    )
    shift = page.evaluate("seen.shift")
    page.close()
    return weights[False] / 1e3, weights[True] / 1e3, paint, shift


def on_site(work: Callable[[Any, str], None]) -> None:
    """Work with Chromium and the address of the built site, or a line on what it needs."""
    found = chromium()
    if found is None or not (SITE / "index.html").exists():
        print("needs _build/html (make book) and an installed Chromium", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, served(SITE) as address:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        work(browser, address)
        browser.close()


def print_all(browser: Any, address: str) -> None:
    """Print a line for every page, on a desktop and on a phone."""
    print(f"{'page':22}{'first load':>12}{'charts':>10}{'largest paint':>16}{'layout shift':>14}")
    for name in PAGES:
        for width in (1280, 390):
            first, charts, paint, shift = measure(browser, address, name, width)
            print(
                f"{name + f' at {width}':22}{first:9.0f} kB{charts:7.0f} kB"
                f"{paint:13.0f} ms{shift:14.3f}"
            )


if __name__ == "__main__":
    on_site(print_all)
