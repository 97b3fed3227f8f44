"""The page computes what the graphs give in Python, and refuses what is no number."""

from __future__ import annotations

import random
from typing import Any

import pytest

from press import figures
from press.graph import GraphError, Node, evaluate_all, inputs, movable

pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def graphs(published: dict[str, figures.Figure]) -> dict[str, tuple[Node, ...]]:
    return {key: found.graph for key, found in published.items() if found.live}


def test_sixty_random_changes_agree(
    browser: Any, address: str, graphs: dict[str, tuple[Node, ...]]
) -> None:
    known = {}
    for ends in graphs.values():
        moves = set(movable(*ends))
        for part in inputs(*ends):
            place = part.data
            if place.address in moves and place.unit != "date" and place.end == "value":
                known[place.address] = float(part.value)
    roots = {f"{k}@{i}": node for k, ends in graphs.items() for i, node in enumerate(ends)}
    page = browser.new_page()
    page.goto(f"{address}index.html")
    draw = random.Random(18)
    for _ in range(60):
        names = draw.sample(sorted(known), draw.choice([1, 2, 3]))
        changes = {name: known[name] * draw.choice([0.5, 1.25, 2.0]) for name in names}
        try:
            expected = evaluate_all(roots, changes)
        except GraphError:
            continue
        for key, found in page.evaluate("c => window.report.assume(c)", changes).items():
            assert found["value"] == pytest.approx(expected[f"{key}@0"], rel=1e-9), (key, changes)
            ends = sorted(expected[f"{key}@{i}"] for i in (1, 2) if f"{key}@{i}" in expected)
            if ends:
                assert [found["low"], found["high"]] == pytest.approx(ends, rel=5e-3), key
    page.close()


def test_every_live_figure_moves_with_one_of_its_inputs(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}index.html")
    still = page.evaluate("""async () => {
      await report.load();
      const { live, page } = report, answers = {};
      const moves = (key, address, to) => {
        try {
          const answer = answers[`${address} ${to}`] ??= live.answer({ [address]: to }, true);
          if (!answer.touched(key)) return false;
          const [before, after] = [live.published(key), answer.figure(key)];
          return ["value", "low", "high"].some((end) => after[end] !== before[end]);
        } catch { return false; }
      };
      return Object.keys(live.roots).filter((key) => {
        const places = live.inputsOf(key).filter((a) => page.input(a) && live.movable(a));
        return places.length && !places.some((a) => [1.1, 0.5, 3].some((by) => {
          const { published } = page.input(a);
          return moves(key, a, published ? published * by : by);
        }));
      });
    }""")
    page.close()
    assert still == []


def test_what_few_points_give_is_near_what_all_give(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}index.html")
    worst = page.evaluate("""async () => {
      await report.load();
      const { live } = report;
      const changes = [{ "V3-009": 3.42 }, { "assumptions/people.value": 300 },
        { "assumptions/development_factor.value": 10, "V3-004": 4e6 }, { C202: 0.6 }];
      return Math.max(...changes.flatMap((change) => {
        const [few, all] = [true, false].map((quick) => live.answer(change, quick));
        return Object.keys(live.roots).filter((key) => all.touched(key) && all.follows(key))
          .flatMap((key) => ["value", "low", "high"].map((end) => {
            const [a, b] = [few.figure(key)[end], all.figure(key)[end]];
            return b ? Math.abs(a / b - 1) : 0;
          }));
      }));
    }""")
    page.close()
    assert worst < 0.05  # for the half second until all points are drawn


@pytest.mark.parametrize("value", ["", "abc", "1e308", "-1", "NaN", "<script>"])
def test_hostile_values_change_nothing_and_say_why(browser: Any, address: str, value: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}costs.html")
    said = page.evaluate("v => report.assume({'V3-009': v}).catch(e => e.message)", value)
    assert "expected" in said
    assert page.locator(".moved").count() == 0
    page.close()


def test_an_address_with_a_script_is_refused_with_its_reason(browser: Any, address: str) -> None:
    page = browser.new_page()
    alarms: list[str] = []
    page.on("dialog", lambda dialog: alarms.append(dialog.message))
    for text in (
        "V3-009:%3Cscript%3Ealert(1)%3C/script%3E",
        "%3Cimg%20src=x%20onerror=alert(1)%3E",
    ):
        page.goto(f"{address}costs.html?assume={text}")
        page.wait_for_selector(".live-bar:not([hidden])")
        assert "not taken" in page.inner_text(".live-bar")
        assert page.locator(".moved").count() == 0
        assert page.locator(".live-bar :is(script, img)").count() == 0
    assert alarms == []
    page.close()


NUMBERS = "[...document.querySelectorAll('[data-num]')].map((n) => n.textContent)"


def opened(page: Any, key: str) -> None:
    """The panel of a figure, opened as the card's button does."""
    page.evaluate("key => report.load().then(() => report.change(key, document.body))", key)
    page.wait_for_selector(".live-panel:not([hidden])")


def test_a_link_shows_the_same_numbers_elsewhere(browser: Any, address: str) -> None:
    first = browser.new_page()
    first.goto(f"{address}ladder.html")
    first.evaluate("report.assume({'V3-009': 3.42, 'assumptions/people.value': 200})")
    link, numbers = first.evaluate("report.page.link()"), first.evaluate(NUMBERS)
    first.close()
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.wait_for_function("document.documentElement.classList.contains('assumed')")
    page.evaluate("report.assume(report.page.assumed())")
    assert page.evaluate(NUMBERS) == numbers
    assert page.locator("[data-num].moved").count() > 5
    context.close()


def test_slider_field_link_reset_and_print(browser: Any, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}costs.html")
    before = page.evaluate(NUMBERS)
    opened(page, "ladder.v3_rental")
    slider = page.locator(".live-panel input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function("document.querySelectorAll('[data-num].moved').length > 0")
    typed = page.locator(".live-panel input[type=text]").first
    typed.fill("nonsense")
    typed.press("Enter")
    assert "expected a number" in page.inner_text(".live-problem >> nth=0")
    assert typed.get_attribute("aria-invalid") == "true"
    page.click(".live-bar >> text=copy link")
    page.wait_for_function("document.querySelector('.live-status').textContent.includes('copied')")
    assert "assume=" in page.evaluate("navigator.clipboard.readText()")
    page.emulate_media(media="print")
    assert "Not the published edition" in page.inner_text(".live-print")
    page.emulate_media(media="screen")
    page.click(".live-bar >> text=reset")
    assert page.evaluate(NUMBERS) == before
    assert "assume" not in page.url
    context.close()


def test_every_field_has_a_name_and_changes_are_spoken(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}costs.html")
    opened(page, "ladder.staff")
    nameless = page.evaluate("""[...document.querySelectorAll(".live-panel :is(input, button)")]
      .filter((x) => !(x.ariaLabel || x.labels?.length || x.textContent.trim())).length""")
    assert nameless == 0
    assert page.locator(".live-panel[role=dialog][aria-label]").count() == 1
    assert page.locator(".live-value[role=status]").count() == 1
    assert page.locator(".live-bar [role=status]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".live-panel[hidden]").count() == 1
    page.close()


@pytest.mark.parametrize(
    ("value", "spec", "printed"),
    [(3.42, "$.0", "$3.42"), (4.0e5, "$.0M", "$0.4M"), (3.0, "$.0", "$3"), (0.5, "~3x", "0.500")],
)
def test_an_assumed_number_gets_the_digits_that_it_needs(
    browser: Any, address: str, value: float, spec: str, printed: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}costs.html")
    said = page.evaluate(
        "async ([x, s]) => { await report.load(); const { format, clear } = report.formats;"
        " return format(x, clear([x], s, 0.001)); }",
        [value, spec],
    )
    assert said.startswith(printed)
    page.close()


@pytest.mark.parametrize("name", ["index", "ladder", "on-trial"])
def test_what_does_not_follow_says_so(browser: Any, address: str, name: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}{name}.html")
    page.evaluate("report.assume({'assumptions/usd_per_gpu_hour.value': 4})")
    silent = page.evaluate("""[...document.querySelectorAll("figure > figcaption")]
      .filter((caption) => caption.checkVisibility())
      .filter((caption) => !getComputedStyle(caption, "::after").content.includes("published"))
      .map((caption) => caption.textContent)""")
    assert silent == []
    page.close()


def test_the_ladders_chart_follows(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}ladder.html")
    page.evaluate("report.assume({'assumptions/usd_per_gpu_hour.value': 4})")
    figure = page.locator("figure.chart.follows").first
    figure.locator(".chart-wide").focus()
    figure.locator(".vega-host svg").wait_for()
    page.wait_for_timeout(300)
    said = page.evaluate(
        "report.formats.money(report.page.now('ladder.development').after.value, null)"
    )
    assert said in (figure.locator(".vega-host svg").text_content() or "")
    page.evaluate("report.assume({'assumptions/usd_per_gpu_hour.value': 8})")
    page.wait_for_timeout(500)
    again = page.evaluate(
        "report.formats.money(report.page.now('ladder.development').after.value, null)"
    )
    assert again != said
    assert again in (figure.locator(".vega-host svg").text_content() or "")
    page.close()
