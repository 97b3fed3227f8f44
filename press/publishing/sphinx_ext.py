"""The Sphinx side: roles for numbers, sources and ratings, listings, the answer box, MathML.

Everything that these print comes from one file, ``site.json`` (``press.publishing.export``).
A page is written again when something that it cites has changed, and only then.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from pathlib import Path
from typing import Any

import latex2mathml.converter
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from press import words
from press.formats import ENGLISH, LANGUAGES, default_spec, format_number, format_range
from press.publishing import cards, listings
from press.publishing.listings import slug

LOGGER = logging.getLogger(__name__)


class Site:
    """The data that pages print, with a note of which page printed what."""

    def __init__(self, path: Path) -> None:
        self.data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        self.names = {fact.get("name", key): key for key, fact in self.data["facts"].items()}

    def find(self, name: str) -> tuple[str, str]:
        """The kind and the key of a figure, or of a fact by its id or name.

        Raises
        ------
        ValueError
            If there is neither.
        """
        key = self.names.get(name, name)
        for kind, known in (("figures", name), ("facts", key)):
            if known in self.data[kind]:
                return kind, known
        raise ValueError(f"no figure or fact '{name}'; `python -m analysis figures` lists them")

    def digest(self, used: set[tuple[str, str]]) -> str:
        """A hash over the parts that a page used."""
        parts = []
        for kind, key in sorted(used):
            found = self.data[kind] if not key else self.data[kind].get(key)
            parts.append(json.dumps([kind, key, found], sort_keys=True))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Link(nodes.Inline, nodes.TextElement):
    """Text that links to an anchor of a listing page and may carry a card."""


class Word(nodes.Inline, nodes.TextElement):
    """Words that follow from a condition, with the condition and the other wordings."""


def site_of(env: Any) -> Site:
    """The site data of a build, read once."""
    if not hasattr(env.app, "report_site"):
        path = os.environ.get("SITE_DATA", "")
        if not Path(path).is_file():
            raise ExtensionError("SITE_DATA names no file; build with `make book`")
        env.app.report_site = Site(Path(path))
    site: Site = env.app.report_site
    return site


def note(env: Any, kind: str, key: str = "") -> None:
    """Remember that the page being read printed this part of the data."""
    if not hasattr(env, "report_used"):
        env.report_used = {}
    env.report_used.setdefault(env.docname, set()).add((kind, key))


def worded(env: Any, key: str, english: str) -> str:
    """A word in the language of the page that is being read."""
    edition = site_of(env).data.get("editions", {}).get(env.docname)
    if edition is None:
        return english
    note(env, "editions", env.docname)
    return str(edition["text"].get(key, english))


class NumberRole(SphinxRole):
    """``{num}`key@part:format``` prints a figure or a fact, with its card."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name, _, spec = self.text.partition(":")
        key, _, part = name.strip().partition("@")
        site = site_of(self.env)
        try:
            kind, key = site.find(key)
        except ValueError as error:
            return self._refuse(str(error))
        record = site.data[kind][key]
        if isinstance(record["value"], str):
            return self._refuse(f"fact '{key}' holds words ({record['unit']}), not a number")
        spec = spec or default_spec(record["unit"], record["value"])
        try:
            text = self._text(record, part, spec)
        except ValueError as error:
            return self._refuse(f"'{self.text}': {error}")
        note(self.env, kind, key)
        if kind == "figures":
            for fact in record["facts"]:
                if fact in site.data["facts"]:
                    note(self.env, "facts", fact)
            page, anchor = "figures", f"figure-{slug(key)}"
        else:
            page, anchor = "sources", f"fact-{slug(key)}"
        link = Link(
            self.text,
            "",
            nodes.Text(text),
            classes=["num", record["standing"], *["still"] * (not record["live"])]
            if kind == "figures"
            else ["num"],
        )
        link["page"], link["anchor"] = page, anchor
        link["card"] = cards.card(kind, key, site.data)
        link["number"] = f"{key}@{part or 'value'}:{spec}"
        found: list[nodes.Node] = [link]
        if record["evidence"] == "unverified":
            word = worded(self.env, "words.unverified", "unverified")
            found += [nodes.Text(" "), nodes.inline("", word, classes=["unverified"])]
        return found, []

    def _text(self, record: dict[str, Any], part: str, spec: str) -> str:
        separators = LANGUAGES.get(self.env.docname, ENGLISH)
        if part in ("", "value"):
            return format_number(record["value"], spec, separators)
        if part not in ("low", "high", "range"):
            raise ValueError(f"found '@{part}', expected @low, @high or @range")
        if record["low"] is None:
            if not os.environ.get("SITE_ASSUMED"):
                raise ValueError("has no range")
            part = "value"  # an input that a reader assumes is exact, and so is what follows
        if part == "range":
            return format_range(record["low"], record["high"], spec, separators)
        return format_number(record[part], spec, separators)

    def _refuse(self, problem: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        LOGGER.warning(problem, location=self.get_location())
        return [nodes.problematic(self.rawtext, self.rawtext)], []


class WordRole(SphinxRole):
    """``{word}`CONDITION ? WORDS : OTHER WORDS``` prints the words that hold (``press.words``)."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            found = words.choice(self.text)
            said = found.words(self._number)
        except (ValueError, ArithmeticError) as error:
            LOGGER.warning(f"role word: {error}", location=self.get_location())
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        parsed, messages = self.inliner.parse(said, self.lineno, self, nodes.inline())
        cases = [[self._named(tree), wording] for tree, wording in found.cases]
        return [Word("", "", *parsed, choice=json.dumps([*cases, found.otherwise]))], messages

    def _named(self, tree: words.Tree) -> words.Tree:
        """The condition with facts by their ids, whatever they were called."""
        if isinstance(tree, tuple):
            return [site_of(self.env).find(tree[0])[1], tree[1]]
        return [tree[0], *map(self._named, tree[1:])] if isinstance(tree, list) else tree

    def _number(self, name: str, part: str) -> float:
        site = site_of(self.env)
        kind, key = site.find(name)
        note(self.env, kind, key)
        try:
            return float(words.ends(site.data[kind][key])[part])
        except ValueError as error:
            raise ValueError(f"'{name}' {error}") from None


class SourceRole(SphinxRole):
    """``{source}`key``` prints a source's label and links to its entry."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        record = site_of(self.env).data["sources"].get(self.text)
        if record is None:
            LOGGER.warning(
                f"no source '{self.text}'; add it to data/sources.csv", location=self.get_location()
            )
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        note(self.env, "sources", self.text)
        link = Link(self.rawtext, "", nodes.Text(record["label"]), classes=["source"])
        link["page"], link["anchor"] = "sources", f"source-{slug(self.text)}"
        return [link], []


class RatingRole(SphinxRole):
    """``{rating}`8``` prints the rating of a claim and links to its verdict."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        record = site_of(self.env).data["claims"].get(self.text)
        if record is None:
            LOGGER.warning(f"no claim '{self.text}'", location=self.get_location())
            return [nodes.problematic(self.rawtext, self.rawtext)], []
        note(self.env, "claims", self.text)
        rating = record["rating"]
        word = worded(self.env, f"rating.{rating}", rating)
        link = Link(self.rawtext, "", nodes.Text(word), classes=["rating", slug(rating.lower())])
        link["page"], link["anchor"] = "verdicts", f"claim-{self.text}"
        return [link], []


class LiteralRole(SphinxRole):
    """``{lit}`words``` prints words as somebody wrote them, numerals included."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.inline(self.rawtext, self.text, classes=["literal-quote"])], []


class AnswerDirective(Directive):
    """The chapter's answer, in a box at its head."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        box = nodes.container("", classes=["answer"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class ListingDirective(SphinxDirective):
    """``{listing} figures``: a list that is made from the data."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        kind = self.arguments[0]
        if kind not in listings.LISTINGS:
            known = ", ".join(sorted(listings.LISTINGS))
            raise self.error(f"found listing '{kind}', expected one of {known}")
        site = site_of(self.env)
        for part in site.data:
            note(self.env, part)
        return listings.LISTINGS[kind](site.data)


def visit_link(self: Any, node: Link) -> None:
    """Open the link; its card follows it, shown on hover and focus by style alone."""
    target = self.builder.get_relative_uri(self.builder.current_docname, node["page"])
    classes = " ".join(node["classes"])
    described = ""
    if node.get("card"):
        self.report_cards = getattr(self, "report_cards", 0) + 1
        node["card-id"] = f"card-{self.report_cards}"
        described = f' aria-describedby="{node["card-id"]}"'
        self.body.append('<span class="num-box">')
    if node.get("number"):  # what a page whose numbers change has to know
        described += f' data-num="{html.escape(node["number"])}"'
    self.body.append(f'<a class="{classes}" href="{target}#{node["anchor"]}"{described}>')


def depart_link(self: Any, node: Link) -> None:
    """Close the link and write its card."""
    self.body.append("</a>")
    language = ' lang="en"' if self.builder.current_docname in LANGUAGES else ""
    if node.get("card"):
        self.body.append(
            f'<span class="card" role="tooltip" id="{node["card-id"]}"{language}>{node["card"]}'
            "</span></span>"
        )


def visit_word(self: Any, node: Word) -> None:
    """Open words that a page whose numbers change can choose anew."""
    self.body.append(f'<span class="word" data-choice="{html.escape(node["choice"])}">')


def depart_word(self: Any, node: Word) -> None:
    """Close the words."""
    self.body.append("</span>")


def pass_node(self: Any, node: nodes.Node) -> None:
    """Other builders print the text alone."""


def outdated(app: Sphinx, env: Any, *_: Any) -> list[str]:
    """The pages that print something which has changed since they were written."""
    site = site_of(env)
    used = getattr(env, "report_used", {})
    return ["status"] * bool(os.environ.get("SITE_TIMES")) + [
        doc
        for doc, digest in getattr(env, "report_digests", {}).items()
        if doc in used and _digest(site, used[doc]) != digest
    ]


def _digest(site: Site, used: set[tuple[str, str]]) -> str:
    try:
        return site.digest(used)
    except KeyError:
        return "gone"


def relink(app: Sphinx, docname: str, source: list[str]) -> None:
    """Point the links of a page that is being read at what Sphinx reads."""
    source[0] = relinked(app, source[0])


def relinked(app: Sphinx, text: str) -> str:
    """The text with its links to ``fleet.md`` leading to ``fleet.ipynb``, where that is read."""

    def target(link: re.Match[str]) -> str:
        known = link[1] in app.project.docnames
        path = app.project.doc2path(link[1], absolute=False) if known else ""
        return f"]({link[1]}{Path(path).suffix or '.md'}"

    return re.sub(r"\]\(([\w-]+)\.md(?=[#)])", target, text)


def forgive(app: Sphinx, config: Any) -> None:
    """Say when inputs are a reader's own; let a page that is built alone link to the others."""
    if assumed := os.environ.get("SITE_ASSUMED"):
        config.html_theme_options["announcement"] = (
            f"Not the published edition: made with {html.escape(assumed)}."
        )
    if os.environ.get("SITE_PAGE"):
        config.suppress_warnings = [*config.suppress_warnings, "myst.xref_missing"]


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """Forget what a page used before it is read again."""
    getattr(env, "report_used", {}).pop(docname, None)


def remember(app: Sphinx, env: Any) -> None:
    """Keep a hash of what every page used, for the next build."""
    site = site_of(env)
    env.report_digests = {
        doc: _digest(site, used) for doc, used in getattr(env, "report_used", {}).items()
    }


def page_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Set the language of an edition's page."""
    if pagename in LANGUAGES:
        context["language"] = pagename
        texts = site_of(app.env).data["editions"][pagename]["text"]
        context["theme_toc_title"] = texts["words.on_this_page"]


def inline_math(self: Any, node: nodes.Element) -> None:
    """Inline formula as MathML."""
    self.body.append(latex2mathml.converter.convert(node.astext(), display="inline"))
    raise nodes.SkipNode


def display_math(self: Any, node: nodes.Element) -> None:
    """Displayed formula as MathML, in a box of its own that scrolls on a phone."""
    mathml = latex2mathml.converter.convert(node.astext(), display="block")
    self.body.append(
        f'<div class="math" tabindex="0" role="group" aria-label="Formula">{mathml}</div>'
    )
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    writers = dict.fromkeys(("latex", "text", "man", "texinfo"), (pass_node, pass_node))
    app.add_node(Link, html=(visit_link, depart_link), **writers)
    app.add_node(Word, html=(visit_word, depart_word), **writers)
    for name, role in (
        ("num", NumberRole),
        ("word", WordRole),
        ("source", SourceRole),
        ("rating", RatingRole),
        ("lit", LiteralRole),
    ):
        app.add_role(name, role())
    app.add_directive("answer", AnswerDirective)
    app.add_directive("listing", ListingDirective)
    app.setup_extension("press.publishing.theme")
    app.setup_extension("press.publishing.edition_pages")
    app.setup_extension("press.publishing.meta")
    app.setup_extension("press.publishing.search")
    app.setup_extension("press.publishing.chart_files")
    app.setup_extension("press.publishing.languages")
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    app.connect("source-read", relink)
    app.connect("config-inited", forgive)
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", forget)
    app.connect("env-updated", remember)
    app.connect("html-page-context", page_context, priority=900)
    return {"version": "1", "parallel_read_safe": False, "env_version": 3}
