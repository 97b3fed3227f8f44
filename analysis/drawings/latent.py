"""Latent attention, drawn: what is kept of a token to scale, and its way through a layer."""

from __future__ import annotations

from dataclasses import asdict

from analysis.drawings.memory import BF16_BYTES, TITLES, Attention, memory_panel, slowest
from analysis.drawings.shapes import Drawing, Panel, arrow, box, field_of, group, label, lines, rect
from press.facts import Facts
from press.formats import format_number as fmt

NOTES = {
    "mha": ("a key and a value", "in every head"),
    "gqa": ("heads share", "in {groups} groups"),
    "mqa": ("all heads share", "one of each"),
    "mla": ("a latent and a", "rotated key"),
}


def drawing(facts: Facts) -> Drawing:
    """What is kept of a token to scale, its way through a layer, and what a long text fills."""
    made = Attention.of(facts)
    kept = {kind: fmt(n, ",.0") for kind, n in made.kept.items()}
    times = fmt(made.kept["mha"] / made.kept["mla"], ".0")
    data = asdict(made) | {"kept": made.kept, "bytes": BF16_BYTES, "full": slowest(made)}
    return Drawing(
        kind="latent",
        finding=(
            f"Of a token V3 keeps {kept['mla']} numbers in a layer where plain heads would keep "
            f"{kept['mha']}, {times} times as many"
        ),
        panels=[_flow_panel(made, kept), memory_panel(made)],
        source=(
            "Sizes from V3’s configuration, elements of two bytes (BF16); times on an H800 at its "
            "memory bandwidth and the arithmetic that DeepSeek measured under load; the context "
            "slider leaves out what weights take of the memory"
        ),
        data=data,
    )


def _flow_panel(made: Attention, kept: dict[str, str]) -> Panel:
    a = {k: fmt(v, ",.0") for k, v in asdict(made).items()}
    return Panel(
        wide=_to_scale(made, kept, wide=True, below=_flow_wide(made)),
        narrow=_to_scale(made, kept, wide=False, below=_flow_narrow(made)),
        spoken=(
            f"To one scale, what four kinds of attention keep of a token in a layer: MHA "
            f"{kept['mha']} numbers, GQA {kept['gqa']}, MQA {kept['mqa']}, MLA {kept['mla']}, "
            f"coloured. Below, a token’s way: the stream of {a['stream']} numbers is pressed into "
            f"a latent of {a['latent']} and a rotated key of {a['rotary']}, which are kept, and a "
            f"query latent of {a['query_latent']}, which is not. {a['heads']} heads make queries, "
            "keys and values from them, compare, and sum."
        ),
        title="What is kept of a token when the next one arrives",
        steps=[
            f"A new token arrives as a stream of {a['stream']} numbers. Every later token will "
            "compare itself with this one, so something of it must be kept: the cache. Kept parts "
            "are coloured.",
            _shows("mha") + f"Multi-head attention (MHA): each of {a['heads']} heads keeps a key "
            f"and a value of {a['head']} numbers, {kept['mha']} in all.",
            _shows("gqa") + f"Grouped queries (GQA): heads share keys and values in "
            f"{a['groups']} groups, and {kept['gqa']} numbers remain.",
            _shows("mqa") + f"One key and one value for all heads (MQA): {kept['mqa']} numbers, "
            "the cheapest, and the lowest scores in the V2 report’s comparison.",
            _shows("mla", "press", "latent", "expand", "heads")
            + f"Latent attention (MLA): one matrix presses "
            f"the stream into {a['latent']} numbers. From these every head can make a key and a "
            "value of its own.",
            _shows("mla", "rotary", "turn", "share")
            + f"Position turns a key by an angle of its own. Were the "
            f"keys made from the latent turned, each would have to be made anew at every step. So "
            f"{a['rotary']} numbers carry position apart, one rotated key for all heads.",
            _shows("ask", "query", "queries")
            + f"The query has a latent too, of {a['query_latent']} "
            f"numbers; nothing of it is kept. Each head gets {a['head']} numbers that meet content "
            f"and {a['rotary']} that meet position.",
            _shows("meet", "compare")
            + "Each head adds its score for content to that for position, "
            f"shares attention out by softmax and sums the values; a last matrix brings the "
            f"{a['heads']} answers back to a stream of {a['stream']}.",
        ],
    )


def _shows(*parts: str) -> str:
    return f'<span data-shows="{" ".join(parts)}"></span>'


def _to_scale(
    made: Attention, kept: dict[str, str], *, wide: bool, below: tuple[str, float]
) -> tuple[str, float]:
    """The kept numbers as fields of one scale, and under them a token's way."""
    pitch = 1.6 if wide else 1.3
    tall = made.head * pitch
    top = 30 if wide else 44
    places = (
        {"mha": (0, top), "gqa": (470, top), "mqa": (600, top), "mla": (730, top)}
        if wide
        else {k: (x, top + tall + 70) for k, x in (("gqa", 0), ("mqa", 124), ("mla", 236))}
        | {"mha": (0, top)}
    )
    title = ["Each column is a vector of 128 numbers; all to one scale"]
    if not wide:
        title = ["Each column is a vector of 128", "numbers; all to one scale"]
    title = [words.replace("128", str(made.head)) for words in title]
    parts = [lines(0, 15, title, kind="quiet")]
    for kind in made.kept:
        x, y = places[kind]
        kind_of = "kept-field" if kind == "mla" else "plain-field"
        columns = made.latent / made.head if kind == "mla" else made.kept[kind] / made.head
        drawn = field_of(x, y, columns, made.head, pitch, kind=kind_of)
        if kind == "mla":
            side = x + columns * pitch
            drawn += rect(
                side, y, pitch, made.rotary * pitch, kind="rotary-field", numbers=made.rotary
            )
        name, note = TITLES[kind], [words.format(groups=made.groups) for words in NOTES[kind]]
        under = wide or kind == "mha"
        lx, ly = (x, y + tall + 20) if under else (x + (28 if kind == "gqa" else 14), y + 14)
        tone = "said" if kind == "mla" else "strong"
        words = [label(lx, ly, name, kind=tone), label(lx, ly + 18, kept[kind], kind=tone)]
        notes = [" ".join(note)] if kind == "mha" else note
        words.append(lines(lx, ly + 36, notes, kind="quiet"))
        parts.append(group(drawn, *words, part=kind))
    end = top + tall + (108 if wide else 70 + tall + 36)
    body, height = below
    return "".join(parts) + group(body, at=(0, end)), end + height


def _flow_wide(made: Attention) -> tuple[str, float]:
    a = made
    rows, tall = (22, 102, 182), 56
    middle = [y + tall / 2 for y in rows]
    parts = [
        label(0, 4, "A token’s way through the layer", kind="quiet"),
        box(0, rows[0], 104, 216, "stream", fmt(a.stream, ",.0"), kind="plain"),
        rect(186, rows[1] - 9, 182, 2 * tall + 42, kind="enclosure"),
        label(277, rows[2] + tall + 28, f"kept: {a.latent + a.rotary} numbers", kind="said",
              anchor="middle"),
        _way((104, middle[0]), (195, middle[0]), "DQ", "ask"),
        _way((104, middle[1]), (195, middle[1]), "DKV", "press"),
        _way((104, middle[2]), (195, middle[2]), "KR", "turn"),
        box(195, rows[0], 164, tall, "query latent", fmt(a.query_latent, ",.0"), part="query"),
        box(195, rows[1], 164, tall, "latent", str(a.latent), kind="kept", part="latent"),
        box(195, rows[2], 164, tall, "rotated key", str(a.rotary), kind="kept", part="rotary"),
        _way((359, middle[0]), (450, middle[0]), "UQ, QR", "ask"),
        _way((359, middle[1]), (450, middle[1]), "UK, UV", "expand"),
        box(450, rows[0], 180, tall, "queries", f"{a.heads} heads × ({a.head} + {a.rotary})",
            part="queries"),
        box(450, rows[1], 180, tall, "keys and values",
            f"{a.heads} heads × ({a.head} + {a.head})", part="heads"),
        group(
            arrow((359, middle[2]), (700, middle[2])),
            label(540, middle[2] - 8, f"shared by all {a.heads} heads", kind="quiet",
                  anchor="middle"),
            part="share",
        ),
        arrow((630, middle[0]), (700, middle[0]), part="meet"),
        arrow((630, middle[1]), (700, middle[1]), part="meet"),
        box(700, rows[0], 160, 216, "compare content", "and position,", "softmax,",
            "sum of values:", f"{a.heads} × {a.head},", f"back to {fmt(a.stream, ',.0')}",
            kind="plain", part="compare"),
    ]  # fmt: skip
    return "".join(parts), rows[2] + tall + 40


def _flow_narrow(made: Attention) -> tuple[str, float]:
    a = made
    xs, wide = (0, 125, 250), 110
    mids = [x + wide / 2 for x in xs]
    y1, y2, y3 = 102, 222, 330
    parts = [
        label(0, 4, "A token’s way through the layer", kind="quiet"),
        box(0, 16, 360, 38, f"stream {fmt(a.stream, ',.0')}", kind="plain"),
        rect(118, y1 - 8, 249, 72, kind="enclosure"),
        label(242, y1 + 82, f"kept: {a.latent + a.rotary} numbers", kind="said", anchor="middle"),
    ]
    for x, name, part in zip(mids, ("DQ", "DKV", "KR"), ("ask", "press", "turn"), strict=True):
        parts.append(_way((x, 54), (x, y1), name, part))
    parts += [
        box(xs[0], y1, wide, 56, "query latent", fmt(a.query_latent, ",.0"), part="query"),
        box(xs[1], y1, wide, 56, "latent", str(a.latent), kind="kept", part="latent"),
        box(xs[2], y1, wide, 56, "rotated key", str(a.rotary), kind="kept", part="rotary"),
        _way((mids[0], y1 + 56), (mids[0], y2), "UQ, QR", "ask"),
        arrow((mids[1], y1 + 92), (mids[1], y2), part="expand"),
        label(mids[1] - 8, y2 - 10, "W^UK, UV", kind="small", anchor="end"),
        box(xs[0], y2, wide, 72, "queries", f"{a.heads} heads ×", f"({a.head} + {a.rotary})",
            part="queries"),
        box(xs[1], y2, wide, 72, "keys, values", f"{a.heads} heads ×", f"({a.head} + {a.head})",
            part="heads"),
        arrow((mids[2], y1 + 92), (mids[2], y3), part="share"),
        lines(mids[2] + 6, y2 + 24, ["shared", "by all", "heads"], kind="small"),
        arrow((mids[0], y2 + 72), (mids[0], y3), part="meet"),
        arrow((mids[1], y2 + 72), (mids[1], y3), part="meet"),
        box(0, y3, 360, 60, "compare content and position, softmax,",
            f"sum of values: {a.heads} × {a.head}, back to {fmt(a.stream, ',.0')}",
            kind="plain", part="compare"),
    ]  # fmt: skip
    return "".join(parts), y3 + 64


def _way(start: tuple[float, float], end: tuple[float, float], name: str, part: str) -> str:
    """An arrow with the names of its matrices."""
    (x0, y0), (x1, y1) = start, end
    level = y0 == y1
    x, y = ((x0 + x1) / 2, y0 - 8) if level else (x0 - 8, (y0 + y1) / 2 + 4)
    anchor = "middle" if level else "end"
    named = label(x, y, f"W^{name}", kind="small", anchor=anchor)
    return group(arrow(start, end), named, part=part)
