"""The vocabulary of the drawings: box, cell grid, field, arrow, label and bar, as SVG text.

A drawing is a figure of one panel or more. Each panel is drawn twice, for wide and for narrow
screens, and is complete without scripts. What a script may change carries a name: ``data-text``
for words, ``data-bar`` for a length, ``data-part`` for what a class lights up. Colours are classes
of ``book/_static/machine.css``, so that a drawing follows the page into the dark.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDE, NARROW = 860, 360
"""Widths of the two forms in the units of their ``viewBox``, about pixels on the screen."""


@dataclass(frozen=True)
class Panel:
    """One picture of a drawing with what steers it.

    Attributes
    ----------
    wide, narrow
        The two forms, each as its body and its height.
    spoken
        What the picture shows, for readers who do not see it.
    title
        What the panel shows, printed above it.
    tools
        Controls, as HTML; shown where scripts run.
    steps
        Captions that a reader steps through; printed as a list where no script runs.
    said
        What the picture says as it stands; a script says it anew after each change.
    """

    wide: tuple[str, float]
    narrow: tuple[str, float]
    spoken: str
    title: str = ""
    tools: str = ""
    steps: Sequence[str] = ()
    said: str = ""

    def html(self) -> str:
        """The panel as the page shows it."""
        forms = zip(("wide", "narrow"), (WIDE, NARROW), (self.wide, self.narrow), strict=True)
        label = html.escape(self.spoken, quote=True)
        pictures = "".join(
            f'<svg class="machine-{name}" viewBox="0 0 {width} {height:g}" role="img" '
            f'aria-label="{label}">{body}</svg>'
            for name, width, (body, height) in forms
        )
        title = f'<p class="machine-title">{html.escape(self.title)}</p>' if self.title else ""
        tools = (_step_buttons() if self.steps else "") + self.tools
        tools = f'<div class="machine-tools js-only">{tools}</div>' if tools else ""
        said = f'<p class="machine-said" role="status">{self.said}</p>' if self.said else ""
        return (
            f'<div class="machine-panel">{title}{tools}{_list(self.steps)}{said}'
            f'<div class="machine-view">{pictures}</div></div>'
        )


@dataclass(frozen=True)
class Drawing:
    """A drawing with its finding, its panels, and the numbers that its script reckons with."""

    kind: str
    finding: str
    panels: Sequence[Panel]
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        data = json.dumps(self.data, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")
        panels = "".join(panel.html() for panel in self.panels)
        return (
            f'<figure class="machine" id="machine-{self.kind}" data-kind="{self.kind}">'
            f"<figcaption>{html.escape(self.finding)}</figcaption>{panels}"
            f'<script type="application/json" class="machine-data">{data}</script>'
            f'<p class="chart-source">{html.escape(self.source)}</p></figure>'
        )


def _step_buttons() -> str:
    return (
        '<div class="machine-steppers"><button type="button" data-step="-1">Back</button> '
        '<button type="button" data-step="1">Next</button></div>'
    )


def _list(steps: Sequence[str]) -> str:
    """The captions in one box: a list on paper, one at a time where a script steps through."""
    if not steps:
        return ""
    items = "".join(
        f"<li{' class=current' if not n else ''}>{step}</li>" for n, step in enumerate(steps)
    )
    return f'<ol class="machine-steps">{items}</ol><p class="machine-heard" role="status"></p>'


def slider(
    name: str, label: str, low: float, high: float, value: float, shown: str, step: float = 1
) -> str:
    """A slider with its label and its value in words; ``name`` is what the script calls it."""
    return (
        f'<label class="machine-slider"><span>{html.escape(label)}</span>'
        f'<output data-text="{name}">{html.escape(shown)}</output>'
        f'<input type="range" name="{name}" min="{low:g}" max="{high:g}" step="{step:g}" '
        f'value="{value:g}" aria-valuetext="{html.escape(shown)}" autocomplete="off"></label>'
    )


def button(name: str, label: str) -> str:
    """A button that the script knows by name."""
    return f'<button type="button" data-act="{name}">{html.escape(label)}</button>'


def switch(name: str, label: str, *, on: bool) -> str:
    """A box to tick."""
    checked = " checked" * on
    return (
        f'<label class="machine-switch"><input type="checkbox" name="{name}"{checked} '
        f'autocomplete="off"> {html.escape(label)}</label>'
    )


def group(*parts: str, part: str = "", kind: str = "", at: tuple[float, float] = (0, 0)) -> str:
    """Parts moved together; ``part`` is the name by which a step lights them."""
    move = f' transform="translate({px(at[0])} {px(at[1])})"' if at != (0, 0) else ""
    return f"<g{_named(part, kind)}{move}>{''.join(parts)}</g>"


def label(
    x: float, y: float, words: str, *, kind: str = "", anchor: str = "", bind: str = ""
) -> str:
    """Words at a place; ``bind`` is the name of the text that a script renews.

    What follows a ``^`` is raised, as in the name of a matrix.
    """
    low, _, high = words.partition("^")
    raised = f'<tspan dy="-4" font-size="9">{html.escape(high)}</tspan>' if high else ""
    bound = f' data-text="{bind}"' if bind else ""
    aligned = f' text-anchor="{anchor}"' if anchor else ""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{px(x)}" y="{px(y)}"{style}{aligned}{bound}>{html.escape(low)}{raised}</text>'


def lines(x: float, y: float, words: Iterable[str], *, kind: str = "", anchor: str = "") -> str:
    """Words in several lines, one under the other."""
    return "".join(
        label(x, y + 17 * n, line, kind=kind, anchor=anchor) for n, line in enumerate(words)
    )


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    *words: str,
    kind: str = "",
    part: str = "",
) -> str:
    """A rounded box with words in its middle."""
    top = y + height / 2 + 5 - 8.5 * (len(words) - 1)
    inside = lines(x + width / 2, top, words, anchor="middle")
    frame = _rect(x, y, width, height, ' rx="5"')
    return f"<g{_named(part, f'box {kind}'.strip())}>{frame}{inside}</g>"


def rect(
    x: float, y: float, width: float, height: float, *, kind: str = "", numbers: int = 0
) -> str:
    """A plain rectangle; ``numbers`` says how many numbers it stands for."""
    stands = f' data-numbers="{numbers}"' if numbers else ""
    return _rect(x, y, width, height, f' class="{kind}"{stands}')


def field_of(x: float, y: float, columns: float, rows: int, pitch: float, *, kind: str = "") -> str:
    """A field of cells to scale: ``columns`` vectors of ``rows`` numbers, ``pitch`` apart."""
    whole = rect(x, y, columns * pitch, rows * pitch, kind=kind, numbers=round(columns * rows))
    cuts = "".join(f"M{px(x + k * pitch)} {px(y)}v{px(rows * pitch)}" for k in _inner(columns))
    return whole + (f'<path class="cuts" d="{cuts}"/>' if cuts else "")


def _inner(columns: float) -> range:
    return range(1, int(columns) + (columns % 1 > 0))


def cells(
    x: float,
    y: float,
    columns: int,
    pitch: float,
    names: Sequence[int],
    lit: Iterable[int] = (),
    marked: int = -1,
) -> str:
    """A grid of cells, each with a name of its own, some of them lit, one perhaps marked."""
    chosen, side = set(lit), pitch * 0.82
    return "".join(
        f'<rect class="cell{" lit" * (name in chosen)}{" marked" * (name == marked)}" '
        f'data-cell="{name}" '
        f'x="{px(x + n % columns * pitch)}" y="{px(y + n // columns * pitch)}" '
        f'width="{px(side)}" height="{px(side)}" rx="2"/>'
        for n, name in enumerate(names)
    )


def profile(values: Sequence[float], x: float, y: float, pitch: float, unit: float) -> str:
    """The path of small bars on the line ``y``: one a value, ``unit`` high for a value of one."""
    bars = (
        f"M{px(x + n * pitch)} {px(y)}v{px(-unit * value)}h{px(pitch * 0.8)}v{px(unit * value)}z"
        for n, value in enumerate(values)
    )
    return "".join(bars)


def arrow(*points: tuple[float, float], kind: str = "", part: str = "") -> str:
    """A line through points with a head at its end."""
    (x0, y0), (x1, y1) = points[-2:]
    long = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    dx, dy = (x1 - x0) / long, (y1 - y0) / long
    path = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)
    wings = [(x1 - 7 * dx + s * 4 * dy, y1 - 7 * dy - s * 4 * dx) for s in (1, -1)]
    head = "M{} {}L{} {}L{} {}".format(*map(px, (*wings[0], x1, y1, *wings[1])))
    return f'<path{_named(part, f"arrow {kind}".strip())} d="{path}{head}"/>'


def line(x0: float, y0: float, x1: float, y1: float, *, kind: str = "rule") -> str:
    """A straight line."""
    return f'<path class="{kind}" d="M{px(x0)} {px(y0)}L{px(x1)} {px(y1)}"/>'


def bar(
    x: float,
    y: float,
    full: float,
    height: float,
    share: float,
    *,
    name: str = "",
    kind: str = "",
    track: bool = False,
) -> str:
    """A bar of ``share`` of its full length, which a script may change; perhaps in a track."""
    behind = rect(x, y, full, height, kind="track") if track else ""
    bound = f' data-bar="{name}" data-full="{px(full)}"' if name else ""
    width = full * min(max(share, 0), 1)
    style = f"fill {kind}".strip()
    return behind + _rect(x, y, width, height, f' class="{style}"{bound}')


def _rect(x: float, y: float, width: float, height: float, more: str) -> str:
    at = f'x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}"'
    return f"<rect {at}{more}/>"


def _named(part: str, kind: str) -> str:
    style = f' class="{kind}"' if kind else ""
    return style + (f' data-part="{part}"' if part else "")


def px(value: float) -> str:
    """A coordinate in tenths, without zeros that say nothing."""
    return f"{round(value, 1):g}"
