"""Multi-head latent attention (MLA), in the form that is easy to read and the form that is served.

All that is kept of a past token is one row: a latent of ``kv_lora_rank`` numbers, from which every
head's key and value are computed, and one rotated key of ``qk_rope_head_dim`` numbers that all
heads share. Sources: DeepSeek-V2 report, section 2.1 and appendix C; V3 report, section 2.1.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from analysis.mechanisms.checkpoint import Array, Config, Integers, Weights
from analysis.mechanisms.rope import rms_norm, rotate, softmax_scale

LATENT_EPS = 1e-6
"""ε of the two norms inside attention; the published code takes it from no configuration."""


class LatentCache:
    """What decoding keeps of past tokens: one row a token and layer, and nothing else.

    Parameters
    ----------
    layers, width
        Number of layers, and elements of a row (``Config.cache_width``).
    dtype
        Type of an element; ``float16`` has the two bytes of the BF16 that DeepSeek serves.

    Examples
    --------
    >>> cache = LatentCache(layers=61, width=512 + 64, dtype=np.float16)
    >>> for layer in range(61):
    ...     _ = cache.append(layer, np.zeros((1, 576)))
    >>> cache.nbytes
    70272
    """

    def __init__(self, layers: int, width: int, dtype: DTypeLike = np.float64) -> None:
        self._rows = [np.empty((0, width), dtype) for _ in range(layers)]

    def append(self, layer: int, rows: Array) -> Array:
        """Keep the rows of new tokens; return all rows of the layer, oldest first."""
        kept = self._rows[layer]
        self._rows[layer] = np.concatenate([kept, rows.astype(kept.dtype)])
        return self._rows[layer].astype(np.float64)

    def truncate(self, length: int) -> None:
        """Forget every token from position ``length`` on."""
        self._rows = [rows[:length].copy() for rows in self._rows]

    def __len__(self) -> int:
        return len(self._rows[-1])

    @property
    def nbytes(self) -> int:
        """Size of what is kept, in bytes, measured."""
        return sum(rows.nbytes for rows in self._rows)


def linear(x: Array, w: Weights, name: str) -> Array:
    """x · Wᵀ, plus a bias where the checkpoint has one."""
    y = x @ w[name + ".weight"].T
    return y + w[name + ".bias"] if name + ".bias" in w else y


def queries(x: Array, positions: Integers, w: Weights, c: Config) -> tuple[Array, Array]:
    """Each head's query: the part that meets content and the part that meets position.

    Returns
    -------
    tuple of Array
        Shapes (tokens, heads, qk_nope_head_dim) and (tokens, heads, qk_rope_head_dim).
    """
    if c.q_lora_rank:
        latent = linear(x, w, "self_attn.q_a_proj")
        latent = rms_norm(latent, w["self_attn.q_a_layernorm.weight"], LATENT_EPS)
        q = linear(latent, w, "self_attn.q_b_proj")
    else:
        q = linear(x, w, "self_attn.q_proj")
    q = q.reshape(len(x), c.num_attention_heads, -1)
    return q[..., : c.qk_nope_head_dim], rotate(q[..., c.qk_nope_head_dim :], positions, c)


def compress(x: Array, positions: Integers, w: Weights, c: Config) -> Array:
    """The rows to cache, shape (tokens, kv_lora_rank + qk_rope_head_dim)."""
    both = linear(x, w, "self_attn.kv_a_proj_with_mqa")
    latent, key = both[:, : c.kv_lora_rank], both[:, c.kv_lora_rank :]
    latent = rms_norm(latent, w["self_attn.kv_a_layernorm.weight"], LATENT_EPS)
    return np.concatenate([latent, rotate(key, positions, c)], axis=1)


def attention(
    x: Array, positions: Integers, cached: Array, w: Weights, c: Config, *, absorbed: bool = False
) -> Array:
    """What a layer's attention adds to the residual stream, shape (tokens, hidden_size).

    ``expanded``: rebuild each head's keys k = W_UK · latent and values v = W_UV · latent, then
    attend as usual. ``absorbed``: move W_UK to the query's side, q · (W_UK · latent) =
    (W_UKᵀ · q) · latent, and W_UV behind the sum; keys and values are never built.

    Parameters
    ----------
    x
        Normed input of the new tokens, shape (tokens, hidden_size).
    positions
        Their positions, shape (tokens,).
    cached
        Rows of all tokens so far, the new ones included, as ``compress`` makes them.
    """
    q_content, q_position = queries(x, positions, w, c)
    latent, k_position = cached[:, : c.kv_lora_rank], cached[:, c.kv_lora_rank :]
    up = w["self_attn.kv_b_proj.weight"].reshape(c.num_attention_heads, -1, c.kv_lora_rank)
    up_key, up_value = up[:, : c.qk_nope_head_dim], up[:, c.qk_nope_head_dim :]
    q_head = np.swapaxes(q_content, 0, 1)  # (heads, tokens, qk_nope_head_dim)
    if absorbed:
        scores = (q_head @ up_key) @ latent.T
    else:
        keys = latent @ np.swapaxes(up_key, 1, 2)  # (heads, cached, qk_nope_head_dim)
        scores = q_head @ np.swapaxes(keys, 1, 2)
    scores = (scores + np.swapaxes(q_position, 0, 1) @ k_position.T) * softmax_scale(c)
    future = np.arange(len(cached)) > positions[:, None]
    share = softmax(np.where(future, -np.inf, scores))
    if absorbed:
        heads = (share @ latent) @ np.swapaxes(up_value, 1, 2)
    else:
        heads = share @ (latent @ np.swapaxes(up_value, 1, 2))
    return linear(np.swapaxes(heads, 0, 1).reshape(len(x), -1), w, "self_attn.o_proj")


def softmax(scores: Array) -> Array:
    """Shares that sum to one along the last axis: exp(s) / Σ exp(s)."""
    weight = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))
