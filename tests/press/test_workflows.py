"""The workflows on GitHub: pinned, without secrets on pull requests, with few rights."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from press.publishing import changes
from tests.conftest import ROOT
from tests.damage import HOSTILE

FOLDER = ROOT / ".github"
WORKFLOWS = sorted((FOLDER / "workflows").glob("*.yml"))
FORMS = [p for p in sorted((FOLDER / "ISSUE_TEMPLATE").glob("*.yml")) if p.stem != "config"]
UNTRUSTED = r"github\.(event\.(pull_request|issue|comment|workflow_run)|head_ref|ref_name)"


def load(path: Path) -> dict[str, Any]:
    """A workflow; YAML 1.1 reads the key ``on`` as true."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    if True in found:
        found["on"] = found.pop(True)
    return found


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step of every job; a job that calls another workflow counts as one."""
    jobs = workflow["jobs"].values()
    return [step for job in jobs for step in (job.get("steps") or [job])]


def test_the_promised_workflows_are_there() -> None:
    wanted = {"test", "preview", "comment", "publish", "weekly", "release"}
    assert {path.stem for path in WORKFLOWS} == wanted
    assert {load(path)["name"] for path in WORKFLOWS} == wanted


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash_with_their_version_beside(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        used = re.search(r"uses:\s*(\S+)(.*)", line)
        if used and not used[1].startswith("./.github/"):
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", used[1]), line
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", used[2]), line


def test_one_action_has_one_hash() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: (actions/[\w-]+)@(\w+ # \S+)", text))
    assert len(pins) == len({name for name, _ in pins})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_rights_are_named_and_writing_is_given_to_single_jobs(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 60
        if "write" in (job.get("permissions") or {}).values():
            builds = re.search(r"\bmake |\.ci/run|pip install", json.dumps(job))
            assert not builds, "a job that may write runs no dependency"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_pull_requests_see_no_secret_and_cannot_write(path: Path) -> None:
    workflow, text = load(path), path.read_text(encoding="utf-8")
    assert "pull_request_target" not in text
    assert "secrets." not in text
    assert "inherit" not in text
    if "pull_request" in workflow["on"]:
        assert "write" not in text.replace("right to write", "")
        assert "github.token" not in text
    for step in steps(workflow):
        if str(step.get("uses", "")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_words_of_strangers_are_pasted_into_a_script(path: Path) -> None:
    for step in steps(load(path)):
        assert "${{" not in str(step.get("run", "")), "pass it as an environment variable"


def test_the_job_that_comments_checks_out_the_main_branch_alone() -> None:
    for step in steps(load(FOLDER / "workflows" / "comment.yml")):
        assert not re.search(UNTRUSTED, json.dumps(step.get("with", {})))


def test_the_site_learns_its_address_where_it_is_published() -> None:
    for name in ("publish", "release"):
        text = (FOLDER / "workflows" / f"{name}.yml").read_text(encoding="utf-8")
        assert "SITE_URL:" in text
        assert "SITE_REPOSITORY:" in text


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_asks_for_source_locator_and_quote(path: Path) -> None:
    fields = {item["id"]: item for item in load(path)["body"] if "id" in item}
    for name in ("source", "locator", "quote"):
        assert fields[name]["validations"]["required"] is True


def test_the_oldest_versions_are_those_of_the_requirements() -> None:
    files = ("requirements.in", "requirements-test.in")
    wanted = "".join((ROOT / name).read_text(encoding="utf-8") for name in files)
    named = {name.lower() for name in re.findall(r"^([\w.-]+)", wanted, re.MULTILINE)}
    pins = (FOLDER / "oldest.txt").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", pins, re.MULTILINE):
        assert name.lower() in named
        least = re.search(rf"^{name}>=([\d.]+)", wanted, re.MULTILINE)
        assert not least or version.startswith(least[1])


def test_the_hook_before_a_commit_runs_what_takes_seconds() -> None:
    hook = ROOT / ".ci" / "hooks" / "pre-commit"
    text = hook.read_text(encoding="utf-8")
    assert hook.stat().st_mode & 0o111, "git runs it only if it may be executed"
    assert "-m analysis check" in text
    assert not re.search(r"pytest|mypy|analysis build|make", text.partition("set -e")[2])
    assert "git config core.hooksPath .ci/hooks" in (ROOT / "CONTRIBUTING.md").read_text()


# The comment on a pull request


def _figure(key: str, value: float, **more: Any) -> dict[str, Any]:
    return {"key": key, "value": value, "low": None, "high": None, "unit": "USD", **more}


def _folder(path: Path, figures: list[dict[str, Any]], **pages: str) -> Path:
    path.mkdir()
    (path / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
    for name, html in pages.items():
        (path / f"{name}.html").write_text(html, encoding="utf-8")
    return path


def test_the_comment_lists_changed_figures_and_pages(tmp_path: Path) -> None:
    card = '<span class="card"><span>a</span>b</span>'
    page = f"<nav>{{0}}</nav><p>It cost <a>{{0}}</a>{card}.</p><p>Same.</p>"
    before = _folder(
        tmp_path / "before",
        [_figure("cost.a", 5.576e6), _figure("cost.b", 1.0), _figure("cost.gone", 1.0)],
        costs=page.format("$5.576M"),
        same="<p>Same</p>",
        gone="<p>Old</p>",
    )
    after = _folder(
        tmp_path / "after",
        [_figure("cost.a", 6e6, low=5e6, high=7e6), _figure("cost.b", 1.0)],
        costs=page.format("$6M"),
        same="<p>Same</p>",
    )
    text = changes.report(before, after)
    assert "**2 figures and 2 pages changed.**" in text
    assert "| `cost.a` | `$5.576M` | `$6.000M ($5.000M to $7.000M)` |" in text
    assert "| `cost.gone` | `$1.000` | `–` |" in text
    assert "-It cost $5.576M.\n+It cost $6M.\n" in text
    assert "<code>gone.html</code>: 1 line</summary>" in text
    assert "cost.b" not in text
    assert "same.html" not in text


def test_the_comment_without_changes_and_without_an_edition_before(tmp_path: Path) -> None:
    one = _folder(tmp_path / "one", [_figure("cost.a", 1.0)], index="<p>x</p>")
    assert changes.report(one, one).strip() == "**0 figures and 0 pages changed.**"
    assert "| `cost.a` | `–` | `$1.000` |" in changes.report(tmp_path / "nothing", one)


def test_strangers_words_stay_words_in_the_comment(tmp_path: Path) -> None:
    bad = "``` </details> @everyone [x](https://evil.example) | ![](y)" + HOSTILE[0]
    before = _folder(tmp_path / "before", [], a="<p>x</p>")
    escaped = bad.replace("<", "&lt;")
    after = _folder(tmp_path / "after", [_figure(bad, 1.0)], a=f"<p>{escaped}</p>")
    (after / "z.html").symlink_to("/etc/passwd")
    text = changes.report(before, after)
    assert "root:" not in text
    fence = False
    for line in text.splitlines():
        fence ^= line.startswith("```")
        outside = re.sub(r"`[^`]*`", "", line)
        assert fence or not re.search(r"@everyone|evil|alert", outside)
    assert not fence
    assert text.count("<details>") == text.count("</details>") == 1
    long = _folder(tmp_path / "long", [_figure(f"k.{i}", i + 1.0) for i in range(5000)])
    assert len(changes.report(before, long)) < 65_536
