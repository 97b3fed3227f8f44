"""The standard of charts: what it refuses, and that every chart of the site meets it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest

from press.standard import EVIDENCE, faults
from press.theme import COLOURS, finish

FRAME = pd.DataFrame({"stage": ["a", "b"], "hours": [2.0, 1.0], "low": [1.0, 0.5], "kind": "dense"})
WORDS: dict[str, Any] = {"title": "t", "alt": "a", "source": "s", "table": FRAME}
BASE = alt.Chart(FRAME).encode(x=alt.X("hours:Q", title="Hours"), y="stage:N")
CHART = re.compile(r'<figure class="chart" id="([\w-]+)">(.*?)</figure>', re.DOTALL)
SAID = BASE.mark_text().encode(text="stage:N")


@pytest.mark.parametrize(
    ("layers", "fault"),
    [
        ([BASE.mark_bar()], "no word on the plot"),
        ([BASE.mark_bar().encode(color="kind:N"), SAID], "tells 'dense' apart"),
        ([BASE.mark_bar(color=COLOURS["claimed"]), SAID], "colour of claimed evidence"),
        ([BASE.mark_rule().encode(x="low:Q", x2="hours:Q"), SAID], "prints its ends nowhere"),
        ([BASE.mark_bar().encode(x=alt.X("hours:Q", title=None)), SAID.encode(x=alt.value(0))],
         "has no unit"),
    ],
)  # fmt: skip
def test_a_chart_that_says_too_little_is_refused(layers: list[Any], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        finish(alt.layer(*layers), **WORDS)


def test_the_title_of_the_axis_becomes_the_unit_and_no_legend_is_drawn() -> None:
    spec = finish(alt.layer(BASE.mark_bar(), SAID), **WORDS).to_dict()
    assert spec["usermeta"]["unit"] == "Hours"
    assert '"Hours"' not in json.dumps(spec["layer"])
    assert spec["config"]["legend"] == {"disable": True}


@pytest.mark.site
def test_every_chart_of_the_site_meets_the_standard(site: Path) -> None:
    found = 0
    for page in sorted(site.glob("*.html")):
        text = page.read_text(encoding="utf-8")
        for name, figure in CHART.findall(text):
            found += 1
            where = f"{page.name}#{name}"
            unit = re.search(r'<p class="chart-unit">(.*?)</p>', figure)
            assert unit, where
            data = re.search(r'class="chart-spec">(.*?)</script>', figure, re.S)
            assert data, where
            drawn = data[1]
            for token in EVIDENCE:
                drawn = drawn.replace(f"var(--{token})", COLOURS[token])
            assert faults(json.loads(drawn), unescape(unit[1])) == [], where
            assert "role-legend" not in figure, where
            assert {"Data", "CSV", "Picture", "Link"} <= set(
                re.findall(r">(Data|CSV|Picture|Link)<", figure)
            ) or 'lang="en"' not in text[:200], where
    assert found > 40
