"""One lean style sheet instead of the theme's nine files, and a leaner chart library.

A rule of the theme stays when every class, id and element of its selector stands on a page or in
a script of the site; pseudo-classes and attributes are not looked at. Our own stay whole.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from press.publishing.files import BOOK

THEME = (
    "styles/pydata-sphinx-theme.css",
    "basic.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
OWN = ("tokens.css", "report.css", "shell.css")
SEARCH = ("documentation_options", "doctools", "sphinx_highlight", "language_data", "searchtools")
"""Scripts of the search page."""
SCRIPTS = ("report.js", "theme.js", "searchtools.js")
"""Scripts whose words count as used, because they add elements to a page."""

_RULE = re.compile(r"([^{}]+)\{((?:[^{}]+|\{[^{}]*\})*)\}")
_NESTED = ("@media", "@supports", "@layer", "@container")


def names_used(pages: list[str], scripts: list[str]) -> set[str]:
    """Elements, classes and ids of the pages, and every word of the scripts.

    >>> sorted(names_used(['<p class="a b" id="c">'], ["x.add('open')"]))
    ['a', 'add', 'b', 'c', 'open', 'p', 'x']
    """
    used: set[str] = set()
    for page in pages:
        used.update(re.findall(r"<([a-z][a-z0-9]*)", page))
        for _, names in re.findall(r'\b(class|id)="([^"]*)"', page):
            used.update(names.split())
    for script in scripts:
        used.update(re.findall(r"[A-Za-z_][\w-]*", script))
    return used


def purge(css: str, used: set[str]) -> str:
    """The sheet without rules for what is not there, for print, without fonts and comments.

    >>> purge("p, .gone > b { color: red } @supports (x) { .gone { top: 0 } }", {"p", "b"})
    'p{color: red}'
    """
    css = re.sub(r"/\*.*?\*/|@(?:import|charset)[^;]*;", "", css, flags=re.DOTALL)
    kept = []
    for head, body in _RULE.findall(css):
        head, body = head.strip(), body.strip()
        if head.startswith("@media print"):
            body = ""  # the report has a print style of its own
        elif head.startswith(_NESTED):
            body = purge(body, used)
        elif not head.startswith("@"):
            head = ",".join(s for s in _selectors(head) if _is_used(s, used))
        if head and body and not head.startswith("@font-face"):
            kept.append(f"{head}{{{body}}}")
    return "".join(kept)


def _selectors(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    return [part.strip() for part in re.split(r",(?![^()\[\]]*[)\]])", text)]


def _is_used(selector: str, used: set[str]) -> bool:
    bare = re.sub(r":(?:not|is|where|has)\(.*\)", "", selector)
    bare = re.sub(r"\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?", "", bare)
    return all(name in used for name in re.findall(r"[A-Za-z_][\w-]*", bare))


def without_idle_properties(css: str, other: str) -> str:
    """The sheet without custom properties that neither it nor the other text reads.

    >>> without_idle_properties(":root{--a:1;--b:2}p{top:var(--b)}", "")
    ':root{--b:2}p{top:var(--b)}'
    """
    read = set(re.findall(r"var\(\s*(--[\w-]+)", css + other))
    declaration = r"(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))"
    lean = re.sub(declaration, lambda found: found[0] if found[1] in read else "", css)
    if lean != css:
        return without_idle_properties(lean, other)
    return re.sub(r"[^{}]+\{\s*\}", "", lean)


def without_extras(bundle: str) -> str:
    """The chart library without ready-made themes and tables of Unicode letters (7 kB of gzip).

    Any sign beyond ASCII may stand in a name then. A bundle that looks different stays whole.
    """
    bundle = re.sub(r'"\[\\\\xAA\\\\xB5[^"]{3000,}"', r'"[\\\\x80-\\\\uFFFF]"', bundle)
    return re.sub(
        r'const \w+="#fff",\w+="#888",\w+=\{background:"#333".*?(const \w+=)'
        r"function\(\)\{return\{carbong10.*?\}\(\);",
        r"\1{};",
        bundle,
        flags=re.DOTALL,
    )


def forget_words(index: Path) -> None:
    """Take words that stand on no page any more out of the search index.

    And the entries for an index page: Sphinx forgets those of pages that it does not write again,
    and search finds the same terms among the glossary's objects.
    """
    head, brace, body = index.read_text(encoding="utf-8").partition("{")
    data = json.loads(brace + body.rstrip(")"))
    for kind in ("terms", "titleterms"):
        data[kind] = {word: pages for word, pages in data[kind].items() if pages != []}
    data["indexentries"] = {}
    index.write_text(f"{head}{json.dumps(data, sort_keys=True)})", encoding="utf-8")


def write_sheet(out: Path) -> None:
    """Write ``_static/site.css`` and take away what no page loads any more."""
    static = out / "_static"
    theme = [path for name in THEME for path in sorted(static.glob(name))]
    if len(theme) < len(THEME):  # no page was written in this build: the last sheet stands
        for path in theme:
            path.unlink()
        return
    pages = [path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html"))]
    used = names_used(pages, [(static / name).read_text(encoding="utf-8") for name in SCRIPTS])
    own = "".join((static / name).read_text(encoding="utf-8") for name in OWN)
    own = re.sub(r"\s*\n\s*", " ", re.sub(r"/\*.*?\*/", "", own, flags=re.DOTALL))
    lean = "".join(purge(path.read_text(encoding="utf-8"), used) for path in theme)
    (static / "site.css").write_text(without_idle_properties(lean, own) + own, encoding="utf-8")
    for path in sorted(static.rglob("*"), reverse=True):
        name = path.relative_to(static)
        if path.is_dir():
            path.rmdir() if not any(path.iterdir()) else None
        elif path.stem not in (*SEARCH, "site", "card") and (
            path.suffix == ".css" or not (BOOK / "_static" / name).exists()
        ):
            path.unlink()
