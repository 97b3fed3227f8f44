"""The language editions: complete, in step with the English text, in the language's own numbers."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po, write_po
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import editions as edition_charts
from analysis.charts.editions import LadderWords
from analysis.charts.ladder import ladder_chart, short_usd
from analysis.figures.ladder import ladder_frame
from press import catalogues
from press.facts import Facts
from press.formats import LANGUAGES
from press.publishing import editions
from tests.conftest import settled

Row = dict[str, str]


@pytest.fixture(scope="module")
def ladder(facts: Facts) -> object:
    return ladder_frame(facts)


def _changed(folder: Path, table: str, change: Callable[[list[Row]], list[Row]]) -> list[str]:
    """The problems after a change to one table."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))
    return editions.problems(Facts(folder))


def _edit(where: str, /, **cells: str) -> Callable[[list[Row]], list[Row]]:
    """A change to the first row that holds a key."""

    def change(rows: list[Row]) -> list[Row]:
        row = next(row for row in rows if where in row.values())
        row.update(cells)
        return rows

    return change


def test_no_edition_has_a_passage_missing_or_out_of_date(facts: Facts) -> None:
    todo = "Run `python -m analysis translations`, then translate in book/locale/ what it left"
    settled(editions.problems(facts), todo)


@pytest.mark.parametrize(
    ("table", "key", "cells", "passage"),
    [
        ("ladder", "ladder.v3_rental", {"label": "V3 at another price"}, "ladder.v3_rental.label"),
        ("ratings", "Misleading", {"meaning": "Something else."}, "rating.Misleading.meaning"),
        (
            "claims",
            "Self-funded",
            {"sentence": "It is not."},
            "claim.13.sentence",
        ),
    ],
)
def test_a_change_of_the_english_text_is_noticed_in_every_language(
    data: Path, table: str, key: str, cells: Row, passage: str
) -> None:
    problems = _changed(data, table, _edit(key, **cells))
    assert len(problems) == len(LANGUAGES)
    for language, problem in zip(LANGUAGES, problems, strict=True):
        place = rf"book/locale/{language}/edition\.po:\d+: passage '{passage}'"
        assert re.match(rf"{place}: the English text has changed", problem)
        assert "python -m analysis translations" in problem


@pytest.fixture
def locale(tmp_path: Path) -> Path:
    """A copy of the catalogues."""
    return Path(shutil.copytree(catalogues.LOCALE, tmp_path / "locale"))


def _written(folder: Path, language: str, old: str, new: str) -> None:
    """Replace a passage's translation in a catalogue as an editor would write it."""
    path = catalogues.path(language, folder)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if message.context == old:
            message.string = new
    with path.open("wb") as out:
        write_po(out, catalogue)


@pytest.mark.parametrize(
    ("language", "key", "text", "said"),
    [
        ("vi", "claim.8.sentence", "", "passage 'claim.8.sentence': is not translated"),
        ("fil", "index.lead", "Noong 2025: 50,000 GPU.", "the typed numeral '50,000'"),
        (
            *("de", "index.the-machines", "{num}`ladder.cluster:.0/M` Millionen."),
            "does not cite the same numbers",
        ),
        ("nl", "claim.2.sentence", "Een bewering zonder getal.", "does not cite the same numbers"),
        ("de", "index.title", "Ein anderer Titel", "book/de.md: does not show"),
    ],
)
def test_a_fault_in_a_catalogue_is_named_with_its_line(
    locale: Path, facts: Facts, language: str, key: str, text: str, said: str
) -> None:
    _written(locale, language, key, text)
    problems = editions.problems(facts, locale)
    assert any(said in problem for problem in problems), problems
    assert len(problems) <= 2


def test_the_catalogues_are_as_the_command_writes_them(facts: Facts, locale: Path) -> None:
    assert catalogues.update(editions.english(facts), locale) == []


def test_a_changed_passage_is_fuzzy_until_somebody_has_read_it(facts: Facts, locale: Path) -> None:
    english = editions.english(facts) | {"index.title": "Another title?"}
    changed = catalogues.update(english, locale)
    assert [path.parent.name for path in changed] == list(LANGUAGES)
    text = catalogues.path("de", locale).read_text(encoding="utf-8")
    assert "#, fuzzy\n#| msgctxt" in text or "#, fuzzy\n#| msgid" in text
    assert "Was hat DeepSeek-V3 gekostet?" in text  # kept, to be corrected
    catalogues.update(editions.english(facts), locale)  # the English is as it was
    (problem, *_) = editions.problems(facts, locale)
    assert "correct it, then delete the line '#, fuzzy'" in problem
    path = catalogues.path("de", locale)
    path.write_text(path.read_text("utf-8").replace("#, fuzzy\n", ""), encoding="utf-8")
    assert not [p for p in editions.problems(facts, locale) if "/de/" in p]


def test_a_new_language_gets_a_catalogue_and_a_passage_that_is_gone_goes(
    facts: Facts, locale: Path
) -> None:
    shutil.rmtree(locale / "nl")
    english = editions.english(facts)
    del english["index.title"]
    catalogues.update(english, locale)
    assert set(catalogues.texts("nl", locale)) == set(english)
    assert set(catalogues.texts("nl", locale).values()) == {""}
    assert "index.title" not in catalogues.texts("de", locale)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_any_passage_survives_its_catalogue(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogues.update({"key": text or "x"}, folder)
        (message,) = catalogues.messages(catalogues.read("de", folder))
        assert message.id == catalogues.one_line(text) or not catalogues.one_line(text)


def test_every_passage_of_the_landing_page_is_found(facts: Facts) -> None:
    found = editions.english(facts)
    text = (editions.BOOK / "index.md").read_text(encoding="utf-8")
    cited = set(re.findall(r"\{num\}`([^`:]+)", text))
    passages = " ".join(found[key] for key in found if key.startswith("index."))
    assert cited == set(re.findall(r"\{num\}`([^`:]+)", passages))
    assert "{num}`costs.rental_total" in found["index.answer"]
    assert found["verdicts.myth-or-truth"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_the_words_of_its_own_copy_or_none(language: str, facts: Facts) -> None:
    quotes = editions.editions(facts)[language]["quotes"]
    assert list(quotes) == [row["claim"] for row in facts.rows("claims")]
    for row in quotes.values():
        assert row.get("copy", language) == language
        assert bool(row["quote"]) == (row["state"] != "absent")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ladder_chart_speaks_the_language(language: str, facts: Facts, ladder: object) -> None:
    words = edition_charts.chart_words(language)
    frame = edition_charts.translated(ladder, language)  # type: ignore[arg-type]
    spec = ladder_chart(frame, words).to_dict()
    texts = editions.editions(facts)[language]["text"]
    said = str(spec)
    english = LadderWords()
    for word in (english.documented, english.claimed, english.meaning, english.axis, english.data):
        assert f"'{word}'" not in said
    assert texts["ladder.claimed_fleet.label"] in said
    assert spec["usermeta"]["furniture"]["download"] == texts["chart.download"]
    decimal = Locale.parse(language).number_symbols["latn"]["decimal"]
    assert f"5{decimal}58" in words.money(5.576e6)
    labels = [row["label"] for rows in spec["datasets"].values() for row in rows if "value" in row]
    assert len(labels) >= len(frame)
    assert max(map(len, labels)) <= 62  # what a phone's width holds
    assert len(set(frame["label"])) == len(frame)


def test_the_english_chart_is_as_it_was(ladder: object) -> None:
    assert short_usd(12.6e6, 7.0e6, 26.9e6) == "$12.6M ($7.0M–$26.9M)"
    labels = LadderWords().axis_labels([1e5, 1e9])
    assert labels == '({"100000": "$100K", "1000000000": "$1B"})[datum.value]'
    assert "furniture" not in ladder_chart(ladder).to_dict()["usermeta"]  # type: ignore[arg-type]


@pytest.mark.site
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_built_page_has_language_ratings_quotes_and_links(
    site: Path, language: str, facts: Facts
) -> None:
    page = (site / f"{language}.html").read_text(encoding="utf-8")
    texts = editions.editions(facts)[language]["text"]
    assert f'<html lang="{language}"' in page
    for row in facts.rows("claims"):
        assert f'id="claim-{row["claim"]}"' in page
    rated = re.findall(r'<a class="rating [^"]*" href="verdicts\.html#claim-\w+">([^<]+)</a>', page)
    given = [texts[f"rating.{row['rating']}"] for row in facts.rows("claims")]
    assert rated == given
    for row in editions.editions(facts)[language]["quotes"].values():
        if row["quote"]:
            assert row["quote"].split()[0].strip('"') in page
    for other in {"index", *LANGUAGES} - {language}:
        code = "en" if other == "index" else other
        assert f'<a href="{other}.html" lang="{code}" hreflang="{code}">' in page
    for row in facts.rows("copies"):
        if row["site"]:
            assert f"//{row['site']}" not in page
    assert re.search(r'class="card" role="tooltip" id="[^"]+" lang="en"', page)
