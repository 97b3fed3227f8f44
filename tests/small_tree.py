"""A small copy of the project, three chapters long, for tests and benchmarks that build it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from press.facts import DATA

ROOT = DATA.parent
KERNEL = "kernelspec: {name: python3, display_name: Python 3, language: python}"
CHAPTERS = {
    "index": f"""---
{KERNEL}
description: The first page.
---

# What it cost

:::{{answer}}
The run cost {{num}}`costs.rental_total:$.3M` at {{num}}`V3-009:$.2` an hour.
:::

See [the chart](chart.md), {{source}}`v3-report`.

```{{code-cell}} ipython3
from press import figures
print(figures.value("costs.rental_total"))
```
""",
    "chart": f"""---
{KERNEL}
description: A page with a chart.
---

# A chart

```{{code-cell}} ipython3
import altair as alt
import pandas as pd
from press import figures
from press.theme import finish, table
frame = pd.DataFrame({{"what": ["rental"], "USD": [figures.value("costs.rental_total")]}})
base = alt.Chart(frame).encode(x="USD:Q", y="what:N")
bars = base.mark_bar() + base.mark_text().encode(text="what:N")
finish(bars.properties(width="container"), title="One", alt="A bar", source="Ours", table=frame,
       unit="USD")
```

```{{code-cell}} ipython3
table(frame, caption="The same")
```
""",
    "sources": """---
description: A list made from the data.
---

# Sources

```{listing} sources
```
""",
}


def copy(target: Path, chapters: dict[str, str] | None = None) -> Path:
    """The project in ``target`` with these chapters, or three small ones, as its whole book."""
    wanted = chapters or CHAPTERS
    for name in ("press", "analysis", "data", "tests/data"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_static", "_theme"):
        shutil.copytree(ROOT / "book" / name, target / "book" / name)
    for path in (*ROOT.glob("*.yml"), *ROOT.glob("*.cff"), ROOT / "requirements.lock"):
        shutil.copy(path, target)
    shutil.copy(ROOT / "book" / "words.txt", target / "book")
    (target / "book" / "reviewed.csv").write_text("file,words,why\n", encoding="utf-8")
    for name, text in wanted.items():
        (target / "book" / f"{name}.md").write_text(text, encoding="utf-8")
    first, *rest = wanted
    listed = "".join(f"      - file: {name}\n" for name in rest)
    toc = f"format: jb-book\nroot: {first}\nparts:\n  - caption: Pages\n    chapters:\n{listed}"
    (target / "_toc.yml").write_text(toc, encoding="utf-8")
    return target


def python(tree: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in a copy, to its end; what it said."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def ran(tree: Path) -> set[str]:
    """Run what needs it, without writing pages; the chapters that ran."""
    done = python(tree, "-c", "from press.publishing import site; site.run_chapters()")
    assert done.returncode == 0, done.stderr
    return {line.split()[-3] for line in done.stdout.splitlines() if line.startswith("  [")}


def build(tree: Path, *options: str) -> subprocess.Popen[str]:
    """A build of a copy, started in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", *options],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def built(tree: Path) -> dict[str, str]:
    """Build to the end; the SHA-256 of every file of the site."""
    process = build(tree)
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(said)
    return contents(tree)


def contents(tree: Path) -> dict[str, str]:
    """The SHA-256 of every file of a built site."""
    site = tree / "_build" / "html"
    return {
        str(path.relative_to(site)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
