"""Everything that can be wrong without a program noticing: one line for each problem.

The fast part reads files; the whole also computes every figure and runs the chapters. What is slow
to import is imported where it is needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

from press import subject
from press.facts import Facts, tables
from press.formats import LANGUAGES
from press.publishing import editions, known, pages, wording
from press.publishing.contents import SiteError, chapters
from press.publishing.files import BOOK, CODE, ROOT
from press.tables import DataError


def check(only: Sequence[str] = (), *, fast: bool = False) -> list[str]:
    """All problems of data, figures, prose, citations, links and spelling, in plain words.

    Parameters
    ----------
    only
        Chapters whose prose to check; all of them, and the data, unless told.
    fast
        Whether to leave out what needs every figure computed and every chapter run.
    """
    if missing := [n for n in only if not (BOOK / f"{n}.md").exists()]:
        return [f"book/{name}.md: not found" for name in missing]
    names = list(only) or sorted(path.stem for path in BOOK.glob("*.md"))
    problems, facts = broken(names), Facts()
    sound = not problems
    problems += untidy(names)
    if not only:
        problems += elsewhere(facts) if not list(data()) else []
        if sound and not fast:
            problems += computed(facts)
            problems += run()
    return list(dict.fromkeys(problems))


def broken(names: Sequence[str], *, code: bool = True) -> list[str]:
    """What a build cannot do right, found without building.

    Parameters
    ----------
    names
        The chapters to look at.
    code
        Whether to look at contents, tables and modules as well.
    """
    problems = [*contents(), *modules(), *data(), *known.twice()] if code else []
    offered = known.known()
    for name in names:
        problems += pages.broken(name, offered)
    return list(dict.fromkeys(problems))


def contents() -> Iterator[str]:
    """Chapters that the table of contents names wrongly or leaves out."""
    try:
        chapters()
    except (SiteError, ValueError) as error:
        yield from str(error).splitlines()


def data() -> Iterator[str]:
    """Cells, rows and files of ``data/`` that cannot be used, each named once."""
    facts = Facts()
    for name in tables():
        try:
            facts.table(name)
        except DataError as error:
            yield from error.problems


def modules() -> Iterator[str]:
    """Modules that are no Python."""
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            try:
                ast.parse(path.read_text(encoding="utf-8"))
            except SyntaxError as error:
                yield f"{path.relative_to(ROOT)}:{error.lineno}: is not Python: {error.msg}"
            except (UnicodeDecodeError, ValueError) as error:
                yield f"{path.relative_to(ROOT)}:1: cannot be read: {error}"


def untidy(names: Sequence[str], *, spell: bool = True) -> list[str]:
    """What the house does not print in chapters: typed numerals and conclusions, misspellings."""
    seen = wording.reviewed()
    problems: list[str] = []
    for name in names:
        problems += pages.untidy(name)
        problems += wording.comparisons(name, seen) if name not in LANGUAGES else ()
    problems += seen.gone(frozenset(f"book/{name}.md" for name in names))
    if spell:
        from press.publishing import spelling

        problems += spelling.misspelt(spelling.chapters(BOOK / f"{name}.md" for name in names))
    return problems


def elsewhere(facts: Facts) -> list[str]:
    """What the house does not print outside the chapters' prose."""
    seen = wording.reviewed()
    problems = list(wording.elsewhere(seen))
    for number, row in enumerate(facts.table("sources").rows, 2):
        if "TODO" in " ".join(str(cell) for cell in row.values()):
            wanted = f"source '{row['key']}' is not filled in (TODO)"
            problems.append(f"data/sources.csv:{number}: {wanted}")
    from press.publishing import spelling  # its dictionary is a tool: builds go without

    places = (*spelling.chapters(ROOT.glob("*.md")), *spelling.data(facts), *spelling.code())
    problems += spelling.misspelt(places)
    return problems + editions.problems(facts)


def computed(facts: Facts) -> list[str]:
    """What is wrong with the figures, and what the subject finds wrong with them."""
    from press import figures
    from press.publishing import graphs

    found, problems = [], []
    for key in figures.keys():
        try:
            found.append(figures.evaluate(key, facts))
        except ValueError as error:
            problems.append(str(error))
    if problems:  # the rest would only name what follows
        return problems
    problems += (
        check_registry(facts)
        + graphs.problems(found, facts)
        + check_committed(found, facts)
        + subject.problems(facts, found)
    )
    return problems + unused(facts, found)


def run() -> list[str]:
    """The cells that fail, in chapters that have changed since they last ran."""
    from press.publishing.execute import ChapterError
    from press.publishing.site import run_chapters

    try:
        run_chapters(say=lambda _: None)
    except ChapterError as error:
        return str(error).splitlines()
    return []


def check_registry(facts: Facts) -> list[str]:
    """Figures whose unit or chapter is not there."""
    from press import figures

    units = facts.table("units").by_key
    problems = []
    for key in figures.keys():
        found = figures.definition(key)
        place = f"{found.code}: figure '{key}'"
        if found.unit not in units:
            problems.append(f"{place}: found unit '{found.unit}', expected one of data/units.csv")
        if not (BOOK / f"{found.chapter}.md").exists():
            problems.append(f"{place}: names chapter '{found.chapter}', which is not in book/")
    return problems


def check_committed(found: Sequence[Any], facts: Facts) -> list[str]:
    """Figures that moved since the edition was committed, and lines that cannot be read."""
    from press.publishing import export

    before, problems = export.read_committed()
    after = {record["key"]: record for record in export.as_published(found, facts)}
    for line in export.moved(before, after):
        place = f"book/figures.json:{export.committed_line(line.partition(':')[0])}"
        problems.append(f"{place}: {line}; if that is meant, run `make figures`")
    return problems


def unused(facts: Facts, found: Sequence[Any]) -> list[str]:
    """Facts that no figure, claim, table or chapter uses: they do not belong in ``data/``."""
    used = {fact for figure in found for fact in figure.read}
    words: set[str] = set()
    for path in (*ROOT.glob(f"{subject.NAME}/**/*.py"), *BOOK.glob("*.md")):
        words |= set(re.findall(r"[\w.-]+", path.read_text(encoding="utf-8")))
    for name in tables():
        if name not in ("facts", "units", "sources"):
            for row in facts.table(name).rows:
                words |= {w for cell in row.values() for w in re.findall(r"[\w.-]+", str(cell))}
    problems = [
        f"data/facts.csv:{line}: fact '{row['id']}' is used by no figure, claim or chapter; "
        "use it or delete the row"
        for line, row in enumerate(facts.table("facts").rows, 2)
        if row["id"] not in used and not {row["id"], row["name"]} & words
    ]
    cited = {row["source"] for row in facts.table("facts").rows} | words
    problems += [
        f"data/sources.csv:{line}: source '{row['key']}' is used nowhere; delete the row"
        for line, row in enumerate(facts.table("sources").rows, 2)
        if row["key"] not in cited
        and not any(facts.table(t).source == row["key"] for t in tables())
    ]
    return problems
