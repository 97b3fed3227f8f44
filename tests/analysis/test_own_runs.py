"""Your model, your run: the ladder for any run, its defaults, questions and the backtest."""

from __future__ import annotations

import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.architecture import flops_per_token
from analysis.costs import own
from analysis.costs.uncertainty import input_names
from analysis.runs import utilisation
from analysis.runs.own import Run, UnlikelyError, chip, price_run
from press.facts import Facts
from press.main import main
from press.schemas import names, schema

ROOT = Path(__file__).parents[2]
jsonschema = pytest.importorskip("jsonschema")
FACTS = Facts()
V3 = flops_per_token(FACTS.config("deepseek-v3"))
BASE = {"flop_per_token": V3, "tokens": 14.8e12, "chip": "H800"}
RECORDED = json.loads(
    (Path(__file__).parents[1] / "data" / "architecture_counts.json").read_text(encoding="utf-8")
)
CONFIGS = {case["name"]: case["config"] for case in RECORDED["cases"]}


def price(**known: Any) -> dict[str, Any]:
    return price_run(FACTS, Run(**(BASE | known)))


def rung(made: dict[str, Any], key: str) -> dict[str, Any]:
    (found,) = [r for r in made["rungs"] if r["key"] == key]
    return found


# V3 itself, by its own numbers.


def test_v3_by_its_own_numbers_is_v3() -> None:
    hours = FACTS.value("V3-004")
    made = price(gpu_hours=hours, price=2.0, gpus=2048, people=150, months=7.8, started=1.7)
    assert made["gpu_hours"] == pytest.approx(hours)
    assert made["days"] == pytest.approx(hours / 2048 / 24)
    assert rung(made, "run.report_price")["value"] == pytest.approx(5_576_000)
    assert rung(made, "run.rental")["value"] == pytest.approx(5_576_000)
    for key in ("run.amortised", "run.cluster"):  # H100 server at launch, network by its share
        found = rung(made, key)
        assert found["value"] == pytest.approx(found["v3"]["value"], rel=0.35), key
        assert found["low"] < found["v3"]["value"] < found["high"], key


def test_the_official_utilisation_gives_the_official_hours() -> None:
    """38.94 % of the BF16 peak: 2.664 million GPU-hours of pre-training (ISCA paper, Table 4)."""
    assert price(mfu=0.3894)["gpu_hours"] == pytest.approx(2.664e6, rel=0.01)


# What makers published. Utilisations are those that the hours imply, so they are no news.


@pytest.mark.parametrize(
    ("name", "tokens", "chip_name", "published"),
    [
        ("llama-3.1-405b", 15.6e12, "H100", 30_840_000),
        ("deepseek-v2", 8.1e12, "H800", 172_800 * 8.1),
    ],
)
def test_published_hours_lie_in_the_range(
    name: str, tokens: float, chip_name: str, published: float
) -> None:
    flop = flops_per_token(FACTS.config(name))
    made = price_run(FACTS, Run(flop, tokens, chip_name))
    low, high = made["gpu_hours_low"], made["gpu_hours_high"]
    assert low * 0.85 <= published <= high * 1.15, (low, published, high)


def test_gpt_oss_needs_fewer_tokens_than_a_guess() -> None:
    """2.1 million H100-hours are published, tokens are not: the range says how many fit."""
    flop = flops_per_token(CONFIGS["gpt-oss-120b"])
    hours = price_run(FACTS, Run(flop, 1e12, "H100"))
    tokens = 2.1e6 / hours["gpu_hours"]
    assert 30 < tokens < 90  # trillions, at the usual utilisation: high, or the chips were idle


def test_kimi_k2_has_the_flops_that_epoch_counts() -> None:
    """2.976e24 by 6ND; ours counts attention and all that a token uses."""
    flop = flops_per_token(CONFIGS["Kimi-K2"]) * 15.5e12
    (row,) = FACTS.rows("training_runs", run="kimi-k2")
    assert flop == pytest.approx(row["flop_reported"], rel=0.15)


def test_olmo_3_at_its_published_hours() -> None:
    """About 1.05 million H100-hours for 32B: what the same hours cost on each definition."""
    (row,) = FACTS.rows("training_runs", run="olmo-3-32b")
    made = price(chip="H100", gpu_hours=row["chip_hours"], gpus=row["chips"])
    assert made["days"] == pytest.approx(42.7, abs=0.1)  # of the 56 that passed
    assert rung(made, "run.report_price")["value"] == pytest.approx(2.1e6)
    assert "~681 MWh" in row["quote"]
    chips_alone = row["chip_hours"] * 0.7 * 0.75  # kWh; ours has servers and building as well
    assert chips_alone < 681_000 < made["energy_kwh"]


# Order, range, definitions.


def test_the_rungs_are_those_of_the_table_each_beside_v3s() -> None:
    rows = FACTS.table("run_ladder").rows
    assert {row["key"] for row in rows} == set(own.RUNGS)
    assert {row["v3"] for row in rows} <= {row["key"] for row in FACTS.table("ladder").rows}
    made = price(people=100, months=6, gpus=1000)
    assert [r["key"] for r in made["rungs"]] == [row["key"] for row in rows]
    for found in made["rungs"]:
        assert found["low"] <= found["value"] <= found["high"]
        assert found["definition"]
    assert rung(made, "run.development")["value"] > rung(made, "run.rental")["value"]
    assert rung(made, "run.staff")["value"] > rung(made, "run.development")["value"]


def test_every_default_is_listed_with_its_source() -> None:
    made = price()
    listed = {default["input"] for default in made["defaults"]}
    wanted = {
        name for key in ("run.amortised", "run.rental") for name in input_names(own.RUNGS[key])
    }
    given = {"flop", "peak_flop_per_s", "server_watts_per_gpu"}
    assert wanted - given <= listed
    assert all(default["why"] and default["source"] for default in made["defaults"])
    known = price(mfu=0.4, price=3.0, started=1.0)
    gone = {"mfu", "usd_per_gpu_hour", "years_owned"}
    assert listed - {default["input"] for default in known["defaults"]} == gone


@settings(max_examples=20, deadline=None)
@given(st.floats(1e9, 1e14), st.floats(0.05, 0.6))
def test_hours_follow_tokens_and_utilisation(tokens: float, mfu: float) -> None:
    made = price(tokens=tokens, mfu=mfu)
    peak = FACTS.row("training_chips", "h800-sxm5")["peak_flop_per_s"]
    assert made["gpu_hours"] == pytest.approx(V3 * tokens / (peak * mfu * 3600))
    assert made["gpu_hours_low"] == made["gpu_hours_high"] == made["gpu_hours"]
    days = price(tokens=tokens, mfu=mfu, days=30)
    assert days["gpus"] * 30 * 24 == pytest.approx(made["gpu_hours"])


def test_a_chip_without_published_power_leaves_electricity_out() -> None:
    made = price(chip="tpu-v5p", price=4.0)
    assert made["energy_kwh"] is None
    assert any("no power published" in default["why"] for default in made["defaults"])


@pytest.mark.parametrize("row", FACTS.table("training_chips").rows, ids=lambda row: row["key"])
def test_every_chip_can_be_priced(row: Any) -> None:
    made = price(chip=row["name"], price=None if _rented(row["key"]) else 1.0)
    assert made["chip"] == row["key"]
    assert made["rungs"]


def _rented(key: str) -> bool:
    return any(rent["chip"] == key and rent["usual"] for rent in FACTS.table("chip_rents").rows)


def test_rents_name_chips_and_one_usual_price_each() -> None:
    rents = FACTS.table("chip_rents").rows
    chips = {row["key"] for row in FACTS.table("training_chips").rows}
    assert {rent["chip"] for rent in rents} <= chips
    usual = [rent["chip"] for rent in rents if rent["usual"]]
    assert len(usual) == len(set(usual)) == len({rent["chip"] for rent in rents})


# Questions and refusals.


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"mfu": 0.9}, "--mfu: found 0.9, expected 0.02 to 0.7"),
        ({"price": 1e9}, "--price: found 1e+09, expected 0.1 to 100"),
        ({"tokens": 1e18}, "--tokens: found 1e+18"),
        ({"gpus": 1e9}, "--gpus: found 1e+09"),
    ],
)
def test_what_nobody_has_seen_is_questioned(known: dict[str, float], words: str) -> None:
    with pytest.raises(UnlikelyError) as caught:
        price(**known)
    assert str(caught.value).startswith(words)
    assert "add --sure if it is meant" in str(caught.value)
    assert price_run(FACTS, Run(**(BASE | known)), sure=True)["gpu_hours"] > 0


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"mfu": 40}, "--mfu: found 40, expected a share of at most 1"),
        ({"mfu": 0}, "--mfu: found 0, expected a number above 0"),
        ({"tokens": -1}, "--tokens: found -1"),
        ({"tokens": float("nan")}, "--tokens: found nan"),
        ({"price": float("inf")}, "--price: found inf"),
        ({"gpus": 8, "days": 3}, "--gpus and --days: found both"),
        ({"gpu_hours": 1e6, "mfu": 0.4}, "--gpu-hours and --mfu: found both"),
        ({"people": 60}, "--people: found without --months"),
        ({"months": 6}, "--months: found without --people"),
        ({"pay": 1e5}, "--pay: found without --people"),
        ({"chip": "H10"}, "did you mean 'h100-sxm5'?"),
        ({"chip": "abacus"}, "expected one of v100, tpu-v3"),
        ({"chip": "tpu-v5p"}, "no list price of TPU v5p; give the price"),
    ],
)
def test_what_cannot_be_is_refused(known: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are checked
        price(**known)
    assert words in str(caught.value)


def test_chips_are_known_however_they_are_written() -> None:
    for text in ("H100-SXM5", "h100 sxm5", "H100", "nvidia h100", "NVIDIA-H100-SXM5"):
        assert chip(FACTS, text)["key"] == "h100-sxm5"
    assert chip(FACTS, "Google TPU v6e")["key"] == "tpu-v6e"


# The backtest: each run predicted from the others.


def test_backtest_shows_every_run_and_its_error() -> None:
    found = utilisation.backtest(FACTS)
    assert len(found) == len(utilisation.implied(FACTS)) > 30
    errors = [abs(row["ratio"] - 1) for row in found]
    assert statistics.median(errors) < 0.25
    assert max(errors) < 0.9  # Falcon, whose hours are "about 7 million"
    assert sum(row["inside"] for row in found) / len(found) > 0.75


def test_a_run_is_predicted_without_itself() -> None:
    row = FACTS.row("training_chips", "h800-sxm5")
    whole, _ = utilisation.default(FACTS, row)
    without, why = utilisation.default(FACTS, row, without="deepseek-v3")
    assert whole.central != without.central
    assert "H100 and H800" in why or "H800 and H100" in why  # two runs are too few


def test_new_chips_take_the_utilisation_of_the_generation_before() -> None:
    for key in ("b200", "mi300x", "tpu-v6e"):
        _, why = utilisation.default(FACTS, FACTS.row("training_chips", key))
        assert "H100" in why
        assert "fewer than 3 are published" in why


# The command, its JSON and its schemas; import analysis.


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("model", ["model", "CONFIG"]),
        ("cost", ["cost", "CONFIG", "--tokens", "1e12", "--chip", "H100", "--gpus", "64"]),
        ("cost", ["cost", "deepseek-v3", "--tokens", "1e13", "--chip", "tpu-v5p", "--price", "2"]),
        ("backtest", ["cost", "--backtest"]),
        ("price-runs", ["price-runs", "tests/data/epoch_runs.csv"]),
        ("facts", ["facts", "v3"]),
        ("figures", ["figures", "costs.rental_total"]),
        ("what-if", ["what-if", "V3-009=4"]),
        ("specifications", ["specifications"]),
        ("claims", ["claims"]),
    ],
)
def test_output_keeps_to_its_schema(
    name: str,
    arguments: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIGS["Qwen3-8B"]), encoding="utf-8")
    given = [str(path) if word == "CONFIG" else word for word in arguments]
    made = json.loads(run(capsys, *given, "--json"))
    jsonschema.validate(made, schema(name))
    if isinstance(made, dict):
        assert made["schema"] == schema(name)["$id"]


def test_every_command_with_json_has_a_schema() -> None:
    text = "".join(
        p.read_text("utf-8") for d in ("press", "analysis") for p in ROOT.glob(f"{d}/*.py")
    )
    commands = set(re.findall(r'add\(subs, "([\w-]+)", \w+, json=True\)', text))
    assert {"model", "figures", "claims"} < commands
    assert commands | {"backtest"} == {name.partition("/")[0] for name in names()}


def test_schemas_are_listed_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "schema").split() == names()
    assert json.loads(run(capsys, "schema", "cost/1")) == schema("cost")
    with pytest.raises(KeyError, match="did you mean 'model/1'"):
        schema("modl/1")


def test_the_tables_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "cost", "deepseek-v3", "--tokens", "14.8e12", "--chip", "H800")
    assert "Capital used up" in text
    assert "not given, so taken from the report" in text
    text = run(capsys, "cost", "--backtest")
    assert "DeepSeek-V3" in text
    assert "each predicted from the others" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cost"], "CONFIG: found none"),
        (["cost", "deepseek-v3"], "--tokens: found none"),
        (["cost", "deepseek-v3", "--tokens", "1e12"], "--chip: found none"),
        (["cost", "deepseek-v9", "--tokens", "1e12", "--chip", "H100"], "no model of data/model"),
        (["cost", "no.json", "--tokens", "1e12", "--chip", "H100"], "no.json: not found"),
        (
            ["cost", "deepseek-v3", "--tokens", "1e12", "--chip", "H100", "--start", "May"],
            "--start: found 'May', expected a day",
        ),
        (["model"], "CONFIG: found none"),
        (["facts", "no.such_fact"], "no fact 'no.such_fact'"),
        (["facts", "v3", "xyzzy"], "found no fact with v3 and xyzzy"),
        (["schema", "modl"], "did you mean 'model/1'?"),
        (["what-if", "usd_per_gpu_hour=3"], "an input of chapters, expected a fact: "),
    ],
)
def test_mistakes_exit_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err


def test_an_installed_package_speaks_of_its_command_and_names_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/local/bin/costof"])
    with pytest.raises(SystemExit):
        main(["cost", "--help"])
    page = capsys.readouterr().out
    assert "costof cost config.json" in page
    assert "python -m" not in page
    monkeypatch.setattr("press.publishing.files.ROOT", tmp_path)
    for arguments in (["build"], ["reproduce"], ["figures", "--write"], ["check"]):
        assert main(arguments) == 2
        assert "needs the chapters" in capsys.readouterr().err


def test_facts_are_found_by_words_names_and_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    assert "V3-009" in run(capsys, "facts", "v3", "price")
    assert "V3-009" in run(capsys, "facts", "usd_per_gpu_hour")
    (row,) = json.loads(run(capsys, "facts", "v3.price_per_gpu_hour", "--json"))
    assert row["id"] == "V3-009"


def test_import_analysis() -> None:
    config = FACTS.config("deepseek-v3")
    assert analysis.model(config)["total_parameters"] == 671_026_419_200
    made = analysis.cost(config, tokens=14.8e12, chip="H800", gpus=2048)
    assert made["gpu_hours"] == price(gpus=2048)["gpu_hours"]
    found = analysis.figures("costs.rental_*")
    assert {"key", "value", "unit", "facts"} <= set(found[0])
    assert any(figure["key"] == "costs.rental_total" for figure in found)
    with pytest.raises(KeyError):
        analysis.figures("nothing.*")
    with pytest.raises(AttributeError):
        analysis.nothing  # noqa: B018
