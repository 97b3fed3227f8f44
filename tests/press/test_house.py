"""The house has two rooms: the press knows no subject, the subject knows no pages."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    *("IPython", "docutils", "ipykernel", "jupyter_book", "jupyter_client", "jupytext"),
    *("myst_nb", "nbformat", "papermill", "sphinx"),
}
"""What executes chapters and writes pages."""


def imports(package: str) -> Iterator[tuple[str, str]]:
    """Every module that a package's files import, with the file and line that does."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                yield from ((where, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield where, node.module
                yield from ((where, f"{node.module}.{alias.name}") for alias in node.names)


def test_the_press_imports_nothing_of_a_subject() -> None:
    found = [f"{w}: {name}" for w, name in imports("press") if name.split(".")[0] == "analysis"]
    assert found == [], "the press asks the subject through press.subject; move what it needs there"


def test_the_subject_imports_of_the_press_only_what_computes_and_draws() -> None:
    found = [
        f"{where}: {name}"
        for where, name in imports("analysis")
        if name.split(".")[0] in PAGES or name.startswith("press.publishing")
    ]
    assert found == [], "pages are made by press.publishing; give the press data instead"


def test_a_chapter_has_one_name_everywhere() -> None:
    chapters = {path.stem.replace("-", "_") for path in (ROOT / "book").glob("*.md")}
    figures = {path.stem for path in (ROOT / "analysis" / "figures").glob("[a-z]*.py")}
    assert figures <= chapters


FIGURES = '''"""Figures of the tiny: bread."""

from press.facts import Facts
from press.figures import figure


@figure(unit="USD", formula="loaves × price of a loaf")
def cost(facts: Facts) -> float:
    """What the bread cost."""
    return facts.bakery.loaves * facts.bakery.price_per_loaf


@figure(unit="ratio", formula="cost ÷ purse")
def share(facts: Facts) -> float:
    """What the bread took of the purse."""
    return cost(facts) / facts.purse.money
'''
CHAPTER = """---
kernelspec: {name: python3, display_name: Python 3, language: python}
description: What bread cost.
---

# Bread

:::{answer}
The bread cost {num}`tiny.cost:$.2`, at {num}`B-2:$.2` a loaf.
:::

```{code-cell} ipython3
from press import figures
print(figures.value("tiny.share"))
```
"""


def _table(folder: Path, name: str, head: str, rows: str) -> None:
    """A table with the columns of the report's own table of that name."""
    own = (ROOT / "data" / f"{name}.yml").read_text(encoding="utf-8")
    (folder / f"{name}.yml").write_text(own, encoding="utf-8")
    (folder / f"{name}.csv").write_text(f"{head}\n{rows}", encoding="utf-8")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Another report: the press, three facts, two figures and one chapter."""
    root = tmp_path / "bread"
    quiet = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "press", root / "press", ignore=quiet)
    for name in ("_static", "_theme"):
        shutil.copytree(ROOT / "book" / name, root / "book" / name)
    for name in ("_config.yml", "CITATION.cff", "requirements.lock"):
        shutil.copy(ROOT / name, root)
    (root / "data").mkdir()
    head = {
        name: (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        for name in ("facts", "sources", "units")
    }
    facts = (
        "B-1,bakery.loaves,Bakery,loaves,3,,,1,2026,diary,page 1,three loaves,primary,\n"
        "B-2,bakery.price_per_loaf,Bakery,price,2.5,,,USD,2026,diary,page 1,,primary,\n"
        "P-1,purse.money,Purse,money,30,,,USD,2026,diary,page 2,,primary,\n"
    )
    _table(root / "data", "facts", head["facts"], facts)
    source = "diary,A diary,Diary,We,Home,2026,https://example.org/diary,own,2026-11\n"
    _table(root / "data", "sources", head["sources"], source)
    units = "1,a pure number,[]\nUSD,US dollar,[USD]\nratio,how many times,[]\n"
    _table(root / "data", "units", head["units"], units)
    code = root / "analysis"
    (code / "figures").mkdir(parents=True)
    (code / "__init__.py").write_text('"""What bread cost."""\n')
    (code / "__main__.py").write_text("from press.main import main\nraise SystemExit(main())\n")
    (code / "figures" / "__init__.py").write_text("")
    (code / "figures" / "tiny.py").write_text(FIGURES, encoding="utf-8")
    (root / "book" / "tiny.md").write_text(CHAPTER, encoding="utf-8")
    (root / "book" / "about.md").write_text("# About\n\nWe eat.\n", encoding="utf-8")
    chapters = "parts:\n  - caption: More\n    chapters:\n      - file: about\n"
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: tiny\n{chapters}")
    return root


def _run(root: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *command],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_press_makes_another_report(tiny: Path) -> None:
    assert "$7.50" in _run(tiny, "figures") or "7.5" in _run(tiny, "figures")
    _run(tiny, "build")
    page = (tiny / "_build" / "html" / "tiny.html").read_text(encoding="utf-8")
    assert "$7.50" in page
    assert "loaves" in page  # the card
    assert "0.25" in page  # the cell's output
