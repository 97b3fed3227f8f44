"""Small experiments with the mechanisms, run when a chapter runs."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from analysis.mechanisms.checkpoint import Array, Integers, random_weights, shapes
from analysis.mechanisms.experts import choose, sigmoid, updated_bias
from press.maths import total
from press.numbers import number


def drawn_affinity(tokens: int, experts: int, *, skew: float, seed: int) -> Array:
    """Affinities of random tokens to experts of unequal popularity, shape (tokens, experts).

    As ``drawn_directions`` draws them: the product of two directions, plus popularity.
    """
    token, expert, popularity = drawn_directions(tokens, experts, skew=skew, seed=seed)
    return sigmoid(token @ expert.T / token.shape[1] ** 0.5 + popularity)


def drawn_directions(
    tokens: int, experts: int, *, skew: float, seed: int
) -> tuple[Array, Array, Array]:
    """Random tokens and experts in 32 dimensions, and the experts' popularity.

    ``skew`` is the standard deviation of the experts' popularity where that of the match between
    token and expert is 1. Shapes (tokens, 32), (experts, 32), (experts,).
    """
    rng, dims = np.random.RandomState(seed), 32
    token, expert = rng.standard_normal((tokens, dims)), rng.standard_normal((experts, dims))
    return token, expert, skew * rng.standard_normal(experts)


def balance(
    affinity: Array, *, steps: int, speed: float, groups: int, kept: int, top: int
) -> list[dict[str, float]]:
    """Expert load, step by step, while the bias is updated after each step.

    The same tokens come at every step: a batch of the real training has tens of millions, so that
    its load hardly differs from the average. The router does not learn; in training it does.

    Returns
    -------
    list of dict
        ``step``; ``busiest`` and ``idlest``, the load of those experts as a multiple of the mean;
        ``affinity``, the chosen experts' mean affinity as a share of that without any bias.
    """
    bias, records = np.zeros(affinity.shape[1]), []
    for step in range(steps + 1):
        chosen = choose(affinity, bias, groups=groups, kept=kept, top=top)
        load = np.bincount(chosen.ravel(), minlength=len(bias)).astype(np.float64)
        records.append(
            {
                "step": step,
                "busiest": float(load.max() / load.mean()),
                "idlest": float(load.min() / load.mean()),
                "affinity": float(np.take_along_axis(affinity, chosen, axis=1).mean()),
            }
        )
        bias = updated_bias(bias, load, speed)
    return [r | {"affinity": r["affinity"] / records[0]["affinity"]} for r in records]


def nodes_reached(chosen: Integers, *, experts: int, nodes: int) -> Integers:
    """Number of nodes that each token is sent to, experts lying on nodes in equal runs.

    Examples
    --------
    >>> nodes_reached(np.array([[0, 1, 7]]), experts=8, nodes=4).tolist()
    [2]
    """
    node = chosen // (experts // nodes)
    return np.asarray((node[:, :, None] == np.arange(nodes)).any(axis=1).sum(axis=1))


def expected_nodes(*, experts: int, nodes: int, top: int) -> float:
    """Mean number of nodes reached if any ``top`` experts are equally likely to be chosen.

    nodes · (1 − C(experts − experts/nodes, top) / C(experts, top))

    Examples
    --------
    >>> round(expected_nodes(experts=256, nodes=8, top=8), 3)
    5.295
    """
    missed = prod((experts - experts // nodes - i) / (experts - i) for i in range(top))
    return nodes * (1 - missed)


def tokens_per_step(acceptance: float, depth: int = 1) -> float:
    """Expected tokens from one step of speculative decoding: 1 + p + p² + … + p^depth.

    Examples
    --------
    >>> tokens_per_step(0.85), tokens_per_step(0.9)
    (1.85, 1.9)
    """
    return number(total(acceptance**k for k in range(depth + 1)))


def speed_up(acceptance: float, overhead: float, depth: int = 1) -> float:
    """Speed against one token a step, if a step with drafts takes 1 + ``overhead`` of the time."""
    return tokens_per_step(acceptance, depth) / (1 + overhead)


def implied_overhead(acceptance: float, observed_speed_up: float, depth: int = 1) -> float:
    """Overhead at which acceptance and observed speed-up agree: tokens per step / speed-up − 1.

    Examples
    --------
    >>> round(implied_overhead(0.9, 1.8), 4)
    0.0556
    """
    return tokens_per_step(acceptance, depth) / observed_speed_up - 1


def successor_weights(config: Mapping[str, Any], *, noise: float, seed: int) -> dict[str, Array]:
    """Weights of a made-up language in which every token has one successor, for decoding.

    Embedding and head say "the next token is this one plus one"; the layers add a hundredth of
    what random layers would, the MTP module ``noise`` times as much. Without noise the module's
    draft is always right; the more noise, the more often it is not.
    """
    expected, extra = shapes(config), shapes(config, mtp=True)
    weights = random_weights(expected | extra, seed)
    for name, weight in weights.items():
        if name.endswith(("o_proj.weight", "down_proj.weight", "eh_proj.weight")):
            weight *= noise if name in extra else 0.01
        if name.endswith("eh_proj.weight"):
            weight[:, : len(weight)] += np.eye(len(weight))
    embedding = np.sqrt(config["hidden_size"]) * weights["model.embed_tokens.weight"]
    weights["model.embed_tokens.weight"] = embedding
    return weights | {"lm_head.weight": np.roll(embedding, 1, axis=0)}
