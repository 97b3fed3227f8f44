"""The kernel that chapters run in: draws charts for the page and records what a chapter uses.

Started by papermill as ``python -m analysis.publishing.kernel``. After every cell it writes, to
the file named in ``REPORT_TRACE``, the modules of ``analysis`` that are imported and the tables
that were opened; the next build runs the chapter again when one of them has changed.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Run a kernel on the connection file that Jupyter names in the arguments."""
    opened: set[str] = set()
    data = str(ROOT / "data")

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path = os.path.abspath(os.fspath(arguments[0]))
            if path.startswith(data):
                opened.add(os.path.relpath(path, ROOT))

    sys.addaudithook(note)
    from ipykernel.kernelapp import IPKernelApp

    from analysis.publishing.renderer import enable

    enable()
    app = IPKernelApp.instance(log_level=logging.CRITICAL)
    app.initialize(None)
    trace = os.environ.get("REPORT_TRACE")
    if trace:
        app.shell.events.register("post_run_cell", lambda _: write_trace(Path(trace), opened))
    app.start()


def write_trace(path: Path, opened: set[str]) -> None:
    """Write the project's files that this process has used so far."""
    files = [
        module.__file__
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] == "analysis"
    ]
    modules = {os.path.relpath(file, ROOT) for file in files if file}
    path.write_text(json.dumps(sorted(modules | opened)), encoding="utf-8")


if __name__ == "__main__":
    main()
