"""The words of the ladder chart: in English, or in the language of an edition."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from press.catalogues import texts
from press.formats import EN_DASH, ENGLISH, LANGUAGES, Separators, format_number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LadderWords:
    """What the ladder chart says; the names in braces are filled in when it is drawn."""

    title: str = (
        "V3’s run cost {run}, with research, R1 and people {low} to {high}; "
        "the {claim} is a claim about a whole fleet"
    )
    alt: str = (
        "Dots with range bars on a logarithmic dollar scale, one for each definition of cost, "
        "by what is counted: the run, its development, with people, machines. {rungs}. "
        "The last is the only one that is merely claimed."
    )
    source: str = "This report’s figures; DeepSeek, Epoch AI and SemiAnalysis as the table says"
    axis: str = "US dollars, logarithmic scale"
    the_run: str = "The run"
    development: str = "Its development"
    with_people: str = "With people"
    machines: str = "Machines, for all purposes"
    rung: str = "Rung"
    usd: str = "USD"
    low: str = "low"
    high: str = "high"
    meaning: str = "Meaning"
    includes: str = "Includes"
    leaves_out: str = "Leaves out"
    standing: str = "Standing"
    documented: str = "documented"
    inferred: str = "inferred"
    claimed: str = "claimed"
    thousand: str = "${}K"
    million: str = "${}M"
    billion: str = "${}B"
    source_line: str = "Source: {}"
    data: str = "Data"
    data_of: str = "Data of the chart: {}"
    download: str = "Download as CSV"
    separators: Separators = ENGLISH

    def boundary(self, name: str) -> str:
        """What a boundary of ``data/ladder.csv`` is called."""
        return str(getattr(self, name.replace(" ", "_")))

    def money(self, value: float, low: float | None = None, high: float | None = None) -> str:
        """Dollars as a chart labels them, with the range where it is wider than the rounding.

        >>> LadderWords().money(12.6e6, 7.0e6, 26.9e6)
        '$12.6M ($7.0M–$26.9M)'
        """
        text = self.amount(value, "~3")
        if low is None or high is None or high - low < 0.01 * value:
            return text
        scale = _scale(low)
        digits = ".0" if scale == "K" or (low >= 1e7 and scale == "M") else ".1"
        if self.separators == ENGLISH:
            ends = (self.amount(end, digits, scale) for end in (low, high))
            return f"{text} ({EN_DASH.join(ends)})"
        both = EN_DASH.join(
            format_number(end, f"{digits}/{scale}", self.separators) for end in (low, high)
        )
        return f"{text} ({self._in(scale, both)})"

    def amount(self, value: float, digits: str, scale: str = "") -> str:
        """A sum of dollars in thousands, millions or billions.

        >>> LadderWords().amount(26.09e6, ".0"), LadderWords().amount(1e5, "")
        ('$26M', '$100K')
        """
        scale = scale or _scale(value)
        return self._in(scale, format_number(value, f"{digits}/{scale}", self.separators))

    def _in(self, scale: str, number: str) -> str:
        return {"K": self.thousand, "M": self.million, "B": self.billion}[scale].format(number)

    def axis_labels(self, values: list[float]) -> str:
        """A Vega expression that labels these values of a dollar axis."""
        labels = {f"{value:.0f}": self.amount(value, "") for value in values}
        if self.separators != ENGLISH:  # the axis names the currency, and these words are longer
            labels = {value: text.replace("$", "").strip() for value, text in labels.items()}
        return f"({json.dumps(labels, ensure_ascii=False)})[datum.value]"

    def furniture(self) -> dict[str, Any]:
        """What a page prints around the chart, as ``press.theme.finish`` takes it."""
        parts = ("source_line", "data", "data_of", "download")
        marks = {"separators": dataclasses.asdict(self.separators)}
        return {name: getattr(self, name) for name in parts} | marks


def _scale(value: float) -> str:
    return "B" if value >= 1e9 else "M" if value >= 1e6 else "K"


def ladder_words(texts: Mapping[str, str], separators: Separators) -> LadderWords:
    """The chart's words from an edition's texts, whose keys are ``chart.NAME``."""
    names = [field.name for field in dataclasses.fields(LadderWords)]
    given = {name: texts[f"chart.{name}"] for name in names if f"chart.{name}" in texts}
    return LadderWords(**given, separators=separators)


def chart_words(language: str) -> LadderWords:
    """The words of the ladder chart in one language."""
    return ladder_words(texts(language), LANGUAGES[language])


def translated(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """The ladder's frame with labels, meanings and standings in another language."""
    said = texts(language)
    changed = {
        column: [said[f"{key}.{column}"] for key in frame["key"]]
        for column in ("label", "definition", "leaves_out")
    }
    standing = [said[f"chart.{name}"] for name in frame["standing"]]
    return frame.drop(columns="includes").assign(**changed, standing=standing)
