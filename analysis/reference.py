"""The reference of ``import analysis`` and of the commands, from their own docstrings."""

from __future__ import annotations

import argparse
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from analysis import api

HEADS = re.compile(r"^(Parameters|Returns|Raises|Examples)\n-+\n", re.MULTILINE)


@dataclass(frozen=True)
class Reference:
    """Entries with a name, a signature and a documentation text, as a page shows them."""

    entries: tuple[tuple[str, str, str], ...]

    def _repr_html_(self) -> str:
        return "".join(
            f'<section class="register-entry"><p><strong><code>{escape(name)}</code></strong></p>'
            f"{_code(signature)}{''.join(_sections(text))}</section>"
            for name, signature, text in self.entries
        )

    def __repr__(self) -> str:
        return "\n\n".join(f"{signature}\n{text}" for _, signature, text in self.entries)


def functions() -> Reference:
    """The documented functions of ``import analysis``, each with its signature.

    >>> [name for name, _, _ in functions().entries]
    ['analysis.model', 'analysis.cost', 'analysis.figures', 'analysis.facts']
    """
    import analysis.figures

    offered: tuple[tuple[str, Any], ...] = (
        ("model", api.model),
        ("cost", api.cost),
        ("figures", analysis.figures),  # a package that can be called
        ("facts", api.facts),
    )
    return Reference(tuple(_entry(f"analysis.{name}", found) for name, found in offered))


def commands() -> Reference:
    """Every command with its usage and the page that its ``--help`` prints."""
    from press import commands as own
    from press import subject

    parser = argparse.ArgumentParser(prog="costof")
    subs = parser.add_subparsers(prog="costof")
    subject.add_commands(subs)
    own.add_all(subs)
    return Reference(
        tuple(
            (f"costof {name}", found.format_usage().removeprefix("usage: ").rstrip(), page)
            for name, found in subs.choices.items()
            if (page := str(found.description or ""))
        )
    )


def _entry(name: str, found: Any) -> tuple[str, str, str]:
    called = found if inspect.isfunction(found) else type(found).__call__
    signature = re.sub(r"^\(self, ", "(", str(inspect.signature(called)))
    signature = re.sub(r"(: |-> )'([^']*)'", r"\1\2", signature)  # annotations are texts
    return name, f"{name}{signature}", inspect.getdoc(called) or ""


def _sections(text: str) -> Iterator[str]:
    """A docstring as HTML: paragraphs as they are, the rest under its heads, examples as code."""
    head, *rest = HEADS.split(text)
    yield from _paragraphs(head)
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        yield f"<p><em>{title}</em></p>"
        if title == "Examples":
            yield _code(textwrap.dedent(body).strip())
        else:
            yield f"<dl>{''.join(_defined(body))}</dl>"


def _defined(body: str) -> Iterator[str]:
    """Names at the margin with what stands indented beneath them."""
    for name, text in re.findall(r"^(\S.*)\n((?:[ ]+.*\n?|\n)*)", body, re.MULTILINE):
        yield f"<dt><code>{escape(name)}</code></dt><dd>{_marked(text)}</dd>"


def _code(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>'


def _marked(text: str) -> str:
    """A paragraph with its names in code."""
    plain = escape(" ".join(text.split())).replace(":func:", "").replace(":class:", "")
    return re.sub(r"``(.+?)``|`(.+?)`", r"<code>\1\2</code>", plain)


def _paragraphs(text: str) -> Iterator[str]:
    for part in re.split(r"\n\s*\n", text.strip()):
        if re.search(r"^(  |>>>)", part, re.MULTILINE):
            yield _code(part)
        elif part:
            yield f"<p>{_marked(part)}</p>"
