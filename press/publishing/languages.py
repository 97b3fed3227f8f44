"""Words in another language than their page's, marked where nobody has marked them.

Quotations of facts reach a page by many ways: cards, registers, tables, the data beneath a chart.
What is written in Chinese, in Hindi or in Vietnamese says so by its letters; here it gets its
``lang``, by which readers' machines speak it and the style sheet sets it.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

LETTERS = {
    "zh": "\u4e00-\u9fff",
    "hi": "\u0900-\u097f",
    "vi": "\u1ea0-\u1ef9ơưđăƠƯĐĂ",
}
"""Letters by which a language is known, as a set of a regular expression."""
_ANY = re.compile(f"[{''.join(LETTERS.values())}]")
_CHINESE = re.compile(
    r"[\u4e00-\u9fff](?:[^“”<>&]*[\u4e00-\u9fff\u3001-\u3002\uff00-\uffef])?"
)  # from its first letter to its last
_PIECE = re.compile(r"<!--.*?-->|<(/?)(\w+)([^>]*)>|[^<]+", re.DOTALL)
_LANG = re.compile(r'\blang="([\w-]+)"')
_QUOTED = re.compile(r"“([^“”]+(?:“[^”]*”[^“”]*)*)”")
VOID = {"br", "img", "input", "meta", "link", "hr", "source", "wbr", "col"}
LEFT = {"script", "style", "svg", "pre", "code", "template", "math"}


def marked(text: str) -> str:
    """A piece of English text with its foreign words marked.

    >>> marked(" a price. “价格在12万” (body)")
    ' a price. “<span lang="zh">价格在12万</span>” (body)'
    >>> marked("lương hứa hẹn")
    '<span lang="vi">lương hứa hẹn</span>'
    """
    if not _ANY.search(text):
        return text
    if (quoted := _QUOTED.search(text)) and _ANY.search(quoted[1]):
        rest = text[quoted.end(1) :]
        return f"{marked(text[: quoted.start(1)])}{_span(quoted[1])}{marked(rest)}"
    if re.search(f"[{LETTERS['zh']}]", text):
        return _CHINESE.sub(lambda found: _span(found[0]), text)
    lead, words, tail = re.fullmatch(r"(\s*)(.*?)(\s*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    known = len(_ANY.findall(words)) > 1  # a name in an English sentence stays one
    return f"{lead}{_span(words)}{tail}" if known else text


def _span(words: str) -> str:
    counts = {name: len(re.findall(f"[{letters}]", words)) for name, letters in LETTERS.items()}
    return f'<span lang="{max(counts, key=lambda name: counts[name])}">{words}</span>'


def page(html: str, language: str = "en") -> str:
    """The body of an English page with every piece of foreign text marked, once."""
    if not _ANY.search(html):
        return html
    open_: list[tuple[str, str]] = []
    out = []
    for piece in _PIECE.finditer(html):
        closing, tag, rest = piece[1], piece[2], piece[3] or ""
        if tag:
            name = tag.lower()
            if closing:
                while open_ and open_.pop()[0] != name:
                    pass
            elif name not in VOID and not rest.endswith("/"):
                inner = open_[-1][1] if open_ else language
                said = _LANG.search(rest)
                left = "" if name in LEFT else inner
                open_.append((name, said[1] if said and left else left))
        elif not piece[0].startswith("<") and (open_[-1][1] if open_ else language) == "en":
            out.append(marked(piece[0]))
            continue
        out.append(piece[0])
    return "".join(out)


def mark(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Mark the foreign words of a page."""
    if app.builder.name == "html" and context.get("body"):
        context["body"] = page(context["body"], context.get("language") or "en")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.connect("html-page-context", mark, priority=945)
    return {"version": "1", "parallel_read_safe": True}
