"""What can be downloaded beside the pages: tables, data package, figures, schemas."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from press import schemas
from press.facts import DATA, Facts
from press.publishing.datapackage import datapackage
from press.publishing.export import COMMITTED, committed, to_json
from press.publishing.files import write_if_changed

COLUMNS = ("key", "title", "value", "low", "high", "unit", "kind", "evidence", "chapter", "facts")
"""Columns of the figures as a table."""
DAY = (2026, 1, 1, 0, 0, 0)
"""Date of the files in the archive: the same tables give the same bytes."""


def publish(site: Path) -> None:
    """Write ``data/`` and ``schemas/`` of the site."""
    files = {"datapackage.json": to_json(datapackage(Facts()))}
    files |= {path.name: path.read_text(encoding="utf-8") for path in sorted(DATA.glob("*.csv"))}
    for name, text in files.items():
        write_if_changed(site / "data" / name, text)
    pack(site / "data" / "data.zip", files)
    if COMMITTED.exists():
        figures = committed()
        write_if_changed(site / "data" / "figures.json", to_json(figures))
        write_if_changed(site / "data" / "figures.csv", as_csv(figures))
    for name in schemas.names():
        text = to_json(schemas.schema(name))
        write_if_changed(site / "schemas" / f"{name.replace('/', '-')}.json", text)


def as_csv(figures: Iterable[Mapping[str, Any]]) -> str:
    """Figures as a table, one a row; facts are separated by spaces.

    >>> print(as_csv([{"key": "a.b", "value": 1.5, "facts": ["V3-1", "V3-2"]}]).splitlines()[1])
    a.b,,1.5,,,,,,,V3-1 V3-2
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for figure in figures:
        found = {**figure, "facts": " ".join(figure["facts"])}
        rows.writerow(["" if found.get(c) is None else found[c] for c in COLUMNS])
    return text.getvalue()


def pack(target: Path, files: Mapping[str, str]) -> None:
    """Write files as one archive, the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            about = zipfile.ZipInfo(name, DAY)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, text)
    if not target.exists() or target.read_bytes() != made.getvalue():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.getvalue())
