"""The results tables: one row a run, added whole the moment that the run ends, or not at all."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COMMON = (
    "run", "arm", "seed", "tokens", "cpu_s", "wall_s", "parameters", "active_parameters",
    "training_flop_per_token",
)  # fmt: skip
_TEXT = ("loss", "loss_code", "loss_prose")
_DRAFT = ("accept_code", "accept_prose", "overlap_code", "overlap_prose", "draft_loss_code",
          "draft_loss_prose")  # fmt: skip
MEASURES = {
    "moe": (*_TEXT, "busiest", "idlest"),
    "mtp": (*_TEXT, "probe", "probe_code", "probe_prose", *_DRAFT),
    "mla": ("recall", "recall_32", "recall_64", "recall_128"),
    "mini": (*_TEXT, "probe", "probe_code", "probe_prose", *_DRAFT),
}
"""What each experiment measures of a finished run; empty where an arm has no such part."""
OPTIONAL = ("busiest", "idlest", *_DRAFT)
LAST = ("curve", "versions", "machine")
"""``curve`` has one group a mark, separated by spaces: tokens:CPU seconds:loss (or recall)."""
WHOLE = {"run", "arm", "curve", "versions", "machine"}


def columns(path: Path) -> tuple[str, ...]:
    """The columns of a results table, by its name ``experiment_NAME.csv``."""
    return (*COMMON, *MEASURES[path.stem.removeprefix("experiment_")], *LAST)


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
    names = columns(path)
    if not rows or tuple(rows[0]) != names:
        found = ",".join(rows[0]) if rows else "an empty file"
        raise RecordsError(f"{path}: found the columns {found}, expected {','.join(names)}")
    for n, row in enumerate(rows[1:], 2):
        if len(row) != len(names):
            raise RecordsError(
                f"{path}, row {n}: found {len(row)} columns, expected {len(names)}; "
                "delete the row and its run is repeated"
            )
        named = dict(zip(names, row, strict=True))
        for column in names:
            if column in WHOLE or (column in OPTIONAL and not named[column]):
                continue
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
    found_rows = [dict(zip(names, row, strict=True)) for row in rows[1:]]
    runs = [row["run"] for row in found_rows]
    for name in runs:
        if runs.count(name) > 1:
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
        rows = [*read(path), {name: str(row.get(name, "")) for name in columns(path)}]
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with partial.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns(path), lineterminator="\n")
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
