"""How busy published runs kept their chips, and what that predicts for others: the backtest."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from analysis.costs.uncertainty import Distribution
from analysis.runs import training
from press.facts import Facts

ENOUGH = 3
"""Published runs from which a chip's own utilisation is taken."""

Row = Mapping[str, Any]


def implied(facts: Facts) -> list[tuple[Row, float, float]]:
    """Each run with published hours: its row, its hours, and the utilisation that they imply.

    The arithmetic is 6ND, and the hours are all that the developer publishes, so the share
    includes restarts and whatever else the hours cover: it is below what a step achieves.
    """
    runs = facts.rows("training_runs")
    made = training.predict_hours(runs, training.chips_of(facts, runs), 1.0)
    return [(found.run, found.published, found.mfu_implied) for found in made]


def default(facts: Facts, chip: Row, without: str = "") -> tuple[Distribution, str]:
    """The utilisation to expect of a chip, and in words where it comes from.

    The median, least and greatest of the published runs on it; where there are fewer than three,
    of the latest chips before it that have so many, else of all runs. Few runs say in which
    precision they computed, so these are not told apart; all are against the 16-bit peak.

    Parameters
    ----------
    facts
        The tables.
    chip
        A row of ``training_chips``.
    without
        A run to leave out, so that it can be predicted from the others.
    """
    by_chip: dict[str, list[float]] = {}
    for run, _, share in implied(facts):
        if run["run"] != without:
            by_chip.setdefault(run["accelerator"], []).append(share)
    rows = facts.table("training_chips").by_key
    names = [chip["key"]]
    if len(by_chip.get(chip["key"], [])) < ENOUGH:
        before = sorted(
            str(rows[key]["available_from"])
            for key, shares in by_chip.items()
            if len(shares) >= ENOUGH and rows[key]["available_from"] <= chip["available_from"]
        )
        names = [k for k in by_chip if before and rows[k]["available_from"] == before[-1]]
        names = names or list(by_chip)
    shares = sorted(share for name in names for share in by_chip[name])
    where = " and ".join(str(rows[name]["name"]) for name in names)
    why = f"median, least and greatest of {len(shares)} published runs on {where}, at any precision"
    if names != [chip["key"]]:
        why += f", as fewer than {ENOUGH} are published on {chip['name']}"
    return Distribution("triangular", shares[0], statistics.median(shares), shares[-1]), why


def backtest(facts: Facts) -> list[dict[str, Any]]:
    """Predicted beside published hours of every run that has them, each from the other runs.

    Returns
    -------
    list of dict
        ``run``, ``system``, ``chip``, ``published_gpu_hours``, ``predicted_gpu_hours`` with
        ``low`` and ``high``, ``ratio`` (predicted over published) and ``inside`` (whether the
        published hours lie in the range).
    """
    chips = facts.table("training_chips").by_key
    found = []
    for run, hours, share in implied(facts):
        mfu, _ = default(facts, chips[run["accelerator"]], without=run["run"])
        work = hours * share  # chip-hours at the peak
        low, high = work / mfu.high, work / mfu.low
        found.append(
            {
                "run": run["run"],
                "system": run["system"],
                "chip": run["accelerator"],
                "published_gpu_hours": hours,
                "predicted_gpu_hours": work / mfu.central,
                "low": low,
                "high": high,
                "ratio": work / mfu.central / hours,
                "inside": low <= hours <= high,
            }
        )
    return found
