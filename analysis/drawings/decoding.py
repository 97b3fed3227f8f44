"""Decoding, drawn: a roofline, the time of a step, and what a node could write."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis import serving
from analysis.drawings.shapes import Drawing, Panel, bar, label, line, slider
from analysis.figures import serving as day6
from analysis.mechanisms.experiments import tokens_per_step
from analysis.serving import DecodeLoad
from press.facts import Facts
from press.formats import format_number as fmt
from press.numbers import plain

BATCHES = (1, 2, 4, 8, 16, 32, 48, 64, 112, 128, 192, 256)
CONTEXTS = tuple(2**k for k in range(10, 18))
QUERIES = 4
"""Where the sliders stop, besides Day 6's own load."""
LONGEST, FASTEST = 0.02, 80_000
"""Where the bars end: seconds of a step, and tokens a second of a node."""
LOWEST, DECADES = (1.0, 4.0e12), (4.0, 3.0)
"""The plot's lower left corner [FLOP/byte, FLOP/s] and its size in decades."""


@dataclass(frozen=True)
class Decoding:
    """A decoding GPU of Day 6: what a step moves and computes, and at what rates."""

    load: DecodeLoad
    draft: DecodeLoad
    rates: dict[str, float]
    peak: float
    network: float
    memory: float
    many: float
    most: float
    context: float
    acceptance: float
    stated: float

    @classmethod
    def of(cls, facts: Facts) -> Decoding:
        """From the package's own model of the deployment."""
        return cls(
            load=day6.load(facts),
            draft=day6.draft(facts),
            rates={name: float(plain(rate)) for name, rate in day6.rates(facts).items()},
            peak=float(plain(day6.rates(facts, day6.PEAK)["bf16_flop_per_s"])),
            network=float(plain(facts.h800.infiniband_bytes_per_s)),
            memory=float(plain(facts.row("accelerators", "h800-sxm5")["memory_gb"])) * 1e9,
            many=float(plain(day6.sequences(facts).value)),
            most=float(plain(day6.sequences_most(facts))),
            context=float(plain(facts.serving.context_per_output_token)),
            acceptance=float(plain(facts.v3.mtp_acceptance_rate)),
            stated=float(plain(facts.serving.decode_tokens_per_s_per_node)),
        )

    def plain_load(self, load: DecodeLoad) -> dict[str, float]:
        """What of a load grows with the context by token of it, as the page reckons."""
        return {
            "weights": float(load.weight_bytes),
            "cache": float(load.cache_bytes) / self.context,
            "products": float(load.weight_flop),
            "attention": float(load.attention_flop) / self.context,
            "network": float(load.network_bytes),
        }

    @property
    def times(self) -> dict[str, tuple[float, float]]:
        """Reading and arithmetic of a step at Day 6's load, one query a text [s]."""
        one = self.load
        return {
            "cache": (
                self.many * one.cache_bytes / self.rates["bytes_per_s"],
                self.many * one.attention_flop / self.rates["bf16_flop_per_s"],
            ),
            "products": (
                one.weight_bytes / self.rates["bytes_per_s"],
                self.many * one.weight_flop / self.rates["fp8_flop_per_s"],
            ),
        }

    def step(self, queries: int) -> float:
        """Seconds of a step at Day 6's load, drafting included."""
        drafting = serving.step_seconds(self.draft, self.many, 1, **self.rates)
        checking = serving.step_seconds(self.load, self.many, queries, **self.rates)
        return float(checking + (queries - 1) * drafting)

    def limits(self) -> dict[str, float]:
        """Output tokens a second of a node at Day 6's load, by what limits them."""
        one, many = self.load, self.many
        fp8 = self.rates["fp8_flop_per_s"]
        of_gpu = {
            "step": many * tokens_per_step(self.acceptance, 0) / self.step(1),
            "network": serving.network_bound(one, self.network),
            "memory": serving.memory_bound(one, many, self.rates["bytes_per_s"]),
            "arithmetic": serving.compute_bound(one, fp8, self.peak),
        }
        return {name: float(serving.GPUS_PER_NODE * rate) for name, rate in of_gpu.items()}

    @property
    def points(self) -> dict[str, tuple[float, float]]:
        """Operations for each byte, and the rate that the roof allows there [FLOP/s]."""
        one = self.load
        found = {
            "attention": (one.attention_flop / one.cache_bytes, self.rates["bf16_flop_per_s"]),
            "products": (
                self.many * one.weight_flop / one.weight_bytes,
                self.rates["fp8_flop_per_s"],
            ),
        }
        moved = self.rates["bytes_per_s"]
        return {name: (float(x), float(min(x * moved, top))) for name, (x, top) in found.items()}


def drawing(facts: Facts) -> Drawing:
    """The roofline of a decoding GPU with its two points, its step, and a node's limits."""
    made = Decoding.of(facts)
    batches = sorted({*map(float, BATCHES), made.many, made.most})
    contexts = sorted({*map(float, CONTEXTS), made.context})
    limits = made.limits()
    data = {
        "load": made.plain_load(made.load),
        "draft": made.plain_load(made.draft),
        "rates": {
            "bytes_per_s": made.rates["bytes_per_s"],
            "bf16": made.rates["bf16_flop_per_s"],
            "fp8": made.rates["fp8_flop_per_s"],
            "peak": made.peak,
            "network": made.network,
        },
        "batches": batches,
        "contexts": contexts,
        "acceptance": made.acceptance,
        "gpus": serving.GPUS_PER_NODE,
        "memory": made.memory,
        "longest": LONGEST,
        "fastest": FASTEST,
    }
    tools = (
        slider("batch", "Texts at once on a GPU", 0, len(batches) - 1, batches.index(made.many),
               fmt(math.floor(made.many), ",.0"))
        + slider("context", "Tokens behind each", 0, len(contexts) - 1,
                 contexts.index(made.context), f"{fmt(made.context, ',.0')} tokens")
        + slider("queries", "Queries of each (one, and its drafts)", 1, QUERIES, 1, "1")
    )  # fmt: skip
    said = spoken(made)
    return Drawing(
        kind="decoding",
        finding=(
            f"At Day 6’s load a step takes {_ms(made.step(1))} by our count; the network lets a "
            f"node write {fmt(limits['network'], ',.0')} tokens a second, and DeepSeek stated "
            f"{fmt(made.stated, ',.0')}"
        ),
        panels=[
            Panel(
                wide=_form(made, limits, wide=True),
                narrow=_form(made, limits, wide=False),
                spoken=(
                    "A roofline: the rate of arithmetic that an H800 reaches against the "
                    "operations for each byte it reads, with attention and the products with "
                    "weights as points; bars for the parts of a step, for the memory and for what "
                    f"limits a node. {said}"
                ),
                tools=tools,
                said=said,
            )
        ],
        source=(
            "Day 6; ISCA 2025 paper; H800 data; our model of a decoding step, kernels one after "
            "the other and the network hidden. A draft for every query beyond the first, accepted "
            f"{fmt(made.acceptance, '.1%')} of the time, each as often as the one before"
        ),
        data=data,
    )


def _ms(seconds: float) -> str:
    return f"{fmt(seconds * 1e3, ',~3')} ms"


def _waits(times: tuple[float, float]) -> str:
    return "arithmetic" if times[1] > times[0] else "memory"


def spoken(made: Decoding) -> str:
    """What the drawing says of Day 6's load."""
    held = made.load.weight_bytes + made.many * made.load.cache_bytes
    return (
        f"{fmt(math.floor(made.many), ',.0')} texts of {fmt(made.context, ',.0')} tokens, 1 query "
        f"of each: a step takes {_ms(made.step(1))} and a node writes "
        f"{fmt(made.limits()['step'], ',.0')} tokens a second by our count. Attention waits for "
        f"{_waits(made.times['cache'])}, the products for {_waits(made.times['products'])}. "
        f"The memory {'holds' if held <= made.memory else 'does not hold'} the caches."
    )


def _form(made: Decoding, limits: dict[str, float], *, wide: bool) -> tuple[str, float]:
    if wide:
        plot, low = _roofline(made, 46, 30, 384, 270)
        times, right = _times(made, 500, 0, 360)
        foot = max(low, right) + 26
        bars, end = _limits(made, limits, 0, foot, 860, wide=True)
        return plot + times + bars, end
    plot, low = _roofline(made, 40, 30, 298, 240)
    times, low = _times(made, 0, low + 22, 360)
    bars, end = _limits(made, limits, 0, low + 22, 360, wide=False)
    return plot + times + bars, end


def _roofline(made: Decoding, x: float, y: float, width: float, height: float) -> tuple[str, float]:
    """The roof, its axes and the two points."""
    decade, rise = width / DECADES[0], height / DECADES[1]
    base = y + height

    def place(flop_per_byte: float, flop_per_s: float) -> tuple[float, float]:
        return (
            x + decade * math.log10(flop_per_byte / LOWEST[0]),
            base - rise * math.log10(flop_per_s / LOWEST[1]),
        )

    moved, fp8 = made.rates["bytes_per_s"], made.rates["fp8_flop_per_s"]
    bf16, right = made.rates["bf16_flop_per_s"], 10 ** DECADES[0]
    start = place(LOWEST[1] / moved, LOWEST[1])
    corner, end = place(fp8 / moved, fp8), place(right, fp8)
    low, low_end = place(bf16 / moved, bf16), place(right, bf16)
    parts = [label(0, 12, "TFLOP/s that an H800 reaches", kind="quiet")]
    for k in range(int(DECADES[0]) + 1):
        at = x + k * decade
        parts += [
            line(at, y, at, base, kind="grid"),
            label(at, base + 18, fmt(10**k, ",.0"), kind="small", anchor="middle"),
        ]
    for rate in (10e12, 100e12, 1000e12):
        _, at = place(1, rate)
        parts += [
            line(x, at, x + width, at, kind="grid"),
            label(x - 6, at + 4, fmt(rate / 1e12, ",.0"), kind="small", anchor="end"),
        ]
    roof = ((start, corner, end), (low, low_end))
    path = "".join("M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in part) for part in roof)
    parts += [
        f'<path class="roof" d="{path}"/>',
        label(end[0], end[1] - 7, f"FP8 {fmt(fp8 / 1e12, ',.0')}", kind="small", anchor="end"),
        label(
            low_end[0],
            low_end[1] + 17,
            f"BF16 {fmt(bf16 / 1e12, ',.0')}",
            kind="small",
            anchor="end",
        ),
        label(
            x + decade * 0.9, base - rise * 0.55, f"{fmt(moved / 1e12, '.2')} TB/s", kind="small"
        ),
        line(corner[0], corner[1], corner[0], base, kind="rule dashed"),
        label(x + 8, y + 16, "waits for memory", kind="quiet"),
        *(
            label(x + width - 6, base - 28 + 17 * n, words, kind="quiet", anchor="end")
            for n, words in enumerate(("waits for", "arithmetic"))
        ),
        label(x + width, base + 38, "operations for each byte read", kind="quiet", anchor="end"),
    ]
    for name, (across, up) in made.points.items():
        px, py = place(across, up)
        own = name == "attention"
        axes = (
            f'data-x0="{x:g}" data-xlow="{LOWEST[0]:g}" data-decade="{decade:g}" '
            f'data-y0="{base:g}" data-ylow="{LOWEST[1]:g}" data-rise="{rise:g}"'
        )
        dx, dy, anchor = (10, 20, "") if own else (-11, -3, "end")
        parts.append(
            f'<g data-move="{name}" {axes} transform="translate({px:.1f} {py:.1f})">'
            f'<circle class="point{"" if own else " other"}" r="7"/>'
            + label(dx, dy, name, kind="said" if own else "strong", anchor=anchor)
            + "</g>"
        )
    return "".join(parts), base + 46


def _times(made: Decoding, x: float, y: float, width: float) -> tuple[str, float]:
    """The four times of a step, and what the memory holds."""
    parts = [label(x, y + 12, "Time of a step: the longer of each pair counts", kind="quiet")]
    names = {
        "cache": ("attention", ("reads the caches", "computes, BF16"), "lit"),
        "products": ("products", ("read the weights", "compute, FP8"), ""),
    }
    y, full = y + 22, width - 206
    for key, (title, kinds, tone) in names.items():
        parts.append(label(x, y + 17, title, kind="said" if tone else "strong"))
        y += 24
        for n, (name, time) in enumerate(zip(kinds, made.times[key], strict=True)):
            top = y + 28 * n
            parts += [
                label(x, top + 14, name, kind="quiet"),
                bar(x + 126, top, full, 18, time / LONGEST, name=f"{key}-{n}", kind=tone,
                    track=True),
                label(x + width, top + 14, _ms(time), bind=f"{key}-{n}", anchor="end"),
            ]  # fmt: skip
        y += 68
    held, caches = made.load.weight_bytes, made.many * made.load.cache_bytes
    words = (
        f"{fmt(held / 1e9, ',~3')} + {fmt(caches / 1e9, ',~3')} of "
        f"{fmt(made.memory / 1e9, ',.0')} GB"
    )
    y += 10
    parts += [
        label(x, y + 12, "Memory: weights and caches", kind="quiet"),
        label(x + width, y + 12, words, bind="held", anchor="end"),
        bar(x, y + 22, width, 22, (held + caches) / made.memory, name="held", kind="lit",
            track=True),
        bar(x, y + 22, width, 22, held / made.memory, name="weights"),
    ]  # fmt: skip
    return "".join(parts), y + 52


def _limits(
    made: Decoding, limits: dict[str, float], x: float, y: float, width: float, *, wide: bool
) -> tuple[str, float]:
    """Tokens a second of a node: as stated, and by each limit."""
    names = {
        "stated": "stated by DeepSeek (Day 6)",
        "network": "network alone",
        "step": "a step as above",
        "memory": "reading memory alone",
        "arithmetic": "arithmetic at peak alone",
    }
    title = f"Tokens a second that a node of {fmt(serving.GPUS_PER_NODE, 'count')} GPUs writes"
    parts = [label(x, y + 12, title, kind="quiet")]
    y += 24
    values = {"stated": made.stated} | limits
    left, full = (200.0, 580.0) if wide else (0.0, width - 70)
    for name, text in names.items():
        tone = {"stated": "stated", "step": "lit"}.get(name, "")
        down = 0 if wide else 20
        bound = "" if name == "stated" else f"limit-{name}"
        words = "stated" if tone == "stated" else "said" if tone else ""
        parts += [
            label(x, y + 15, text, kind=words),
            bar(left, y + down, full, 20, values[name] / FASTEST, name=bound, kind=tone,
                track=True),
            label(width, y + down + 15, fmt(values[name], ",.0"), bind=bound, anchor="end",
                  kind="strong"),
        ]  # fmt: skip
        y += 28 if wide else 48
    return "".join(parts), y
