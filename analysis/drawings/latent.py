"""Latent attention, drawn: what is kept of a token, how it flows, what fills the memory."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import hardware
from analysis.drawings.shapes import (
    Drawing,
    Panel,
    arrow,
    bar,
    box,
    field_of,
    group,
    label,
    line,
    lines,
    rect,
    slider,
)
from analysis.figures import latent_attention as figures
from analysis.figures.architecture import V3
from press.facts import Facts
from press.formats import format_number as fmt
from press.numbers import plain

SHORTEST = 10
"""Least length of a text on the slider, as a power of two."""
