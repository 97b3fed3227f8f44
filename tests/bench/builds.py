"""How long an editor waits: a build from nothing, no change, changed prose, a changed table."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from press.publishing.contents import chapters
from tests import small_tree
from tests.bench.result import Result, quickest


def measure(folder: Path, wanted: list[str]) -> Iterator[Result]:
    """All waits, on a copy of the book with these chapters (all of them if none is named)."""
    tree = small_tree.copy(folder / "ours", _texts(wanted))
    started = time.perf_counter()
    small_tree.built(tree)
    cold = time.perf_counter() - started
    theirs = _jupyter_book(small_tree.copy(folder / "theirs", _texts(wanted)), tree)
    yield Result("cold build ÷ Jupyter Book's own executor", cold, theirs, most=0.40)
    yield Result("nothing changed", quickest(lambda: small_tree.built(tree)), goal_s=1.5)
    with _served(tree) as address:
        yield Result("prose edit to new page, served", _edit(tree, address), goal_s=2.0)
    yield Result("prose edit, one command", quickest(lambda: _edited(tree)), goal_s=None)
    yield Result("table edit, one command", quickest(lambda: _repriced(tree)), goal_s=None)


def _texts(wanted: list[str]) -> dict[str, str]:
    """The chapters' text; links to chapters that are not in the copy become plain words."""
    names = ["index", *(n for n in wanted if n != "index")] if wanted else chapters()

    def kept(link: re.Match[str]) -> str:
        return link[0] if link[2] in names else link[1]

    book = small_tree.ROOT / "book"
    texts = {name: (book / f"{name}.md").read_text(encoding="utf-8") for name in names}
    return {n: re.sub(r"\[([^\]]+)\]\(([\w-]+)\.md[^)]*\)", kept, t) for n, t in texts.items()}


def _jupyter_book(tree: Path, ours: Path) -> float:
    """Seconds that Jupyter Book needs when it executes the same chapters itself, one by one."""
    config = tree / "_config.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('execute_notebooks: "off"', "execute_notebooks: force"), "utf-8")
    shutil.copy(ours / "_build" / "source" / "_static" / "tokens.css", tree / "book" / "_static")
    environment = os.environ | {
        "PYTHONPATH": str(tree),
        "SITE_DATA": str(ours / "_build" / "site.json"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", "book", "--config"]
    command += [str(config), "--toc", str(tree / "_toc.yml"), "--path-output", str(tree), "--all"]
    started = time.perf_counter()
    done = subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode or not (tree / "_build" / "html" / "index.html").exists():
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    if "Executing notebook failed" in done.stderr:
        raise RuntimeError(done.stderr[-2000:])
    return seconds


@contextmanager
def _served(tree: Path) -> Iterator[str]:
    """``analysis serve`` on the copy, ready; yields the address."""
    port = 8000 + os.getpid() % 1000
    address = f"http://127.0.0.1:{port}/"
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", "serve", "--port", str(port)],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(address, "")
        time.sleep(2)  # what starts behind the first page is not what an editor waits for
        yield address
    finally:
        process.terminate()
        process.wait()


def _edit(tree: Path, address: str) -> float:
    """Seconds from saving a chapter to its new page, the middle of three."""
    return sorted(_edit_once(tree, address, f"Marker number {n} here.") for n in (1, 2, 3))[1]


def _edit_once(tree: Path, address: str, words: str) -> float:
    with (tree / "book" / "index.md").open("a", encoding="utf-8") as handle:
        handle.write(f"\n{words}\n")
    started = time.perf_counter()
    _wait(address, words)
    return time.perf_counter() - started


def _wait(address: str, words: str, limit_s: float = 120) -> None:
    """Wait until the first page holds these words."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as page:
                if words in page.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{address} did not show {words!r} within {limit_s} s")


def _edited(tree: Path) -> None:
    with (tree / "book" / "index.md").open("a", encoding="utf-8") as handle:
        handle.write(f"\nWritten at {time.time_ns()}.\n")
    small_tree.built(tree)


def _repriced(tree: Path) -> None:
    path = tree / "data" / "facts.csv"
    text = path.read_text(encoding="utf-8")
    now = re.search(r"^V3-009,[^\n]*?,(\d[\d.]*),", text, re.MULTILINE)
    assert now
    other = "2.5" if now[1] == "2" else "2"
    path.write_text(text[: now.start(1)] + other + text[now.end(1) :], encoding="utf-8")
    small_tree.built(tree)
