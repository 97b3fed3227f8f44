"""Pictures of the miniature: decoding and routing."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.charts.mixture_of_experts import SIMULATION
from analysis.mechanisms.checkpoint import Array, Integers
from press.formats import format_number as fmt
from press.theme import COLOURS, finish


def decoding_chart(runs: pd.DataFrame, wanted: float) -> Any:
    """Passes of the main model that one text took, by how often the draft was right.

    Parameters
    ----------
    runs
        Columns ``noise``, ``acceptance``, ``tokens_per_pass``, ``passes`` and ``plain``, the
        passes without drafts.
    wanted
        Acceptance that the title reports; the nearest run is taken.
    """
    frame = runs.assign(name=[f"{fmt(p, '.0%')} accepted" for p in runs["acceptance"]]).sort_values(
        "acceptance"
    )
    near = runs.iloc[(runs["acceptance"] - wanted).abs().argmin()]
    plain = int(near["plain"])
    title = (
        f"With {fmt(near['acceptance'], '.0%')} of drafts accepted, {plain} tokens take"
        f" {near['passes']:.0f} passes instead of {plain}"
    )
    bars = (
        alt.Chart(frame)
        .mark_bar(color=COLOURS["accent"])
        .encode(
            x=alt.X("passes:Q", title=f"Passes of the main model for {plain} tokens"),
            y=alt.Y("name:N", title=None, sort=list(frame["name"])),
            tooltip=[
                alt.Tooltip("noise:Q", title="Noise in the module"),
                alt.Tooltip("acceptance:Q", title="Accepted", format=".1%"),
                alt.Tooltip("passes:Q", title="Passes"),
                alt.Tooltip("tokens_per_pass:Q", title="Tokens per pass", format=".3f"),
            ],
        )
    )
    rule = alt.Chart(frame).mark_rule(strokeDash=[4, 4]).encode(x="plain:Q")
    return finish(
        (bars + rule).properties(width="container", height=30 * len(frame)),
        title=title,
        alt=f"Bar chart of passes by share of drafts accepted; a line marks none. {title}.",
        source=SIMULATION,
        table=frame[["noise", "acceptance", "tokens_per_pass", "passes", "plain"]].set_axis(
            ["Noise", "Drafts accepted", "Tokens per pass", "Passes", "Passes without drafts"],
            axis=1,
        ),
    )


def routing_chart(scores: Array, chosen: Integers, groups: int) -> Any:
    """What a token's router saw: each expert's score, and which were chosen.

    Parameters
    ----------
    scores
        Affinity plus bias of every expert for one token, shape (experts,).
    chosen
        The experts it is sent to.
    groups
        Number of groups, in equal runs of experts.
    """
    experts = np.arange(len(scores))
    group = experts // (len(scores) // groups)
    fate = np.where(np.isin(group, group[chosen]), "in a kept group", "in a dropped group")
    fate = np.where(np.isin(experts, chosen), "chosen", fate)
    frame = pd.DataFrame({"expert": experts, "group": group, "score": scores, "fate": fate})
    passed = int((scores[fate == "in a dropped group"] > scores[chosen].min()).sum())
    others = f"{passed} expert{'s' if passed != 1 else ''} in dropped groups scored higher than one"
    title = f"The token goes to the {len(chosen)} best experts of its kept groups; {others} of them"
    fates = ["chosen", "in a kept group", "in a dropped group"]
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("expert:O", title="Expert", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("score:Q", title="Affinity + bias"),
            color=alt.Color(
                "fate:N",
                title=None,
                scale=alt.Scale(
                    domain=fates, range=[COLOURS[c] for c in ("accent", "neutral", "line")]
                ),
            ),
            tooltip=[
                alt.Tooltip("expert:O", title="Expert"),
                alt.Tooltip("group:O", title="Group"),
                alt.Tooltip("score:Q", title="Affinity + bias", format=".3f"),
                alt.Tooltip("fate:N", title="Fate"),
            ],
        )
        .properties(width="container", height=200)
    )
    return finish(
        chart,
        title=title,
        alt=f"Bar chart of the router's score for every expert. {title}.",
        source="This report, the miniature with a fixed seed",
        table=frame.set_axis(["Expert", "Group", "Affinity + bias", "Fate"], axis=1),
    )
