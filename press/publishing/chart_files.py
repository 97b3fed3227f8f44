"""Each chart as files beside its page, named after it: its data as CSV, its picture as SVG."""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from press.formats import LANGUAGES
from press.publishing.contents import chapters
from press.publishing.files import write_if_changed
from press.tokens import COLOURS, FONT, in_light

FOLDER = "charts"
LETTERS = 60
"""Length of a file's name, beside its page's."""
_FIGURE = re.compile(r'<figure class="chart" id="([\w-]+)">.*?</figure>', re.DOTALL)
_ANY = re.compile(
    r'<figure class="(?:chart|machine|drawing|tiles)([^"]*)" id="([\w-]+)".*?</figure>', re.DOTALL
)
_FILES = re.compile(r'<p class="chart-files">(.*?)</p>', re.DOTALL)
INDEX = "charts"
"""The page that lists all charts."""
MARKS = "<!--charts-->", "<!--/charts-->"
_LIST = re.compile(f"{MARKS[0]}.*?{MARKS[1]}", re.DOTALL)
_TITLE = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_UNIT = re.compile(r'<p class="chart-unit">(.*?)</p>', re.DOTALL)
_SOURCE = re.compile(r'<p class="chart-source">(.*?)</p>', re.DOTALL)
_PICTURE = re.compile(
    r'<div class="chart-wide".*?<svg[^>]*viewBox="([^"]+)"[^>]*>(.*?)</svg>', re.S
)
_DATA = re.compile(r'<a download="[^"]*" href="data:text/csv;base64,([^"]*)">[^<]*</a></details>')


def name_of(page: str, title: str) -> str:
    """A file's name from a chart's title.

    >>> name_of("costs", "The price of 2 dollars, &amp; what H800s cost")
    'costs-the-price-of-2-dollars-what-h800s-cost'
    """
    words = re.sub(r"[^a-z0-9]+", "-", unescape(title).lower()).strip("-")
    short = words[:LETTERS].rsplit("-", 1)[0] if len(words) > LETTERS else words
    return f"{page}-{short}".strip("-")


def picture(figure: str) -> str:
    """The wide picture as a file of its own: title above, source below, light colours."""
    title, source = _TITLE.search(figure), _SOURCE.search(figure)
    found = _PICTURE.search(figure)
    if not found or not title or not source:
        return ""
    left, top, width, height = map(float, found[1].split())
    heads = textwrap.wrap(unescape(title[1]), int(width / 9))
    feet = textwrap.wrap(unescape(source[1]), int(width / 6.6))
    unit = _UNIT.search(figure)
    units = textwrap.wrap(unescape(unit[1]), int(width / 6.6)) if unit else []
    over = 26 * len(heads) + 12
    above, below = over + 18 * len(units) + 14, 18 * len(feet) + 16
    lines = [
        f'<text x="14" y="{26 * row + 30}" font-size="19" font-weight="700">{escape(line)}</text>'
        for row, line in enumerate(heads)
    ] + [
        f'<text x="14" y="{start + 18 * row + 18:.0f}" font-size="13" '
        f'fill="{COLOURS["muted"]}">{escape(line)}</text>'
        for start, small in ((over, units), (above + height, feet))
        for row, line in enumerate(small)
    ]
    full, tall = width + 28, above + height + below
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {full:.0f} {tall:.0f}" '
        f'width="{full:.0f}" height="{tall:.0f}" font-family="{escape(FONT)}, sans-serif" '
        f'fill="{COLOURS["text"]}"><rect width="100%" height="100%" fill="{COLOURS["page"]}"/>'
        f'{"".join(lines)}<g transform="translate({14 - left:.0f} {above - top:.0f})">'
        f"{in_light(found[2])}</g></svg>\n"
    )


def separated(page: str, body: str) -> tuple[str, dict[str, str]]:
    """The page's text with one row of links under each chart, and the files that they lead to."""
    files: dict[str, str] = {}
    english = page not in LANGUAGES

    def row(found: re.Match[str]) -> str:
        figure, title = found[0], _TITLE.search(found[0])
        data = _DATA.search(figure)
        if not title or not data:
            return figure
        name = name_of(page, title[1])
        while f"{name}.csv" in files:
            name += "-2"
        files[f"{name}.csv"] = base64.b64decode(data[1]).decode()
        links = [f'<a download href="{FOLDER}/{name}.csv">CSV</a>']
        if drawn := picture(figure):
            files[f"{name}.svg"] = drawn
            words = "Picture" if english else "SVG"
            links.append(f'<a download href="{FOLDER}/{name}.svg">{words}</a>')
        if english:
            links.append(f'<a href="#{found[1]}">Link</a>')
        figure = figure.replace(data[0], "</details>")  # the file takes its place
        opening = '<details class="chart-data">'
        figure = figure.replace(opening, f'<div class="chart-row">{opening}', 1)
        cut = figure.rindex("</figure>")
        return f'{figure[:cut]}<p class="chart-files">{" · ".join(links)}</p></div></figure>'

    return _FIGURE.sub(row, body), files


def separate(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write a page's charts as files, and link them."""
    if app.builder.name != "html" or not context.get("body"):
        return
    context["body"], files = separated(pagename, context["body"])
    for name, text in files.items():
        write_if_changed(Path(app.outdir) / FOLDER / name, text)


def index(pages: Mapping[str, str]) -> str:
    """All pictures of the book by chapter: title, unit, and the files of a chart.

    Parameters
    ----------
    pages
        The HTML of the pages by file name, in reading order.
    """
    listed = ""
    for name, text in pages.items():
        found = [
            f'<li><a href="{name}.html#{one[2]}">{title[1]}</a>'
            + (f" <span>{unit[1]}</span>" if (unit := _UNIT.search(one[0])) else "")
            + (f" <span>{files[1]}</span>" if (files := _FILES.search(one[0])) else "")
            + "</li>"
            for one in _ANY.finditer(text)
            if (title := _TITLE.search(one[0]))
        ]
        if found and (head := re.search(r"<h1>(.*?)<a class=\"headerlink", text, re.DOTALL)):
            listed += f'<h2><a href="{name}.html">{head[1]}</a></h2><ul>{"".join(found)}</ul>'
    return re.sub(r' · <a href="#[^"]*">Link</a>', "", listed)


def _write_index(app: Sphinx) -> None:
    out = Path(app.outdir)
    target = out / f"{INDEX}.html"
    if not target.exists():
        return
    order = [name for name in chapters() if (out / f"{name}.html").exists() and name != INDEX]
    english = [name for name in order if name not in LANGUAGES]
    pages = {name: (out / f"{name}.html").read_text(encoding="utf-8") for name in english}
    filled = _LIST.sub(lambda _: f"{MARKS[0]}{index(pages)}{MARKS[1]}", target.read_text("utf-8"))
    write_if_changed(target, filled)


def tidy(app: Sphinx, error: Exception | None) -> None:
    """Delete files of charts that no page shows any more."""
    if error or app.builder.name != "html":
        return
    _write_index(app)
    out = Path(app.outdir)
    linked = {
        name
        for page in out.glob("*.html")
        for name in re.findall(rf'href="{FOLDER}/([^"]+)"', page.read_text(encoding="utf-8"))
    }
    for path in (out / FOLDER).glob("*"):
        if path.name not in linked:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("html-page-context", separate, priority=940)
    app.connect("build-finished", tidy, priority=950)
    return {"version": "1", "parallel_read_safe": False}
