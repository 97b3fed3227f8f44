"""What is wrong with the figures' graphs: lost, with another unit, or the same as another's."""

from __future__ import annotations

from collections.abc import Sequence

from press import figures, graph_json
from press.facts import Facts
from press.units import UnitError, Units


def problems(found: Sequence[figures.Figure], facts: Facts) -> list[str]:
    """Every figure whose graph is not as it should be, with file and line."""
    return [*_lost(found), *_units(found, facts), *_twice(found)]


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
