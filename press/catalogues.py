"""The translations: gettext catalogues, one for each language, in ``book/locale/``.

One message is one passage: its context (``msgctxt``) is the passage's key, its ``msgid`` the
English text, its ``msgstr`` the translation. Any editor of ``.po`` files can be used.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from press.facts import DATA
from press.formats import LANGUAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

LOCALE = DATA.parent / "book" / "locale"


def path(language: str, folder: Path = LOCALE) -> Path:
    """Where the catalogue of a language is."""
    return folder / language / "edition.po"


def read(language: str, folder: Path = LOCALE) -> Catalog:
    """The catalogue of a language; an empty one where there is none yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    place = path(language, folder)
    if not place.exists():
        return Catalog(locale=language, fuzzy=False)
    with place.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its head."""
    return [message for message in catalogue if message.context]


def texts(language: str, folder: Path = LOCALE) -> dict[str, str]:
    """The translated passages of a language, by key."""
    return {str(m.context): str(m.string) for m in messages(read(language, folder))}


def one_line(text: str) -> str:
    """A passage as its message has it: line breaks do not count."""
    return " ".join(text.split())


def updated(language: str, english: Mapping[str, str], folder: Path = LOCALE) -> bytes:
    """The catalogue of a language for the English passages as they are now.

    A passage whose English has changed keeps its translation, marked ``fuzzy``, with the English
    text that it was made from beside it; a new passage is empty; one that is gone goes.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    old = read(language, folder)
    known = {message.context: message for message in messages(old)}
    head = ("header_comment", "project", "version", "last_translator", "language_team")
    kept = {name: getattr(old, name) for name in (*head, "creation_date", "revision_date")}
    made = Catalog(locale=language, fuzzy=False, msgid_bugs_address="", **kept)
    for key, text in english.items():
        text, was = one_line(text), known.get(key)
        string = str(was.string) if was else ""
        flags = set(was.flags) if was else set()
        before = [str(name) for name in was.previous_id] if was else []
        if was and string and was.id != text:
            flags, before = flags | {"fuzzy"}, [str(was.id)]
        if "fuzzy" not in flags:
            before = []
        message = made.add(text, string, context=key, flags=flags, previous_id=before)
        message.flags.discard("python-brace-format")  # the braces of a role, Babel thinks
    out = io.BytesIO()
    write_po(out, made, width=96, include_previous=True)
    return out.getvalue()


def update(english: Mapping[str, str], folder: Path = LOCALE) -> list[Path]:
    """Bring every catalogue up to date; the files that changed."""
    changed = []
    for language in LANGUAGES:
        place, content = path(language, folder), updated(language, english, folder)
        if not place.exists() or place.read_bytes() != content:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            changed.append(place)
    return changed
