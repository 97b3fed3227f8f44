"""Figures and claims as objects of the search: a hit leads to the entry, not only to its page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType

from press.formats import LANGUAGES
from press.publishing.listings import slug
from press.publishing.sphinx_ext import site_of

Entry = tuple[str, str, str, str, str, int]


class Registers(Domain):
    """What the registers hold; nothing is written in this domain, it is only searched."""

    name = "report"
    label = "Report"
    object_types: ClassVar[dict[str, ObjType]] = {
        "figure": ObjType("figure"),
        "claim": ObjType("claim"),
    }

    def get_objects(self) -> Iterator[Entry]:
        """Key, words to search and show, kind, page, anchor and rank of every entry."""
        data = site_of(self.env).data
        if "figures" in self.env.found_docs:
            for key, record in data["figures"].items():
                words = f"{record['title'].rstrip('.')} ({key})"
                yield key, words, "figure", "figures", f"figure-{slug(key)}", 1
        if "verdicts" in self.env.found_docs:
            for number, record in data["claims"].items():
                words = re.sub(r"\s+", " ", f"Claim {number}: {record['statement']}")
                yield f"claim-{number}", words, "claim", "verdicts", f"claim-{number}", 1

    def get_type_name(self, type: ObjType, primary: bool = False) -> str:
        """What stands beside a hit."""
        return str(type.lname)

    def resolve_any_xref(self, *_: Any) -> list[Any]:
        """No link in a text leads here."""
        return []

    def merge_domaindata(self, docnames: Any, otherdata: Any) -> None:
        """Nothing is kept between pages."""


SCRIPTS = ("documentation_options", "doctools", "sphinx_highlight", "language_data", "searchtools")
"""Scripts of the search page, in the order in which they are loaded."""


def forget_words(index: Path) -> None:
    """Take out of the index what no English search needs, so that the page of hits stays light.

    Words that stand on no page any more or only in the editions in other languages; numbers of
    five digits and more, which nobody types as the tables' data have them; and the entries for an
    index page: Sphinx forgets those of pages that it does not write again, and search finds the
    same terms among the glossary's objects.
    """
    head, brace, body = index.read_text(encoding="utf-8").partition("{")
    data = json.loads(brace + body.rstrip(")"))
    kept = {n for n, name in enumerate(data["docnames"]) if name not in LANGUAGES}
    for kind in ("terms", "titleterms"):
        found: dict[str, int | list[int]] = {}
        for word, pages in data[kind].items():
            known = [n for n in (pages if isinstance(pages, list) else [pages]) if n in kept]
            if known and not re.fullmatch(r"\d{5,}", word):
                found[word] = known[0] if len(known) == 1 else known
        data[kind] = found
    data["indexentries"] = {}
    index.write_text(f"{head}{json.dumps(data, sort_keys=True)})", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the domain with Sphinx."""
    app.add_domain(Registers)
    return {"version": "1", "parallel_read_safe": False}
