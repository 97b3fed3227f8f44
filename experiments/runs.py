"""One recorded run: an arm of an experiment from a seed to its row in the results table."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from analysis import architecture
from experiments import measures, recall, text
from experiments.arms import ARMS, BATCH, BIAS_SPEED, CONTEXT, RATES, Arm, published, training_flops
from experiments.model import Drafter, Model, Shape, initialise
from experiments.training import train

MARKS = {"moe": 48, "mtp": 48, "mla": 25, "mini": 100}
WINDOWS, RECALL_TOKENS = 96, 4096
LAMBDA = (0.3, 0.1, 10 / 14.8)
"""V3's weight of the draft loss: 0.3 for the first 10 of 14.8 trillion tokens, then 0.1."""


class Both(nn.Module):
    """The model and, in some arms, its drafting module."""

    def __init__(self, shape: Shape, drafter: str) -> None:
        super().__init__()
        self.model = Model(shape)
        self.drafter = Drafter(shape, drafter != "parallel") if drafter else None


def draft_weight(done: float) -> float:
    """λ when the share ``done`` of the run lies behind.

    >>> draft_weight(0.5), draft_weight(0.7)
    (0.3, 0.1)
    """
    early, late, change = LAMBDA
    return early if done < change else late


def text_loss(both: Both, kind: str, ids: Tensor, done: float) -> Tensor:
    """Loss of the next token and, weighted, of the one after it.

    ``detached`` trains its module on the model's output without touching the model, so that the
    model is that of the arm ``none``, number for number.
    """
    model, drafter = both.model, both.drafter
    hidden = model(ids[:, :CONTEXT])
    loss = functional.cross_entropy(
        model.head(hidden).flatten(0, 1), ids[:, 1 : CONTEXT + 1].flatten()
    )
    if drafter is None:
        return loss
    following, after = ids[:, 1 : CONTEXT + 1], ids[:, 2 : CONTEXT + 2].flatten()
    if kind == "detached":
        scores = drafter(_Still(model), hidden.detach(), following)
    else:
        scores = drafter(model, hidden, following)
    return loss + draft_weight(done) * functional.cross_entropy(scores.flatten(0, 1), after)


class _Still:
    """A model's embedding and head that no gradient reaches."""

    def __init__(self, model: Model) -> None:
        self.weight = model.embed_tokens.weight.detach()

    def embed_tokens(self, ids: Tensor) -> Tensor:
        return functional.embedding(ids, self.weight)

    def head(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.weight)


def text_batches(seed: int, texts: dict[str, text.Text]) -> Iterator[Tensor]:
    """Batches of stretches of text, half code and half prose; the seed fixes all of them."""
    rng, length = np.random.RandomState(seed), CONTEXT + 2
    while True:
        rows = []
        for kind in text.KINDS:
            ids = texts[kind].train
            rows += [
                ids[at : at + length] for at in rng.randint(len(ids) - length, size=BATCH // 2)
            ]
        yield torch.from_numpy(np.stack(rows))


def run(
    experiment: str,
    name: str,
    seed: int,
    *,
    device: str = "cpu",
    quick: bool = False,
    report: Callable[[int, int, dict[str, float]], None] = lambda *_: None,
) -> tuple[dict[str, object], Both]:
    """Train one arm from one seed.

    Parameters
    ----------
    quick
        Six steps on little text: a check that everything runs, not a result.
    report
        Called at each mark with the steps done, all steps, and the measures.

    Returns
    -------
    tuple
        The row of the results table, and the trained modules with the averaged weights.
    """
    arm = ARMS[experiment][name]
    steps, mark, count = (6, 3, 4) if quick else (arm.steps, MARKS[experiment], WINDOWS)
    both = Both(arm.shape, arm.drafter)
    initialise(both, seed, arm.shape.layers)
    both.to(device)
    if experiment == "mla":
        tests = measures.recall_tests(512 if quick else RECALL_TOKENS)
        rng = np.random.RandomState(seed)
        batches: Iterator[Any] = iter(lambda: recall.batch(rng), None)
        context = sum(2 * pairs for pairs in recall.PAIRS) / len(recall.PAIRS)

        def loss(batch: Any, _: float) -> Tensor:
            ids, answers = (part.to(device) for part in batch)
            hidden = both.model(ids)[:, answers.shape[1] :]
            return functional.cross_entropy(
                both.model.head(hidden).flatten(0, 1), answers.flatten()
            )

        def at_mark(_: nn.Module) -> dict[str, float]:
            return measures.recalled(both.model, tests)

    else:
        texts = {kind: text.load(kind, quick=quick) for kind in text.KINDS}
        held = {k: measures.windows(t.held_out, count, CONTEXT + 2) for k, t in texts.items()}
        held = {kind: windows.to(device) for kind, windows in held.items()}
        batches, context = text_batches(seed, texts), CONTEXT

        def loss(batch: Any, done: float) -> Tensor:
            return text_loss(both, arm.drafter, batch.to(device), done)

        def at_mark(_: nn.Module) -> dict[str, float]:
            return measures.losses(both.model, held, CONTEXT)

    curve, clock = train(
        both, batches, loss, at_mark, steps=steps, mark_every=mark, rate=RATES[experiment],
        bias_speed=BIAS_SPEED, report=lambda done, found: report(done, steps, found),
    )  # fmt: skip
    final = dict(curve.measures[-1])
    if experiment == "moe":
        final |= measures.balance(both.model, torch.cat(list(held.values()))[:, :CONTEXT])
    if experiment in ("mtp", "mini"):
        fit = [measures.windows(texts[k].train, 2 * count, CONTEXT + 2) for k in text.KINDS]
        fitted = torch.cat(fit).to(device)
        final |= measures.probe(both.model, fitted, held, CONTEXT, 5 if quick else 200)
        if both.drafter is not None:
            with torch.no_grad():
                final |= measures.drafting(both.model, both.drafter, held, CONTEXT)
    row = _row(name, seed, arm, both, steps * _batch_tokens(experiment), final, context)
    points = zip(curve.tokens, curve.seconds, curve.measures, strict=True)
    shown, batch = "recall" if experiment == "mla" else "loss", _batch_tokens(experiment)
    row["curve"] = " ".join(
        f"{done * batch}:{seconds:.2f}:{found[shown]:.5f}" for done, seconds, found in points
    )
    return row | {"cpu_s": f"{clock.cpu:.2f}", "wall_s": f"{clock.wall:.2f}"}, both


def _batch_tokens(experiment: str) -> int:
    return recall.TOKENS if experiment == "mla" else BATCH * CONTEXT


def _row(
    name: str, seed: int, arm: Arm, both: Both, tokens: int, final: dict[str, float], context: float
) -> dict[str, object]:
    device = next(both.parameters()).device
    kind = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    return {
        "run": f"{name}-{seed}",
        "arm": name,
        "seed": seed,
        "tokens": tokens,
        "parameters": sum(p.numel() for p in both.parameters()),
        "active_parameters": architecture.active_parameters(published(arm.shape)),
        "training_flop_per_token": f"{training_flops(arm, round(context)):.0f}",
        **{name: f"{value:.5f}" for name, value in final.items()},
        "versions": f"python {platform.python_version()}, torch {torch.__version__}",
        "machine": f"{kind}, {torch.get_num_threads()} thread",
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            ]
        return names[0]
    except (OSError, IndexError):
        return platform.processor() or platform.machine()
