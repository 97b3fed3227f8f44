"""Chapters to executed notebooks: papermill over the cores, each chapter run only when needed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.facts import DATA, Facts
from press.publishing.files import BOOK, CODE, LOCK, READ, ROOT, digest, write_if_changed
from press.reads import answer
from press.tables import DataError

KERNEL = "report"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
MACHINERY = (
    "press/publishing/execute.py",
    "press/publishing/kernel.py",
    "press/publishing/renderer.py",
    "press/publishing/utc.py",
    "press/tokens.py",
    "press/formats.py",
)


class ChapterError(RuntimeError):
    """A chapter whose execution failed: says chapter, cell and message."""


@dataclass(frozen=True)
class Job:
    """One chapter to run: its source, where the notebook goes, and other inputs to assume."""

    name: str
    target: Path
    work: Path
    parameters: tuple[tuple[str, Any], ...] = ()

    @property
    def source(self) -> Path:
        """The chapter's text."""
        return BOOK / f"{self.name}.md"

    @property
    def stamp(self) -> Path:
        """What the last successful run used."""
        return self.work / f"{self.name}.stamp.json"


def is_notebook(path: Path) -> bool:
    """Whether a page has cells to run: its front matter names a kernel."""
    text = path.read_text(encoding="utf-8")
    return text.startswith("---") and "kernelspec" in text.split("---", 2)[1]


def _digests() -> dict[str, str]:
    """What chapters may use, as it is now: a file that changes while they run counts as changed."""
    files = [LOCK, *(path for folder in CODE for path in (ROOT / folder).rglob("*"))]
    files += [path for folder in READ for path in (ROOT / folder).rglob("*")]
    wanted = (path for path in files if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(ROOT)): digest(path) for path in wanted}


def is_current(job: Job, facts: Facts) -> bool:
    """Whether the executed notebook still stands: same text, modules, rows, lock and inputs.

    A chapter of which only the prose has changed gets its new prose here, with its old outputs.
    """
    if not (job.target.exists() and job.stamp.exists()):
        return False
    try:
        stamp = json.loads(job.stamp.read_text(encoding="utf-8"))
    except ValueError:
        return False
    if (
        stamp.get("parameters") != [list(pair) for pair in job.parameters]
        or stamp.get("notebook") != digest(job.target)
        or any(digest(ROOT / file) != known for file, known in stamp["inputs"].items())
        or not all(_answers_stand(name, known, facts) for name, known in stamp["asked"].items())
    ):
        return False
    text = digest(job.source)
    if stamp["text"] == text:
        return True
    notebook = _read(job)
    if stamp["cells"] != _code(notebook):
        return False
    before = json.loads(job.target.read_text(encoding="utf-8"))
    done = [cell for cell in before["cells"] if cell["cell_type"] == "code"]
    if any("injected-parameters" in cell["metadata"].get("tags", []) for cell in done):
        return False
    for cell, old in zip((c for c in notebook.cells if c.cell_type == "code"), done, strict=True):
        cell["outputs"], cell["execution_count"] = old["outputs"], old["execution_count"]
    write_if_changed(job.target, _plain_json(notebook))
    stamp |= {"text": text, "notebook": digest(job.target)}
    write_if_changed(job.stamp, json.dumps(stamp, indent=1))
    return True


def _answers_stand(table: str, known: Mapping[str, Any], facts: Facts) -> bool:
    """Whether a table gives the answers that a chapter had; a bad one gives none.

    A table that has not changed since is not read at all.
    """
    if digest(DATA / f"{table}.csv") == known["csv"]:
        return True
    try:
        found = facts.table(table)
    except DataError:
        return False
    return all(answer(found, text) == before for text, before in known["answers"].items())


def _read(job: Job) -> Any:
    """The chapter as a notebook without outputs."""
    import jupytext

    notebook = jupytext.read(job.source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def _code(notebook: Any) -> str:
    """A hash over the cells that run."""
    cells = [[c.source, dict(c.metadata)] for c in notebook.cells if c.cell_type == "code"]
    return hashlib.sha256(json.dumps(cells, sort_keys=True, default=str).encode()).hexdigest()


def run_all(
    jobs: Iterable[Job], *, workers: int | None = None, say: Callable[[str], None] = print
) -> dict[str, float]:
    """Run the chapters that need it, in parallel; returns seconds by chapter.

    Raises
    ------
    ChapterError
        For the first chapter that fails; the others' results are kept.
    """
    from press.publishing.drawing import Drawer

    wanted, facts = list(jobs), Facts()
    due = [job for job in wanted if not is_current(job, facts)]
    if not due:
        return {}
    for job in due:
        job.work.mkdir(parents=True, exist_ok=True)
    _prepare_kernels(due[0].work)
    say(f"running {len(due)} of {len(wanted)} chapters")
    times: dict[str, float] = {}
    failures: list[str] = []
    count = workers or min(len(due), (os.cpu_count() or 1) + 1)
    before = _digests()
    pool = ThreadPoolExecutor(count)
    drawer = Drawer()
    try:
        futures = {pool.submit(run, job, drawer, before): job for job in due}
        for future in as_completed(futures):
            job = futures[future]
            try:
                times[job.name] = future.result()
                say(f"  [{len(times):2}/{len(due)}] {job.name} {times[job.name]:.1f} s")
            except ChapterError as error:
                failures.append(str(error))
                say(f"  {error}")
    finally:  # an interrupted build does not wait for the chapters that still run
        pool.shutdown(wait=False, cancel_futures=True)
        drawer.close()
    if failures:
        raise ChapterError("\n".join(failures))
    return times


def run(job: Job, draw: Callable[[dict[str, Any]], str], before: Mapping[str, str]) -> float:
    """Run one chapter through papermill and write its notebook and stamp; returns seconds."""
    import papermill
    from papermill.exceptions import PapermillExecutionError

    started = time.perf_counter()
    trace = job.work / f"{job.name}.trace.json"
    trace.unlink(missing_ok=True)
    text = digest(job.source)
    notebook = _read(job)
    cells = _code(notebook)
    try:
        done = _retry(
            lambda: papermill.execute_notebook(
                notebook,
                None,
                parameters=dict(job.parameters),
                kernel_name=KERNEL,
                language="python",
                progress_bar=False,
                start_timeout=120,
                extra_arguments=[str(trace)],
            )
        )
    except PapermillExecutionError as error:
        frames = re.findall(
            r"Cell In\[\d+\], line (\d+)", _COLOURS.sub("", "\n".join(error.traceback))
        )
        where = f", line {frames[-1]}" if frames else ""
        raise ChapterError(
            f"book/{job.name}.md: cell {error.cell_index + 1}{where} failed: "
            f"{error.ename}: {error.evalue}"
        ) from None
    _draw_charts(job, done, draw)
    write_if_changed(job.target, _plain_json(done))
    used = json.loads(trace.read_text("utf-8")) if trace.exists() else {"files": [], "asked": {}}
    tables = {name: f"{DATA.name}/{name}.csv" for name in used["asked"]}
    files = {*used["files"], *MACHINERY, LOCK.name}
    files |= {file for file in tables.values() if digest(ROOT / file) != before.get(file, "")}
    inputs = {file: _unmoved(file, before) for file in sorted(files)}
    asked = {
        name: {"csv": before.get(tables[name], ""), "answers": answers}
        for name, answers in used["asked"].items()
    }
    stamp = {
        "parameters": job.parameters,
        "text": text,
        "cells": cells,
        "notebook": digest(job.target),
        "inputs": inputs,
        "asked": asked,
        "seconds": round(time.perf_counter() - started, 1),
    }
    write_if_changed(job.stamp, json.dumps(stamp, indent=1))
    return time.perf_counter() - started


def _unmoved(file: str, before: Mapping[str, str]) -> str:
    """A file's digest before the chapters ran; what changed while they ran, fits nothing."""
    known = before.get(file, "")
    return known if digest(ROOT / file) == known else "changed while the chapter ran"


def _draw_charts(job: Job, notebook: Any, draw: Callable[[dict[str, Any]], str]) -> None:
    """Replace the charts among the outputs by the figure elements that show them."""
    from press.publishing.renderer import SPEC, ChartError

    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            spec = output.get("data", {}).get(SPEC)
            try:
                if spec:
                    output["data"] = {"text/html": draw(spec)}
            except ChartError as error:
                raise ChapterError(f"book/{job.name}.md: cell {number}: {error}") from None


def _retry(attempt: Callable[[], Any], times: int = 3) -> Any:
    """Try again when a kernel dies before it runs: two can race for the same port."""
    for left in range(times - 1, -1, -1):
        try:
            return attempt()
        except RuntimeError as error:
            if left == 0 or "Kernel died" not in str(error):
                raise
    return None


def _prepare_kernels(work: Path) -> None:
    """Describe the report's kernel to Jupyter: a fork of a warm process."""
    from press.publishing import warm

    spec = {
        "argv": ["{connection_file}"],
        "display_name": "Report",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": warm.PROVISIONER}},
    }
    write_if_changed(work / "kernels" / KERNEL / "kernel.json", json.dumps(spec))
    os.environ |= {
        "JUPYTER_PATH": str(work),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    warm.register()


def _plain_json(notebook: Any) -> str:
    """The notebook without what differs from run to run, for any Python kernel to open."""
    metadata: Mapping[str, Any] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if "description" in notebook.metadata:
        metadata = {**metadata, "description": notebook.metadata["description"]}
    cells = []
    for number, cell in enumerate(notebook.cells):
        cell["id"] = cell.get("id") or f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)  # papermill adds an empty list
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
            cell.metadata["tags"] = ["injected-parameters", "hide-input"]
        for output in cell.get("outputs", []):
            output.get("metadata", {}).clear()
        cells.append(cell)
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
