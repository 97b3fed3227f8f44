"""Machines with a fault: the build ends in the right site, or in one plain sentence, and recovers.

Slow: ``pytest -m slow``. All work on a copy of the project that is one page long.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import small_tree

pytestmark = pytest.mark.slow
ONE = {"index": small_tree.CHAPTERS["index"].replace("[the chart](chart.md)", "the price")}
DROP, OVERRIDE = 24, 1
"""Linux's ``PR_CAPBSET_DROP``, and the capability by which root writes where nobody may."""


def _bound() -> None:
    """Even root obeys permissions in what is started after this."""
    ctypes.CDLL(None).prctl(DROP, OVERRIDE, 0, 0, 0)


def _limit(what: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (most, most))


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


LATER = """
import time
def later(real):
    return lambda seconds=None: real(time.time() if seconds is None else seconds)
now, local, gm = time.time, time.localtime, time.gmtime
time.time = lambda: now() + 5 * 365 * 86400
time.localtime, time.gmtime = later(local), later(gm)
"""
ALONE = """
import sys
def refuse(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo":
        host = str(arguments[0])
    else:
        return
    if not host.startswith("127.") and host not in ("localhost", "::1", "None"):
        raise OSError(101, "Network is unreachable")
sys.addaudithook(refuse)
"""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a machine; ``said`` is what the build says if it cannot go on."""

    environment: Mapping[str, str | None] = field(default_factory=dict)
    started: Callable[[], None] | None = None
    place: str = "project"
    python: str = ""
    locked: tuple[str, ...] = ()
    said: str = ""


FAULTS = {
    "no home": Fault({"HOME": None}),
    "a home that is not there": Fault({"HOME": "/nowhere/at/all"}),
    "the C locale": Fault({"LANG": "C", "LC_ALL": "C"}),
    "a Turkish locale": Fault({"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}),
    "another time zone": Fault({"TZ": "Asia/Kolkata"}),
    "no git": Fault({"PATH": "/nowhere"}),
    "umask 077": Fault(started=lambda: os.umask(0o077) and None),
    "one core": Fault(started=_one_core),
    "1.5 GB of memory": Fault(started=_limit(resource.RLIMIT_DATA, 3 * 2**29)),
    "a path with spaces, é and 中": Fault(place="my report, é and 中文"),
    "a clock five years ahead": Fault(python=LATER),
    "no network": Fault(python=ALONE),
    "read-only data": Fault(started=_bound, locked=("data", "book")),
    "no write permission": Fault(started=_bound, locked=(".",), said="Permission denied"),
    "a disk full at once": Fault(
        started=_limit(resource.RLIMIT_FSIZE, 2_000), said=os.strerror(errno.EFBIG)
    ),
    "a disk full in mid-build": Fault(
        started=_limit(resource.RLIMIT_FSIZE, 200_000), said=os.strerror(errno.EFBIG)
    ),
    "a disk full among the pages": Fault(
        started=_limit(resource.RLIMIT_FSIZE, 700_000), said=os.strerror(errno.EFBIG)
    ),
}
"""A file-size limit stands for a full disk: it bites in the same calls, and needs no mount."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The site as a machine without a fault builds it."""
    return small_tree.built(small_tree.copy(tmp_path_factory.mktemp("clean") / "project", ONE))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_build_ends_in_the_right_site_or_in_one_plain_sentence(
    fault: Fault, clean: dict[str, str], tmp_path: Path
) -> None:
    tree = small_tree.copy(tmp_path / fault.place, ONE)
    with _locked(tree, fault.locked):
        done = _build(tree, fault)
    if fault.said:
        assert done.returncode == 2, done.stdout
        assert fault.said in done.stderr
        assert done.stderr.startswith("analysis build: ")
        assert done.stderr.count("\n") == 1, "one sentence"
        assert small_tree.built(tree) == clean, "a build without the fault is as a clean one"
    else:
        assert done.returncode == 0, done.stderr
        assert small_tree.contents(tree) == clean
    assert "Traceback" not in done.stderr


def _build(tree: Path, fault: Fault) -> subprocess.CompletedProcess[str]:
    path = [str(tree)]
    if fault.python:
        (tree.parent / "first").mkdir()
        (tree.parent / "first" / "sitecustomize.py").write_text(fault.python, encoding="utf-8")
        path.insert(0, str(tree.parent / "first"))
    given: dict[str, str | None] = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    return subprocess.run(
        [sys.executable, "-m", "analysis", "build"],
        cwd=tree,
        env={k: v for k, v in (given | dict(fault.environment)).items() if v is not None},
        preexec_fn=fault.started,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _locked(tree: Path, names: tuple[str, ...]) -> Iterator[None]:
    """For a while nobody may write these folders of a tree, nor the files in them."""
    paths = [path for name in names for path in (tree / name, *(tree / name).glob("*"))]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.skipif(not shutil.which("git"), reason="needs git to clone")
def test_a_shallow_clone_builds_the_same_site(clean: dict[str, str], tmp_path: Path) -> None:
    tree = small_tree.copy(tmp_path / "project", ONE)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=tree, check=True)
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", tree.as_uri(), str(clone)], check=True)
    assert small_tree.built(clone) == clean
