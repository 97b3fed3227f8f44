"""The commands ``facts`` and ``schema``: what the report rests on, and what commands print."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from press.commands import add, print_json, print_table

SEARCHED = ("id", "name", "subject", "quantity", "source", "unit", "evidence")
"""Columns in which a word is looked for."""


def add_to(subs: Any) -> None:
    """Describe the commands to the parser."""
    facts = add(subs, "facts", _facts, json=True)
    facts.add_argument(
        "words", nargs="*", metavar="WORD", help="in the id, name, subject, quantity or source"
    )
    schema = add(subs, "schema", _schema)
    schema.add_argument("name", nargs="?", metavar="NAME", help="such as figures or figures/1")


def _facts(options: argparse.Namespace) -> int:
    """List the facts that the report rests on, all or those with every WORD.

    A fact is named by its id or its name; both can be changed with what-if and read in code. The
    name of a chapter's input, such as usd_per_gpu_hour, lists the facts behind it. --json adds
    date, place in the source, quotation and definition.

    Examples:
      python -m analysis facts
      python -m analysis facts v3 price
      python -m analysis facts V3-009 --json

    Exit status: 0; 2 if no fact fits (says which is near).
    """
    from press.facts import Facts

    facts = Facts()
    rows = facts.table("facts").rows
    found = [row for row in rows if _fits(row, options.words)]
    if not found and len(options.words) == 1:
        ids = behind(options.words[0])
        found = [row for row in rows if row["id"] in ids]
    if not found:
        if len(options.words) == 1:
            facts.id_of(options.words[0])  # says what is near
        raise ValueError(f"WORD: found no fact with {' and '.join(options.words)}, expected some")
    if options.json:
        print_json([dict(row) for row in found])
        return 0
    print_table(
        ("id", "name", "value", "unit", "grade", "what", "source"),
        [
            (
                row["id"],
                row["name"],
                f"{row['value']:.12g}" if isinstance(row["value"], float) else str(row["value"]),
                row["unit"],
                row["evidence"],
                f"{row['subject']}: {row['quantity']}",
                row["source"],
            )
            for row in found
        ],
    )
    return 0


def _fits(row: Any, words: Iterable[str]) -> bool:
    text = " ".join(str(row[column]) for column in SEARCHED).lower()
    return all(word.lower() in text for word in words)


def behind(name: str) -> set[str]:
    """The ids of the facts behind an input that chapters assume, by the input's name."""
    from press.publishing.files import BOOK
    from press.publishing.prose import front_matter

    found: set[str] = set()
    for path in sorted(BOOK.glob("*.md")):
        assumed = front_matter(path).get("assumes") or {}
        found |= set(str(assumed.get(name, "")).split())
    return found


def _schema(options: argparse.Namespace) -> int:
    """Print the JSON schema of what a command prints with --json, or list all schemas.

    A schema's version changes when a key goes or changes its meaning.

    Examples:
      python -m analysis schema
      python -m analysis schema figures

    Exit status: 0; 2 for an unknown schema.
    """
    from press import schemas

    if options.name is None:
        print("\n".join(schemas.names()))
        return 0
    print_json(schemas.schema(options.name))
    return 0
