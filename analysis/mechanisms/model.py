"""The whole DeepSeek-V3: embedding, layers of attention and experts, norm, head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from analysis.mechanisms.attention import LatentCache, attention, compress
from analysis.mechanisms.checkpoint import Array, CheckpointError, Config, Weights, checked, shapes
from analysis.mechanisms.experts import feed_forward, mixture
from analysis.mechanisms.rope import rms_norm


class DeepSeekV3:
    """DeepSeek-V3 from a configuration and the tensors of a checkpoint.

    Parameters
    ----------
    config
        Mapping with the keys of the published ``config.json``.
    weights
        Mapping from the published tensor names to arrays of floating-point numbers.

    Raises
    ------
    ConfigError, CheckpointError
        If a key or a tensor is missing or impossible: its name, what was found and expected.

    Examples
    --------
    >>> from analysis.mechanisms import TINY, random_weights
    >>> model = DeepSeekV3(TINY, random_weights(shapes(TINY), seed=0))
    >>> model.logits([5, 7, 11]).shape
    (3, 64)
    """

    def __init__(self, config: Mapping[str, Any], weights: Mapping[str, Any]) -> None:
        self.published, self.config = config, Config.read(config)
        self.tensors = checked(weights, shapes(config))
        self.layers = [
            under(self.tensors, f"model.layers.{n}.") for n in range(self.config.num_hidden_layers)
        ]

    def new_cache(self, dtype: DTypeLike = np.float64) -> LatentCache:
        """An empty cache for decoding token by token."""
        return LatentCache(self.config.num_hidden_layers, self.config.cache_width, dtype)

    def embed(self, token_ids: ArrayLike) -> Array:
        """The embedding of each token, shape (tokens, hidden_size)."""
        return np.asarray(
            self.tensors["model.embed_tokens.weight"][_valid(token_ids, self.config.vocab_size)]
        )

    def hidden(
        self, token_ids: ArrayLike, cache: LatentCache | None = None, *, absorbed: bool = False
    ) -> Array:
        """The last layer's output after the final norm, shape (tokens, hidden_size).

        Parameters
        ----------
        token_ids
            The text, or its next tokens if ``cache`` holds what came before.
        absorbed
            Attend over the latents themselves, as when serving; the result is the same.
        """
        cache = self.new_cache() if cache is None else cache
        x, start = self.embed(token_ids), len(cache)
        for n, w in enumerate(self.layers):
            x = layer(x, start, n, cache, w, self.config, absorbed=absorbed)
        return rms_norm(x, self.tensors["model.norm.weight"], self.config.rms_norm_eps)

    def head(self, hidden: Array) -> Array:
        """Scores of every token of the vocabulary, shape (tokens, vocab_size)."""
        tied = "lm_head.weight" not in self.tensors
        return hidden @ self.tensors["model.embed_tokens.weight" if tied else "lm_head.weight"].T

    def logits(
        self, token_ids: ArrayLike, cache: LatentCache | None = None, *, absorbed: bool = False
    ) -> Array:
        """Scores of every possible next token after each token, shape (tokens, vocab_size)."""
        return self.head(self.hidden(token_ids, cache, absorbed=absorbed))


def layer(
    x: Array, start: int, n: int, cache: LatentCache, w: Weights, c: Config, *, absorbed: bool
) -> Array:
    """The residual stream after one Transformer layer, shape (tokens, hidden_size).

    Parameters
    ----------
    start
        Position of the first token in the text.
    n
        Number of the layer in the cache.
    w
        The layer's tensors, without the layer's prefix.
    """
    positions = start + np.arange(len(x), dtype=np.int64)
    normed = rms_norm(x, w["input_layernorm.weight"], c.rms_norm_eps)
    cached = cache.append(n, compress(normed, positions, w, c))
    x = x + attention(normed, positions, cached, w, c, absorbed=absorbed)
    normed = rms_norm(x, w["post_attention_layernorm.weight"], c.rms_norm_eps)
    sparse = "mlp.gate.weight" in w
    return x + (mixture(normed, w, c) if sparse else feed_forward(normed, w, "mlp."))


def under(weights: Weights, prefix: str) -> dict[str, Array]:
    """The tensors whose names start with ``prefix``, under the rest of their names."""
    return {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}


def _valid(token_ids: ArrayLike, vocabulary: int) -> NDArray[np.int64]:
    ids = np.asarray(token_ids)
    if ids.ndim != 1 or len(ids) == 0 or ids.dtype.kind not in "iu":
        found = f"{ids.dtype} of shape {ids.shape}"
        raise CheckpointError(f"token_ids: found {found}, expected one row of whole numbers")
    outside = np.flatnonzero((ids < 0) | (ids >= vocabulary))
    if len(outside):
        at = int(outside[0])
        raise CheckpointError(
            f"token_ids: found {ids[at]} at position {at}, expected 0 to {vocabulary - 1}"
        )
    return ids.astype(np.int64)
