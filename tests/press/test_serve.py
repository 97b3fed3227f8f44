"""The local server: what it shows, to whom, and what it does with a mistake."""

from __future__ import annotations

import functools
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from press.publishing.serve import State
from tests import small_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_tree.copy(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def served(tree: Path) -> Iterator[int]:
    """The port of a running server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tree / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "analysis", "serve", "--port", str(port)],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": str(tree), "PYTHONUNBUFFERED": "1"},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # a shell that runs the tests in the background lets them ignore Ctrl-C
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
    _wait(lambda: "serving http" in (tree / "said").read_text("utf-8"), "to be served")
    yield port
    os.killpg(process.pid, signal.SIGINT)
    process.wait(20)


def _wait(reached: object, what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < end, f"waited {seconds} s {what}"
        time.sleep(0.2)


def _get(port: int, path: str, host: str = "localhost") -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_an_error_is_shown_in_the_page_and_goes_when_it_is_mended(tree: Path, served: int) -> None:
    port = served
    chapter = tree / "book" / "index.md"
    whole = chapter.read_text(encoding="utf-8")
    before = _get(port, "/.build")[1]
    chapter.write_text(whole + "\nIt cost {num}`costs.rental_totl`.\n", encoding="utf-8")
    _wait(lambda: _get(port, "/.build")[1] != before, "for the build that is refused")
    status, page = _get(port, "/index.html")
    line = len(whole.splitlines()) + 2
    said = f"book/index.md:{line}: found 'costs.rental_totl', expected a figure or a fact"
    assert status == 200
    assert said in page.replace("&#x27;", "'")
    assert "What it cost" in page, "the last good page stays"
    assert said in (tree / "said").read_text(encoding="utf-8")
    before = _get(port, "/.build")[1]
    chapter.write_text(whole + "\nMended.\n", encoding="utf-8")
    _wait(lambda: _get(port, "/.build")[1] != before, "for the mended build")
    page = _get(port, "/index.html")[1]
    assert "Mended." in page
    assert 'role="alert"' not in page


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", ""])
def test_only_its_own_names_are_answered(served: int, host: str) -> None:
    assert _get(served, "/index.html", host)[0] == 403
    assert _get(served, "/index.html", f"127.0.0.1:{served}")[0] == 200


def test_a_taken_port_is_said_at_once(tree: Path, served: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "serve", "--port", str(served)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert re.search(r"port \d+ is taken \(Address already in use\)", done.stderr)


def test_what_is_shown_of_an_error_is_text() -> None:
    assert b"<img" not in State(error='<img src=x onerror="alert(1)">').shown
