"""The facts: what the report rests on, read from ``data/`` and validated on the way in.

A fact cannot exist without value, unit, source and evidence grade. ``Facts`` also remembers
what was asked of it, so that a figure's inputs are recorded and not typed.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from press import reads, subject
from press.estimate import Estimate
from press.numbers import Dated, read
from press.tables import EVIDENCE, Column, DataError, Row, Table, finite, partial_date, read_table

HOME = Path(__file__).resolve().parents[1]
DATA = next((d for d in (HOME / "data", HOME / subject.NAME / "data") if d.is_dir()), HOME / "data")
"""The tables: beside the packages in a clone, inside the subject where it is installed."""
SIGNED = ("share",)
"""Units in which a fact may be negative: a fall is a negative share."""
Made = TypeVar("Made")


@dataclass(frozen=True)
class Fact:
    """One row of ``data/facts.csv``; ``value`` is a number, or words for units text and date."""

    id: str
    name: str
    subject: str
    quantity: str
    value: float | str
    unit: str
    source: str
    evidence: str
    low: float | None = None
    high: float | None = None
    date: str | None = None
    locator: str = ""
    quote: str | None = None
    definition: str | None = None

    def __post_init__(self) -> None:
        for field in ("value", "unit", "source", "evidence"):
            if getattr(self, field) in ("", None):
                raise ValueError(f"a fact needs a {field}")
        if self.evidence not in EVIDENCE:
            raise ValueError(f"found {self.evidence!r}, expected one of {', '.join(EVIDENCE)}")


class Facts:
    """Read-only access to every table of ``data/``; tables are read when first asked for.

    Parameters
    ----------
    folder
        The folder of tables, ``data/`` unless told.
    overrides
        Other values to assume: ``{"V3-009": 3.42}`` for a fact, or
        ``{"accelerators/H800-SXM5.tdp_w": 600}`` for a cell of another table; the address of an
        uncertain input of the subject gives it this one value. ``None`` leaves a value as it is.

    Examples
    --------
    >>> facts = Facts()
    >>> facts.v3.gpu_hours_total, facts.value("V3-004")
    (2788000.0, 2788000.0)
    >>> facts.seen
    {'V3-004': 'primary'}
    """

    def __init__(
        self, folder: Path = DATA, overrides: Mapping[str, float | None] | None = None
    ) -> None:
        self.folder = folder
        given = overrides or {}
        self.seen: dict[str, str] = {}
        self._tables: dict[str, Table] = {}
        self._names: dict[str, str] = {}
        self._traced: dict[str, dict[str, Any]] = {}
        self._made: dict[Hashable, tuple[Any, Facts]] = {}
        wanted = {key if "/" in key else self.id_of(key): to for key, to in given.items()}
        self.overrides = {key: to for key, to in wanted.items() if to is not None}
        for key in wanted:
            self._check_override(key)

    def recording(self) -> Facts:
        """The same facts with an empty memory, to record what one figure reads."""
        twin = Facts.__new__(Facts)
        twin.folder, twin.overrides = self.folder, self.overrides
        twin._tables, twin._names, twin._traced = self._tables, self._names, self._traced
        twin._made = self._made
        twin.seen = {}
        return twin

    def assuming(self, overrides: Mapping[str, float | None]) -> Facts:
        """The same tables with other values, added to those assumed already."""
        twin = self.recording()
        twin._traced, twin._made, twin.overrides = {}, {}, dict(self.overrides)
        for key, to in overrides.items():
            key = key if "/" in key else self.id_of(key)
            twin._check_override(key)
            if to is not None:
                twin.overrides[key] = to
        return twin

    def weighed(self, memory: Facts) -> None:
        """Remember what was read by a computation that weighs the grades of its evidence itself.

        The inputs are recorded; their grades no longer bear on the result, which is ``derived``.
        """
        for name in memory.seen:
            self.seen.setdefault(name, "derived")

    def weighing(self, work: Callable[[Facts], Made]) -> Made:
        """What a computation makes that weighs grades itself: done once, recorded every time."""
        if work not in self._made:
            memory = self.recording()
            self._made[work] = work(memory), memory
        made: Made
        made, memory = self._made[work]
        self.weighed(memory)
        return made

    def table(self, name: str) -> Table:
        """The whole validated table ``data/NAME.csv``, without recording its rows."""
        if not name.isidentifier():
            raise KeyError(f"data/ has no table {name!r}")
        if name not in self._tables:
            sys.audit(reads.READING, str(self.folder), name)
            table = read_table(self.folder, name)
            self._check_references(table)
            self._tables[name] = table
        return self._tables[name]

    def __getattr__(self, subject: str) -> Named:
        """The facts about one subject: ``facts.v3.price_per_gpu_hour`` is a number."""
        if subject.startswith("_"):
            raise AttributeError(subject)
        return Named(self, subject)

    def id_of(self, name: str) -> str:
        """The id of a fact by its id or its name; ``KeyError`` with a near one if there is none."""
        table = self.table("facts")
        if name in table.by_key:
            return name
        sys.audit(reads.ASKED, table, {"name": name})
        by_name = self._by_name()
        if name not in by_name:
            near = difflib.get_close_matches(name, [*by_name, *table.index], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise KeyError(f"data/facts.csv has no fact {name!r}{hint}")
        return by_name[name]

    def _by_name(self) -> dict[str, str]:
        if not self._names:
            self._names |= {row["name"]: row["id"] for row in self.table("facts").every}
        return self._names

    def __getitem__(self, name: str) -> Fact:
        """The fact with this id or name.

        Raises
        ------
        KeyError
            If ``data/facts.csv`` has no such row.
        """
        fact_id = self.id_of(name)
        row = self.table("facts").by_key[fact_id]
        self.seen[fact_id] = row["evidence"]
        if fact_id not in self._traced:
            given = dict(row)
            if fact_id in self.overrides:
                given |= {"value": self.overrides[fact_id], "low": None, "high": None}
            for end in ("value", "low", "high"):
                if isinstance(given[end], int | float):
                    label = f"{row['subject']}: {row['quantity']}"
                    given[end] = read(given[end], fact_id, row["unit"], end, label)
            if given["date"]:
                given["date"] = Dated(given["date"], f"{fact_id}.date")
            if row["unit"] == "date":
                given["value"] = Dated(given["value"], fact_id)
            self._traced[fact_id] = given
        return Fact(**self._traced[fact_id])

    def value(self, name: str) -> float:
        """The number that a fact states, in the fact's unit."""
        return self.estimate(name).value

    def estimate(self, name: str) -> Estimate:
        """The number that a fact states with its range, in the fact's unit."""
        fact = self[name]
        if isinstance(fact.value, str):
            raise TypeError(f"fact {name} holds words ({fact.unit}), not a number")
        return Estimate(fact.value, fact.low, fact.high)

    def text(self, name: str) -> str:
        """The words or the date that a fact states."""
        value = self[name].value
        return value if isinstance(value, str) else str(value)

    def rows(self, table: str, **where: Any) -> list[Row]:
        """The rows of a table whose cells equal ``where``; their keys are recorded as inputs."""
        found = self.table(table)
        sys.audit(reads.ASKED, found, where)
        rows = [r for r in found.every if all(r[column] == v for column, v in where.items())]
        return [self._recorded(found, row) for row in rows]

    def row(self, table: str, key: str) -> Row:
        """One row of a table by its key; ``KeyError`` if there is none."""
        found = self.table(table)
        if key not in found.by_key:
            raise KeyError(f"data/{table}.csv has no row {key!r}")
        return self._recorded(found, found.index[key])

    def config(self, model: str) -> dict[str, Any]:
        """A model's configuration, field by field, as its publisher's ``config.json`` has it."""
        rows = self.rows("model_configs", model=model)
        if not rows:
            raise KeyError(f"data/model_configs.csv has no model {model!r}")
        return {row["field"]: row["value"] for row in rows}

    def grade(self, name: str) -> str:
        """The evidence grade of a fact, or of a row ``table/key`` of another table."""
        known = self.table("facts").index
        if name in known or "/" not in name:
            return str(known[name]["evidence"])
        table = self.table(name.partition("/")[0])
        row = table.by_key.get(name.partition("/")[2], {})
        return str(row.get("evidence") or table.evidence)

    def _recorded(self, table: Table, row: Row) -> Row:
        name = f"{table.name}/{row[table.key]}" if table.key else table.name
        grade = row.get("evidence") or table.evidence
        worst = max(grade, self.seen.get(name, EVIDENCE[0]), key=EVIDENCE.index)
        self.seen[name] = worst
        if not table.key:
            return row
        if name not in self._traced:
            self._traced[name] = {c.name: self._cell(c, name, row[c.name]) for c in table.columns}
        return self._traced[name]

    def _cell(self, column: Column, row: str, cell: Any) -> Any:
        """A cell as code gets it: numbers remember where they stand, or are assumed anew."""
        address = f"{row}.{column.name}"
        if row.startswith("model_configs/") and column.name == "value":
            return self._setting(address, json.loads(cell))
        cell = self.overrides.get(address, cell)
        if column.type == "date" and cell:
            return Dated(cell, address)
        if isinstance(cell, bool) or not isinstance(cell, int | float):
            return cell
        return read(cell, address, column.unit or None)

    def _setting(self, address: str, value: Any) -> Any:
        """A field of a model's configuration; numbers inside lists are settings, not inputs."""
        value = self.overrides.get(address, value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return read(value, address, "1")

    def _check_references(self, table: Table) -> None:
        """Refuse the rows whose source, fact or unit is described nowhere."""
        if found := list(self._unknown(table)):
            raise DataError.of(found)

    def _unknown(self, table: Table) -> Iterator[DataError]:
        file = f"{table.name}.csv"
        units = self.table("units").index if table.name == "facts" else {}
        sources = self.table("sources").index if table.name not in ("sources", "units") else {}
        if sources and table.source and table.source not in sources:
            yield DataError(f"{table.name}.yml", f"data/sources.csv has no {table.source!r}")
        for line, row in enumerate(table.every, 2):
            try:
                if table.name == "facts":
                    _check_fact(file, line, row, units)
                if table.name == "model_configs":
                    _check_json(file, line, row["value"])
            except DataError as error:
                yield error
            if not (row.get("url") or "https://").startswith(("https://", "http://")):
                wanted = f"found {row['url']!r}, expected an address that begins with https://"
                yield DataError(file, wanted, row=line, column="url")
            source = row.get("source")
            if sources and source and source not in sources:
                wanted = f"found {source!r}, expected the key of a row of data/sources.csv"
                yield DataError(file, f"{wanted}; add it there", row=line, column="source")

    def _check_override(self, key: str) -> None:
        if "/" not in key:
            fact = self.table("facts").by_key[key]
            if not isinstance(fact["value"], float):
                raise TypeError(f"fact {key} holds words ({fact['unit']}), not a number")
            return
        if key in (known["address"] for known in subject.uncertain(self).values()):
            return  # a distribution as a whole, assumed to be one value: the subject reads it
        name, _, rest = key.partition("/")
        row_key, _, column = rest.rpartition(".")
        row = self.table(name).by_key.get(row_key)
        if row is None:
            raise KeyError(f"data/{name}.csv has no row {row_key!r}")
        cell = row.get(column)
        if name == "model_configs" and column == "value":
            cell = json.loads(row["value"])
        if not isinstance(cell, int | float) or isinstance(cell, bool):
            raise TypeError(f"data/{name}.csv, row {row_key!r}: column {column!r} is no number")


class Named:
    """The facts about one subject by their names."""

    def __init__(self, facts: Facts, subject: str) -> None:
        self._facts, self._subject = facts, subject

    def __getattr__(self, name: str) -> float:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._facts.value(f"{self._subject}.{name}")


def _check_fact(file: str, line: int, row: Any, units: Mapping[str, Row]) -> None:
    """Turn a fact's value into the type that its unit asks for, or refuse the row."""
    if row["unit"] not in units:
        raise DataError(
            file,
            f"found {row['unit']!r}, expected a unit of data/units.csv; add it there",
            row=line,
            column="unit",
        )
    try:
        if row["unit"] == "date":
            partial_date(row["value"])
        elif row["unit"] != "text":
            row["value"] = finite(row["value"])
            for column in ("value", "low"):
                if (row[column] or 0) < 0 and row["unit"] not in SIGNED:
                    negative = f"found {row[column]:g}, expected at least 0 in {row['unit']}"
                    raise DataError(file, negative, row=line, column=column)
            for column, sign, word in (("low", -1, "most"), ("high", 1, "least")):
                end = row[column]
                if end is not None and end < 0 < row["value"]:
                    wrong = f"found {end:g}, expected at least 0 beside {row['value']:g}"
                    raise DataError(file, wrong, row=line, column=column)
                if end is not None and (end - row["value"]) * sign < 0:
                    wrong = f"found {end:g}, expected at {word} the value, {row['value']:g}"
                    raise DataError(file, wrong, row=line, column=column)
            Estimate(row["value"], row["low"], row["high"])
    except DataError:
        raise
    except ValueError as error:
        problem = (
            str(error)
            if "expected" in str(error) or "range" in str(error)
            else (f"found {row['value']!r}, expected a finite number in {row['unit']}")
        )
        raise DataError(file, problem, row=line, column="value") from None
    if not row["quote"] and not row["locator"]:
        raise DataError(file, "needs a quote or a locator (page, table, section)", row=line)


def _check_json(file: str, line: int, text: str) -> None:
    """Refuse a configuration's value that is no JSON literal."""
    try:
        json.loads(text)
    except ValueError:
        problem = f'found {text!r}, expected JSON: a number, true, false, null, a list or "words"'
        raise DataError(file, problem, row=line, column="value") from None


def tables(folder: Path = DATA) -> list[str]:
    """The names of all tables that a folder holds, in alphabetical order."""
    return sorted(
        {path.stem for path in folder.glob("*.csv")} | {p.stem for p in folder.glob("*.yml")}
    )
