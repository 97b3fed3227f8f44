"""What differs between two editions, as Markdown for a pull request or a release.

``python -m press.publishing.changes BEFORE AFTER`` compares two folders that hold
``figures.json`` and, if there, the built pages. It needs the standard library alone and trusts
neither folder: nothing in them can become a link, a mention or HTML.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from press.formats import default_spec, format_number

FEW, MANY, LONG = 12, 200, 300
"""Lines shown of a page, rows shown of a list, signs shown of a line."""
BLOCKS = {"p", "li", "td", "th", "h1", "h2", "h3", "figcaption", "summary", "div", "pre", "caption"}
SKIPPED = {"script", "style", "svg", "nav", "header", "footer", "aside", "head"}


class _Text(HTMLParser):
    """The words of a page, a block a line, without navigation, pictures, scripts and cards."""

    def __init__(self) -> None:
        super().__init__()
        self.lines, self.skipped = [""], [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED or tag == self.skipped[-1] or ("class", "card") in attrs:
            self.skipped.append(tag)
        elif tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.skipped[-1]:
            self.skipped.pop()
        elif tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if len(self.skipped) == 1:
            self.lines[-1] += data


def page_text(html: str) -> list[str]:
    """The lines of a page as a reader reads them.

    >>> page_text("<nav>Home</nav><h1>Cost</h1><p>It cost <b>$5.576M</b>.</p>")
    ['Cost', 'It cost $5.576M.']
    """
    reader = _Text()
    reader.feed(html)
    return [words for line in reader.lines if (words := " ".join(line.split()))]


def figure_rows(before: list[Any], after: list[Any]) -> list[tuple[str, str, str]]:
    """Key, value before and value after of every figure whose value or range differs."""
    old, new = ({str(record["key"]): record for record in them} for them in (before, after))
    rows = ((k, _stated(old.get(k)), _stated(new.get(k))) for k in sorted(old | new))
    return [row for row in rows if row[1] != row[2]]


def _stated(record: Any) -> str:
    if record is None:
        return "–"
    ends = [float(record[k]) for k in ("value", "low", "high") if record.get(k) is not None]
    spec = default_spec(str(record["unit"]), ends[0])
    shown = [f"{end:.6g}" if spec[0] == "~" else format_number(end, spec) for end in ends]
    return shown[0] + (f" ({shown[1]} to {shown[2]})" if len(shown) == 3 else "")


def page_changes(before: Path, after: Path) -> dict[str, list[str]]:
    """The changed lines of every page that differs, each with ``-`` or ``+`` before it."""
    found = {}
    for name in sorted({path.name for folder in (before, after) for path in folder.glob("*.html")}):
        old, new = (page_text(_read(folder / name)) for folder in (before, after))
        lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
        if lines:
            found[name] = [line for line in lines if line[0] in "+-"]
    return found


def _read(path: Path) -> str:
    return (
        path.read_text(encoding="utf-8", errors="replace")
        if path.is_file() and not path.is_symlink()
        else ""
    )


def report(before: Path, after: Path) -> str:
    """The Markdown: changed figures as a table, changed pages with their changed lines."""
    old, new = (json.loads(_read(folder / "figures.json") or "[]") for folder in (before, after))
    figures, pages = figure_rows(old, new), page_changes(before, after)
    made = [f"**{_count(figures, 'figure')} and {_count(pages, 'page')} changed.**", ""]
    if figures:
        made += ["| figure | before | after |", "|---|---:|---:|"]
        made += ["|".join(("", *(f" `{_plain(x)}` " for x in r), "")) for r in figures[:MANY]]
        made += [f"\n… and {len(figures) - MANY} more"] if len(figures) > MANY else []
    for name, lines in list(pages.items())[:MANY]:
        head = f"<summary><code>{_plain(name)}</code>: {_count(lines, 'line')}</summary>"
        shown = [_plain(line)[:LONG] for line in lines[:FEW]]
        shown += [f"… {len(lines) - FEW} more"] if len(lines) > FEW else []
        made += ["", f"<details>{head}", "", "```diff", *shown, "```", "</details>"]
    return "\n".join(made)[:60_000] + "\n"


def _count(things: Any, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _plain(text: str) -> str:
    """Text that ends no code block, opens no tag and breaks no line."""
    return re.sub(r"[`<>&|\x00-\x1f\u202a-\u202e\u2066-\u2069]", "·", text)


if __name__ == "__main__":
    sys.stdout.write(report(Path(sys.argv[1]), Path(sys.argv[2])))
