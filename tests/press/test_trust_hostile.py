"""Hostile text in a fact, a quote, a claim or a label is shown as text and runs nowhere."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
from docutils import nodes
from docutils.core import publish_from_doctree
from docutils.utils import new_document

from press.facts import DATA, Facts
from press.publishing import cards, listings, renderer
from press.tables import DataError
from press.theme import finish, table
from tests import damage, small_tree

pytestmark = pytest.mark.trust


class _Running(HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inert = tag == "script" and given.get("type") == "application/json"
        if tag in ("img", "iframe", "object", "base") or (tag == "script" and not inert):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on")]
        for name in ("href", "src", "action"):
            if re.match(r"\s*(javascript|data:text/html|file):?", given.get(name) or "", re.I):
                self.found.append(f"{name}={given[name]}")


def runs(html: str) -> list[str]:
    """The tags, handlers and addresses of a page that would run or load something."""
    parser = _Running()
    parser.feed(html)
    parser.close()
    return parser.found


TRICK = (
    "<!--<script>" + damage.HOSTILE[0] + "' onload='alert(3)' {{ 7*7 }} --> `x` [a](javascript:b)"
)


@pytest.fixture(scope="module")
def hostile_site(facts: Facts) -> dict[str, Any]:
    """Site data as the real tables have them, with hostile words in every free text."""
    words = {"value": 1.0, "low": None, "high": None, "unit": "USD", "evidence": "primary"}
    figure = {**dict.fromkeys(("key", "title", "formula", "arithmetic", "code"), TRICK)}
    figure |= {"chapter": "costs", "untraced": TRICK, "kind": "ends", "live": True, "moves": []}
    column = {"name": TRICK, "unit": TRICK, "description": TRICK, "type": "string"}
    sheet = dict.fromkeys(("title", "description", "origin", "licence", "accessed"), TRICK)
    return {
        "facts": {"A": {**_row(facts, "facts"), **words, "source": "s"}},
        "topics": {TRICK.partition(".")[0]: TRICK},
        "figures": {TRICK: {**words, **figure, "facts": ["A"], "standing": "documented"}},
        "sources": {"s": {**_row(facts, "sources"), "url": ""}},
        "tables": {TRICK: {**sheet, "columns": [{**column, "required": True}], "rows": 1}},
        "corrections": [_row(facts, "corrections")],
    }


def _row(facts: Facts, name: str) -> dict[str, Any]:
    """A row of a table with hostile words in all its cells."""
    return {column.name: TRICK for column in facts.table(name).columns}


@pytest.mark.parametrize("listing", ["figures", "sources", "tables", "corrections"])
def test_hostile_facts_are_text_in_every_listing(
    listing: str, hostile_site: dict[str, Any]
) -> None:
    document = new_document("listing")
    document += listings.LISTINGS[listing](hostile_site)
    for image in list(document.findall(nodes.image)):
        raise AssertionError(image)
    html = publish_from_doctree(document, writer_name="html5").decode()
    body = html.partition("<body")[2]
    assert "alert(1)" in body, "the hostile text is shown"
    assert runs("<body" + body) == []


def test_hostile_facts_are_text_on_cards(hostile_site: dict[str, Any]) -> None:
    for kind in ("facts", "figures"):
        for key in hostile_site[kind]:
            card = cards.card(kind, key, hostile_site)
            assert "alert(1)" in card
            assert runs(card) == []


def test_hostile_labels_are_text_in_charts_tables_and_downloads() -> None:
    frame = pd.DataFrame({TRICK: [TRICK, "=1+1", "＝1+1", "\r=1"], "hours": [2.0, 1.0, 1.0, 1.0]})
    bars = alt.Chart(frame.rename(columns={TRICK: "stage"})).mark_bar()
    chart = bars.encode(x="hours:Q", y=alt.Y("stage:N", title=TRICK), tooltip=["stage:N"])
    chart = alt.layer(chart, bars.mark_text().encode(x="hours:Q", text="stage:N"))
    chart = finish(
        chart.properties(width="container"),
        title=TRICK,
        alt=TRICK,
        source=TRICK,
        table=frame,
        unit=TRICK,
    )
    made = renderer.chart_html(chart.to_dict())
    assert runs(made + "<img after>") == ["img"], "the parser still sees what follows the chart"
    assert runs(table(frame, caption=TRICK, note=TRICK)._repr_html_()) == []
    payload = re.search(r'href="data:text/csv;base64,([^"]+)"', made)
    assert payload
    text = base64.b64decode(payload.group(1)).decode()
    assert not re.search(r'(?m)(^|,)"?[=+@\t\r＝]', text)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil"])
def test_a_source_has_a_web_address_or_none(tmp_path: Path, address: str) -> None:
    folder = damage.linked(tmp_path / "data")
    rows = damage.cells(DATA / "sources.csv")
    wound = damage.with_cell("sources", rows, 3, rows[0].index("url"), address)
    words = r"data/sources.csv:4: column 'url': found .* expected an address"
    with damage.replaced(folder, wound.file, wound.content), pytest.raises(DataError, match=words):
        Facts(folder).table("sources")


@pytest.mark.slow
def test_hostile_facts_claims_and_labels_are_text_on_built_pages(tmp_path: Path) -> None:
    tree = small_tree.copy(tmp_path / "project", PAGES)
    for name, columns in SPOILT.items():
        path = tree / "data" / f"{name}.csv"
        rows = damage.cells(path)
        for number, row in enumerate(rows[1:]):
            for place in (rows[0].index(column) for column in columns):
                if row[place]:
                    row[place] = f"{damage.HOSTILE[0]} {number}"
        path.write_bytes(damage.as_csv(rows))
    clean = small_tree.copy(tmp_path / "clean", PAGES)
    small_tree.built(clean)
    small_tree.built(tree)
    for page in PAGES:
        spoilt, before = (
            (folder / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")
            for folder in (tree, clean)
        )
        assert "alert(1)" in spoilt, page
        assert sorted(runs(spoilt)) == sorted(runs(before)), page


SPOILT = {
    "facts": ("subject", "quantity", "quote", "locator"),
    "sources": ("label", "title", "author", "publisher"),
    "claims": ("title", "short", "statement"),
}
PAGES = {
    "index": small_tree.CHAPTERS["index"].replace("(chart.md)", "(sources.md)")
    + """
{rating}`8`

```{code-cell} ipython3
import altair as alt
import pandas as pd
from press.theme import finish, table
from press.facts import Facts
facts = Facts()
rows = [dict(row) for row in facts.table("claims").rows] + [dict(facts.rows("facts")[0])]
frame = pd.DataFrame([{"what": " ".join(map(str, row.values())), "n": 1} for row in rows])
base = alt.Chart(frame).encode(x="n:Q", y="what:N", tooltip=["what:N"])
bars = base.mark_bar() + base.mark_text().encode(text="what:N")
words = frame["what"].iloc[0]
finish(bars.properties(width="container"), title=words, alt=words, source=words, table=frame,
       unit=words)
```

```{code-cell} ipython3
table(frame, caption=words, note=words)
```
""",
    "sources": small_tree.CHAPTERS["sources"],
    "figures": small_tree.CHAPTERS["sources"].replace("{listing} sources", "{listing} figures"),
}
