"""The commands of every report: read, call the package, print.

Each imports what it needs when it runs, so that each answers at once.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from press import subject
from press.formats import default_spec, format_number

PROBLEMS = (ValueError, KeyError, TypeError, OSError, RuntimeError)
"""What a user's input can raise; anything else is a defect of the package."""


FORMAT = partial(argparse.RawDescriptionHelpFormatter, max_help_position=30)
CHAPTER = "a chapter: the name of its file in book/ without .md, such as costs"


UNLIKELY = 1000
"""So many times a fact's value nobody means, unless by mistake."""


def add_all(subs: Any) -> None:
    """Describe every command to the parser; the docstring of each is its manual page."""
    from press import commands_facts

    commands_facts.add_to(subs)
    figures = add(subs, "figures", _figures, json=True)
    figures.add_argument(
        "key",
        nargs="?",
        metavar="KEY",
        help="a figure, a chapter, or a pattern such as costs.rental_*; all unless given",
    )
    figures.add_argument(
        "--write", action="store_true", help="renew the committed edition and print what moved"
    )
    what_if = add(subs, "what-if", _what_if, json=True)
    what_if.add_argument(
        "changes",
        nargs="+",
        metavar="FACT=VALUE",
        help="a fact and its other value in the fact's own unit, such as V3-009=3.42",
    )
    reproduce = add(subs, "reproduce", _reproduce, repository=True)
    reproduce.add_argument(
        "chapter", nargs="?", metavar="CHAPTER", help=f"{CHAPTER}; all unless given"
    )
    reproduce.add_argument(
        *("-p", "--parameter"),
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="make the chapter with another input instead; may be given several times",
    )
    check = add(subs, "check", _check, repository=True)
    check.add_argument("chapter", nargs="*", metavar="CHAPTER", help=f"{CHAPTER}; only its prose")
    check.add_argument(
        "--fast", action="store_true", help="compute no figure and run no chapter: seconds"
    )
    build = add(subs, "build", _build, repository=True)
    build.add_argument("--page", default="", metavar="CHAPTER", help=f"{CHAPTER}; only this page")
    build.add_argument(
        "--into", type=Path, metavar="FOLDER", help="another build folder, named _build"
    )
    paper = add(subs, "pdf", _pdf, repository=True)
    paper.add_argument(
        "--short", action="store_true", help="without the registers of figures, sources and tables"
    )
    add(subs, "translations", _translations, repository=True)
    serve = add(subs, "serve", _serve, repository=True)
    serve.add_argument(
        "--port",
        type=_port,
        default=8000,
        help="port on this machine, 0 for any free one; 8000 unless given",
    )


def called() -> str:
    """How the user called the program: by the installed command, or as a module."""
    named = Path(sys.argv[0]).stem == subject.COMMAND
    return subject.COMMAND if named else f"python -m {subject.NAME}"


def add(
    subs: Any, name: str, run: Any, *, json: bool = False, repository: bool = False
) -> argparse.ArgumentParser:
    """A command whose page is the docstring of ``run``: first the summary, then the rest.

    ``repository``: whether it needs the chapters, which an installed package lacks.
    """
    page = (inspect.getdoc(run) or "").replace(f"python -m {subject.NAME}", called())
    parser: argparse.ArgumentParser = subs.add_parser(
        name,
        help=page.partition("\n")[0],
        description=page,
        formatter_class=FORMAT,
    )
    parser.set_defaults(run=run, repository=repository)
    if json:
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def check_repository(command: str) -> None:
    """Refuse a command that needs the chapters where there are none."""
    from press.publishing.files import ROOT

    if not (ROOT / "_toc.yml").is_file():
        raise ValueError(
            f"{command} needs the chapters of the report, which an installed package lacks; "
            "run it in a clone of the repository, after `make env`"
        )


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65536:
        raise argparse.ArgumentTypeError(f"found {number}, expected a port from 0 to 65535")
    return number


def plain(message: str, options: argparse.Namespace) -> str:
    """An error message for people: places in notebooks become lines of their chapters."""
    if "book/" not in message or getattr(options, "parameter", None):  # those add a cell
        return message
    from press.publishing.files import ROOT
    from press.publishing.prose import located

    return located(message, ROOT / "book")


def print_json(data: Any) -> None:
    """JSON on standard output, as other programs read it."""
    json.dump(data, sys.stdout, indent=2, ensure_ascii=False)
    print()


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table in columns: words to the left, numbers to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    numeric = [
        all(line[i][:1] in "−-–$+0123456789" for line in lines[1:] if line[i])
        for i in range(len(head))
    ]
    for line in lines:
        cells = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        )
        print("  ".join(cells).rstrip())


def read(path: Path) -> str:
    """The text of a file; - is standard input."""
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; give the path of an existing file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a folder, expected a file") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8 text (byte {error.start})") from None


def _figures(options: argparse.Namespace) -> int:
    """List every published number with its range, unit and evidence, or one.

    A figure is a number that the report computes; --json adds its formula, the facts that it
    reads, its chapter and title. --write renews book/figures.json, the committed edition, after a
    change of a fact or a function, and prints what moved.

    Examples:
      python -m analysis figures
      python -m analysis figures costs.rental_total --json
      python -m analysis figures --write

    Exit status: 0; 2 for an unknown key or data that cannot be used.
    """
    from press import figures
    from press.facts import Facts
    from press.publishing import export

    facts = Facts()
    if options.write:
        check_repository("--write")
        lines = export.write_committed(facts)
        print("\n".join(lines) if lines else "no figure moved")
        return 0
    names = figures.matching(options.key) if options.key else figures.keys()
    records = export.as_published([figures.evaluate(name, facts) for name in names], facts)
    if options.json:
        wanted = ("key", "value", "low", "high", "unit", "chapter", "facts", "evidence")
        print_json([{**{k: r[k] for k in wanted}, **r} for r in records])
        return 0
    print_table(
        ("key", "value", "low", "high", "unit", "evidence"),
        [
            (
                r["key"],
                *(
                    "" if r[f] is None else format_number(r[f], default_spec(r["unit"], r[f]))
                    for f in ("value", "low", "high")
                ),
                r["unit"],
                r["evidence"],
            )
            for r in records
        ],
    )
    return 0


def _what_if(options: argparse.Namespace) -> int:
    """Show which figures move if facts were different; changes nothing.

    A fact is named by its id in data/facts.csv, a cell of another table by TABLE/ROW.COLUMN. The
    value is in the fact's own unit, which may follow it. Prints before, after and relative change,
    the largest change first.

    Examples:
      python -m analysis what-if V3-009=3.42
      python -m analysis what-if "V3-009=3.42 USD/GPU-hour" V3-001=3e6 --json

    Exit status: 0; 2 for an unknown fact, another unit or a value that is no number.
    """
    from press.facts import Facts
    from press.publishing import export

    published = Facts()
    overrides = _changes(options.changes, published)
    changed = Facts(overrides=overrides)
    before = export.figure_records(published)
    after = {r["key"]: r for r in export.figure_records(changed)}
    fields = {"": "value", "_low": "low", "_high": "high"}
    found = [
        {"key": old["key"], "unit": old["unit"]}
        | {f"before{end}": old[f] for end, f in fields.items()}
        | {f"after{end}": after[old["key"]][f] for end, f in fields.items()}
        for old in before
        if any(old[f] != after[old["key"]][f] for f in fields.values())
    ]
    found.sort(key=lambda move: -abs(_relative(move["before"], move["after"])))
    if options.json:
        print_json(found)
        return 0
    print_table(
        ("figure", "before", "after", "change"),
        [
            (
                m["key"],
                format_number(m["before"], default_spec(m["unit"], m["before"])),
                format_number(m["after"], default_spec(m["unit"], m["after"])),
                format_number(_relative(m["before"], m["after"]), "+.1%")
                + " (its range moves)" * (m["before"] == m["after"]),
            )
            for m in found
        ],
    )
    if not found:
        print("no figure moves")
    return 0


def _changes(given: Sequence[str], facts: Any) -> dict[str, float]:
    """Every ``FACT=VALUE`` once, with a word about a value out of all proportion."""
    made: dict[str, float] = {}
    for name, value in (_change(change, facts) for change in given):
        _check_one(name, facts)
        fact = name if "/" in name else facts[name].id
        if fact in made:
            raise ValueError(f"found {name} twice, expected one value for a fact")
        made[fact] = value
        usual = None if "/" in name else facts[name].value
        if isinstance(usual, int | float) and usual and abs(value / usual) > UNLIKELY:
            times = format_number(value / usual, ",.0")
            print(f"note: {value:g} is {times} times the value of {name}", file=sys.stderr)
    return made


def _change(change: str, facts: Any) -> tuple[str, float]:
    """The fact and the number of one ``FACT=VALUE``; a unit after the number must be the fact's."""
    from press.tables import finite

    name, _, text = change.partition("=")
    number, _, unit = text.strip().partition(" ")
    try:
        value = finite(number)
    except ValueError:
        raise ValueError(
            f"found {change!r}, expected FACT=VALUE with a finite number in the fact's unit, "
            "such as V3-009=3.42"
        ) from None
    if unit and "/" not in name and unit != facts[name].unit:
        raise ValueError(f"found {unit!r}, but fact {name} is in {facts[name].unit}")
    return name, value


def _check_one(name: str, facts: Any) -> None:
    """Refuse the name of a chapter's input, which may stand for several facts, with their ids."""
    from press.commands_facts import behind

    if "/" not in name and name.isidentifier() and (ids := behind(name)):
        raise ValueError(
            f"found {name!r}, an input of chapters, expected a fact: {' or '.join(sorted(ids))} "
            "(or change the chapter: reproduce CHAPTER -p NAME=VALUE)"
        )


def _relative(before: float, after: float) -> float:
    return (after - before) / abs(before) if before else float(after != before)


def _reproduce(options: argparse.Namespace) -> int:
    """Run chapters again and compare every figure with the committed edition.

    Prints "N of N figures reproduced" and, for each that differs, before, after and the cause: the
    changed rows or modules that feed it, as far as git knows them.

    With -p it makes one chapter with an input of your own instead, prose included, into
    _build/assumed; that page says that it is not the published edition. The front matter of a
    chapter names its inputs under "assumes", with the facts behind each.

    Examples:
      python -m analysis reproduce
      python -m analysis reproduce costs
      python -m analysis reproduce costs -p usd_per_gpu_hour=3.42

    Exit status: 0 if all are reproduced; 1 if one differs; 2 for an unknown chapter or input.
    """
    from press.publishing.reproduce import assume, reproduce

    if not options.parameter:
        return reproduce(options.chapter)
    if not options.chapter:
        raise ValueError("-p needs a chapter: which one shall be made with this input?")
    assume(options.chapter, options.parameter)
    print("this is not the published edition: its inputs are yours")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Check data, figures, prose, links and spelling.

    Prints one line for each problem: file and line, what was found, what was expected, what to do.
    Looks at the tables against their sidecars, sources, quotations (25 words at most), figures
    that moved since the edition was committed, typed numerals and conclusions, citations, links,
    pictures without alternative text, cells that fail, stale translations, unused facts and
    English spelling. --fast leaves out what needs every figure computed and every chapter run.

    Examples:
      python -m analysis check
      python -m analysis check --fast
      python -m analysis check costs ladder

    Exit status: 0 if nothing is wrong; 2 otherwise.
    """
    from press.publishing.check import check

    problems = check(options.chapter, fast=options.fast)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' * (len(problems) > 1)}", file=sys.stderr)
        return 2
    print("everything checked, nothing wrong")
    return 0


def _translations(options: argparse.Namespace) -> int:
    """Bring the catalogues of the editions up to date with the English text.

    Each book/locale/LANGUAGE/edition.po has one message a passage. A passage whose English has
    changed is marked fuzzy, with the former English beside it; a new one is empty. A translator
    corrects it in any editor for .po files and takes the mark away. A language that is new in
    press/formats.py gets a catalogue to fill in.

    Examples:
      python -m analysis translations

    Exit status: 0 if every passage is translated; 2 otherwise.
    """
    from press import catalogues
    from press.facts import Facts
    from press.publishing import editions

    facts = Facts()
    for path in catalogues.update(editions.english(facts)):
        print(f"written: {path}")
    problems = editions.problems(facts)
    print("\n".join(problems) or "every edition says what the English text says")
    return 2 if problems else 0


def _build(options: argparse.Namespace) -> int:
    """Build the site into _build/html.

    Runs the chapters whose text, modules or tables have changed and writes the pages that differ.
    A second build of the same folder waits for the first. CONTRIBUTING.md lists the variables of
    the environment that give the site its address.

    Examples:
      python -m analysis build
      python -m analysis build --page costs --into _build/page/_build

    Exit status: 0; 2 if the site could not be built (says file and line).
    """
    from press.publishing.site import BUILD, build

    into = (options.into or BUILD).resolve()
    if into.name != BUILD.name:
        raise ValueError(f"--into: found {options.into}, expected a folder named {BUILD.name}")
    build(only=options.page, into=into)
    return 0


def _pdf(options: argparse.Namespace) -> int:
    """Build the site and the whole book as a PDF, printed by an installed Chromium.

    Writes the PDF into _build, with a copy in _build/html to which every page links.

    Examples:
      python -m analysis pdf
      python -m analysis pdf --short
      SITE_URL=https://example.org/v3/ python -m analysis pdf

    Exit status: 0; 2 without Chromium or if the site could not be built.
    """
    from press.publishing.pdf import write_pdf

    print(f"printed: {write_pdf(short=options.short)}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    """Build and serve the site; rebuild and reload the open page at every change.

    Serves on this machine alone until interrupted (Ctrl-C). A mistake in a chapter is printed and
    the last good pages stay.

    Examples:
      python -m analysis serve
      python -m analysis serve --port 8080

    Exit status: 0 when interrupted; 2 if the port is taken.
    """
    from press.publishing.serve import serve

    serve(options.port)
    return 0
