"""Publishing: the chart renderer, execution by content, and an editor's mistakes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from press.facts import Facts
from press.publishing import listings, renderer
from press.publishing.prose import front_matter
from press.publishing.sphinx_ext import Site
from press.theme import COLOURS, Finished, finish, table
from press.tokens import TOKENS, css
from tests import small_tree
from tests.conftest import ROOT

FRAME = pd.DataFrame({"stage": ["a", "b"], "hours": [2.0, 1.0]})


def _chart(**changes: object) -> Finished:
    base = alt.Chart(FRAME).encode(x="hours:Q", y="stage:N")
    blue = base.mark_bar(color=COLOURS["documented"])
    bars = alt.layer(blue, base.mark_text(dx=9).encode(text="hours:Q"))
    words = {"title": "A took most", "alt": "Bars", "source": "A report", "table": FRAME}
    words["unit"] = "Hours, documented"
    return finish(bars.properties(width="container", height=80), **(words | changes))


def test_a_chart_is_a_picture_with_text_data_and_specification() -> None:
    made = renderer.chart_html(_chart().to_dict())
    assert made.count("<svg") == 2
    assert 'aria-label="Bars"' in made
    assert "<figcaption>A took most</figcaption>" in made
    assert "Source: A report" in made
    assert '<th scope="col">stage</th>' in made
    assert "data:text/csv;base64," in made
    assert "var(--documented)" in made
    assert COLOURS["documented"] not in re.sub(r"<script.*?</script>", "", made)


def test_both_pictures_have_the_width_that_they_are_for() -> None:
    made = renderer.chart_html(_chart().to_dict())
    widths = [float(w) for w in re.findall(r'viewBox="0 0 ([\d.]+)', made)]
    assert widths == pytest.approx([renderer.WIDE, renderer.NARROW], abs=2)


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert renderer.chart_html(_chart().to_dict()) == renderer.chart_html(_chart().to_dict())


def test_dates_are_drawn_and_spoken_alike_in_every_time_zone() -> None:
    code = """
import altair as alt, pandas as pd
from press.publishing import renderer
from press.theme import finish
frame = pd.DataFrame({"day": ["2025-01-13", "2025-03-30"], "at": pd.to_datetime(
    ["2025-01-13", "2025-03-30"]), "close": [1.0, 2.0]})
tips = [alt.Tooltip("day", title="Day"), alt.Tooltip("at:T", title="At")]
line = alt.Chart(frame).mark_line(point=True).encode(x="day:T", y="close:Q", tooltip=tips)
dots = alt.Chart(frame).mark_point().encode(x="at:T", y="close:Q", tooltip=tips)
words = alt.Chart(frame).mark_text().encode(x="at:T", text="day")
chart = alt.layer(line, dots, words).properties(width="container")
words = {"title": "t", "alt": "a", "source": "s", "unit": "u"}
print(renderer.chart_html(finish(chart, table=frame, **words).to_dict()))
"""
    drawn = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for zone in ("UTC", "America/Los_Angeles", "Asia/Kolkata")
    ]
    assert drawn[0].count('"timeUnit":"utcyearmonthdate","title":"Day","type":"temporal"') == 2
    assert drawn[1] == drawn[0]
    assert drawn[2] == drawn[0]


@pytest.mark.parametrize("missing", ["title", "alt", "source"])
def test_a_chart_without_its_words_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match=f"a chart needs its {missing}"):
        _chart(**{missing: " "})


def test_a_chart_that_was_not_finished_is_refused() -> None:
    bare = alt.Chart(FRAME).mark_bar().encode(x="hours:Q")
    with pytest.raises(renderer.ChartError, match="return it through"):
        renderer.chart_html(bare.to_dict())


HOSTILE = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>'


def test_hostile_text_is_shown_as_text() -> None:
    frame = pd.DataFrame({"stage": [HOSTILE, "=1+1"], "hours": [2.0, 1.0]})
    made = renderer.chart_html(_chart(title=HOSTILE, alt=HOSTILE, table=frame).to_dict())
    made += table(frame, caption=HOSTILE, note=HOSTILE)._repr_html_()
    assert "<img" not in made
    assert "<script>alert" not in made
    assert "'=1+1" in renderer.csv_text(["stage"], [["=1+1"]])


def test_tokens_are_declared_light_and_dark() -> None:
    sheet = css()
    for name, (light, dark) in TOKENS.items():
        assert f"--{name}:{light};" in sheet
        assert f"--{name}:{dark};" in sheet


def test_a_correction_is_published_from_its_row(data: Path) -> None:
    (data / "corrections.csv").write_text(
        "id,date,where,wrong,changed,before,after,reported_by\n"
        'price,2026-12-01,"chapter “costs”, V3-009",The price was misread.,'
        "It is the price of the report.,$3,$2,A. Reader\n"
        "older,2026-11-30,glossary,A term was missing.,It is explained.,,,a reader\n",
        encoding="utf-8",
    )
    rows = [dict(row) for row in Facts(data).table("corrections").rows]
    newest, oldest = (node.astext() for node in listings.corrections({"corrections": rows}))
    assert newest == (
        "2026-12-01, chapter “costs”, V3-009: The price was misread. "
        "It is the price of the report. Before: $3; now: $2. Reported by A. Reader."
    )
    assert "Before" not in oldest
    (nothing,) = listings.corrections({"corrections": []})
    assert nothing.astext() == "No correction has been made since the first edition."


def test_a_page_is_written_again_only_for_what_it_prints(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text('{"facts": {"A": {"value": 1}, "B": {"value": 2}}}')
    before = Site(path).digest({("facts", "A")})
    path.write_text('{"facts": {"A": {"value": 1}, "B": {"value": 3}}}')
    assert Site(path).digest({("facts", "A")}) == before
    path.write_text('{"facts": {"A": {"value": 9}, "B": {"value": 3}}}')
    assert Site(path).digest({("facts", "A")}) != before


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small copy of the project that an editor may break."""
    chapters = {**small_tree.CHAPTERS, "glossary": FRONT}
    return small_tree.copy(tmp_path_factory.mktemp("project") / "project", chapters)


FRONT = """---
kernelspec: {name: python3, display_name: Python 3, language: python}
description: A page.
---

# A page

"""


def _run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return small_tree.python(tree, "-m", "analysis", *arguments)


def _build(tree: Path, text: str, front: str = FRONT) -> subprocess.CompletedProcess[str]:
    (tree / "book" / "glossary.md").write_text(front + text, encoding="utf-8")
    return _run(tree, "build", "--page", "glossary")


def test_a_chapter_runs_again_when_it_or_what_it_uses_changes_and_only_then(tree: Path) -> None:
    text = "```{code-cell}\nfrom press.facts import Facts\nFacts().value('V3-009')\n```\n"
    assert "running 1 of 1" in _build(tree, text).stdout
    page = tree / "_build" / "html" / "glossary.html"
    assert set(re.findall(r'href="([^"]+[.]css)"', page.read_text())) == {"_static/site.css"}
    assert "running" not in _build(tree, text + "\nMore prose.\n").stdout
    assert "More prose." in page.read_text(encoding="utf-8")
    assert str(Facts().value("V3-009")) in page.read_text(encoding="utf-8")
    assert small_tree.ran(tree) == {"index", "chart"}, "the others, for the first time"
    chapter = tree / "book" / "glossary.md"
    chapter.write_text(FRONT + text.replace("()", "() "), encoding="utf-8")
    assert small_tree.ran(tree) == {"glossary"}
    with (tree / "data" / "corrections.csv").open("a", encoding="utf-8") as handle:
        handle.write("c,2026-11-21,costs,It was wrong.,It is right.,$1,$2,a reader\n")
    assert small_tree.ran(tree) == set()
    module = tree / "press" / "estimate.py"
    module.write_text(module.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert "glossary" in small_tree.ran(tree)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            FRONT + "```{code-cell}\n:tags: [hide-input]\n\n1 / 0\n```\n",
            "book/glossary.md:11: cell 2 failed: ZeroDivisionError: division by zero",
        ),
        ("---\nkernelspec: [\n---\n", "book/glossary.md:2: is not YAML"),
    ],
)
def test_a_cell_that_fails_and_a_broken_head_are_named(tree: Path, text: str, words: str) -> None:
    done = _build(tree, text, front="")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["_config.yml", "CITATION.cff"])
def test_settings_that_are_not_yaml_are_named(tree: Path, name: str) -> None:
    path = tree / name
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole}title: [\n", encoding="utf-8")
    done = _build(tree, "Nothing.")
    path.write_text(whole, encoding="utf-8")
    assert done.returncode == 2
    assert f"{name}:{whole.count(chr(10)) + 1}: is not YAML" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chapter_saved_by_jupyterlab_keeps_what_the_book_needs(tmp_path: Path) -> None:
    """Saving writes the head anew; ``book/jupytext.toml`` says what it may not lose."""
    for name in ("jupytext.toml", "costs.md"):
        shutil.copy(ROOT / "book" / name, tmp_path / name)
    command = [sys.executable, "-m", "jupytext", "--to", "md:myst", "costs.md"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    before, after = front_matter(ROOT / "book" / "costs.md"), front_matter(tmp_path / "costs.md")
    for key in ("description", "assumes", "kernelspec"):
        assert after[key] == before[key]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda toc: toc + "      - file: gone\n", ": names 'gone', but book/gone.md is not there"),
        (lambda toc: toc.replace("      - file: chart\n", ""), ":1: leaves out book/chart.md"),
        (lambda toc: toc + "  - [\n", ": is not YAML"),
        (lambda toc: "format: jb-book\nroot: index\n", ":1: expected 'root' and 'parts'"),
    ],
)
def test_a_wrong_table_of_contents_is_named(
    tree: Path, change: Callable[[str], str], words: str
) -> None:
    toc = tree / "_toc.yml"
    whole = toc.read_text(encoding="utf-8")
    toc.write_text(change(whole), encoding="utf-8")
    try:
        for command in (["build"], ["check", "--fast"]):
            done = _run(tree, *command)
            assert done.returncode == 2
            assert re.search(rf"_toc\.yml(:\d+)?{re.escape(words)}", done.stderr), done.stderr
            assert "Traceback" not in done.stderr
    finally:
        toc.write_text(whole, encoding="utf-8")
