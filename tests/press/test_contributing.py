"""What CONTRIBUTING promises: a changed number fails no test that has it as an example."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import damage, small_tree
from tests.conftest import ROOT

EXAMPLES = ("commands", "facts", "figures", "parameters", "causes")


@pytest.mark.slow
def test_a_changed_number_fails_no_test_that_uses_it_as_an_example(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache")
    tree = Path(shutil.copytree(ROOT, tmp_path / "project", ignore=ignored))
    path = tree / "data" / "facts.csv"
    rows = damage.cells(path)
    next(row for row in rows if row[0] == "V3-009")[rows[0].index("value")] = "2.1"
    path.write_bytes(damage.as_csv(rows))
    tests = [f"tests/press/test_{name}.py" for name in EXAMPLES]
    for command in (["analysis", "figures", "--write"], ["pytest", "-q", *tests]):
        done = small_tree.python(tree, "-m", *command, PYTEST_ADDOPTS="")
        assert done.returncode == 0, done.stdout


FRENCH = """---
description: Une page.
---

# Une page

```{editions}
```

```{rated-claims}
```
"""


@pytest.mark.slow
def test_a_language_without_a_copy_of_the_article_is_built(tmp_path: Path) -> None:
    chapters = {**small_tree.CHAPTERS, "fr": FRENCH}
    tree = small_tree.copy(tmp_path / "project", chapters)
    formats = tree / "press" / "formats.py"
    text = formats.read_text(encoding="utf-8")
    start, end = text.index("LANGUAGES = {"), text.index("}", text.index("LANGUAGES = {"))
    only = 'LANGUAGES = {"fr": Separators(",", ".")'
    formats.write_text(text[:start] + only + text[end:], encoding="utf-8")
    code = (
        "from press import catalogues; from press.facts import Facts; "
        "from press.publishing import editions; "
        "found = editions.english(Facts()); catalogues.update(found); "
        "path = catalogues.path('fr'); text = path.read_text(encoding='utf-8'); "
        "path.write_text(text.replace('msgstr \"\"', 'msgstr \"Traduit.\"'), encoding='utf-8')"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        check=True,
    )
    small_tree.built(tree)
    page = (tree / "_build" / "html" / "fr.html").read_text(encoding="utf-8")
    assert "Traduit." in page
    assert 'hreflang="en"' in page
