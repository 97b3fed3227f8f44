"""Charts of the mechanisms: routing, cache, speculative decoding, and the ablation tables."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from IPython.display import Markdown

from analysis.charts.theme import COLOURS, finish, legend_columns
from analysis.formats import format_number as fmt
from analysis.mechanisms.checkpoint import Array, Integers
from analysis.mechanisms.experiments import implied_overhead, speed_up

SIMULATION = "This report, simulation with a fixed seed"
BALANCED = 1.25
HEADER = alt.Header(labelOrient="top", labelAnchor="start", labelPadding=4)
LINES = [COLOURS[c] for c in ("accent", "inferred", "neutral", "claimed")]


def load_chart(runs: Mapping[float, Sequence[Mapping[str, float]]], shown: float) -> Any:
    """Load of the busiest expert, step by step, one line for each speed of the bias update.

    Parameters
    ----------
    runs
        Records of ``experiments.balance`` by update speed.
    shown
        The speed that the title reports.
    """
    names = {speed: f"1/{1 / speed:.0f}" if speed else "none" for speed in runs}
    frame = pd.concat([pd.DataFrame(r).assign(speed=names[s]) for s, r in runs.items()])
    last = runs[shown][-1]
    near = next(r["step"] for r in runs[shown] if r["busiest"] < BALANCED)
    chart = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("step:Q", title="Training steps"),
            y=alt.Y(
                "busiest:Q",
                title="Busiest expert, times the mean load",
                scale=alt.Scale(type="log", domainMin=1),
            ),
            color=alt.Color(
                "speed:N",
                title="Bias moves by, a step",
                sort=list(names.values()),
                scale=alt.Scale(range=LINES),
            ),
            tooltip=[
                alt.Tooltip("speed:N", title="Bias update"),
                alt.Tooltip("step:Q", title="Step"),
                alt.Tooltip("busiest:Q", title="Busiest, × mean", format=".2f"),
                alt.Tooltip("affinity:Q", title="Affinity kept", format=".1%"),
            ],
        )
        .properties(width="container", height=260)
    )
    start, end = fmt(runs[shown][0]["busiest"], ".1"), fmt(last["busiest"], ".1")
    title = (
        f"The busiest expert falls from {start} to {end} times the mean load when the bias moves"
        f" by {shown:g} a step; it is below {BALANCED} after {near:.0f} steps"
    )
    every = frame[frame["step"] % 50 == 0]
    return finish(
        chart,
        title=title,
        alt=f"Line chart of the busiest expert's load. {title}; without an update it stays.",
        source=SIMULATION,
        table=every[["speed", "step", "busiest", "idlest", "affinity"]].set_axis(
            ["Bias update", "Step", "Busiest, × mean", "Idlest, × mean", "Affinity kept"], axis=1
        ),
    )


def nodes_chart(reached: Mapping[str, Sequence[int]]) -> Any:
    """How many nodes tokens reach, a row of bars for each way of routing.

    Parameters
    ----------
    reached
        Nodes reached by each token, by the name of the way of routing; the unlimited way first.
    """
    rows = [
        {"routing": name, "nodes": n, "share": float(np.mean(np.asarray(nodes) == n))}
        for name, nodes in reached.items()
        for n in range(1, 9)
    ]
    frame, names = pd.DataFrame(rows), list(reached)
    first, second = (fmt(float(np.mean(reached[name])), ".1") for name in names)
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("nodes:O", title="Nodes that a token reaches", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("share:Q", title="Share of tokens", axis=alt.Axis(format="%")),
            color=alt.Color(
                "routing:N",
                legend=None,
                sort=names,
                scale=alt.Scale(range=[COLOURS["neutral"], COLOURS["accent"]]),
            ),
            row=alt.Row("routing:N", title=None, sort=names, header=HEADER),
            tooltip=[
                alt.Tooltip("routing:N", title="Routing"),
                alt.Tooltip("nodes:O", title="Nodes"),
                alt.Tooltip("share:Q", title="Share of tokens", format=".1%"),
            ],
        )
        .properties(width="container", height=110)
    )
    title = f"The limit brings a token's nodes from {first} down to {second} on average"
    return finish(
        chart,
        title=title,
        alt=f"Two bar charts of how many nodes a token reaches. {title}; none exceeds four.",
        source=SIMULATION,
        table=frame.set_axis(["Routing", "Nodes", "Share of tokens"], axis=1),
    )


def cache_chart(bytes_per_token: Mapping[str, float], longest: int, memory_bytes: float) -> Any:
    """Size of the cache against the length of the text, one line for each kind of attention.

    Parameters
    ----------
    bytes_per_token
        By kind of attention; the largest first, the one that the model has last.
    longest
        Longest context [tokens].
    memory_bytes
        Memory of one accelerator, drawn as a line.
    """
    lengths = [2**k for k in range(10, int(np.log2(longest)) + 1)]
    frame = pd.DataFrame(
        {"kind": kind, "tokens": n, "gb": size * n / 1e9}
        for kind, size in bytes_per_token.items()
        for n in lengths
    )
    kinds = list(bytes_per_token)
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X(
                "tokens:Q",
                title="Tokens in the text",
                scale=alt.Scale(type="log", base=2),
                axis=alt.Axis(
                    labelExpr="format(datum.value / 1024, ',d') + 'K'",
                    values=[1024, 4096, 16384, 65536, 131072],
                ),
            ),
            y=alt.Y(
                "gb:Q",
                title="Cache, GB",
                scale=alt.Scale(type="log", domain=[0.05, 1000]),
                axis=alt.Axis(values=[0.1, 1, 10, 100], format="~g"),
            ),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=LINES[::-1][: len(kinds)]),
                legend=alt.Legend(columns=legend_columns(1, 2), labelLimit=400),
            ),
            tooltip=[
                alt.Tooltip("kind:N", title="Attention"),
                alt.Tooltip("tokens:Q", title="Tokens", format=",d"),
                alt.Tooltip("gb:Q", title="Cache, GB", format=",.2f"),
            ],
        )
    )
    limit = pd.DataFrame({"gb": [memory_bytes / 1e9], "name": ["memory of one H800"]})
    rule = alt.Chart(limit).mark_rule(strokeDash=[4, 4]).encode(y="gb:Q")
    name = (
        alt.Chart(limit)
        .mark_text(align="left", dx=4, dy=10)
        .encode(x=alt.value(0), y="gb:Q", text="name:N")
    )
    first, last = (
        fmt(bytes_per_token[k] * longest, ".0B").removesuffix("B") for k in (kinds[0], kinds[-1])
    )
    title = (
        f"One text of {fmt(longest, ',.0')} tokens: {last} GB with latent attention,"
        f" {first} GB with plain heads"
    )
    return finish(
        (lines + rule + name).properties(width="container", height=280),
        title=title,
        alt=f"Line chart of cache size against text length, both on logarithmic axes. {title}.",
        source="This report, from the published configurations; elements of two bytes (BF16)",
        table=frame[frame["tokens"].isin([1024, 4096, 32768, longest])].set_axis(
            ["Attention", "Tokens", "Cache, GB"], axis=1
        ),
    )


def precision_chart(steps: Mapping[str, float]) -> Any:
    """Cache per token from DeepSeek 67B to V2, with and without the smaller elements.

    Parameters
    ----------
    steps
        Bytes a token by name: DeepSeek 67B, V2 at the same precision, V2 at 6 bits.
    """
    frame = pd.DataFrame({"model": list(steps), "kb": [b / 1000 for b in steps.values()]})
    base, equal, small = steps.values()
    cut, whole = fmt(1 - equal / base, ".1%"), fmt(1 - small / base, ".1%")
    frame["cut"] = 1 - frame["kb"] / frame["kb"].iloc[0]
    title = (
        f"Latent attention cuts the cache by {cut}; the published {whole} needs 6-bit elements too"
    )
    base_chart = alt.Chart(frame).encode(
        x=alt.X(
            "kb:Q", title="Cache per token, kB", scale=alt.Scale(domainMax=frame["kb"].max() * 1.15)
        ),
        y=alt.Y("model:N", sort=None, title=None),
    )
    bars = base_chart.mark_bar().encode(
        color=alt.Color(
            "model:N",
            legend=None,
            sort=None,
            scale=alt.Scale(range=[COLOURS["neutral"], COLOURS["accent"], COLOURS["inferred"]]),
        ),
        tooltip=[
            alt.Tooltip("model:N", title="Model and precision"),
            alt.Tooltip("kb:Q", title="Cache per token, kB", format=",.1f"),
            alt.Tooltip("cut:Q", title="Cut", format=".1%"),
        ],
    )
    labels = base_chart.mark_text(align="left", dx=4).encode(text=alt.Text("kb:Q", format=",.1f"))
    return finish(
        (bars + labels).properties(width="container", height=120),
        title=title,
        alt=f"Bar chart of cache per token. {title}.",
        source="DeepSeek, V2 report, abstract and section 3.2.3; sizes from the configurations",
        table=frame.set_axis(["Model and precision", "Cache per token, kB", "Cut"], axis=1),
    )


def speed_up_chart(
    overheads: Mapping[str, float], *, accepted: tuple[float, float], published: float
) -> Any:
    """Speed-up of decoding against the share of drafts accepted, a line for each overhead.

    Parameters
    ----------
    overheads
        Extra time of a step with a draft, by name.
    accepted
        The published range of acceptance, drawn as a band.
    published
        The published speed-up, drawn as a line.
    """
    frame = pd.DataFrame(
        {"overhead": name, "acceptance": p / 100, "speed": speed_up(p / 100, extra)}
        for name, extra in overheads.items()
        for p in range(50, 101)
    )
    names = list(overheads)
    acceptance, speed = alt.Scale(domain=[0.5, 1]), alt.Scale(domain=[1.3, 2])
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X(
                "acceptance:Q",
                title="Drafts accepted",
                axis=alt.Axis(format="%"),
                scale=acceptance,
            ),
            y=alt.Y("speed:Q", title="Speed-up, ×", scale=speed),
            color=alt.Color(
                "overhead:N",
                title="Overhead of a draft",
                sort=names,
                scale=alt.Scale(domain=names, range=LINES[: len(names)]),
                legend=alt.Legend(columns=legend_columns(1)),
            ),
            tooltip=[
                alt.Tooltip("overhead:N", title="Overhead of a draft"),
                alt.Tooltip("acceptance:Q", title="Drafts accepted", format=".0%"),
                alt.Tooltip("speed:Q", title="Speed-up, ×", format=".2f"),
            ],
        )
    )
    band = pd.DataFrame({"from": [accepted[0]], "to": [accepted[1]]})
    shade = (
        alt.Chart(band)
        .mark_rect(opacity=0.15, color=COLOURS["documented"])
        .encode(x=alt.X("from:Q", scale=acceptance), x2="to:Q")
    )
    rule = (
        alt.Chart(pd.DataFrame({"speed": [published]}))
        .mark_rule(strokeDash=[4, 4])
        .encode(y=alt.Y("speed:Q", scale=speed))
    )
    low, high = (implied_overhead(p, published) for p in accepted)
    title = (
        f"The published {fmt(published, '.1')} × fits the published acceptance if drafting costs"
        f" {fmt(low, '.1%')} to {fmt(high, '.1%')} of a step"
    )
    picked = frame[frame["acceptance"].isin([0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0])]
    return finish(
        (shade + lines + rule).properties(width="container", height=280),
        title=title,
        alt=f"Line chart of speed-up against acceptance, with a band and a dashed line for what"
        f" the report states. {title}.",
        source="DeepSeek, V3 report, section 5.4.3; lines computed by this report",
        table=picked.set_axis(["Overhead", "Acceptance", "Speed-up, ×"], axis=1),
    )


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


def source_code(thing: Any) -> Markdown:
    """The source of a module, class or function, for a page to show."""
    return Markdown(f"```python\n{inspect.getsource(thing).rstrip()}\n```")
