"""Associative recall: read pairs of a key and a value, then name the value of every key.

After Arora et al. 2023 ("Zoology"), with one change that suits short runs: key and value arrive at
the same position (the sum of their embeddings), so that no layer is spent on joining neighbours.
What a position leaves in the cache is all that can be recalled of it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

KEYS = VALUES = 256
ASK = KEYS + VALUES
"""The token that stands where a value is asked for."""
VOCABULARY = ASK + 1
PAIRS = (32, 64, 128)
TOKENS = 2048
"""Of a batch, whatever the number of pairs."""


def texts(rng: np.random.RandomState, pairs: int, count: int) -> tuple[Tensor, Tensor]:
    """``count`` texts and their answers.

    Returns
    -------
    tuple of Tensor
        Shape (count, 2 · pairs, 2): the pairs, then each key beside ``ASK`` in another order;
        shape (count, pairs): the values asked for.
    """
    keys = rng.random_sample((count, KEYS)).argsort(1)[:, :pairs]
    values = KEYS + rng.randint(VALUES, size=(count, pairs))
    order = rng.random_sample((count, pairs)).argsort(1)
    asked = np.take_along_axis(keys, order, 1)
    told, ask = np.stack([keys, values], 2), np.stack([asked, np.full_like(asked, ASK)], 2)
    answers = np.take_along_axis(values, order, 1)
    return torch.from_numpy(np.concatenate([told, ask], 1)), torch.from_numpy(answers)


def batch(rng: np.random.RandomState) -> tuple[Tensor, Tensor]:
    """A batch of ``TOKENS`` tokens, all its texts with the same random number of pairs."""
    pairs = PAIRS[rng.randint(len(PAIRS))]
    return texts(rng, pairs, TOKENS // (2 * pairs))
