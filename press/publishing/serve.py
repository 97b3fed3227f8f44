"""A local server that rebuilds the site when a file changes and reloads the open page."""

from __future__ import annotations

import functools
import html
import http.server
import io
import runpy
import signal
import sys
import threading
from contextlib import redirect_stderr
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from press import subject
from press.publishing import warm
from press.publishing.files import CODE, READ, ROOT
from press.publishing.site import BUILD

WATCHED = (*CODE, "book", *READ, "_config.yml", "_toc.yml", "CITATION.cff", "requirements.lock")
HOSTS = ("127.0.0.1", "localhost", "[::1]")
SCRIPT = b"""(async () => { let seen; for (;;) {
  try {
    const now = await (await fetch("/.build")).text();
    if (seen && now !== seen) location.reload();
    seen = now;
  } catch {}
  await new Promise((done) => setTimeout(done, 700));
} })();
"""


@dataclass
class State:
    """How often the site was built, and what the last build refused."""

    number: int = 0
    error: str = ""

    @property
    def shown(self) -> bytes:
        """What every page gets before its end: the script that reloads it, and the error."""
        box = (
            '<pre role="alert" style="position:fixed;inset:auto 0 0 0;z-index:99;margin:0;'
            "max-height:60vh;overflow:auto;padding:1em;background:#7a1010;color:#fff;"
            f'white-space:pre-wrap">{html.escape(self.error)}</pre>'
        )
        return f'{box * bool(self.error)}<script src="/.reload.js"></script></body>'.encode()


def serve(port: int) -> None:
    """Build, then serve ``_build/html`` on this machine until interrupted.

    Raises
    ------
    ValueError
        If another program has the port.
    """
    from watchfiles import watch

    state = State()
    handler = functools.partial(_Handler, state, directory=str(BUILD / "html"))
    try:  # before the build: a port that is taken is said at once
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ValueError(
            f"port {port} is taken ({error.strerror}); give another: --port 0"
        ) from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _rebuild(state)
    print(f"serving http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
    paths = [ROOT / name for name in WATCHED if (ROOT / name).exists()]
    for _ in watch(*paths, debounce=200, step=20, raise_interrupt=False):
        _rebuild(state)
    server.shutdown()


def _rebuild(state: State) -> None:
    """Build in a process of its own: libraries are loaded already, our modules are loaded anew."""
    context = warm.processes(warm.BUILD)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_build, args=(there,))
    process.start()
    there.close()
    try:
        state.error = str(here.recv())
    except EOFError:  # it was killed
        state.error = "the build ended before it was done; the terminal says more"
    process.join()
    state.number += 1


def _build(answer: Connection) -> None:
    """``python -m analysis build`` in this process; answers with what it refused."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    sys.argv[1:] = ["build"]
    said = io.StringIO()
    status: Any = 0
    with redirect_stderr(said):
        try:
            runpy.run_module(subject.NAME, run_name="__main__")
        except SystemExit as end:
            status = end.code
    sys.stderr.write(said.getvalue())
    answer.send((said.getvalue() or f"the build ended with {status}") if status else "")


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files to this machine, adds script and error to pages, says which build is current."""

    def __init__(self, state: State, *arguments: Any, **options: Any) -> None:
        self.state = state
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if name not in HOSTS:  # another site's name that leads here may not read the pages
            return self.send_error(403, f"expected the host name {HOSTS[0]} or {HOSTS[1]}")
        if self.path == "/.build":
            return self._send(str(self.state.number).encode(), "text/plain")
        if self.path == "/.reload.js":
            return self._send(SCRIPT, "text/javascript")
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if path.suffix == ".html" and path.exists():
            return self._send(path.read_bytes().replace(b"</body>", self.state.shown), "text/html")
        if self.state.error and path.name == "index.html":  # nothing was built yet
            return self._send(b"<!doctype html><body>" + self.state.shown, "text/html")
        return super().do_GET()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not worth a line."""
