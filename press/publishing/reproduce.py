"""Runs chapters and figures again: as published, to compare, or with other inputs."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from press import figures
from press.facts import Facts
from press.publishing import export
from press.publishing.causes import cause, changed_since_edition
from press.publishing.contents import chapters
from press.publishing.execute import Job, is_notebook, run_all
from press.publishing.files import BOOK
from press.publishing.prose import front_matter
from press.publishing.site import BUILD, build
from press.tables import finite


def assume(chapter: str, changes: Sequence[str]) -> Path:
    """Make one chapter with other inputs, prose included; returns the path of its page.

    Parameters
    ----------
    chapter
        A file name in ``book/`` without its ending.
    changes
        ``NAME=VALUE`` for parameters of the chapter. The chapter's front matter says under
        ``assumes`` which facts stand behind each, so that the figures in its prose follow.

    Raises
    ------
    ValueError
        For an unknown chapter or parameter, or a value that is no finite number.
    """
    _known(chapter)
    behind: dict[str, str] = front_matter(BOOK / f"{chapter}.md").get("assumes") or {}
    parameters: dict[str, float] = {}
    overrides: dict[str, float] = {}
    for change in changes:
        name, sign, text = change.partition("=")
        if not sign or name not in behind:
            if not behind:
                raise ValueError(f"found {change!r}, but book/{chapter}.md assumes no fact")
            raise ValueError(
                f"found {change!r}, expected NAME=VALUE; book/{chapter}.md has {', '.join(behind)}"
            )
        try:
            value = parameters[name] = finite(text)
        except ValueError:
            raise ValueError(f"found {change!r}, expected a finite number after the =") from None
        overrides |= dict.fromkeys(behind[name].split(), value)
    folder = BUILD / "assumed" / "_build"
    return build(only=chapter, into=folder, overrides=overrides, parameters=parameters)


def _known(chapter: str) -> None:
    names = chapters()
    if chapter not in names:
        raise ValueError(f"found chapter '{chapter}', expected one of {', '.join(names)}")


def reproduce(chapter: str | None = None) -> int:
    """Run again, compare, print ``N of N reproduced``; returns 1 if anything differs.

    Parameters
    ----------
    chapter
        One chapter and the figures that it establishes; all of them unless told.
    """
    if chapter is not None:
        _known(chapter)
    wanted = [chapter] if chapter else chapters()
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(name, Path(folder) / f"{name}.ipynb", Path(folder) / "work")
            for name in wanted
            if is_notebook(BOOK / f"{name}.md")
        ]
        run_all(jobs)
    before = {
        record["key"]: record
        for record in export.committed()
        if chapter is None or record["chapter"] == chapter
    }
    facts = Facts()
    found = figures.evaluate_all(facts)
    after = {
        figure.key: export.figure_record(figure)
        for figure in found
        if chapter is None or figure.chapter == chapter
    }
    differences = export.moved(before, after)
    changes = changed_since_edition() if differences else {}
    for line in differences:
        print(f"  {line}")
        print(f"    cause: {cause(line.partition(':')[0], after, changes)}")
    changed = {line.partition(":")[0] for line in differences}
    total = len(before | after)
    print(f"{total - len(changed)} of {total} figures reproduced, {len(jobs)} chapters run again")
    return 1 if differences else 0
