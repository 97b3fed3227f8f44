"""The whole book as one PDF: the built pages, one after another, printed by Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from html import escape
from pathlib import Path

from press.formats import LANGUAGES
from press.publishing.colophon import edition, long_date, place
from press.publishing.contents import TOC, SiteError
from press.publishing.prose import from_yaml
from press.publishing.site import BUILD, build

NAME = "the-cost-of-deepseek-v3.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LEFT_OUT = re.compile(
    r'<script.*?</script>|<details class="(?:chart-data|code)">.*?</details>|'
    r'<div class="chart-narrow"[^>]*>.*?</svg></div>|<div class="vega-bindings idle.*?</div></div>|'
    r'<span class="card".*?</span></span>(?=</span>)|<a class="headerlink".*?</a>',
    re.DOTALL,
)
"""What paper has no use for: scripts, data and code of charts, pictures for phones, cards."""
EMPTY = re.compile(
    r"<section [^>]*>\s*(?:<span [^>]*></span>)?<h2>[^<]*</h2>"
    r"\s*(?:<div class=\"cell[^>]*>\s*</div>\s*)+</section>"
)
"""A section of nothing but folded code."""


def chromium() -> str | None:
    """An installed Chromium, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def article(page: str, text: str, pages: list[str]) -> str:
    """A page's article with addresses that hold in the whole book.

    >>> article("a", '<article class="bd-article"><a href="b.html#y">B</a></article>', ["a", "b"])
    '<article lang="en" id="a" class="bd-article"><a href="#b--y">B</a></article>'
    """
    found = re.search(r'<article class="bd-article">.*?</article>', text, re.DOTALL)
    if found is None:
        raise SiteError(f"{page}.html: found no article; run `python -m analysis build`")
    body = re.sub(
        r'\b(id|href)="(#?)(?=[^"])', rf'\1="\2{page}--', EMPTY.sub("", LEFT_OUT.sub("", found[0]))
    )
    body = re.sub(rf'href="{page}--([^"]*)"', lambda link: f'href="{link[1]}"', body)
    known = "|".join(map(re.escape, pages))
    body = re.sub(rf'href="(?:\./)?({known})\.html#', r'href="#\1--', body)
    body = re.sub(rf'href="(?:\./)?({known})\.html"', r'href="#\1"', body)
    body = body.replace("url(#", f"url(#{page}--")
    language = (re.search(r'<html lang="(\w+)"', text) or ("", "en"))[1]
    return body.replace('class="', f'lang="{language}" id="{page}" class="', 1)


def book(site: Path) -> str:
    """One HTML page with cover, contents and every chapter of the built site."""
    spec, about = from_yaml(TOC.read_text(encoding="utf-8"), TOC.name), edition()
    parts = [("", [spec["root"]])]
    parts += [(p["caption"], [c["file"] for c in p["chapters"]]) for p in spec["parts"]]
    pages = [page for _, names in parts for page in names]
    texts = {name: (site / f"{name}.html").read_text(encoding="utf-8") for name in pages}
    titles = {
        name: re.sub(r'<a class="headerlink".*?</a>|<[^>]+>', "", found[1])
        for name, text in texts.items()
        if (found := re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL))
    }
    contents = "".join(
        f"<h2>{escape(caption)}</h2><ul>"
        + "".join(
            f'<li lang="{name if name in LANGUAGES else "en"}">'
            f'<a href="#{name}">{titles[name]}</a></li>'
            for name in names
        )
        + "</ul>"
        for caption, names in parts
    )
    chapters = "".join(article(name, texts[name], pages) for name in pages)
    title, _, subtitle = about["title"].partition(": ")
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" class="book"><head>'
        f'<meta charset="utf-8"><title>{escape(about["title"])}</title>'
        f'<base href="{site.as_uri()}/"><link rel="stylesheet" href="_static/site.css"></head>'
        f'<body><main class="bd-main"><div class="bd-content"><section class="cover">'
        f"<p>{escape(subtitle)}</p><p class=title>{escape(title)}</p>"
        f"<p>Edition {about['version']}, {long_date(about['date-released'])}. "
        f"{place(os.environ).url}</p><p>{escape(' '.join(about['abstract'].split()))}</p>"
        f"<p>Text and data CC BY 4.0, code MIT.</p></section>"
        f'<nav class="listed">{contents}</nav>{chapters}</div></main></body></html>'
    )


def write_pdf(into: Path = BUILD) -> Path:
    """Build the site, then print it as ``_build/html/the-cost-of-deepseek-v3.pdf``.

    Raises
    ------
    SiteError
        Without Chromium, or if it fails.
    """
    browser = chromium()
    if browser is None:
        raise SiteError(
            "the PDF is printed by Chromium; found none of "
            f"{', '.join(BROWSERS)} on this machine; install one, or print pages in a browser"
        )
    os.environ["SITE_PDF"] = NAME
    site = build(into=into).parent
    source, target = into / "book.html", site / NAME
    source.write_text(book(site).replace('href="#', f'href="{source.as_uri()}#'), encoding="utf-8")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += ["--disable-background-networking", "--generate-pdf-document-outline"]
    command += [f"--print-to-pdf={target}", source.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode or not target.exists():
        raise SiteError(f"Chromium could not print the book: {done.stderr[-500:]}")
    dated = re.sub(
        rb"/(CreationDate|ModDate) \(D:[^)]*\)",
        rb"/\1 (D:%s000000+00'00')" % f"{edition()['date-released']:%Y%m%d}".encode(),
        target.read_bytes(),
    )
    target.write_bytes(dated)
    return target
