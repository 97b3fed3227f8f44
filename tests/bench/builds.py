"""How long an editor waits: a build from nothing, no change, changed prose, a changed table."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from press.publishing.contents import chapters
from tests import damage, small_tree
from tests.bench.result import Result, quickest


def measure(folder: Path, wanted: list[str]) -> Iterator[Result]:
    """All waits, on a copy of the book with these chapters (all of them if none is named)."""
    tree = small_tree.copy(folder / "ours", _texts(wanted))
    started = time.perf_counter()
    small_tree.built(tree)
    cold = time.perf_counter() - started
    theirs = _jupyter_book(small_tree.copy(folder / "theirs", _texts(wanted)), tree)
    yield Result("cold build ÷ Jupyter Book's own executor", cold, theirs, most=0.33)
    yield Result("nothing changed", quickest(lambda: small_tree.built(tree)), goal_s=0.3)
    with _served(tree) as address:
        yield Result("prose edit to new page, served", _edit(tree, address), goal_s=1.5)
    yield Result("prose edit, one command", quickest(lambda: _edited(tree)), goal_s=None)
    yield Result("a fact of most chapters, one command", quickest(lambda: _repriced(tree)))
    rare = _rare(tree)
    if rare:
        spent = quickest(lambda: _renamed(tree, rare))
        yield Result(f"a fact of one chapter ({rare}), one command", spent, goal_s=8.0)
    for what, grown in (("chapters", _chapters), ("facts", _facts)):
        few, many = (_cold(folder / f"{what}-{times}", grown, times) for times in (10, 100))
        yield Result(f"100 times the {what} ÷ ten times 10 times", many, 10 * few, most=1.0)


def _cold(folder: Path, grown: Callable[[Path, int], Path], times: int) -> float:
    """Seconds of a build from nothing of a small project that has grown."""
    tree = grown(folder, times)
    started = time.perf_counter()
    small_tree.built(tree)
    return time.perf_counter() - started


def _chapters(folder: Path, times: int) -> Path:
    """A small book with so many chapters that each draw a chart."""
    more = {f"chart-{n}": small_tree.CHAPTERS["chart"] for n in range(times)}
    return small_tree.copy(folder, {**small_tree.CHAPTERS, **more})


def _facts(folder: Path, times: int) -> Path:
    """A small book with so many times the facts, all of them listed."""
    tree = small_tree.copy(folder)
    path = tree / "data" / "facts.csv"
    head, *rows = damage.cells(path)
    at, name = head.index("id"), head.index("name")
    made = [head, *rows]
    for copy in range(1, times):
        for row in rows:
            other = list(row)
            other[at], other[name] = f"{row[at]}-{copy}", f"{row[name]}_{copy}"
            made.append(other)
    path.write_bytes(damage.as_csv(made))
    return tree


def _rare(tree: Path) -> str:
    """A fact that one chapter alone asked for; nothing where there is none."""
    users: Counter[str] = Counter()
    for path in (tree / "_build" / "work").glob("*.stamp.json"):
        stamp = json.loads(path.read_text(encoding="utf-8"))
        asked = stamp["asked"].get("facts", {}).get("answers", {})
        users.update({json.loads(text)["id"] for text in asked if '"id"' in text})
    return min((fact for fact, count in users.items() if count == 1), default="")


def _renamed(tree: Path, fact: str) -> None:
    """Add a word to what a fact is a number of."""
    path = tree / "data" / "facts.csv"
    rows = damage.cells(path)
    next(row for row in rows if row[0] == fact)[rows[0].index("quantity")] += " anew"
    path.write_bytes(damage.as_csv(rows))
    small_tree.built(tree)


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
    shutil.copy(ours / "_build" / "source" / "_static" / "site.css", tree / "book" / "_static")
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
