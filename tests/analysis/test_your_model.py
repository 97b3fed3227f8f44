"""The page *Your model* and the tutorial: the same digits as the command, and sound tables."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest

from analysis.architecture import describe
from analysis.charts.your_model import your_model
from analysis.runs.own import Run, price_run
from analysis.runs.page import page_data
from analysis.runs.tutorial import OURS, backtest_frame, tools_frame
from press.facts import Facts
from press.simulation import BITS, Points, spans, uniforms

FACTS = Facts()
RECORDED = json.loads(
    (Path(__file__).parents[1] / "data" / "model_counts.json").read_text(encoding="utf-8")
)
CONFIGS = {name: case["config"] for case in RECORDED["published"] for name in case["names"]}
SETTINGS: list[dict[str, Any]] = [
    {"model": "deepseek-v3", "tokens": 14.8, "chip": "h800-sxm5", "gpus": 2048},
    {"model": "qwen3-30b-a3b", "tokens": 15, "chip": "h100-sxm5", "gpus": 1024, "mfu": 0.4},
    {"model": "llama-3.1-405b", "tokens": 15.6, "chip": "h100-sxm5", "days": 54, "price": 2.5},
    {"model": "gpt-oss-120b", "tokens": 30, "chip": "b200", "people": 60, "months": 9},
    {"model": "kimi-k2", "tokens": 15.5, "chip": "mi300x", "gpus": 4096, "start": "2026-03-01"},
    {"model": "glm-5", "tokens": 28, "chip": "tpu-v5p", "price": 3.2},
    {"model": "", "active": 32, "tokens": 6, "chip": "h200-sxm", "gpu_hours": 1050000},
    {"model": "", "flop": 250, "tokens": 9, "chip": "a100-sxm4-80gb", "people": 5, "months": 3,
     "pay": 250000, "mfu": 0.35, "price": 1.5},
]  # fmt: skip
CHIPS = {row["key"] for row in FACTS.table("training_chips").rows}


def expected(given: dict[str, Any]) -> dict[str, Any]:
    """What the command prices for these fields."""
    known = dict(given)
    model, chip = known.pop("model"), known.pop("chip")
    counts = FACTS.table("known_models").by_key.get(model)
    active, flop = known.pop("active", None), known.pop("flop", None)
    if counts is not None:
        per_token = float(counts["training_flops_per_token"])
    else:
        per_token = flop * 1e9 if flop else 6e9 * active
    if day := known.pop("start", None):
        since = str(FACTS.row("training_chips", chip)["available_from"])
        days = (np.datetime64(day) - np.datetime64(since)).astype(int)
        known["started"] = float(days) / 365.25
    return price_run(FACTS, Run(per_token, known.pop("tokens") * 1e12, chip, **known))


@pytest.mark.parametrize("row", FACTS.table("known_models").rows, ids=lambda row: row["key"])
def test_known_models_are_counted_again(row: Any) -> None:
    made = describe(CONFIGS[row["repository"]])
    assert row["model_type"] == made["model_type"]
    for key in ("total_parameters", "active_parameters", "training_flops_per_token"):
        assert row[key] == pytest.approx(made[key], abs=0.5), key
    assert row["kv_cache_bytes_per_token"] == pytest.approx(made["kv_cache_bytes_per_token"], abs=1)


def test_fifteen_points_give_all() -> None:
    """A scrambled Sobol sequence is linear over its bits: what the script draws is what we draw."""
    cube = uniforms(4, Points(14, 20_241_226))
    first, *steps = np.array(spans(4, Points(14, 20_241_226))).T
    for i in (0, 1, 3, 12_345, 16_383):
        made = first.copy()
        for bit, step in enumerate(steps):
            if (i ^ i >> 1) >> bit & 1:
                made ^= step
        assert made / 2**BITS == pytest.approx(cube[i])


def test_the_form_opens_with_v3_and_every_chip() -> None:
    data = page_data(FACTS)
    assert {chip["key"] for chip in data["chips"]} == CHIPS
    assert data["start"]["model"] in {model["key"] for model in data["models"]}
    needed = {name for asks in data["asks"].values() for name in asks}
    given = {"flop", "gpus", "people", "months", "usd_per_gpu_hour"}
    for chip in data["chips"]:
        assert needed - given <= {*data["shared"], *chip["inputs"]}
    page = your_model(FACTS)._repr_html_()
    assert page.count("<label>") == page.count("<input") + page.count("<select")
    assert "</script" not in page.split("</script>", 1)[0]


def test_the_tables_of_the_tutorial() -> None:
    frame = backtest_frame(FACTS)
    assert len(frame) == len(set(frame["Run"])) > 30
    tools = tools_frame(FACTS)
    assert set(tools.loc[tools["Tool"] == OURS, "÷ ours"]) == {1.0}
    assert tools["Tool"].nunique() == 4


@pytest.mark.parametrize("row", FACTS.table("side_by_side").rows, ids=lambda row: row["key"])
def test_our_answers_beside_the_others_are_todays(row: Any) -> None:
    if row["tool"] != OURS:
        return
    dense = row["model"].startswith("Llama")
    config = CONFIGS["meta-llama/Meta-Llama-3.1-8B" if dense else "Qwen/Qwen3-30B-A3B"]
    made = describe(config)
    run = Run(made["training_flops_per_token"], 15e12, "H100", gpus=1024, mfu=0.4, price=2.0)
    priced = price_run(FACTS, run)
    answers = {
        "parameters": made["total_parameters"],
        "cache of 4,096 tokens": made["kv_cache_bytes_at_context"],
        "FLOPs of training a token": made["training_flops_per_token"],
        "chip-hours of the run": priced["gpu_hours"],
        "cost of the run": next(r["value"] for r in priced["rungs"] if r["key"] == "run.rental"),
    }
    assert row["answer"] == pytest.approx(answers[row["question"]], rel=1e-3)


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    yield context.new_page()
    context.close()


def shown(page: Any) -> dict[str, tuple[float, float, float]]:
    """The rungs of the table, as the script holds them."""
    rows = page.evaluate(
        "[...document.querySelectorAll('#your-ladder tbody tr[data-key]')].map((r) =>"
        " [r.dataset.key, +r.dataset.value, +r.dataset.low, +r.dataset.high])"
    )
    return {key: (value, low, high) for key, value, low, high in rows}


@pytest.mark.site
@pytest.mark.browser
@pytest.mark.parametrize("given", SETTINGS, ids=lambda given: f"{given['model']} {given['chip']}")
def test_the_page_prices_as_the_command(page: Any, address: str, given: dict[str, Any]) -> None:
    assert given["chip"] in CHIPS
    page.goto(f"{address}your-model.html#{urlencode(given)}")
    page.wait_for_selector("#own-run:not([hidden])")
    found = shown(page)
    wanted = {r["key"]: (r["value"], r["low"], r["high"]) for r in expected(given)["rungs"]}
    assert set(found) == set(wanted)
    for key, numbers in wanted.items():
        assert found[key] == pytest.approx(numbers, rel=1.01e-3), key  # the fourth digit may turn


def drawn(draw: random.Random) -> dict[str, Any]:
    """A run that the form takes, with as much given as chance will have it."""
    chip = draw.choice(FACTS.table("training_chips").rows)["key"]
    rented = any(rent["usual"] for rent in FACTS.rows("chip_rents", chip=chip))
    models = [row["key"] for row in FACTS.table("known_models").rows]
    given: dict[str, Any] = {"model": draw.choice([*models, ""]), "chip": chip}
    given["tokens"] = round(10 ** draw.uniform(-2, 1.5), 4)
    if not given["model"]:
        given[draw.choice(["active", "flop"])] = draw.randint(1, 400)
    if not rented or draw.random() < 0.5:
        given["price"] = round(draw.uniform(0.5, 9), 2)
    given |= draw.choice([{}, {"gpus": draw.randint(8, 20_000)}, {"days": draw.randint(2, 200)}])
    given |= draw.choice([{}, {"mfu": 0.31}, {"gpu_hours": draw.randint(1_000, 10**7)}])
    if draw.random() < 0.5:
        given |= {"people": draw.randint(2, 900), "months": draw.randint(1, 20)}
        given |= draw.choice([{}, {"pay": draw.randint(50_000, 900_000)}])
    return given | draw.choice([{}, {"start": f"{draw.randint(2019, 2026)}-03-01"}])


@pytest.mark.site
@pytest.mark.browser
def test_page_and_command_agree_on_random_runs(page: Any, address: str) -> None:
    """The script repeats the formulas of ``analysis.costs.own``: here they meet sixty times."""
    draw = random.Random(19)
    page.goto(f"{address}your-model.html")
    page.wait_for_selector("#own-run:not([hidden])")
    for _ in range(60):
        given = drawn(draw)
        page.evaluate(
            "(there) => new Promise((done) => { addEventListener('hashchange',"
            " () => setTimeout(done), { once: true }); location.hash = there; })",
            urlencode(given),
        )
        made = expected(given)
        found = shown(page)
        assert set(found) == {rung["key"] for rung in made["rungs"]}, given
        for rung in made["rungs"]:
            numbers = [rung[end] for end in ("value", "low", "high")]
            assert found[rung["key"]] == pytest.approx(numbers, rel=1.01e-3), (given, rung["key"])


@pytest.mark.site
@pytest.mark.browser
def test_a_link_a_table_and_a_citation(page: Any, address: str) -> None:
    page.goto(f"{address}your-model.html")
    page.select_option("[name=model]", "gpt-oss-120b")
    page.fill("[name=tokens]", "20")
    there = shown(page)
    link = page.evaluate("location.href")
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("#own-run:not([hidden])")
    assert shown(page) == there
    assert "run.rental" in page.get_attribute("#own-run .csv", "href")
    assert page.inner_text(".your-command").startswith("costof cost gpt-oss-120b --tokens 20e12")
    page.fill("[name=mfu]", "7")
    assert "at most 1" in page.inner_text(".your-notes")
    assert shown(page) == {}
    page.click("#own-run [type=reset]")
    assert page.input_value("[name=model]") == "deepseek-v3"
    page.click("#own-run [data-cite]")
    page.wait_for_function("document.querySelector('#own-run [role=status]').textContent")
