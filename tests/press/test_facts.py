"""Facts: what exists is complete, and what is wrong is refused in plain words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from press.facts import DATA, Fact, Facts, tables
from press.tables import EVIDENCE, MAX_QUOTE_WORDS, DataError


@pytest.mark.parametrize("name", tables())
def test_every_table_is_valid_and_described(name: str, facts: Facts) -> None:
    table = facts.table(name)
    assert table.rows or name == "corrections"
    assert all(column.description for column in table.columns)


def test_every_fact_has_value_unit_source_and_grade(facts: Facts) -> None:
    for row in facts.table("facts").rows:
        assert row["value"] not in (None, "")
        assert row["unit"] in facts.table("units").by_key
        assert row["source"] in facts.table("sources").by_key
        assert row["evidence"] in EVIDENCE
        assert len((row["quote"] or "").split()) <= MAX_QUOTE_WORDS


@pytest.mark.parametrize("field", ["value", "unit", "source", "evidence"])
def test_a_fact_without_any_of_the_four_cannot_exist(field: str) -> None:
    complete = {"value": 1.0, "unit": "GPU", "source": "x", "evidence": "primary"}
    with pytest.raises(ValueError, match=f"a fact needs a {field}"):
        Fact(id="A", name="a.b", subject="a", quantity="b", **{**complete, field: ""})  # type: ignore[arg-type]


def _edit(folder: Path, column: str, value: str, row: int = 0, table: str = "facts") -> int:
    """Change one cell; returns the line that the message should name."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows[row][column] = value
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return row + 2


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("evidence", "prime", "expected one of primary, analyst"),
        ("evidence", "", "expected a value"),
        ("unit", "furlong", "expected a unit of data/units.csv"),
        ("source", "nobody", "expected the key of a row of data/sources.csv"),
        ("value", "", "expected a value"),
        ("date", "2025-13-01", "expected a date"),
        ("low", "many", "expected a finite number"),
        ("quote", "word " * 26, "expected no space at either end"),
        ("quote", ("word " * 26).strip(), "found 26 words, expected at most 25"),
        ("id", "", "expected a value"),
    ],
)
def test_a_bad_cell_names_file_row_column_found_and_expected(
    data: Path, column: str, value: str, words: str
) -> None:
    line = _edit(data, column, value)
    with pytest.raises(DataError) as caught:
        Facts(data).table("facts")
    message = str(caught.value)
    assert message.startswith(f"data/facts.csv:{line}: column '{column}'")
    assert words in message


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "2,048", "1_000", "two"])
def test_a_number_must_be_finite_and_plain(data: Path, value: str) -> None:
    number = next(
        i for i, row in enumerate(Facts().table("facts").rows) if isinstance(row["value"], float)
    )
    line = _edit(data, "value", value, number)
    with pytest.raises(DataError, match=rf"facts\.csv:{line}: column 'value': found"):
        Facts(data).table("facts")


def test_a_duplicate_id_names_both_rows(data: Path) -> None:
    first = Facts().table("facts").rows[0]["id"]
    _edit(data, "id", first, row=1)
    with pytest.raises(
        DataError, match=r"facts.csv:3: column 'id': found .* again \(first in row 2\)"
    ):
        Facts(data).table("facts")


def test_a_range_must_hold_its_value(data: Path) -> None:
    number = next(
        i for i, row in enumerate(Facts().table("facts").rows) if isinstance(row["value"], float)
    )
    _edit(data, "low", "1e30", number)
    with pytest.raises(
        DataError, match=r"a range needs both ends|column 'low': found 1e\+30, expected at most"
    ):
        Facts(data).table("facts")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "found columns ; expected"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"id,subject\n", "found columns id, subject; expected id, name, subject, quantity"),
    ],
)
def test_a_broken_file_is_refused(data: Path, text: bytes, words: str) -> None:
    (data / "facts.csv").write_bytes(text)
    with pytest.raises(DataError, match=r"data/facts\.csv") as caught:
        Facts(data).table("facts")
    assert words in str(caught.value)


def test_a_table_without_a_sidecar_is_refused(data: Path) -> None:
    (data / "facts.yml").unlink()
    with pytest.raises(DataError, match=r"data/facts\.yml: not found; every table needs a sidecar"):
        Facts(data).table("facts")


def test_what_is_read_is_recorded() -> None:
    facts = Facts()
    facts.value("V3-009")
    memory = facts.recording()
    assert memory.seen == {}
    memory.value("V3-004")
    assert memory.seen == {"V3-004": "primary"}
    assert facts.seen == {"V3-009": "primary"}


def test_an_override_changes_one_value_and_only_for_its_facts() -> None:
    assert Facts(overrides={"V3-009": 3.42}).value("V3-009") == 3.42
    assert Facts().value("V3-009") != 3.42
    with pytest.raises(KeyError, match="no fact 'V3-xyz'"):
        Facts(overrides={"V3-xyz": 1})
    with pytest.raises(TypeError, match="holds words"):
        Facts(overrides={"V3-010": 1})


def test_source_texts_and_files_are_complete(facts: Facts) -> None:
    for row in facts.table("sources").rows:
        assert "TODO" not in " ".join(str(cell) for cell in row.values()), row["key"]
    assert DATA.name == "data"
