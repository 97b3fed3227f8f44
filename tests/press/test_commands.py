"""The command line: JSON as promised, tables for people, plain words and status 2 for mistakes."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import commands as subject_commands
from analysis.runs.pricing import REQUIRED, WAYS_TO_HOURS
from press import figures
from press.facts import Facts
from press.main import main
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["model", "nowhere.json"], "nowhere.json: not found"),
        (["model", "."], "is a folder, expected a file"),
        (["model", "pyproject.toml"], "is not JSON"),
        (["price-runs", "nowhere.csv"], "nowhere.csv: not found"),
        (["figures", "cost.nothing"], "no figure 'cost.nothing'"),
        (["what-if", "V3-009"], "expected FACT=VALUE"),
        (["what-if", "V3-009=much"], "expected FACT=VALUE with a finite number"),
        (["what-if", "V3-009=nan"], "expected FACT=VALUE with a finite number"),
        (["what-if", "V3-009=3.42 CNY"], "found 'CNY', but fact V3-009 is in USD/GPU-hour"),
        (["what-if", "V3-000=1 USD"], "no fact 'V3-000'"),
        (["what-if", "V3-000=1"], "no fact 'V3-000'"),
        (["what-if", "V3-010=1"], "holds words"),
        (["what-if", "V3-009=1", "v3.price_per_gpu_hour=2"], "price_per_gpu_hour twice"),
        (["figures", "cost.*"], "did you mean costs.*?"),
        (["figures", "cost.rental_total"], "did you mean 'costs.rental_total'?"),
        (["what-if", "nowhere/x.y=1"], "data/nowhere.yml: not found"),
        (["reproduce", "nowhere"], "found chapter 'nowhere', expected one of index"),
        (["reproduce", "-p", "usd_per_gpu_hour=3"], "-p needs a chapter"),
        (["reproduce", "costs", "-p", "price=3"], "book/costs.md has usd_per_gpu_hour"),
        (["reproduce", "glossary", "-p", "price=3"], "book/glossary.md assumes no fact"),
        (["reproduce", "left-out", "-p", "people=3"], "book/left-out.md has usd_per_gpu_hour"),
        (["reproduce", "costs", "-p", "usd_per_gpu_hour"], "expected NAME=VALUE"),
        (["reproduce", "costs", "-p", "usd_per_gpu_hour=much"], "expected a finite number after"),
        (["reproduce", "costs", "-p", "usd_per_gpu_hour=nan"], "expected a finite number after"),
        (["check", "nowhere"], "book/nowhere.md: not found"),
        (["build", "--into", "elsewhere"], "--into: found elsewhere, expected a folder named"),
    ],
)
def test_mistakes_exit_with_2_and_plain_words(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


COMMANDS = [
    "model",
    "cost",
    "price-runs",
    "specifications",
    "claims",
    "facts",
    "schema",
    "figures",
    "what-if",
    "reproduce",
    "check",
    "build",
    "pdf",
    "translations",
    "serve",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page_with_examples_and_exit_status(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    page = capsys.readouterr().out
    assert stopped.value.code == 0
    assert f"python -m analysis {command}" in page
    assert "Exit status: 0" in page
    assert "Examples:" in page
    assert max(len(line) for line in page.splitlines()) <= 100


def test_the_overview_names_every_command_and_the_exit_statuses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    page = capsys.readouterr().out
    assert re.findall(r"^    ([a-z-]+)", page, re.MULTILINE) == COMMANDS
    assert "Exit status: 0 done; 1 a figure is not reproduced; 2 a mistake" in page


def test_the_columns_of_runs_are_those_that_the_help_names() -> None:
    page = " ".join((inspect.getdoc(subject_commands._price_runs) or "").split())
    needed = page.partition("Columns:")[2].partition("and one of these")[0]
    assert set(re.findall(r"[a-z]+_[a-z_]+|system|pue", needed)) == set(REQUIRED)
    for way in WAYS_TO_HOURS:
        assert all(column in page for column in way)


def test_outside_the_environment_the_way_in_is_named() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "analysis", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "then `source .venv/bin/activate`" in done.stderr
    assert "Traceback" not in done.stderr


def test_figures_as_json_have_the_promised_keys(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figures", "costs.rental_total", "--json"]) == 0
    (record,) = json.loads(capsys.readouterr().out)
    promised = ["key", "value", "low", "high", "unit", "chapter", "facts", "evidence"]
    assert list(record)[: len(promised)] == promised
    assert record["value"] == figures.value("costs.rental_total", facts)
    assert "V3-009" in record["facts"]


def test_what_if_lists_what_moves_largest_first(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", f"V3-009={2 * facts.value('V3-009')}", "--json"]) == 0
    moves = json.loads(capsys.readouterr().out)
    (total,) = [move for move in moves if move["key"] == "costs.rental_total"]
    cost = figures.value("costs.rental_total", facts)
    assert (total["before"], total["after"], total["unit"]) == (cost, 2 * cost, "USD")
    sizes = [abs(m["after"] / m["before"] - 1) for m in moves if m["before"]]
    assert sizes == sorted(sizes, reverse=True)


def test_what_if_has_ranges_and_asks_about_the_absurd(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["what-if", "V3-009=1e9", "--json"]) == 0
    captured = capsys.readouterr()
    assert "note: 1e+09 is " in captured.err
    assert any(move["before_low"] is not None for move in json.loads(captured.out))


def test_the_version_is_the_edition(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {capsys.readouterr().out.strip()}" in cited


def test_what_if_with_the_same_value_moves_nothing(
    facts: Facts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", f"V3-009={facts.value('V3-009')}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_model_imports_nothing_heavy(tmp_path: Path) -> None:
    config = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "vocab_size": 100}
    config |= {"num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 128}
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    code = (
        "import sys; from press.main import main; status = main(sys.argv[1:]); "
        "print([m for m in ('numpy', 'pandas', 'altair', 'sphinx') if m in sys.modules], "
        "file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "model", str(path), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == "[]"
    assert {"model_type", "total_parameters", "active_parameters", "components"} <= set(
        json.loads(done.stdout)
    )
