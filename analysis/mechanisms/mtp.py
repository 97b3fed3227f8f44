"""Multi-token prediction (MTP): a module that guesses one token further, and decoding with it.

Sources: DeepSeek-V3 report, section 2.2 (equations 21 to 25) and 5.4.3; Leviathan et al. 2023 for
speculative decoding. Two things follow the software that serves the published checkpoint:
``eh_proj`` takes the embedding first (equation 21 has it last), and the main model's output after
its final norm (the report leaves that open).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.mechanisms.attention import LatentCache
from analysis.mechanisms.checkpoint import Array, checked, shapes
from analysis.mechanisms.model import DeepSeekV3, layer, under
from analysis.mechanisms.rope import rms_norm


class MTPModule:
    """The module that drafts the token after next.

    Parameters
    ----------
    model
        The main model, whose embedding and head it shares.
    weights
        Mapping that holds the tensors that follow the last layer's.
    """

    def __init__(self, model: DeepSeekV3, weights: Mapping[str, Any]) -> None:
        self.model = model
        prefix = f"model.layers.{model.config.num_hidden_layers}."
        self.tensors = under(checked(weights, shapes(model.published, mtp=True)), prefix)

    def new_cache(self) -> LatentCache:
        """An empty cache for the module's one layer."""
        return LatentCache(1, self.model.config.cache_width)

    def logits(self, hidden: Array, next_ids: ArrayLike, cache: LatentCache | None = None) -> Array:
        """Scores of the token after next, shape (tokens, vocab_size).

        Parameters
        ----------
        hidden
            The main model's output at each token, shape (tokens, hidden_size).
        next_ids
            The token that follows each, known in training and just chosen in decoding.
        """
        w, c = self.tensors, self.model.config
        cache = self.new_cache() if cache is None else cache
        token = rms_norm(self.model.embed(next_ids), w["enorm.weight"], c.rms_norm_eps)
        past = rms_norm(hidden, w["hnorm.weight"], c.rms_norm_eps)
        x = np.concatenate([token, past], axis=1) @ w["eh_proj.weight"].T
        x = layer(x, len(cache), 0, cache, w, c, absorbed=True)
        return self.model.head(rms_norm(x, w["shared_head.norm.weight"], c.rms_norm_eps))


@dataclass(frozen=True)
class Decoding:
    """A continuation and the work it took: passes of the main model and accepted drafts."""

    tokens: tuple[int, ...]
    passes: int
    accepted: int = 0

    @property
    def tokens_per_pass(self) -> float:
        """Tokens gained per pass of the main model, the pass over the prompt not counted."""
        return (len(self.tokens) - 1) / self.passes


def decode(model: DeepSeekV3, prompt: Sequence[int], count: int) -> Decoding:
    """``count`` tokens after the prompt, one a pass, each the model's first choice."""
    cache = model.new_cache()
    tokens = [_best(model.logits(prompt, cache))]
    for _ in range(count - 1):
        tokens.append(_best(model.logits(tokens[-1:], cache, absorbed=True)))
    return Decoding(tuple(tokens), passes=count - 1)


def speculate(model: DeepSeekV3, mtp: MTPModule, prompt: Sequence[int], count: int) -> Decoding:
    """The same tokens as ``decode``, in fewer passes: the module drafts, the model checks.

    Each pass takes the last token and the draft of the one after. If the model's own choice is the
    draft, the pass has yielded two tokens; if not, one, and the draft's row leaves the cache.
    """
    cache, draft_cache = model.new_cache(), mtp.new_cache()
    hidden = model.hidden(prompt, cache)
    tokens = [_best(model.head(hidden))]
    known, passes, accepted = [*prompt[1:], tokens[0]], 0, 0
    while len(tokens) < count:
        draft = _best(mtp.logits(hidden, known, draft_cache))
        hidden = model.hidden([tokens[-1], draft], cache, absorbed=True)
        first, second = (int(i) for i in np.argmax(model.head(hidden), axis=1))
        known = [first, second] if first == draft else [first]
        if first != draft:
            cache.truncate(len(cache) - 1)
        hidden = hidden[: len(known)]
        tokens, passes, accepted = tokens + known, passes + 1, accepted + len(known) - 1
    return Decoding(tuple(tokens), passes, accepted)


def _best(logits: Array) -> int:
    return int(np.argmax(logits[-1]))
