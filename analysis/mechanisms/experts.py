"""Mixture of experts: the router that picks networks for a token, and the networks.

Sources: DeepSeek-V3 report, section 2.1.2 (equations 12 to 16); DeepSeekMoE (Dai et al. 2024) for
shared experts; Wang et al. 2024 for balance by bias, without an auxiliary loss.
"""

from __future__ import annotations

import numpy as np

from analysis.mechanisms.checkpoint import Array, Config, Integers, Weights


def affinity(x: Array, w: Weights) -> Array:
    """How well each routed expert suits each token, 0 to 1: sigmoid(x · centroid)."""
    return sigmoid(x @ w["mlp.gate.weight"].T)


def choose(affinity: Array, bias: Array, *, groups: int, kept: int, top: int) -> Integers:
    """The routed experts that each token is sent to.

    Each token first keeps the ``kept`` groups whose two best experts sum highest, then takes the
    ``top`` best experts in them. With a node for a group, a token reaches ``kept`` nodes at most.
    The bias takes part in the choice only; it never enters a gate.

    Parameters
    ----------
    affinity
        Shape (tokens, experts).
    bias
        Added to every token's affinity, shape (experts,): below zero for a crowded expert.

    Returns
    -------
    Integers
        Shape (tokens, top), in no order.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.1, 0.5, 0.6]])
    >>> sorted(choose(scores, np.zeros(4), groups=1, kept=1, top=2)[0].tolist())
    [0, 3]
    >>> sorted(choose(scores, np.zeros(4), groups=2, kept=1, top=2)[0].tolist())
    [2, 3]
    >>> sorted(choose(scores, np.array([-0.5, 0, 0, 0]), groups=1, kept=1, top=2)[0].tolist())
    [2, 3]
    """
    scores = affinity + bias
    tokens = len(scores)
    if kept < groups:
        strength = np.partition(scores.reshape(tokens, groups, -1), -2)[..., -2:].sum(axis=-1)
        dropped = np.argpartition(strength, groups - kept)[:, : groups - kept]
        grouped = scores.reshape(tokens, groups, -1)
        grouped[np.arange(tokens)[:, None], dropped] = -np.inf
    return np.argpartition(-scores, top - 1)[:, :top]


def gates(affinity: Array, chosen: Integers, c: Config) -> Array:
    """Weight of each chosen expert's answer: its share of the affinity, times a scale."""
    weight = np.take_along_axis(affinity, chosen, axis=1)
    if c.norm_topk_prob:
        weight = weight / (weight.sum(axis=1, keepdims=True) + 1e-20)
    return weight * c.routed_scaling_factor


def updated_bias(bias: Array, load: Array, speed: float) -> Array:
    """The bias after a training step: down by ``speed`` for busy experts, up for idle ones.

    Parameters
    ----------
    load
        Tokens that each expert received in the step, shape (experts,).
    speed
        γ in the report: 0.001 for most of the training.

    Examples
    --------
    >>> updated_bias(np.zeros(3), np.array([9, 4, 2]), 0.001).tolist()
    [-0.001, 0.001, 0.001]
    """
    return np.asarray(bias + speed * np.sign(load.mean() - load))


def feed_forward(x: Array, w: Weights, prefix: str) -> Array:
    """One SwiGLU network: down(silu(gate(x)) · up(x)), shape as ``x``."""
    gate, up = x @ w[prefix + "gate_proj.weight"].T, x @ w[prefix + "up_proj.weight"].T
    return (gate * sigmoid(gate) * up) @ w[prefix + "down_proj.weight"].T


def mixture(x: Array, w: Weights, c: Config) -> Array:
    """The expert layer: the shared expert plus the gated answers of the chosen experts.

    Parameters
    ----------
    x
        Normed input, shape (tokens, hidden_size).
    """
    scores = affinity(x, w)
    bias = w["mlp.gate.e_score_correction_bias"]
    chosen = choose(scores, bias, groups=c.n_group, kept=c.topk_group, top=c.num_experts_per_tok)
    weight = gates(scores, chosen, c)
    y = feed_forward(x, w, "mlp.shared_experts.")
    for expert in np.unique(chosen):
        token, place = np.nonzero(chosen == expert)
        answer = feed_forward(x[token], w, f"mlp.experts.{expert}.")
        y[token] += weight[token, place, None] * answer
    return y


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(−x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
