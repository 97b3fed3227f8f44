"""The language editions: what they translate, and whether they still say the same.

Every translated passage is a message of a catalogue in ``book/locale/`` (``press.catalogues``);
``python -m analysis translations`` brings the catalogues up to date with the English text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from press import catalogues, subject, words
from press.catalogues import LOCALE, one_line
from press.facts import Facts
from press.formats import LANGUAGES
from press.publishing import reading
from press.publishing.files import BOOK, ROOT
from press.publishing.prose import front_matter, numerals

WORDS = {
    "unverified": "unverified",
    "on_this_page": "On this page",
    "quote": "Your copy prints: “{quote}”",
    "changed": "changed",
    "garbled": "garbled",
    "absent": "Your copy does not make this claim.",
    "quotes": "The quotes are the words of your copy, at most twenty-five for a claim, with all "
    "mistakes. “Changed” means that a part, a number or a caution is missing there or says "
    "something else than in the fullest copies; “garbled”, that a name, a term or the grammar is "
    "broken. Neither says whether the claim is true.",
    "unverified_meaning": "Beside a number the word “unverified” means that we have not seen it "
    "in any text, only in a picture or second hand. No main figure of this report rests on one.",
    "edition": "This is a short edition for the readers of one copy of the article. The whole "
    "report is in English; the numbers here are computed by the same code from the same sources, "
    "and each opens to its formula and its sources, in English.",
}
"""What only the editions say, in English."""


def passages(text: str) -> dict[str, str]:
    """The paragraphs of a page by what they begin with in bold, or by the heading above them.

    >>> list(passages("# T\\n\\nA.\\n\\nB.\\n\\n## One two\\n\\nC.\\n\\n**D: x.** E."))
    ['title', 'answer', 'lead', 'one-two', 'd']
    """
    found: dict[str, str] = {}
    section = "lead"
    for passage in reading.read(text).passages:
        block = passage.source.strip()
        if "](de.md)" in block:  # links to the editions are not translated
            continue
        if block.startswith("## "):
            section = _slug(block)
            continue
        bold = re.match(r"(?:- )?\*\*([^.:,{*]+)", block)
        key = "title" if block.startswith("# ") else _slug(bold[1]) if bold else section
        key = "answer" if list(found) == ["title"] else key
        while key in found:
            key += "-more"
        found[key] = block.removeprefix("# ").removeprefix("- ")
    return found


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def english(facts: Facts) -> dict[str, str]:
    """Every passage that an edition translates, in English, by key."""
    front = (BOOK / "index.md").read_text(encoding="utf-8")
    found = {f"index.{key}": text for key, text in passages(front).items()}
    found["index.description"] = front_matter(BOOK / "index.md").get("description", "")
    found |= {f"words.{name}": text for name, text in WORDS.items()}
    verdicts = BOOK / "verdicts.md"
    if verdicts.exists():
        rated = passages(verdicts.read_text(encoding="utf-8"))
        found["verdicts.myth-or-truth"] = rated.get("myth-or-truth", "")
    return found | subject.passages(facts)


def editions(facts: Facts, folder: Path = LOCALE) -> dict[str, dict[str, Any]]:
    """What the pages of each language print: ``text`` by key, ``quotes`` by claim."""
    quotes = subject.quotes(facts)
    return {
        language: {
            "text": catalogues.texts(language, folder),
            "quotes": quotes.get(language, {}),
        }
        for language in (LANGUAGES if folder.exists() else ())
    }


def problems(facts: Facts, folder: Path = LOCALE) -> list[str]:
    """What is missing or out of date in the editions: file, line, passage and what to do."""
    if not folder.exists():
        return []
    expected = english(facts)
    return [problem for name in LANGUAGES for problem in _problems(name, expected, folder)]


def _problems(language: str, expected: dict[str, str], folder: Path) -> Iterator[str]:
    page = _page(language)
    file = catalogues.path(language, folder)
    name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    seen: set[str] = set()
    for message in catalogues.messages(catalogues.read(language, folder)):
        key, text = str(message.context), str(message.string)
        place = f"{name}:{message.lineno}: passage '{key}'"
        model = expected.get(key, "")
        if key in seen:
            yield f"{place}: stands here a second time; delete one of the two"
        elif key not in expected or message.id != one_line(model):
            yield f"{place}: the English text has changed; run `python -m analysis translations`"
        elif message.fuzzy:
            yield (
                f"{place}: was translated from another English text ('#|' above it); "
                "correct it, then delete the line '#, fuzzy'"
            )
        elif not text:
            yield f"{place}: is not translated; fill in msgstr"
        else:
            yield from _unlike(place, key, text, model)
            shown = text if key in ("index.title", "index.description") else key
            if key.startswith(("index.", "verdicts.")) and shown not in page:
                yield f"book/{language}.md: does not show '{shown}' ({key}); add it"
        seen.add(key)
    for key in expected:
        if key not in seen:
            yield f"{name}: has no passage '{key}'; run `python -m analysis translations`"


def _unlike(place: str, key: str, text: str, model: str) -> Iterator[str]:
    """Where a translation prints another number than its English text, or types one."""
    typed = (n for _, found in reading.inline(text).texts() for n in numerals(found))
    for number in typed if key != "index.description" else ():
        yield f"{place}: found the typed numeral '{number}'; use {{num}}`KEY` or {{lit}}`…`"
    if lost := _cited(model) ^ _cited(text):
        yield f"{place}: does not cite the same numbers as the English: {', '.join(sorted(lost))}"


def _page(language: str) -> str:
    path = BOOK / f"{language}.md"
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    return page + (str(front_matter(path).get("description", "")) if page else "")  # may be wrapped


def _cited(text: str) -> set[str]:
    """The keys that a passage prints or compares."""
    found: set[str] = set()
    for _, name, content in reading.inline(text).roles():
        if name in ("num", "rating", "source"):
            found.add(content.partition(":")[0])
        elif name == "word":
            found |= {f"{key}@{part}" for key, part in words.choice(content).keys()}
    return found
