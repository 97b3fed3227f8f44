"""Chapters with other inputs: their parameters, the facts behind them, and what follows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from press import figures
from press.facts import Facts
from press.publishing import site
from press.publishing.export import committed
from press.publishing.prose import front_matter
from press.publishing.sphinx_ext import NumberRole
from tests.conftest import ROOT

BOOK = ROOT / "book"
ASSUMES: dict[str, dict[str, str]] = {
    path.stem: found
    for path in sorted(BOOK.glob("*.md"))
    if (found := front_matter(path).get("assumes") or {})
}
PAIRS = [(chapter, name) for chapter, behind in ASSUMES.items() for name in behind]


def _text(chapter: str) -> str:
    return (BOOK / f"{chapter}.md").read_text(encoding="utf-8")


def _left_open(text: str) -> set[str]:
    """Parameters that stand for a published value: those that are ``None`` until one is given."""
    cell = re.search(r":tags: \[parameters.*?\n(.*?)```", text, re.DOTALL)
    return set(re.findall(r"^(\w+) = None\b", cell[1], re.MULTILINE)) if cell else set()


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_a_parameter_has_facts_behind_it_and_is_in_the_list(path: Path) -> None:
    behind = ASSUMES.get(path.stem, {})
    assert _left_open(_text(path.stem)) == set(behind), "parameters cell and front matter differ"
    listed = re.findall(rf"\({re.escape(path.name)}\) \| `(\w+)`", _text("reproduce"))
    assert listed == list(behind), "book/reproduce.md lists others"
    for name, facts in behind.items():
        assert facts.split(), name
        Facts(overrides=dict.fromkeys(facts.split(), 1.0))  # each exists and is a number


@pytest.mark.parametrize(("chapter", "name"), PAIRS)
def test_a_parameter_moves_what_its_chapter_prints(chapter: str, name: str) -> None:
    text, ids = _text(chapter), ASSUMES[chapter][name].split()
    printed = set(re.findall(r"\{num\}`([^`@:]+)", text))
    for fact in ids:
        assert re.search(rf'"{fact}"', text), f"the chapter's code does not assume {fact}"
    changed = Facts(overrides={fact: 1.5 * Facts().value(fact) for fact in ids})
    fed = [r for r in committed() if r["key"] in printed and set(ids) & set(r["facts"])]
    assert any(figures.value(r["key"], changed) != r["value"] for r in fed)


def test_none_leaves_a_fact_as_it_is() -> None:
    same = Facts(overrides={"V3-009": None})
    assert same.overrides == {}
    assert same.value("V3-009") == Facts().value("V3-009")
    with pytest.raises(KeyError, match="no fact 'V3-xyz'"):
        Facts(overrides={"V3-xyz": None})


def test_a_number_without_range_prints_itself_where_a_reader_assumes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Role(NumberRole):
        env = SimpleNamespace(docname="left-out")

    exact = {"value": 3.0, "low": None, "high": None, "unit": "ratio"}
    with pytest.raises(ValueError, match="has no range"):
        Role()._text(exact, "range", ".1x")
    monkeypatch.setenv("SITE_ASSUMED", "development_factor = 3.0")
    assert [Role()._text(exact, part, ".1") for part in ("low", "high", "range")] == ["3.0"] * 3


def test_each_input_is_computed_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second try in the same folder does not print the numbers of the first."""

    def price(facts: Facts, _: object = None) -> dict[str, Any]:
        return {"price": facts.value("V3-009"), "figures": {}}

    monkeypatch.setattr(site, "site_data", price)
    monkeypatch.setattr(site.live, "script", lambda *_: "")
    for value in (3.42, 5.0, 3.42):
        site._compute(tmp_path, {"V3-009": value})
        assert json.loads((tmp_path / "site.json").read_text("utf-8"))["price"] == value


@pytest.mark.parametrize("factor", [1.2, 12.0])
def test_a_ratio_beyond_those_seen_elsewhere_is_a_range_still(factor: float) -> None:
    found = figures.evaluate("left_out.ratio", Facts(overrides={"C207": factor}))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def test_an_impossible_utilisation_is_refused_in_words() -> None:
    with pytest.raises(figures.FigureError, match="division by zero, with C199 = 0"):
        figures.value("training_runs.v3_predicted", Facts(overrides={"C199": 0.0}))
