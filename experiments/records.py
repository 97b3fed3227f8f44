"""The results tables: one row a run, added whole the moment that the run ends, or not at all."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COLUMNS = (
    "run", "arm", "seed", "tokens", "cpu_s", "wall_s", "parameters", "active_parameters",
    "training_flop_per_token", "measures", "curve", "versions", "machine",
)  # fmt: skip
"""``measures`` is ``name=number`` separated by spaces; ``curve`` is one group a mark, separated
by semicolons: ``tokens cpu_s name=number …``."""
NUMBERS = ("seed", "tokens", "cpu_s", "wall_s", "parameters", "training_flop_per_token")


class RecordsError(Exception):
    """A results table that cannot be used or written: what was found and what to do."""


def read(path: Path) -> list[dict[str, str]]:
    """The recorded runs; none if there is no table yet.

    Raises
    ------
    RecordsError
        If the table is damaged, with the row and the column.
    """
    if not path.exists():
        return []
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not rows or tuple(rows[0]) != COLUMNS:
        found = ",".join(rows[0]) if rows else "an empty file"
        raise RecordsError(f"{path}: found the columns {found}, expected {','.join(COLUMNS)}")
    for n, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS):
            raise RecordsError(
                f"{path}, row {n}: found {len(row)} columns, expected {len(COLUMNS)}; "
                "delete the row and its run is repeated"
            )
        named = dict(zip(COLUMNS, row, strict=True))
        for column in NUMBERS:
            try:
                float(named[column])
            except ValueError:
                raise RecordsError(
                    f"{path}, row {n}, {column}: found {named[column]!r}, expected a number; "
                    "delete the row and its run is repeated"
                ) from None
        if named["run"] != f"{named['arm']}-{named['seed']}":
            raise RecordsError(
                f"{path}, row {n}, run: found {named['run']!r}, expected arm and seed"
            )
    found_rows = [dict(zip(COLUMNS, row, strict=True)) for row in rows[1:]]
    names = [row["run"] for row in found_rows]
    for name in names:
        if names.count(name) > 1:
            raise RecordsError(f"{path}: {name!r} is recorded twice; delete one of the rows")
    return found_rows


def append(path: Path, row: Mapping[str, object]) -> None:
    """Add a row: the whole table is written beside the old one and takes its place.

    Raises
    ------
    RecordsError
        If the disk is full or the folder closed; what was recorded before stays as it was.
    """
    with _locked(path):
        rows = [*read(path), {column: str(row[column]) for column in COLUMNS}]
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise RecordsError(
                f"{path}: the run {row['run']} could not be recorded ({error.strerror}); "
                f"the {len(rows) - 1} runs recorded before are untouched. Make room and repeat"
            ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Two processes may train arms of one experiment; one writes at a time."""
    with Path(path.with_name(f".{path.name}.lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
