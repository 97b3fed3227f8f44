"""The field of GPUs: one dot a GPU, the documented ones full, the claimed ones pale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.drawings.boxes import Picture, figure, text
from press.formats import format_number
from press.theme import table

Block = tuple[str, str, int, int]
"""Name and explanation of a part of the field, its GPUs, and how many of them are documented."""


def blocks(documented_h800: float, a100: float, claimed: Mapping[str, float]) -> list[Block]:
    """The parts of the field: what the owner documents beside what is claimed, by kind of chip.

    Parameters
    ----------
    documented_h800, a100
        GPUs that DeepSeek's own papers document.
    claimed
        The GPUs of the claimed Hopper fleet by kind: ``H800``, ``H100`` and ``H20``.
    """
    count = round(documented_h800)
    said = f"documented: {format_number(count, ',.0')} at one time; the rest is claimed"
    return [
        ("H800", said, round(claimed["H800"]), count),
        ("H100", "claimed; none documented", round(claimed["H100"]), 0),
        ("H20", "claimed, by subtraction; none documented", round(claimed["H20"]), 0),
        ("A100", "documented by their owner; not in the claim", round(a100), round(a100)),
    ]


def dots(x: float, y: float, gpus: int, first: int, columns: int, pitch: float, fill: str) -> str:
    """GPUs ``first`` to ``first + gpus`` of a block, row by row: whole rows, then the rest.

    A pattern draws the dots; an area of ``pitch`` squared is one GPU.
    """
    drawn = ""
    while gpus > 0:
        row, column = divmod(first, columns)
        run = min(gpus, columns - column)
        rows = 1
        if column == 0 and gpus >= columns:
            rows, run = gpus // columns, columns
        drawn += (
            f'<rect x="{x + column * pitch:g}" y="{y + row * pitch:g}" width="{run * pitch:g}" '
            f'height="{rows * pitch:g}" data-gpus="{run * rows}" fill="url(#{fill})"/>'
        )
        first, gpus = first + run * rows, gpus - run * rows
    return drawn


def _patterns(form: str, pitch: float, top: float) -> str:
    """Two ways to fill the place of a GPU: a full dot, and a pale one."""
    size = pitch * 0.72
    box = f'<pattern id="gpu-KIND-{form}" width="{pitch:g}" height="{pitch:g}" '
    box += f'y="{top:g}" patternUnits="userSpaceOnUse">'
    full = f'<rect width="{size:.2f}" height="{size:.2f}" style="fill:var(--documented)"/>'
    pale = full.replace('style="', 'fill-opacity=".38" style="').replace("documented", "claimed")
    return (
        f"<defs>{box.replace('KIND', 'full')}{full}</pattern>"
        f"{box.replace('KIND', 'claimed')}{pale}</pattern></defs>"
    )


def drawn(
    parts: Sequence[Block], form: str, width: float, pitch: float, size: float
) -> tuple[float, float, str]:
    """The field ``width`` px wide at ``pitch`` px a GPU: width, height and body."""
    columns, y, body = int(width / pitch), 0.0, _patterns(form, pitch, 0.0)
    for name, said, gpus, documented in parts:
        head = f"{format_number(gpus, ',.0')} {name}"
        wide = form == "wide"
        body += text(0, y + 1.1 * size, head, 1.15 * size, bold=True)
        if wide:
            body += text(width, y + 1.1 * size, said, size, "muted", anchor="end")
        else:
            body += text(0, y + 2.35 * size, said, 0.93 * size, "muted")
        # the pattern begins at a multiple of the pitch, and so must the block
        y = pitch * -(-(y + (1.6 if wide else 2.9) * size) // pitch)
        body += dots(0, y, documented, 0, columns, pitch, f"gpu-full-{form}")
        rest = gpus - documented
        body += dots(0, y, rest, documented, columns, pitch, f"gpu-claimed-{form}")
        y += -(-gpus // columns) * pitch + 0.9 * size
    return width, y, body


def field(
    documented_h800: float, a100: float, claimed: Mapping[str, float], rows: Sequence[Any]
) -> Picture:
    """Fifty thousand claimed GPUs to scale, with those that are documented in blue.

    Parameters
    ----------
    documented_h800, a100, claimed
        As :func:`blocks` takes them.
    rows
        Rows of ``data/fleet_estimates.csv``, who put how many GPUs on record: the data beneath.
    """
    parts = blocks(documented_h800, a100, claimed)
    hoppers = sum(claimed.values())
    title = (
        f"Of the {format_number(hoppers, ',.0')} claimed Hopper GPUs, "
        f"{format_number(documented_h800, ',.0')} are documented"
    )
    spoken = (
        f"A field of dots, one a GPU. {title}. By kind: "
        + "; ".join(f"{format_number(gpus, ',.0')} {name}, {said}" for name, said, gpus, _ in parts)
        + "."
    )
    frame = pd.DataFrame(
        {
            "Who": row["who"],
            "When": row["date"],
            "GPUs": row["gpus"],
            "Chip": row["chip"],
            "Means": row["means"],
            "Standing": row["standing"],
        }
        for row in rows
    )
    return figure(
        title,
        spoken,
        {
            "wide": drawn(parts, "wide", 720, 2.5, 17),
            "narrow": drawn(parts, "narrow", 340, 2, 14.5),
        },
        kind="field",
        source="One dot is one GPU. Blue: documented by DeepSeek or High-Flyer. Pale: "
        "claimed by SemiAnalysis, H20s by subtraction. Who put how many on record is in the data",
        data=table(frame, caption="Counts of GPUs on record", formats={"GPUs": ",.0"}),
    )
