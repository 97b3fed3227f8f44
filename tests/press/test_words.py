"""Words that follow numbers: what the conditions say, what is refused, one language everywhere."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press import words
from press.facts import Facts
from press.formats import COUNTED, LANGUAGES, format_number
from press.publishing import reading, wording
from press.publishing.export import committed
from press.publishing.prose import front_matter, numerals
from tests.conftest import ROOT, settled

NUMBERS = {
    ("a.b", "value"): 2.0,
    ("a.b", "low"): 1.0,
    ("a.b", "high"): 4.0,
    ("V3-009", "value"): 3.0,
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.b < V3-009 ? below : above", "below"),
        ("a.b@high < V3-009 ? below : above", "above"),
        ("1 < a.b < 3 ? between : outside", "between"),
        ("1 < a.b@high < 3 ? between : outside", "outside"),
        ("a.b > 9 ? high : a.b > 1 ? middle : low", "middle"),
        ("a.b == 2 and not V3-009 < 2 ? both : no", "both"),
        ("a.b ≥ 2 × V3-009 or a.b − 1 ≠ 1 ? one : neither", "neither"),
        ("(a.b + 1) / V3-009 == 1 ? the same : another", "the same"),
        ('a.b < 1 ? "yes : or ? no" : ""', ""),
        ("a.b > 1 ? {num}`a.b : x` : other", "{num}`a.b : x`"),
        ("a.b\n > -1 ? two\n lines : other", "two lines"),
    ],
)
def test_the_first_condition_that_holds_gives_the_words(text: str, said: str) -> None:
    assert words.choice(text).words(lambda *key: NUMBERS[key]) == said


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("below every price", "expected CONDITION ? WORDS : OTHER WORDS"),
        ("a.b < 2 ? below", "the words for when it is false"),
        ("a.b ? yes : no", "expected a comparison"),
        ("a.b < ? yes : no", "found the condition 'a.b <'"),
        ("a.b is 2 ? yes : no", "found the condition"),
        ("a.b@middle < 2 ? yes : no", "expected @low or @high"),
        ("open('x') < 2 ? yes : no", "found the condition"),
        ("a.b ** 2 < 3 ? yes : no", "found the condition"),
        ("a.b, 2 ? yes : no", "found the condition"),
        ("“a.b” < 2 ? yes : no", "found the condition"),
        ("True ? yes : no", "expected a comparison"),
    ],
)
def test_what_is_no_condition_is_refused_in_words(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("?", r"\?")):
        words.choice(text)


@given(st.text())
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        words.choice(text)


def test_words_follow_the_facts() -> None:
    text = "V3-009 < costs.market_price@low ? below every price : not below every price"
    assert words.word(text) == "below every price"
    assert words.word(text, Facts(overrides={"V3-009": 400.0})) == "not below every price"
    named = "At {num}`v3.price_per_gpu_hour:$.2` {word}``V3-009 > 3 ? {num}`V3-009:count` : low``."
    assert words.plain(named, Facts(overrides={"V3-009": 4.0})) == "At $4.00 four."


@pytest.mark.parametrize("text", ["{num}`costs.none`", "{word}`costs.none < 2 ? a : b`"])
def test_an_unknown_key_is_named(text: str) -> None:
    with pytest.raises(KeyError, match=r"found 'costs\.none', expected the key of a figure"):
        words.plain(text)


@pytest.mark.parametrize("spec", ["count", "times", "part"])
def test_number_words_are_english_and_digits_elsewhere(spec: str) -> None:
    assert format_number(0.5, spec) != format_number(0.5, spec, LANGUAGES["de"])
    assert not any(c.isalpha() for c in format_number(0.5, spec, LANGUAGES["de"]))


@given(st.floats(0.01, 1e6))
def test_how_many_times_is_within_five_percent(value: float) -> None:
    said = format_number(value, "times").removesuffix(" times")
    known = {"half": 0.5, "once": 1.0, "twice": 2.0}
    number = known.get(said) or (
        float(COUNTED.index(said)) if said in COUNTED else float(said.replace(",", ""))
    )
    assert number == pytest.approx(value, rel=0.051)


def test_no_conclusion_is_typed_beside_a_number() -> None:
    seen = wording.reviewed()
    pages = [path.stem for path in (ROOT / "book").glob("*.md") if path.stem not in LANGUAGES]
    found = [line for page in pages for line in wording.comparisons(page, seen)]
    settled(found, "Compute these words with {word}, or say in book/reviewed.csv why they stand")
    settled(seen.gone(frozenset(f"book/{page}.md" for page in pages)), "Delete these reviews")


def test_nor_in_titles_and_alternative_texts_of_charts() -> None:
    found = wording.elsewhere(wording.reviewed())
    settled(found, "Compute these words with press.words, or review them in book/reviewed.csv")


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('finish(chart, title=f"{share} lies below the range")', "'below' beside a number"),
        ('title = f"V3 took {hours} hours, twice the plan of {plan}"', "'twice' beside a number"),
        ('finish(chart, alt="Bars up to 2,788 hours")', "2,788"),
        ('finish(chart, title=f"{share} is {side} the range")', ""),
    ],
)
def test_typed_words_of_charts_are_found(code: str, found: str) -> None:
    lines = list(wording._in_code("analysis/charts/x.py", code, 0, wording.Reviewed([])))
    assert [found in line for line in lines] == [True] * bool(found)


def _keys(name: str, content: str) -> set[str]:
    """What decides what a role prints: figures and facts."""
    if name == "word":
        return {key for key, _ in words.choice(content).keys()}
    return {content.partition(":")[0].partition("@")[0]} if name == "num" else set()


SAID = [
    (f"book/{path.name}:{passage.line}", typed, name, content, keys)
    for path in sorted((ROOT / "book").glob("*.md"))
    if path.stem not in LANGUAGES
    for passage in reading.read(path.read_text(encoding="utf-8")).passages
    for typed in ["".join(text for _, text in passage.texts())]
    for _, name, content in passage.roles()
    if (keys := _keys(name, content))
]
"""Place, typed text, role, its content and its keys, of all roles that numbers decide."""
PARAMETERS = {
    fact
    for path in (ROOT / "book").glob("*.md")
    for behind in (front_matter(path).get("assumes") or {}).values()
    for fact in behind.split()
}


@functools.cache
def _plain(key: str) -> Any:
    return words.record(key, Facts())


def _said(facts: Facts) -> list[str]:
    """The facts behind parameters, and those that most of what the pages say rests on."""
    fed = {record["key"]: record["facts"] for record in committed()}
    table = facts.table("facts").by_key
    count = Counter(f for *_, keys in SAID for k in keys for f in fed.get(k, [k]) if f in table)
    numbers = [f for f, _ in count.most_common() if isinstance(table[f]["value"], float)]
    return sorted({*PARAMETERS, *numbers[:20]})


@pytest.mark.parametrize(
    "fact",
    [pytest.param(f, marks=[pytest.mark.slow][f in PARAMETERS :]) for f in _said(Facts())],
)
def test_what_pages_say_holds_whatever_a_fact_becomes(fact: str) -> None:
    """At a hundredth and a hundred times of a fact: conditions hold, and no number is typed."""
    fed = {record["key"] for record in committed() if fact in record["facts"]}
    for factor in (0.01, 100.0):
        facts = Facts(overrides={fact: Facts().value(fact) * factor})
        records: dict[str, Any] = {}

        def record(key: str, facts: Facts = facts, known: dict[str, Any] = records) -> Any:
            known.setdefault(key, words.record(key, facts))
            return known[key]

        for place, typed, name, content, keys in SAID:
            if not keys & {*fed, fact}:
                continue
            try:
                if name == "word":
                    choice, said = words.choice(content), words.word(content, record)
                    assert said in [*(w for _, w in choice.cases), choice.otherwise], place
                    continue
                before, after = words.number(content, _plain), words.number(content, record)
            except ValueError:  # the figure itself refuses such a fact
                continue
            if before != after and len(before) > 2 and numerals(typed):
                alone = rf"(?<![\w.,$]){re.escape(before)}(?![\w.,]?\w)"
                assert not re.search(alone, typed), f"{place}: {before} is typed"
