"""Reading one table: a CSV beside the sidecar that says what every column means.

A table is read whole and refused whole: ``DataError`` names every bad cell with file, row and
column, what was found, what was expected and what to do.
"""

from __future__ import annotations

import csv
import datetime
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from press import reads

EVIDENCE = ("primary", "analyst", "press", "derived", "unverified")
"""Evidence grades, best first."""

MAX_QUOTE_WORDS = 25
MOST = 20
"""Problems of one table that are named one by one."""
LARGEST = 1e30
"""No quantity here is larger; a larger number is a slip of the exponent."""
TYPES = ("string", "number", "integer", "date", "boolean")
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]")
"""Control characters, marks that turn the direction of writing, and the sign of a lost letter."""

Row = Mapping[str, Any]


class DataError(ValueError):
    """A cell, row or file of ``data/`` that cannot be used, in plain words."""

    def __init__(
        self, file: str, problem: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        place = f"data/{file}" + (f":{row}" if row else "")
        super().__init__(f"{place}: " + (f"column '{column}': " if column else "") + problem)

    @property
    def problems(self) -> list[str]:
        """One line for each thing that is wrong."""
        return str(self).splitlines()

    @classmethod
    def of(cls, errors: Sequence[DataError]) -> DataError:
        """All of them as one, a line each; beyond ``MOST`` only their number."""
        found = cls.__new__(cls)
        lines = [str(error) for error in errors[:MOST]]
        if len(errors) > MOST:
            lines.append(
                f"{lines[-1].partition(': ')[0]}: and {len(errors) - MOST} more like these"
            )
        ValueError.__init__(found, "\n".join(lines))
        return found


@dataclass(frozen=True)
class Column:
    """What a sidecar says of one column."""

    name: str
    type: str
    description: str
    unit: str = ""
    required: bool = True
    unique: bool = False
    one_of: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def parse(self, text: str) -> Any:
        """The cell's value in the column's type; ``None`` for an empty optional cell.

        Raises
        ------
        ValueError
            With the words "found ..., expected ..." if the cell does not fit.
        """
        if text == "":
            if self.required:
                raise ValueError("found an empty cell, expected a value; fill it in")
            return None
        if text != text.strip():
            raise ValueError(f"found {text!r}, expected no space at either end; trim it")
        if UNSEEN.search(text):
            raise ValueError(f"found {text!r}, expected no control character; delete it")
        value = self._typed(text)
        if self.one_of and text not in self.one_of:
            raise ValueError(f"found {text!r}, expected one of {', '.join(self.one_of)}")
        if isinstance(value, int | float) and not isinstance(value, bool):
            if self.minimum is not None and value < self.minimum:
                raise ValueError(f"found {text}, expected at least {self.minimum:g}")
            if self.maximum is not None and value > self.maximum:
                raise ValueError(f"found {text}, expected at most {self.maximum:g}")
        return value

    def _typed(self, text: str) -> Any:
        try:
            match self.type:
                case "integer":
                    finite(text)
                    return int(text)
                case "number":
                    return finite(text)
                case "date":
                    return partial_date(text)
                case "boolean":
                    return {"true": True, "false": False}[text]
        except (ValueError, KeyError):
            hint = {
                "integer": "a whole number such as 2048",
                "number": f"a finite number such as 2.664e6, {LARGEST:g} at most",
                "date": "a date such as 2025-01-27, 2025-01 or 2025",
                "boolean": "true or false",
            }[self.type]
            raise ValueError(f"found {text!r}, expected {hint}") from None
        return text


def finite(text: str) -> float:
    """The number that a cell holds; NaN, separators and anything above 1e30 are refused.

    >>> finite("2.664e6")
    2664000.0
    """
    if not _PLAIN_NUMBER.fullmatch(text) or not abs(float(text)) <= LARGEST:
        raise ValueError(text)
    return float(text)


def partial_date(text: str) -> str:
    """The date as written, if it is a real day, month or year in ISO form.

    >>> partial_date("2025-01")
    '2025-01'
    """
    padded = text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text
    if datetime.date.fromisoformat(padded).isoformat() != padded:
        raise ValueError(text)
    return text


@dataclass(frozen=True)
class Table:
    """A validated table: its rows in file order and what its sidecar says of it."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: str
    origin: str
    licence: str
    accessed: str
    every: tuple[Row, ...]
    evidence: str = ""
    source: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows; a chapter that asks for them runs again when any of them changes."""
        sys.audit(reads.ASKED, self, {})
        return self.every

    @cached_property
    def by_key(self) -> Mapping[str, Row]:
        """Rows by their key, for tables whose sidecar names one."""
        return reads.Keyed(self)

    @cached_property
    def index(self) -> dict[str, Row]:
        """``by_key`` for the press itself: what is looked up here is not noted."""
        return {str(row[self.key]): row for row in self.every} if self.key else {}


def read_table(folder: Path, name: str) -> Table:
    """The table ``folder/name.csv`` with its sidecar ``folder/name.yml``, fully validated.

    Raises
    ------
    DataError
        For all that is not as the sidecar says.
    """
    spec = _read_sidecar(folder, name)
    columns = tuple(_column(name, item) for item in spec["columns"])
    names = [column.name for column in columns]
    key = spec.get("key", "")
    if key and key not in names:
        raise DataError(f"{name}.yml", f"key {key!r} is none of its columns")
    columns = tuple(replace(c, unique=True) if c.name == key else c for c in columns)
    for field in ("source", "evidence"):
        if field not in names and not spec.get(field):
            raise DataError(
                f"{name}.yml",
                f"found no column '{field}' and no '{field}:' for the whole table; add one",
            )
    rows = _read_rows(folder, name, columns)
    return Table(
        name=name,
        columns=columns,
        every=rows,
        key=key,
        title=spec["title"],
        description=spec["description"],
        origin=spec["origin"],
        licence=spec["licence"],
        accessed=str(spec["accessed"]),
        evidence=spec.get("evidence", ""),
        source=spec.get("source", ""),
    )


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader; where the C library is there, the one that is ten times as fast."""
_NEEDED = ("title", "description", "origin", "licence", "accessed", "columns")
_SIDECAR = (*_NEEDED, "key", "source", "evidence")
_OPTIONS: Mapping[str, Any] = {
    **dict.fromkeys(("name", "type", "description", "unit"), str),
    **dict.fromkeys(("required", "unique"), bool),
    **dict.fromkeys(("minimum", "maximum"), float),
    "one_of": list,
}
_WORDS = {str: "words", bool: "true or false", float: "a finite number", list: "a list of words"}


def _read_sidecar(folder: Path, name: str) -> dict[str, Any]:
    file = f"{name}.yml"
    try:
        spec = yaml.load((folder / file).read_text(encoding="utf-8"), _YAML)
    except FileNotFoundError:
        raise DataError(file, "not found; every table needs a sidecar") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DataError(file, f"cannot be read as YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(spec, dict):
        raise DataError(file, "found no mapping, expected title, description, columns, ...")
    for field in _NEEDED:
        if not spec.get(field):
            raise DataError(file, f"'{field}' is missing; add it")
    for field, value in spec.items():
        kind = {"columns": list, "accessed": str | int | datetime.date}.get(field, str)
        if field not in _SIDECAR:
            raise DataError(file, f"found {field!r}, expected one of {', '.join(_SIDECAR)}")
        if not isinstance(value, kind):
            wanted = "a list of columns" if kind is list else "words"
            raise DataError(file, f"{field}: found {value!r}, expected {wanted}")
    if spec.get("evidence", EVIDENCE[0]) not in EVIDENCE:
        found = f"found {spec['evidence']!r}, expected one of {', '.join(EVIDENCE)}"
        raise DataError(file, f"evidence: {found}")
    try:
        partial_date(str(spec["accessed"]))
    except ValueError:
        raise DataError(file, f"accessed: found {spec['accessed']!r}, expected a date") from None
    return spec


def _column(table: str, item: Any) -> Column:
    """A column from its sidecar; numbers have the minimum 0 where it names none."""
    file = f"{table}.yml"
    if not isinstance(item, dict):
        raise DataError(file, f"found {item!r} among the columns, expected name, type, description")
    name = str(item.get("name"))
    for option, value in item.items():
        kind = _OPTIONS.get(option)
        if kind is None:
            known = ", ".join(_OPTIONS)
            raise DataError(file, f"found {option!r}, expected one of {known}", column=name)
        if not _is(value, kind):
            wanted = f"{option}: found {value!r}, expected {_WORDS[kind]}"
            raise DataError(file, wanted, column=name)
    for option in ("name", "type", "description"):
        if not item.get(option):
            raise DataError(file, f"{option} is missing; add it", column=name)
    if item["type"] not in TYPES:
        wanted = f"found type {item['type']!r}, expected one of {', '.join(TYPES)}"
        raise DataError(file, wanted, column=name)
    least = {"minimum": 0} if item["type"] in ("number", "integer") else {}
    return Column(**{**least, **item, "one_of": tuple(item.get("one_of", ()))})


def _is(value: Any, kind: Any) -> bool:
    """Whether an option is of its kind: no yes or no for a number, only words in a list."""
    if kind is list:
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if kind is float:
        return type(value) in (int, float) and math.isfinite(value)
    return isinstance(value, kind)


def _read_rows(folder: Path, name: str, columns: tuple[Column, ...]) -> tuple[Row, ...]:
    file = f"{name}.csv"
    try:
        text = (folder / file).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError(file, f"not found, though data/{name}.yml describes it") from None
    except UnicodeDecodeError as error:
        raise DataError(file, f"is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    if text.startswith("\ufeff"):
        raise DataError(file, "begins with a byte order mark; save it as UTF-8 without one", row=1)
    if "\r" in text:
        row = text.count("\n", 0, text.index("\r")) + 1
        wanted = (
            "has Windows line ends, expected Unix ones (LF); save it so, or the diff is every row"
        )
        raise DataError(file, wanted, row=row)
    try:
        reader = csv.reader(text.splitlines(keepends=True), strict=True)
        header = next(reader, [])
        names = [column.name for column in columns]
        if header != names:
            hint = "; separate cells by commas" if len(header) == 1 and ";" in header[0] else ""
            raise DataError(
                file,
                f"found columns {', '.join(header)}; expected {', '.join(names)} "
                f"(data/{name}.yml){hint}",
                row=1,
            )
        rows: list[Row] = []
        errors: list[DataError] = []
        seen: dict[str, dict[str, int]] = {c.name: {} for c in columns if c.unique}
        if not text.endswith("\n"):
            last = text.count("\n") + 1
            raise DataError(file, "has no line end; is the file cut off? add what lacks", row=last)
        lines: dict[tuple[str, ...], int] = {}
        for cells in reader:
            first = lines.setdefault(tuple(cells), reader.line_num)
            if first != reader.line_num:
                again = f"found the whole row again (first in row {first}); delete one"
                errors.append(DataError(file, again, row=reader.line_num))
                continue
            try:
                rows.append(_read_row(file, reader.line_num, cells, columns, seen))
            except DataError as error:
                errors.append(error)
    except csv.Error as error:
        raise DataError(file, f"is not valid CSV: {error}", row=reader.line_num) from None
    if errors:
        raise DataError.of(errors)
    return tuple(rows)


def _read_row(
    file: str,
    line: int,
    cells: list[str],
    columns: tuple[Column, ...],
    seen: dict[str, dict[str, int]],
) -> Row:
    if len(cells) != len(columns):
        hint = "is a comma missing?" if len(cells) < len(columns) else "quote a cell with a comma"
        wanted = f"found {len(cells)} cells, expected {len(columns)}; {hint}"
        raise DataError(file, wanted, row=line)
    row: dict[str, Any] = {}
    errors: list[DataError] = []
    for column, cell in zip(columns, cells, strict=True):
        try:
            row[column.name] = column.parse(cell)
            if column.name == "evidence" and cell and cell not in EVIDENCE:
                raise ValueError(f"found {cell!r}, expected one of {', '.join(EVIDENCE)}")
            if column.name.startswith("quote") and len(cell.split()) > MAX_QUOTE_WORDS:
                raise ValueError(
                    f"found {len(cell.split())} words, expected at most {MAX_QUOTE_WORDS}; shorten"
                )
            if column.unique and (first := seen[column.name].setdefault(cell, line)) != line:
                raise ValueError(f"found {cell!r} again (first in row {first})")
        except ValueError as error:
            errors.append(DataError(file, str(error), row=line, column=column.name))
    if errors:
        raise DataError.of(errors)
    return row
