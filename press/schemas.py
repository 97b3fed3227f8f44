"""JSON schemas of what the commands print with ``--json``: one file a command and version.

A schema's version changes when a key goes or changes its meaning; new keys do not change it.
"""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from press import subject

ROOT = Path(__file__).resolve().parent.parent


def names() -> list[str]:
    """All schemas by name and version, such as ``model/1``."""
    return sorted(_files())


def schema(name: str) -> dict[str, Any]:
    """One schema by its name, with its version or without: then the latest.

    Raises
    ------
    KeyError
        If there is none, with a near one.
    """
    found = _files()
    if "/" not in name:
        versions = [key for key in found if key.rpartition("/")[0] == name]
        name = max(versions, key=lambda key: int(key.rpartition("/")[2]), default=name)
    if name not in found:
        near = difflib.get_close_matches(name, found, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"found {name!r}, expected one of {', '.join(sorted(found))}{hint}")
    made: dict[str, Any] = json.loads(found[name].read_text(encoding="utf-8"))
    return made


def _files() -> dict[str, Path]:
    folders = (ROOT / name / "schemas" for name in ("press", subject.NAME))
    paths = (path for folder in folders for path in folder.glob("*.json"))
    return {"/".join(path.stem.rsplit("-", 1)): path for path in paths}
