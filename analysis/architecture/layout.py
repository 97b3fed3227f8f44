"""What a model is made of: named weights with their shapes, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from typing import Any

from press.numbers import shaped

COMPONENTS = (
    "embedding",
    "attention",
    "indexer",
    "linear_attention",
    "state_space",
    "router",
    "routed_experts",
    "shared_experts",
    "dense_ffn",
    "norms",
    "hyper_connections",
    "mtp_projection",
    "other",
    "head",
    "vision",
)
"""The groups that every parameter falls into, in the order a token meets them."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight, or several alike (the experts of a layer).

    ``copies`` exist; a token uses ``active`` of them. A ``product`` is a weight that a token's
    vector is multiplied with (as opposed to looked up, added or scaled by).
    """

    component: str
    name: str
    shape: tuple[int, ...]
    copies: int = 1
    active: int = 1
    product: bool = True

    @property
    def parameters(self) -> int:
        """How many numbers are stored."""
        return prod(self.shape) * self.copies

    @property
    def active_parameters(self) -> int:
        """How many of them one token uses."""
        return prod(self.shape) * self.active

    @property
    def flops(self) -> int:
        """Floating-point operations of a forward pass, per token: a multiply and an add each."""
        return 2 * self.active_parameters if self.product else 0


@dataclass(frozen=True, slots=True)
class Core:
    """Attention proper: what a token computes with, and keeps for, every position it sees.

    Parameters
    ----------
    width
        Multiply-adds per token and position: heads x (query-key size + value size).
    reach
        At most so many positions are attended to; ``None`` means all.
    cached
        Elements that a position leaves in the cache of this layer.
    kept
        The cache holds at most so many tokens; ``None`` means all.
    stride
        One position stands for so many tokens (the compressed cache of DeepSeek-V4).
    state
        Elements that the layer holds whatever the context: linear attention and state spaces.
    chunked
        Whether ``reach`` is a chunk whose positions see one another, not a window that slides.
    """

    name: str
    width: int
    cached: int
    reach: int | None = None
    kept: int | None = None
    stride: int = 1
    state: int = 0
    chunked: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A transformer layer."""

    index: int
    weights: tuple[Weight, ...]
    cores: tuple[Core, ...]

    @property
    def sparse(self) -> bool:
        """Whether the layer has routed experts."""
        return any(weight.component == "routed_experts" for weight in self.weights)


@dataclass(frozen=True)
class Architecture:
    """A model: what stands before, in and after its layers, and its prediction modules."""

    model_type: str
    embedding: Weight
    layers: tuple[Layer, ...]
    final: tuple[Weight, ...]
    tied: bool
    mtp: tuple[Layer, ...] = ()
    extra: tuple[Weight, ...] = ()
    """What stands outside the layers: further embeddings, projections, towers for pictures."""
    left_out: tuple[str, ...] = ()
    """Parts that the configuration announces and that are not counted, in words."""
    unknown: int = 0
    """Layers that keep something from token to token that is not understood."""
    depth: int = 0
    dense_first: int = 0
    modules: int = 0
    """Numbers of layers, of those without experts, and of prediction modules, as configured."""
    shape: tuple[int, ...] = ()
    """What else of the configuration decides which layers are alike."""

    @cached_property
    def groups(self) -> list[tuple[Layer, int]]:
        """The layers that are alike, one of each kind, with how many there are.

        The counts are the configuration's own numbers where it states them (``depth`` layers,
        ``dense_first`` of them without experts), so that they remember where they were read.
        """
        found = _alike(self.layers)
        counts: list[int] = [count for _, count in found]
        if counts == [self.depth]:
            counts = [self.depth]
        elif counts == [self.dense_first, self.depth - self.dense_first]:
            counts = [self.dense_first, self.depth - self.dense_first]
        else:
            counts = [shaped(count, self.depth, *self.shape) for count in counts]
        return [(layer, count) for (layer, _), count in zip(found, counts, strict=True)]

    @cached_property
    def module_groups(self) -> list[tuple[Layer, int]]:
        """The same of the prediction modules."""
        found = _alike(self.mtp)
        alike = [count for _, count in found] == [self.modules]
        return [(layer, self.modules if alike else count) for layer, count in found]

    @property
    def module_weights(self) -> tuple[Weight, ...]:
        """Every weight of the prediction modules, those of like modules as one."""
        return _counted(self.module_groups)

    @property
    def head(self) -> Weight:
        """The product that turns the last layer's output into scores for every token."""
        rows, columns = self.embedding.shape
        return Weight("head", "lm_head", (rows, columns))

    @property
    def weights(self) -> tuple[Weight, ...]:
        """Every weight of the main model, those of like layers as one with many copies.

        A tied head is the embedding and stands once.
        """
        head = () if self.tied else (self.head,)
        return (self.embedding, *_counted(self.groups), *self.final, *head, *self.extra)


def _alike(layers: tuple[Layer, ...]) -> list[tuple[Layer, int]]:
    kinds: dict[Any, list[Layer]] = {}
    for layer in layers:
        kinds.setdefault((layer.weights, layer.cores), []).append(layer)
    return [(kind[0], len(kind)) for kind in kinds.values()]


def _counted(groups: list[tuple[Layer, int]]) -> tuple[Weight, ...]:
    return tuple(
        replace(weight, copies=weight.copies * count, active=weight.active * count)
        for layer, count in groups
        for weight in layer.weights
    )
