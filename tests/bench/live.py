"""How long a reader's change takes to show, with the processor of a phone: four times slower.

From the change of an input to the page laid out again, after the graph is loaded. What is shown
at once comes from few points; *exact* is when all simulations have been drawn again. Needs the
built site and an installed Chromium.
"""

from __future__ import annotations

import statistics
from typing import Any

from tests.bench.pages import on_site

PAGES = ("index", "costs", "ladder", "how-sure", "calculator", "figures")
SLOWER = 4
CHANGE = """async () => {
  const times = [], exact = [];
  for (let n = 0; n < 8; n += 1) {
    const changes = n % 2 ? { "V3-009": 2.5 + n / 10 }
      : { "assumptions/development_factor.value": 4 + n };
    const settled = new Promise((done) => {
      const wait = () => report.page.settled() ? done() : setTimeout(wait, 5);
      setTimeout(wait, 200);
    });
    const start = performance.now();
    report.page.assume(changes);
    document.body.offsetHeight;
    times.push(performance.now() - start);
    await settled;
    exact.push(performance.now() - start);
  }
  report.page.assume({});
  return [times, exact];
}"""


def print_all(browser: Any, address: str) -> None:
    """Print a line for every page: the median and the slowest change, and when it is exact."""
    print(f"{'page, processor a quarter as fast':36}{'median':>10}{'slowest':>10}{'exact':>10}")
    for name in PAGES:
        page = browser.new_page()
        page.goto(f"{address}{name}.html")
        page.evaluate("report.load().then(() => report.page.ready)")
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        times, exact = page.evaluate(CHANGE)
        page.close()
        print(
            f"{name:36}{statistics.median(times):7.0f} ms{max(times):7.0f} ms"
            f"{statistics.median(exact):7.0f} ms"
        )


if __name__ == "__main__":
    on_site(print_all)
