"""Where the project's files are, and how one is written: whole, and only if it changed."""

from __future__ import annotations

import ast
import functools
import hashlib
import os
from pathlib import Path

from press import subject
from press.facts import DATA

ROOT = DATA.parent
BOOK = ROOT / "book"
CODE = ("press", subject.NAME)
"""The packages that make the report."""
LOCK = ROOT / "requirements.lock"
READ = ("data", "book/locale")
"""Where chapters read: tables, recordings of other programs, and translations."""


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes; empty for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


@functools.lru_cache(maxsize=1000)
def parsed(source: str) -> ast.Module:
    """The syntax tree of a module or a cell; empty where it is no Python: others say so."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])


def write_if_changed(path: Path, text: str) -> bool:
    """Write a file whole or not at all; says whether it had to be written."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return True
