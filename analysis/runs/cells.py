"""One row of a table of runs: its cells read, checked and, where they are empty, filled."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.costs.amortised import DEFAULT_UTILISATION
from analysis.runs.columns import (
    CHIP_WATTS,
    DATES,
    LIKELY,
    NUMBERS,
    REQUIRED,
    WAYS_TO_HOURS,
    WORDS,
    RunError,
)
from analysis.runs.training import DAYS_BEFORE_RELEASE, MEDIAN_TRAINING_DAYS
from press.numbers import day, plain
from press.tables import UNSEEN, finite, partial_date


@dataclass(frozen=True)
class Run:
    """A training run: its inputs by column, which of them were filled, and its row."""

    system: str
    hardware: str
    base_model: str
    price_from: datetime.date
    start: datetime.date
    numbers: Mapping[str, float]
    row: int = 0
    file: str = "runs"
    filled: tuple[str, ...] = ()

    @property
    def way(self) -> tuple[str, ...]:
        """The columns that the chip-hours come from."""
        return next(way for way in WAYS_TO_HOURS if all(column in self.numbers for column in way))

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


@dataclass(frozen=True)
class Known:
    """What fills empty cells: chips by the names that tables give them, price and PUE.

    A chip is a row of ``training_chips``.
    """

    chips: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    usd_per_kwh: float | None = None
    pue: float | None = None


class Cells:
    """One row on its way to a run: cells read, checked and, where they are empty, filled."""

    def __init__(
        self,
        row: Mapping[str, str],
        line: int,
        name: str,
        known: Known | None,
        sure: bool,
        called: Mapping[str, str],
    ) -> None:
        self.row, self.line, self.name, self.sure, self.called = row, line, name, sure, called
        self.known, self.filled = known, list[str]()
        self.numbers: dict[str, float] = {}

    def refuse(self, column: str, wanted: str) -> RunError:
        """The error of one cell, by the name that the file gives its column."""
        cell = self.row.get(column, "")
        found = f"found {cell!r}" if cell else "found an empty cell"
        return RunError(
            self.name, self.line, self.called.get(column, column), f"{found}, expected {wanted}"
        )

    def run(self) -> Run:
        """The run; its row must hold or let follow every number that pricing takes."""
        for column in (c for c in self.row if UNSEEN.search(self.row[c])):
            raise self.refuse(column, "no control character; delete it")
        for column in NUMBERS:
            if self.row.get(column):
                self.numbers[column] = self._number(column)
        hardware = self.row["training_hardware"]
        if "tdp_w" not in self.numbers and hardware in CHIP_WATTS:
            self.numbers["tdp_w"] = CHIP_WATTS[hardware]
        chip = self._chip(hardware)
        dates = {column: self._date(column) for column in DATES}
        if chip is not None:
            self._fill(chip)
            dates["price_available_from"] = dates["price_available_from"] or self._noted(
                "price_available_from", datetime.date.fromisoformat(str(chip["available_from"]))
            )
        for column in REQUIRED:
            if column not in DATES and not self.row.get(column) and column not in self.numbers:
                kind = "name" if column in WORDS else "number"
                raise self.refuse(column, f"a {kind}; fill it in")
        if not any(all(c in self.numbers for c in way) for way in WAYS_TO_HOURS):
            raise self.refuse(
                "training_chip_hours_input",
                "chip-hours here, or hardware_quantity_chips and training_time_hours, "
                "or training_compute_flop and peak_flops_used",
            )
        start = dates["training_start_date"] or self._start()
        price_from = dates["price_available_from"]
        if start is None or price_from is None:
            dated = "publication_date" if "publication_date" in self.row else "training_start_date"
            missing = dated if start is None else "price_available_from"
            raise self.refuse(missing, "a day such as 2024-08-31")
        return Run(
            system=self.row["system"],
            hardware=hardware,
            base_model=self.row.get("base_model", ""),
            price_from=price_from,
            start=start,
            numbers=self.numbers,
            row=self.line,
            file=self.name,
            filled=tuple(self.filled),
        )

    def _number(self, column: str) -> float:
        least, most = NUMBERS[column]
        wanted = f"a plain number above {least:g}" if least == 0 else f"a number from {least:g}"
        wanted += "" if math.isinf(most) else f" up to {most:g}"
        try:
            number = finite(self.row[column])
        except ValueError:
            raise self.refuse(column, wanted + ", without unit or thousands separator") from None
        if not (least < number <= most or (least > 0 and number == least)):
            raise self.refuse(column, wanted)
        if column in LIKELY and not self.sure:
            low, high, unit = LIKELY[column]
            if not low <= number <= high:
                asked = f"{low:g} to {high:g} {unit}; --sure takes it as it is"
                raise self.refuse(column, asked)
        return number

    def _date(self, column: str) -> datetime.date | None:
        cell = self.row.get(column, "")
        if not cell and self.known is not None:
            return None
        try:
            return datetime.date.fromisoformat(partial_date(cell))
        except ValueError:
            raise self.refuse(column, "a day such as 2024-08-31") from None

    def _chip(self, hardware: str) -> Mapping[str, Any] | None:
        """The chip that fills what the row leaves empty, if the report knows it."""
        if self.known is None or not hardware:
            return None
        chip = self.known.chips.get(hardware.lower())
        priced = "server_price_per_chip_at_acquisition_usd" in self.numbers
        if chip is None and not priced:
            several = " (one chip a run)" if "," in hardware else ""
            names = sorted({str(row["key"]) for row in self.known.chips.values()})
            raise self.refuse(
                "training_hardware", f"a chip whose price is known{several}: {', '.join(names)}"
            )
        return chip

    def _fill(self, chip: Mapping[str, Any]) -> None:
        assert self.known is not None
        for column, value in (
            ("server_price_per_chip_at_acquisition_usd", chip["server_usd_per_chip"]),
            ("tdp_w", chip["tdp_w"]),
            ("server_cost_overhead", chip["server_to_chip_price"]),
            ("pue", self.known.pue),
            ("tdp_fraction", chip["tdp_fraction"]),
            ("chip_to_server_power", chip["chip_to_server_power"]),
            ("energy_price_usd_kwh", self.known.usd_per_kwh),
            ("peak_flops_used", chip["peak_flop_per_s"]),
        ):
            if column not in self.numbers and value is not None:
                needed = column != "peak_flops_used" or "training_compute_flop" in self.numbers
                if needed:
                    self.numbers[column] = float(plain(value))
                    self.filled.append(column)
        by_flop = not any(all(c in self.numbers for c in way) for way in WAYS_TO_HOURS[:2])
        if by_flop and "hardware_utilization_fraction_input" not in self.numbers:
            self.filled.append("hardware_utilization_fraction_input")

    def _noted(self, column: str, day: datetime.date) -> datetime.date:
        self.filled.append(column)
        return day

    def _start(self) -> datetime.date | None:
        """When the run began by Epoch's rule: publication less sixty days less its length."""
        released = self.row.get("publication_date", "")
        if self.known is None or not released:
            return None
        try:
            published = int(day(partial_date(released)))
        except ValueError:
            raise self.refuse("publication_date", "a day such as 2024-08-31") from None
        hours = self.numbers.get("training_time_hours")
        length = MEDIAN_TRAINING_DAYS if hours is None else hours / 24
        began = published - math.floor(DAYS_BEFORE_RELEASE + length)
        return self._noted("training_start_date", datetime.date.fromordinal(began))
