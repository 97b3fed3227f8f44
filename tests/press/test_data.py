"""The data package, the environment files, and what no file may name."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml
from frictionless import Package, system

from press.facts import Facts
from press.publishing.datapackage import datapackage
from press.publishing.export import to_json
from tests.conftest import ROOT


def test_the_data_package_is_valid_by_the_public_tool(data: Path, facts: Facts) -> None:
    """As the build writes it beside the tables, into the site."""
    (data / "datapackage.json").write_text(to_json(datapackage(facts)), encoding="utf-8")
    with system.use_context(trusted=True):
        report = Package(str(data / "datapackage.json")).validate()
    assert report.valid, report.flatten(["path", "rowNumber", "fieldName", "message"])[:10]


def test_both_environments_install_the_same_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert pip == ["-r requirements.lock"]
    (python,) = [d for d in environment["dependencies"] if str(d).startswith("python ")]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert python == "python >=3.11"
    assert 'requires-python = ">=3.11"' in project


def test_the_lock_pins_every_wanted_package_with_hashes_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))
    wanted = re.findall(
        r"^([\w.-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert {name.lower() for name in wanted} <= {name.lower() for name in pinned}
    blocks = re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in lock


def test_no_large_file_is_committed() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    large = [f for f in listed if f and (ROOT / f).exists() and (ROOT / f).stat().st_size > 1.5e6]
    assert large == []
