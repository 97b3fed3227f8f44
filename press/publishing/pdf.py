"""The whole book as one PDF: the built pages, one after another, printed by Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape
from pathlib import Path

from press.formats import LANGUAGES
from press.publishing.colophon import bibtex, edition, long_date, place
from press.publishing.contents import TOC, SiteError
from press.publishing.files import BOOK
from press.publishing.prose import from_yaml
from press.publishing.site import BUILD, build

NAME = "the-cost-of-deepseek-v3.pdf"
SHORT = "the-cost-of-deepseek-v3-short.pdf"
"""The book without its registers."""
REGISTER = re.compile(r"^```\{listing\} (?:figures|sources|tables)$", re.MULTILINE)
FOLDED = re.compile(r"<details[^>]*><summary>.*?</details>", re.DOTALL)
WIDE = "\u2007" * 3
"""A page number not yet known, as wide as one that is."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LEFT_OUT = re.compile(
    r'<script.*?</script>|<details class="(?:chart-data|code|on-page[^"]*)">.*?</details>|'
    r'<p class="chart-files">.*?</p>|'
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


def registers(pages: Iterable[str]) -> set[str]:
    """The pages that list all figures, sources or tables."""
    return {
        name
        for name in pages
        if (path := BOOK / f"{name}.md").exists() and REGISTER.search(path.read_text("utf-8"))
    }


def article(page: str, text: str, pages: list[str], *, register: bool = False) -> str:
    """A page's article with addresses that hold in the whole book.

    What is folded on the screen lies open on paper; in a register, where it repeats what other
    pages print, it is left out. Links to what the book lacks lead to the site, if that has an
    address.

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
    url = place(os.environ).url
    away = rf'href="{url}\1"' if url else ""
    body = re.sub(r'href="(?!#|https?:|data:|mailto:)([^"]*)"', away, body)
    body = FOLDED.sub("", body) if register else body.replace("<details", "<details open")
    body = body.replace("url(#", f"url(#{page}--")
    language = (re.search(r'<html lang="(\w+)"', text) or ("", "en"))[1]
    return body.replace('class="', f'lang="{language}" id="{page}" class="', 1)


def book(site: Path, *, short: bool = False, numbers: Mapping[str, int] | None = None) -> str:
    """One HTML page with cover, contents and every chapter of the built site.

    Parameters
    ----------
    site
        The folder of the built pages.
    short
        Whether the registers stay out.
    numbers
        On which page each chapter begins, for the contents, where that is known.
    """
    spec, about = from_yaml(TOC.read_text(encoding="utf-8"), TOC.name), edition()
    parts = [("", [spec["root"]])]
    parts += [(p["caption"], [c["file"] for c in p["chapters"]]) for p in spec["parts"]]
    listing = registers(page for _, names in parts for page in names)
    if short:
        parts = [(c, [n for n in names if n not in listing]) for c, names in parts]
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
            f'<li lang="{name if name in LANGUAGES else "en"}"><a href="#{name}">{titles[name]}'
            f"<span>{(numbers or {}).get(name, WIDE)}</span></a></li>"
            for name in names
        )
        + "</ul>"
        for caption, names in parts
    )
    chapters = "".join(article(n, texts[n], pages, register=n in listing) for n in pages)
    title, _, subtitle = about["title"].partition(": ")
    url = place(os.environ).url
    cited = bibtex(about, url)
    people = ", ".join(person["name"] for person in about["authors"])
    without = " Without the registers of figures, sources and tables." if short else ""
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" class="book"><head>'
        f'<meta charset="utf-8"><title>{escape(about["title"])}</title>'
        f'<link rel="stylesheet" href="_static/site.css">'
        f"<style>{_heads(title, titles)}</style></head>"
        f'<body><main class="bd-main"><div class="bd-content"><section class="cover">'
        f"<p>{escape(subtitle)}</p><p class=title>{escape(title)}</p><p>{escape(people)}</p>"
        f"<p>Edition {about['version']}, {long_date(about['date-released'])}.{without} "
        f"{url}</p><p>{escape(' '.join(about['abstract'].split()))}</p>"
        f"<p>To cite:</p><pre>{escape(cited)}</pre>"
        f"<p>Text and data CC BY 4.0, code MIT.</p></section>"
        f'<nav class="listed">{contents}</nav>{chapters}</div></main></body></html>'
    )


def _heads(book_title: str, titles: Mapping[str, str]) -> str:
    """Running heads: the book to the left, the chapter to the right, each on pages of its name."""
    rules = []
    for i, (name, title) in enumerate(titles.items()):
        left, right = (_css(unescape(text)) for text in (book_title, title))
        font = 'font: 8.5pt "Report Sans", sans-serif; color: #555;'
        rules.append(
            f"#{name} {{ page: c{i}; }} @page c{i} {{ @top-left {{ content: {left}; {font} }} "
            f"@top-right {{ content: {right}; {font} }} }}"
        )
    return "\n".join(rules)


def _css(text: str) -> str:
    """A string of a style sheet, on one line.

    >>> _css('He said "no"')
    '"He said \\\\"no\\\\""'
    """
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'.replace("<", "\\3c ")


def page_numbers(made: bytes) -> dict[str, int]:
    """On which page each target of a link lies, in a PDF as Chromium writes it.

    >>> page_numbers(b"1 0 obj\\n<</Type /Pages\\n/Kids [2 0 R 3 0 R]>>\\nendobj\\n"
    ...     b"9 0 obj\\n<</a [3 0 R /XYZ 6 776 0]>>\\nendobj\\n")
    {'a': 2}
    """
    kids = {
        int(found[1]): [int(kid) for kid in re.findall(rb"(\d+) 0 R", found[2])]
        for found in re.finditer(
            rb"(?:^|\n)(\d+) 0 obj\n<</Type /Pages\b(?:(?!endobj).)*?/Kids \[([^\]]*)\]",
            made,
            re.DOTALL,
        )
    }
    inner = {kid for found in kids.values() for kid in found}

    def leaves(at: int) -> Iterator[int]:
        for kid in kids[at]:
            yield from leaves(kid) if kid in kids else (kid,)

    order = [leaf for root in kids if root not in inner for leaf in leaves(root)]
    place_of = {page: number for number, page in enumerate(order, 1)}
    return {
        name.decode(): place_of[int(page)]
        for name, page in re.findall(rb"/([\w-]+) \[(\d+) 0 R /XYZ", made)
        if int(page) in place_of
    }


def write_pdf(into: Path = BUILD, *, short: bool = False) -> Path:
    """Build the site, then print it as ``_build/the-cost-of-deepseek-v3.pdf``.

    The site gets a copy, to which its pages link. It is printed twice: the contents name the
    pages on which the chapters began the first time.

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
    name = SHORT if short else NAME
    os.environ["SITE_PDF"] = name
    site = build(into=into).parent
    source, target = site / "book.html", into / name  # beside what it shows; links stay inside
    numbers: dict[str, int] = {}
    for _ in range(2):
        source.write_text(book(site, short=short, numbers=numbers), encoding="utf-8")
        _print(browser, source, target)
        numbers = page_numbers(target.read_bytes())
        if "index" not in numbers:
            raise SiteError("Chromium wrote no targets of links; the contents need them for pages")
    source.unlink()
    dated = re.sub(
        rb"/(CreationDate|ModDate) \(D:[^)]*\)",
        rb"/\1 (D:%s000000+00'00')" % f"{edition()['date-released']:%Y%m%d}".encode(),
        target.read_bytes(),
    )
    target.write_bytes(dated)
    shutil.copyfile(target, site / name)
    return target


def _print(browser: str, source: Path, target: Path) -> None:
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += ["--disable-background-networking", "--generate-pdf-document-outline"]
    command += [f"--print-to-pdf={target}", source.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode or not target.exists():
        raise SiteError(f"Chromium could not print the book: {done.stderr[-500:]}")
