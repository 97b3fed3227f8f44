"""The shorthand for FLOPs that DeepSeek's papers use where they do not count weight by weight."""

from __future__ import annotations

from press.numbers import in_unit


def nominal_flops_per_token(
    hidden_size: int,
    layers: int,
    vocabulary: int,
    *,
    ffn_width: float = 8,
    context: int | None = None,
) -> float:
    """Training FLOPs per token of a model of standard proportions.

    .. math:: 6 L h^2 (4 + f) + 6 V h + 12 L h s

    With f = 8 the first two terms are :math:`6N_2` of the DeepSeek LLM paper, and first and
    last are its M. Every model is taken to have as many key-value heads as query heads.

    Parameters
    ----------
    hidden_size, layers, vocabulary
        h, L and V.
    ffn_width
        f, the feed-forward weights that a token uses in a layer, in units of h²: 8 for a
        standard network, fewer or more for experts.
    context
        s, the length of the sequence; ``None`` leaves attention proper out.

    Returns
    -------
    float
        FLOPs per token, forward and backward, attention over the whole sequence.

    References
    ----------
    DeepSeek LLM (arXiv 2401.02954), equation 2.

    Examples
    --------
    >>> round(nominal_flops_per_token(16384, 126, 128256) / 1e9)  # printed for Llama 3.1 405B
    2448
    >>> round(nominal_flops_per_token(4096, 30, 102400, context=4096) * 4096 / 1e12, 1)
    183.5
    """
    products = 6 * layers * hidden_size**2 * (4 + ffn_width) + 6 * vocabulary * hidden_size
    attention = 12 * layers * hidden_size * context if context else 0
    return in_unit(products + attention, "FLOP/token")
