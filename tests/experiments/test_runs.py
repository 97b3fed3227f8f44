"""The command: every arm runs, kills lose nothing, runs repeat, bad input is refused in words."""

from __future__ import annotations

import builtins
import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from experiments import __main__ as command
from experiments import arms, measures, recall, records, runs, text
from experiments.arms import ARMS, FIRST_SEED
from experiments.model import Model, Shape, initialise

ROOT = Path(command.__file__).parents[1]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Shorten an experiment's runs to a few steps; what is recorded stays as it would be."""

    def shorten(experiment: str) -> None:
        for name, arm in ARMS[experiment].items():
            monkeypatch.setitem(ARMS[experiment], name, dataclasses.replace(arm, steps=4, seeds=2))
        monkeypatch.setitem(runs.MARKS, experiment, 2)
        monkeypatch.setattr(runs, "WINDOWS", 4)
        monkeypatch.setattr(runs, "RECALL_TOKENS", 256)

    return shorten


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert command.main(arguments) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("experiment", command.EXPERIMENTS)
def test_every_arm_runs(experiment: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.process_time()
    assert command.main([experiment, "--quick"]) == 0
    shown = capsys.readouterr().out
    assert all(f"{name}-{FIRST_SEED}: step 6 of 6" in shown for name in ARMS[experiment])
    assert "min left" in shown
    assert time.process_time() - began < 30


def test_a_stopped_experiment_goes_on_where_it_stopped(
    tmp_path: Path, short: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    short("mla")
    data, real, trained = ["--data", str(tmp_path)], runs.run, []

    def stopped(experiment: str, name: str, seed: int, **options: Any) -> Any:
        if len(trained) == 3:
            raise KeyboardInterrupt
        trained.append(f"{name}-{seed}")
        return real(experiment, name, seed, **options)

    monkeypatch.setattr(runs, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        command.main(["mla", *data])
    table = tmp_path / "experiment_mla.csv"
    before = table.read_text()
    assert [row["run"] for row in records.read(table)] == trained
    monkeypatch.setattr(runs, "run", real)
    assert command.main(["mla", *data, "--seeds", "1"]) == 0
    rows = records.read(table)
    assert table.read_text().startswith(before)
    assert [row["run"] for row in rows] == [f"{name}-{FIRST_SEED}" for name in ARMS["mla"]]
    assert command.main(["mla", *data, "--again", trained[0]]) == 0


def test_a_killed_process_leaves_a_whole_table(tmp_path: Path) -> None:
    table = tmp_path / "experiment_mla.csv"
    code = (
        "import dataclasses, sys; from experiments import arms, runs, __main__ as m;"
        "runs.RECALL_TOKENS = 256\n"
        "for n, a in arms.ARMS['mla'].items():\n"
        "    arms.ARMS['mla'][n] = dataclasses.replace(a, steps=3)\n"
        f"sys.exit(m.main(['mla', '--data', {str(tmp_path)!r}]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    for line in process.stdout:
        if b"mla-8-1: step 3" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert {row["run"] for row in records.read(table)} >= {"mha-32-1", "mla-16-1"}


@pytest.mark.slow
@pytest.mark.parametrize(("experiment", "name"), [("mla", "mla-8-1"), ("moe", "dense-1")])
def test_a_recorded_run_repeats(experiment: str, name: str) -> None:
    assert command.main([experiment, "--again", name]) == 0


def test_the_detached_module_leaves_the_model_as_it_is() -> None:
    alone, _ = runs.run("mtp", "none", 1, quick=True)
    beside, _ = runs.run("mtp", "detached", 1, quick=True)
    assert alone["loss"] == beside["loss"]
    assert runs.run("mtp", "joint", 1, quick=True)[0]["loss"] != alone["loss"]


def test_arms_share_data_and_first_values() -> None:
    texts = {kind: text.load(kind, quick=True) for kind in text.KINDS}
    one, other = (runs.text_batches(3, texts) for _ in range(2))
    assert all(torch.equal(next(one), next(other)) for _ in range(3))
    dense, fine = (Model(ARMS["moe"][name].shape) for name in ("dense", "fine"))
    for model in (dense, fine):
        initialise(model, 3, 3)
    shared = dict(dense.named_parameters())
    same = [n for n, p in fine.named_parameters() if n in shared and torch.equal(p, shared[n])]
    assert len([n for n in same if "self_attn" in n]) == 12
    assert "embed_tokens.weight" in same


def test_the_weight_of_the_draft_falls_as_in_v3() -> None:
    assert [runs.draft_weight(at / 14.8) for at in (0, 9.9, 10.1)] == [0.3, 0.3, 0.1]


def test_recall_asks_for_every_key_once() -> None:
    ids, answers = recall.texts(np.random.RandomState(0), 32, 5)
    told, asked = ids[:, :32], ids[:, 32:]
    assert (asked[:, :, 1] == recall.ASK).all()
    for text_told, text_asked, wanted in zip(told, asked, answers, strict=True):
        pairs = dict(text_told.tolist())
        assert len(pairs) == 32
        assert [pairs[key] for key, _ in text_asked.tolist()] == wanted.tolist()


def test_a_draft_equal_to_the_model_is_always_accepted() -> None:
    shape = Shape(vocabulary=40, width=16, layers=1, heads=2, head=8, groups=2, rope=8, ffn=16)
    model = Model(shape)
    initialise(model, 0, 1)

    class Oracle(torch.nn.Module):
        """Drafts with the model's own later output."""

        def forward(self, model: Model, hidden: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
            return model.head(model(ids)[:, 1:])

    ids = torch.arange(10)[None] * 3
    with torch.no_grad():
        found = measures.drafting(model, Oracle(), {"code": torch.cat([ids, ids[:, :1]], 1)}, 9)
    assert found["accept_code"] == 1
    assert found["overlap_code"] == pytest.approx(1)


def test_an_unknown_arm(capsys: pytest.CaptureFixture[str]) -> None:
    assert "found 'huge', expected some of dense, fine" in refusal(capsys, "moe", "--arms", "huge")
    assert "expected a number of at least 1" in refusal(capsys, "moe", "--seeds", "0")
    assert "expected a folder" in refusal(capsys, "moe", "--data", "nowhere")


def test_missing_pytorch(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "torch":
            raise ImportError(name="torch")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    assert "torch is not installed; run `make experiments-env`" in refusal(capsys, "moe")


def test_missing_or_other_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "CACHE", tmp_path / "none")
    monkeypatch.setenv("GCIDE", str(tmp_path / "gcide.dict.dz"))
    monkeypatch.setattr(text, "code", lambda: "x = 1\n")
    monkeypatch.setitem(text.SHA256, "code", "0" * 64)
    data = ["--data", str(tmp_path)]
    assert "the code on this machine has SHA-256" in refusal(capsys, "moe", *data)
    monkeypatch.setattr(text, "KINDS", ("prose", "code"))
    assert "the dictionary is at none of" in refusal(capsys, "moe", *data)
    (tmp_path / "gcide.dict.dz").write_bytes(b"not compressed")
    assert "cannot be unpacked" in refusal(capsys, "moe", *data)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda t: t.replace("run,arm", "arm,run"), "found the columns arm,run"),
        (lambda t: t + "mha-32-9,mha\n", "row 3: found 2 columns"),
        (lambda t: t.replace(",819200,", ",many,"), "row 2, tokens: found 'many'"),
        (lambda t: t.replace("mha-32-1,mha", "mha-32-2,mha"), "row 2, run: found 'mha-32-2'"),
        (lambda t: t + t.splitlines()[1] + "\n", "'mha-32-1' is recorded twice"),
    ],
)
def test_a_damaged_table(
    damage: Callable[[str], str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "experiment_mla.csv"
    records.append(table, example())
    table.write_text(damage(table.read_text()))
    before = table.read_text()
    assert said in refusal(capsys, "mla", "--data", str(tmp_path))
    assert table.read_text() == before


def example() -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(records.columns(Path("experiment_mla.csv")), 1)
    return row | {"run": "mha-32-1", "arm": "mha-32", "tokens": 819200}


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "experiment_mla.csv"
    records.append(table, example())
    before = table.read_text()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(records.RecordsError, match="No space left.*1 runs recorded before are"):
        records.append(table, example() | {"run": "mha-32-2", "seed": 2})
    assert table.read_text() == before
    assert [p.name for p in tmp_path.glob(".*") if not p.name.endswith(".lock")] == []


def test_criteria_name_every_arm() -> None:
    criteria = (ROOT / "experiments" / "criteria.md").read_text()
    for experiment in ("moe", "mtp", "mla"):
        for name, arm in arms.ARMS[experiment].items():
            assert f"`{name}`" in criteria
            assert arm.seeds in (2, 3, 5)
