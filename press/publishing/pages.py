"""What is wrong with a chapter's text, at file and line, without running it.

``broken`` is what the build cannot do right, and refuses; ``untidy`` what the house does not print.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from press.publishing.files import BOOK
from press.publishing.known import DIRECTIVES, OURS, Known, anchors, near, read
from press.publishing.prose import front_matter, numerals
from press.publishing.reading import Block, Passage
from press.tables import MAX_QUOTE_WORDS

Problems = Iterator[tuple[int, str]]
"""Lines, each with what is wrong there and what to do."""

_LITERAL = re.compile(r"\{(" + "|".join((*OURS, "ref", "term")) + r")\}")
_QUOTATION = re.compile(r"“([^”]+)”")
_PROSE = re.compile(r"[a-z]{4,}")
_TEX = re.compile(r"\\\w+(\{[^}]*\})?")
_SCRIPT = re.compile(r"<(?:script|style|iframe)\b[^>]*>?", re.IGNORECASE)


def broken(name: str, known: Known) -> list[str]:
    """What the build would refuse or print wrong, one line each."""
    try:
        head = front_matter(BOOK / f"{name}.md")
    except ValueError as error:
        return [str(error)]
    page = read(name)
    found = [*_in_labels(name, known), *_in_blocks(page.blocks, head), *_in_headings(page.passages)]
    for passage in page.passages:
        for line, role, content in passage.roles():
            if problem := known.problem(role, content):
                found.append((line, problem))
        for line, token in passage.lines():
            found += [(line, problem) for problem in _in_token(token, name, known)]
    return [f"book/{name}.md:{line}: {problem}" for line, problem in sorted(found)]


def untidy(name: str) -> list[str]:
    """What the house does not print: typed numerals, long quotations, no description."""
    try:
        head = front_matter(BOOK / f"{name}.md")
    except ValueError:
        return []
    found = [] if "description" in head else [(1, "found no 'description' in the front matter")]
    for passage in read(name).passages:
        found += [
            (line, f"{typed(numeral)}, or mark somebody's words with {{lit}}`…`")
            for line, text in passage.texts()
            for numeral in numerals(text)
        ]
        found += [
            (passage.line + offset, f"found a quotation of {count} words, expected at most {most}")
            for offset, text in enumerate(passage.source.splitlines())
            for quotation in _QUOTATION.findall(text)
            if (count := len(quotation.split())) > (most := MAX_QUOTE_WORDS)
        ]
    return [f"book/{name}.md:{line}: {problem}" for line, problem in found]


def typed(numeral: str) -> str:
    """What is wrong with a numeral that is typed, and what to do.

    >>> typed("5")
    "found the typed numeral '5'; cite a figure or a fact with {num}`KEY`"
    """
    return f"found the typed numeral '{numeral}'; cite a figure or a fact with {{num}}`KEY`"


def _in_labels(name: str, known: Known) -> Problems:
    found = read(name).labels
    times = Counter(label.lower() for _, label in found)
    for line, label in found:
        owner = known.labels.get(label.lower(), name)
        if times[label.lower()] > 1:
            yield line, f"found label '{label}' twice; give one another name"
        elif owner != name:
            yield line, f"found label '{label}', which book/{owner}.md has too; rename one"


def _in_headings(passages: list[Passage]) -> Problems:
    level = 0
    for heading in passages:
        if heading.kind != "heading":
            continue
        if heading.level > level + 1:
            wanted = f"expected {'#' * (level + 1)} under what stands above it"
            yield heading.line, f"found a heading with {'#' * heading.level}, {wanted}"
        if heading.level == 1 and level:
            yield heading.line, "found a second title; use ## for a section"
        if any(role in ("num", "word") for _, role, _ in heading.roles()):
            yield heading.line, "a heading cannot hold a number; move it into the text"
        level = heading.level


def _in_token(token: Any, name: str, known: Known) -> Iterator[str]:
    """What is wrong with a word, a link, a formula or a picture."""
    if token.type == "text" and (literal := _LITERAL.search(token.content)):
        role = literal[0]
        yield f"{role} is printed as it stands; write {role}`…` in backticks, with no space between"
    if token.type == "html_inline" and _SCRIPT.match(token.content):
        yield f"found {token.content}; a page has no scripts of its own"
    if token.type == "math_inline" and _PROSE.search(_TEX.sub("", token.content)):
        yield f"found the formula '{token.content}'; write \\$ for a dollar sign"
    if token.type == "link_open":
        yield from _in_link(str(token.attrs.get("href", "")), name, known)
    if token.type == "image":
        target = str(token.attrs.get("src", ""))
        if not token.content.strip():
            yield f"picture {target} has no alternative text; write what it shows between the []"
        if "://" not in target and not (BOOK / target).is_file():
            yield f"shows the picture {target}, which is not in book/"


def _in_link(target: str, name: str, known: Known) -> Iterator[str]:
    file, _, anchor = target.partition("#")
    page = file.removesuffix(".md") or name
    if ":" in target or "/" in target or (file and not file.endswith(".md")):
        return
    if page not in known.pages:
        yield f"links to {file}, which is not in book/{near(page, known.pages)}"
    elif anchor and anchor.lower() not in (there := set(anchors(read(page)))):
        hint = near(anchor.lower(), there)
        yield f"links to #{anchor}, which is no heading or label of book/{page}.md{hint}"


def _in_blocks(blocks: list[Block], head: dict[str, Any]) -> Problems:
    cells = [block for block in blocks if block.name == "code-cell"]
    for block in blocks:
        if not block.closed:
            yield block.line, "opens a block that is never closed; close it with the same signs"
        if block.kind == "directive" and block.name not in DIRECTIVES:
            hint = near(block.name, DIRECTIVES) or "; one such as margin or note was expected"
            yield block.line, f"found directive '{block.name}'{hint}"
        if block.kind == "code_block":
            yield block.line, "found an indented line, which prints as code; begin it at the margin"
        if block.kind == "html_block" and (script := _SCRIPT.search(block.text)):
            yield block.line, f"found {script[0]}; a page has no scripts of its own"
    for cell in cells:
        source = re.sub(r"^(\s*)[%!].*", r"\1pass", cell.text, flags=re.M)
        try:
            ast.parse(source)
        except SyntaxError as error:
            line = cell.first + min((error.lineno or 1) - 1, source.count("\n"))
            yield line, f"the cell is not Python: {error.msg}"
    if cells and "kernelspec" not in head:
        wanted = "copy 'jupytext:' and 'kernelspec:' from another chapter"
        yield cells[0].line, f"has cells, but the front matter names no kernel; {wanted}"
    yield from _in_parameters(cells, head.get("assumes") or {})


def _in_parameters(cells: list[Block], behind: dict[str, str]) -> Problems:
    """Inputs that a reader may change need the facts behind them in the front matter."""
    found = {
        parameter: cell.line
        for cell in cells
        if "parameters" in cell.options
        for parameter in re.findall(r"^(\w+) = None\b", cell.text, re.MULTILINE)
    }
    for parameter in found.keys() - behind.keys():
        wanted = f"add '{parameter}: FACT' under 'assumes' in the front matter"
        yield found[parameter], f"parameter '{parameter}' has no fact behind it; {wanted}"
    for parameter in behind.keys() - found.keys():
        wanted = "expected a line 'NAME = None' in the cell tagged parameters"
        yield 1, f"'assumes' names '{parameter}', {wanted}"
