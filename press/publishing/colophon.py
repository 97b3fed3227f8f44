"""Edition, addresses and state of the report: status, citation, sitemap and feed.

What needs an absolute address is there only when ``SITE_URL`` is set, what leads to the repository
only when ``SITE_REPOSITORY`` is (``owner/name`` or an address; ``SITE_BRANCH`` is ``main`` unless
told). Colab opens notebooks of a branch only: ``SITE_NOTEBOOKS`` names the one with the built site.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from docutils import nodes

from press.facts import DATA
from press.publishing.files import LOCK, ROOT, digest
from press.publishing.prose import from_yaml

CITATION = ROOT / "CITATION.cff"
PACKAGES = (
    "jupyter-book",
    "papermill",
    "pandas",
    "altair",
    "vl-convert-python",
    "numpy",
    "scipy",
)
"""Packages whose versions can move a number or a chart."""


@dataclass(frozen=True)
class Place:
    """The addresses of a published site; empty where none is configured."""

    url: str = ""
    repository: str = ""
    branch: str = "main"
    notebooks: str = ""

    @property
    def on_github(self) -> str:
        """``owner/name`` on GitHub, or nothing."""
        start = "https://github.com/"
        return self.repository.removeprefix(start) if self.repository.startswith(start) else ""

    def change_links(self, page: str, title: str) -> list[dict[str, str]]:
        """Links to edit the page's text and to report an error in it."""
        if not self.on_github:
            return []
        issue = f"{self.repository}/issues/new?title={quote(f'{title} ({page})')}"
        return [
            {"text": "Edit", "url": f"{self.repository}/edit/{self.branch}/book/{page}.md"},
            {"text": "Report an error", "url": issue},
        ]

    def launch_links(self, page: str) -> list[dict[str, str]]:
        """Links that open the page as a notebook on a server: Binder, Colab."""
        if not self.repository:
            return []
        where = f"gh/{self.on_github}" if self.on_github else f"git/{quote(self.repository, '')}"
        opened = f"?urlpath=lab/tree/book/{page}.md"
        binder = f"https://mybinder.org/v2/{where}/{quote(self.branch, '')}{opened}"
        links = [{"text": "Binder", "url": binder}]
        if self.on_github and self.notebooks:
            path = f"{self.on_github}/blob/{self.notebooks}/_sources/{page}.ipynb"
            colab = f"https://colab.research.google.com/github/{path}"
            links.append({"text": "Colab", "url": colab})
        return links


def place(environment: Mapping[str, str]) -> Place:
    """The addresses that the environment names.

    Raises
    ------
    ValueError
        For a value that is no address.

    Examples
    --------
    >>> place({"SITE_URL": "https://example.org/v3", "SITE_REPOSITORY": "a/b"}).repository
    'https://github.com/a/b'
    """
    url, repository = (environment.get(f"SITE_{k}", "").strip() for k in ("URL", "REPOSITORY"))
    if re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        repository = f"https://github.com/{repository}"
    for name, value in (("SITE_URL", url), ("SITE_REPOSITORY", repository)):
        if value and not re.fullmatch(r"https?://[^\s\"'<>?#]+", value):
            raise ValueError(f"{name}: found '{value}', expected an address such as https://…")
    return Place(
        url and url.rstrip("/") + "/",
        repository.rstrip("/").removesuffix(".git"),
        environment.get("SITE_BRANCH", "").strip() or "main",
        environment.get("SITE_NOTEBOOKS", "").strip(),
    )


@cache
def edition() -> dict[str, Any]:
    """``CITATION.cff`` as it is written."""
    found: dict[str, Any] = from_yaml(CITATION.read_text(encoding="utf-8"), CITATION.name)
    return found


def long_date(date: Any) -> str:
    """A date in words.

    >>> import datetime
    >>> long_date(datetime.date(2026, 11, 1))
    '1 November 2026'
    """
    return f"{date.day} {date:%B %Y}"


def sitemap(at: Place, pages: list[str], date: Any) -> str:
    """The pages' addresses for search engines."""
    rows = "".join(
        f"<url><loc>{escape(at.url + ('' if p == 'index' else p + '.html'))}</loc>"
        f"<lastmod>{date}</lastmod></url>\n"
        for p in pages
    )
    start = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f'{start}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'


def correction(row: Mapping[str, Any]) -> str:
    """A correction in words: what was wrong, what it says now, who reported it."""
    moved = f" Before: {row['before']}; now: {row['after']}." if row["before"] else ""
    return f"{row['wrong']} {row['changed']}{moved} Reported by {row['reported_by']}."


def feed(at: Place, about: Mapping[str, Any], corrections: list[dict[str, Any]]) -> str:
    """An Atom feed of this edition and of every correction, newest first."""
    entries = [
        (str(about["date-released"]), f"edition-{about['version']}", f"Edition {about['version']}",
         about["abstract"], "")
    ] + [
        (str(row["date"]), f"correction-{row['id']}", f"Correction: {row['where']}",
         correction(row), "corrections.html")
        for row in corrections
    ]  # fmt: skip
    entries.sort(key=lambda entry: entry[:2], reverse=True)
    body = "".join(
        f"<entry><id>{escape(at.url)}#{escape(name)}</id><title>{escape(title)}</title>"
        f'<link href="{escape(at.url + page)}"/><updated>{date}T00:00:00Z</updated>'
        f"<summary>{escape(' '.join(text.split()))}</summary></entry>\n"
        for date, name, title, text, page in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(at.url)}</id><title>{escape(about['title'])}</title>\n"
        f'<link href="{escape(at.url)}"/><link rel="self" href="{escape(at.url)}feed.xml"/>\n'
        f"<updated>{entries[0][0]}T00:00:00Z</updated>\n"
        f"<author><name>{escape(about['authors'][0]['name'])}</name></author>\n{body}</feed>\n"
    )


def state(records: Sequence[Mapping[str, Any]], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the status page says: the edition, what is reproduced, versions, hashes.

    Parameters
    ----------
    records, before
        The figures as they were just computed, and those of the committed edition by key.
    """
    about = edition()
    computed = json.loads(json.dumps(records))
    data = hashlib.sha256()
    for path in sorted([*DATA.glob("*.csv"), *DATA.glob("*.yml")]):
        data.update(path.name.encode() + b"\n" + path.read_bytes())
    figures = json.dumps(computed, sort_keys=True).encode()
    same = sum(before.get(record["key"]) == record for record in computed)
    return {
        "Edition": f"{about['version']}, {long_date(about['date-released'])}",
        "Figures reproduced": f"{same} of {len({*before, *(r['key'] for r in computed)})}",
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "Data (SHA-256)": data.hexdigest(),
        "Figures (SHA-256)": hashlib.sha256(figures).hexdigest(),
        "Environment (SHA-256)": digest(LOCK),
    }


def status(data: Mapping[str, Any]) -> list[nodes.Node]:
    """The state as a table, and the chapters' run times where ``SITE_TIMES`` asks for them."""
    made: list[nodes.Node] = [_table("State of this edition", data["status"])]
    if os.environ.get("SITE_TIMES"):
        stamps = sorted((Path(os.environ["SITE_DATA"]).parent / "work").glob("*.stamp.json"))
        seconds = {
            path.name.partition(".")[0]: json.loads(path.read_text(encoding="utf-8"))["seconds"]
            for path in stamps
        }
        rows = {f"book/{name}.md": f"{taken:.1f} s" for name, taken in seconds.items()}
        made.append(_table("Run time of each chapter", rows))
    return made


def _table(title: str, rows: Mapping[str, str]) -> nodes.raw:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th> <td>{escape(value)}</td></tr>'
        for name, value in rows.items()
    )
    html = (
        f'<div class="data-table" role="region" tabindex="0" aria-label="{title}"><table>'
        f"<caption>{title}</caption><tbody>{body}</tbody></table></div>"
    )
    return nodes.raw("", html, format="html")


def bibtex(about: Mapping[str, Any], url: str) -> str:
    """The edition as a BibTeX entry.

    >>> import datetime
    >>> about = {"title": "T: a report", "authors": [{"name": "We"}], "version": "1.2",
    ...          "date-released": datetime.date(2026, 11, 21)}
    >>> print(bibtex(about, ""))
    @misc{t-1-2,
      title = {{T: a report}},
      author = {{We}},
      year = {2026},
      month = {11},
      version = {1.2}
    }
    """
    name = re.sub(
        r"[^a-z0-9]+", "-", f"{about['title'].partition(':')[0]} {about['version']}".lower()
    )
    fields = {
        "title": f"{{{about['title']}}}",
        "author": " and ".join(f"{{{person['name']}}}" for person in about["authors"]),
        "year": about["date-released"].year,
        "month": about["date-released"].month,
        "version": about["version"],
    } | ({"url": url} if url else {})
    body = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{name},\n{body}\n}}"


def citation(_: Mapping[str, Any]) -> list[nodes.Node]:
    """The edition in words and as BibTeX, from ``CITATION.cff``."""
    about, url = edition(), place(os.environ).url
    authors = ", ".join(person["name"] for person in about["authors"])
    words = (
        f"{authors} ({about['date-released'].year}). {about['title']}, edition {about['version']}."
    )
    return [
        nodes.paragraph("", f"{words} {url}".strip()),
        nodes.literal_block("", bibtex(about, url), language="bibtex"),
    ]
