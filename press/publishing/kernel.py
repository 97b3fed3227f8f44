"""The kernel that chapters run in: records what a chapter uses.

Papermill starts it through ``press.publishing.warm``. After every cell it writes the modules of
``analysis`` that are imported and the tables and recordings that were opened; the next build runs
the chapter again when one of them has changed.
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

from press.publishing.files import CODE, READ, ROOT


def main(connection_file: str, trace: str) -> None:
    """Run a kernel on Jupyter's connection file; ``trace`` is where it writes what it used."""
    opened: set[str] = set()
    folders = tuple(str(ROOT / folder) + os.sep for folder in READ)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path = os.path.abspath(os.fspath(arguments[0]))
            if path.startswith(folders):
                opened.add(os.path.relpath(path, ROOT))

    sys.addaudithook(note)
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
    app.shell.events.register("post_run_cell", lambda _: write_trace(Path(trace), opened))
    app.start()


def _end_with_build() -> None:
    """Wait for the build to end, killed or not: a kernel must not outlive it."""
    build = multiprocessing.parent_process()
    if build:
        build.join()
        os._exit(1)


def write_trace(path: Path, opened: set[str]) -> None:
    """Write the project's files that this process has used so far."""
    files = [
        module.__file__
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in CODE
    ]
    modules = {os.path.relpath(file, ROOT) for file in files if file}
    path.write_text(json.dumps(sorted(modules | opened)), encoding="utf-8")
