"""Damaged inputs are refused in plain words, or change nothing that is published.

Every damage ends in one of three ways: *refused* with file, row and column; *harmless*, because
no figure that reads the changed rows changes; or, where whole rows or words were replaced by
others, an *edit* like any other, which the comparison with the committed edition shows.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.architecture import ConfigError, describe
from analysis.runs.pricing import DATES, NUMBERS, RunError, price_runs, read_runs
from press import figures
from press.facts import DATA, Facts, tables
from press.main import main
from press.tables import DataError, Table
from tests import damage
from tests.damage import Damage

pytestmark = pytest.mark.trust

RUNS = Path(__file__).parents[1] / "data" / "epoch_runs.csv"


def _labels(whole: Table, rows: tuple[Any, ...]) -> set[str]:
    """Rows as the figures record them."""
    if not whole.key:
        return {whole.name} if rows else set()
    keys = {str(row[whole.key]) for row in rows}
    return keys if whole.name == "facts" else {f"{whole.name}/{key}" for key in keys}


class Judge:
    """Says how a damaged file of ``data/`` ends."""

    def __init__(self, folder: Path, facts: Facts, published: damage.Published) -> None:
        self.folder, self.published = folder, published
        self.good = {name: facts.table(name) for name in tables()}

    def ends(self, name: str, wound: Damage) -> str:
        """``refused``, ``harmless``, ``edit``, or the message that says too little."""
        facts = Facts(self.folder)
        facts._tables = {k: v for k, v in self.good.items() if k != name}
        with damage.replaced(self.folder, wound.file, wound.content):
            try:
                return self._compared(name, facts)
            except figures.FigureError as error:
                plain = re.match(r"figure '[\w.]+' \(\w+[\w/]*\.py:\d+\): ", str(error))
                return "refused" if plain else str(error)
            except DataError as error:
                return self._placed(wound, str(error))

    def _placed(self, wound: Damage, message: str) -> str:
        """Whether a refusal names the file and, where it can, the row and the column."""
        start = f"data/{wound.file}" + (f":{wound.row}" if wound.row else "")
        if message.startswith(start) and (not wound.column or f"'{wound.column}'" in message):
            return "refused"
        about_keys = wound.column in ("key", "unit") or wound.row is None
        return "refused" if about_keys and re.match(r"data/\w+\.(csv|yml)", message) else message

    def _compared(self, name: str, facts: Facts) -> str:
        before, after = self.good[name], facts.table(name)
        if name in ("sources", "units") and before.by_key.keys() != after.by_key.keys():
            facts._tables = {name: after}
            for other in self.good:
                facts.table(other)
        if before.rows == after.rows:
            return "harmless"
        old = [row for row in before.rows if row not in after.rows]
        new = [row for row in after.rows if row not in before.rows]
        changed = _labels(before, tuple(old)) | _labels(after, tuple(new))
        reads_all = len(old) != len(new) or _labels(before, tuple(old)) != _labels(
            after, tuple(new)
        )
        for key, known in self.published.items():
            mine = {fact for fact in known.facts if fact.partition("/")[0] == name}
            if not (changed & set(known.facts) or (reads_all and mine)):
                continue
            if damage.numbers(figures.evaluate(key, facts)) != damage.numbers(known):
                return "edit"
        return "harmless"


@pytest.fixture(scope="module")
def judge(folder: Path, facts: Facts, published: damage.Published) -> Iterator[Judge]:
    """A judge who reads the same sidecar once: YAML takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("press.tables.yaml.load", functools.cache(yaml.load))
        yield Judge(folder, facts, published)


PARTS = 4
"""Tests among which the tables are dealt out, for the cores to share."""


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_tables_and_sidecars_are_refused_or_change_no_figure(
    judge: Judge, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for name, whole in list(judge.good.items())[part::PARTS]:
        kinds = {column.name: column.type for column in whole.columns}
        for wound in (
            *damage.in_cells(whole, DATA),
            *damage.in_rows(whole, DATA),
            *damage.in_sidecar(name, DATA),
        ):
            end = judge.ends(name, wound)
            words = wound.edit or kinds.get(wound.column or "") == "string"
            if end not in ("refused", "harmless") and not (end == "edit" and words):
                wrong.append(f"{wound.file}:{wound.row} {wound.column}: {wound.what}: {end}")
            ends[end] += 1
    with capsys.disabled():
        print(f"\n{ends.total()} damaged tables and sidecars: {_stated(ends)}")
    assert wrong == []
    assert ends.total() >= 1000
    assert ends["refused"] > 0.8 * ends.total()


def _stated(ends: Counter[str]) -> str:
    return ", ".join(f"{count} {end}" for end, count in ends.most_common())


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_random_bytes_raise_nothing_but_data_errors(judge: Judge, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(tables()))
    ending = data.draw(st.sampled_from(("csv", "yml")))
    whole = (DATA / f"{name}.{ending}").read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    length = data.draw(st.integers(0, 40))
    noise = data.draw(st.binary(max_size=20))
    content = whole[:start] + noise + whole[start + length :]
    end = judge.ends(name, Damage(f"{name}.{ending}", "noise", content))
    assert end in ("refused", "harmless", "edit")


def test_damaged_configurations_are_refused_or_counted_alike(facts: Facts) -> None:
    ends: Counter[str] = Counter()
    for model in sorted({row["model"] for row in facts.table("model_configs").rows}):
        config = facts.config(model)
        expected = describe(config, 4096)
        for text, field in damage.in_config(model, config):
            try:
                assert describe(json.loads(text), 4096) == expected, f"{model}: {text}"
                ends["harmless"] += 1
            except ConfigError as error:
                ends["refused" if error.key == field else str(error)] += 1
    assert set(ends) == {"refused", "harmless"}
    assert ends["refused"] > 200


def test_damaged_runs_are_refused_or_priced_alike() -> None:
    rows = damage.cells(RUNS)
    expected = json.dumps(price_runs(read_runs(RUNS.read_text(encoding="utf-8"))))
    refused: list[tuple[str, str]] = []
    for column, wound in _damaged_runs(rows):
        assert wound.content is not None
        try:
            assert (
                json.dumps(price_runs(read_runs(wound.content.decode(), "runs.csv"))) == expected
            ), f"{wound.row}, {column}: {wound.what}"
        except RunError as error:
            refused.append((f"{error.row} {error.column}", f"{wound.row} {column}"))
    assert [pair for pair in refused if pair[0] != pair[1]] == []
    assert len(refused) > 250


def _damaged_runs(rows: list[list[str]]) -> Iterator[tuple[str, Damage]]:
    for place, column in enumerate(rows[0]):
        filled = [i for i in range(1, len(rows)) if rows[i][place]]
        kind = "number" if column in NUMBERS else "date" if column in DATES else ""
        wrong = damage.IN_TYPE[kind] if kind else damage.IN_TYPE["string"][2:]
        for text in wrong if filled else ():
            at = filled[damage.choose(len(filled), column, text)]
            yield column, damage.with_cell("runs", rows, at, place, text)
        if kind == "number" and filled:
            yield (
                column,
                damage.with_cell("runs", rows, filled[0], place, "-" + rows[filled[0]][place]),
            )


@pytest.mark.parametrize("command", ["model", "price-runs"])
def test_no_damaged_file_shows_a_traceback(
    command: str, facts: Facts, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = json.dumps(facts.config("deepseek-v3"), indent=1).encode()
    whole = config if command == "model" else RUNS.read_bytes()
    path = tmp_path / ("config.json" if command == "model" else "runs.csv")
    twice = config.replace(b"{", b'{"hidden_size": 1,', 1)
    for what, content in (*damage.in_text(whole), ("a key twice", twice)):
        path.write_bytes(content)
        status = main([command, str(path)])
        shown = capsys.readouterr()
        assert status == 2, what
        assert shown.err.startswith(f"analysis {command}: {path}"), what
        assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["what-if", "../../etc/passwd.x=1"],
        ["what-if", "../facts/V3-009.value=1"],
        ["figures", "../cost.rental_total"],
        ["figures", "__init__.x"],
        ["reproduce", "../README"],
        ["check", "../README"],
        ["build", "--page", "../README"],
        ["model", "/dev/null"],
        ["price-runs", "/dev/null"],
    ],
)
def test_tricks_with_paths_are_refused_in_plain_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.strip()
    assert "Traceback" not in shown.err
