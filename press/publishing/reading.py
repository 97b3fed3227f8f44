"""A chapter as markdown-it reads it: its passages, directives, cells and headings, with lines."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from press import words

CODE = ("code-cell", "code-block", "raw", "math", "listing", "literalinclude", "passage")
"""Directives whose text is not prose."""
OBJECT = "\ufffc"
"""What stands in a passage's text for a role, code or a formula."""
_DIRECTIVE = re.compile(r"\{([\w:-]+)\}\s*(.*)")


@dataclass(frozen=True)
class Passage:
    """A paragraph, a heading or a cell of a table."""

    kind: str
    line: int
    source: str
    tokens: tuple[Token, ...]
    level: int = 0

    def lines(self) -> Iterator[tuple[int, Token]]:
        """Its parts, each with its line."""
        line = self.line
        for token in self.tokens:
            yield line, token
            line += token.type in ("softbreak", "hardbreak")

    def roles(self) -> Iterator[tuple[int, str, str]]:
        """Line, name and text of each role, also of those in the wordings of ``word``."""
        for line, token in self.lines():
            if token.type == "myst_role":
                name = token.meta["name"]
                yield line, name, token.content
                for wording in _wordings(token):
                    yield from ((line, n, text) for _, n, text in inline(wording).roles())

    def texts(self) -> Iterator[tuple[int, str]]:
        """What is typed for readers, a line at a time, with a sign for each role and formula."""
        line, found = self.line, ""
        for at, token in self.lines():
            if at != line:
                yield line, found
                line, found = at, ""
            if token.type == "text":
                found += token.content
            elif token.type == "image":
                found += f" {token.content} "
            elif token.type in ("myst_role", "code_inline", "math_inline", "footnote_ref"):
                found += OBJECT
                said = (text for words in _wordings(token) for _, text in inline(words).texts())
                found += "".join(f" … {text} … " for text in said)
        yield line, found


@dataclass(frozen=True)
class Block:
    """A directive, a cell or another block that is no prose."""

    kind: str
    line: int
    name: str = ""
    argument: str = ""
    text: str = ""
    first: int = 0
    closed: bool = True
    options: str = ""


@dataclass
class Page:
    """All that a chapter says, in the order of its lines."""

    passages: list[Passage] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    labels: list[tuple[int, str]] = field(default_factory=list)


def read(text: str) -> Page:
    """The chapter with this text.

    >>> page = read("# A\\n```{code-cell}\\nx = 1\\n```\\nb\\n:::{answer}\\nc {num}`d`\\n:::\\n")
    >>> [(found.line, found.source) for found in page.passages]
    [(1, '# A'), (5, 'b'), (7, 'c {num}`d`')]
    >>> [(block.line, block.name) for block in page.blocks]
    [(2, 'code-cell'), (6, 'answer')]
    """
    page = Page()
    _read(text.splitlines(), 0, page)
    return page


def inline(text: str) -> Passage:
    """A single passage, such as a translation or the wording of a role."""
    tokens = _parser().parseInline(text)[0].children or []
    return Passage("paragraph", 1, text, tuple(tokens))


def _wordings(token: Token) -> tuple[str, ...]:
    if token.type != "myst_role" or token.meta["name"] != "word":
        return ()
    try:
        found = words.choice(token.content)
    except ValueError:
        return ()
    return (*(said for _, said in found.cases), found.otherwise)


def _read(lines: list[str], before: int, page: Page) -> None:
    """Read lines of which the first is line ``before + 1`` of the chapter."""
    kind, start, level = "paragraph", 0, 0
    for token in _parser().parse("\n".join(lines)):
        if token.map and token.type.endswith("_open"):
            kind, start = token.type.removesuffix("_open"), token.map[0]
            level = int(token.tag[1]) if kind == "heading" else 0
        if token.type == "inline" and token.map:
            source = "\n".join(lines[start if kind == "tr" else token.map[0] : token.map[1]])
            page.passages.append(
                Passage(kind, before + token.map[0] + 1, source, tuple(token.children or ()), level)
            )
        elif token.type in ("fence", "colon_fence") and token.map:
            _fenced(token, lines, before, page)
        elif token.type == "myst_target" and token.map:
            page.labels.append((before + token.map[0] + 1, token.content))
        elif token.type in ("code_block", "html_block", "math_block") and token.map:
            line = before + token.map[0] + 1
            page.blocks.append(Block(token.type, line, text=token.content, first=line))


def _fenced(token: Token, lines: list[str], before: int, page: Page) -> None:
    assert token.map is not None
    start, end = token.map
    closed = end - start > 1 and set(lines[end - 1].strip()) == set(token.markup)
    named = _DIRECTIVE.fullmatch(token.info.strip())
    content = token.content.splitlines()
    options = 0
    if content and content[0].strip() == "---" and "---" in content[1:]:
        options = content.index("---", 1) + 1
    while options < len(content) and re.match(r":[\w-]+:", content[options].strip()):
        options += 1
    name, argument = named.groups() if named else ("", token.info)
    page.blocks.append(
        Block(
            kind="directive" if named else "code",
            line=before + start + 1,
            name=name,
            argument=argument,
            text="\n".join(content[options:]),
            first=before + start + 2 + options,
            closed=closed,
            options="\n".join(content[:options]),
        )
    )
    if named and named[1] not in CODE:
        indent = len(lines[start]) - len(lines[start].lstrip())
        body = [line[indent:] if not line[:indent].strip() else line for line in content]
        _read(body[options:], before + start + 1 + options, page)


@functools.cache
def _parser() -> MarkdownIt:
    """Markdown with the extensions that ``_config.yml`` turns on."""
    return (
        MarkdownIt("commonmark")
        .enable("table")
        .use(front_matter_plugin)
        .use(myst_role_plugin)
        .use(myst_block_plugin)
        .use(colon_fence_plugin)
        .use(deflist_plugin)
        .use(dollarmath_plugin, allow_space=False, allow_digits=False)
        .use(attrs_plugin)
    )
