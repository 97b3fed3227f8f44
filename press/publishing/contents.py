"""The table of contents: which chapters the book has, in which order."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from press.publishing.files import BOOK, ROOT
from press.publishing.prose import from_yaml

TOC = ROOT / "_toc.yml"


class SiteError(RuntimeError):
    """The site could not be built; the message says why and where."""


def chapters(toc: Path = TOC) -> list[str]:
    """The pages of the book in reading order, as file names in ``book/`` without their ending.

    Raises
    ------
    SiteError
        If the table of contents names a page that is not there, or leaves one out.
    """
    text = toc.read_text(encoding="utf-8")
    spec = from_yaml(text, "_toc.yml")
    try:
        names = [spec["root"], *(i["file"] for part in spec["parts"] for i in part["chapters"])]
    except (KeyError, TypeError):
        raise SiteError(
            "_toc.yml:1: expected 'root' and 'parts', each part with 'chapters' that name a 'file'"
        ) from None
    problems = []
    for name, times in Counter(names).items():
        found = list(re.finditer(rf"[ \"']{re.escape(name)}[\"']?\s*$", text, re.MULTILINE))
        lines = [text.count("\n", 0, place.start()) + 1 for place in found] or [1]
        if Path(name).name != name or not (BOOK / f"{name}.md").exists():
            problems.append(f"_toc.yml:{lines[0]}: names '{name}', but book/{name}.md is not there")
        elif times > 1:
            problems.append(f"_toc.yml:{lines[-1]}: names '{name}' twice; delete one")
    for path in sorted(BOOK.glob("*.md")):
        if path.stem not in names:
            problems.append(f"_toc.yml:1: leaves out book/{path.name}; add it to a part")
    if problems:
        raise SiteError("\n".join(problems))
    return names
