"""The tables of the tutorial: the backtest whole, makers' own numbers, other tools beside ours."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.runs.utilisation import backtest
from press.facts import Facts

OURS = "this package"


def backtest_frame(facts: Facts) -> pd.DataFrame:
    """Published beside predicted chip-hours of every run, the worst prediction last."""
    chips = facts.table("training_chips").by_key
    rows = sorted(backtest(facts), key=lambda row: abs(row["ratio"] - 1))
    return pd.DataFrame(
        {
            "Run": row["system"],
            "Chip": chips[row["chip"]]["name"],
            "Published": row["published_gpu_hours"],
            "Predicted": row["predicted_gpu_hours"],
            "From": row["low"],
            "To": row["high"],
            "Predicted ÷ published": row["ratio"],
            "In the range": "yes" if row["inside"] else "no",
        }
        for row in rows
    )


def ladder_frame(made: dict[str, Any]) -> pd.DataFrame:
    """The rungs that :func:`analysis.cost` gives, as a table."""
    return pd.DataFrame(
        {
            "Cost": rung["label"],
            "Middle": rung["value"],
            "From": rung["low"],
            "To": rung["high"],
            "DeepSeek-V3": rung["v3"]["value"],
        }
        for rung in made["rungs"]
    )


def tools_frame(facts: Facts) -> pd.DataFrame:
    """Each question with the answers of the tools that have one, ours first."""
    rows = facts.table("side_by_side").rows
    ours = {(r["question"], r["model"]): r["answer"] for r in rows if r["tool"] == OURS}
    return pd.DataFrame(
        {
            "Question": row["question"].capitalize(),
            "Model": row["model"],
            "Tool": row["tool"] + ("" if row["tool"] == OURS else f" {row['version']}"),
            "Answer": row["answer"],
            "Unit": row["unit"],
            "÷ ours": row["answer"] / ours[row["question"], row["model"]],
            "Seconds": row["seconds"],
            "Effort": row["effort"],
            "Note": row["note"] or "",
        }
        for row in rows
    )
