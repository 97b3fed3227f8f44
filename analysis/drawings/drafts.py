"""Multi-token prediction, drawn: predict, draft, check, accept or reject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis import serving
from analysis.drawings.shapes import (
    Drawing,
    Panel,
    arrow,
    bar,
    box,
    group,
    label,
    line,
    lines,
    slider,
)
from analysis.figures import multi_token_prediction as figures
from analysis.figures import serving as day6
from press.facts import Facts
from press.formats import format_number as fmt
from press.numbers import plain

STEPS, STEPS_NARROW = 24, 12
"""Steps of decoding in the strip, in the wide and in the narrow form."""
FASTEST = 2.0
"""Where the bars of speed end: one draft cannot more than double the speed."""
TEXT = ("the", "cost", "of", "a", "run")
"""The text that the frames write, and the word that the draft is mistaken for."""
WRONG = "the"


@dataclass(frozen=True)
class Drafting:
    """What a draft costs and brings."""

    acceptance: float
    low: float
    high: float
    published: float
    alone: float
    loaded: float
    load: float

    @classmethod
    def of(cls, facts: Facts) -> Drafting:
        """Acceptance and speed-up as published; what a step with a draft takes by our count."""
        said = facts.estimate("v3.mtp_acceptance_rate")
        low, high = said.bounds
        many = day6.sequences(facts).value
        once = serving.speed_up_from_step(
            day6.load(facts), day6.draft(facts), many, 0.0, **day6.rates(facts)
        )
        return cls(
            acceptance=round(float(plain(said.value)), 3),
            low=float(plain(low)),
            high=float(plain(high)),
            published=float(plain(facts.v3.mtp_decode_speedup)),
            alone=1 + float(plain(figures.draft_bytes_alone(facts))),
            loaded=1 / float(plain(once)),
            load=float(plain(many)),
        )

    def speeds(self, acceptance: float) -> dict[str, float]:
        """Speed against one token a step, by what a draft is taken to cost."""
        tokens = 1 + acceptance
        return {
            "free": tokens,
            "alone": tokens / self.alone,
            "loaded": tokens / self.loaded,
        }


def accepted(acceptance: float, steps: int = STEPS) -> list[bool]:
    """Which drafts of a strip are accepted: as many as the share says, evenly spread.

    Examples
    --------
    >>> accepted(0.5, 4)
    [True, False, True, False]
    >>> sum(accepted(0.85, 24))
    20
    """
    return [int(acceptance * (n + 1) + 0.5) > int(acceptance * n + 0.5) for n in range(steps)]


def drawing(facts: Facts) -> Drawing:
    """One step of decoding with a draft, frame by frame, and what acceptance is worth."""
    made = Drafting.of(facts)
    data = {
        "steps": STEPS,
        "alone": made.alone,
        "loaded": made.loaded,
        "fastest": FASTEST,
    }
    speeds = made.speeds(made.acceptance)
    return Drawing(
        kind="drafts",
        finding=(
            f"With {fmt(made.acceptance, '.1%')} of drafts accepted a step yields "
            f"{fmt(1 + made.acceptance, '.2')} tokens; at Day 6’s load that writes "
            f"{fmt(speeds['loaded'], '.2')} times as fast, by our count"
        ),
        panels=[_frames(), _speeds_panel(made)],
        source=(
            "Acceptance and published speed-up: V3 report, section 5.4.3, which does not say at "
            "what load; what a step with a draft takes: this report’s count of bytes and "
            "arithmetic; the words are ours"
        ),
        data=data,
    )


def _frames() -> Panel:
    the, cost, of, a, run = TEXT
    return Panel(
        wide=_strip(wide=True),
        narrow=_strip(wide=False),
        spoken=(
            f"Five frames. Predict: the main model reads “{the} {cost}” and writes “{of}”. Draft: "
            f"the small module, given “{of}”, guesses “{a}”. Check: the main model reads both in "
            f"one pass. Accept: it would have written “{a}” itself, so two tokens stand, and "
            f"“{run}” is the next. Reject: it would have written “{WRONG}”, so the draft is "
            "dropped and one token stands."
        ),
        title="One step of decoding with a draft",
        steps=[
            "Five frames of one step: predict, draft, check, and accept or reject.",
            _shows(0) + f"Predict: the main model has read “{the} {cost}” and writes “{of}”. So "
            "far, one pass and one token.",
            _shows(1) + f"Draft: the prediction module takes the main model’s last vector and "
            f"“{of}”, and guesses the token after it: “{a}”. It is one layer, so this is cheap.",
            _shows(2) + f"Check: the main model reads “{of}” and the guess “{a}” in one pass, and "
            "says after each what should follow.",
            _shows(3) + f"Accept: after “{of}” the main model says “{a}” too. The guess stands, "
            f"and what it says after the guess, “{run}”, is the next token.",
            _shows(4) + f"Reject: after “{of}” it says “{WRONG}”. The guess is dropped, the main "
            "model’s own token stands, and nothing wrong was written; the work on the guess is "
            "lost.",
        ],
    )


def _shows(frame: int) -> str:
    return f'<span data-shows="frame{frame}"></span>'


def _strip(*, wide: bool) -> tuple[str, float]:
    the, cost, of, a, run = TEXT
    known, new, guess, gone = "plain", "kept", "guess", "gone"
    frames: Sequence[tuple[str, str, list[tuple[str, str]], str, list[int], int]] = [
        ("1 Predict", "main model", [(the, known), (cost, known), (of, new)], "", [0, 1], 2),
        ("2 Draft", "module", [(the, known), (cost, known), (of, known), (a, guess)], "", [2], 3),
        ("3 Check", "main model", [(the, known), (cost, known), (of, known), (a, guess)],
         "after each: what follows?", [2, 3], -1),
        ("4 Accept", "main model", [(cost, known), (of, known), (a, new), (run, new)],
         f"says “{a}”, then “{run}”", [1, 2], 3),
        ("4 Reject", "main model", [(cost, known), (of, known), (a, gone), (WRONG, new)],
         f"says “{WRONG}”, not “{a}”", [1], 3),
    ]  # fmt: skip
    parts = []
    for n, (title, model, tokens, note, reads, writes) in enumerate(frames):
        size = 38 if wide else 48
        at = (n * 175.0, 0.0) if wide else (0.0, n * 152.0)
        left = 0 if wide else 150
        top = 30 if wide else 8
        inside = [label(0, 15 if wide else 34, title, kind="strong")]
        for k, (word, kind) in enumerate(tokens):
            inside.append(box(left + k * (size + 2), top, size, 32, word, kind=kind))
        across = 4 * size + 6
        low = top + 78
        inside.append(box(left, low, across, 34, model, kind="guess" if model == "module" else ""))
        for k in reads:
            x = left + k * (size + 2) + size / 2
            inside.append(arrow((x, top + 34), (x, low - 2)))
        if writes >= 0:
            x = left + writes * (size + 2) + size / 2
            inside.append(arrow((x, low), (x, top + 34), kind="lit"))
        if wide:
            inside.append(label(0, low + 54, note, kind="quiet"))
        else:
            inside.append(lines(0, 56, _broken(note), kind="quiet"))
        parts.append(group(*inside, part=f"frame{n}", at=at))
    return "".join(parts), 172 if wide else 4 * 152 + 124


def _broken(note: str) -> list[str]:
    """A note in lines of about a dozen letters."""
    half = note.find(" ", len(note) // 2 - 2)
    return [note[:half], note[half + 1 :]] if note else []


def words(made: Drafting, acceptance: float) -> dict[str, str]:
    """Speeds in words, by bar."""
    return {name: f"{fmt(speed, '.2')} ×" for name, speed in made.speeds(acceptance).items()}


def spoken(made: Drafting, acceptance: float) -> str:
    """What the panel says of an acceptance."""
    say = {name: text.removesuffix(" ×") for name, text in words(made, acceptance).items()}
    return (
        f"If {fmt(acceptance, '.1%')} of drafts are accepted, a step yields "
        f"{fmt(1 + acceptance, '.2')} tokens. Decoding is {say['free']} times as fast if drafting "
        f"and checking are free, {say['alone']} times for one text alone if checking is free, and "
        f"{say['loaded']} times at Day 6’s load."
    )


def _speeds_panel(made: Drafting) -> Panel:
    tools = slider(
        "acceptance", "Drafts accepted", 0, 1, made.acceptance, fmt(made.acceptance, ".1%"), 0.005
    )
    return Panel(
        wide=_speeds(made, wide=True),
        narrow=_speeds(made, wide=False),
        spoken=(
            "A strip of steps, each with one token and a draft that is accepted or not, and three "
            f"bars of speed with the published {fmt(made.published, '.1')} marked. "
            + spoken(made, made.acceptance)
        ),
        title="What acceptance is worth",
        tools=tools,
        said=spoken(made, made.acceptance),
    )


def _speeds(made: Drafting, *, wide: bool) -> tuple[str, float]:
    steps = STEPS if wide else STEPS_NARROW
    total = 860 if wide else 360
    pitch = total / steps
    title = f"{steps} steps: the model’s own token below, the draft above it"
    caption = (
        [title] if wide else [f"{steps} steps: the model’s own token", "below, the draft above it"]
    )
    parts = [lines(0, 14, caption, kind="quiet")]
    top = 26.0 if wide else 42.0
    for n, took in enumerate(accepted(made.acceptance, steps)):
        x, side = n * pitch, pitch - 5
        state = "kept" if took else "gone"
        parts.append(
            f'<g class="box {state}" data-draft="{n}"><rect x="{x:.1f}" y="{top:g}" '
            f'width="{side:.1f}" height="24" rx="4"/></g>'
        )
        parts.append(box(x, top + 28, side, 24, kind="plain"))
    y = top + 92
    x, full = (350.0, 420.0) if wide else (0.0, 300.0)
    names = {
        "free": "drafting and checking free",
        "alone": "one text alone, bytes of the draft counted",
        "loaded": f"Day 6’s {fmt(made.load, '.0')} texts a GPU, all counted",
    }
    mark = x + full * made.published / FASTEST
    one = x + full / FASTEST
    parts += [
        label(one, y - 8, "no draft", kind="small", anchor="middle"),
        label(mark, y - 8, f"DeepSeek: {fmt(made.published, '.1')} ×", kind="stated",
              anchor="middle"),
    ]  # fmt: skip
    say, speeds = words(made, made.acceptance), made.speeds(made.acceptance)
    for name, text in names.items():
        tone = "lit" if name == "loaded" else ""
        down = 4 if wide else 26
        parts += [
            label(0, y + 18, text, kind="said" if tone else ""),
            bar(x, y + down, full, 20, speeds[name] / FASTEST, name=name, kind=tone, track=True),
            label(x + full + 10, y + down + 15, say[name], bind=name, kind="strong"),
            line(one, y + down - 3, one, y + down + 23, kind="rule dashed"),
            line(mark, y + down - 3, mark, y + down + 23, kind="mark"),
        ]
        y += 34 if wide else 56
    return "".join(parts), y + 6
