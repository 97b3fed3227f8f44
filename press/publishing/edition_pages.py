"""The Sphinx side of the editions: translated passages, rated claims, links among languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel import Locale
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from press.formats import LANGUAGES
from press.publishing.sphinx_ext import note, relinked, site_of


def name(language: str) -> str:
    """A language in its own words.

    >>> name("vi"), name("hi")
    ('Tiếng Việt', 'हिन्दी')
    """
    found = Locale.parse(language).get_display_name() or language
    return found[:1].upper() + found[1:]


class EditionLink(nodes.Inline, nodes.TextElement):
    """A link to the report in another language."""


class Translated(SphinxDirective):
    """What the directives of an edition share: its texts and the way to parse them."""

    def edition(self) -> dict[str, Any]:
        """The texts and quotes of the page's language."""
        language = self.env.docname
        found: dict[str, Any] | None = site_of(self.env).data["editions"].get(language)
        if found is None:
            raise self.error(f"book/{language}.md is no edition; they are {', '.join(LANGUAGES)}")
        note(self.env, "editions", language)
        return found

    def text(self, key: str) -> str:
        """The passage with this key in the page's language."""
        texts: dict[str, str] = self.edition()["text"]
        if key not in texts:
            raise self.error(f"book/locale/{self.env.docname}/ has no passage '{key}'")
        return texts[key]

    def parsed(self, text: str) -> list[nodes.Node]:
        """MyST text as nodes, its roles in the page's language."""
        box = nodes.Element()
        lines = StringList([relinked(self.env.app, text)], f"book/locale/{self.env.docname}")
        self.state.nested_parse(lines, 0, box)
        return list(box.children)


class PassageDirective(Translated):
    """``{passage} index.lead``: translated passages; with ``:list:`` as points."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"list": lambda _: True}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        found = [self.parsed(self.text(key)) for key in self.arguments[0].split()]
        if "list" not in self.options:
            return [node for passage in found for node in passage]
        return [nodes.bullet_list("", *(nodes.list_item("", *passage) for passage in found))]


class RatedClaimsDirective(Translated):
    """``{rated-claims}``: every claim with rating, reason and the words of the edition's copy."""

    def run(self) -> list[nodes.Node]:
        return [self._entry(number) for number in site_of(self.env).data["claims"]]

    def _entry(self, number: str) -> nodes.Node:
        statement = self.text(f"claim.{number}.statement")
        box = nodes.container("", classes=["claim"], ids=[f"claim-{number}"])
        box += self.parsed(f"**{number}. {statement}** {{rating}}`{number}`")
        box += self.parsed(self.text(f"claim.{number}.sentence"))
        box += self._quote(number)
        return box

    def _quote(self, number: str) -> list[nodes.Node]:
        wording = self.edition()["quotes"].get(number)
        if wording is None:  # the article has no copy in this language
            return []
        if wording["state"] == "absent":
            return [nodes.paragraph("", self.text("words.absent"), classes=["claim-quote"])]
        before, _, after = self.text("words.quote").partition("{quote}")
        words = nodes.inline("", wording["quote"], classes=["literal-quote"])
        words["support_smartquotes"] = False  # as printed
        line = nodes.paragraph("", before, words, nodes.Text(after), classes=["claim-quote"])
        if wording["state"] != "kept":
            line += nodes.Text(f" ({self.text('words.' + wording['state'])})")
        return [line]


class RatingScaleDirective(Translated):
    """``{rating-scale}``: what each rating means."""

    def run(self) -> list[nodes.Node]:
        scale = [key for key in self.edition()["text"] if re.fullmatch(r"rating\.[^.]+", key)]
        items = []
        for key in scale:
            line = nodes.paragraph("", "", nodes.strong("", self.text(key)))
            line += nodes.Text(f": {self.text(f'{key}.meaning')}")
            items.append(nodes.list_item("", line))
        return [nodes.bullet_list("", *items)]


class EditionsDirective(SphinxDirective):
    """``{editions}``: links to the report in its other languages."""

    def run(self) -> list[nodes.Node]:
        line = nodes.paragraph("", "", classes=["editions"])
        for page in ("index", *LANGUAGES):
            if page != self.env.docname:
                line += [nodes.Text(" · ")] if line.children else []
                line += EditionLink("", name("en" if page == "index" else page), page=page)
        return [line]


def visit_edition(self: Any, node: EditionLink) -> None:
    """Open a link that names the language of its target."""
    target = self.builder.get_relative_uri(self.builder.current_docname, node["page"])
    code = "en" if node["page"] == "index" else node["page"]
    self.body.append(f'<a href="{target}" lang="{code}" hreflang="{code}">')


def depart_edition(self: Any, node: EditionLink) -> None:
    """Close the link."""
    self.body.append("</a>")


def pass_node(self: Any, node: nodes.Node) -> None:
    """Other builders print the text alone."""


def mark_languages(app: Sphinx, error: Exception | None) -> None:
    """Mark what is English on an edition's page, and links to editions on every page."""
    if error or app.builder.name != "html":
        return
    furniture = "bd-sidebar-primary|bd-header-article|prev-next-area|bd-footer-content"
    english = re.compile(rf'<(\w+)((?: id="[^"]*")? class="(?:{furniture})[ "])')
    pages = "|".join(LANGUAGES)
    link = re.compile(rf'<a (class="reference internal" href="(?:\./)?({pages})\.html")')
    for path in Path(app.outdir).glob("*.html"):
        text = path.read_text(encoding="utf-8")
        marked = link.sub(r'<a lang="\2" hreflang="\2" \1', text)
        if path.stem in LANGUAGES:
            marked = english.sub(r'<\1 lang="en"\2', marked)
        if marked != text:
            path.write_text(marked, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    writers = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_node, pass_node))
    app.add_node(EditionLink, html=(visit_edition, depart_edition), **writers)
    app.add_directive("passage", PassageDirective)
    app.add_directive("rated-claims", RatedClaimsDirective)
    app.add_directive("rating-scale", RatingScaleDirective)
    app.add_directive("editions", EditionsDirective)
    app.connect("build-finished", mark_languages)
    return {"version": "1", "parallel_read_safe": False, "env_version": 1}
