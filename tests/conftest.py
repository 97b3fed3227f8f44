"""Shared fixtures: the facts, a folder of data to damage, the built site, a browser."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from press import figures
from press.facts import DATA, Facts
from press.publishing.pdf import chromium
from tests import damage

ROOT = DATA.parent
SITE = ROOT / "_build" / "html"

# Tests share the cores, and the same commit draws the same examples wherever it runs
hypothesis.settings.register_profile("shared", deadline=None, derandomize=True)
hypothesis.settings.load_profile("shared")


def settled(problems: Iterable[str], todo: str) -> None:
    """Fail with what a contributor should do, in the first line, and then each problem."""
    if found := list(problems):
        pytest.fail("\n".join([f"{todo}:", *found]), pytrace=False)


@pytest.fixture(scope="session")
def facts() -> Facts:
    """The published facts."""
    return Facts()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of ``data/`` that a test may damage."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site; ``make test`` builds it before the tests run."""
    if not (SITE / "index.html").exists():
        pytest.fail("_build/html is not there: run `make book` first, or use `make test`")
    return SITE


@pytest.fixture(scope="session")
def published(facts: Facts) -> damage.Published:
    """Every figure, computed from the data as they are."""
    return {found.key: found for found in figures.evaluate_all(facts)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of links to ``data/``, in which a test may replace files."""
    return damage.linked(tmp_path_factory.mktemp("trust") / "data")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A local server of a folder; yields its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address of a local server of the built site."""
    with served(site) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """An installed Chromium; without one the test skips, or fails where REQUIRE_BROWSER is set."""
    found = chromium()
    if found is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("no Chromium found, and REQUIRE_BROWSER is set")
        pytest.skip("no Chromium found: browser tests need an installed one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()
