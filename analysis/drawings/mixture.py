"""Mixture of experts, drawn: tokens routed to eight of the experts of one layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.drawings.shapes import (
    Drawing,
    Panel,
    arrow,
    box,
    button,
    cells,
    group,
    label,
    line,
    profile,
    rect,
    slider,
    switch,
)
from analysis.figures.architecture import V3
from analysis.mechanisms.checkpoint import Array, Integers
from analysis.mechanisms.experiments import drawn_directions
from analysis.mechanisms.experts import choose, sigmoid
from press.facts import Facts
from press.formats import format_number as fmt
from press.numbers import plain

TOKENS, SEED = 320, 7
"""Random tokens that the drawing routes, and their seed."""
FINE, COARSE = 6, 64
"""Steps of a direction and of a popularity in what travels to the page."""
MOST, OFFSET = 27, 76
"""A direction travels as letters: this code and as many steps up or down, few of them escaped."""
HIGHEST = 6.0
"""Load at which the bars end, in times the mean: a bar above it is cut."""
BIAS = 0.2
"""How far the reader can move a bias, either way."""


@dataclass(frozen=True)
class Routing:
    """A layer's router with random tokens and experts: what the drawing knows."""

    experts: int
    top: int
    groups: int
    kept: int
    speed: float
    token: Integers
    expert: Integers
    popularity: Integers

    @classmethod
    def of(cls, facts: Facts) -> Routing:
        """V3's router, with random vectors in the place of learned ones."""
        c = facts.config(V3)
        spread = float(plain(facts.routing.expert_popularity_spread))
        experts = int(c["n_routed_experts"])
        token, expert, popularity = drawn_directions(TOKENS, experts, skew=spread, seed=SEED)
        return cls(
            experts=experts,
            top=int(c["num_experts_per_tok"]),
            groups=int(c["n_group"]),
            kept=int(c["topk_group"]),
            speed=float(plain(facts.value("V3-033a"))),
            token=_steps(token, FINE, MOST),
            expert=_steps(expert, FINE, MOST),
            popularity=_steps(popularity, COARSE, 8 * COARSE),
        )

    @property
    def affinity(self) -> Array:
        """Shape (tokens, experts)."""
        wide = self.token.shape[1] ** 0.5 * FINE**2
        match = self.token @ self.expert.T / wide
        return sigmoid(match + self.popularity / COARSE)

    def chosen(self, bias: Array, *, limited: bool = True) -> Integers:
        """The experts of every token, in ascending order; shape (tokens, top)."""
        kept = self.kept if limited else self.groups
        found = choose(self.affinity, bias, groups=self.groups, kept=kept, top=self.top)
        return np.sort(found, axis=1)

    def loads(self, bias: Array, *, limited: bool = True) -> Integers:
        """Tokens that each expert receives, shape (experts,)."""
        found = self.chosen(bias, limited=limited).ravel()
        return np.bincount(found, minlength=self.experts)


def _steps(values: Array, steps: int, most: int) -> Integers:
    return np.clip(np.rint(values * steps), -most, most).astype(np.int64)


def _text(steps: Integers) -> str:
    """A letter for each number: it packs better than the same numbers in base64."""
    return "".join(chr(OFFSET + int(n)) for n in steps.ravel())


def drawing(facts: Facts) -> Drawing:
    """The router of one layer: the chosen experts lit, their nodes, the load of every expert."""
    made = Routing.of(facts)
    none = np.zeros(made.experts)
    chosen, loads = made.chosen(none), made.loads(none)
    first = [int(e) for e in chosen[0]]
    nodes = sorted({e * made.groups // made.experts for e in first})
    busiest, mean = int(loads.argmax()), float(loads.mean())
    weights = made.affinity[0][first]
    gates = weights / weights.sum()
    said = spoken(made, 0, first, busiest, loads)
    data = {
        "experts": made.experts,
        "top": made.top,
        "groups": made.groups,
        "kept": made.kept,
        "speed": made.speed,
        "fine": FINE,
        "coarse": COARSE,
        "highest": HIGHEST,
        "tokens": TOKENS,
        "expert": busiest,
        "offset": OFFSET,
        "token_text": _text(made.token),
        "expert_text": _text(made.expert),
        "popularity": [int(n) for n in made.popularity],
    }
    forms = [_form(made, columns, first, nodes, gates, loads, busiest, mean) for columns in (4, 2)]
    tools = (
        '<div class="machine-steppers"><button type="button" data-act="before">Token before'
        '</button> <button type="button" data-act="next">Next token</button></div>'
        + switch("limited", f"{_word(made.kept)} nodes at most", on=True)
        + slider("expert", "Expert", 1, made.experts, busiest + 1, str(busiest + 1))
        + slider("bias", "Its bias", -BIAS, BIAS, 0, "0.00", step=0.01)
        + '<div class="machine-steppers">'
        + button("rule", f"Let V3’s rule run {RULE_STEPS} steps")
        + " "
        + button("reset", "Reset")
        + "</div>"
    )
    return Drawing(
        kind="mixture",
        finding=(
            f"Of {made.experts} experts in a layer a token meets {made.top}, on "
            f"{_word(made.kept).lower()} of {_word(made.groups).lower()} nodes at most, and the "
            "one that all tokens meet"
        ),
        panels=[
            Panel(
                wide=forms[0],
                narrow=forms[1],
                spoken=(
                    f"A layer’s {made.experts} experts as cells in {made.groups} groups, one a "
                    f"node. For one token {made.top} cells are lit, in "
                    f"{len(nodes)} groups; a shared expert beside them is always lit. Bars under "
                    f"each group show how many of {TOKENS} tokens every expert receives: the "
                    f"busiest {int(loads.max())}, on average {mean:g}."
                ),
                tools=tools,
                said=said,
            )
        ],
        source=(
            f"Numbers of experts, groups and nodes from V3’s configuration; {TOKENS} random tokens "
            "stand for real ones, so the loads show the mechanism and are no measurement"
        ),
        data=data | {"rule_steps": RULE_STEPS},
    )


RULE_STEPS = 50
"""Steps of the balancing rule at a press of the button."""


def spoken(made: Routing, token: int, chosen: list[int], expert: int, loads: Integers) -> str:
    """What the drawing says of a token and of the marked expert."""
    nodes = sorted({e * made.groups // made.experts + 1 for e in chosen})
    listed = ", ".join(map(str, nodes[:-1])) + (" and " if nodes[1:] else "") + str(nodes[-1])
    return (
        f"Token {token + 1} of {TOKENS} goes to {made.top} experts on "
        f"{'nodes' if nodes[1:] else 'node'} {listed}. "
        f"Expert {expert + 1} receives {loads[expert]} of all tokens; the mean is "
        f"{loads.mean():g}, the busiest receives {loads.max()}."
    )


def _word(count: int) -> str:
    return fmt(count, "Count")


def _form(
    made: Routing,
    columns: int,
    lit: list[int],
    nodes: list[int],
    gates: Array,
    loads: Integers,
    marked: int,
    mean: float,
) -> tuple[str, float]:
    """One form of the picture: ``columns`` groups side by side."""
    total, gap = (860.0, 20.0) if columns == 4 else (360.0, 12.0)
    width = (total - gap * (columns - 1)) / columns
    pitch, per = (width - 16) / 8, made.experts // made.groups
    tall, rise = per // 8 * pitch, 46.0
    height = 26 + tall + 20 + rise + 10
    head = 92.0
    parts = [
        box(0, 0, 104, 40, "a token", kind="plain"),
        arrow((104, 20), (140, 20)),
        box(140, 0, total - 140, 40, *_router(made, columns), kind="plain"),
        arrow((total / 2, 40), (total / 2, head - 8), kind="soft"),  # whom it asks, the nodes say
    ]
    for node in range(made.groups):
        x = node % columns * (width + gap)
        y = head + node // columns * (height + gap)
        names = range(node * per, (node + 1) * per)
        base = 26 + tall + 20 + rise
        unit, small = rise / HIGHEST / mean, (width - 16) / per
        shown = np.minimum(loads, HIGHEST * mean)
        path = profile([float(shown[e]) for e in names], 8, base, small, unit)
        own = (
            profile([float(shown[marked])], 8 + marked % per * small, base, small, unit)
            if marked in names
            else ""
        )
        inside = [
            rect(0, 0, width, height, kind="frame"),
            label(8, 18, f"node {node + 1}", kind="strong"),
            label(
                width - 8,
                18,
                _count(sum(e in names for e in lit)),
                anchor="end",
                kind="quiet",
                bind=f"count{node}",
            ),
            cells(8, 26, 8, pitch, names, lit, marked),
            f'<path class="profile" data-profile="{node}" data-x="8" data-y="{base:g}" '
            f'data-pitch="{small:.4g}" data-unit="{unit:.4g}" d="{path}"/>'
            f'<path class="profile own" data-own="{node}" d="{own}"/>',
            line(8, base - unit * mean, width - 8, base - unit * mean, kind="rule dashed"),
        ]
        state = "node reached" if node in nodes else "node"
        parts.append(group(*inside, part=f"node{node}", kind=state, at=(x, y)))
    parts.append(label(8, head + height - 8 - rise, f"tokens received, of {TOKENS}", kind="small"))
    foot = head + made.groups // columns * (height + gap)
    parts += _foot(total, foot, gates, columns)
    return "".join(parts), foot + (62 if columns == 4 else 98)


def _router(made: Routing, columns: int) -> list[str]:
    whole = f"router: how well does each of {made.experts} experts suit it?"
    if columns == 4:
        return [f"{whole} the {made.top} best answer"]
    return ["router: how well does", f"each of {made.experts} experts suit it?"]


def _count(lit: int) -> str:
    return f"{lit} of them" if lit else "not asked"


def _foot(total: float, y: float, gates: Array, columns: int) -> list[str]:
    """The sum: the shared expert, and the answers of the chosen by their weight."""
    wide = columns == 4
    shared = box(0, y + 8, 170, 44, "shared expert", "meets every token", kind="lit")
    x, top = (230.0, y + 26) if wide else (0.0, y + 66)
    full = total - x
    parts, at, share = [], x, full / float(gates.sum())
    for n, gate in enumerate(gates):
        width = float(gate) * share
        parts.append(
            f'<rect class="gate" data-gate="{n}" data-from="{x:g}" data-full="{full:g}" '
            f'x="{at:.1f}" y="{top:g}" width="{width - 2:.1f}" height="26" rx="2"/>'
        )
        at += width
    count = _word(len(gates)).lower()
    words = f"the {count} answers, by their weight, are added to the shared expert’s"
    if wide:
        return [shared, label(198, y + 44, "+", kind="sign", anchor="middle"), *parts,
                label(x, y + 18, words, kind="quiet")]  # fmt: skip
    return [
        shared,
        *(
            label(184, y + h, w, kind="quiet")
            for h, w in ((27, f"+ the {count} answers,"), (45, "by their weight"))
        ),
        *parts,
    ]
