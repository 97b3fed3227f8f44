"""Builds that are killed, doubled or moved end in the same bytes. Slow: ``pytest -m slow``.

All work on a small copy of the project, three chapters long.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from press.facts import DATA
from tests import damage, small_tree

pytestmark = pytest.mark.slow
KILLS = 20
IN_A_ROW = 5
"""Kills before a build may end and is compared."""

Site = dict[str, str]


def _price(tree: Path, usd_per_gpu_hour: str) -> None:
    """Change one fact, on which every chapter of the small copy depends."""
    rows = damage.cells(DATA / "facts.csv")
    for row in rows:
        if row[0] == "V3-009":
            row[rows[0].index("value")] = usd_per_gpu_hour
    (tree / "data" / "facts.csv").write_bytes(damage.as_csv(rows))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_tree.copy(tmp_path_factory.mktemp("one") / "project")


@pytest.fixture(scope="module")
def clean(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Site, float]]:
    """Sites of two editions, each built from nothing in a folder of its own, and the seconds."""
    sites = {}
    for price in ("2", "2.5"):
        other = small_tree.copy(tmp_path_factory.mktemp("another") / "place")
        _price(other, price)
        started = time.perf_counter()
        sites[price] = (small_tree.built(other), time.perf_counter() - started)
    return sites


def _differences(one: Site, other: Site) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_the_same_inputs_give_the_same_bytes_in_another_folder(
    tree: Path, clean: dict[str, tuple[Site, float]]
) -> None:
    _price(tree, "2")
    assert _differences(small_tree.built(tree), clean["2"][0]) == []


def test_a_build_killed_at_any_point_and_run_again_equals_a_clean_one(
    tree: Path, clean: dict[str, tuple[Site, float]], capsys: pytest.CaptureFixture[str]
) -> None:
    killed = finished = 0
    reach = 0.6  # the part of a clean build's time in which a warm one is killed
    while killed < KILLS:
        price = ("2", "2.5")[(killed + finished) % 2]
        _price(tree, price)
        process = small_tree.build(tree)
        try:
            share = (killed * 7 % KILLS + 0.5) / KILLS  # all parts of a build, in a mixed order
            process.wait(share * reach * clean[price][1])
            finished += 1
            reach *= 0.9
        except subprocess.TimeoutExpired:
            killed += 1
            if killed % 3:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()  # its children live on for a moment
        process.communicate(timeout=60)  # else what a killed build has started outlives it
        if killed and killed % IN_A_ROW == 0:
            assert _differences(small_tree.built(tree), clean[price][0]) == [], f"kill {killed}"
    with capsys.disabled():
        print(f"\n{killed} builds killed, {finished} were quicker: as clean ones in the end")


def test_two_builds_at_once_leave_a_clean_site(
    tree: Path, clean: dict[str, tuple[Site, float]]
) -> None:
    _price(tree, "3")
    small_tree.built(tree)
    _price(tree, "2")
    both = [small_tree.build(tree) for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum("nothing changed" in text for text in said) == 1, "the second waited for the first"
    assert _differences(small_tree.contents(tree), clean["2"][0]) == []
