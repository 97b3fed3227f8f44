"""Charts of the training run, the fleet and what owning it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.theme import COLOURS, COUNTS, finish, legend_columns, standing_scale
from analysis.formats import format_number, format_range

Rows = Sequence[Mapping[str, Any]]
LABEL_PX = 260
"""Wide enough that the static picture cuts no label: it takes a letter for 0.8 of its height."""
MEANING = {"low": "Low", "high": "High", "standing": "Standing", "label": "What"}


def labelled(frame: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Figures as rows of a chart, in the order of their labels."""
    rows = frame.set_index("key").loc[list(labels)]
    rows = rows.assign(label=list(labels.values()))
    return rows[["label", "value", "low", "high", "standing"]].reset_index(drop=True)


def _range_chart(
    rows: pd.DataFrame, *, x: str, spec: str, title: str, lead: str, source: str, log: bool = False
) -> Any:
    """A dot for each value on a line from low to high, in the order of the rows."""
    drawn = rows.assign(
        low=pd.to_numeric(rows["low"]).fillna(rows["value"]),
        high=pd.to_numeric(rows["high"]).fillna(rows["value"]),
        shown=[format_number(v, spec) for v in rows["value"]],
    )
    drawn["range"] = [
        format_range(a, b, spec) for a, b in zip(drawn["low"], drawn["high"], strict=True)
    ]
    present = [s for s in standing_scale().domain if s in set(rows["standing"])]
    ends = [math.log10(drawn["low"].min()), math.log10(drawn["high"].max())]
    decades = [10.0**k for k in range(math.floor(ends[0]), math.ceil(ends[1]) + 1)]
    ticks = {"values": decades} if log else {"tickCount": 4}
    scale = alt.Scale(type="log", domain=[decades[0], decades[-1]]) if log else alt.Scale(zero=True)
    axis = alt.Axis(labelExpr=COUNTS, **ticks)
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        color=alt.Color(
            "standing:N",
            scale=standing_scale(),
            title=None,
            legend=alt.Legend(symbolOpacity=1, values=present, columns=legend_columns(2)),
        ),
        tooltip=[
            alt.Tooltip("label:N", title="What"),
            alt.Tooltip("shown:N", title=x),
            alt.Tooltip("range:N", title="Range"),
        ],
    )
    spans = base.mark_rule(strokeWidth=4, opacity=0.4)
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x="value:Q")
    words = base.mark_text(dy=-11).encode(
        x="value:Q", text="shown:N", color=alt.value(COLOURS["text"])
    )
    layers = alt.layer(
        spans.encode(x=alt.X("low:Q", title=x, scale=scale, axis=axis), x2="high:Q"), dots, words
    )
    spoken = "; ".join(f"{r.label} {r.shown}" for r in drawn.itertuples())
    return finish(
        layers.properties(width="container", height=alt.Step(36)),
        title=title,
        alt=f"{lead}: {spoken}.",
        source=source,
        table=rows.rename(columns={**MEANING, "value": x.partition(" (")[0]}),
    )


def rebuild_chart(frame: pd.DataFrame, reported: float, spread: float) -> Any:
    """The pre-training GPU-hours as reported, as rebuilt and as an outsider would predict them."""
    rebuilds = {
        "hardware.gpu_hours_from_rate": "Rate × tokens",
        "hardware.gpu_hours_from_tokens_per_day": "Tokens per day",
        "hardware.gpu_hours_from_flops": "FLOPs and MFU",
        "hardware.gpu_hours_at_typical_mfu": "At Llama 3.1’s MFU",
        "hardware.gpu_hours_floor": "At the full FP8 peak",
    }
    report = {"label": "Reported", "value": reported, "standing": "documented"}
    rows = pd.concat([pd.DataFrame([report]), labelled(frame, rebuilds)], ignore_index=True)
    return _range_chart(
        rows,
        x="H800 GPU-hours",
        spec=",.0/K thousand",
        title=f"Three rebuilds agree with the reported hours within {format_number(spread, '.1%')}",
        lead="Dot plot of pre-training GPU-hours",
        source="DeepSeek, V3 report and ISCA 2025 paper; Meta, Llama 3 paper; our counts",
    )


def peaks_chart(achieved: float, peaks: Mapping[str, float]) -> Any:
    """What each GPU did beside what it could do at most."""
    rates = {"Achieved in the run": achieved, **peaks}
    rows = pd.DataFrame({"rate": list(rates), "flops": list(rates.values())})
    rows["mfu"] = [format_number(achieved / p, ".1%") for p in rows["flops"]]
    rows["text"] = [
        f"{p / 1e12:,.0f} TFLOP/s" if p == achieved else f"MFU {share}"
        for p, share in zip(rows["flops"], rows["mfu"], strict=True)
    ]
    base = alt.Chart(rows).encode(
        y=alt.Y("rate:N", sort=None, title=None, axis=alt.Axis(labelLimit=LABEL_PX)),
        x=alt.X(
            "flops:Q",
            title="FLOP/s for each GPU",
            axis=alt.Axis(labelExpr=COUNTS, tickCount=4),
            scale=alt.Scale(domain=[0, rows["flops"].max() * 1.3]),
        ),
        tooltip=[
            alt.Tooltip("rate:N", title="Rate"),
            alt.Tooltip("flops:Q", title="FLOP/s", format=".4s"),
            alt.Tooltip("mfu", title="MFU"),
        ],
    )
    own = alt.datum.rate == "Achieved in the run"
    colour = alt.condition(own, alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"]))
    layers = alt.layer(
        base.mark_bar(height=20).encode(color=colour),
        base.mark_text(align="left", dx=5).encode(text="text:N"),
    )
    spoken = "; ".join(f"{r.rate} {r.text}" for r in rows.itertuples())
    by_name = dict(zip(rows["rate"], rows["mfu"], strict=True))
    return finish(
        layers.properties(width="container", height=alt.Step(34)),
        title=f"The run used {by_name['BF16 peak']} of the H800’s BF16 peak and "
        f"{by_name['FP8 peak']} of its FP8 peak",
        alt=f"Bar chart of what each GPU did and could do at most: {spoken}.",
        source="DeepSeek, ISCA 2025 paper and FlashMLA notes; Epoch AI, chip data",
        table=rows[["rate", "flops", "mfu"]].rename(
            columns={"rate": "Rate", "flops": "FLOP/s", "mfu": "Run ÷ rate"}
        ),
    )


def windows_chart(rows: Rows) -> Any:
    """When each chip could be sold to China without a licence."""
    columns = {"chip": "Chip", "sold_from": "Sold from", "sold_until": "Licence needed from"}
    frame = pd.DataFrame(rows)[[*columns, "event"]]
    sold = frame.dropna(subset=["sold_from"])
    spans = pd.to_datetime(sold["sold_until"]) - pd.to_datetime(sold["sold_from"])
    days = dict(zip(sold["chip"], spans.dt.days, strict=True))
    y = alt.Y("chip:N", sort=list(frame["chip"]), title=None)
    tips = [alt.Tooltip(c, title=t) for c, t in {**columns, "event": "What happened"}.items()]
    bars = alt.Chart(sold).mark_bar(height=16, color=COLOURS["documented"])
    ends = alt.Chart(frame).mark_tick(thickness=3, size=22, color=COLOURS["bad"])
    layers = alt.layer(
        bars.encode(y=y, x=alt.X("sold_from:T", title=None), x2="sold_until:T", tooltip=tips),
        ends.encode(y=y, x="sold_until:T", tooltip=tips),
    )
    never = ", ".join(c for c in frame["chip"] if c not in days)
    spoken = "; ".join(f"{r.chip} until {r.sold_until}" for r in frame.itertuples())
    return finish(
        layers.properties(width="container", height=alt.Step(32)),
        title=f"The H800 could be sold to China for {days['H800']} days, the {never} never",
        alt=f"Timeline of licence-free sale to China: {spoken}. The {never} was barred before it "
        "came out.",
        source="Epoch AI, chip data (releases); Nvidia filings as quoted by the press (ends)",
        table=frame.rename(columns={**columns, "event": "What happened"}),
    )


def counts_chart(rows: Rows, inferred: Mapping[str, float]) -> Any:
    """Who put how many GPUs on record, in the order of time, then what follows by arithmetic."""
    said = [
        {
            "label": f"{r['who']} ({str(r['date'])[:4]})",
            "value": float(r["gpus"]),
            **{c: r[c] for c in ("low", "high", "standing", "chip", "date")},
        }
        for r in rows
    ]
    ours = [{"label": n, "value": v, "standing": "inferred"} for n, v in inferred.items()]
    frame = pd.DataFrame(said + ours)
    own = frame[frame["standing"] == "documented"].groupby("chip")["value"].max()
    most = frame[frame["standing"] == "claimed"]["value"].max()
    return _range_chart(
        frame,
        x="GPUs (logarithmic scale)",
        spec=",.0",
        title=f"Documented: {own['A100']:,.0f} A100 and {own['H800']:,.0f} H800. "
        f"Claimed: up to {most:,.0f} GPUs",
        lead="Dot plot of GPU counts on a logarithmic scale",
        source="Each row’s own source",
        log=True,
    )


def sources_chart(rows: Rows) -> Any:
    """Where the counts of 50,000 GPUs and more come from: a tree with its root on top."""
    by_key = {r["key"]: r for r in rows}
    dots: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []

    def place(key: str, depth: int, parent_y: int) -> None:
        row, y = by_key[key], len(dots)
        dots.append(
            {"who": f"{row['who']} ({row['date']})", "gpus": row["gpus"], "x": depth, "y": y}
        )
        corners = [(depth - 1, parent_y), (depth - 1, y), (depth, y)] if depth else []
        for i, (cx, cy) in enumerate(corners):
            lines.append({"edge": key, "i": i, "x": cx, "y": cy, "link": row["link"]})
        for child in rows:
            if child["cites"] == key:
                place(child["key"], depth + 1, y)

    for root in [r["key"] for r in rows if not r["cites"]]:
        place(root, 0, 0)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.1, 9]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[len(dots) - 0.5, -0.5]))
    links = ["cites", "same house", "supposed"]
    dash = alt.Scale(domain=links, range=[[1, 0], [7, 3], [2, 3]])
    nodes = alt.Chart(pd.DataFrame(dots)).encode(
        x=x,
        y=y,
        tooltip=[
            alt.Tooltip("who:N", title="Who"),
            alt.Tooltip("gpus:Q", title="GPUs", format=",.0f"),
        ],
    )
    edges = alt.Chart(pd.DataFrame(lines)).mark_line(color=COLOURS["muted"], strokeWidth=1.5)
    layers = alt.layer(
        edges.encode(
            x=x,
            y=y,
            detail="edge:N",
            order="i:O",
            strokeDash=alt.StrokeDash("link:N", title=None, scale=dash),
        ),
        nodes.mark_point(filled=True, size=80, color=COLOURS["claimed"], opacity=1),
        nodes.mark_text(align="left", dx=9).encode(text="who:N"),
    )
    roots = [d["who"] for d in dots if d["x"] == 0]
    least = min(r["gpus"] for r in rows)
    table = [
        {
            "Who": r["who"],
            "When": r["date"],
            "GPUs": r["gpus"],
            "Goes back to": by_key[r["cites"]]["who"] if r["cites"] else "nobody named",
            "How": r["link"],
        }
        for r in rows
    ]
    return finish(
        layers.properties(width="container", height=26 * len(dots)),
        title=f"{len(dots)} statements of {least:,} GPUs or more, {len(roots)} origin",
        alt=f"Tree of who goes back to whom. The root is {'; '.join(roots)}; below it stand "
        f"{'; '.join(d['who'] for d in dots[len(roots) :])}.",
        source="The statements themselves; see the table",
        table=pd.DataFrame(table),
    )


def capacity_chart(frame: pd.DataFrame, v3_gpu_hours: float) -> Any:
    """What each version of the fleet can do in a year beside what the published work used."""
    labels = {
        "fleet.capacity_claimed": "Claimed Hopper, a year",
        "fleet.capacity_documented": "Documented H800, a year",
        "fleet.serving_gpu_hours": "Serving, a year",
        "fleet.v2_gpu_hours": "V2",
        "fleet.r1_gpu_hours": "R1",
    }
    v3 = {"label": "V3", "value": v3_gpu_hours, "standing": "documented"}
    rows = labelled(frame, labels)
    rows = pd.concat([rows[:3], pd.DataFrame([v3]), rows[3:]], ignore_index=True)
    claimed, documented = rows["value"][:2]
    return _range_chart(
        rows,
        x="GPU-hours (logarithmic scale)",
        spec=",.1M",
        title=f"V3 took {format_number(v3_gpu_hours / documented, '.0%')} of a year of the "
        f"documented H800s, {format_number(v3_gpu_hours / claimed, '.1%')} of the claimed fleet’s",
        lead="Dot plot of GPU-hours on a logarithmic scale",
        source="DeepSeek, V2, V3 and R1 reports and Day 6; SemiAnalysis; our arithmetic",
        log=True,
    )


def versions_chart(cells: Rows) -> Any:
    """The sums of the SemiAnalysis table as first published and as corrected, by column."""
    frame = pd.DataFrame(
        {"sum": f"{what}, {version}", "chip": r["chip"], "usd": usd, "order": i}
        for what in ("Capital", "Operation")
        for version in ("first", "corrected")
        for i, r in enumerate(cells)
        if version == "corrected" or r["key"] != "h100"
        for usd in [r["gpus"] * r["capex_usd_per_gpu"] if what == "Capital" else r["opex_usd"]]
    )
    chips = [r["chip"] for r in cells]
    colours = [COLOURS[c] for c in ("neutral", "claimed", "inferred", "bad")]
    chart = alt.Chart(frame).mark_bar(height=22)
    sums = frame.groupby("sum", sort=False)["usd"].sum()
    missing = [format_number(usd, "$.0M") for usd in frame[frame["chip"] == "H100"]["usd"]]
    spoken = "; ".join(f"{name} {format_number(usd, '$,.0M')}" for name, usd in sums.items())
    return finish(
        chart.encode(
            y=alt.Y("sum:N", sort=None, title=None),
            x=alt.X(
                "usd:Q",
                title="USD, from unverified cells",
                axis=alt.Axis(tickCount=4, labelExpr=f"'$' + {COUNTS}"),
            ),
            color=alt.Color(
                "chip:N",
                title=None,
                sort=chips,
                scale=alt.Scale(domain=chips, range=colours),
                legend=alt.Legend(columns=legend_columns(4)),
            ),
            order="order:O",
            tooltip=[
                alt.Tooltip("sum:N", title="Sum"),
                alt.Tooltip("chip:N", title="Column"),
                alt.Tooltip("usd:Q", title="USD", format="$,.0f"),
            ],
        ).properties(width="container", height=alt.Step(34)),
        title=f"The first version left out a column: {missing[0]} of capital and {missing[1]} of "
        "operation (unverified)",
        alt=f"Stacked bars by chip, from unverified cells: {spoken}.",
        source="SemiAnalysis, table image (cells not seen in text); Glenn Luk",
        table=frame[["sum", "chip", "usd"]].rename(
            columns={"sum": "Sum", "chip": "Column", "usd": "USD (unverified)"}
        ),
    )


def owning_chart(frame: pd.DataFrame, stated_usd: float) -> Any:
    """The purchase of the claimed fleet by us and by SemiAnalysis, beside the documented one."""
    labels = {
        "owning.capex": "Documented H800",
        "owning.claimed_capex": "Claimed, our prices",
    }
    claim = {"label": "Claimed, as stated", "value": stated_usd, "standing": "claimed"}
    rows = pd.concat([labelled(frame, labels), pd.DataFrame([claim])], ignore_index=True)
    ours, stated = (format_number(usd, "$.1B") for usd in rows["value"][1:])
    return _range_chart(
        rows,
        x="USD (logarithmic scale)",
        spec="$,.0M",
        title=f"The dispute is about the count, not the price: at our prices the claimed fleet "
        f"costs {ours}, as stated {stated}",
        lead="Dot plot of purchase costs on a logarithmic scale",
        source="Our estimate from public prices; SemiAnalysis, DeepSeek Debates",
        log=True,
    )


def fire_flyer_chart(frame: pd.DataFrame) -> Any:
    """What ten thousand A100s cost, by four ways of knowing it."""
    rows = labelled(
        frame,
        {
            "owning.fire_flyer_usd": "As reported in yuan",
            "owning.fire_flyer_from_list": "Ratios × list price",
            "owning.a100_cell": "SemiAnalysis (unverified)",
            "owning.dgx_from_list": "DGX at list price",
        },
    )
    reported, rebuilt, cell, _ = (format_number(v, "$.0M") for v in rows["value"])
    return _range_chart(
        rows,
        x="USD",
        spec="$,.0M",
        title=f"Fire-Flyer 2 cost about {rebuilt} to {reported}; the table’s A100 column says "
        f"{cell} (unverified)",
        lead="Dot plot of the cost of 10,000 A100",
        source="Reuters on High-Flyer; Fire-Flyer paper, Table III; SemiAnalysis, table image",
    )
