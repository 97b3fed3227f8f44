"""The check for typed numerals: what it finds and what it lets pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from press.publishing import known, pages, reading
from press.publishing.prose import front_matter, located
from tests.conftest import ROOT

Problems = Callable[[str], list[str]]


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Problems:
    """What the check says of a chapter with this text."""

    def found(text: str) -> list[str]:
        (tmp_path / "chapter.md").write_text(text, encoding="utf-8")
        monkeypatch.setattr(pages, "BOOK", tmp_path)
        monkeypatch.setattr(known, "BOOK", tmp_path)
        return [line for line in pages.untidy("chapter") if "'description'" not in line]

    return found


@pytest.mark.parametrize(
    "text",
    [
        "It cost 5.576 million dollars.",
        "About 50,000 GPUs.",
        "A fall of 17 %.",
        "It cost \\$6M.",
        "```{margin}\nThe price was 2 dollars.\n```",
        ":::{answer}\nIt was 11 times as much.\n:::",
        "Both { and } with 42 between.",
        "It is {word}`V3-009 < 3 ? below 3 dollars : above`.",
        "A [link with 42](costs.md).",
        "![a picture of 42](x.png)",
        "| a | b |\n|---|---|\n| x | 42 |",
    ],
)
def test_typed_numerals_are_found(problems: Problems, text: str) -> None:
    assert len(problems(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "It cost {num}`costs.rental_total:$.3M` at {num}`V3-009:$.0`.",
        "On 27 January 2025 and in March 2025, and on January 27, Nvidia fell.",
        "DeepSeek-V3, R1, GPT-4o, H800, FP8, Llama 3.1 405B, Claude 3.5 Sonnet, Qwen2.5-72B.",
        "See Table 1, section 3.2, and claims 6 and 7.",
        "They wrote {lit}`“almost $1.3B”`.",
        "The formula $x^2 + 3$ and the code `x = 42`.",
        "```{code-cell}\nx = 42\n```",
        "```python\nx = 42\n```",
        "A [link](page-42.md) to arXiv 2412.19437.",
        "1. first\n2. second",
        "From 2023–2024 on.",
        "Am 7. Mai und den 3 tháng 5, op 12 maart, 4 जनवरी.",
        "It is {word}`V3-009 < 3 ? below : above`.",
    ],
)
def test_what_is_marked_or_a_name_passes(problems: Problems, text: str) -> None:
    assert problems(text) == []


def test_the_message_names_file_line_and_what_to_do(problems: Problems) -> None:
    (problem,) = problems("---\ndescription: 5 things\n---\n\nNine lines, 12 numbers.")
    assert problem.startswith("book/chapter.md:5: found the typed numeral '12'")
    assert "{num}`KEY`" in problem


def test_text_after_a_margin_note_is_read_again() -> None:
    text = "```{margin}\nnote\n```\nafter"
    assert [passage.source for passage in reading.read(text).passages] == ["note", "after"]


def test_a_place_in_a_notebook_becomes_a_line_of_the_chapter(tmp_path: Path) -> None:
    text = "---\na: 1\n---\n\n# One\n\nTwo\n\n```{code-cell}\n:tags: [x]\n\ny\n```\n\nThree\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    said = (
        "book/page.ipynb:10004: WARNING: a\nbook/page.ipynb:30002: b\nbook/page.md: cell 2 failed"
    )
    assert located(said, tmp_path).splitlines() == [
        "book/page.md:7: a",
        "book/page.md:15: b",
        "book/page.md:12: cell 2 failed",
    ]
    assert located("data/facts.csv:7: x", tmp_path) == "data/facts.csv:7: x"


def test_a_broken_front_matter_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("---\na: 1\nb: [\n---\n# Page", encoding="utf-8")
    with pytest.raises(ValueError, match=r"book/page.md:3: is not YAML"):
        front_matter(path)
    path.write_text("---\nno end", encoding="utf-8")
    assert front_matter(path) == {}


LONGER = {
    "index": "the headline names the run, the range and the claimed fleet",
    "calculator": "its first sentence asks the reader to move something",
}


@pytest.mark.parametrize("path", sorted((ROOT / "book").glob("*.md")), ids=lambda path: path.stem)
def test_an_answer_is_two_sentences_with_three_numbers_at_most(path: Path) -> None:
    found = re.search(r"^:::\{answer\}\n(.*?)^:::", path.read_text("utf-8"), re.DOTALL | re.M)
    if found and path.stem not in LONGER:
        said = re.sub(r"\{\w+\}(`+)[^`]*\1", "N", found[1])
        assert found[1].count("{num}`") <= 3
        assert len(re.findall(r"[.!?](?=\s|$)", said)) <= 2
