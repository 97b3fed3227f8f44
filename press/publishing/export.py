"""The registry as plain data: what the site prints and what ``book/figures.json`` holds."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from press import figures, subject, words
from press.facts import Facts, tables
from press.publishing.files import BOOK, write_if_changed
from press.tables import Table

COMMITTED = BOOK / "figures.json"
DIGITS = 12
"""Significant digits kept, so that the same inputs give the same file on every machine."""


def rounded(number: float | None) -> float | None:
    """The number to the digits that the export keeps.

    >>> rounded(0.1 + 0.2)
    0.3
    """
    return None if number is None else float(f"{number:.{DIGITS}g}")


def figure_record(found: figures.Figure) -> dict[str, Any]:
    """A figure as it is kept and compared: plain JSON types, numbers rounded."""
    numbers = {field: rounded(getattr(found, field)) for field in ("value", "low", "high")}
    return {**found.as_dict(), **numbers}


def figure_records(facts: Facts) -> list[dict[str, Any]]:
    """Every figure as plain JSON types, in the order of the keys."""
    return as_published(figures.evaluate_all(facts), facts)


def as_published(found: Iterable[figures.Figure], facts: Facts) -> list[dict[str, Any]]:
    """Figures as records, the roles in their titles and formulas printed with their own numbers."""
    records = {figure.key: figure_record(figure) for figure in found}

    def lookup(key: str) -> Mapping[str, Any]:
        return records[key] if key in records else words.record(key, facts)

    for record in records.values():
        for field in ("title", "formula"):
            if "{" in record[field]:
                record[field] = words.plain(record[field], lookup)
    return list(records.values())


def to_json(data: Any) -> str:
    """JSON as it is committed: two spaces, no ASCII escapes, a newline at the end."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def write_committed(facts: Facts) -> list[str]:
    """Write ``book/figures.json`` anew; returns one line for each figure that moved."""
    before, _ = read_committed()
    records = figure_records(facts)
    write_if_changed(COMMITTED, lines_of(records))
    return moved(before, {record["key"]: record for record in records})


def lines_of(records: Iterable[Mapping[str, Any]]) -> str:
    """Figures as they are committed: JSON with one line a figure.

    A line of its own for each comma: git merges changes of neighbours without conflict.
    """
    return "[\n" + "\n,\n".join(json.dumps(r, ensure_ascii=False) for r in records) + "\n]\n"


def committed() -> list[dict[str, Any]]:
    """The figures of the committed edition; empty before the first."""
    return list(read_committed()[0].values())


def read_committed() -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The committed figures by key, and what is wrong with the file, a line each.

    A line that cannot be read hides no other: the file can always be written anew.
    """
    text = COMMITTED.read_text(encoding="utf-8", errors="replace") if COMMITTED.exists() else ""
    records: dict[str, dict[str, Any]] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if line in ("[", ",", "]", ""):
            continue
        try:
            record = json.loads(line)
            key = record["key"]
        except (ValueError, KeyError, TypeError):
            problems.append(f"book/{COMMITTED.name}:{number}: is no figure; run `make figures`")
            continue
        if key in records:
            twice = f"found figure '{key}' twice, as after a merge; run `make figures`"
            problems.append(f"book/{COMMITTED.name}:{number}: {twice}")
        records[key] = record
    return records, problems


def committed_line(key: str) -> int:
    """The line of the committed file on which a figure stands; the first for one that is new."""
    text = COMMITTED.read_text(encoding="utf-8", errors="replace") if COMMITTED.exists() else ""
    return text.count("\n", 0, max(text.find(f'"key": "{key}"'), 0)) + 1


def moved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """One line for each figure that differs between two editions.

    >>> moved({"a": {"value": 1.0}}, {"a": {"value": 2.0}, "b": {"value": 3.0}})
    ['a: value 1.0 before, 2.0 now', 'b: new']
    """
    lines = []
    for key in sorted(before | after):
        if key not in after:
            lines.append(f"{key}: gone")
        elif key not in before:
            lines.append(f"{key}: new")
        else:
            old, new = before[key], after[key]
            changes = [
                f"{field} {old.get(field)} before, {new[field]} now"
                for field in new
                if not _same(old.get(field), new[field])
            ]
            if changes:
                lines.append(f"{key}: {'; '.join(changes)}")
    return lines


def _same(old: Any, new: Any) -> bool:
    """Whether two entries agree; numbers to nine digits, as another SciPy gives them."""
    numbers = isinstance(old, float) and isinstance(new, float)
    return old == new or (numbers and math.isclose(old, new, rel_tol=1e-9))


def site_data(facts: Facts, computed: Sequence[figures.Figure] | None = None) -> dict[str, Any]:
    """All that the pages' roles and listings print, from figures that are computed already."""
    from press.publishing.colophon import state
    from press.publishing.editions import editions, problems

    evaluated = figures.evaluate_all(facts) if computed is None else computed
    records = as_published(evaluated, facts)
    status = state(records, {record["key"]: record for record in committed()})
    for record in records:
        record["code"] = figures.definition(record["key"]).code
    found = {name: facts.table(name) for name in tables(facts.folder)}
    memory = facts.recording()
    return {
        "figures": {record["key"]: record for record in records},
        "topics": figures.topics(),
        "facts": {key: vars(memory[key]) for key in found["facts"].by_key},
        "sources": {row["key"]: dict(row) for row in found["sources"].rows},
        "tables": {name: _described(table) for name, table in found.items()},
        "claims": {},
        "reviews": [],
        **subject.site(facts),
        "editions": editions(facts),
        "corrections": [dict(r) for r in found["corrections"].rows]
        if "corrections" in found
        else [],
        "status": status,
        "notes": [
            *subject.problems(facts, evaluated),
            *problems(facts),
        ],
    }


def _described(table: Table) -> dict[str, Any]:
    data = {f.name: getattr(table, f.name) for f in dataclasses.fields(table) if f.name != "every"}
    data["columns"] = [dataclasses.asdict(column) for column in table.columns]
    return {**data, "rows": len(table.rows)}
