"""What the drawn boxes share: squares whose area is a number, lines of text, links, figures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import sqrt

from analysis.drawings.shapes import px
from press.theme import TableView


@dataclass(frozen=True)
class Picture:
    """A drawing as a page shows it; ``title`` is its finding."""

    title: str
    body: str = field(repr=False)

    def _repr_html_(self) -> str:
        return self.body


@dataclass(frozen=True)
class Square:
    """A square of a drawing: its upper left corner and its side [px]."""

    x: float
    y: float
    side: float

    def drawn(self, colour: str, opacity: float = 1.0, *, dashed: bool = False) -> str:
        """The square as SVG, filled with a token of the theme and outlined in it."""
        return rect(self.x, self.y, self.side, self.side, colour, opacity, dashed=dashed)

    def corner(self, side: float) -> Square:
        """A smaller square in the lower left corner of this one."""
        return Square(self.x, self.y + self.side - side, side)


def side(value: float, whole: float, whole_side: float) -> float:
    """The side of a square whose area is to ``value`` as that of ``whole_side`` is to ``whole``.

    >>> side(25.0, 100.0, 300.0)
    150.0
    """
    return whole_side * sqrt(value / whole)


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    colour: str,
    opacity: float = 1.0,
    *,
    dashed: bool = False,
) -> str:
    """A rectangle filled with a token of the theme and outlined in it."""
    dashes = ' stroke-dasharray="7 5"' if dashed else ""
    return (
        f'<rect x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}" '
        f'fill-opacity="{opacity:g}" stroke-width="1.5"{dashes} '
        f'style="fill:var(--{colour});stroke:var(--{colour})"/>'
    )


def text(
    x: float,
    y: float,
    words: str,
    size: float,
    colour: str = "text",
    *,
    bold: bool = False,
    anchor: str = "start",
    marked: bool = False,
) -> str:
    """A line of text on the baseline ``y``; ``marked`` words are SVG already."""
    weight = ' font-weight="700"' if bold else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return (
        f'<text x="{px(x)}" y="{px(y)}" font-size="{size:g}"{weight}{place} '
        f'style="fill:var(--{colour})">{words if marked else escape(words)}</text>'
    )


def lines(
    x: float, y: float, words: Sequence[str], size: float, colour: str = "text", step: float = 1.3
) -> str:
    """Lines of text under each other, the first on the baseline ``y``."""
    return "".join(
        text(x, y + row * step * size, line, size, colour) for row, line in enumerate(words)
    )


def link(page: str, label: str, body: str) -> str:
    """A part of a drawing that opens a chapter."""
    return f'<a href="{escape(page)}" aria-label="{escape(label)}">{body}</a>'


def svg(width: float, height: float, body: str, form: str, label: str, spoken: str) -> str:
    """One form of a drawing. It holds links, so it is a group with a name and a description."""
    return (
        f'<svg class="form-{form}" xmlns="http://www.w3.org/2000/svg" role="group" '
        f'viewBox="0 0 {px(width)} {px(height)}" aria-label="{escape(label)}" '
        f'aria-describedby="{spoken}">{body}</svg>'
    )


def figure(
    title: str,
    spoken: str,
    forms: Mapping[str, tuple[float, float, str]],
    *,
    kind: str,
    source: str,
    data: TableView | None = None,
    beside: str = "",
) -> Picture:
    """A drawing in its forms (``wide``, ``narrow``), of which a page shows the one that fits.

    Parameters
    ----------
    title
        The finding.
    spoken
        What the drawing shows, for readers who cannot see it.
    forms
        Width, height and body of each form.
    kind
        The class by which the style sheet knows it.
    source
        Where the numbers come from and what is to scale.
    data
        The numbers, folded beneath.
    beside
        What else travels with the drawing.
    """
    name = f"{kind}-{hashlib.sha256((title + spoken).encode()).hexdigest()[:8]}"
    drawn = "".join(
        svg(width, height, body, form, title, f"{name}-said")
        for form, (width, height, body) in forms.items()
    )
    folded = data._repr_html_() if data else ""
    table = f'<details class="chart-data"><summary>Data</summary>{folded}</details>'
    return Picture(
        title,
        f'<figure class="drawing {kind}" id="{name}"><figcaption>{escape(title)}</figcaption>'
        f'<div class="drawing-view">{drawn}</div><p class="chart-said" id="{name}-said">'
        f'{escape(spoken)}</p><p class="chart-source">{escape(source)}</p>'
        f"{table if folded else ''}{beside}</figure>",
    )
