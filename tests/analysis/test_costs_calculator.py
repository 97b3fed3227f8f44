"""The calculator: its sliders and the package give the same numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import vl_convert

from analysis.assumptions import calculator_settings, medians
from analysis.charts.calculator import RUNGS, SLIDERS, calculator_chart, rounded
from analysis.costs.calculator import Known, ladder_for
from analysis.costs.ladder import development, with_people
from press import figures
from press.facts import Facts


def settings_to_try(count: int = 20) -> list[dict[str, float]]:
    """Random positions of all sliders, on their steps; the same every time."""
    draw = np.random.default_rng(7)
    return [
        rounded({s.name: float(draw.uniform(s.least, s.most)) for s in SLIDERS})
        for _ in range(count)
    ]


def spoken(svg: str) -> dict[str, float]:
    """The value that each dot of the chart tells a screen reader."""
    found = re.findall(r'aria-label="([^"]+): ([\d.]+) US dollars"', svg)
    return {words: float(number) for words, number in found}


def drawn(spec: dict[str, Any], settings: dict[str, float]) -> dict[str, float]:
    """The chart's values when its sliders stand at ``settings``, computed by Vega itself."""
    params = [{**p, "value": settings[p["name"]]} for p in spec["params"]]
    bare = {k: v for k, v in spec.items() if k != "usermeta"} | {"params": params, "width": 600}
    return spoken(vl_convert.vegalite_to_svg(bare))


@pytest.fixture(scope="module")
def opening() -> tuple[dict[str, float], Known]:
    return calculator_settings(Facts())


def test_vega_and_the_package_agree_at_twenty_settings(
    opening: tuple[dict[str, float], Known],
) -> None:
    spec = calculator_chart(*opening).to_dict()
    for settings in [rounded(opening[0]), *settings_to_try()]:
        expected = ladder_for(settings, opening[1])
        found = drawn(spec, settings)
        assert set(found) == set(RUNGS.values())
        for name, words in RUNGS.items():
            assert found[words] == pytest.approx(expected[name], rel=1e-3, abs=1), settings


def test_it_opens_at_the_reports_price_and_the_ladders_medians(
    opening: tuple[dict[str, float], Known], facts: Facts
) -> None:
    found = ladder_for(*opening)
    assert found["run"] == figures.value("ladder.v3_rental")
    x = medians(facts, with_people) | {"usd_per_gpu_hour": facts.value("V3-009")}
    assert found["development"] == pytest.approx(development(x))
    assert found["staff"] == pytest.approx(with_people(x))


def test_failed_runs_have_one_meaning(opening: tuple[dict[str, float], Known]) -> None:
    assert "failed" not in {slider.name for slider in SLIDERS}  # they are in the factor
    settings, known = opening
    without = ladder_for({**settings, "factor": 1.0}, known)
    r1 = known.r1_gpu_hours * settings["price"]
    assert without["development"] == pytest.approx(without["run"] + r1)


def test_first_values_stand_on_the_sliders(opening: tuple[dict[str, float], Known]) -> None:
    exact, shown = opening[0], rounded(opening[0])
    assert set(exact) == {s.name for s in SLIDERS}
    for slider in SLIDERS:
        assert slider.least <= shown[slider.name] <= slider.most
        steps = (shown[slider.name] - slider.least) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6)
        assert abs(shown[slider.name] - exact[slider.name]) <= slider.step / 2 + 1e-9


def test_directions(opening: tuple[dict[str, float], Known]) -> None:
    settings, known = opening
    usual = ladder_for(settings, known)

    def moved(name: str, factor: float) -> dict[str, float]:
        return ladder_for({**settings, name: settings[name] * factor}, known)

    for name in ("price", "hours"):
        assert moved(name, 2)["run"] == pytest.approx(2 * usual["run"])
    assert moved("gpus", 3)["fleet"] == pytest.approx(3 * usual["fleet"])
    assert moved("gpus", 3)["owned"] == pytest.approx(usual["owned"])
    assert moved("busy", 0.5)["owned"] == pytest.approx(2 * usual["owned"])
    assert moved("power", 2)["fleet"] > usual["fleet"]
    assert moved("people", 0)["staff"] == usual["development"]
    assert moved("factor", 1.5)["run"] == usual["run"]


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    opened = context.new_page()
    opened.goto(f"{address}calculator.html", wait_until="load")
    opened.wait_for_selector(".vega-bind input[name=price]")
    yield opened
    context.close()


def move(page: Any, settings: dict[str, float]) -> dict[str, float]:
    page.evaluate(
        """(settings) => Object.entries(settings).forEach(([name, value]) => {
            const input = document.querySelector(`.vega-bind input[name=${name}]`);
            input.value = value;
            for (const kind of ['input', 'change'])
                input.dispatchEvent(new Event(kind, { bubbles: true }));
        })""",
        settings,
    )
    page.wait_for_timeout(80)
    return spoken(page.inner_html(".vega-host"))


@pytest.mark.site
@pytest.mark.browser
def test_twenty_settings_in_a_browser(page: Any, opening: tuple[dict[str, float], Known]) -> None:
    for settings in settings_to_try():
        found, expected = move(page, settings), ladder_for(settings, opening[1])
        for name, words in RUNGS.items():
            assert found[words] == pytest.approx(expected[name], rel=1e-3), settings


@pytest.mark.site
@pytest.mark.browser
def test_reset_and_a_link_that_keeps_the_values(page: Any, address: str) -> None:
    first = spoken(page.inner_html(".vega-host"))
    there = move(page, {"price": 3.42, "years": 5})
    assert there != first
    link = page.evaluate("location.href")
    assert "price=3.42" in link
    assert "years=5" in link
    page.goto(f"{address}costs.html")
    page.goto(link)
    page.wait_for_selector("#calculator-tools:not([hidden])")
    page.wait_for_timeout(200)
    assert spoken(page.inner_html(".vega-host")) == there
    page.click("[data-reset]")
    page.wait_for_timeout(200)
    assert spoken(page.inner_html(".vega-host")) == first
    assert "#" not in page.evaluate("location.href")
