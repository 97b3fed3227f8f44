"""The commands of this report besides the press's own: read, call the package, print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from analysis import commands_cost, commands_model
from press.commands import add, print_json, print_table, read
from press.formats import default_spec, format_number


def add_all(subs: Any) -> None:
    """Describe the commands to the parser; the docstring of each is its manual page."""
    commands_model.add_to(subs)
    commands_cost.add_to(subs)
    runs = add(subs, "price-runs", _price_runs, json=True)
    runs.add_argument("runs", type=Path, metavar="RUNS", help="a CSV, one training run a row")


def _price_runs(options: argparse.Namespace) -> int:
    """Price the training runs of a CSV by Epoch AI's method.

    Prints the amortised cost of each run, its acquisition cost if the number of chips is given,
    and its rental cost if a price per chip-hour is, all in USD. The chapter "owning" explains the
    method; tests/data/epoch_runs.csv is a whole example. Needed columns:

      system, training_hardware, price_available_from, training_start_date (YYYY-MM-DD),
      server_price_per_chip_at_acquisition_usd, tdp_w [W], server_cost_overhead, pue,
      tdp_fraction, chip_to_server_power [ratios], energy_price_usd_kwh [USD/kWh]

    and one of these ways to the chip-hours, the first that is filled in:

      training_chip_hours_input
      hardware_quantity_chips and training_time_hours
      training_compute_flop and peak_flops_used [FLOP/s per chip], with
        hardware_utilization_fraction_input (a share; 0.375 if empty)

    Optional: rental_usd_per_chip_hour; base_model (a system of the table, whose cost is added).

    Examples:
      python -m analysis price-runs runs.csv
      python -m analysis price-runs tests/data/epoch_runs.csv --json

    Exit status: 0; 2 if a cell cannot be used (says row and column).
    """
    from analysis.runs.pricing import price_runs, read_runs

    priced = price_runs(read_runs(read(options.runs), str(options.runs)))
    if options.json:
        print_json(priced)
        return 0
    columns = [key for key in priced[0] if key != "system"] if priced else []
    print_table(
        ("system", *columns),
        [(run["system"], *(_amount(column, run[column]) for column in columns)) for run in priced],
    )
    return 0


def _amount(column: str, value: float | None) -> str:
    unit = "USD" if column.endswith("_usd") else "1"
    return "–" if value is None else format_number(value, default_spec(unit, value))
