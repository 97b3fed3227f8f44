"""Charts drawn in a process of its own: loading the chart library takes as long as ten charts."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection
from typing import Any

from press.publishing import warm
from press.publishing.renderer import ChartError, chart_html


class Drawer:
    """Draws charts one after the other; any number of threads may call it.

    Raises
    ------
    ChartError
        If a chart was not finished, or cannot be drawn.
    """

    def __init__(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        self._turn = threading.Lock()
        warm.processes(warm.KERNEL).Process(target=_draw, args=(theirs,), daemon=True).start()
        theirs.close()

    def __call__(self, spec: dict[str, Any]) -> str:
        with self._turn:
            self._pipe.send(spec)
            made, problem = self._pipe.recv()
        if problem:
            raise ChartError(problem)
        return str(made)

    def close(self) -> None:
        self._pipe.close()


def _draw(pipe: Connection) -> None:
    """Answer specifications with figure elements until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the build, whose end closes it
    with contextlib.suppress(EOFError, OSError):
        while True:
            spec = pipe.recv()
            try:
                pipe.send((chart_html(spec), ""))
            except ValueError as error:  # ChartError, or the chart library's own
                pipe.send(("", str(error)))
