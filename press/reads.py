"""What is asked of the tables, so that a chapter runs again when an answer changes, and only then.

A question is the cells that rows must have: ``{"id": "V3-009"}`` for one row, ``{}`` for all of
them. Asking raises an audit event of Python, which costs nothing where nobody listens; the kernel
that a chapter runs in listens and keeps a hash of every answer.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from press.tables import Row, Table

READING, ASKED = "press.reading", "press.asked"
"""A table is about to be read (folder, name); rows of it are asked for (table, cells)."""


class Keyed(Mapping[str, "Row"]):
    """Rows by key; a look-up asks for one row, going through them asks for all."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def __getitem__(self, key: str) -> Row:
        sys.audit(ASKED, self._table, {self._table.key: key})
        return self._table.index[key]

    def __iter__(self) -> Iterator[str]:
        sys.audit(ASKED, self._table, {})
        return iter(self._table.index)

    def __len__(self) -> int:
        sys.audit(ASKED, self._table, {})
        return len(self._table.index)


def question(cells: Mapping[str, Any]) -> str:
    """The question as text; all rows where the cells do not survive as JSON.

    >>> question({"id": "V3-009"}), question({"chips": {"H800"}})
    ('{"id": "V3-009"}', '{}')
    """
    try:
        text = json.dumps(cells, sort_keys=True)
        return text if json.loads(text) == cells else "{}"
    except (TypeError, ValueError):
        return "{}"


def answer(table: Table, question: str) -> str:
    """A hash over the rows that answer a question, in the order of the file."""
    cells = json.loads(question)
    if [*cells] == [table.key]:
        rows = [row for row in (table.index.get(cells[table.key]),) if row]
    else:
        rows = [r for r in table.every if all(r.get(c) == cell for c, cell in cells.items())]
    text = json.dumps([dict(row) for row in rows], default=str)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
