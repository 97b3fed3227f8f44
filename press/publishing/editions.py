"""The language editions: what they translate, and whether they still say the same.

Every translated passage is a row of ``data/translations.csv`` with the hash of its English text.

    python -m press.publishing.editions                      what is missing or out of date
    python -m press.publishing.editions index.answer         that English text and its hash
    python -m press.publishing.editions --read index.answer  all languages were read again: stamp
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from press import subject, words
from press.facts import DATA, Facts
from press.formats import LANGUAGES
from press.publishing import reading
from press.publishing.files import BOOK
from press.publishing.prose import front_matter, numerals

TABLE = "translations"
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


def source_hash(text: str) -> str:
    """A short hash of an English text; line breaks and spacing do not count.

    >>> source_hash("In  words") == source_hash("In\\nwords")
    True
    """
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]


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


def editions(facts: Facts) -> dict[str, dict[str, Any]]:
    """What the pages of each language print: ``text`` by key, ``quotes`` by claim."""
    quotes = subject.quotes(facts)
    made: dict[str, dict[str, Any]] = {
        language: {"text": {}, "quotes": quotes.get(language, {})} for language in LANGUAGES
    }
    for row in facts.table(TABLE).rows:
        made[row["language"]]["text"][row["key"]] = row["text"]
    return made


def problems(facts: Facts) -> list[str]:
    """What is missing or out of date in the editions: row, language, key and what to do."""
    return list(_problems(facts))


def _problems(facts: Facts) -> Iterator[str]:
    if not (facts.folder / f"{TABLE}.csv").exists():
        return
    expected = english(facts)
    have: dict[tuple[str, str], str] = {}
    for line, row in enumerate(facts.table(TABLE).rows, 2):
        language, key, text = row["language"], row["key"], row["text"]
        have[language, key] = text
        place = f"data/{TABLE}.csv:{line}: row '{row['id']}' (language {language}, key {key})"
        if row["id"] != f"{language}.{key}":
            yield f"{place}: found this id, expected '{language}.{key}'"
        if key not in expected:
            yield f"{place}: translates nothing; the key is gone from the English text, delete it"
        elif row["source_hash"] != (now := source_hash(expected[key])):
            yield (
                f"{place}: the English text has changed (hash {row['source_hash']}, now {now}); "
                f"correct the row, then `python -m press.publishing.editions --read {key}`"
            )
        typed = (n for _, words in reading.inline(text).texts() for n in numerals(words))
        for number in typed if key != "index.description" else ():
            yield f"{place}: found the typed numeral '{number}'; use {{num}}`KEY` or {{lit}}`…`"
    for language in LANGUAGES:
        path = BOOK / f"{language}.md"
        page = path.read_text(encoding="utf-8") if path.exists() else ""
        page += str(front_matter(path).get("description", "")) if page else ""  # may be wrapped
        for key, text in expected.items():
            place = f"data/{TABLE}.csv: row '{language}.{key}' (language {language}, key {key})"
            if (language, key) not in have:
                yield f"{place}: missing; add it, with source_hash {source_hash(text)}"
                continue
            model = text
            lost = _cited(model) ^ _cited(have[language, key])
            if lost:
                yield f"{place}: does not cite the same numbers as its model: {', '.join(lost)}"
            shown = have[language, key] if key in ("index.title", "index.description") else key
            if key.startswith(("index.", "verdicts.")) and shown not in page:
                yield f"book/{language}.md: does not show '{shown}' ({key}); add it"


def _cited(text: str) -> set[str]:
    """The keys that a passage prints or compares."""
    found: set[str] = set()
    for _, name, content in reading.inline(text).roles():
        if name in ("num", "rating", "source"):
            found.add(content.partition(":")[0])
        elif name == "word":
            found |= {f"{key}@{part}" for key, part in words.choice(content).keys()}
    return found


def main(arguments: Sequence[str], folder: Path = DATA) -> int:
    """Print problems, or English texts with their hashes; ``--read`` stamps rows as read again."""
    facts, keys = Facts(folder), [word for word in arguments if word != "--read"]
    texts = english(facts)
    if unknown := [key for key in keys if key not in texts]:
        print(f"found no passage {', '.join(unknown)}; they are: {', '.join(texts)}")
        return 2
    if "--read" in arguments:
        rows = [dict(row) for row in facts.table(TABLE).rows]
        for row in rows:
            if row["key"] in keys:
                row["source_hash"] = source_hash(texts[row["key"]])
        with (folder / f"{TABLE}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    elif keys:
        print("\n\n".join(f"{key} {source_hash(texts[key])}\n{texts[key]}" for key in keys))
    else:
        found = problems(facts)
        print("\n".join(found) or "every edition says what the English text says")
        return bool(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
