"""The committed edition: a line a figure, branches that merge, a damaged file that is mended."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from press import figures
from press.facts import DATA, Facts
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


def _edition(folder: Path, fact: str, factor: float) -> None:
    """Change a fact in the table, and write the figures that follow, as ``make figures`` does."""
    table = folder / "facts.csv"
    value = Facts().value(fact)
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = (i for i, line in enumerate(lines) if line.startswith(f"{fact},"))
    assert f",{value:.15g}," in lines[at]
    lines[at] = lines[at].replace(f",{value:.15g},", f",{value * factor:.15g},", 1)
    table.write_text("".join(lines), encoding="utf-8")
    changed = Facts(overrides={fact: value * factor})
    records = [
        export.figure_record(figures.evaluate(r["key"], changed)) if fact in r["facts"] else r
        for r in export.committed()
    ]
    (folder / "figures.json").write_text(lines_of(records), encoding="utf-8")


def test_branches_that_change_different_facts_merge_without_conflict(tmp_path: Path) -> None:
    shutil.copy(DATA / "facts.csv", tmp_path)
    (tmp_path / "figures.json").write_text(lines_of(export.committed()), encoding="utf-8")
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "Edition"]):
        _git(tmp_path, *command)
    for branch, fact in (("one", "L-004"), ("two", "INF-009")):
        _git(tmp_path, "checkout", "-q", "-b", branch, "main")
        _edition(tmp_path, fact, 1.1)
        assert _git(tmp_path, "commit", "-qam", f"Changes {fact}") == 0
    assert _git(tmp_path, "merge", "-q", "-m", "Both", "one") == 0
    merged = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    moved = {r["key"] for r, old in zip(merged, export.committed(), strict=True) if r != old}
    fed = {r["key"] for r in export.committed() if {"L-004", "INF-009"} & set(r["facts"])}
    assert moved
    assert moved <= fed


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
