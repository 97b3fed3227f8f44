"""What each command of ``python -m analysis`` does: read, call the package, print.

Each imports what it needs when it runs, so that ``model`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis.formats import default_spec, format_number

PROBLEMS = (ValueError, KeyError, TypeError, OSError, RuntimeError)
"""What a user's input can raise; anything else is a defect of the package."""


def add_all(subs: Any) -> None:
    """Describe every command to the parser."""
    model = subs.add_parser("model", help="count parameters, KV cache and FLOPs of a configuration")
    model.add_argument("config", type=Path, help="a Hugging Face config.json")
    model.add_argument("--context", type=int, default=4096, help="tokens of context (4096)")
    _finish(model, _model)
    runs = subs.add_parser("price-runs", help="price the training runs of a CSV, Epoch's method")
    runs.add_argument("runs", type=Path, help="a CSV with the columns that CONTRIBUTING.md lists")
    _finish(runs, _price_runs)
    figures = subs.add_parser("figures", help="list every published number, or one")
    figures.add_argument("key", nargs="?", help="a figure's key, such as cost.rental_total")
    figures.add_argument(
        "--write",
        action="store_true",
        help="renew the committed edition (book/figures.json, data/datapackage.json)",
    )
    _finish(figures, _figures)
    what_if = subs.add_parser("what-if", help="the figures that move when facts change")
    what_if.add_argument("changes", nargs="+", metavar="FACT=VALUE", help="such as V3-009=3.42")
    _finish(what_if, _what_if)
    reproduce = subs.add_parser("reproduce", help="run again and compare with the edition")
    reproduce.add_argument("chapter", nargs="?", help="a file name in book/ without its ending")
    reproduce.add_argument(
        *("-p", "--parameter"),
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="make the chapter with another input instead, such as usd_per_gpu_hour=3.42",
    )
    reproduce.set_defaults(run=_reproduce)
    check = subs.add_parser("check", help="check data, figures, prose and links")
    check.add_argument("chapter", nargs="*", help="only these chapters' prose")
    check.set_defaults(run=_check)
    build = subs.add_parser("build", help="build the site into _build/html")
    build.add_argument("--page", default="", help="only this chapter")
    build.add_argument("--into", type=Path, help="another build folder (its name must be _build)")
    build.set_defaults(run=_build)
    pdf = subs.add_parser("pdf", help="build the site and the whole book as a PDF (needs Chromium)")
    pdf.set_defaults(run=_pdf)
    serve = subs.add_parser("serve", help="build, serve and rebuild at every change")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)


def _finish(parser: argparse.ArgumentParser, run: Any) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; give the path of an existing file") from None
    except IsADirectoryError:
        raise ValueError(f"{path}: is a folder, expected a file") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is not UTF-8 text (byte {error.start})") from None


def _model(options: argparse.Namespace) -> int:
    from analysis.architecture import ConfigError, describe

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of the file, refused if it names a key twice."""
        if len(made := dict(pairs)) < len(pairs):
            twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
            raise ValueError(f"found key '{twice}' twice")
        return made

    text = _read(options.config)
    try:
        config = json.loads(text, object_pairs_hook=fields)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{options.config}:{error.lineno}: is not JSON ({error.msg}); expected a config.json"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{options.config}: {error}; expected a config.json") from None
    if not isinstance(config, dict):
        raise ValueError(f"{options.config}: found a {type(config).__name__}, expected an object")
    try:
        result = describe(config, options.context)
    except ConfigError as error:
        raise ValueError(f"{options.config}: {error}") from None
    if options.json:
        print_json(result)
        return 0
    print_table(("quantity", "value"), list(_flat(result)))
    return 0


def _flat(data: dict[str, Any], prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield prefix + key, f"{value:,.0f}" if abs(value) >= 100 else f"{value:g}"
        else:
            yield prefix + key, str(value)


def _price_runs(options: argparse.Namespace) -> int:
    from analysis.costs.runs import price_runs, read_runs

    priced = price_runs(read_runs(_read(options.runs), str(options.runs)))
    if options.json:
        print_json(priced)
        return 0
    columns = [key for key in priced[0] if key != "system"] if priced else []
    print_table(
        ("system", *columns),
        [(run["system"], *(_amount(column, run[column]) for column in columns)) for run in priced],
    )
    return 0


def _amount(column: str, value: float | None) -> str:
    unit = "USD" if column.endswith("_usd") else "1"
    return "–" if value is None else format_number(value, default_spec(unit, value))


def _figures(options: argparse.Namespace) -> int:
    from analysis import figures
    from analysis.facts import Facts
    from analysis.publishing import export

    facts = Facts()
    if options.write:
        from analysis.publishing.datapackage import datapackage

        lines = export.write_committed(facts)
        package = export.to_json(datapackage(facts))
        export.write_if_changed(facts.folder / "datapackage.json", package)
        print("\n".join(lines) if lines else "no figure moved")
        return 0
    if options.key:
        figures.definition(options.key)
    records = [
        record
        for record in export.figure_records(facts)
        if not options.key or record["key"] == options.key
    ]
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
    from analysis.facts import Facts
    from analysis.publishing import export

    published = Facts()
    overrides = dict(_change(change, published) for change in options.changes)
    changed = Facts(overrides=overrides)
    before = export.figure_records(published)
    after = {r["key"]: r for r in export.figure_records(changed)}
    fields = ("value", "low", "high")
    found = [
        {"key": old["key"], "before": old["value"], "after": after[old["key"]]["value"]}
        for old in before
        if any(old[f] != after[old["key"]][f] for f in fields)
    ]
    found.sort(key=lambda move: -abs(_relative(move["before"], move["after"])))
    if options.json:
        print_json(found)
        return 0
    units = {r["key"]: r["unit"] for r in before}
    print_table(
        ("figure", "before", "after", "change"),
        [
            (
                m["key"],
                format_number(m["before"], default_spec(units[m["key"]], m["before"])),
                format_number(m["after"], default_spec(units[m["key"]], m["after"])),
                format_number(_relative(m["before"], m["after"]), "+.1%"),
            )
            for m in found
        ],
    )
    if not found:
        print("no figure moves")
    return 0


def _change(change: str, facts: Any) -> tuple[str, float]:
    """The fact and the number of one ``FACT=VALUE``; a unit after the number must be the fact's."""
    from analysis.tables import finite

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


def _relative(before: float, after: float) -> float:
    return (after - before) / abs(before) if before else float(after != before)


def _reproduce(options: argparse.Namespace) -> int:
    from analysis.publishing.reproduce import assume, reproduce

    if not options.parameter:
        return reproduce(options.chapter)
    if not options.chapter:
        raise ValueError("-p needs a chapter: which one shall be made with this input?")
    assume(options.chapter, options.parameter)
    print("this is not the published edition: its inputs are yours")
    return 0


def _check(options: argparse.Namespace) -> int:
    from analysis.publishing.check import check

    problems = check(options.chapter)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems", file=sys.stderr)
        return 2
    print("everything checked, nothing wrong")
    return 0


def _build(options: argparse.Namespace) -> int:
    from analysis.publishing.site import BUILD, build

    build(only=options.page, into=options.into or BUILD)
    return 0


def _pdf(options: argparse.Namespace) -> int:
    from analysis.publishing.pdf import write_pdf

    print(f"printed: {write_pdf()}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from analysis.publishing.serve import serve

    serve(options.port)
    return 0
