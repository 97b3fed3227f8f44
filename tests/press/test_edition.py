"""The committed edition: a line a figure, branches that merge, a damaged file that is mended."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from press import figures
from press.facts import Facts
from press.publishing import changes, export
from press.publishing.export import lines_of

RECORDS = [{"key": key, "value": float(n), "unit": "USD"} for n, key in enumerate("abcd")]


def _git(folder: Path, *command: str) -> int:
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    return subprocess.run([*git, *command], cwd=folder, capture_output=True, check=False).returncode


def _changed(*keys: str) -> str:
    return lines_of([{**r, "value": 9.0} if r["key"] in keys else r for r in RECORDS])


def test_branches_that_change_neighbouring_figures_merge_without_conflict(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    file.write_text(lines_of(RECORDS), encoding="utf-8")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Edition"]):
        _git(tmp_path, *command)
    for branch, key in (("one", "b"), ("two", "c")):
        _git(tmp_path, "checkout", "-q", "-b", branch, "main")
        file.write_text(_changed(key), encoding="utf-8")
        _git(tmp_path, "commit", "-qam", f"Changes {key}")
    assert _git(tmp_path, "merge", "-q", "-m", "Both", "one") == 0
    assert file.read_text(encoding="utf-8") == _changed("b", "c")


@pytest.mark.parametrize(
    "damage",
    [
        '<<<<<<< HEAD\n{"key": "a"}\n=======\n{"key": "a"}\n>>>>>>> one\n',
        '[\n{"key": "a", "value"',
        "[[1, 2], {}, null]",
        "",
        "\ufffd\ufffd",
    ],
)
def test_a_damaged_edition_is_named_and_written_anew(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "figures.json"
    file.write_text(damage, encoding="utf-8")
    monkeypatch.setattr(export, "COMMITTED", file)
    monkeypatch.setattr(figures, "keys", lambda: ["costs.rental_total"])
    problems = export.read_committed()[1]
    assert bool(problems) == bool(damage)
    assert all("figures.json:" in line and "make figures" in line for line in problems)
    export.write_committed(Facts())
    records, problems = export.read_committed()
    assert list(records) == ["costs.rental_total"]
    assert problems == []


def test_the_preview_reads_the_edition(tmp_path: Path) -> None:
    for name, text in (("before", lines_of(RECORDS)), ("after", _changed("b"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "figures.json").write_text(text, encoding="utf-8")
    said = changes.report(tmp_path / "before", tmp_path / "after")
    assert "1 figure and 0 pages changed" in said
