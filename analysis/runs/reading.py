"""Reading a table of training runs: our columns, or those that Epoch AI publishes, as they come.

A table in our columns is read whole or refused at its first bad cell. A table in Epoch AI's public
columns is never complete: what can be priced is, and for each other run the row and the column say
why not. In both, what the report's tables know of a chip fills empty cells, and is marked.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.runs.cells import Cells, Known, Run
from analysis.runs.columns import KNOWN, NOT_READ, PUBLIC, REQUIRED, RunError, bare


@dataclass(frozen=True)
class Unpriced:
    """A run that cannot be priced, and why."""

    system: str
    row: int
    problem: str


@dataclass(frozen=True)
class Runs:
    """A table of runs: those that can be priced, the others, and the columns that were used."""

    runs: list[Run]
    unpriced: list[Unpriced]
    columns: dict[str, str]


def read_runs(text: str, name: str = "runs.csv") -> list[Run]:
    """The runs that a CSV in our columns holds, each checked, nothing filled.

    Raises
    ------
    RunError
        At the first row or column that cannot be used: what was found, what was expected.
    """
    return read_table(text, name).runs


def read_table(
    text: str, name: str = "runs.csv", known: Known | None = None, *, sure: bool = False
) -> Runs:
    """The runs of a CSV, in our columns or in Epoch AI's.

    Parameters
    ----------
    text
        The content of the file.
    name
        What error messages call it.
    known
        What fills empty cells; nothing unless given.
    sure
        Whether numbers that nobody has seen yet pass.

    Raises
    ------
    RunError
        If the file is no table of runs, if a cell of ours cannot be used, or if no run of Epoch's
        table can be priced.
    """
    rows = _rows(text, name)
    header = next(rows, (1, []))[1]
    public = "system" not in header and any(
        bare(column) in ("model", "system") for column in header
    )
    ours = {*KNOWN} - {*NOT_READ}  # an analyst may add columns of ours to Epoch's
    named = {c: PUBLIC.get(bare(c), c) for c in header if bare(c) in PUBLIC or c in ours}
    columns = named if public else {}
    _check_header([columns.get(c, c) for c in header] if public else header, name, known)
    runs: list[Run] = []
    unpriced: list[Unpriced] = []
    for line, cells in rows:
        if len(cells) != len(header):
            column = header[min(len(cells), len(header)) - 1]
            problem = f"found {len(cells)} cells in the row, expected {len(header)}"
            raise RunError(name, line, column, problem)
        row = {
            columns.get(column, column): cell.strip()
            for column, cell in zip(header, cells, strict=True)
            if not public or column in columns
        }
        try:
            runs.append(Cells(row, line, name, known, sure, _called(columns)).run())
        except RunError as error:
            if not public:
                raise
            unpriced.append(Unpriced(row.get("system", ""), line, str(error)))
    if not runs and unpriced:
        raise RunError(name, unpriced[0].row, "-", f"found no run to price; {unpriced[0].problem}")
    if not runs:
        raise RunError(name, 2, "system", "found no run, expected at least one row")
    if not public:
        _check_bases(runs, name)
    return Runs(
        runs, unpriced, columns or {c: c for c in header if c in KNOWN and c not in NOT_READ}
    )


def _called(columns: Mapping[str, str]) -> dict[str, str]:
    """What the file calls a column of ours."""
    return {ours: theirs for theirs, ours in columns.items()}


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, numbered as a spreadsheet numbers them."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, 1):
            if any(cells) or line == 1:
                yield line, cells
    except csv.Error as error:
        raise RunError(name, line + 1, "-", f"not valid CSV: {error}") from None


def _check_header(header: Sequence[str], name: str, known: Known | None) -> None:
    if len(header) == 1 and ";" in header[0]:
        raise RunError(name, 1, header[0][:20], "found cells parted by ';', expected commas")
    for column in header:
        near = difflib.get_close_matches(column, set(KNOWN) - set(header), 1, cutoff=0.6)
        if column not in KNOWN and near and column.islower():
            raise RunError(name, 1, column, f"found an unknown column; did you mean '{near[0]}'?")
        if column in KNOWN and header.count(column) > 1:
            raise RunError(name, 1, column, "found twice, expected once")
    needed = REQUIRED if known is None else ("system", "training_hardware")
    for column in needed:
        if column not in header:
            raise RunError(name, 1, column, "not found, expected this column in the first row")


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
