"""Pricing a table of runs: Epoch's published costs, and refusals in plain words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.runs.pricing import (
    RunError,
    known,
    price_runs,
    read_runs,
    read_table,
    unpriced_records,
)
from analysis.runs.reading import Runs
from press.facts import Facts
from press.main import main

TEXT = (Path(__file__).parents[1] / "data" / "epoch_runs.csv").read_text(encoding="utf-8")
PUBLISHED = {r["system"]: r for r in csv.DictReader(io.StringIO(TEXT))}
PRICED = {r["system"]: r for r in price_runs(read_runs(TEXT))}
COLUMNS = {
    "amortized_usd": "published_capex_energy_cost_nominal_usd",
    "ai_accelerator_chip_usd": "ai_accelerator_chip_cost_nominal_usd",
    "other_server_components_usd": "other_server_components_cost_nominal_usd",
    "cluster_interconnect_usd": "cluster_interconnect_cost_nominal_usd",
    "energy_usd": "energy_cost_nominal_usd",
    "acquisition_usd": "hardware_acquisition_cost_nominal_usd",
}
ROW = {
    "system": "Mine",
    "training_hardware": "NVIDIA H800 SXM5",
    "training_chip_hours_input": "1000",
    "server_price_per_chip_at_acquisition_usd": "40000",
    "price_available_from": "2023-06-19",
    "training_start_date": "2024-08-31",
    "tdp_w": "700",
    "server_cost_overhead": "1.64",
    "pue": "1.25",
    "tdp_fraction": "0.75",
    "chip_to_server_power": "1.82",
    "energy_price_usd_kwh": "0.08",
}


def table(*rows: dict[str, str]) -> str:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    lines = [",".join(columns)]
    lines += [",".join(f'"{row.get(c, "")}"' for c in columns) for row in rows]
    return "\n".join(lines) + "\n"


def test_fifteen_published_costs_are_there() -> None:
    costs = [r for r in PUBLISHED.values() if r[COLUMNS["amortized_usd"]]]
    assert len(costs) == 15


@pytest.mark.parametrize("ours", COLUMNS)
@pytest.mark.parametrize("system", PUBLISHED)
def test_epochs_costs_and_components(system: str, ours: str) -> None:
    published = PUBLISHED[system][COLUMNS[ours]]
    if published:
        assert PRICED[system][ours] == pytest.approx(float(published), rel=1e-5)
    elif ours == "acquisition_usd" and not PUBLISHED[system]["hardware_quantity_chips"]:
        assert PRICED[system][ours] is None


def test_a_base_model_is_added() -> None:
    without = table(*({**r, "base_model": ""} for r in PUBLISHED.values()))
    alone = {r["system"]: r for r in price_runs(read_runs(without))}
    assert PRICED["BlenderBot 3"]["amortized_usd"] == pytest.approx(
        alone["BlenderBot 3"]["amortized_usd"] + alone["OPT-175B"]["amortized_usd"]
    )


def test_ways_to_chip_hours_agree() -> None:
    by_time = {**ROW, "system": "time", "hardware_quantity_chips": "10"}
    by_time |= {"training_chip_hours_input": "", "training_time_hours": "100"}
    by_flop = {**ROW, "system": "flop", "training_chip_hours_input": ""}
    by_flop |= {"training_compute_flop": str(1000 * 3600 * 0.375 * 1e15), "peak_flops_used": "1e15"}
    runs = price_runs(read_runs(table({**ROW, "system": "hours"}, by_time, by_flop)))
    assert [r["chip_hours"] for r in runs] == pytest.approx([1000, 1000, 1000])


def test_rent_and_purchase_are_optional() -> None:
    run = price_runs(read_runs(table(ROW)))[0]
    assert run["rental_usd"] is None
    assert run["acquisition_usd"] is None
    more = {**ROW, "rental_usd_per_chip_hour": "2", "hardware_quantity_chips": "8"}
    run = price_runs(read_runs(table(more)))[0]
    assert run["rental_usd"] == 2000
    assert run["acquisition_usd"] == pytest.approx(8 * 40_000 / 0.81)


@settings(max_examples=50)
@given(times=st.floats(0.001, 1000))
def test_cost_is_linear_in_hours(times: float) -> None:
    one = price_runs(read_runs(table(ROW)))[0]
    many = price_runs(read_runs(table({**ROW, "training_chip_hours_input": repr(1000 * times)})))
    assert many[0]["amortized_usd"] == pytest.approx(times * one["amortized_usd"], rel=1e-9)


def test_other_columns_and_marks_of_spreadsheets_are_accepted() -> None:
    assert price_runs(read_runs("\ufeff" + table({**ROW, "remarks": "x"})))[0]["system"] == "Mine"


@pytest.mark.parametrize(
    ("change", "row", "column", "words"),
    [
        ({"server_price_per_chip_at_acquisition_usd": ""}, 2, "server_price", "empty cell"),
        ({"training_start_date": ""}, 2, "training_start_date", "empty cell"),
        ({"training_start_date": "August 2024"}, 2, "training_start_date", "2024-08-31"),
        ({"price_available_from": "2023-13-01"}, 2, "price_available_from", "2023-13-01"),
        ({"energy_price_usd_kwh": "0.08 EUR"}, 2, "energy_price_usd_kwh", "without unit"),
        ({"tdp_w": "0.7 kW"}, 2, "tdp_w", "without unit"),
        ({"training_chip_hours_input": "2,788,000"}, 2, "training_chip", "thousands separator"),
        ({"training_chip_hours_input": "1_000"}, 2, "training_chip_hours_input", "plain number"),
        ({"training_chip_hours_input": ""}, 2, "training_chip_hours_input", "hardware_quantity"),
        ({"training_chip_hours_input": "-5"}, 2, "training_chip_hours_input", "above 0"),
        ({"training_chip_hours_input": "nan"}, 2, "training_chip_hours_input", "above 0"),
        ({"pue": "0.9"}, 2, "pue", "from 1"),
        ({"tdp_fraction": "75"}, 2, "tdp_fraction", "up to 1"),
        ({"tdp_w": ""}, 2, "tdp_w", "fill it in"),
        ({"base_model": "Nobody"}, 2, "base_model", "system of a row"),
        ({"base_model": "Mine"}, 2, "base_model", "circle"),
        ({"system": ""}, 2, "system", "fill it in"),
    ],
)
def test_refusals_name_row_and_column(
    change: dict[str, str], row: int, column: str, words: str
) -> None:
    with pytest.raises(RunError) as caught:
        read_runs(table({**ROW, **change}), "mine.csv")
    text = str(caught.value)
    assert text.startswith(f"mine.csv: row {row}, column '{column}")
    assert words in text
    assert (caught.value.row, caught.value.column[: len(column)]) == (row, column)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (table({k: v for k, v in ROW.items() if k != "pue"}), "row 1, column 'pue': not found"),
        (table({"tdp" if k == "tdp_w" else k: v for k, v in ROW.items()}), "did you mean 'tdp_w'"),
        (table(ROW, ROW), "row 3, column 'system': found 'Mine' again (first in row 2)"),
        (table(ROW).splitlines()[0] + "\n", "found no run"),
        ("", "row 1, column 'system': not found"),
        (table(ROW) + "Another,x\n", "row 3, column"),
        (table({**ROW, "hardware_quantity": "8"}), "did you mean 'hardware_quantity_chips'"),
    ],
)
def test_refusals_of_whole_tables(text: str, words: str) -> None:
    with pytest.raises(RunError, match="^runs.csv: row ") as caught:
        read_runs(text)
    assert words in str(caught.value)


def test_a_missing_power_of_tpu_v4_is_known() -> None:
    tpu = {**ROW, "training_hardware": "Google TPU v4", "tdp_w": ""}
    named = {**tpu, "tdp_w": "373"}
    costs = [price_runs(read_runs(table(r)))[0]["energy_usd"] for r in (tpu, named)]
    assert costs[0] == costs[1]


# Epoch AI's public columns, as they come; what the report knows fills empty cells.

KNOWN = known(Facts())
PUBLIC = {
    "Model": "Mine",
    "Organization": "We",
    "Publication date": "2024-12-26",
    "Training compute (FLOP)": "",
    "Training time (hours)": "1300",
    "Training hardware": "NVIDIA H100 SXM5 80GB",
    "Hardware quantity": "2048",
    "Hardware utilization (MFU)": "",
    "Training chip-hours": "",
    "Abstract": "Two\nlines, and a comma",
}


def public(*changes: dict[str, str]) -> Runs:
    return read_table(table(*({**PUBLIC, **change} for change in changes)), "epoch.csv", KNOWN)


def test_public_columns_are_read_as_they_come() -> None:
    found = public({}, {"Model": "Hours", "Training chip-hours": "2000"})
    first, second = price_runs(found.runs)
    assert (first["chip_hours"], second["chip_hours"]) == (1300 * 2048, 2000)
    assert found.columns["Model"] == "system"
    assert "Organization" not in found.columns
    assert {"tdp_w", "training_start_date", "energy_price_usd_kwh"} <= set(first["filled"])
    assert found.runs[0].start.isoformat() == "2024-09-03"  # 60 days and the run before
    assert first["acquisition_usd"] == pytest.approx(2048 * 44_489.88 / 0.81)


def test_what_cannot_be_priced_says_row_and_column() -> None:
    found = public(
        {},
        {"Model": "No chip", "Training hardware": ""},
        {"Model": "Old", "Training hardware": "NVIDIA GeForce GTX 580"},
        {"Model": "Both", "Training hardware": "Google TPU v4,Google TPU v5e"},
        {"Model": "No hours", "Training time (hours)": ""},
        {"Model": "Words", "Hardware quantity": "many"},
        {"Model": "No date", "Publication date": ""},
    )
    assert [run.system for run in found.runs] == ["Mine"]
    words = {run.system: run.problem for run in found.unpriced}
    assert words["No chip"].startswith("epoch.csv: row 3, column 'Training hardware': found an")
    assert "row 4, column 'Training hardware'" in words["Old"]
    assert "(one chip a run)" in words["Both"]
    assert "row 6, column 'Training chip-hours'" in words["No hours"]
    assert "row 7, column 'Hardware quantity': found 'many'" in words["Words"]
    assert "row 8, column 'Publication date'" in words["No date"]
    records = unpriced_records(found.unpriced)
    assert all(record["amortized_usd"] is None and record["problem"] for record in records)
    with pytest.raises(RunError, match="found no run to price; epoch.csv: row 2, column 'Training"):
        public({"Training hardware": ""})


def test_columns_of_ours_may_be_added_to_theirs() -> None:
    tpu = {"Training hardware": "Google TPU v5p", "tdp_w": "", "rental_usd_per_chip_hour": "2"}
    found = public(tpu | {"tdp_w": "350"}, tpu | {"Model": "No power"})
    (run,) = price_runs(found.runs)
    assert run["rental_usd"] == 2 * 1300 * 2048
    assert "row 3, column 'tdp_w': found an empty cell" in found.unpriced[0].problem


def test_a_table_with_semicolons_says_so() -> None:
    with pytest.raises(RunError, match="row 1, .*parted by ';', expected commas"):
        read_table(table(PUBLIC).replace(",", ";"), "epoch.csv", KNOWN)


def test_flop_takes_the_peak_and_the_utilisation_of_the_report() -> None:
    flop = {"Training compute (FLOP)": "1e24", "Training time (hours)": ""}
    (run,) = public(flop).runs
    assert run.chip_hours == pytest.approx(1e24 / (989.4e12 * 0.375 * 3600))
    assert {"peak_flops_used", "hardware_utilization_fraction_input"} <= set(run.filled)


def test_our_columns_are_filled_too() -> None:
    short = {key: ROW[key] for key in list(ROW)[:3]} | {"training_start_date": "2024-08-31"}
    found = read_table(table(short), "mine.csv", KNOWN)
    (run,) = price_runs(found.runs)
    assert "price_available_from" in run["filled"]
    assert run["amortized_usd"] > 0
    full = price_runs(read_table(table(ROW), "mine.csv", KNOWN).runs)[0]
    assert full["filled"] == []
    assert full == price_runs(read_runs(table(ROW)))[0]
    with pytest.raises(RunError, match="row 2, column 'training_hardware': found 'Abacus'"):
        read_table(table({**short, "training_hardware": "Abacus"}), "mine.csv", KNOWN)
    with pytest.raises(RunError, match="row 2, column 'training_start_date': found an empty"):
        read_table(table({**short, "training_start_date": ""}), "mine.csv", KNOWN)


def test_epochs_fifteen_costs_come_out_whatever_fills() -> None:
    found = read_table(TEXT, "epoch.csv", KNOWN)
    assert [run["amortized_usd"] for run in price_runs(found.runs)] == [
        run["amortized_usd"] for run in PRICED.values()
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"peak_flops_used": "989.4"}, "found '989.4', expected 1e+12 to 1e+17 FLOP/s"),
        ({"peak_flops_used": "1e18"}, "found '1e18', expected 1e+12"),
        ({"hardware_utilization_fraction_input": "0.9"}, "expected 0 to 0.7 of the peak"),
        ({"rental_usd_per_chip_hour": "1e9"}, "expected 0.01 to 100 USD"),
        ({"server_price_per_chip_at_acquisition_usd": "4"}, "expected 100 to 1e+06 USD"),
        ({"energy_price_usd_kwh": "80"}, "expected 0.001 to 2 USD/kWh"),
    ],
)
def test_numbers_that_nobody_has_seen_are_questioned(change: dict[str, str], words: str) -> None:
    with pytest.raises(RunError) as caught:
        read_runs(table({**ROW, **change}))
    assert words in str(caught.value)
    assert "--sure takes it as it is" in str(caught.value)
    assert read_table(table({**ROW, **change}), sure=True).runs


def test_the_command_says_what_it_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models.csv"
    path.write_text(table(PUBLIC, {**PUBLIC, "Training hardware": "abacus"}), encoding="utf-8")
    assert main(["price-runs", str(path)]) == 0
    captured = capsys.readouterr()
    assert "Mine" in captured.out
    assert "columns used: Model (system)" in captured.err
    assert "runs priced: 1; not priced: 1" in captured.err
    monkeypatch.setattr("sys.stdin", io.StringIO(table(ROW)))
    assert main(["price-runs", "-", "--json"]) == 0
    (run,) = json.loads(capsys.readouterr().out)
    assert run["system"] == "Mine"
