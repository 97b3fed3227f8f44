"""Every routed expert of a model: a row a layer, a mark an expert, those of one token lit."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from analysis.drawings.boxes import Picture, figure, text
from press.formats import format_number


def experts_field(config: Mapping[str, Any], source: str = "DeepSeek, V3 config.json") -> Picture:
    """The experts of all layers, of which a token lights a few in each.

    Parameters
    ----------
    config
        The model's ``config.json``.
    """
    layers, dense = int(config["num_hidden_layers"]), int(config["first_k_dense_replace"])
    experts, chosen = int(config["n_routed_experts"]), int(config["num_experts_per_tok"])
    rows = layers - dense
    all_, lit = (format_number(rows * n, ",.0") for n in (experts, chosen))
    title = (
        f"A token lights {chosen} of {experts} experts in each of {rows} layers: {lit} of {all_}"
    )
    spoken = (
        f"A field of {layers} rows, one a layer from the first at the top. The first {dense} have "
        f"one wide network each and no experts. Each of the other {rows} has {experts} marks, "
        f"{chosen} of them lit."
    )
    draw = random.Random(3)  # which experts are lit is for show
    picked = [draw.sample(range(experts), chosen) for _ in range(rows)]

    def form(name: str, pitch: float, size: float) -> tuple[float, float, str]:
        wide, top = experts * pitch, 1.6 * size
        mark, high = pitch * 0.7, max(pitch, 2.2)
        tall = 0.8 * high
        first = top + dense * high
        path = "".join(
            f"M{place * pitch:.2f} {first + row * high:.2f}h{mark:.2f}v{tall:.2f}h-{mark:.2f}z"
            for row, places in enumerate(picked)
            for place in places
        )
        strips = "".join(
            f'<rect y="{top + row * high:.2f}" width="{wide:g}" height="{high * 0.7:.2f}" '
            'style="fill:var(--neutral)"/>'
            for row in range(dense)
        )
        pattern = (
            f'<defs><pattern id="expert-{name}" width="{pitch:g}" height="{high:g}" '
            f'y="{first:.2f}" patternUnits="userSpaceOnUse"><rect width="{mark:.2f}" '
            f'height="{tall:.2f}" style="fill:var(--line)"/></pattern></defs>'
        )
        bottom = first + rows * high
        said = f"{rows} layers of {experts} experts; lit: {chosen} a layer"
        body = (
            f"{pattern}{text(0, 1.05 * size, f'{dense} layers without experts', size, 'muted')}"
            f'{strips}<rect y="{first:.2f}" width="{wide:g}" height="{rows * high:.2f}" '
            f'fill="url(#expert-{name})"/><path d="{path}" style="fill:var(--accent)"/>'
            f"{text(0, bottom + 1.3 * size, said, size)}"
        )
        return wide, bottom + 1.8 * size, body

    return figure(
        title,
        spoken,
        {"wide": form("wide", 2.8, 14), "narrow": form("narrow", 1.33, 14)},
        kind="experts",
        source=f"{source}. One mark is one expert; which are lit is drawn at random, as a token of "
        "another text lights others",
    )
