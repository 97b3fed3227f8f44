"""How long the command line takes to answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from press.facts import Facts
from tests import small_tree
from tests.bench.result import Result, quickest


def measure(folder: Path) -> Iterator[Result]:
    """The answers to the questions that are asked most."""
    config = folder / "config.json"
    config.write_text(json.dumps(Facts().config("deepseek-v3")), encoding="utf-8")
    yield Result("model config.json", quickest(lambda: _command("model", str(config))), goal_s=1.0)
    run = ("deepseek-v3", "--tokens", "14.8e12", "--chip", "H800")
    yield Result("cost deepseek-v3", quickest(lambda: _command("cost", *run)), goal_s=1.5)
    yield Result("figures", quickest(lambda: _command("figures", "--json")))
    yield Result("what-if V3-009=3.42", quickest(lambda: _command("what-if", "V3-009=3.42")))


def _command(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        cwd=small_tree.ROOT,
        check=True,
        capture_output=True,
    )
