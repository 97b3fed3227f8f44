"""Comparisons of our own training runs, on made-up curves and on the recorded ones."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import trials
from press import figures
from press.facts import Facts

FACTS = Facts()
PLANNED = {
    "moe": {"dense": 5, "fine": 5, "coarse": 3, "dense-total": 2},
    "mtp": {"none": 5, "joint": 5, "detached": 5, "parallel": 3},
    "mla": dict.fromkeys(
        ("mha-32", "mla-16", "mla-8", "gqa-16", "mqa-8", "mha-32-part", "mha-48-part"), 5
    ),
}
FINITE = st.floats(-10, 10, allow_nan=False)


def made(curve: list[tuple[float, float, float]], flop: float = 1.0) -> trials.Run:
    row: dict[str, Any] = {"training_flop_per_token": flop}
    return trials.Run("arm", 1, row, tuple(curve))


CURVE = [(100.0, 1.0, 5.0), (1000.0, 10.0, 4.0), (10_000.0, 100.0, 3.5)]


def test_losses_between_marks_follow_the_logarithm() -> None:
    run = made(CURVE, flop=7)
    assert run.at("tokens", 100 * math.sqrt(10)) == pytest.approx(4.5)
    assert run.at("compute", 7000) == run.at("tokens", 1000) == run.at("seconds", 10) == 4.0


def test_when_a_loss_is_reached() -> None:
    run = made(CURVE)
    assert run.reaches(4.0, "tokens") == pytest.approx(1000)
    assert run.reaches(4.5, "seconds") == pytest.approx(math.sqrt(10))
    assert run.reaches(6.0, "tokens") == pytest.approx(100)
    assert run.reaches(3.4, "tokens") is None


@given(st.floats(100, 10_000))
def test_reaching_undoes_reading(tokens: float) -> None:
    run = made(CURVE)
    assert run.reaches(run.at("tokens", tokens), "tokens") == pytest.approx(tokens)


@given(st.lists(FINITE, min_size=2, max_size=8))
def test_interval_is_that_of_scipy(values: list[float]) -> None:
    found = trials.student(values)
    error = stats.sem(values)
    if error > 1e-9:
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), error)
        assert found.bounds == pytest.approx((low, high))


@given(st.lists(FINITE, min_size=1, max_size=8).map(tuple))
def test_bootstrap_lies_within_the_values(values: tuple[float, ...]) -> None:
    low, high = trials.bootstrap(values)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_an_effect_counts_only_if_both_intervals_leave_out_nothing() -> None:
    def compared(*ones: float) -> trials.Comparison:
        return trials.Comparison(tuple(range(len(ones))), ones, (0.0,) * len(ones))

    assert compared(1.0, 1.1, 0.9, 1.0, 1.05).counts
    assert not compared(0.1, 1.9, 0.1, 1.9).counts  # the bootstrap alone would say yes
    assert trials.bootstrap((0.1, 1.9, 0.1, 1.9))[0] > 0
    assert not compared(1.0).counts


def test_every_arm_has_the_seeds_that_were_planned() -> None:
    """Neither fewer nor more than the criteria say."""
    for experiment, arms in PLANNED.items():
        found = trials.runs(FACTS, experiment)
        for arm, seeds in arms.items():
            assert set(trials.of_arm(found, arm)) == set(range(1, seeds + 1))
        assert {run.arm for run in found} == set(arms)


@pytest.mark.parametrize("experiment", ["moe", "mtp", "mla"])
def test_curves_end_in_the_recorded_result(experiment: str) -> None:
    measure = "recall" if experiment == "mla" else "loss"
    for run in trials.runs(FACTS, experiment):
        tokens, seconds, value = run.curve[-1]
        assert tokens == run.row["tokens"]
        assert seconds == run.row["cpu_s"]
        assert value == run.row[measure]
        assert list(run.curve) == sorted(run.curve)


def test_the_detached_arm_is_the_arm_without_a_module() -> None:
    """Its module never touches the model, so both have the same losses at the same marks."""
    found = trials.runs(FACTS, "mtp")
    alone, beside = trials.of_arm(found, "none"), trials.of_arm(found, "detached")
    for seed, run in beside.items():
        shared = [loss for _, _, loss in run.curve]
        assert shared == [loss for _, _, loss in alone[seed].curve[: len(shared)]]


def test_published_comparisons_are_those_of_the_tables() -> None:
    """Equal tokens, by hand from the ends of the runs."""
    found = {run.row["run"]: run.row["loss"] for run in trials.runs(FACTS, "moe")}
    by_hand = [found[f"fine-{seed}"] - found[f"dense-{seed}"] for seed in range(1, 6)]
    assert figures.value("on_trial.experts_tokens", FACTS) == pytest.approx(np.mean(by_hand))


def test_what_the_chapter_says_in_words() -> None:
    """Each finding that is written out, so that a new table cannot leave the words behind."""
    for axis, better in (("tokens", True), ("compute", True), ("seconds", False)):
        found = trials.equal(FACTS, "moe", "fine", "dense", axis)
        assert found.counts
        assert all((difference < 0) is better for difference in found.differences)
    for axis, better in (("tokens", True), ("compute", False), ("seconds", False)):
        found = trials.equal(FACTS, "mtp", "joint", "none", axis)
        assert found.counts
        assert all((difference < 0) is better for difference in found.differences)
    ahead = trials.measured(FACTS, "mtp", "joint", "detached", "probe")
    assert ahead.counts
    assert max(ahead.differences) < 0
    for kind in ("code", "prose"):
        drafts = trials.measured(FACTS, "mtp", "joint", "detached", f"accept_{kind}")
        assert not drafts.counts
        assert drafts.estimate.bounds[1] > 0.02
    for axis in trials.AXES:
        found = trials.equal(FACTS, "mla", "mla-16", "mha-32", axis)
        assert found.counts
        assert min(found.differences) > 0
    assert trials.measured(FACTS, "mla", "mla-16", "gqa-16", "recall").counts
    assert not trials.measured(FACTS, "mla", "mla-8", "mqa-8", "recall").counts
    parts = trials.measured(FACTS, "mla", "mla-8", "mha-48-part", "recall")
    assert parts.counts
    assert max(parts.differences) < 0
    alone = trials.measured(FACTS, "mla", "mha-32-part", "mha-32", "recall")
    assert alone.counts
    assert min(alone.differences) > 0
    for other in ("fine", "dense"):
        few = trials.measured(FACTS, "moe", "coarse", other, "loss")
        assert few.counts
        assert min(few.differences) > 0
    told = trials.measured(FACTS, "mtp", "joint", "parallel", "accept_code")
    assert min(told.differences) > 0.1
