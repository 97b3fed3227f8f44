"""One training run: batches, optimiser, averaged weights, losses at marks, seconds used."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from experiments.model import Mixture

WARMUP, CLIP, DECAY, BETAS = 50, 1.0, 0.1, (0.9, 0.95)
AVERAGE = 10.0
"""Weights are averaged over about the last tenth of the steps so far, at every step: the rate
stays constant, and a loss at any mark is that of a finished run of this length."""


@dataclass
class Curve:
    """What a run shows on its way: at each mark tokens, CPU seconds used for training, measures."""

    tokens: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    measures: list[dict[str, float]] = field(default_factory=list)


@dataclass
class Clock:
    """CPU seconds of this process and wall seconds, of training steps only."""

    cpu: float = 0.0
    wall: float = 0.0

    def time(self, step: Callable[[], None]) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        step()
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall


def train(
    module: nn.Module,
    batches: Iterable[Tensor],
    loss: Callable[[Tensor, float], Tensor],
    evaluate: Callable[[nn.Module], dict[str, float]],
    *,
    steps: int,
    mark_every: int,
    rate: float,
    bias_speed: float,
    report: Callable[[int, dict[str, float]], None],
) -> tuple[Curve, Clock]:
    """Train ``module`` in place; it ends with the averaged weights.

    Parameters
    ----------
    loss
        Of a batch, given the share of the run that is done, 0 to 1.
    evaluate
        Measures of the module, whose weights are the averaged ones while it is called.
    report
        Called at each mark with the steps done and the measures.
    """
    trained = [p for p in module.parameters() if p.requires_grad]
    parts = [list(part.parameters()) for part in module.children()]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": DECAY},
        {"params": [p for p in trained if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=rate, betas=BETAS, fused=True)
    average = [p.detach().clone() for p in trained]
    mixtures = [m for m in module.modules() if isinstance(m, Mixture)]
    curve, clock, source = Curve(), Clock(), iter(batches)

    def one_step(step: int) -> None:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / WARMUP)
        optimiser.zero_grad(set_to_none=True)
        loss(next(source), step / steps).backward()
        for part in parts:  # each alone, so that a drafter's gradient never scales the model's
            nn.utils.clip_grad_norm_(part, CLIP)
        optimiser.step()
        for mixture in mixtures:
            mixture.rebalance(bias_speed)
        torch._foreach_lerp_(average, [p.detach() for p in trained], AVERAGE / (step + AVERAGE))

    def exchange() -> None:
        with torch.no_grad():
            for p, a in zip(trained, average, strict=True):
                kept = p.detach().clone()
                p.copy_(a)
                a.copy_(kept)

    module.train()
    for step in range(steps):
        clock.time(lambda step=step: one_step(step))
        done = step + 1
        if done % mark_every == 0 or done == steps:
            exchange()
            module.eval()
            with torch.no_grad():
                measures = evaluate(module)
            module.train()
            if done < steps:
                exchange()
            curve.tokens.append(done)
            curve.seconds.append(clock.cpu)
            curve.measures.append(measures)
            report(done, measures)
    module.eval()
    return curve, clock
