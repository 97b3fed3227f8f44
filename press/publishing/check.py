"""Everything that can be wrong without a program noticing: one line for each problem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from press import figures, subject
from press.facts import Facts, tables
from press.publishing import editions, export, spelling
from press.publishing.datapackage import datapackage
from press.publishing.files import BOOK, ROOT
from press.publishing.prose import front_matter, prose_lines, typed_numerals
from press.publishing.site import SiteError, chapters
from press.tables import MAX_QUOTE_WORDS, DataError

_ROLE = re.compile(r"(?<!`)\{(num|source|rating|ref)\}`([^`]+)`")
_LINK = re.compile(r"\]\(([\w-]+)\.md(?:#[\w-]+)?\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_LABEL = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_QUOTATION = re.compile(r"“([^”]+)”")


def check(only: Sequence[str] = ()) -> list[str]:
    """All problems of data, figures, prose, citations, links and spelling, in plain words.

    Parameters
    ----------
    only
        Chapters whose prose to check; all of them, and the data, unless told.
    """
    try:
        names = list(only) or chapters()
    except (SiteError, ValueError) as error:
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
    spelt = spelling.misspelt(facts)
    if only:
        wanted = tuple(f"book/{name}.md:" for name in only)
        return problems + [line for line in spelt if line.startswith(wanted)]
    for number, row in enumerate(loaded["sources"].rows, 2):
        if "TODO" in " ".join(str(cell) for cell in row.values()):
            problems.append(
                f"data/sources.csv:{number}: source '{row['key']}' is not filled in (TODO)"
            )
    problems += spelt + editions.problems(facts)
    try:
        found = figures.evaluate_all(facts)
    except (figures.FigureError, DataError) as error:
        return [*problems, str(error)]
    problems += check_registry(facts)
    problems += check_committed(facts, found)
    problems += subject.problems(facts, found)
    problems += unused(facts, found)
    return problems


def check_chapter(name: str, facts: Facts) -> list[str]:
    """Problems in one chapter: typed numerals, unknown keys, links that lead nowhere, no answer."""
    path = BOOK / f"{name}.md"
    problems = typed_numerals(path, f"book/{name}.md")
    text = path.read_text(encoding="utf-8")
    if "description" not in front_matter(path):
        problems.append(f"book/{name}.md:1: front matter has no 'description'; add one sentence")
    labels = Counter(_LABEL.findall(text))
    for number, line in prose_lines(text):
        where = f"book/{name}.md:{number}"
        problems += [f"{where}: {problem}" for problem in _in_line(line, facts)]
        label = _LABEL.match(line)
        if label and labels[label[1]] > 1:
            problems.append(f"{where}: found label '{label[1]}' twice; give one another name")
    return problems


def _in_line(line: str, facts: Facts) -> Iterator[str]:
    """What is wrong in one line of a chapter's prose."""
    for kind, key in _ROLE.findall(line):
        if problem := _cited(kind, key, facts):
            yield problem
    for target in _LINK.findall(line):
        if not (BOOK / f"{target}.md").exists():
            yield f"links to {target}.md, which is not in book/"
    for alt, target in _PICTURE.findall(line):
        if not alt.strip():
            yield f"picture {target} has no alternative text; write what it shows between the []"
        if "://" not in target and not (BOOK / target).is_file():
            yield f"shows the picture {target}, which is not in book/"
    for words in _QUOTATION.findall(line):
        if (count := len(words.split())) > MAX_QUOTE_WORDS:
            yield f"found a quotation of {count} words, expected {MAX_QUOTE_WORDS} at most"
    if line.startswith("##") and "{num}" in line:
        yield "a heading cannot hold a number; move it into the text"


def _cited(kind: str, key: str, facts: Facts) -> str:
    """What is wrong with one citation; nothing if it leads somewhere."""
    if kind == "num":
        key = key.partition(":")[0].partition("@")[0]
        try:
            if key not in facts.table("facts").by_key:
                figures.definition(key)
        except KeyError:
            return f"found '{key}', expected a figure or a fact"
    if kind == "source" and key not in facts.table("sources").by_key:
        return f"found source '{key}', expected one of data/sources.csv"
    if kind == "ref":
        label = key.rpartition("<")[2].rstrip(">")
        if not any(f"({label})=" in path.read_text(encoding="utf-8") for path in BOOK.glob("*.md")):
            return f"refers to '{label}', but no page has the label ({label})="
    return ""


def check_registry(facts: Facts) -> list[str]:
    """Figures whose unit or chapter is not there."""
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


def check_committed(facts: Facts, found: Sequence[figures.Figure]) -> list[str]:
    """Figures that moved since the edition was committed, and a stale description of the data."""
    text = export.COMMITTED.read_text(encoding="utf-8") if export.COMMITTED.exists() else ""
    before = {record["key"]: record for record in export.committed()}
    after = {figure.key: export.figure_record(figure) for figure in found}
    problems = []
    for line in export.moved(before, after):
        start = text.find(f'"key": "{line.partition(":")[0]}"')
        number = text.count("\n", 0, start) + 1 if start > 0 else 1
        problems.append(f"book/figures.json:{number}: {line}; if that is meant, run `make figures`")
    described = facts.folder / "datapackage.json"
    package = export.to_json(datapackage(facts))
    if not described.exists() or described.read_text(encoding="utf-8") != package:
        problems.append("data/datapackage.json:1: differs from the sidecars; run `make figures`")
    return problems


def unused(facts: Facts, found: Sequence[figures.Figure]) -> list[str]:
    """Facts that no figure, claim, table or chapter uses: they do not belong in ``data/``."""
    used = {fact for figure in found for fact in figure.read}
    words: set[str] = set()
    code = [*ROOT.glob(f"{subject.NAME}/**/*.py"), *BOOK.glob("*.md")]
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
