"""Publishing: the chart renderer, execution by content, and an editor's mistakes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from analysis.charts.theme import COLOURS, finish, table
from analysis.charts.tokens import TOKENS, css
from analysis.facts import Facts
from analysis.publishing import listings, renderer
from analysis.publishing.sphinx_ext import Site
from tests.conftest import ROOT

FRAME = pd.DataFrame({"stage": ["a", "b"], "hours": [2.0, 1.0]})


def _chart(**changes: object) -> alt.Chart:
    bars = alt.Chart(FRAME).mark_bar().encode(x="hours:Q", y="stage:N")
    words = {"title": "A took most", "alt": "Bars", "source": "A report", "table": FRAME}
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
    """A copy of the project that an editor may break."""
    copy = tmp_path_factory.mktemp("project") / "project"
    ignore = shutil.ignore_patterns("_build", ".git", ".venv", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, copy, ignore=ignore)
    return copy


FRONT = """---
kernelspec: {name: python3, display_name: Python 3, language: python}
description: A page.
---

# A page

"""


def _build(tree: Path, text: str) -> subprocess.CompletedProcess[str]:
    (tree / "book" / "glossary.md").write_text(FRONT + text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "analysis", "build", "--page", "glossary"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_chapter_runs_again_when_it_or_what_it_uses_changes_and_only_then(tree: Path) -> None:
    text = "```{code-cell}\nfrom analysis.facts import Facts\nFacts().value('V3-009')\n```\n"
    assert "running 1 of 1" in _build(tree, text).stdout
    assert "running" not in _build(tree, text).stdout
    page = tree / "_build" / "html" / "glossary.html"
    assert "running" not in _build(tree, text + "\nMore prose.\n").stdout
    assert "More prose." in page.read_text(encoding="utf-8")
    assert "2.0" in page.read_text(encoding="utf-8")
    assert "running 1 of 1" in _build(tree, text.replace("()", "() ") + "\nMore.\n").stdout
    text = text.replace("()", "() ")
    with (tree / "data" / "corrections.csv").open("a", encoding="utf-8") as handle:
        handle.write("c,2026-11-21,costs,It was wrong.,It is right.,$1,$2,a reader\n")
    assert "running" not in _build(tree, text + "\nMore.\n").stdout
    module = tree / "analysis" / "estimate.py"
    module.write_text(module.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert "running 1 of 1" in _build(tree, text + "\nMore.\n").stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("```{code-cell}\n1 / 0\n```\n", "cell 2 failed: ZeroDivisionError"),
        ("It cost {num}`cost.nothing`.\n", "no figure or fact 'cost.nothing'"),
        ("It cost {num}`V3-009:M$`.\n", "expected something like $.3M"),
        ("It cost {num}`V3-009@range`.\n", "has no range"),
        ("{source}`nobody` said so.\n", "no source 'nobody'"),
        ("```{listing} nothing\n```\n", "found listing 'nothing', expected one of"),
        ("![A picture](nowhere.png)\n", "nowhere.png"),
    ],
)
def test_an_editors_mistake_stops_the_build_and_names_the_place(
    tree: Path, text: str, words: str
) -> None:
    done = _build(tree, text)
    assert done.returncode == 2
    assert words in done.stderr
    assert "book/glossary" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_missing_from_the_table_of_contents_is_named(tree: Path) -> None:
    (tree / "book" / "extra.md").write_text(FRONT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "build"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    (tree / "book" / "extra.md").unlink()
    assert done.returncode == 2
    assert "_toc.yml: leaves out book/extra.md; add it to a part" in done.stderr
