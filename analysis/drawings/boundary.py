"""The boundary diagram: what V3 cost as boxes within boxes, and the machines outside.

Areas are dollars. The machines are drawn to a smaller scale than V3, and a copy of V3's box
stands among them in theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.drawings.boxes import (
    Picture,
    Square,
    figure,
    lines,
    link,
    rect,
    side,
    text,
)  # fmt: skip
from press.facts import Facts
from press.figures import evaluate
from press.formats import format_number, format_range
from press.theme import table

SCALE_NOTE = (
    "Areas are US dollars. The right part is drawn {times} smaller in area; the small copy of "
    "V3’s box is in its scale. Boxes are the middles of their ranges. Machines serve every "
    "purpose, so they stand outside"
)


@dataclass(frozen=True)
class Sums:
    """The sums that the diagram draws [USD], with the ends of their ranges."""

    value: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]
    servers: float
    operation: float

    def said(self, name: str, spec: str = "$.0M") -> str:
        """The middle and, where there is one, the range."""
        value, ends = self._parts(name, spec)
        return f"{value} ({ends})" if ends else value

    def marked(self, name: str, spec: str = "$.0M", *, ranged: bool = True) -> str:
        """The same as SVG, each number with what a page whose numbers change has to know."""
        value, ends = self._parts(name, spec)
        marked = f'<tspan data-num="ladder.{name}@value:{spec}">{value}</tspan>'
        if not ranged or not ends:
            return marked
        return f'{marked} (<tspan data-num="ladder.{name}@range:{spec}">{ends}</tspan>)'

    def _parts(self, name: str, spec: str) -> tuple[str, str]:
        low, high = self.ends[name]
        ranged = high - low > 0.01 * self.value[name]
        value = format_number(self.value[name], spec)
        return value, format_range(low, high, spec) if ranged else ""


NAMES = ("v3_rental", "development", "staff", "cluster", "fleet_year", "claimed_fleet")


def sums(facts: Facts | None = None) -> Sums:
    """The ladder's figures that the diagram draws."""
    shared = facts or Facts()
    found = {name: evaluate(f"ladder.{name}", shared) for name in NAMES}
    return Sums(
        {name: one.value for name, one in found.items()},
        {name: (one.low or one.value, one.high or one.value) for name, one in found.items()},
        shared.semianalysis.capex_total + 0.0,
        shared.semianalysis.operating_cost + 0.0,
    )


PAGES = {
    "v3_rental": ("costs.html", "The run"),
    "development": ("left-out.html", "All compute"),
    "staff": ("ladder.html", "With people"),
    "cluster": ("ladder.html#what-it-cost-to-buy-the-cluster", "Buying V3’s cluster"),
    "fleet_year": ("fleet.html", "A year of the documented fleet"),
    "claimed_fleet": ("owning.html", "The claimed fleet"),
}
"""The chapter that each box opens, and what the box is called."""
ADDS = {
    "v3_rental": "the GPU-hours of one official run, at the price that its report assumes",
    "development": "experiments, failed runs and R1",
    "staff": "those who did the work, from V2 to V3",
    "cluster": "a purchase, used for much else",
    "fleet_year": "all that DeepSeek’s papers document",
    "claimed_fleet": "servers and operation, as one firm estimates; confirmed by no primary source",
}
"""What each box adds."""
FILL = {
    "v3_rental": ("documented", 1.0),
    "development": ("inferred", 0.3),
    "staff": ("inferred", 0.13),
}
OPENS = " ›"
"""Behind what opens a chapter."""
SMALL = 0.92
"""Size of explanations, by that of names and sums."""


def nested(box: Square, sums: Sums) -> dict[str, Square]:
    """V3's boxes within each other, areas to scale, the widest filling ``box``."""
    whole = sums.value["staff"]
    return {
        name: box.corner(side(sums.value[name], whole, box.side))
        for name in ("staff", "development", "v3_rental")
    }


def _opens(name: str, sums: Sums, body: str) -> str:
    page, called = PAGES[name]
    spec = "$.1B" if name == "claimed_fleet" else "$.1M" if name == "v3_rental" else "$.0M"
    return link(page, f"{called}: {sums.said(name, spec)}; {ADDS[name]}", body)


def v3_boxes(box: Square, sums: Sums, size: float) -> str:
    """V3's three boxes with their labels; ``size`` is that of the text."""
    made = ""
    words = {
        "staff": ["adds those who did the work"],
        "development": ["adds experiments,", "failed runs and R1"],
        "v3_rental": ["GPU-hours of", "the final run"],
    }
    for name, square in nested(box, sums).items():
        inner = name == "v3_rental"
        ink = "page" if inner else "text"
        x, y = square.x + 0.7 * size, square.y + 1.35 * size
        value = sums.marked(name, "$.1M" if inner else "$.0M")
        called = PAGES[name][1]
        label = text(x, y, called + OPENS, size, ink, bold=True)
        if name == "staff":  # the box is wide enough for one line
            label += text(
                square.x + square.side - 0.7 * size,
                y,
                value,
                size,
                ink,
                bold=True,
                anchor="end",
                marked=True,
            )
        else:
            label += text(x, y + 1.3 * size, value, size, ink, bold=True, marked=True)
        below = y + (1.2 if name == "staff" else 2.55) * size
        label += lines(x, below, words[name], SMALL * size, ink)
        made += _opens(name, sums, square.drawn(*FILL[name]) + label)
    return made


def claimed_box(box: Square, sums: Sums, size: float) -> str:
    """The claimed fleet: the sum for servers above, that for running them below."""
    whole = sums.value["claimed_fleet"]
    top = box.side * sums.servers / whole
    x = box.x + 0.8 * size
    servers = format_number(sums.servers, "$.1B")
    drawn = rect(box.x, box.y, box.side, top, "claimed", 0.2)
    drawn += rect(box.x, box.y + top, box.side, box.side - top, "claimed", 0.09)
    end = box.x + box.side - 0.8 * size
    said = text(x, box.y + 1.6 * size, "The claimed fleet" + OPENS, size, bold=True)
    said += text(
        end,
        box.y + 1.6 * size,
        sums.marked("claimed_fleet", "$.1B"),
        size,
        bold=True,
        anchor="end",
        marked=True,
    )
    said += text(x, box.y + 5.1 * size, servers, 2.6 * size, "claimed", bold=True)
    words = ["for the servers: the headline.", "One firm’s estimate; confirmed"]
    said += lines(x, box.y + 6.8 * size, [*words, "by no primary source"], SMALL * size)
    said += text(
        x, box.y + top + 1.7 * size, format_number(sums.operation, "$.0M"), size, bold=True
    )
    said += lines(
        x, box.y + top + 2.95 * size, ["for running them; over four years,", "by our reading"],
        SMALL * size,
    )  # fmt: skip
    return _opens("claimed_fleet", sums, drawn + said)


def small_boxes(
    x: float, y: float, scale: float, sums: Sums, size: float, room: float = 0.0
) -> tuple[str, Square, float]:
    """V3's box again and the machines that are inferred, to the scale of the claimed fleet.

    Parameters
    ----------
    x, y
        Where the first box begins.
    scale
        The side of the claimed fleet's box.
    size
        That of the text, which stands under the boxes or, with ``room``, so far to their right.

    Returns
    -------
    tuple
        The drawing, V3's box in it, and where it ends.
    """
    drawn, first = "", Square(x, y, side(sums.value["staff"], sums.value["claimed_fleet"], scale))
    words = {
        "staff": ["V3 again, to scale"],
        "cluster": ["Buying V3’s cluster"],
        "fleet_year": ["A year of the", "documented fleet"],
    }
    for name, called in words.items():
        square = Square(x, y, side(sums.value[name], sums.value["claimed_fleet"], scale))
        own = name == "staff"
        value = sums.marked(name, ranged=bool(room))
        left, base = (x + room, y + size) if room else (x, y + square.side + 1.25 * size)
        label = text(left, base, value + OPENS * (not own), size, bold=True, marked=True)
        label += lines(left, base + 1.25 * size, called, SMALL * size)
        if own:
            boxes = nested(square, sums).items()
            drawn += "".join(box.drawn(*FILL[part]) for part, box in boxes) + label
        else:
            drawn += _opens(name, sums, square.drawn("inferred", 0.22) + label)
        below = base + 1.25 * (len(called) + 0.3) * size
        y = max(below, y + square.side) + (0.8 if room else 1.4) * size
    return drawn, first, y


def wide(sums: Sums) -> tuple[float, float, str]:
    """The diagram side by side, for columns of 700 px and more."""
    size, top, edge = 18.5, 72.0, 430.0
    left, right = Square(1, top, edge), Square(679, top, edge)
    small, copy, _ = small_boxes(492, top + 4, edge, sums, size)
    lens = "".join(
        f'<line x1="{left.x + left.side:.1f}" y1="{y1:.1f}" x2="{copy.x:.1f}" y2="{y2:.1f}" '
        'stroke-dasharray="3 4" style="stroke:var(--neutral)"/>'
        for y1, y2 in ((left.y, copy.y), (left.y + left.side, copy.y + copy.side))
    )
    heads = text(1, 24, "What V3 cost", 23, bold=True)
    heads += text(1, 50, "a run, within its development, with its people", size, "muted")
    heads += text(492, 24, "Machines, for every purpose", 23, bold=True)
    heads += text(
        492, 50, "bought once or run for years; any one model uses a share", size, "muted"
    )
    body = heads + lens + v3_boxes(left, sums, size) + small + claimed_box(right, sums, size)
    return 1110, top + edge + 2, body


def narrow(sums: Sums) -> tuple[float, float, str]:
    """The diagram stacked, for phones."""
    size, width = 15.0, 340.0
    left = Square(1, 52, width - 2)
    middle = left.y + left.side + 46
    small, _, below = small_boxes(1, middle + 36, width - 2, sums, size, room=78)
    right = Square(1, below, width - 2)
    heads = text(1, 18, "What V3 cost", 19, bold=True)
    heads += text(1, 39, "a run, within its development, with its people", 14, "muted")
    heads += text(1, middle, "Machines, for every purpose", 19, bold=True)
    heads += text(1, middle + 21, "to a smaller scale, with V3 beside them", 14, "muted")
    body = heads + v3_boxes(left, sums, size) + small + claimed_box(right, sums, size)
    return width, right.y + right.side + 2, body


def card(sums: Sums) -> str:
    """The social card, 1200 × 630: three boxes to one scale, legible at 300 px."""
    claimed, whole = Square(650, 52, 526), sums.servers
    run = Square(40, 290, side(sums.value["v3_rental"], whole, claimed.side))
    people = Square(40, 424, side(sums.value["staff"], whole, claimed.side))
    low, high = sums.ends["staff"]
    said = text(40, 108, "What did", 66, bold=True)
    said += text(40, 184, "DeepSeek-V3 cost?", 66, bold=True) + run.drawn("documented")
    said += text(140, 322, format_number(sums.value["v3_rental"], "$.1M"), 66, bold=True)
    said += text(140, 376, "one training run", 46)
    said += "".join(box.drawn(*FILL[name]) for name, box in nested(people, sums).items())
    said += text(140, 478, format_range(low, high, "$.0M"), 66, bold=True)
    said += text(140, 532, "with research, people", 46)
    said += claimed.drawn("claimed", 0.15)
    said += text(690, 170, format_number(whole, "$.1B"), 110, "claimed", bold=True)
    said += text(690, 240, "the servers of a fleet,", 46)
    said += text(690, 296, "as one firm claims", 46)
    return f'<template class="social-card">{said}</template>'


def boundary(facts: Facts | None = None) -> Picture:
    """The lead: V3's run, its development and its people as nested boxes, the machines outside."""
    found = sums(facts)
    value = found.value
    times = value["claimed_fleet"] / value["staff"]  # both boxes are drawn equally large
    low, high = found.ends["staff"]
    title = (
        f"V3’s run cost {format_number(value['v3_rental'], '$.1M')}, with research, R1 and people "
        f"{format_range(low, high, '$.0M')}; the {format_number(found.servers, '$.1B')} is a claim "
        "about machines for every purpose"
    )
    spoken = (
        "Nested boxes, areas to scale. "
        + " ".join(f"{PAGES[name][1]}: {found.said(name, '$.1M')}, {ADDS[name]}." for name in NAMES)
        + " The first three lie within each other; the others stand outside, since they serve "
        "every purpose."
    )
    frame = pd.DataFrame(
        {
            "Box": PAGES[name][1],
            "USD": value[name],
            "low": found.ends[name][0],
            "high": found.ends[name][1],
            "Adds": ADDS[name],
        }
        for name in NAMES
    )
    formats = dict.fromkeys(("USD", "low", "high"), ",.0")
    return figure(
        title,
        spoken,
        {"wide": wide(found), "narrow": narrow(found)},
        kind="boundary",
        source=SCALE_NOTE.format(times=format_number(times, ".0x")) + ".",
        data=table(frame, caption="The boxes and their ranges", formats=formats),
        beside=card(found),
    )
