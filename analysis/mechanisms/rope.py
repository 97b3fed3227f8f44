"""RMSNorm, and rotary position embedding (RoPE) stretched to long contexts by YaRN.

Sources: Zhang and Sennrich 2019 (RMSNorm); Su et al. 2021 (RoPE); Peng et al. 2023 (YaRN);
DeepSeek-V3 report, section 4.3.
"""

from __future__ import annotations

import math

import numpy as np

from analysis.mechanisms.checkpoint import Array, Config, Integers


def rms_norm(x: Array, weight: Array, eps: float) -> Array:
    """Each row divided by its root mean square, then scaled: x / √(mean(x²) + ε) · w.

    Examples
    --------
    >>> rms_norm(np.array([[3.0, 4.0]]), np.ones(2), eps=0).round(3)
    array([[0.849, 1.131]])
    """
    return np.asarray(x / np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps) * weight)


def frequencies(c: Config) -> Array:
    """Angle by which each pair of dimensions turns per position, in radians.

    Plain RoPE turns pair i by θ^(−2i/d). YaRN leaves alone the pairs that turn more than
    ``beta_fast`` times within the original context, slows those that turn less than ``beta_slow``
    times by ``factor``, and blends linearly between.

    Returns
    -------
    Array
        Shape (qk_rope_head_dim / 2,).
    """
    d = c.qk_rope_head_dim
    plain = c.rope_theta ** (-np.arange(0, d, 2) / d)
    yarn = c.yarn
    if not yarn:
        return np.asarray(plain)
    context = yarn["original_max_position_embeddings"]

    def pair_that_turns(times: float) -> float:
        return d * math.log(context / (times * 2 * math.pi)) / (2 * math.log(c.rope_theta))

    first = max(math.floor(pair_that_turns(yarn.get("beta_fast") or 32)), 0)
    last = min(math.ceil(pair_that_turns(yarn.get("beta_slow") or 1)), d - 1)
    last_or_more = last if last != first else first + 0.001
    slowed = np.clip((np.arange(d // 2) - first) / (last_or_more - first), 0, 1)
    return np.asarray(plain * (1 - slowed) + plain / yarn["factor"] * slowed)


def mscale(factor: float, weight: float) -> float:
    """YaRN's temperature for a context stretched by ``factor``: 0.1 · weight · ln(factor) + 1.

    Examples
    --------
    >>> round(mscale(40, 1.0), 4)
    1.3689
    """
    return 0.1 * weight * math.log(factor) + 1 if factor > 1 else 1.0


def softmax_scale(c: Config) -> float:
    """What attention scores are multiplied by: 1/√(dimensions of a query), times mscale².

    Examples
    --------
    >>> from analysis.mechanisms.checkpoint import TINY
    >>> round(softmax_scale(Config.read(TINY)) * 12**0.5, 4)
    1.8739
    """
    yarn = c.yarn
    stretch = mscale(yarn["factor"], yarn.get("mscale_all_dim") or 0) if yarn else 1.0
    return float((c.qk_nope_head_dim + c.qk_rope_head_dim) ** -0.5 * stretch**2)


def rotate(x: Array, positions: Integers, c: Config) -> Array:
    """Vectors turned by their position, pair by pair: (a, b) → (a cos − b sin, b cos + a sin).

    Pairs are neighbours in the checkpoint (dimensions 0 and 1, 2 and 3, …), as in complex numbers.

    Parameters
    ----------
    x
        Queries or keys, shape (tokens, ..., qk_rope_head_dim).
    positions
        Position of each token in the text, shape (tokens,).
    """
    yarn, half = c.yarn, c.qk_rope_head_dim // 2
    size = 1.0
    if yarn:  # 1 in V3, whose two mscales are equal
        weight, divisor = yarn.get("mscale"), yarn.get("mscale_all_dim")
        both = mscale(yarn["factor"], weight or 0) / mscale(yarn["factor"], divisor or 0)
        size = both if weight and divisor else mscale(yarn["factor"], 1)
        size = yarn.get("attention_factor") or size
    turns = np.exp(1j * np.multiply.outer(positions, frequencies(c))) * size
    turns = turns.reshape(len(x), *[1] * (x.ndim - 2), half)
    a, b = (x[..., 0::2], x[..., 1::2]) if c.rope_interleave else (x[..., :half], x[..., half:])
    turned = (a + 1j * b) * turns
    return np.concatenate([turned.real, turned.imag], axis=-1)
