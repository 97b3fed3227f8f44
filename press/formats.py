"""How numbers are printed: one small format language for prose, cards, tables and charts.

``[+][$|€|¥][,][.N|~N][K|M|B|T|%|x|/K|/L|/M|/B|/T][ suffix]``

``+`` always prints the sign; a currency sign goes before the number; ``,`` groups thousands;
``.N`` gives N decimals and ``~N`` N significant digits; a scale letter divides and prints the
letter, ``/M`` divides and prints nothing (``/L`` by a lakh); ``%`` multiplies by 100; ``x``
prints the sign of times.

Three formats print words, in English: ``count`` (four), ``times`` (twice, 2.3 times) and ``part``
(half, two thirds), each from the number that it is given; ``Count``, ``Times`` and ``Part`` begin a
sentence. What has no word is printed in digits, and so is everything in other languages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

SCALES = {"": 1.0, "K": 1e3, "L": 1e5, "M": 1e6, "B": 1e9, "T": 1e12}
MINUS, NARROW_SPACE, TIMES, EN_DASH = "\u2212", "\u202f", "\u00d7", "\u2013"
NO_BREAK_SPACE = "\u00a0"
COUNTED = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_PART_WORDS = (
    *((1 / 10, "a tenth"), (1 / 5, "a fifth"), (1 / 4, "a quarter"), (1 / 3, "a third")),
    *((2 / 5, "two fifths"), (1 / 2, "half"), (3 / 5, "three fifths"), (2 / 3, "two thirds")),
    *((3 / 4, "three quarters"), (4 / 5, "four fifths"), (9 / 10, "nine tenths")),
)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PATTERN = re.compile(
    r"(?P<sign>\+?)(?P<currency>[$€¥]?)(?P<group>,?)"
    r"(?:\.(?P<decimals>\d)|~(?P<digits>\d))?"
    r"(?:(?P<silent>/)(?=[KLMBT]))?(?P<scale>[KMBT%x]|(?<=/)L)?(?P<suffix> .+)?"
)


@dataclass(frozen=True)
class Separators:
    """How a language writes numbers: marks, where the currency sign stands, lakh and crore."""

    decimal: str = "."
    group: str = ","
    currency_last: bool = False
    currency_gap: str = ""
    percent_gap: str = NARROW_SPACE
    indian: bool = False


ENGLISH = Separators()
LANGUAGES = {
    "de": Separators(",", ".", currency_last=True, currency_gap=NO_BREAK_SPACE),
    "nl": Separators(",", ".", currency_gap=NO_BREAK_SPACE, percent_gap=""),
    "vi": Separators(",", ".", currency_last=True, currency_gap=NO_BREAK_SPACE, percent_gap=""),
    "hi": Separators(percent_gap="", indian=True),
    "fil": Separators(percent_gap=""),
}
"""The languages of the editions, by page name, as the Unicode CLDR has them."""


def column_spec(values: Iterable[float]) -> str:
    """One number format for a column: as many decimals as its numbers need, at most five digits.

    >>> column_spec([51, 51.8]), column_spec([778_066_898.67, 2.5e6]), column_spec([3, 2_048])
    (',.1', ',.0', ',.0')
    >>> column_spec([0.0000012, 3.5])  # too far apart for one
    ''
    """
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return ",.0"
    room = max(0, 5 - len(f"{max(sizes):.0f}"))
    needed = max(len(f"{size:.{room}f}".rstrip("0").partition(".")[2]) for size in sizes)
    return f",.{needed}" if min(sizes) >= 0.5 * 10**-needed and max(sizes) < 1e15 else ""


def format_number(value: float, spec: str = "", separators: Separators = ENGLISH) -> str:
    """The number in the given format.

    Raises
    ------
    ValueError
        If the format is not one of this language.

    Examples
    --------
    >>> format_number(5.576e6, "$.3M"), format_number(-0.1697, "+.1%"), format_number(2048, ",.0")
    ('$5.576M', '−17.0\\u202f%', '2,048')
    >>> format_number(11.06, ".1x"), format_number(671.026e9, "~3B parameters")
    ('11.1\\u202f×', '671B parameters')
    >>> format_number(4, "Count"), format_number(2.02, "times"), format_number(0.332, "part")
    ('Four', 'twice', 'a third')
    """
    if spec.lower() in _WORDED:
        words = _WORDED[spec.lower()](value, separators)
        return words[:1].upper() + words[1:] if spec[0].isupper() else words
    match = _PATTERN.fullmatch(spec)
    if not match:
        raise ValueError(f"found format {spec!r}, expected something like $.3M, ,.0 or +.1%")
    part = match.groupdict()
    scale = part["scale"] or ""
    number = value * 100 if scale == "%" else value / SCALES.get(scale, 1.0)
    body = _digits(abs(number), part["decimals"], part["digits"], grouped=bool(part["group"]))
    body = _localised(body, separators)
    if scale == "%":
        body += separators.percent_gap + "%"
    elif scale == "x":
        body += NARROW_SPACE + TIMES
    elif scale and not part["silent"]:
        body += scale
    if part["currency"]:
        ends = (part["currency"], body)
        body = separators.currency_gap.join(ends[::-1] if separators.currency_last else ends)
    negative = number < 0 and any(c in "123456789" for c in body)
    sign = MINUS if negative else "+" if part["sign"] and number > 0 else ""
    return sign + body + (part["suffix"] or "")


def _count(value: float, separators: Separators = ENGLISH) -> str:
    """A count in words up to twelve.

    >>> _count(8), _count(13), _count(2.5)
    ('eight', '13', '2.5')
    """
    if separators is ENGLISH and value in range(len(COUNTED)):
        return COUNTED[int(value)]
    return format_number(value, ",", separators)


def _times(value: float, separators: Separators) -> str:
    """How many times, to two digits: what stands before "as much".

    >>> [_times(x, ENGLISH) for x in (0.5, 1.98, 3.01, 2.34, 17.2)]
    ['half', 'twice', 'three times', '2.3 times', '17 times']
    """
    if separators is not ENGLISH:
        return format_number(value, "~2x", separators)
    digits = float(f"{value:.2g}")
    known = {0.5: "half", 1: "once", 2: "twice"}
    return known.get(digits, f"{_count(digits)} times")


def _part(value: float, separators: Separators) -> str:
    """A share in words where one is within a hundredth of it.

    >>> _part(0.745, ENGLISH), _part(0.43, ENGLISH)
    ('three quarters', '43\u202f%')
    """
    near, words = min(_PART_WORDS, key=lambda part: abs(part[0] - value))
    if separators is ENGLISH and abs(near - value) <= 0.01:
        return words
    return format_number(value, ".0%", separators)


_WORDED = {"count": _count, "times": _times, "part": _part}


def format_range(low: float, high: float, spec: str, separators: Separators = ENGLISH) -> str:
    """Both ends of a range with an en dash between.

    >>> format_range(2.6e6, 4.3e6, "$.1M")
    '$2.6M–$4.3M'
    """
    return EN_DASH.join(format_number(end, spec, separators) for end in (low, high))


def default_spec(unit: str, value: float) -> str:
    """A format that suits a unit: what a card prints where no format is given.

    >>> format_number(2788000, default_spec("GPU-hour", 2788000))
    '2,788,000'
    """
    if unit == "share":
        return "~3%"
    if unit == "ratio":
        return "~3x"
    size = abs(value)
    scale = "T" if size >= 1e12 else "B" if size >= 1e9 else "M" if size >= 1e6 else ""
    if unit.startswith("USD"):
        return f"$~4{scale}" if scale or size < 1e3 else "$,.0"
    if size >= 1e15:
        return "~4"
    if size >= 1e9:
        return f"~4{scale}"
    return ",.0" if float(value).is_integer() or size >= 1e4 else "~4"


def _digits(number: float, decimals: str | None, digits: str | None, *, grouped: bool) -> str:
    comma = "," if grouped else ""
    if decimals is not None:
        return f"{_half_up(number, int(decimals)):{comma}.{decimals}f}"
    if digits is None:
        if number >= 1e15:
            return _power(f"{number:.12g}")
        return f"{number:{comma}.0f}" if float(number).is_integer() else f"{number:{comma}.12g}"
    if number == 0:
        return "0"
    places = int(digits) - 1 - math.floor(math.log10(number))
    rounded = round(number, places)
    if rounded >= 1e15:
        return _power(f"{number:.{int(digits) - 1}e}")
    return f"{rounded:{comma}.{max(places, 0)}f}"


def _power(number: str) -> str:
    """Scientific notation as it is printed.

    >>> _power("1.23e+18").replace(NO_BREAK_SPACE, " ")
    '1.23 × 10¹⁸'
    """
    mantissa, _, exponent = number.partition("e")
    power = f"10{str(int(exponent)).translate(RAISED)}"
    return NO_BREAK_SPACE.join((mantissa, TIMES, power))


def _half_up(number: float, decimals: int) -> float:
    """Round a half upwards, as a reader does, where the binary number is within 1e-9 of it."""
    factor = 10.0**decimals
    scaled = number * factor
    return math.floor(scaled + 0.5 + 1e-9) / factor


def _localised(body: str, separators: Separators) -> str:
    if separators.indian and "," in body:
        whole, dot, rest = body.partition(".")
        body = _in_lakhs(whole.replace(",", "")) + dot + rest
    swap = {",": separators.group, ".": separators.decimal}
    return "".join(swap.get(c, c) for c in body)


def _in_lakhs(digits: str) -> str:
    """Groups of two above the last three digits.

    >>> _in_lakhs("2788000")
    '27,88,000'
    """
    head, tail = digits[:-3], digits[-3:]
    return ",".join([*re.findall(r"\d{1,2}(?=(?:\d\d)*$)", head), tail])
