"""The commands of this report besides the press's own: read, call the package, print."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from analysis import commands_cost, commands_model
from press.commands import add, print_json, print_table, read
from press.formats import default_spec, format_number

MOST_PROBLEMS = 20
"""So many runs that cannot be priced are named on standard error."""


def add_all(subs: Any) -> None:
    """Describe the commands to the parser; the docstring of each is its manual page."""
    commands_model.add_to(subs)
    commands_cost.add_to(subs)
    runs = add(subs, "price-runs", _price_runs, json=True)
    runs.add_argument(
        "runs",
        type=Path,
        metavar="RUNS",
        help="a CSV, one training run a row; - reads from standard input",
    )
    runs.add_argument("--sure", action="store_true", help="take numbers that nobody has seen yet")
    add(subs, "specifications", _specifications, json=True)
    add(subs, "claims", _claims, json=True)


def _price_runs(options: argparse.Namespace) -> int:
    """Price the training runs of a CSV by Epoch AI's method.

    Prints the amortised cost of each run, its acquisition cost if the number of chips is given,
    and its rental cost if a price per chip-hour is, all in USD. The chapter "owning" explains the
    method; tests/data/epoch_runs.csv is a whole example. Columns:

      system, training_hardware, price_available_from, training_start_date (YYYY-MM-DD),
      server_price_per_chip_at_acquisition_usd, tdp_w [W], server_cost_overhead, pue,
      tdp_fraction, chip_to_server_power [ratios], energy_price_usd_kwh [USD/kWh]

    and one of these ways to the chip-hours, the first that is filled in:

      training_chip_hours_input
      hardware_quantity_chips and training_time_hours
      training_compute_flop and peak_flops_used [FLOP/s per chip], with
        hardware_utilization_fraction_input (a share; 0.375 if empty)

    Optional: rental_usd_per_chip_hour; base_model (a system of the table, whose cost is added).
    Where training_hardware is a chip of data/training_chips.csv, empty cells and missing columns
    take its price, date and power, and what the report takes for electricity; filled cells are
    named. A start that is missing follows from publication_date (sixty days and the run before).

    Epoch AI's public tables are read as they come (Model, Training hardware, Training compute
    (FLOP), Hardware quantity ...): the columns used are named, what can be priced is priced, and
    each other run gets the row and the column that is missing.

    Examples:
      python -m analysis price-runs runs.csv
      python -m analysis price-runs tests/data/epoch_runs.csv --json
      python -m analysis price-runs notable_ai_models.csv

    Exit status: 0; 2 if a cell cannot be used (says row and column), or if it holds a number that
    nobody has seen yet (--sure takes it).
    """
    from analysis.runs.pricing import known, price_runs, read_table, unpriced_records
    from press.facts import Facts

    table = read_table(read(options.runs), str(options.runs), known(Facts()), sure=options.sure)
    priced = price_runs(table.runs)
    others = unpriced_records(table.unpriced)
    if options.json:
        print_json([*priced, *others])
    else:
        columns = [key for key in priced[0] if key.endswith(("_usd", "_hours"))]
        print_table(
            ("system", *columns, "filled from the report"),
            [
                (
                    run["system"],
                    *(_amount(column, run[column]) for column in columns),
                    ", ".join(run["filled"]),
                )
                for run in priced
            ],
        )
    names = (a if a == b else f"{a} ({b})" for a, b in table.columns.items())
    notes = [f"columns used: {', '.join(names)}"]
    notes += [run["problem"] for run in others[:MOST_PROBLEMS]]
    if others:
        more = " (--json has every reason)" if len(others) > MOST_PROBLEMS else ""
        notes.append(f"runs priced: {len(priced)}; not priced: {len(others)}{more}")
    print("\n".join(notes), file=sys.stderr)
    return 0


def _amount(column: str, value: float | None) -> str:
    unit = "USD" if column.endswith("_usd") else "1"
    return "–" if value is None else format_number(value, default_spec(unit, value))


def _specifications(options: argparse.Namespace) -> int:
    """Run the cost of V3 with its people under every combination of defensible choices.

    Prints what each option gives in the middle of all combinations that hold it, with their
    middle nine tenths, in USD. With --json every combination is printed with its choices, its
    median and the ends of its 90 % interval. The choices are data/choices.csv; the chapter
    "how sure" explains them.

    Examples:
      python -m analysis specifications
      python -m analysis specifications --json

    Exit status: 0; 2 if the tables contradict themselves (says where).
    """
    from analysis.figures import how_sure

    if options.json:
        print_json(how_sure.records())
        return 0
    rows = [
        (r["choice"], r["label"], *(format_number(r[c], "$.1M") for c in ("low", "median", "high")))
        for r in how_sure.options_frame().to_dict("records")
    ]
    print_table(("choice", "option", "5 %", "median", "95 %"), rows)
    return 0


def _claims(options: argparse.Namespace) -> int:
    """Rate every claim of the article on every reading.

    A reading is a way to take a claim: what it is compared with, how far it may be off, what a
    word means. One is ours and gives the published rating; the others are what a critic could
    defend. The same rule runs on each. A claim is stable if every reading gives its rating.

    Examples:
      python -m analysis claims
      python -m analysis claims --json

    Exit status: 0; 2 if a reading cannot be checked (says which row).
    """
    from analysis import claims
    from press.facts import Facts

    found = claims.claim_list(Facts())
    if options.json:
        print_json(found)
        return 0
    rows = [
        (row["claim"] if place == 0 else "", reading["rating"], reading["reading"])
        for row in found
        for place, reading in enumerate(row["readings"])
    ]
    print_table(("claim", "rating", "taken as"), rows)
    return 0
