"""The locator: the boundary diagram, small, with the box that a chapter is about lit."""

from __future__ import annotations

from html import escape

from analysis.drawings.boundary import nested, sums
from analysis.drawings.boxes import Picture, Square, rect
from press.facts import Facts

PARTS = {
    "v3_rental": ("The run", "costs.html"),
    "development": ("all compute", "left-out.html"),
    "staff": ("with people", "how-sure.html"),
    "machines": ("machines", "owning.html"),
}
"""The parts of the diagram, what the locator calls them and which chapter each opens."""
ABOUT = {
    "costs": ("v3_rental",),
    "left-out": ("development",),
    "how-sure": ("staff",),
    "owning": ("machines",),
    "ladder": tuple(PARTS),
    "calculator": tuple(PARTS),
}
"""The parts that each costs chapter is about."""


def locator(chapter: str, facts: Facts | None = None) -> Picture:
    """Where a costs chapter stands, with links to the others.

    Raises
    ------
    KeyError
        If the chapter is not one of the costs chapters.
    """
    if chapter not in ABOUT:
        raise KeyError(f"found the chapter {chapter!r}, expected one of {', '.join(ABOUT)}")
    lit, box = ABOUT[chapter], Square(1, 1, 46)
    boxes = nested(box, sums(facts))
    drawn = "".join(
        square.drawn(*(("accent", 1.0) if name in lit and len(lit) == 1 else ("neutral", 0.0)))
        if len(lit) == 1
        else square.drawn("accent", 0.3)
        for name, square in boxes.items()
    )
    machines = ("accent", 0.3 if len(lit) > 1 else 1.0) if "machines" in lit else ("neutral", 0.0)
    drawn += rect(58, 1, 46, 46, *machines)
    items = ""
    for name, (called, page) in PARTS.items():
        here = f"{chapter}.html" == page
        current = ' aria-current="page"' if here else ' class="lit"' if name in lit else ""
        items += f'<li><a href="{page}"{current}>{escape(called)}</a></li>'
    return Picture(
        chapter,
        '<nav class="locator" aria-label="Where this chapter stands">'
        f'<svg viewBox="0 0 106 48" aria-hidden="true">{drawn}</svg><ul>{items}</ul></nav>',
    )
