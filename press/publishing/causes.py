"""Why a figure differs from the committed edition: what git finds changed among what feeds it."""

from __future__ import annotations

import ast
import csv
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from press import figures
from press.facts import Facts
from press.publishing import export
from press.publishing.files import CODE, LOCK, ROOT

PACKAGE = Path(__file__).parents[1]
"""Where this package is read from; the repository that is compared may be another."""


def cause(key: str, after: Mapping[str, Any], changes: Mapping[str, Sequence[str]]) -> str:
    """Why a figure differs: the changed rows and modules that feed it, in words.

    Parameters
    ----------
    key
        The figure.
    after
        The records of the figures as they are now.
    changes
        What ``changed_since_edition`` found.
    """
    if key not in after:
        return "no module in analysis/figures/ defines it any more"
    rows = [fact for fact in after[key]["facts"] if fact in changes]
    modules = imported(figures.definition(key).function.__module__)
    files = [name for name in changes if name in modules]
    words = [f"{name} ({', '.join(changes[name])})" for name in rows]
    words += [f"{name.replace('.', '/')}.py" for name in files]
    if not words and LOCK.name in changes:
        words = [LOCK.name]
    if words:
        return f"changed since the edition was committed: {', '.join(words)}"
    return (
        "neither a row nor a module that feeds it is known to have changed; "
        "perhaps a library: compare `pip freeze` with requirements.lock"
    )


def changed_since_edition() -> dict[str, list[str]]:
    """Rows (as figures record them, with what changed), modules and lock that git finds changed.

    Compared with the commit that last touched ``book/figures.json``; nothing without git.
    """
    edition = _git("log", "-1", "--format=%H", "--", str(export.COMMITTED)).strip()
    if not edition:
        return {}
    changes: dict[str, list[str]] = {}
    compared = (*CODE, "data", LOCK.name)
    for name in _git("diff", "--name-only", edition, "--", *compared).splitlines():
        path = Path(name)
        if path.suffix == ".py":
            changes[".".join(path.with_suffix("").parts).removesuffix(".__init__")] = []
        elif name == LOCK.name:
            changes[name] = []
        elif path.suffix == ".csv" and (ROOT / name).exists():
            changes |= _changed_rows(path.stem, _git("show", f"{edition}:{name}"))
    return changes


def _changed_rows(table: str, before: str) -> dict[str, list[str]]:
    """The rows of a table that differ from the text that it had, with before and now."""
    found = Facts().table(table)
    if not found.key:
        return {table: ["changed"]}
    old = {row.get(found.key): row for row in csv.DictReader(before.splitlines(keepends=True))}
    now = (ROOT / "data" / f"{table}.csv").read_text(encoding="utf-8")
    changes = {}
    for row in csv.DictReader(now.splitlines(keepends=True)):
        was = old.get(row[found.key], {})
        if was != row:
            name = row[found.key] if table == "facts" else f"{table}/{row[found.key]}"
            changes[name] = [
                f"{column} {was.get(column) or 'empty'} before, {cell or 'empty'} now"
                for column, cell in row.items()
                if was.get(column) != cell
            ]
    return changes


def imported(module: str) -> set[str]:
    """A module of the package and all modules of it that it imports, directly or not.

    >>> "analysis.hardware" in imported("analysis.figures.fleet")
    True
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += _named(name)
    return found


@cache
def _named(module: str) -> tuple[str, ...]:
    """The modules of the package that a module names in its imports."""
    path = _source(module)
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path else ():
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(name for name in names if name.partition(".")[0] in CODE and _source(name))


def _source(module: str) -> Path | None:
    base = PACKAGE.parent.joinpath(*module.split("."))
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.exists()), None)


def _git(*arguments: str) -> str:
    """What git says; nothing where there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
