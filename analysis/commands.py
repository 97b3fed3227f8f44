"""The commands of this report besides the press's own: read, call the package, print."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from press.commands import add, print_json, print_table, read
from press.formats import default_spec, format_number


def add_all(subs: Any) -> None:
    """Describe the commands to the parser; the docstring of each is its manual page."""
    model = add(subs, "model", _model, json=True)
    model.add_argument("config", type=Path, metavar="CONFIG", help="a Hugging Face config.json")
    model.add_argument(
        *("--context", "-c"),
        type=int,
        default=4096,
        metavar="TOKENS",
        help="length of the context, in tokens; 4096 unless given",
    )
    runs = add(subs, "price-runs", _price_runs, json=True)
    runs.add_argument("runs", type=Path, metavar="RUNS", help="a CSV, one training run a row")


def _model(options: argparse.Namespace) -> int:
    """Count the parameters, KV cache and FLOPs of any model configuration.

    Reads an unmodified config.json as published on Hugging Face. Prints total and active
    parameters by component, the KV cache in bytes per token and for the context, and the
    floating-point operations per token, forward and in training.

    Examples:
      python -m analysis model config.json
      python -m analysis model config.json --context 128000 --json

    Exit status: 0; 2 if the file is no configuration that can be counted (says which field).
    """
    from analysis.architecture import ConfigError, describe

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of the file, refused if it names a key twice."""
        if len(made := dict(pairs)) < len(pairs):
            twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
            raise ValueError(f"found key '{twice}' twice")
        return made

    text = read(options.config)
    try:
        config = json.loads(text, object_pairs_hook=fields)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{options.config}:{error.lineno}: is not JSON ({error.msg}); expected a config.json"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{options.config}: {error}; expected a config.json") from None
    if not isinstance(config, dict):
        raise ValueError(f"{options.config}: found a {type(config).__name__}, expected an object")
    try:
        result = describe(config, options.context)
    except ConfigError as error:
        raise ValueError(f"{options.config}: {error}") from None
    if options.json:
        print_json(result)
        return 0
    print_table(("quantity", "value"), list(_flat(result)))
    return 0


def _flat(data: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield prefix + key, f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
        else:
            yield prefix + key, str(value)


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
