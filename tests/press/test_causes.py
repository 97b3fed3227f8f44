"""The cause of a difference: the changed rows and modules that feed a figure, as git knows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from press import figures
from press.facts import DATA, Facts
from press.publishing import causes, export
from tests import damage


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the edition, a table and a module, of which the last two have changed."""
    for name in ("data", "book", "analysis"):
        (tmp_path / name).mkdir()
    rows = damage.cells(DATA / "facts.csv")
    (tmp_path / "data" / "facts.csv").write_bytes(damage.as_csv(rows))
    (tmp_path / "book" / "figures.json").write_text("[]")
    (tmp_path / "analysis" / "hardware.py").write_text("x = 1\n")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Edition"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    for row in rows:
        if row[0] == "V3-009":
            row[rows[0].index("value")] = "12.5"
    (tmp_path / "data" / "facts.csv").write_bytes(damage.as_csv(rows))
    (tmp_path / "analysis" / "hardware.py").write_text("x = 2\n")
    monkeypatch.setattr(causes, "ROOT", tmp_path)
    monkeypatch.setattr(export, "COMMITTED", tmp_path / "book" / "figures.json")
    return tmp_path


def _records(facts: Facts, *keys: str) -> dict[str, dict[str, object]]:
    return {key: export.figure_record(figures.evaluate(key, facts)) for key in keys}


def test_a_changed_row_and_a_changed_module_are_named(repository: Path, facts: Facts) -> None:
    changes = causes.changed_since_edition()
    before = f"{facts.value('V3-009'):g}"
    assert changes["V3-009"] == [f"value {before} before, 12.5 now"]
    after = _records(facts, "costs.rental_total", "training_run.days_total", "nvidia.beta")
    said = {key: causes.cause(key, after, changes) for key in after}
    assert f"V3-009 (value {before} before, 12.5 now)" in said["costs.rental_total"]
    assert "analysis/hardware.py" in said["training_run.days_total"]
    assert said["nvidia.beta"].startswith("neither a row nor a module")
    assert "no module" in causes.cause("cost.nothing", after, changes)


def test_without_git_nothing_is_claimed(
    tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(causes, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", "")
    assert causes.changed_since_edition() == {}
    after = _records(facts, "costs.rental_total")
    assert "perhaps a library" in causes.cause("costs.rental_total", after, {})
