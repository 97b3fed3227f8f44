"""What is wrong with the figures' graphs: lost, unnamed parts, another unit, another's graph."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isclose

from press import figures, graph_json
from press.facts import Facts
from press.graph import ordered
from press.units import UnitError, Units


def problems(found: Sequence[figures.Figure], facts: Facts) -> list[str]:
    """Every figure whose graph is not as it should be, with file and line."""
    return [*_lost(found), *_unnamed(found), *_units(found, facts), *_twice(found)]


def _lost(found: Sequence[figures.Figure]) -> list[str]:
    """Figures that are computed, not live, without a reason."""
    made = []
    for one in found:
        known = figures.definition(one.key)
        if not one.live and not known.untraced:
            made.append(
                f"{known.code}: figure {one.key!r} loses its graph on the way; compute it with "
                "press.maths, or say why it is not live: untraced=..."
            )
    return made


def _unnamed(found: Sequence[figures.Figure]) -> list[str]:
    """Live figures that hold a number which no fact gives and nobody writes: a fact was lost."""
    return [
        f"{figures.definition(one.key).code}: figure {one.key!r} uses {part.value!r}, which is no "
        "fact that it names; read the fact in the figure, or name the number: press.numbers.named"
        for one in found
        for part in ordered(one.graph)
        if part.op == "const" and not part.data.name and not _written(part.value)
    ]


def _written(value: float) -> bool:
    """Six digits at most, or a fraction that one writes down: a third, 81 hundredths."""
    digits = f"{abs(value):.16e}".partition("e")[0].replace(".", "").rstrip("0")
    fraction = float(Fraction(value).limit_denominator(100))
    return len(digits) <= 6 or isclose(fraction, value, rel_tol=1e-12)


def _units(found: Sequence[figures.Figure], facts: Facts) -> list[str]:
    """Live figures whose declared unit does not come out of their arithmetic."""
    units = Units({r["unit"]: r["definition"] or "" for r in facts.table("units").rows})
    made = []
    for one in found:
        for end in one.graph:
            try:
                units.check(end, one.unit, one.key)
            except UnitError as error:
                made.append(f"{figures.definition(one.key).code}: {error}")
                break
    return made


def _twice(found: Sequence[figures.Figure]) -> list[str]:
    """Figures with one and the same graph: one quantity is one figure."""
    groups = graph_json.duplicates({one.key: one.graph for one in found if one.live})
    return [
        f"{figures.definition(keys[-1]).code}: figure {keys[-1]!r} has the same graph as "
        f"{', '.join(map(repr, keys[:-1]))}; keep one"
        for keys in groups
    ]
