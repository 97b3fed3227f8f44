"""What the page needs to follow a reader's assumptions: ``graph.js``, loaded when asked for.

One call of ``report.graph`` with everything: the graphs of all live figures, the sample points of
the simulations (as the few numbers that span them), and what the page says of inputs and figures.
``book/_static/live-graph.js`` computes with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from press import graph_json, subject, words
from press.facts import SIGNED, Facts
from press.figures import Figure, row_of
from press.graph import Node, ordered
from press.publishing.files import BOOK
from press.publishing.listings import slug
from press.simulation import spans


def script(found: Sequence[Figure], records: Sequence[dict[str, Any]], facts: Facts) -> str:
    """The file, from all figures as they were computed and as they are published."""
    roots = {one.key: list(one.graph) for one in found if one.live}
    nodes = ordered(root for ends in roots.values() for root in ends)
    text = {record["key"]: record for record in records}
    places = {row_of(n.data.address) for n in nodes if n.op == "input"}
    data = {
        "points": _spans(nodes),
        "quantiles": [n.value for n in nodes if n.op == "quantile"],
        "figures": {one.key: _figure(one, text[one.key], places) for one in found},
        "inputs": _inputs(nodes, facts),
        "uncertain": subject.uncertain(facts),
        "cited": _cited(facts, text),
        "presets": subject.presets(facts),
        "signed": SIGNED,
    }
    body = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return f"report.graph({graph_json.dumps(roots)},{body});\n".replace("\u2028", " ")


def _figure(one: Figure, record: dict[str, Any], places: set[str]) -> list[Any]:
    """Title, unit, chapter; of one that does not follow also its numbers, why, and its rows."""
    said = [record["title"], one.unit, one.chapter]
    if one.live:
        return said
    rows = [row for row in one.read if row in places]
    return [*said, record["value"], record["low"], record["high"], one.untraced, rows]


def _inputs(nodes: Iterable[Node], facts: Facts) -> dict[str, list[Any]]:
    """What each input is called, its range, and where it was read: label, low, high, place."""
    made: dict[str, list[Any]] = {}
    sources = facts.table("sources").by_key
    known = facts.table("facts").by_key
    for part in nodes:
        if part.op != "input" or part.data.address in made or part.data.unit == "date":
            continue
        address = part.data.address
        if address in known:
            fact = known[address]
            made[address] = [
                f"{fact['subject']}: {fact['quantity']}",
                fact["low"],
                fact["high"],
                sources[fact["source"]]["label"],
                f"sources.html#fact-{slug(address)}",
            ]
        else:
            name, _, rest = address.partition("/")
            row, _, column = rest.rpartition(".")
            table = facts.table(name)
            source = table.by_key[row].get("source") or table.source
            label = sources[source]["label"] if source else table.title
            made[address] = [f"{table.title}: {row}, {column}", None, None, label, ""]
    return made


def _spans(nodes: Iterable[Node]) -> dict[str, list[list[int]]]:
    """What spans the points of every simulation."""
    wanted = {(n.data.points, len(n.args) - 1) for n in nodes if n.op == "quantile"}
    return {
        f"{points.power}/{points.seed}/{dimensions}": spans(dimensions, points)
        for points, dimensions in sorted(wanted, key=repr)
    }


def _cited(facts: Facts, figures: dict[str, Any]) -> dict[str, list[Any]]:
    """The facts that the conditions of the prose compare: value, low and high."""
    made: dict[str, list[Any]] = {}
    for path in BOOK.glob("*.md"):
        for role in words.ROLE.finditer(path.read_text(encoding="utf-8")):
            if role[1] != "word":
                continue
            for key, _ in words.choice(role[3]).keys():
                if key not in figures:
                    name = facts.id_of(key)
                    fact = facts.table("facts").by_key[name]
                    made[name] = [fact["value"], fact["low"], fact["high"]]
    return made
