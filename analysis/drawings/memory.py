"""Latent attention, drawn: what a long text fills, and what the next token costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.drawings.shapes import Panel, bar, label, lines, slider
from analysis.figures import serving as day6
from analysis.figures.architecture import V3
from press.facts import Facts
from press.formats import format_number as fmt
from press.numbers import plain

SHORTEST = 10
"""Least length of a text on the slider, as a power of two."""
BF16_BYTES = 2


@dataclass(frozen=True)
class Attention:
    """Sizes of V3's attention, and what an H800 does in a second."""

    stream: int
    latent: int
    rotary: int
    query_latent: int
    heads: int
    head: int
    groups: int
    layers: int
    longest: int
    memory: float
    bytes_per_s: float
    flop_per_s: float

    @classmethod
    def of(cls, facts: Facts) -> Attention:
        """From V3's configuration; the groups are those of Llama's grouped attention."""
        c, rates = facts.config(V3), day6.rates(facts)
        gpu = facts.row("accelerators", "h800-sxm5")
        return cls(
            stream=int(c["hidden_size"]),
            latent=int(c["kv_lora_rank"]),
            rotary=int(c["qk_rope_head_dim"]),
            query_latent=int(c["q_lora_rank"]),
            heads=int(c["num_attention_heads"]),
            head=int(c["qk_nope_head_dim"]),
            groups=int(facts.config("llama-3.1-405b")["num_key_value_heads"]),
            layers=int(c["num_hidden_layers"]),
            longest=int(plain(facts.v3.sequence_length_context_phase2)),
            memory=float(plain(gpu["memory_gb"])) * 1e9,
            bytes_per_s=float(plain(rates["bytes_per_s"])),
            flop_per_s=float(plain(rates["bf16_flop_per_s"])),
        )

    @property
    def kept(self) -> dict[str, int]:
        """Numbers kept of a token in a layer, by kind of attention."""
        pair = 2 * self.head
        return {
            "mha": pair * self.heads,
            "gqa": pair * self.groups,
            "mqa": pair,
            "mla": self.latent + self.rotary,
        }

    def cache(self, kind: str, tokens: float) -> float:
        """Bytes of one text's cache over all layers, in BF16."""
        return self.kept[kind] * BF16_BYTES * self.layers * tokens

    def step(self, tokens: float) -> dict[str, tuple[float, float]]:
        """Bytes read and FLOPs of attention for one new token, by form, over all layers.

        Plain heads compare and sum vectors of one head each. Expanded, every key and value is
        made anew from the latents. Absorbed, heads work on the latents themselves, and two
        matrices are applied once, to the query and to the sum.
        """
        matrices = 2 * self.heads * self.latent * 2 * self.head
        latent = self.cache("mla", tokens)
        plain_work = 2 * self.heads * 2 * self.head * tokens
        expanded = (matrices + 2 * self.heads * (2 * self.head + self.rotary)) * tokens
        absorbed = matrices + 2 * self.heads * (2 * self.latent + self.rotary) * tokens
        return {
            "plain": (self.cache("mha", tokens), self.layers * plain_work),
            "expanded": (latent, self.layers * expanded),
            "absorbed": (latent, self.layers * absorbed),
        }

    def seconds(self, moved: float, work: float) -> tuple[float, float]:
        """Time of reading and of arithmetic on one H800 [s]."""
        return moved / self.bytes_per_s, work / self.flop_per_s


TITLES = {"mha": "MHA", "gqa": "GQA", "mqa": "MQA", "mla": "MLA, V3’s"}
FORMS = {
    "plain": "Plain heads, keys and values kept",
    "expanded": "Latents kept, expanded at every step",
    "absorbed": "Latents kept, matrices absorbed",
}


def slowest(made: Attention) -> float:
    """Seconds at which the bars of time end: the slowest form at the longest text."""
    return max(t for form in made.step(made.longest).values() for t in made.seconds(*form))


def fills(made: Attention, kind: str, tokens: float) -> str:
    """What one text's cache takes of H800s, in words."""
    size = made.cache(kind, tokens)
    gb = fmt(size / 1e9, ",~3")
    if size > made.memory:
        return f"{gb} GB, needs {math.ceil(size / made.memory)} H800s"
    many = math.floor(made.memory / size)
    return f"{gb} GB, room for {fmt(many, ',.0')}"


def amounts(made: Attention, form: str, tokens: float) -> tuple[str, str]:
    """Bytes and FLOPs of a step with the time that each takes, in words."""
    moved, work = made.step(tokens)[form]
    reading, reckoning = (fmt(t * 1e3, ",~3") for t in made.seconds(moved, work))
    return (
        f"{fmt(moved / 1e9, ',~3')} GB read in {reading} ms",
        f"{fmt(work / 1e12, ',~3')} TFLOP in {reckoning} ms",
    )


def spoken(made: Attention, tokens: float) -> str:
    """What the panel says of a text."""
    (_, expanded), (_, absorbed) = (amounts(made, f, tokens) for f in ("expanded", "absorbed"))
    return (
        f"A text of {fmt(tokens, ',.0')} tokens: MHA {fills(made, 'mha', tokens)}; "
        f"MLA {fills(made, 'mla', tokens)}. Attention for the next token: expanded "
        f"{expanded}; absorbed {absorbed}."
    )


def memory_panel(made: Attention) -> Panel:
    tokens = made.longest
    tools = slider(
        "context",
        "Length of the text",
        SHORTEST,
        math.log2(made.longest),
        math.log2(made.longest),
        f"{fmt(tokens, ',.0')} tokens",
        step=0.25,
    )
    return Panel(
        wide=_memory(made, tokens, wide=True),
        narrow=_memory(made, tokens, wide=False),
        spoken=(
            "Four bars, each the memory of one H800, filled by the cache of one text, and three "
            "pairs of bars for the time that reading and arithmetic take for the next token. "
            + spoken(made, tokens)
        ),
        title="What a long text fills, and what the next token costs",
        tools=tools,
        said=spoken(made, tokens),
    )


def _memory(made: Attention, tokens: float, *, wide: bool) -> tuple[str, float]:
    x, full, y = (210.0, 400.0, 34.0) if wide else (0.0, 360.0, 42.0)
    gb = fmt(made.memory / 1e9, ".0")
    parts = [
        label(x, 14, f"The {gb} GB of one H800, filled by the cache of one text", kind="quiet")
        if wide
        else lines(0, 14, [f"The {gb} GB of one H800,", "filled by the cache of one text"],
                   kind="quiet")
    ]  # fmt: skip
    for kind in made.kept:
        name = TITLES[kind] + (f", {made.groups} groups" if kind == "gqa" else "")
        tone = "lit" if kind == "mla" else ""
        share = made.cache(kind, tokens) / made.memory
        own = bar(x, y + (0 if wide else 24), full, 24, share, name=f"fill-{kind}", kind=tone,
                  track=True)  # fmt: skip
        words = "said" if kind == "mla" else "over" if share > 1 else ""
        end, anchor, down = (x + full + 12, "", 17) if wide else (360.0, "end", 16)
        parts += [
            label(0, y + down, name, kind="said" if kind == "mla" else "strong"),
            own,
            label(end, y + down, fills(made, kind, tokens), kind=words, anchor=anchor,
                  bind=f"fill-{kind}"),
        ]  # fmt: skip
        y += 36 if wide else 60
    y += 22
    title = ["Attention for the next token on one H800: reading the cache, and arithmetic"]
    title = (
        title if wide else ["Attention for the next token on one", "H800: reading, and arithmetic"]
    )
    parts.append(lines(0, y, title, kind="quiet"))
    y += 18 + 17 * (len(title) - 1)
    return "".join(parts) + _times(made, tokens, y, wide=wide), y + (174 if wide else 228)


def _times(made: Attention, tokens: float, y: float, *, wide: bool) -> str:
    """Three forms of attention, each with its time of reading and of arithmetic."""
    x, full = (270.0, 340.0) if wide else (0.0, 190.0)
    parts, longest = [], slowest(made)
    for form, name in FORMS.items():
        times = made.seconds(*made.step(tokens)[form])
        down = 0 if wide else 22
        tone = "said" if form == "absorbed" else "strong"
        parts.append(label(0, y + (24 if wide else 14), name, kind=tone))
        for n, (time, words) in enumerate(zip(times, amounts(made, form, tokens), strict=True)):
            top = y + down + 23 * n
            colour = ("second", "lit")[n] if form == "absorbed" else ("", "")[n]
            key = f"{form}-{n}"
            parts += [
                bar(x, top, full, 16, time / longest, name=key, kind=colour, track=True),
                label(x + full + 12, top + 13, words, bind=key, kind="quiet"),
            ]
        y += 58 if wide else 76
    return "".join(parts)
