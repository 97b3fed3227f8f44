"""Everything that can be wrong without a program noticing: one line for each problem."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis import claims, comparisons, figures
from analysis.facts import Facts, tables
from analysis.publishing import editions, export
from analysis.publishing.execute import BOOK
from analysis.publishing.prose import typed_numerals
from analysis.publishing.site import SiteError, chapters
from analysis.tables import DataError

_ROLE = re.compile(r"\{(num|source|rating)\}`([^`]+)`")
_LINK = re.compile(r"\]\(([\w-]+)\.md(?:#[\w-]+)?\)")


def check(only: Sequence[str] = ()) -> list[str]:
    """All problems of data, figures, prose, citations and links, in plain words.

    Parameters
    ----------
    only
        Chapters whose prose to check; all of them, and the data, unless told.
    """
    try:
        names = list(only) or chapters()
    except SiteError as error:
        return [str(error)]
    missing = [f"book/{name}.md: not found" for name in names if not (BOOK / f"{name}.md").exists()]
    if missing:
        return missing
    try:
        facts = Facts()
        loaded = {name: facts.table(name) for name in tables()}
    except DataError as error:
        return [str(error)]
    problems: list[str] = []
    for name in names:
        problems += check_chapter(name, facts)
    if not only:
        for row in loaded["sources"].rows:
            if "TODO" in " ".join(str(cell) for cell in row.values()):
                problems.append(f"data/sources.csv: source '{row['key']}' is not filled in (TODO)")
        problems += check_registry(facts)
        problems += comparisons.unmarked_mixtures(figures.evaluate_all(facts), facts)
        problems += claims.problems(facts)
        problems += editions.problems(facts)
        problems += unused(facts)
    return problems


def check_chapter(name: str, facts: Facts) -> list[str]:
    """Problems in one chapter: typed numerals, unknown keys, links that lead nowhere, no answer."""
    path = BOOK / f"{name}.md"
    problems = typed_numerals(path, f"book/{name}.md")
    text = path.read_text(encoding="utf-8")
    known = facts.table("facts").by_key
    sources = facts.table("sources").by_key
    front = text.split("---", 2)[1] if text.startswith("---") else ""
    if "description:" not in front:
        problems.append(f"book/{name}.md:1: front matter has no 'description'; add one sentence")
    for number, line in enumerate(text.splitlines(), 1):
        where = f"book/{name}.md:{number}"
        for kind, key in _ROLE.findall(line):
            if kind == "num":
                key = key.partition(":")[0].partition("@")[0]
                if key not in known:
                    try:
                        figures.definition(key)
                    except KeyError:
                        problems.append(f"{where}: found '{key}', expected a figure or a fact")
            elif kind == "source" and key not in sources:
                problems.append(f"{where}: found source '{key}', expected one of data/sources.csv")
        for target in _LINK.findall(line):
            if not (BOOK / f"{target}.md").exists():
                problems.append(f"{where}: links to {target}.md, which is not in book/")
        if line.startswith("#") and "{num}" in line and not line.startswith("# "):
            problems.append(f"{where}: a heading cannot hold a number; move it into the text")
    return problems


def check_registry(facts: Facts) -> list[str]:
    """Problems of the figures: units, chapters, values that moved since the last commit."""
    units = facts.table("units").by_key
    problems = []
    for key in figures.keys():
        found = figures.definition(key)
        place = f"{found.code}: figure '{key}'"
        if found.unit not in units:
            problems.append(f"{place}: found unit '{found.unit}', expected one of data/units.csv")
        if not (BOOK / f"{found.chapter}.md").exists():
            problems.append(f"{place}: names chapter '{found.chapter}', which is not in book/")
    before = {record["key"]: record for record in export.committed()}
    after = {record["key"]: record for record in export.figure_records(facts)}
    problems += [
        f"book/figures.json: {line}; run `make figures`" for line in export.moved(before, after)
    ]
    return problems


def unused(facts: Facts) -> list[str]:
    """Facts that no figure, claim, table or chapter uses: they do not belong in ``data/``."""
    used: set[str] = set()
    for record in export.figure_records(facts):
        used |= set(record["facts"])
    words: set[str] = set()
    code = [*export.ROOT.glob("analysis/**/*.py"), *BOOK.glob("*.md")]
    for path in code:
        words |= set(re.findall(r"[\w.-]+", path.read_text(encoding="utf-8")))
    for name in tables():
        if name not in ("facts", "units", "sources"):
            for row in facts.table(name).rows:
                words |= {w for cell in row.values() for w in re.findall(r"[\w.-]+", str(cell))}
    problems = [
        f"data/facts.csv:{line}: fact '{row['id']}' is used by no figure, claim or chapter; "
        "use it or delete the row"
        for line, row in enumerate(facts.table("facts").rows, 2)
        if row["id"] not in used and row["id"] not in words
    ]
    cited = {row["source"] for row in facts.table("facts").rows} | words
    problems += [
        f"data/sources.csv:{line}: source '{row['key']}' is used nowhere; delete the row"
        for line, row in enumerate(facts.table("sources").rows, 2)
        if row["key"] not in cited
        and not any(facts.table(t).source == row["key"] for t in tables())
    ]
    return problems
