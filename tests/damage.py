"""Damaged inputs: what a slip, a spreadsheet, a bad disk or an ill-meaning hand makes of a file.

Every generator is deterministic. A damage names the file, what was done to it and, where a
refusal must name them, the row and the column.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

from press import figures, tables
from press.facts import DATA
from press.tables import Column, Table

Published = Mapping[str, figures.Figure]
"""Every figure by its key, computed from the data as they are."""

DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

HOSTILE = (
    '<img src=x onerror="alert(1)"></script><script>alert(2)</script>',
    "=HYPERLINK(1)",
    "../../../etc/passwd",
)
"""Text that a careless page, spreadsheet or file system would run."""

IN_NUMBERS = (
    *("abc", "nan", "NaN", "inf", "-inf", "1e999", "9e99", "-9e99", "1,000", "1_000", "0x10"),
    *("１２", "--1", "1 USD", "$5", "5 %", "1.2.3", "true", "2025-01-27", "\u22125", "1e", "½"),
)
IN_TYPE = {
    "number": IN_NUMBERS,
    "integer": (*IN_NUMBERS, "1.5", "1e3", "7" * 5000),
    "date": ("2025-02-30", "27/01/2025", "20250127", "0000-01-01", "2025-13", "soon", "２０２５"),
    "boolean": ("yes", "True", "0", "truth"),
    "string": (" padded", "padded ", "a\x00b", "\x1b[31mred", "\u202eright to left", "caf\ufffd"),
}


@dataclass(frozen=True)
class Damage:
    """One damaged file; ``content`` is ``None`` for a file that is gone."""

    file: str
    what: str
    content: bytes | None
    row: int | None = None
    column: str | None = None
    edit: bool = False
    """Whole rows came or went, or a sign turned that may be either: in form a valid edit, which the
    comparison of figures must show."""


def numbers(found: figures.Figure) -> tuple[float, float | None, float | None]:
    """What a change may move in a figure."""
    return found.value, found.low, found.high


def linked(folder: Path) -> Path:
    """A folder of links to the files of ``data/``, in which one file at a time is replaced."""
    folder.mkdir()
    for path in DATA.iterdir():
        if path.is_file():
            (folder / path.name).symlink_to(path)
    return folder


@contextmanager
def replaced(folder: Path, file: str, content: bytes | None) -> Iterator[None]:
    """For a while the folder holds this content instead of the file, or no such file."""
    path = folder / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        path.symlink_to(DATA / file)


def choose(options: int, *seed: object) -> int:
    """A number below ``options`` that depends on the seed alone."""
    return crc32(repr(seed).encode()) % options


def some(items: Iterable[Any], one_in: int, *seed: object) -> Iterator[Any]:
    """About one in so many of the items, always the same ones."""
    return (item for item in items if choose(one_in, *seed, item) == 0)


def cells(path: Path) -> list[list[str]]:
    """The rows of a CSV, header first."""
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True)))


def as_csv(rows: list[list[str]]) -> bytes:
    """Rows as the bytes of a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def in_cells(table: Table, folder: Path) -> Iterator[Damage]:
    """Every kind of wrong cell in every column of a table, each in a row of its own."""
    rows = cells(folder / f"{table.name}.csv")
    for place, column in enumerate(table.columns):
        filled = [i for i in range(1, len(rows)) if rows[i][place]]
        numbers = filled
        if table.name == "facts" and column.name == "value":
            unit = rows[0].index("unit")
            numbers = [i for i in filled if rows[i][unit] not in ("text", "date")]
        if not filled:
            continue
        for wrong in _wrong(table, column):
            among = numbers if wrong in IN_NUMBERS else filled
            at = among[choose(len(among), table.name, column.name, wrong)]
            yield with_cell(table.name, rows, at, place, wrong)
        if column.type in ("number", "integer") or column.name == "value":
            signed = [i for i in numbers if rows[i][place].lstrip("0.")[:1].isdigit()]
            if signed:
                at = signed[choose(len(signed), table.name, column.name)]
                turned = with_cell(table.name, rows, at, place, "-" + rows[at][place])
                yield replace(turned, edit=column.minimum is not None and column.minimum < 0)
        if (column.unique or column.name == table.key) and len(filled) > 1:
            yield with_cell(table.name, rows, filled[1], place, rows[filled[0]][place])


def _wrong(table: Table, column: Column) -> Iterator[str]:
    yield from some(IN_TYPE[column.type], 3, table.name, column.name)
    if column.required:
        yield ""
    if column.one_of or column.name in ("evidence", "unit", "source"):
        yield "nonsense"
    if table.name == "facts" and column.name == "value":
        yield from IN_NUMBERS
    if column.name == "url":
        yield from ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd")
    if column.name.startswith("quote"):
        yield "word " * 26 + "end"
    if column.type == "string":
        yield HOSTILE[choose(len(HOSTILE), table.name, column.name)]


def with_cell(name: str, rows: list[list[str]], at: int, place: int, text: str) -> Damage:
    row = [*rows[at][:place], text, *rows[at][place + 1 :]]
    changed = [*rows[:at], row, *rows[at + 1 :]]
    shown = text if len(text) < 30 else text[:27] + "..."
    return Damage(f"{name}.csv", f"{shown!r} in a cell", as_csv(changed), at + 1, rows[0][place])


def in_rows(table: Table, folder: Path) -> Iterator[Damage]:
    """Rows and columns that are missing, doubled, too short or too long; files cut or recoded."""
    file = f"{table.name}.csv"
    whole = (folder / file).read_bytes()
    rows = cells(folder / file)
    header, body = rows[0], rows[1:]
    yield Damage(file, "the file is gone", None)
    yield Damage(file, "an empty file", b"")
    yield Damage(file, "UTF-16", whole.decode().encode("utf-16"))
    yield Damage(file, "a byte order mark", b"\xef\xbb\xbf" + whole)
    yield Damage(file, "carriage returns", whole.replace(b"\n", b"\r\n"))
    yield Damage(file, "packed", b"\x1f\x8b\x08\x00" + whole[:40])
    yield Damage(file, "a web page", b"<!doctype html>\n<title>Not found</title>\n")
    yield Damage(file, "a tab instead of a comma", whole.replace(b",", b"\t"))
    yield Damage(file, "a semicolon instead of a comma", whole.replace(b",", b";"))
    yield Damage(
        file,
        "a header in capitals",
        whole.replace(whole.split(b"\n")[0], whole.split(b"\n")[0].upper(), 1),
    )
    yield Damage(file, "two columns swapped", as_csv([[header[1], header[0], *header[2:]], *body]))
    yield Damage(file, "a column named twice", as_csv([[header[1], *header[1:]], *body]))
    for place in sorted({0, len(header) // 2, len(header) - 1}):
        kept = [[*row[:place], *row[place + 1 :]] for row in rows]
        yield Damage(file, f"column {header[place]} is missing", as_csv(kept))
    yield Damage(file, "one column too many", as_csv([[*row, "x"] for row in rows]))
    for part in range(1, 4):
        cut = len(whole.split(b"\n")[0]) * part // 4
        yield Damage(file, f"cut in the header after {cut} bytes", whole[:cut])
    if not body:
        return
    at = choose(len(body), table.name) + 1
    line = at + 1
    yield Damage(file, "a cell too few", as_csv([*rows[:at], rows[at][:-1], *rows[at + 1 :]]), line)
    yield Damage(
        file, "a cell too many", as_csv([*rows[:at], [*rows[at], "x"], *rows[at + 1 :]]), line
    )
    yield Damage(file, "an empty line", as_csv([*rows[:at], [], *rows[at:]]), line)
    yield Damage(file, "a quotation mark left open", as_csv(rows[:at]) + b'"' + as_csv(rows[at:]))
    yield Damage(file, "a byte of Latin-1", as_csv(rows[:at]) + b"\xe9" + as_csv(rows[at:]))
    yield Damage(
        file, "a merge conflict", as_csv(rows[:at]) + b"<<<<<<< HEAD\n" + as_csv(rows[at:]), line
    )
    yield Damage(file, "a row twice", as_csv([*rows[: at + 1], *rows[at:]]), line + 1)
    for part in range(1, 6):
        cut = len(whole) * part // 6 + choose(30, table.name, part)
        if whole[cut - 1 : cut] != b"\n":
            yield Damage(file, f"cut after {cut} bytes", whole[:cut])
    yield Damage(file, "only the header", as_csv(rows[:1]), edit=True)
    yield Damage(file, "a row is missing", as_csv([*rows[:at], *rows[at + 1 :]]), edit=True)
    half = len(body) // 2 + 1
    yield Damage(file, "the second half is missing", as_csv(rows[:half]), edit=True)


def in_sidecar(name: str, folder: Path) -> Iterator[Damage]:
    """Keys, columns and options of a sidecar that are missing, unknown or of another kind."""
    file = f"{name}.yml"
    whole = (folder / file).read_bytes()
    spec: dict[str, Any] = yaml.load(whole, tables._YAML)

    def dumped(changes: dict[str, Any]) -> bytes:
        made = {k: v for k, v in {**spec, **changes}.items() if v is not ...}
        return yaml.dump(made, Dumper=DUMPER, sort_keys=False, allow_unicode=True).encode()

    for key in spec:
        yield Damage(file, f"no {key}", dumped({key: ...}))
        for value in some((None, "", [], [1], {}, 7, True, float("nan")), 4, name, key):
            yield Damage(file, f"{key}: {value!r}", dumped({key: value}))
    yield Damage(file, "an unknown key", dumped({"titel": "x"}))
    yield Damage(file, "an unknown key column", dumped({"key": "nothing"}))
    for key, value in (("evidence", "prime"), ("source", "nobody"), ("accessed", "soon")):
        yield Damage(file, f"{key}: {value}", dumped({key: value}))
    columns = spec["columns"]
    at = choose(len(columns), name)
    for option, value in some(_wrong_options(), 2, name):
        changed = [dict(column) for column in columns]
        changed[at][option] = value
        if value is ...:
            del changed[at][option]
        yield Damage(file, f"{option}: {value!r} of a column", dumped({"columns": changed}))
    yield Damage(file, "a column twice", dumped({"columns": [*columns, columns[0]]}))
    yield Damage(file, "a column too few", dumped({"columns": columns[:-1]}))
    yield Damage(file, "a column that is a word", dumped({"columns": [*columns, "x"]}))
    yield Damage(file, "the file is gone", None)
    yield Damage(file, "an empty file", b"")
    yield Damage(file, "a list", b"- a\n- b\n")
    yield Damage(file, "a tab", b"\t" + whole)
    yield Damage(file, "UTF-16", whole.decode().encode("utf-16"))
    yield Damage(file, "a byte of Latin-1", whole + b"# caf\xe9\n")
    yield Damage(file, "a control character", whole + b"x: \x00\n")
    yield Damage(file, "an impossible day", whole + b"accessed: 2026-13-45\n")
    yield Damage(file, "a call", whole + b"x: !!python/object/apply:os.getcwd []\n")
    yield Damage(file, "a hole", whole + b"x: " + b"[" * 600)
    for part in range(1, 5):
        cut = len(whole) * part // 5
        yield Damage(file, f"cut after {cut} bytes", whole[:cut])


def _wrong_options() -> Iterator[tuple[str, Any]]:
    for option in ("name", "type", "description"):
        yield from ((option, value) for value in (..., None, "", 7, ["x"]))
    yield from (("type", "decimal"), ("typo", "string"), ("required", "no"), ("required", None))
    yield from (("unique", "maybe"), ("unit", 5), ("one_of", "abc"), ("one_of", [1, 2]))
    yield from (("one_of", {"a": 1}), ("one_of", 3), ("minimum", "low"), ("minimum", True))
    yield from (("minimum", float("nan")), ("minimum", [1]), ("maximum", "x"))
    yield from (("maximum", float("inf")), ("maximum", None))


WRONG_FIELDS: tuple[Any, ...] = (
    *("many", "", -1, 1.5, float("nan"), float("inf"), True, [], [1], {}, {"a": 1}, 10**400),
)


def in_config(name: str, config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A model's ``config.json`` with a field of another kind: the file's text and the field."""
    for field, known in config.items():
        for value in some(WRONG_FIELDS, 4, name, field):
            if type(value) is not type(known) or value == -1:
                yield json.dumps({**config, field: value}), field


def in_text(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """What may befall any file: cut, recoded, emptied, replaced; what was done and the bytes."""
    yield "empty", b""
    yield "UTF-16", whole.decode().encode("utf-16")
    yield "a byte of Latin-1", whole[:40] + b"\xe9" + whole[40:]
    yield "packed", b"\x1f\x8b\x08\x00" + whole[:40]
    yield "a web page", b"<!doctype html>\n<title>Not found</title>\n"
    yield "nested too deep", b"[" * 100_000
    yield "a long number", b'{"hidden_size": ' + b"7" * 5000 + b"}"
    for part in range(1, 8):
        cut = len(whole) * part // 8
        yield f"cut after {cut} bytes", whole[:cut]
