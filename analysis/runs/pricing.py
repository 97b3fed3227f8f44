"""Pricing any table of training runs by Epoch's method: amortised, acquisition and rental cost."""

from __future__ import annotations

import csv
import datetime
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.costs.amortised import (
    DAYS_PER_YEAR,
    DEFAULT_UTILISATION,
    Amortised,
    acquisition_usd,
    amortised_cost,
    value_at_start,
)
from analysis.costs.rental import rental_usd
from press.tables import UNSEEN, finite, partial_date

CHIP_WATTS = {"Google TPU v4": 373.0}
"""Design power of chips whose maker gives none [W]: what Epoch's published energy costs imply."""

NUMBERS: Mapping[str, tuple[float, float]] = {
    "server_price_per_chip_at_acquisition_usd": (0.0, math.inf),
    "tdp_w": (0.0, math.inf),
    "server_cost_overhead": (1.0, math.inf),
    "pue": (1.0, math.inf),
    "tdp_fraction": (0.0, 1.0),
    "chip_to_server_power": (1.0, math.inf),
    "energy_price_usd_kwh": (0.0, math.inf),
    "training_chip_hours_input": (0.0, math.inf),
    "hardware_quantity_chips": (0.0, math.inf),
    "training_time_hours": (0.0, math.inf),
    "training_compute_flop": (0.0, math.inf),
    "peak_flops_used": (0.0, math.inf),
    "hardware_utilization_fraction_input": (0.0, 1.0),
    "rental_usd_per_chip_hour": (0.0, math.inf),
}
"""Numeric columns with the least and greatest value that makes sense; 0 itself never does."""
DATES = ("price_available_from", "training_start_date")
WORDS = ("system", "training_hardware", "base_model")
REQUIRED = ("system", "training_hardware", *DATES, *list(NUMBERS)[:7])
WAYS_TO_HOURS = (
    ("training_chip_hours_input",),
    ("hardware_quantity_chips", "training_time_hours"),
    ("training_compute_flop", "peak_flops_used"),
)
"""Columns from which chip-hours follow, best first; FLOP needs a utilisation or takes 0.375."""
NOT_READ = (
    "organization",
    "publication_date",
    "chip_hours_used",
    "server_value_per_chip_at_training_start_usd",
    "published_capex_energy_cost_nominal_usd",
    "published_capex_energy_cost_usd2023_12",
    "ai_accelerator_chip_cost_nominal_usd",
    "other_server_components_cost_nominal_usd",
    "cluster_interconnect_cost_nominal_usd",
    "energy_cost_nominal_usd",
    "hardware_acquisition_cost_nominal_usd",
    "cloud_cost_nominal_usd",
)
"""Columns of Epoch's table that hold results: accepted and computed anew."""
KNOWN = (*WORDS, *DATES, *NUMBERS, *NOT_READ)


class RunError(ValueError):
    """A table of runs that cannot be priced, in plain words with file, row and column."""

    def __init__(self, name: str, row: int, column: str, problem: str) -> None:
        super().__init__(f"{name}: row {row}, column '{column}': {problem}")
        self.row, self.column = row, column


@dataclass(frozen=True)
class Run:
    """A training run: its inputs by column, and where it stands in its file."""

    system: str
    hardware: str
    base_model: str
    price_from: datetime.date
    start: datetime.date
    numbers: Mapping[str, float]
    row: int = 0
    file: str = "runs"

    @property
    def chip_hours(self) -> float:
        """Chip-hours: as reported, else chips times hours, else from FLOP and utilisation."""
        n = self.numbers
        if "training_chip_hours_input" in n:
            return n["training_chip_hours_input"]
        if "hardware_quantity_chips" in n and "training_time_hours" in n:
            return n["hardware_quantity_chips"] * n["training_time_hours"]
        utilisation = n.get("hardware_utilization_fraction_input", DEFAULT_UTILISATION)
        return n["training_compute_flop"] / (n["peak_flops_used"] * utilisation * 3600)


def read_runs(text: str, name: str = "runs.csv") -> list[Run]:
    """The runs that a CSV holds, each checked; columns as in Epoch's table, others are ignored.

    Parameters
    ----------
    text
        The content of the file.
    name
        What error messages call it.

    Raises
    ------
    RunError
        At the first row or column that cannot be used: what was found, what was expected.
    """
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, name)
        runs = []
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise RunError(
                    name,
                    reader.line_num,
                    header[min(len(cells), len(header)) - 1],
                    f"found {len(cells)} cells in the row, expected {len(header)}",
                )
            row = dict(zip(header, (c.strip() for c in cells), strict=True))
            for column in (c for c in row if UNSEEN.search(row[c])):
                problem = f"found {row[column]!r}, expected no control character; delete it"
                raise RunError(name, reader.line_num, column, problem)
            runs.append(_read_run(row, reader.line_num, name))
    except csv.Error as error:
        raise RunError(name, reader.line_num, "-", f"not valid CSV: {error}") from None
    if not runs:
        raise RunError(name, 2, "system", "found no run, expected at least one row")
    _check_bases(runs, name)
    return runs


def price_run(run: Run) -> tuple[Amortised, float | None, float | None]:
    """Amortised cost, acquisition cost and rental cost [USD] of one run without its base model.

    Acquisition needs the number of chips and rental a price per chip-hour: else ``None``.
    """
    n = run.numbers
    price = n["server_price_per_chip_at_acquisition_usd"]
    years = (run.start - run.price_from).days / DAYS_PER_YEAR
    amortised = amortised_cost(
        chip_hours=run.chip_hours,
        value_per_chip_usd=value_at_start(price, years),
        server_to_chip_price=n["server_cost_overhead"],
        tdp_w=n["tdp_w"],
        chip_to_server_power=n["chip_to_server_power"],
        tdp_fraction=n["tdp_fraction"],
        pue=n["pue"],
        usd_per_kwh=n["energy_price_usd_kwh"],
    )
    chips, rent = n.get("hardware_quantity_chips"), n.get("rental_usd_per_chip_hour")
    return (
        amortised,
        None if chips is None else acquisition_usd(chips, price),
        None if rent is None else rental_usd(run.chip_hours, rent),
    )


def price_runs(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """Every run with its costs [USD], in the order given; a base model's costs are added.

    Returns
    -------
    list of dict
        ``system``, ``chip_hours``, ``amortized_usd`` and its four components,
        ``acquisition_usd`` and ``rental_usd`` (``None`` where an input for them is missing).

    References
    ----------
    Epoch AI, training-cost-trends v1.0.0; arXiv 2405.21015.
    """
    listed = list(runs)
    by_name = {run.system: run for run in listed}

    def with_base(run: Run) -> tuple[Amortised, float | None, float | None]:
        own = price_run(run)
        if not run.base_model:
            return own
        base = with_base(by_name[run.base_model])
        return own[0] + base[0], _sum(own[1], base[1]), _sum(own[2], base[2])

    priced = []
    for run in listed:
        amortised, acquisition, rental = with_base(run)
        priced.append(
            {
                "system": run.system,
                "chip_hours": run.chip_hours,
                "amortized_usd": amortised.total_usd,
                "ai_accelerator_chip_usd": amortised.chip_usd,
                "other_server_components_usd": amortised.other_server_usd,
                "cluster_interconnect_usd": amortised.interconnect_usd,
                "energy_usd": amortised.energy_usd,
                "acquisition_usd": acquisition,
                "rental_usd": rental,
            }
        )
    return priced


def _sum(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a + b


def _check_header(header: list[str], name: str) -> None:
    for column in header:
        near = difflib.get_close_matches(column, set(KNOWN) - set(header), 1, cutoff=0.6)
        if column not in KNOWN and near:
            raise RunError(name, 1, column, f"found an unknown column; did you mean '{near[0]}'?")
        if header.count(column) > 1:
            raise RunError(name, 1, column, "found twice, expected once")
    for column in REQUIRED:
        if column not in header:
            raise RunError(name, 1, column, "not found, expected this column in the first row")


def _read_run(row: Mapping[str, str], line: int, name: str) -> Run:
    def refuse(column: str, wanted: str) -> RunError:
        cell = row.get(column, "")
        found = f"found {cell!r}" if cell else "found an empty cell"
        return RunError(name, line, column, f"{found}, expected {wanted}")

    numbers: dict[str, float] = {}
    for column, (least, most) in NUMBERS.items():
        if not row.get(column):
            continue
        wanted = f"a plain number above {least:g}" if least == 0 else f"a number from {least:g}"
        wanted += "" if math.isinf(most) else f" up to {most:g}"
        try:
            number = finite(row[column])
        except ValueError:
            raise refuse(column, wanted + ", without unit or thousands separator") from None
        if not (least < number <= most or (least > 0 and number == least)):
            raise refuse(column, wanted)
        numbers[column] = number
    hardware = row["training_hardware"]
    if "tdp_w" not in numbers and hardware in CHIP_WATTS:
        numbers["tdp_w"] = CHIP_WATTS[hardware]
    dates = {}
    for column in DATES:
        try:
            dates[column] = datetime.date.fromisoformat(partial_date(row[column]))
        except ValueError:
            raise refuse(column, "a day such as 2024-08-31") from None
    for column in REQUIRED:
        if not row[column] and column not in numbers:
            unit = "name" if column in WORDS else "number"
            raise refuse(column, f"a {unit}; fill it in")
    if not any(all(c in numbers for c in way) for way in WAYS_TO_HOURS):
        raise refuse(
            "training_chip_hours_input",
            "chip-hours here, or hardware_quantity_chips and training_time_hours, "
            "or training_compute_flop and peak_flops_used",
        )
    return Run(
        system=row["system"],
        hardware=hardware,
        base_model=row.get("base_model", ""),
        price_from=dates["price_available_from"],
        start=dates["training_start_date"],
        numbers=numbers,
        row=line,
        file=name,
    )


def _check_bases(runs: list[Run], name: str) -> None:
    by_name: dict[str, Run] = {}
    for run in runs:
        if run.system in by_name:
            first = by_name[run.system].row
            raise RunError(
                name, run.row, "system", f"found {run.system!r} again (first in row {first})"
            )
        by_name[run.system] = run
    for run in runs:
        seen, current = {run.system}, run
        while current.base_model:
            if current.base_model not in by_name:
                raise RunError(
                    name,
                    current.row,
                    "base_model",
                    f"found {current.base_model!r}, expected the system of a row of this file",
                )
            current = by_name[current.base_model]
            if current.system in seen:
                raise RunError(
                    name, run.row, "base_model", f"found a circle of base models at {run.system!r}"
                )
            seen.add(current.system)
