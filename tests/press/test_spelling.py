"""The spelling check: what it finds, what it lets pass, and where it looks."""

from __future__ import annotations

import random

import pytest

from press.facts import Facts
from press.publishing import spelling
from tests.conftest import ROOT, settled

PAGES = [*ROOT.glob("*.md"), *ROOT.glob("book/*.md")]


def test_the_report_is_spelt_as_the_dictionary_and_the_word_list_have_it() -> None:
    places = (*spelling.chapters(PAGES), *spelling.data(Facts()), *spelling.code())
    settled(spelling.misspelt(places), "Correct these words, or add them to book/words.txt")


@pytest.mark.parametrize(
    "text",
    [
        "DeepSeek, Nvidia and SemiAnalysis paid for H800s; the MoE used fp8 on 2048 GPUs.",
        "See {term}`KV cachee`, `configg.json`, $x_{trainig}$ and [a page](trainig.md).",
        "The paper says “we analyse the behavior of teh model”.",
        "The run's cost, the users’ hours, a pre-training run.",
        "https://example.org/trainig <https://example.org/trainig>",
    ],
)
def test_names_code_addresses_and_quotations_pass(text: str) -> None:
    assert spelling.unknown(text) == []


def test_most_slips_of_the_finger_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(1)
    words = sorted(
        {
            word
            for file, _, text in spelling.chapters(PAGES)
            if file.startswith("book/")
            for word in text.split()
            if word.isascii() and word.isalpha() and word.islower() and len(word) > 4
        }
    )
    found = slips = 0
    for word in words:
        at = chance.randrange(1, len(word) - 1)
        turned = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for slip in (word[:at] + word[at + 1 :], turned, word[:at] + word[at] + word[at:]):
            if slip != word:
                slips += 1
                found += spelling.unknown(slip) == [slip]
    with capsys.disabled():
        print(f"\n{slips} slips in {len(words)} words of the chapters: {found} found")
    assert found > 0.9 * slips


def test_the_word_list_is_sorted_and_needed() -> None:
    lines = spelling.WORDS.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert words == sorted(set(words), key=str.lower)
    assert not [word for word in words if word.lower() in spelling._dictionary()]
