"""Trust: damaged inputs are refused in plain words, hostile text is text, a change moves its own.

Every damage ends in one of three ways: *refused* with file, row and column; *harmless*, because
no figure that reads the changed rows changes; or, where whole rows or words were replaced by
others, an *edit* like any other, which the comparison with the committed edition shows.
"""

from __future__ import annotations

import ast
import base64
import functools
import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import altair as alt
import pandas as pd
import pytest
import yaml
from docutils import nodes
from docutils.core import publish_from_doctree
from docutils.utils import new_document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import figures
from analysis.__main__ import main
from analysis.architecture import ConfigError, describe
from analysis.charts.theme import finish, table
from analysis.costs.runs import DATES, NUMBERS, RunError, price_runs, read_runs
from analysis.facts import DATA, Facts, tables
from analysis.publishing import cards, listings, renderer
from analysis.tables import DataError, Table
from tests import damage
from tests.damage import Damage

RUNS = Path(__file__).parent / "data" / "epoch_runs.csv"
Published = Mapping[str, figures.Figure]


@pytest.fixture(scope="module")
def published(facts: Facts) -> Published:
    """Every figure, computed from the data as they are."""
    return {found.key: found for found in figures.evaluate_all(facts)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of links to the files of ``data/``, in which a file may be replaced."""
    made = tmp_path_factory.mktemp("trust") / "data"
    made.mkdir()
    for path in DATA.iterdir():
        if path.is_file():
            (made / path.name).symlink_to(path)
    return made


def _numbers(found: figures.Figure) -> tuple[float, float | None, float | None]:
    return found.value, found.low, found.high


def _labels(whole: Table, rows: tuple[Any, ...]) -> set[str]:
    """Rows as the figures record them."""
    if not whole.key:
        return {whole.name} if rows else set()
    keys = {str(row[whole.key]) for row in rows}
    return keys if whole.name == "facts" else {f"{whole.name}/{key}" for key in keys}


class Judge:
    """Says how a damaged file of ``data/`` ends."""

    def __init__(self, folder: Path, facts: Facts, published: Published) -> None:
        self.folder, self.published = folder, published
        self.good = {name: facts.table(name) for name in tables()}

    def ends(self, name: str, wound: Damage) -> str:
        path = self.folder / wound.file
        path.unlink()
        if wound.content is not None:
            path.write_bytes(wound.content)
        try:
            facts = Facts(self.folder)
            facts._tables = {k: v for k, v in self.good.items() if k != name}
            return self._compared(name, facts)
        except DataError as error:
            return self._placed(wound, str(error))
        except figures.FigureError as error:
            return (
                "refused"
                if re.match(r"figure '[\w.]+' \(\w+[\w/]*\.py:\d+\): ", str(error))
                else str(error)
            )
        finally:
            path.unlink(missing_ok=True)
            path.symlink_to(DATA / wound.file)

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
            if _numbers(figures.evaluate(key, facts)) != _numbers(known):
                return "edit"
        return "harmless"


@pytest.fixture(scope="module")
def judge(folder: Path, facts: Facts, published: Published) -> Iterator[Judge]:
    """A judge who reads the same sidecar once: YAML takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.tables.yaml.safe_load", functools.cache(yaml.safe_load))
        yield Judge(folder, facts, published)


def test_damaged_tables_and_sidecars_are_refused_or_change_no_figure(
    judge: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    for name, whole in judge.good.items():
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
            yield column, damage._with_cell("runs", rows, at, place, text)
        if kind == "number" and filled:
            yield (
                column,
                damage._with_cell("runs", rows, filled[0], place, "-" + rows[filled[0]][place]),
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


# Hostile text


class _Running(HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        inert = tag == "script" and given.get("type") == "application/json"
        if tag in ("img", "iframe", "object", "base") or (tag == "script" and not inert):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on")]
        for name in ("href", "src", "action"):
            if re.match(r"\s*(javascript|data:text/html|file):?", given.get(name) or "", re.I):
                self.found.append(f"{name}={given[name]}")


def runs(html: str) -> list[str]:
    """The tags, handlers and addresses of a page that would run or load something."""
    parser = _Running()
    parser.feed(html)
    parser.close()
    return parser.found


TRICK = (
    "<!--<script>" + damage.HOSTILE[0] + "' onload='alert(3)' {{ 7*7 }} --> `x` [a](javascript:b)"
)


def _hostile(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with every free text replaced."""
    kept = ("unit", "evidence", "standing", "type", "source", "chapter", "date")
    return {
        key: TRICK if isinstance(value, str | None) and key not in kept else value
        for key, value in record.items()
    }


@pytest.fixture(scope="module")
def hostile_site() -> dict[str, Any]:
    """Site data of which every free text is hostile."""
    words = {"value": 1.0, "low": None, "high": None, "unit": "USD", "evidence": "primary"}
    fact = {"id": "", "subject": "", "quantity": "", "quote": "", "locator": "", "source": "s"}
    figure = {"key": "", "title": "", "formula": "", "code": "", "chapter": "costs"}
    source = dict.fromkeys(("key", "label", "title", "author", "publisher", "licence"), "")
    column = {"name": "", "unit": "", "description": "", "type": "string", "required": True}
    sheet = dict.fromkeys(("title", "description", "origin", "licence", "accessed"), "")
    row = dict.fromkeys(("where", "wrong", "changed", "before", "after", "reported_by"), "")
    return {
        "facts": {"A": {**words, **_hostile(fact)}},
        "figures": {
            TRICK: {**words, **_hostile(figure), "facts": ["A"], "standing": "documented"},
        },
        "sources": {"s": {**_hostile(source), "date": "2025", "accessed": "2025", "url": ""}},
        "tables": {TRICK: {**_hostile(sheet), "columns": [_hostile(column)], "rows": 1}},
        "corrections": [{**_hostile(row), "date": "2025-01-01"}],
    }


@pytest.mark.parametrize("listing", sorted(listings.LISTINGS))
def test_hostile_facts_are_text_in_every_listing(
    listing: str, hostile_site: dict[str, Any]
) -> None:
    document = new_document("listing")
    document += listings.LISTINGS[listing](hostile_site)
    for image in list(document.findall(nodes.image)):
        raise AssertionError(image)
    html = publish_from_doctree(document, writer_name="html5").decode()
    body = html.partition("<body")[2]
    assert "alert(1)" in body, "the hostile text is shown"
    assert runs("<body" + body) == []


def test_hostile_facts_are_text_on_cards(hostile_site: dict[str, Any]) -> None:
    for kind in ("facts", "figures"):
        for key in hostile_site[kind]:
            card = cards.card(kind, key, hostile_site)
            assert "alert(1)" in card
            assert runs(card) == []


def test_hostile_labels_are_text_in_charts_tables_and_downloads() -> None:
    frame = pd.DataFrame({TRICK: [TRICK, "=1+1", "＝1+1", "\r=1"], "hours": [2.0, 1.0, 1.0, 1.0]})
    bars = alt.Chart(frame.rename(columns={TRICK: "stage"})).mark_bar()
    chart = bars.encode(x="hours:Q", y=alt.Y("stage:N", title=TRICK), tooltip=["stage:N"])
    chart = finish(
        chart.properties(width="container"), title=TRICK, alt=TRICK, source=TRICK, table=frame
    )
    made = renderer.chart_html(chart.to_dict())
    assert runs(made + "<img after>") == ["img"], "the parser still sees what follows the chart"
    assert runs(table(frame, caption=TRICK, note=TRICK)._repr_html_()) == []
    payload = re.search(r'href="data:text/csv;base64,([^"]+)"', made)
    assert payload
    text = base64.b64decode(payload.group(1)).decode()
    assert not re.search(r'(?m)(^|,)"?[=+@\t\r＝]', text)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil"])
def test_a_source_has_a_web_address_or_none(judge: Judge, address: str) -> None:
    rows = damage.cells(DATA / "sources.csv")
    wound = damage._with_cell("sources", rows, 3, rows[0].index("url"), address)
    path = judge.folder / "sources.csv"
    path.unlink()
    path.write_bytes(wound.content or b"")
    try:
        with pytest.raises(DataError, match=r"data/sources.csv:4: column 'url': found .* expected"):
            Facts(judge.folder).table("sources")
    finally:
        path.unlink()
        path.symlink_to(DATA / "sources.csv")


# A change moves its own figures and no others


def _readers(published: Published) -> dict[str, set[str]]:
    readers: dict[str, set[str]] = {}
    for key, found in published.items():
        for fact in found.facts:
            readers.setdefault(fact, set()).add(key)
    return readers


def _moved(facts: Facts, published: Published) -> set[str]:
    """The figures that differ; one that can no longer be computed differs too."""
    found = set()
    for key, known in published.items():
        try:
            if _numbers(figures.evaluate(key, facts)) != _numbers(known):
                found.add(key)
        except (figures.FigureError, DataError):
            found.add(key)
    return found


def _apart(readers: dict[str, set[str]], count: int, taken: set[str]) -> list[str]:
    """Facts whose readers do not overlap, so that all can change at once and each be seen."""
    chosen: list[str] = []
    busy: set[str] = set()
    for fact in sorted(readers, key=lambda name: damage.choose(10**9, name)):
        if fact not in taken and not readers[fact] & busy and len(chosen) < count:
            chosen.append(fact)
            busy |= readers[fact]
    return chosen


def test_fifty_changed_facts_move_the_figures_that_recorded_them_and_no_others(
    folder: Path, facts: Facts, published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = facts.table("facts")
    numbers = {row["id"] for row in whole.rows if isinstance(row["value"], float) and row["value"]}
    readers = {k: v for k, v in _readers(published).items() if k in numbers}
    taken: set[str] = set()
    effective = readings = moves = 0
    while len(taken) < 60:
        chosen = _apart(readers, 30, taken)
        taken |= set(chosen)
        moved = _moved(_scaled(folder, whole, set(chosen)), published)
        expected = set().union(*(readers[fact] for fact in chosen))
        assert moved <= expected, moved - expected
        effective += sum(bool(moved & readers[fact]) for fact in chosen)
        readings, moves = readings + len(expected), moves + len(moved)
    with capsys.disabled():
        print(f"\n{len(taken)} changed facts: {moves} of their {readings} figures moved, no other")
    assert effective >= 50
    assert moves > 0.8 * readings


def _scaled(folder: Path, whole: Table, chosen: set[str]) -> Facts:
    """The facts with the chosen ones, ranges included, 3 % larger."""
    rows = damage.cells(folder / "facts.csv")
    places = [rows[0].index(name) for name in ("value", "low", "high")]
    for row in rows[1:]:
        for place in places if row[rows[0].index("id")] in chosen else ():
            if row[place]:
                row[place] = repr(float(row[place]) * 1.03)
    path = folder / "facts.csv"
    path.unlink()
    path.write_bytes(damage.as_csv(rows))
    try:
        changed = Facts(folder)
        changed.table("facts")
        return changed
    finally:
        path.unlink()
        path.symlink_to(DATA / "facts.csv")


def _imports(module: str, seen: set[str]) -> set[str]:
    """A module of the package and all modules of it that it imports, directly or not."""
    if module in seen:
        return seen
    seen.add(module)
    for value in vars(importlib.import_module(module)).values():
        is_module = isinstance(value, ModuleType)
        other = str(value.__name__ if is_module else getattr(value, "__module__", ""))
        if other.startswith("analysis."):
            _imports(other, seen)
    return seen


def _constants(path: Path) -> dict[str, float]:
    """The numbers that a module defines by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.targets[0].id: float(node.value.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and type(node.value.value) in (int, float)
    }


def _models() -> list[Path]:
    """The modules of models that hold numbers of their own."""
    package = DATA.parent / "analysis"
    found = [*package.glob("*.py"), *package.glob("costs/*.py"), *package.glob("architecture/*.py")]
    return sorted(path for path in found if _constants(path))


@pytest.mark.parametrize("path", _models(), ids=lambda path: path.stem)
def test_a_changed_module_moves_only_figures_that_import_it(
    path: Path, facts: Facts, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = ".".join(path.relative_to(DATA.parent).with_suffix("").parts).removesuffix(".__init__")
    of_topic = {key: figures.definition(key).function.__module__ for key in published}
    users = {topic for topic in set(of_topic.values()) if name in _imports(topic, set())}
    everywhere = set().union(*(_imports(topic, set()) for topic in of_topic.values()))
    for constant, value in _constants(path).items():
        for module in everywhere | {name}:
            if vars(importlib.import_module(module)).get(constant) == value:
                monkeypatch.setattr(f"{module}.{constant}", value * 2)
    others = {key: found for key, found in published.items() if of_topic[key] not in users}
    assert _moved(facts, others) == set()
