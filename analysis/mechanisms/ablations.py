"""DeepSeek's own comparisons of a mechanism with what it replaced, score by score."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.mechanisms.sampling import difference
from press.tables import Row


def compared(rows: Iterable[Row], before: str, after: str) -> list[dict[str, str | float]]:
    """Each benchmark's score in two arms, in the order of the printed table.

    Parameters
    ----------
    rows
        Rows of ``data/ablations.csv``; properties of the models are left out.
    before, after
        The arms to compare.

    Returns
    -------
    list of dict
        ``scale``, ``measure``, ``before``, ``after`` as printed, and ``gain``: the difference,
        positive where ``after`` is better.

    Examples
    --------
    >>> row = {"scale": "large", "measure": "MMLU", "metric": "EM", "better": "higher"}
    >>> compared([row | {"arm": "no", "value": 67.5}, row | {"arm": "yes", "value": 66.6}],
    ...          "no", "yes")[0]["gain"]
    -0.9
    """
    scores = [row for row in rows if row["better"]]
    by_place = {(row["scale"], row["measure"], row["arm"]): row["value"] for row in scores}
    found: list[dict[str, str | float]] = []
    for row in scores:
        if row["arm"] == before:
            place = (row["scale"], row["measure"])
            one, other = row["value"], by_place[*place, after]
            gain = round((other - one) * (1 if row["better"] == "higher" else -1), 6)
            names = {"scale": row["scale"], "measure": f"{row['measure']} ({row['metric']})"}
            found.append({**names, "before": one, "after": other, "gain": gain})
    return found


def with_errors(
    rows: Iterable[dict[str, str | float]], sizes: Iterable[Row]
) -> list[dict[str, str | float]]:
    """The same records with their sampling error where the number of questions is known.

    Parameters
    ----------
    rows
        Records of `compared`.
    sizes
        Rows of ``data/benchmark_sizes.csv``.

    Returns
    -------
    list of dict
        With ``questions``, ``error``, ``z``, ``low`` and ``high`` [point] added; a score that is
        not a share of questions, such as bits per byte, is returned as it was.
    """
    known = {row["benchmark"]: int(row["questions"]) for row in sizes}
    found = []
    for row in rows:
        count = known.get(str(row["measure"]).split(" (")[0])
        if count is None:
            found.append(dict(row))
            continue
        test = difference(float(row["before"]), float(row["after"]), count)
        low, high = test.interval
        errors = {"questions": count, "error": test.error, "z": test.z, "low": low, "high": high}
        found.append({**row, **errors})
    return found
