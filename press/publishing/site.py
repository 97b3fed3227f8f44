"""The whole site: facts to figures, chapters to notebooks, notebooks to pages."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import vl_convert

from press.facts import Facts
from press.figures import evaluate_all
from press.publishing import downloads, live, sheet
from press.publishing.colophon import CITATION, edition, place
from press.publishing.contents import TOC, SiteError, chapters
from press.publishing.execute import Job, is_notebook, run_all
from press.publishing.export import site_data, to_json
from press.publishing.files import BOOK, CODE, LOCK, READ, ROOT, digest, write_if_changed
from press.publishing.prose import from_yaml

BUILD = ROOT / "_build"
CONFIG = ROOT / "_config.yml"
COMPUTED = (*CODE, "data", "book/figures.json")
"""What the numbers of the pages follow from."""
GRAPH = "graph.js"
"""The graphs of all live figures, for a reader's own assumptions."""
NOTES = 20
"""Lines of advice that a build prints."""


def build(
    *,
    say: Callable[[str], None] = print,
    only: str = "",
    into: Path = BUILD,
    overrides: Mapping[str, float] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Path:
    """Build the site (or one page of it) and return the path of its first page.

    Parameters
    ----------
    say
        Where progress goes, line by line.
    only
        One chapter to build alone.
    into
        The build folder; its name must be ``_build``.
    overrides, parameters
        Other facts and other values of the chapters' parameters to assume; the pages then say
        that they are not the published edition.

    Raises
    ------
    SiteError, ChapterError, DataError
        With chapter, cell, file or row and the reason.
    """
    started = time.perf_counter()
    place(os.environ)  # a wrong address is refused before any work
    try:
        pages = [only] if only else chapters()
    except (SiteError, ValueError):  # its problems are not all
        from press.publishing import check

        everything = sorted(path.stem for path in BOOK.glob("*.md"))
        raise SiteError("\n".join(check.broken(everything))) from None
    if only and (Path(only).name != only or not (BOOK / f"{only}.md").exists()):
        raise SiteError(f"found page '{only}', but book/{only}.md is not there")
    with _alone(into):
        first = into / "html" / ("index.html" if not only else f"{only}.html")
        built = _fingerprint(*CODE, "book", *READ)
        if not only and _last(into).get("built") == built and first.exists():
            say(f"nothing changed: {first}")
            return first
        edition()  # what is not YAML is refused before any work, too
        from_yaml(CONFIG.read_text(encoding="utf-8"), CONFIG.name)
        changed = _refuse(pages, into, whole=not only)
        source, work = into / "source", into / "work"
        jobs = [
            Job(name, source / f"{name}.ipynb", work, tuple((parameters or {}).items()))
            for name in pages
            if is_notebook(BOOK / f"{name}.md")
        ]
        for shared in ("IPython", "press.publishing.warm"):
            importlib.import_module(shared)  # two threads must not import it at once
        with ThreadPoolExecutor(1) as beside:  # the chapters run in processes of their own
            computing = beside.submit(_compute, into, overrides or {})
            beside.submit(importlib.import_module, "jupyter_book.sphinx")
            beside.submit(importlib.import_module, "myst_nb.sphinx_ext")
            run_all(jobs, say=say)
            computed = computing.result()
        _copy_sources(pages, {job.name for job in jobs}, source)
        assumed = ", ".join(f"{k} = {v}" for k, v in (parameters or {}).items())
        known, machinery = into / "machinery", _machinery(only, assumed)
        fresh = not known.exists() or known.read_text(encoding="utf-8") != machinery
        known.unlink(missing_ok=True)  # a build that is killed now leaves pages of unknown age
        if fresh:
            shutil.rmtree(into / ".doctrees", ignore_errors=True)
            shutil.rmtree(into / "html", ignore_errors=True)
        _sphinx(into, only, assumed, fresh=fresh)
        _vega(into, fresh=fresh)
        graph = (into / GRAPH).read_text(encoding="utf-8")
        write_if_changed(into / "html" / "_static" / GRAPH, graph)
        write_if_changed(known, machinery)
        if not only:
            downloads.publish(into / "html")
            texts = {name: digest(BOOK / f"{name}.md") for name in pages}
            state = {"computed": computed, "built": built, "texts": texts}
            write_if_changed(into / "state.json", json.dumps(state))
        say(f"built in {time.perf_counter() - started:.1f} s: {first}")
        if not (parameters or overrides):
            _advise(changed, into, say)
    return first


def _refuse(pages: Sequence[str], into: Path, *, whole: bool) -> list[str]:
    """Refuse before any work what cannot be built, all at once; returns the changed chapters."""
    from press.publishing import check

    last = _last(into) if whole else {}
    known = last.get("computed") == _fingerprint(*COMPUTED)
    texts = last.get("texts", {}) if known else {}
    changed = [name for name in pages if texts.get(name) != digest(BOOK / f"{name}.md")]
    if problems := check.broken(changed, code=not known):
        raise SiteError("\n".join(problems))
    return changed


def _advise(changed: Sequence[str], into: Path, say: Callable[[str], None]) -> None:
    """Say what `make check` will not let pass in the chapters that have changed."""
    from press.publishing import check

    notes = check.untidy(changed, spell=False)
    notes += json.loads((into / "site.json").read_text(encoding="utf-8")).get("notes", [])
    for line in notes[:NOTES]:
        say(f"note: {line}")
    if len(notes) > NOTES:
        say(f"note: and {len(notes) - NOTES} more; `make check` lists them all")


def run_chapters(into: Path = BUILD, say: Callable[[str], None] = print) -> None:
    """Run the chapters that have changed since they last ran; their notebooks serve the build."""
    with _alone(into):
        source, work = into / "source", into / "work"
        names = [name for name in chapters() if is_notebook(BOOK / f"{name}.md")]
        run_all([Job(name, source / f"{name}.ipynb", work) for name in names], say=say)


def _compute(into: Path, overrides: Mapping[str, float]) -> str:
    """Write what the pages print, if its inputs have changed; returns their fingerprint."""
    computed = _fingerprint(*COMPUTED)
    computed += "".join(f" {key}={value}" for key, value in sorted(overrides.items()))
    if _last(into).get("computed") != computed or not all(
        (into / name).exists() for name in ("site.json", GRAPH)
    ):
        facts = Facts(overrides=overrides)
        found = evaluate_all(facts)
        data = site_data(facts, found)
        write_if_changed(into / "site.json", to_json(data))
        write_if_changed(into / GRAPH, live.script(found, list(data["figures"].values()), facts))
        write_if_changed(into / "state.json", json.dumps({"computed": computed}))
    return computed


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ |= more
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """One build at a time in a folder: a second one waits."""
    into.mkdir(parents=True, exist_ok=True)
    with (into / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fingerprint(*folders: str) -> str:
    """A hash over the settings and all files of these folders (or single files)."""
    total = hashlib.sha256(sys.version.encode())
    files = [*ROOT.glob("*.yml"), *ROOT.glob("*.cff"), LOCK]
    for folder in folders:
        path = ROOT / folder
        files += [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    for path in sorted(files):
        if "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
            total.update(f"{path.relative_to(ROOT)} {digest(path)}\n".encode())
    total.update(repr(sorted(_site_environment().items())).encode())
    return total.hexdigest()


def _last(into: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((into / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state


def _machinery(only: str, assumed: str) -> str:
    """A hash over configuration and extension code: if it changes, every page is written again."""
    files = [CONFIG, TOC, LOCK, CITATION]
    files += sorted(p for part in ("_static", "_theme") for p in (BOOK / part).rglob("*"))
    files += sorted((ROOT / "press").rglob("*.py"))
    text = "".join(digest(path) for path in files if path.is_file())
    text += repr((sorted(_site_environment().items()), only, assumed))
    return hashlib.sha256(text.encode()).hexdigest()


def _site_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key.startswith("SITE_")}


def _copy_sources(pages: list[str], notebooks: set[str], source: Path) -> None:
    """Lay out what Sphinx reads: executed notebooks, plain pages, static files; nothing stale."""
    wanted = {source / f"{name}.ipynb" for name in notebooks}
    for name in pages:
        if name not in notebooks:
            target = source / f"{name}.md"
            write_if_changed(target, (BOOK / f"{name}.md").read_text(encoding="utf-8"))
            wanted.add(target)
    for path in (BOOK / "_static").rglob("*"):
        if path.is_file() and path.name not in sheet.SHEETS:
            target = source / path.relative_to(BOOK)
            if digest(path) != digest(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            wanted.add(target)
    css = source / "_static" / "site.css"
    write_if_changed(css, sheet.sheet())
    wanted.add(css)
    for path in source.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()


def _vega(into: Path, *, fresh: bool) -> None:
    """The chart library as one file of the site, from the package that draws the static charts."""
    target = into / "html" / "vega" / "vega.js"
    kept = into / "vega.js"
    if target.exists() and not fresh:
        return
    if fresh or not kept.exists():
        bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
        write_if_changed(kept, f"(()=>{{{bundle}}})();")  # its names stay its own
    write_if_changed(target, kept.read_text(encoding="utf-8"))


def _sphinx(into: Path, only: str, assumed: str, *, fresh: bool) -> None:
    """Let Jupyter Book write the pages, in this process."""
    from jupyter_book.cli.main import build as jupyter_book

    toc = TOC
    if only:
        toc = into / "_toc.yml"
        toc.write_text(f"format: jb-book\nroot: {only}\n", encoding="utf-8")
    arguments = [
        *(str(into / "source"), "--config", str(CONFIG), "--toc", str(toc)),
        *("--path-output", str(into.parent), "--warningiserror", "--keep-going", "--quiet"),
    ]
    told = {
        "SITE_DATA": str(into / "site.json"),
        "SOURCE_DATE_EPOCH": "1795219200",
        "SITE_PAGE": only,
        "SITE_ASSUMED": assumed,
    }
    said, failure = io.StringIO(), ""
    gc.disable()  # millions of nodes that live to the end: collecting takes an eighth of the time
    with _environment(told), redirect_stdout(said), redirect_stderr(said):
        try:
            jupyter_book.main([*arguments, *["--all"] * fresh], standalone_mode=False)
        except (Exception, SystemExit) as error:
            failure = str(error)
    gc.enable()
    output = re.sub(r"\x1b\[[0-9;]*m", "", said.getvalue())
    problems = [
        line
        for line in output.splitlines()
        if any(word in line for word in ("WARNING", "ERROR", "CRITICAL", "Exception", "Error:"))
    ]
    if failure or problems:
        words = "\n".join(problems) or f"{output[-3000:]}{failure}"
        raise SiteError(words.replace(str(into / "source"), "book"))
