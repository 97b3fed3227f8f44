"""What the page *Your model* computes with: models, chips, inputs and the points of the simulation.

The page's script draws the same points as :func:`analysis.costs.uncertainty.spread`, so that both
give the same digits (``press.simulation.spans``).
"""

from __future__ import annotations

from typing import Any

from analysis.costs import own
from analysis.costs.uncertainty import (
    LOW,
    SAMPLES_LOG2,
    SEED,
    Distribution,
    input_names,
)
from analysis.runs.own import inputs
from analysis.runs.questions import ASKED, Run
from press.facts import Facts
from press.figures import evaluate
from press.simulation import Points, spans

NUMBERS = {"gpu_hours": own.gpu_hours, "energy_kwh": own.energy_kwh}
START = "deepseek-v3"
"""The run with which the form opens, of ``training_runs`` and of ``known_models``."""
GIVEN = ("flop", "people", "months")
"""Inputs that only a reader gives."""


def page_data(facts: Facts) -> dict[str, Any]:
    """Everything that the form needs, as plain JSON types.

    Returns
    -------
    dict
        ``models``, ``chips`` (each with its distributions and the reasons for the defaults),
        ``shared`` distributions with their reasons in ``why``, ``start`` (what the form opens
        with), ``rungs`` with V3 beside them, ``asks`` (the inputs of each number),
        ``points`` (by dimensions), ``asked`` (between which numbers an input needs no question).
    """
    models = {name: input_names(model) for name, model in {**own.RUNGS, **NUMBERS}.items()}
    chips = [_chip(facts, row) for row in facts.table("training_chips").rows]
    alike = [
        name
        for name in chips[0]["inputs"]
        if all(c["inputs"].get(name) == chips[0]["inputs"][name] for c in chips)
    ]
    shared = {name: chips[0]["inputs"][name] for name in alike}
    why = {name: chips[0]["why"][name] for name in shared if name in chips[0]["why"]}
    for made in chips:
        for part in ("inputs", "why"):
            made[part] = {k: v for k, v in made[part].items() if k not in shared}
    start = facts.row("training_runs", START)
    return {
        "models": [
            {
                "key": row["key"],
                "name": row["name"],
                "total": int(row["total_parameters"]),
                "active": int(row["active_parameters"]),
                "flop_per_token": int(row["training_flops_per_token"]),
            }
            for row in facts.table("known_models").rows
        ],
        "chips": chips,
        "shared": shared,
        "why": why,
        "start": {
            "model": START,
            "tokens": float(start["tokens"]) / 1e12,
            "chip": start["accelerator"],
            "gpus": float(start["chips"]),
        },
        "rungs": [_rung(facts, row) for row in facts.table("run_ladder").rows],
        "asks": models,
        "points": {
            str(n): spans(n, Points(SAMPLES_LOG2, SEED))
            for n in range(1, max(map(len, models.values())) + 1)
        },
        "power": SAMPLES_LOG2,
        "tail": LOW,
        "asked": {name: list(bounds) for name, bounds in ASKED.items()},
    }


def _chip(facts: Facts, row: Any) -> dict[str, Any]:
    """A chip with the distributions that pricing takes for it, and why."""
    rented = any(rent["usual"] for rent in facts.rows("chip_rents", chip=row["key"]))
    price = None if rented else 1.0
    found, defaults = inputs(facts, Run(1.0, 1.0, row["key"], price=price, people=1, months=1))
    if not rented:
        del found["usd_per_gpu_hour"]
    return {
        "key": row["key"],
        "name": row["name"],
        "since": str(row["available_from"]),
        "inputs": {k: _packed(v) for k, v in found.items() if k not in GIVEN},
        "why": {d["input"]: [d["why"], d["source"], d["unit"]] for d in defaults},
    }


def _packed(found: Distribution) -> Any:
    """A number, or a shape with its parameters, as ``press.simulation.Marginal`` takes them."""
    if found.shape == "fixed":
        return float(found.central)
    return [found.shape, *map(float, found.parts or (found.low, found.central, found.high))]


def _rung(facts: Facts, row: Any) -> dict[str, Any]:
    beside = evaluate(row["v3"], facts)
    return {
        **{k: row[k] for k in ("key", "label", "definition", "leaves_out")},
        "v3": float(beside.value),
    }
