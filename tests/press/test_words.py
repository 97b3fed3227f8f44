"""Words that follow numbers: what the conditions say, what is refused, one language everywhere."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press import figures, words
from press.facts import Facts
from press.formats import COUNTED, LANGUAGES, format_number
from press.publishing import reading, wording
from tests.conftest import ROOT

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


CHOICES = [
    (path.stem, content)
    for path in sorted((ROOT / "book").glob("*.md"))
    for passage in reading.read(path.read_text(encoding="utf-8")).passages
    for _, name, content in passage.roles()
    if name == "word"
]


def test_no_conclusion_is_typed_beside_a_number() -> None:
    seen = wording.reviewed()
    pages = [path.stem for path in (ROOT / "book").glob("*.md") if path.stem not in LANGUAGES]
    assert [line for page in pages for line in wording.comparisons(page, seen)] == []
    assert list(seen.gone(frozenset(f"book/{page}.md" for page in pages))) == []


@pytest.mark.parametrize("factor", [0.01, 100.0])
def test_words_of_the_book_hold_whatever_the_facts_become(factor: float) -> None:
    """Each condition is computed with every fact that it compares at an extreme."""
    table = Facts().table("facts").by_key
    pairs = []
    for _, content in CHOICES:
        for key, _ in words.choice(content).keys():
            fed = figures.evaluate(key).facts if "." in key and key not in table else [key]
            pairs += [(content, f) for f in fed if isinstance(table.get(f, {}).get("value"), float)]
    for content, fact in list(dict.fromkeys(pairs))[:30]:
        choice = words.choice(content)
        facts = Facts(overrides={fact: Facts().value(fact) * factor})
        try:
            said = words.word(content, facts)
        except figures.FigureError:  # the figure itself refuses such a fact
            continue
        assert said in [*(wording for _, wording in choice.cases), choice.otherwise]
