"""The frame of every page, and the files beside the pages.

Head, foot and chapters' list for the template; sitemap, feed, social card and 404 page.
"""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vl_convert
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

from press.formats import LANGUAGES
from press.publishing.colophon import Place, edition, feed, long_date, place, sitemap
from press.publishing.files import BOOK
from press.publishing.listings import slug
from press.publishing.notebooks import give_away
from press.publishing.renderer import FONTS
from press.publishing.sphinx_ext import site_of
from press.tokens import COLOURS, FONT, in_light

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
"""No script but the site's own files; style attributes carry the charts' colours."""
SHORT = 4
"""Sections of a page that needs no list of them at its head."""
SECTIONS = 16
"""Pages with more sections (the registers) do not list them beside the chapters."""
PICTURE = re.compile(r'<template class="social-card">(.*?)</template>', re.DOTALL)
"""The picture that a page brings for its social card, as the inside of an SVG."""
CARD = 1200, 630
"""Width and height in pixels of the picture that social networks show."""


def head(at: Place, site: str, page: str, title: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """What the template writes into a page's head.

    Parameters
    ----------
    at, site
        The addresses and the name of the site.
    page, title
        File name without ending, and title.
    words
        ``description``, the ``editions`` there are, and structured ``data``.
    """
    full = title if site in title else f"{title} — {site}"
    described = words.get("description") or ""
    named = [("description", described)] if described else [("robots", "noindex")]
    properties = [("og:type", "article"), ("og:site_name", site), ("og:title", title)]
    properties += [("og:description", described)] if described else []
    links, data = [], []
    editions = words.get("editions", ())
    if page == "index" or page in editions:
        for name in ("index", *editions):
            language = "en" if name == "index" else name
            links.append({"rel": "alternate", "hreflang": language, "href": f"{at.url}{name}.html"})
    if at.url and described:
        address = at.url if page == "index" else f"{at.url}{page}.html"
        links.insert(0, {"rel": "canonical", "href": address})
        feed = {"rel": "alternate", "type": "application/atom+xml", "href": f"{at.url}feed.xml"}
        links.append(feed | {"title": "Editions and corrections"})
        properties += [("og:url", address), ("og:image", f"{at.url}_static/card.png")]
        properties += [("og:image:width", str(CARD[0])), ("og:image:height", str(CARD[1]))]
        named += [("twitter:card", "summary_large_image")]
        for item in words.get("data", ()):
            absolute = {**item, "url": at.url + item["url"]}
            data.append(json.dumps(absolute, ensure_ascii=False).replace("<", "\\u003c"))
    return {
        "title": full,
        "short": title,
        "named": named,
        "properties": properties,
        "links": links,
        "data": data,
    }


def card(page: str, site: str) -> bytes:
    """The social card as a PNG: the picture that the page brings; without one, the site's name."""
    found = PICTURE.search(page)
    drawing = (
        found[1]
        if found
        else "".join(
            f'<text x="60" y="{280 + 84 * row}" font-size="72" font-weight="700" '
            f'fill="{COLOURS["text"]}">{escape(line)}</text>'
            for row, line in enumerate(textwrap.wrap(site, 28))
        )
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CARD[0]}" height="{CARD[1]}" '
        f'font-family="{FONT}"><rect width="100%" height="100%" fill="{COLOURS["page"]}"/>'
        f'<rect width="14" height="100%" fill="{COLOURS["accent"]}"/>{in_light(drawing)}</svg>'
    )
    vl_convert.register_font_directory(str(FONTS))
    png: bytes = vl_convert.svg_to_png(picture)
    return png


def sources_of(used: set[tuple[str, str]], site: Mapping[str, Any]) -> list[str]:
    """Keys of the sources that a page names or whose facts it prints, by label."""
    keys = {key for kind, key in used if kind == "sources" and key}
    keys |= {site["facts"][key]["source"] for kind, key in used if kind == "facts" and key}
    return sorted(keys, key=lambda key: site["sources"][key]["label"].lower())


def note_sources(app: Sphinx, env: Any) -> None:
    """A chapter's foot prints source labels, the verdicts' head the reviews: note that they do."""
    site = site_of(app.env).data
    for used in getattr(env, "report_used", {}).values():
        if ("figures", "") not in used:
            used |= {("sources", key) for key in sources_of(used, site)}
    if "verdicts" in env.found_docs:
        env.report_used.setdefault("verdicts", set()).add(("reviews", ""))


def frame(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the template what it writes around a page."""
    at, about, env = place(os.environ), edition(), app.env
    title = unescape(re.sub(r"<[^>]+>", "", context.get("title") or app.config.html_title))
    data = site_of(app.env).data
    used = getattr(env, "report_used", {}).get(pagename, set())
    words = {
        "description": env.metadata.get(pagename, {}).get("description", ""),
        "editions": [name for name in LANGUAGES if name in env.found_docs],
        "data": data["reviews"] if pagename == "verdicts" else (),
    }
    scripts = ["report.js"]
    scripts += [f"{pagename}.js"] if (BOOK / "_static" / f"{pagename}.js").exists() else []
    scripts += ["drawings.js"] if '<figure class="machine"' in context.get("body", "") else []
    context["scripts"] = [f"_static/{name}" for name in scripts]
    context["scripts"] += ["searchindex.js"] if pagename == "search" else []
    context |= {"policy": POLICY, "project_title": app.config.html_title}
    context["head"] = head(at, app.config.html_title, pagename, title, words)
    chapters = context["toctree"](collapse=True, includehidden=True, maxdepth=1)
    chapters = chapters.replace('role="heading"', 'role="heading" aria-level="2"')
    menu = sections(env, pagename)
    beside = menu if menu.count("<li>") <= SECTIONS else ""
    context["navigation"] = re.sub(
        r'(<a class="current[^>]*>.*?</a>)', lambda a: a[1] + beside, chapters
    )
    if menu.count("<li>") > SHORT and context.get("body"):
        heading = escape(context.get("theme_toc_title") or "On this page")
        kind = "on-page in-menu" if beside else "on-page"
        folded = f'<details class="{kind}"><summary>{heading}</summary>{menu}</details>'
        context["body"] = context["body"].replace("</h1>", f"</h1>\n{folded}", 1)
    if pagename not in env.found_docs:
        return
    executed = pagename not in LANGUAGES and str(env.doc2path(pagename)).endswith(".ipynb")
    context["notebook"] = f"_sources/{pagename}.ipynb" if executed else ""
    listed = [] if ("figures", "") in used else sources_of(used, data)
    context["foot"] = {
        "sources": [{"anchor": slug(k), **data["sources"][k]} for k in listed],
        "launch": at.launch_links(pagename),
        "change": at.change_links(pagename, title),
        "pdf": os.environ.get("SITE_PDF", ""),
        "version": about["version"],
        "date": long_date(about["date-released"]),
    }


def sections(env: Any, page: str) -> str:
    """The sections of a page as a list of links."""
    if page not in env.tocs:
        return ""
    top = next(iter(env.tocs[page].findall(nodes.list_item)))
    found = [
        f'<li><a href="{escape(link["anchorname"])}">{escape(link.astext())}</a></li>'
        for part in top.children
        if isinstance(part, nodes.bullet_list)
        for item in part.children
        for link in list(item.findall(nodes.reference))[:1]
    ]
    return f"<ul>{''.join(found)}</ul>" if found else ""


def fold(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put a cell's folded code under what it shows, and fold a chapter's parameters."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code" or not cell.children:
            continue
        code = cell.children[0]
        if "tag_parameters" in cell["classes"] and not isinstance(code, HideCodeCellNode):
            cell.remove(code)
            code = HideCodeCellNode("", code, prompt_show="Show the parameters of this chapter")
            cell.append(code)
        elif isinstance(code, HideCodeCellNode):
            cell.remove(code)
            cell.append(code)


def open_fold(self: Any, node: HideCodeCellNode) -> None:
    """A line that opens to the code."""
    self.body.append(f'<details class="code"><summary>{escape(node["prompt_show"])}</summary>\n')


def close_fold(self: Any, node: HideCodeCellNode) -> None:
    """The end of the code."""
    self.body.append("</details>\n")


def lost_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page for an address that is not there."""
    body = (
        "<h1>There is no such page</h1><p>The address may be old or mistyped. "
        'The <a href="index.html">first page</a> has the answer, <a href="figures.html">Figures</a>'
        ' lists every number and <a href="search.html">Search</a> finds words.</p>'
    )
    yield "404", {"title": "There is no such page", "body": body}, "page.html"


def write_beside(app: Sphinx, error: Exception | None) -> None:
    """After the pages: one style sheet, the social card and, with an address, sitemap and feed."""
    if error or app.builder.name != "html":
        return
    at, about, out = place(os.environ), edition(), Path(app.outdir)
    for path in out.glob("*.html"):
        if path.stem not in {*app.env.found_docs, "search", "404"}:
            path.unlink()  # a page of an earlier build
    front = out / "index.html"
    if front.exists():
        (out / "_static" / "card.png").write_bytes(
            card(front.read_text(encoding="utf-8"), app.config.html_title)
        )
    for name, text in (
        ("sitemap.xml", sitemap(at, sorted(app.env.found_docs), about["date-released"])),
        ("feed.xml", feed(at, about, site_of(app.env).data["corrections"])),
    ):
        if at.url:
            (out / name).write_text(text, encoding="utf-8")
        else:
            (out / name).unlink(missing_ok=True)
    give_away(out / "_sources", site_of(app.env).data, at.url, at.repository)
    lost = out / "404.html"
    if at.url and lost.exists():  # served under any address: its links must not be relative
        base = urlsplit(at.url).path
        text = re.sub(
            r'\b(href|src|action)="(?!#|/|[a-z]+:)(?:\./)?',
            rf'\1="{base}',
            lost.read_text(encoding="utf-8"),
        )
        lost.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
    app.connect("doctree-resolved", fold)
    app.connect("env-updated", note_sources, priority=400)
    app.connect("html-collect-pages", lost_page)
    app.connect("html-page-context", frame, priority=950)
    app.connect("build-finished", write_beside, priority=900)  # the theme still writes at 500
    return {"version": "1", "parallel_read_safe": False}
