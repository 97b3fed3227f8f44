"""What search knows: an index of the book's sections, figures, terms and sources, as one script.

A chapter's words are gathered while it is read; the index is written when the pages are. The page
that searches it (``book/_static/search.js``) cuts a question into the same words.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from press.formats import LANGUAGES
from press.publishing.cards import stated
from press.publishing.files import BOOK
from press.publishing.listings import slug
from press.publishing.sphinx_ext import site_of

TOPICS = BOOK / "_theme" / "finding.toml"
LEAD = 170
"""Letters of a section's beginning that a hit shows."""
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
SCALES |= {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_TOKEN = re.compile(
    r"(?<![a-z0-9.])(\d+(?:,\d{3})*(?:\.\d+)?)(?:\s?(thousand|million|billion|trillion|bn|[kmbt]))?"
    r"(?![a-z0-9])|([a-z0-9]+(?:\.\d+)?)"
)
_CAPTION = re.compile(r"<(?:fig)?caption>(.*?)</(?:fig)?caption>", re.DOTALL)


def tokens(text: str) -> list[str]:
    """The words of a text as search compares them; a number without separators, sign and unit.

    >>> tokens("Nvidia’s $5.576 million, 50,000 H800s and −16.97%")
    ['nvidia', '5.576', '5576000', '50000', 'h800s', 'and', '16.97']
    """
    plain = unicodedata.normalize("NFKD", text.lower()).replace("’", "'")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    found = []
    for number, scale, word in _TOKEN.findall(re.sub(r"'s\b", "", plain)):
        if number:
            value = float(number.replace(",", ""))
            found += [_spelt(value)] + ([_spelt(value * SCALES[scale])] if scale else [])
        else:
            found.append(word)
    return [word for word in found if len(word) > 1 or word.isdigit()]


def _spelt(value: float) -> str:
    """A number as JavaScript spells it."""
    value = float(f"{value:.12g}")
    return str(int(value)) if value.is_integer() else str(value)


def topics(path: Path = TOPICS) -> dict[str, list[str]]:
    """What readers call the subject of each chapter."""
    found: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the sections of a page that is being read: anchor, title, beginning and words."""
    env = app.env
    page = env.docname
    if not hasattr(env, "report_parts"):
        env.report_parts = {}
    top = next(iter(doctree.findall(nodes.section)), None)
    if page in LANGUAGES or top is None:
        return
    if ("figures", "") in getattr(env, "report_used", {}).get(page, set()):
        env.report_parts[page] = [("", _title(top), "", [])]  # a register: it has entries
        return
    inner = [child for child in top.children if isinstance(child, nodes.section)]
    parts = [(top["ids"], _title(top), [c for c in top.children if c not in inner])]
    parts += [(section["ids"], _title(section), section.children[1:]) for section in inner]
    env.report_parts[page] = [
        ("" if ids is top["ids"] else _anchor(ids), title, *_words(children))
        for ids, title, children in parts
    ]
    env.report_parts[page] += [
        (term["ids"][0], term.astext(), _lead(term.parent.children[-1].astext()), [])
        for term in doctree.findall(nodes.term)
        if term["ids"]
    ]


def _title(section: nodes.Element) -> str:
    return str(section.children[0].astext())


def _anchor(ids: list[str]) -> str:
    """The address of a section; a name given by hand (``claim-5``) before one from its title."""
    return min(ids, key=len)


def _words(children: list[Any]) -> tuple[str, list[str]]:
    """The beginning of a section's prose, and every word of its prose and its captions."""
    prose, captions = [], []
    for child in children:
        for node in child.findall(
            lambda n: isinstance(n, nodes.paragraph | nodes.title | nodes.raw)
        ):
            if isinstance(node, nodes.raw):
                captions += [unescape(c) for c in _CAPTION.findall(node.astext())]
            else:
                prose.append(node.astext())
    beside = [p.astext() for c in children for p in c.findall(nodes.sidebar)]
    lead = next((p for p in prose if len(p) > 60 and p not in beside), "")
    return _lead(lead), sorted(set(tokens(" ".join([*prose, *captions]))))


def _lead(text: str) -> str:
    """The beginning of a text, cut between words."""
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip()
    return text if len(text) <= LEAD else text[:LEAD].rsplit(" ", 1)[0] + " …"


def index(env: Any) -> dict[str, Any]:
    """Everything that search knows.

    ``pages``: address, title, what readers call it (empty for the appendix). ``parts``: page,
    anchor, title, beginning. ``words``: the parts in which a word stands. ``entries``: kind, title,
    value, address of figures and sources.
    """
    data, called = site_of(env).data, topics()
    gathered = getattr(env, "report_parts", {})
    names = sorted(name for name in gathered if name in env.found_docs)
    parts: list[list[Any]] = []
    words: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        for anchor, title, lead, found in gathered[name]:
            claim = (
                data["claims"].get(anchor.removeprefix("claim-"), {}) if name == "verdicts" else {}
            )
            for word in found:
                words[word].append(len(parts))
            parts.append([number, anchor, title, _lead(claim.get("statement", "")) or lead])
    pages = [
        [
            name,
            env.titles[name].astext(),
            [" ".join(tokens(alias)) for alias in called.get(name, ())],
        ]
        for name in names
    ]
    return {
        "pages": pages,
        "parts": parts,
        "words": {word: _steps(words[word]) for word in sorted(words)},
        "entries": list(_entries(data, set(names))),
    }


def _steps(numbers: list[int]) -> list[int]:
    """Rising numbers as the first and the steps between them, which compress better."""
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]


def _entries(data: dict[str, Any], pages: set[str]) -> Iterator[list[str]]:
    if "figures" in pages:
        for key, record in data["figures"].items():
            yield ["figure", record["title"].rstrip("."), stated(record), f"figure-{slug(key)}"]
    if "sources" in pages:
        for key, source in data["sources"].items():
            yield ["source", source["label"], source["title"], f"source-{slug(key)}"]


def forget(app: Sphinx, env: Any, page: str) -> None:
    """Forget a page's words before it is read again."""
    getattr(env, "report_parts", {}).pop(page, None)


def instead(app: Sphinx) -> None:
    """Write no index of Sphinx's own: ours finds numerals, and sections."""
    if app.builder.name == "html":
        app.builder.search = False


def page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The page that searches."""
    yield "search", {"title": "Search"}, "search.html"


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the index beside the pages."""
    if error or app.builder.name != "html":
        return
    text = json.dumps(index(app.env), ensure_ascii=False, separators=(",", ":"))
    (Path(app.outdir) / "searchindex.js").write_text(f"window.known={text}\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("builder-inited", instead)
    app.connect("doctree-read", gather)
    app.connect("env-purge-doc", forget)
    app.connect("html-collect-pages", page)
    app.connect("build-finished", write)
    return {"version": "2", "parallel_read_safe": False}
