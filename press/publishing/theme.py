"""The report's own theme: Sphinx's ``basic`` with our frame, one style sheet, margin notes."""

from __future__ import annotations

import html
import os
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from press.publishing.files import BOOK

NAME = "report"
FOLDER = BOOK / "_theme"


class Margin(SphinxDirective):
    """``{margin}``: a note beside the text, on a narrow screen below it; perhaps with a title."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {"class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        note = nodes.sidebar("", classes=["margin", *self.options.get("class", [])])
        if self.arguments:
            words, _ = self.state.inline_text(self.arguments[0], self.lineno)
            note += nodes.title(self.arguments[0], "", *words)
        self.state.nested_parse(self.content, self.content_offset, note)
        return [note]


def scroll_tables(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put every table of the text into a box of its own that scrolls on a phone."""
    for table in list(doctree.findall(nodes.table)):
        title = next(iter(table.findall(nodes.title)), None)
        label = html.escape(title.astext() if title is not None else "Table")
        box = f'<div class="data-table" role="region" tabindex="0" aria-label="{label}">'
        table.replace_self([_raw(box), table.deepcopy(), _raw("</div>")])


def _raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def choose(app: Sphinx, config: Any) -> None:
    """Take this theme, whatever options Jupyter Book has set for the other one."""
    config.html_theme = NAME
    config.html_theme_options = {}
    config.templates_path.insert(0, os.path.relpath(FOLDER, app.confdir))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it for all themes
    app.add_html_theme(NAME, str(FOLDER))
    app.add_directive("margin", Margin)
    app.connect("config-inited", choose, priority=100)
    app.connect("doctree-resolved", scroll_tables)
    return {"version": "1", "parallel_read_safe": True}
