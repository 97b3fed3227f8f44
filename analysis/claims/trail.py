"""The trail of the numbers: who said each, citing whom, and where the citing goes in circles.

Statements stand in ``trail_nodes``, those on the size of the fleet in ``fleet_estimates``; their
words and values are those of the fact or copy that each names. Links run from a statement to
the one that it goes back to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from press.facts import Facts
from press.numbers import number

FLEET = "fleet"
THREADS: Mapping[str, str] = {
    "cost": "The $6 million",
    "table": "The $1.6 billion",
    FLEET: "The 50,000 GPUs",
    "investment": "The $500 million",
    "pay": "The $1.3 million",
    "comparator": "The $100 million",
}
"""The numbers that are followed, in the order of the chapter."""

WITHIN = ("same house", "replaces")
"""Relations between statements of one author or firm."""
FOLLOWED = (*WITHIN, "cites", "copies")
"""Relations by which a statement goes back to another; a correction does not."""


@dataclass(frozen=True)
class Statement:
    """One party's statement of a number; ``meaning`` is what the number stands for there."""

    key: str
    thread: str
    party: str
    date: str
    meaning: str
    quote: str
    evidence: str
    source: str
    value: float | None = None
    unit: str = ""
    fact: str = ""
    note: str = ""


@dataclass(frozen=True)
class Link:
    """``later`` cites, copies, corrects or replaces ``earlier``."""

    later: str
    earlier: str
    relation: str
    evidence: str
    note: str = ""

    @property
    def shown(self) -> bool:
        """Whether some text shows the link; what none shows is drawn dashed."""
        return self.evidence != "unverified"


def statements(facts: Facts) -> dict[str, Statement]:
    """All statements of the trail by their key, in the order of the tables, which is of time."""
    return dict(facts.weighing(_statements))


def _statements(read: Facts) -> dict[str, Statement]:
    found = []
    for row in read.rows("trail_nodes"):
        value, unit, quote = None, "", ""
        if row["wording"]:
            copy = read.row("claim_wordings", row["wording"])
            value, unit, quote = row["value"] or copy["value"], copy["unit"] or "", copy["quote"]
        elif row["fact"]:
            fact = read[row["fact"]]
            value = None if isinstance(fact.value, str) else fact.value
            unit, quote = fact.unit, fact.quote or ""
        found.append(
            Statement(
                row["node"], row["thread"], row["party"], row["date"] or "", row["meaning"],
                quote, row["evidence"], row["source"], value, unit,
                row["fact"] or "", row["note"] or "",
            )
        )  # fmt: skip
    rows = read.rows("fleet_estimates", standing="claimed")
    cited = {row["cites"] for row in rows}
    for row in rows:
        if row["cites"] or row["key"] in cited:
            found.append(
                Statement(
                    f"{FLEET}.{row['key']}", FLEET, row["who"], row["date"], row["chip"],
                    row["quote"], row["evidence"], row["source"], number(row["gpus"]), "GPU",
                )
            )  # fmt: skip
    return {item.key: item for item in found}


def links(facts: Facts) -> list[Link]:
    """All links of the trail."""
    return list(facts.weighing(_links))


def _links(read: Facts) -> list[Link]:
    known = [
        Link(row["from"], row["to"], row["relation"], row["evidence"], row["note"] or "")
        for row in read.rows("trail_edges")
    ]
    for row in read.rows("fleet_estimates", standing="claimed"):
        if row["cites"]:
            supposed = row["link"] == "supposed"
            known.append(
                Link(
                    f"{FLEET}.{row['key']}",
                    f"{FLEET}.{row['cites']}",
                    "cites" if supposed else row["link"],
                    "unverified" if supposed else row["evidence"],
                )
            )
    return known


def witness(name: str, facts: Facts) -> Statement:
    """What a witness says: a fact by its id, or a row of a table as ``fleet_estimates/KEY``."""
    table, _, key = name.partition("/")
    found = statements(facts)
    if key:
        row = facts.row(table, key)
        source, grade = row["source"], row["evidence"]
        return found.get(f"{FLEET}.{key}") or Statement(
            name, "", source, row.get("date") or "", "", "", grade, source
        )
    fact = facts[name]
    same = [item for item in found.values() if item.fact == name]
    return (
        same[0]
        if same
        else Statement(name, "", fact.source, fact.date or "", "", "", fact.evidence, fact.source)
    )


def origins(names: Iterable[str], facts: Facts) -> set[str]:
    """The parties at which the witnesses' numbers begin, each counted once.

    Parameters
    ----------
    names
        Witnesses, as :func:`witness` reads them.
    facts
        The facts that hold the trail.

    Examples
    --------
    >>> origins(["fleet_estimates/amodei", "fleet_estimates/toms-hardware"], Facts())
    {'SemiAnalysis'}
    """
    read = facts.recording()
    onward: dict[str, set[str]] = {}
    for link in links(read):
        if link.shown and link.relation in FOLLOWED:
            onward.setdefault(link.later, set()).add(link.earlier)
    houses, ends = parties(read), set()
    of_source: dict[str, set[str]] = {}
    for item in statements(read).values():
        of_source.setdefault(item.source, set()).add(houses[item.key])
    for name in names:
        start = witness(name, read)
        told = of_source.get(start.source, set())
        if start.key not in houses and len(told) == 1:  # a text of one party that the trail knows
            houses[start.key] = next(iter(told))
        waiting, visited = [start.key], set()
        while waiting:
            key = waiting.pop()
            if key not in visited:
                visited.add(key)
                waiting += onward.get(key, ())
                if key not in onward:
                    ends.add(houses.get(key, start.party))
    facts.weighed(read)
    return ends


def parties(facts: Facts) -> dict[str, str]:
    """Each statement's author or firm; statements of one house share its most frequent name.

    What stands in brackets after a name, as in “SemiAnalysis (first)”, names no other party.
    """
    return dict(facts.weighing(_parties))


def _parties(facts: Facts) -> dict[str, str]:
    found = {key: replace(s, party=_house(s.party)) for key, s in statements(facts).items()}
    groups = {key: {key} for key in found}
    same = [(link.later, link.earlier) for link in links(facts) if link.relation in WITHIN]
    same += [(a, b) for a in found for b in found if found[a].party == found[b].party]
    for a, b in same:
        merged = groups[a] | groups[b]
        for key in merged:
            groups[key] = merged
    often = Counter(item.party for item in found.values())
    names = {key: [found[k].party for k in group] for key, group in groups.items()}
    return {key: min(group, key=lambda name: (-often[name], name)) for key, group in names.items()}


def _house(party: str) -> str:
    return party.partition(" (")[0]


def circles(facts: Facts) -> list[tuple[str, ...]]:
    """The groups of parties that cite one another in a circle, each in alphabetical order.

    Only links that some text shows count; a circle of citations is not one of evidence.

    Examples
    --------
    >>> circles(Facts())
    [('Amodei', 'SemiAnalysis')]
    """
    house = parties(facts)
    cited: dict[str, set[str]] = {name: set() for name in house.values()}
    for link in links(facts):
        if link.shown and link.relation in ("cites", "copies"):
            cited[house[link.later]].add(house[link.earlier])
    reach = {name: _reachable(name, cited) for name in cited}
    rings = {
        tuple(sorted({name} | {other for other in reach[name] if name in reach[other]}))
        for name in cited
        if any(name in reach[other] and other != name for other in reach[name])
    }
    return sorted(rings)


def _reachable(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    waiting, found = list(onward[start]), set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += onward[name]
    return found
