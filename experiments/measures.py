"""What is measured of a trained model, on held-out text and on recall."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from experiments import recall
from experiments.model import Drafter, Mixture, Model

PROBE_RATE = 0.01


def windows(ids: NDArray[np.int64], count: int, length: int) -> Tensor:
    """``count`` stretches of ``length`` tokens, evenly spread over a held-out text."""
    starts = np.linspace(0, len(ids) - length, count).astype(int)
    return torch.from_numpy(np.stack([ids[at : at + length] for at in starts]))


def losses(model: Model, held_out: Mapping[str, Tensor], context: int) -> dict[str, float]:
    """Nats a token on each kind of text, and their mean."""
    found = {}
    for kind, texts in held_out.items():
        total = 0.0
        for part in texts.split(32):
            scores = model.head(model(part[:, :context]))
            total += functional.cross_entropy(
                scores.flatten(0, 1), part[:, 1 : context + 1].flatten(), reduction="sum"
            ).item()
        found[f"loss_{kind}"] = total / (len(texts) * context)
    return found | {"loss": sum(found.values()) / len(found)}


def balance(model: Model, text: Tensor) -> dict[str, float]:
    """Load of the busiest and of the idlest expert as multiples of the mean, over all layers."""
    mixtures = [m for m in model.modules() if isinstance(m, Mixture)]
    if not mixtures:
        return {}
    model.train()  # in training the layers note their load
    with torch.no_grad():
        model(text)
    model.eval()
    loads = [m.load / m.load.mean() for m in mixtures]
    return {
        "busiest": max(load.max().item() for load in loads),
        "idlest": min(load.min().item() for load in loads),
    }


def drafting(
    model: Model, drafter: Drafter, held_out: Mapping[str, Tensor], context: int
) -> dict[str, float]:
    """How often a draft would stand, for each kind of text.

    ``accept``: the draft's first choice is the model's own first choice once it has read the next
    token. ``overlap``: 1 − ½ Σ |p − q|, the acceptance when both are sampled (Leviathan et al.).
    ``draft_loss``: nats of the token after next.
    """
    found = {}
    for kind, texts in held_out.items():
        same, overlap, loss, count = 0.0, 0.0, 0.0, 0
        for part in texts.split(32):
            hidden = model(part[:, : context + 1])
            own = model.head(hidden[:, 1:])
            draft = drafter(model, hidden[:, :-1], part[:, 1 : context + 1])
            same += (own.argmax(-1) == draft.argmax(-1)).sum().item()
            overlap += torch.minimum(own.softmax(-1), draft.softmax(-1)).sum().item()
            after = part[:, 2 : context + 2].flatten()
            loss += functional.cross_entropy(draft.flatten(0, 1), after, reduction="sum").item()
            count += len(after)
        found[f"accept_{kind}"] = same / count
        found[f"overlap_{kind}"] = overlap / count
        found[f"draft_loss_{kind}"] = loss / count
    return found


def probe(
    model: Model, fit: Tensor, held_out: Mapping[str, Tensor], context: int, steps: int
) -> dict[str, float]:
    """Nats of the token after next, read from the frozen output by one fitted matrix."""

    def pairs(texts: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            hidden = torch.cat([model(part[:, :context]) for part in texts.split(32)])
        return hidden.flatten(0, 1), texts[:, 2 : context + 2].flatten()

    x, y = pairs(fit)
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    matrix = torch.zeros(model.embed_tokens.num_embeddings, x.shape[1], requires_grad=True)
    optimiser = torch.optim.Adam([matrix], lr=PROBE_RATE)
    order = torch.Generator().manual_seed(0)
    for step in range(steps):
        at = torch.randint(len(x), (2048,), generator=order)
        for group in optimiser.param_groups:
            group["lr"] = PROBE_RATE * (1 - step / steps)
        optimiser.zero_grad()
        functional.cross_entropy(functional.linear(x[at], matrix), y[at]).backward()
        optimiser.step()
    found = {}
    with torch.no_grad():
        for kind, texts in held_out.items():
            h, after = pairs(texts)
            h = torch.cat([h, torch.ones(len(h), 1)], 1)
            found[f"probe_{kind}"] = functional.cross_entropy(
                functional.linear(h, matrix), after
            ).item()
    return found | {"probe": sum(found.values()) / len(found)}


def recalled(model: Model, tests: Mapping[int, tuple[Tensor, Tensor]]) -> dict[str, float]:
    """Share of values named rightly, for each number of pairs, and the mean."""
    found = {}
    for pairs, (ids, answers) in tests.items():
        right = model.head(model(ids)[:, pairs:]).argmax(-1) == answers
        found[f"recall_{pairs}"] = right.float().mean().item()
    return found | {"recall": sum(found.values()) / len(found)}


def recall_tests(tokens: int) -> dict[int, tuple[Tensor, Tensor]]:
    """The same held-out texts for every run, ``tokens`` of each number of pairs."""
    rng = np.random.RandomState(1_000_003)
    return {p: recall.texts(rng, p, tokens // (2 * p)) for p in recall.PAIRS}
