"""Runs chapters and figures again and compares them with the committed edition."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from analysis import figures
from analysis.facts import Facts
from analysis.publishing import export
from analysis.publishing.execute import BOOK, Job, is_notebook, run_all
from analysis.publishing.site import chapters


def reproduce(chapter: str | None = None) -> int:
    """Run again, compare, print ``N of N reproduced``; returns 1 if anything differs.

    Parameters
    ----------
    chapter
        One chapter and the figures that it establishes; all of them unless told.
    """
    names = chapters()
    if chapter is not None and chapter not in names:
        raise ValueError(f"found chapter '{chapter}', expected one of {', '.join(names)}")
    wanted = [chapter] if chapter else names
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
    keys = [k for k in figures.keys() if chapter is None or figures.definition(k).chapter == chapter]
    after = {}
    for key in keys:
        record = figures.evaluate(key, facts).as_dict()
        for field in ("value", "low", "high"):
            record[field] = export.rounded(record[field])
        after[key] = json.loads(json.dumps(record))
    differences = export.moved(before, after)
    for line in differences:
        print(f"  {line}")
    changed = {line.partition(":")[0] for line in differences}
    total = len(before | after)
    print(f"{total - len(changed)} of {total} figures reproduced, {len(jobs)} chapters run again")
    return 1 if differences else 0
