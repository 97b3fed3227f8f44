"""The recorded runs are runs of these arms: sizes, FLOPs, tokens and columns."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from experiments import recall
from experiments.__main__ import DATA, EXPERIMENTS
from experiments.arms import ARMS, BATCH, CONTEXT, FIRST_SEED, training_flops
from experiments.records import columns, read
from experiments.runs import Both


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_rows_are_runs_of_the_arms(experiment: str) -> None:
    context = CONTEXT
    batch = BATCH * CONTEXT
    if experiment == "mla":
        context, batch = round(sum(2 * n for n in recall.PAIRS) / len(recall.PAIRS)), recall.TOKENS
    for row in read(DATA / f"experiment_{experiment}.csv"):
        arm = ARMS[experiment][row["arm"]]
        both = Both(arm.shape, arm.drafter)
        assert int(row["parameters"]) == sum(p.numel() for p in both.parameters())
        assert float(row["training_flop_per_token"]) == round(training_flops(arm, context))
        assert int(row["tokens"]) == arm.steps * batch
        assert FIRST_SEED <= int(row["seed"]) < FIRST_SEED + arm.seeds


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_description_names_the_columns_that_are_written(experiment: str) -> None:
    described = yaml.safe_load((DATA / f"experiment_{experiment}.yml").read_text(encoding="utf-8"))
    names = tuple(column["name"] for column in described["columns"])
    assert names == columns(Path(f"experiment_{experiment}.csv"))
    arms = next(c["one_of"] for c in described["columns"] if c["name"] == "arm")
    assert arms == list(ARMS[experiment])
