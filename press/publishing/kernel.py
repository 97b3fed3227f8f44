"""The kernel that chapters run in: records what a chapter uses.

Papermill starts it through ``press.publishing.warm``. After every cell it writes the modules of
the project that are imported, the recordings that were opened, and what was asked of the tables,
row by row; the next build runs the chapter again when a file or an answer has changed.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import sys
import threading
from pathlib import Path
from typing import Any

from press.facts import DATA
from press.publishing.files import CODE, READ, ROOT
from press.reads import ASKED, READING, answer, question

FOLDERS = tuple(str(ROOT / folder) + os.sep for folder in READ)


def main(connection_file: str, trace: str) -> None:
    """Run a kernel on Jupyter's connection file; ``trace`` is where it writes what it used."""
    used = Used()
    sys.addaudithook(used.note)
    threading.Thread(target=_end_with_build, daemon=True).start()
    os.chdir(ROOT / "book")
    import altair
    from ipykernel.kernelapp import IPKernelApp

    # the build draws the charts: press.publishing.renderer.draw
    altair.renderers.register("report", lambda spec, **_: {"application/vnd.vegalite+json": spec})
    altair.renderers.enable("report")
    altair.data_transformers.disable_max_rows()
    app = IPKernelApp.instance(log_level=logging.CRITICAL)
    app.initialize(["-f", connection_file])
    app.shell.events.register("post_run_cell", lambda _: used.write(Path(trace)))
    app.start()


def _end_with_build() -> None:
    """Wait for the build to end, killed or not: a kernel must not outlive it."""
    build = multiprocessing.parent_process()
    if build:
        build.join()
        os._exit(1)


class Used:
    """What this process has used of the project so far."""

    def __init__(self) -> None:
        self.opened: set[str] = set()
        self.asked: dict[str, dict[str, str]] = {}
        self._announced: set[str] = set()

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's audit hook: files of the folders that chapters read, and questions to tables."""
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path = os.path.abspath(os.fspath(arguments[0]))
            if path in self._announced:  # read as a table: its rows are noted when asked for
                self._announced.remove(path)
            elif path.startswith(FOLDERS):
                self.opened.add(os.path.relpath(path, ROOT))
        elif event == READING:
            folder, name = arguments
            if folder == str(DATA):
                self._announced.add(str(DATA / f"{name}.csv"))
        elif event == ASKED:
            table, cells = arguments
            known, text = self.asked.setdefault(table.name, {}), question(cells)
            if text not in known:
                known[text] = answer(table, text)

    def write(self, path: Path) -> None:
        """Write the project's files that this process has used, and the answers it was given."""
        files = [
            module.__file__
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] in CODE
        ]
        modules = {os.path.relpath(file, ROOT) for file in files if file}
        found = {"files": sorted(modules | self.opened), "asked": self.asked}
        path.write_text(json.dumps(found), encoding="utf-8")
