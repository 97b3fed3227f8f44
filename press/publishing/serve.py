"""A local server that rebuilds the site when a file changes and reloads the open page."""

from __future__ import annotations

import functools
import http.server
import runpy
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from press import subject
from press.publishing import warm
from press.publishing.files import CODE, READ, ROOT
from press.publishing.site import BUILD

WATCHED = (*CODE, "book", *READ, "_config.yml", "_toc.yml", "requirements.lock")
RELOAD = b'<script src="/.reload.js"></script></body>'
SCRIPT = b"""(async () => { let seen; for (;;) {
  try {
    const now = await (await fetch("/.build")).text();
    if (seen && now !== seen) location.reload();
    seen = now;
  } catch {}
  await new Promise((done) => setTimeout(done, 700));
} })();
"""


def serve(port: int) -> None:
    """Build, then serve ``_build/html`` on this machine until interrupted."""
    build = {"number": 0}
    _rebuild(build)
    handler = functools.partial(_Handler, build, directory=str(BUILD / "html"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"serving http://127.0.0.1:{server.server_port}/ (Ctrl-C stops)")
    known = _times()
    try:
        while True:
            time.sleep(0.2)
            now = _times()
            if now != known:
                known = now
                _rebuild(build)
    except KeyboardInterrupt:
        server.shutdown()


def _rebuild(build: dict[str, int]) -> None:
    """Build in a process of its own: libraries are loaded already, our modules are loaded anew."""
    process = warm.processes(warm.BUILD).Process(target=_build)
    process.start()
    process.join()
    build["number"] += process.exitcode == 0


def _build() -> None:
    """``python -m analysis build`` in this process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    sys.argv[1:] = ["build"]
    runpy.run_module(subject.NAME, run_name="__main__")


def _times() -> dict[Path, float]:
    found = {}
    for name in WATCHED:
        path = ROOT / name
        for file in [path] if path.is_file() else path.rglob("*"):
            if file.is_file() and file.suffix not in (".pyc", ".part"):
                found[file] = file.stat().st_mtime
    return found


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, adds the reload script to pages, and says which build is current."""

    def __init__(self, build: dict[str, int], *arguments: Any, **options: Any) -> None:
        self.build = build
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        if self.path == "/.build":
            return self._send(str(self.build["number"]).encode(), "text/plain")
        if self.path == "/.reload.js":
            return self._send(SCRIPT, "text/javascript")
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        if path.suffix == ".html" and path.exists():
            return self._send(path.read_bytes().replace(b"</body>", RELOAD), "text/html")
        return super().do_GET()

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not worth a line."""
