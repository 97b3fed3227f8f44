"""Number formats: examples a reader would check, then properties."""

from __future__ import annotations

import pytest
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from press.formats import LANGUAGES, default_spec, format_number, format_range

GERMAN = LANGUAGES["de"]


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (5.576e6, "$.3M", "$5.576M"),
        (671.026e9, ".0B", "671B"),
        (-0.169684, "+.1%", "−17.0\u202f%"),
        (0.05, "+.0%", "+5\u202f%"),
        (2048, ",.0", "2,048"),
        (11.0617, ".1x", "11.1\u202f×"),
        (2.664e6, ",.0/K thousand GPU-hours", None),
        (2.664e6, ",.0/K thousand", None),
        (1.233e18, "~3", "1.23\u00a0×\u00a010¹⁸"),
        (0.000123456, "~3", "0.000123"),
        (0.125, ".2", "0.13"),
        (-0.0001, ".1", "0.0"),
        (5.576e6, ".3/M", "5.576"),
        (944e6, "$.0M", "$944M"),
        (5.576e6, ".0/L", "56"),
    ],
)
def test_examples(value: float, spec: str, text: str | None) -> None:
    if text is None:
        assert format_number(value, spec).startswith("2,664 ")
    else:
        assert format_number(value, spec) == text


def test_another_language_swaps_marks_and_currency() -> None:
    assert format_number(5.576e6, "$.3/M Mio.", GERMAN) == "5,576\u00a0$ Mio."
    assert format_number(2048, ",.0", GERMAN) == "2.048"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [0.5, 2048.0, 147336.0, 2788000.0, 14.8e12])
def test_every_language_groups_and_marks_as_the_unicode_cldr_says(
    language: str, value: float
) -> None:
    separators = LANGUAGES[language]
    assert format_number(value, ",.0", separators) == format_decimal(
        float(f"{value + 1e-9:.0f}"), "#,##0" if language != "hi" else None, language
    )
    share = format_percent(0.17, locale=language).replace("\u00a0", "\u202f")
    assert format_number(0.17, ".0%", separators) == share
    money = format_currency(value, "USD", locale=language).replace("US$", "$")
    assert format_number(value, "$,.2", separators) == money


@pytest.mark.parametrize("spec", ["M$", ".x", "$$", "abc", "..1", "%%"])
def test_an_unknown_format_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="expected something like"):
        format_number(1.0, spec)


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_decimals_stay_within_half_a_unit_of_the_last_place(value: float, decimals: int) -> None:
    text = format_number(value, f".{decimals}").replace("−", "-")
    assert abs(float(text) - value) <= 0.5 * 10**-decimals * (1 + 1e-6) + abs(value) * 1e-9


@given(st.floats(1e-12, 1e14), st.integers(1, 6))
def test_significant_digits_stay_within_half_a_unit(value: float, digits: int) -> None:
    text = format_number(value, f"~{digits}")
    assert abs(float(text) - value) <= abs(value) * 10 ** (1 - digits)


@given(st.floats(0, 1e15), st.sampled_from(["USD", "share", "ratio", "GPU-hour", "token", "day"]))
def test_every_unit_has_a_format_that_works(value: float, unit: str) -> None:
    assert format_number(value, default_spec(unit, value))


def test_a_range_has_both_ends() -> None:
    assert format_range(2.6e6, 4.3e6, "$.1M") == "$2.6M–$4.3M"
