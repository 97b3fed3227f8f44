"""The specification curve: all combinations, once each, and what would leave the range."""

from __future__ import annotations

import json
import math
import time
from collections import Counter

import numpy as np
import pytest

from analysis.assumptions import distribution, medians
from analysis.costs.ladder import with_people
from analysis.costs.specifications import Option, curve
from analysis.costs.uncertainty import Distribution
from analysis.figures import how_sure
from press import figures
from press.facts import Facts


def test_every_combination_once(facts: Facts) -> None:
    found = how_sure.specifications(facts)
    rows = facts.rows("choices", runs=True)
    options = Counter(row["choice"] for row in rows)
    assert set(options) == set(how_sure.CHOICES)
    assert len(found) == math.prod(options.values())
    assert len({tuple(found.keys(i)) for i in range(len(found))}) == len(found)
    assert len(found) == figures.value("how_sure.specifications", facts)


def test_one_default_a_choice_and_the_default_is_the_ladder(facts: Facts) -> None:
    defaults = Counter(r["choice"] for r in facts.table("choices").rows if r["default"])
    assert set(defaults.values()) == {1}
    found = how_sure.specifications(facts)
    keys = {r["key"] for r in facts.table("choices").rows if r["default"]}
    (place,) = (i for i in range(len(found)) if set(found.keys(i)) <= keys)
    rung = figures.evaluate("ladder.staff", facts)
    assert found.median[place] == pytest.approx(rung.value, rel=5e-3)
    assert (found.low[place], found.high[place]) == pytest.approx((rung.low, rung.high), rel=3e-2)


def test_a_specification_by_hand(facts: Facts) -> None:
    """Olmo 3's ratio, DeepSeek's price, SemiAnalysis's staff, a year, with V2."""
    found = how_sure.specifications(facts)
    wanted = ["ratio.olmo3", "price.deepseek", "people.semianalysis", "pay.lambert", "months.year"]
    (place,) = (i for i in range(len(found)) if found.keys(i) == [*wanted, "scope.v2"])
    compute = 2 * (2.788e6 * (1 / 0.178) + 147_336 + 8.1e12 / 1e12 * 172_800)
    assert found.median[place] == pytest.approx(compute + 150 * 10e6 / 139, rel=0.01)


def test_every_option_has_somebody_and_a_source(facts: Facts) -> None:
    sources = facts.table("sources").by_key
    for row in facts.table("choices").rows:
        assert row["source"] in sources, row["key"]
        if row["runs"]:
            assert row["defended_by"] != "nobody", row["key"]
            assert row["evidence"] != "unverified", row["key"]
    ratios = {r["key"] for r in facts.table("development_ratios").rows}
    run = {r["key"].split(".")[1] for r in facts.rows("choices", choice="ratio", runs=True)}
    assert run == ratios | {"weighted"}


def test_shares_are_counts(facts: Facts) -> None:
    value = {key: figures.value(key, facts) for key in figures.keys() if key.startswith("how_sure")}
    steps = [value[f"how_sure.below_{n}m"] for n in (10, 20, 50, 100)]
    assert steps == sorted(steps)
    assert value["how_sure.below_100m"] + value["how_sure.above_100m"] == pytest.approx(1)
    parts = [value[f"how_sure.{name}"] for name in ("below_range", "inside", "above_range")]
    assert sum(parts) == pytest.approx(1)
    assert all(round(s * value["how_sure.specifications"], 6) % 1 == 0 for s in steps)


def test_the_ladders_range_is_what_the_curve_supports(facts: Facts) -> None:
    """The published range holds most combinations, and leaves about as many on either side."""
    assert figures.value("how_sure.inside", facts) > 0.8
    below, above = (figures.value(f"how_sure.{k}_range", facts) for k in ("below", "above"))
    assert max(below, above) < 2 * min(below, above) + 0.02
    found = figures.evaluate("how_sure.curve", facts)
    assert found.value == pytest.approx(figures.value("ladder.staff", facts), rel=0.1)


@pytest.mark.parametrize("target", [100, 500])
def test_what_it_takes_takes_it_there(target: int, facts: Facts) -> None:
    x = medians(facts, with_people)
    for key, name in (("ratio", "development_factor"), ("price", "usd_per_gpu_hour")):
        needed = figures.value(f"how_sure.{key}_for_{target}m", facts)
        assert with_people({**x, name: needed}) == pytest.approx(target * 1e6)
    people = figures.value(f"how_sure.people_for_{target}m", facts)
    assert with_people({**x, "people": people}) == pytest.approx(target * 1e6)
    pay = (
        figures.value(f"how_sure.pay_for_{target}m", facts)
        * distribution(facts, "cny_per_usd").median
    )
    assert with_people({**x, "cny_per_person_year": pay}) == pytest.approx(target * 1e6)


def test_correlation_widens(facts: Facts) -> None:
    alone, ours, strong = (
        figures.evaluate(key, facts)
        for key in ("how_sure.independent", "ladder.staff", "how_sure.strongly_correlated")
    )
    widths = [math.log(f.high / f.low) for f in (alone, ours, strong)]
    assert widths == sorted(widths)


def test_all_combinations_in_two_seconds(facts: Facts) -> None:
    how_sure.specifications(facts)  # imports are not counted
    curve.cache_clear()
    start = time.process_time()
    how_sure.specifications(facts)
    assert time.process_time() - start < 2


def test_options_of_one_choice_share_their_points() -> None:
    """A fixed option moves no other input: the same combination gives the same draws."""
    wide = Distribution("uniform", 0, 1, 2)
    base = (("a", wide), ("b", wide))
    options = (Option("x.own", (("a", wide),)), Option("x.one", (("a", Distribution.fixed(1.0)),)))
    found = curve(lambda x: x["b"] + 0 * x["a"], (options,), base)
    assert np.ptp(found.median) == 0


def test_the_command_prints_every_specification(capsys: pytest.CaptureFixture[str]) -> None:
    from press.main import main

    assert main(["specifications", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert len(made) == figures.value("how_sure.specifications")
    assert list(made[0]) == ["choices", "median", "low", "high"]
    assert list(made[0]["choices"]) == list(how_sure.CHOICES)
    assert all(row["low"] <= row["median"] <= row["high"] for row in made)
    assert [r["median"] for r in made] == sorted(r["median"] for r in made)
    assert main(["specifications"]) == 0
    assert "from V2 to V3" in capsys.readouterr().out


def test_contradictory_correlations_stop_the_figure(facts: Facts) -> None:
    bent = Facts(overrides={f"correlations/{key}.rank_correlation": rank for key, rank in BENT})
    with pytest.raises(figures.FigureError, match="contradict each other"):
        figures.evaluate("ladder.staff", bent)


BENT = (
    ("development_factor~people", 0.95),
    ("development_factor~project_years", 0.95),
    ("people~project_years", -0.95),
)
