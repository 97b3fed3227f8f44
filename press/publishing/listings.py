"""The appendix's lists, made from the data: figures, sources, tables, corrections."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable
from html import escape
from typing import Any

from docutils import nodes

from press.publishing import colophon
from press.publishing.cards import how, stated

Data = dict[str, Any]


def slug(text: str) -> str:
    """An anchor from a key: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")


def _html(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def _paragraph(*parts: str | nodes.Node, classes: tuple[str, ...] = ()) -> nodes.paragraph:
    made = nodes.paragraph("", "", classes=list(classes))
    for part in parts:
        made += nodes.Text(part) if isinstance(part, str) else part
    return made


def _strong(text: str) -> nodes.strong:
    return nodes.strong("", text)


def _code(text: str) -> nodes.literal:
    return nodes.literal("", text)


def _badge(grade: str) -> nodes.inline:
    return nodes.inline("", grade, classes=["badge", grade])


def _reference(text: str, url: str) -> nodes.reference:
    internal = url.startswith(("#", "http")) is False
    return nodes.reference("", text, refuri=url, internal=internal)


def _section(title: str, anchor: str) -> nodes.section:
    section = nodes.section(ids=[anchor], names=[anchor])
    section += nodes.title("", title)
    return section


def figures(data: Data) -> list[nodes.Node]:
    """Every figure by topic: value, range, arithmetic, code, and inputs linked to their sources."""
    topics: dict[str, list[Data]] = defaultdict(list)
    for key, record in data["figures"].items():
        topics[key.partition(".")[0]].append(record)
    made: list[nodes.Node] = []
    for topic, records in topics.items():
        section = _section(data["topics"][topic], f"figures-{topic}")
        for record in records:
            section += _figure(record, data)
        made.append(section)
    return made


def _figure(record: Data, data: Data) -> nodes.container:
    entry = nodes.container("", classes=["register-entry"], ids=[f"figure-{slug(record['key'])}"])
    entry += _paragraph(_strong(record["title"]), " ", _code(record["key"]))
    entry += _paragraph(
        nodes.strong("", stated(record), classes=["register-value"]),
        " ",
        _badge(record["standing"]),
        " ",
        _badge(record["evidence"]),
    )
    entry += _paragraph(
        f"{how(record)}. Computed in ",
        _function(record["code"]),
        ", chapter ",
        _reference(record["chapter"], f"{record['chapter']}.html"),
        ".",
    )
    count = len(record["facts"])
    if count:
        word = "input" if count == 1 else "inputs"
        entry += _html(f"<details><summary>{count} {word}</summary>")
        entry += _inputs(record["facts"], data)
        entry += _html("</details>")
    return entry


def _function(where: str) -> nodes.Node:
    """File and line of a function, a link to it where the site knows its repository."""
    at, (path, _, line) = colophon.place(os.environ), where.partition(":")
    if not at.on_github:
        return _code(where)
    address = f"{at.repository}/blob/{at.branch}/{path}#L{line}"
    return nodes.reference("", "", _code(where), refuri=address, internal=False)


def _inputs(names: list[str], data: Data) -> nodes.bullet_list:
    made = nodes.bullet_list()
    tables: dict[str, list[str]] = defaultdict(list)
    for name in names:
        fact = data["facts"].get(name)
        if fact is None:
            table, _, row = name.partition("/")
            tables[table].append(row)
        else:
            made += nodes.list_item("", _input(fact))
    for table, rows in tables.items():
        title = data["tables"][table]["title"]
        shown = ", ".join(rows[:12]) + (f" and {len(rows) - 12} more" if len(rows) > 12 else "")
        item = _paragraph(
            _reference(title, f"data.html#table-{slug(table)}"), f": {shown}" if shown else ""
        )
        made += nodes.list_item("", item)
    return made


def _input(fact: Data) -> nodes.paragraph:
    """A fact in one line; its words and its place in the source stand in the list of sources."""
    address = f"sources.html#fact-{slug(fact['id'])}"
    name = f"{fact['subject']}, {fact['quantity']}"
    return _paragraph(_reference(name, address), f": {stated(fact)} ", _badge(fact["evidence"]))


def _fact(fact: Data) -> nodes.paragraph:
    parts: list[str | nodes.Node] = [
        _strong(f"{fact['subject']}, {fact['quantity']}"),
        f": {stated(fact)}. ",
    ]
    if fact["quote"]:
        parts.append(f"“{fact['quote']}” ")
    if fact["locator"]:
        parts.append(f"({fact['locator']}) ")
    parts += [_badge(fact["evidence"]), " ", _code(fact["id"])]
    made = _paragraph(*parts)
    made["ids"] = [f"fact-{slug(fact['id'])}"]
    return made


def sources(data: Data) -> list[nodes.Node]:
    """Every source with the facts that rest on it."""
    by_source: dict[str, list[Data]] = defaultdict(list)
    for fact in data["facts"].values():
        by_source[fact["source"]].append(fact)
    made: list[nodes.Node] = []
    for key, source in sorted(data["sources"].items(), key=lambda item: item[1]["label"].lower()):
        section = _section(source["label"], f"source-{slug(key)}")
        who = ", ".join(x for x in (source["author"], source["publisher"], source["date"]) if x)
        title = source["title"]
        section += _paragraph(
            _reference(title, source["url"]) if source["url"] else nodes.emphasis("", title),
            f". {who}. Licence: {source['licence']}. Read {source['accessed']}. ",
            _code(key),
        )
        found = by_source.get(key, [])
        if found:
            listed = nodes.bullet_list()
            for fact in found:
                listed += nodes.list_item("", _fact(fact))
            section += listed
        made.append(section)
    return made


def tables(data: Data) -> list[nodes.Node]:
    """The data dictionary: every table, its columns, origin and licence."""
    made: list[nodes.Node] = []
    for name, table in data["tables"].items():
        section = _section(table["title"], f"table-{slug(name)}")
        section += _paragraph(table["description"])
        section += _paragraph(
            _download(f"data/{name}.csv"),
            f": {table['rows']} rows. Origin: {table['origin']}. Licence: {table['licence']}. "
            f"Accessed {table['accessed']}.",
        )
        rows = "".join(
            f"<tr><td><code>{escape(c['name'])}</code></td> <td data-label=Type>{c['type']}</td> "
            f"<td data-label=Unit>{escape(c['unit'])}</td> "
            f"<td data-label=Required>{'yes' if c['required'] else 'no'}</td> "
            f"<td data-label=Meaning>{escape(c['description'])}</td></tr> "
            for c in table["columns"]
        )
        head = "".join(
            f'<th scope="col">{h}</th>' for h in ("Column", "Type", "Unit", "Required", "Meaning")
        )
        label = escape(f"Columns of {table['title']}")
        section += _html(
            f'<div class="data-table stacked" role="region" tabindex="0" aria-label="{label}">'
            "<table>"
            f"<thead><tr>{head}</tr></thead> <tbody>{rows}</tbody></table></div>"
        )
        made.append(section)
    return made


def _download(address: str, words: str = "") -> nodes.raw:
    """A link to a file beside the pages, saved rather than opened."""
    name = f"<code>{escape(address)}</code>" if not words else escape(words)
    return _html(f'<a href="{escape(address)}" download>{name}</a>')


def downloads(data: Data) -> list[nodes.Node]:
    """What can be saved as a whole."""
    offered = (
        ("data/data.zip", "All tables", f"{len(data['tables'])} CSV files with their description"),
        ("data/datapackage.json", "Description", "of the tables, in the Frictionless format"),
        ("data/figures.csv", "Figures as a table", f"{len(data['figures'])} published numbers"),
        ("data/figures.json", "Figures as JSON", "with formula, arithmetic and inputs"),
    )
    listed = nodes.bullet_list()
    for address, words, what in offered:
        listed += nodes.list_item("", _paragraph(_download(address, words), f": {what}"))
    return [listed]


def corrections(data: Data) -> list[nodes.Node]:
    """Every correction since the first edition, newest first."""
    if not data["corrections"]:
        return [_paragraph("No correction has been made since the first edition.")]
    made: list[nodes.Node] = []
    for row in sorted(data["corrections"], key=lambda row: str(row["date"]), reverse=True):
        where = _strong(f"{row['date']}, {row['where']}: ")
        made.append(_paragraph(where, colophon.correction(row)))
    return made


LISTINGS: dict[str, Callable[[Data], list[nodes.Node]]] = {
    "figures": figures,
    "sources": sources,
    "tables": tables,
    "downloads": downloads,
    "corrections": corrections,
    "status": colophon.status,
    "citation": colophon.citation,
}
"""The lists that the ``listing`` directive can print."""
