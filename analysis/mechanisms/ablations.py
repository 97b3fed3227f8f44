"""DeepSeek's own comparisons of a mechanism with what it replaced, score by score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.mechanisms.sampling import difference
from press.tables import Row


def compared(
    rows: Iterable[Row], before: str, after: str, questions: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    """Each benchmark's score in two arms, in the order of the printed table.

    Parameters
    ----------
    rows
        Rows of ``data/ablations.csv``; properties of the models are left out.
    before, after
        The arms to compare.
    questions
        Questions of each benchmark, where known.

    Returns
    -------
    list of dict
        ``scale``, ``measure``, ``before``, ``after`` as printed, and ``gain``: the difference,
        positive where ``after`` is better. With ``questions``, ``error`` too: the standard
        error that the choice of questions gives the gain, or None where their number is unknown.

    Examples
    --------
    >>> row = {"scale": "large", "measure": "MMLU", "metric": "EM", "better": "higher"}
    >>> compared([row | {"arm": "no", "value": 67.5}, row | {"arm": "yes", "value": 66.6}],
    ...          "no", "yes")[0]["gain"]
    -0.9
    """
    scores = [row for row in rows if row["better"]]
    by_place = {(row["scale"], row["measure"], row["arm"]): row["value"] for row in scores}
    found: list[dict[str, Any]] = []
    for row in scores:
        if row["arm"] == before:
            place = (row["scale"], row["measure"])
            one, other = row["value"], by_place[*place, after]
            gain = round((other - one) * (1 if row["better"] == "higher" else -1), 6)
            names = {"scale": row["scale"], "measure": f"{row['measure']} ({row['metric']})"}
            record = {**names, "before": one, "after": other, "gain": gain}
            if questions is not None:
                n = questions.get(row["measure"])
                record["error"] = difference(one, other, int(n)).error if n else None
            found.append(record)
    return found


def sizes(rows: Iterable[Row]) -> dict[str, float]:
    """Questions of each benchmark, from the rows of ``data/benchmark_sizes.csv``."""
    return {row["benchmark"]: row["questions"] for row in rows}
