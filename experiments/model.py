"""Transformers with DeepSeek-V3's parts, and what each replaced: plain PyTorch.

The parts are those of ``analysis.mechanisms`` and equal them on the same weights. A layer's
attention is grouped (all heads, fewer or one key-value head) or latent; its feed-forward network
is dense or a mixture of experts, balanced by a bias alone.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

EPS, THETA = 1e-6, 10000.0


@dataclass(frozen=True)
class Shape:
    """Sizes of a model; the experiments vary these and nothing else.

    ``latent`` above 0 means latent attention, whose cache is ``latent + rope`` numbers a token and
    layer; otherwise ``groups`` key-value heads of ``head`` numbers, of which the first ``rope``
    turn with position. ``experts`` above 0 means a mixture in all layers but the first ``dense``.
    """

    vocabulary: int
    width: int
    layers: int
    heads: int
    ffn: int = 0
    head: int = 0
    groups: int = 0
    rope: int = 0
    latent: int = 0
    value: int = 0
    experts: int = 0
    top: int = 0
    shared: int = 1
    expert: int = 0
    dense: int = 0
    gate_scale: float = 2.5

    @property
    def cached(self) -> int:
        """Numbers that a token leaves in one layer's cache."""
        return self.latent + self.rope if self.latent else 2 * self.groups * self.head


class Norm(nn.Module):
    """x / √(mean(x²) + ε) · w."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return functional.rms_norm(x, self.weight.shape, self.weight, EPS)


def linear(outputs: int, inputs: int) -> nn.Linear:
    """A matrix without a bias; its values are drawn in ``initialise``."""
    return nn.Linear(inputs, outputs, bias=False)


def rotate(x: Tensor) -> Tensor:
    """Neighbouring pairs turned by position; x has shape (batch, heads, tokens, even number)."""
    half = x.shape[-1] // 2
    turn = THETA ** (-torch.arange(half, device=x.device, dtype=x.dtype) / half)
    angle = torch.arange(x.shape[-2], device=x.device, dtype=x.dtype)[:, None] * turn
    cos, sin, (a, b) = angle.cos(), angle.sin(), x.unflatten(-1, (half, 2)).unbind(-1)
    return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten(-2)


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention, heads side by side: (batch, heads, tokens, size) → (batch, tokens, all)."""
    out = functional.scaled_dot_product_attention(
        q, k, v, is_causal=True, enable_gqa=k.shape[1] < q.shape[1]
    )
    return out.transpose(1, 2).flatten(-2)


class GroupedAttention(nn.Module):
    """Multi-head attention, or grouped or multi-query attention with fewer key-value heads."""

    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.size, self.rope = s.head, s.rope
        self.q_proj = linear(s.heads * s.head, s.width)
        self.k_proj = linear(s.groups * s.head, s.width)
        self.v_proj = linear(s.groups * s.head, s.width)
        self.o_proj = linear(s.width, s.heads * s.head)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (
            project(x).unflatten(-1, (-1, self.size)).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        return self.o_proj(attend(self._turned(q), self._turned(k), v))

    def _turned(self, x: Tensor) -> Tensor:
        return torch.cat([rotate(x[..., : self.rope]), x[..., self.rope :]], -1)


class LatentAttention(nn.Module):
    """Keys and values of all heads from one small latent, positions in one shared rotated key."""

    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.s = s
        self.q_proj = linear(s.heads * (s.head + s.rope), s.width)
        self.kv_a_proj_with_mqa = linear(s.latent + s.rope, s.width)
        self.kv_a_layernorm = Norm(s.latent)
        self.kv_b_proj = linear(s.heads * (s.head + s.value), s.latent)
        self.o_proj = linear(s.width, s.heads * s.value)

    def forward(self, x: Tensor) -> Tensor:
        s = self.s
        q = self.q_proj(x).unflatten(-1, (s.heads, -1)).transpose(1, 2)
        latent, key = self.kv_a_proj_with_mqa(x).split([s.latent, s.rope], -1)
        both = self.kv_b_proj(self.kv_a_layernorm(latent)).unflatten(-1, (s.heads, -1))
        content, value = both.transpose(1, 2).split([s.head, s.value], -1)
        shared = rotate(key[:, None]).expand(-1, s.heads, -1, -1)
        q = torch.cat([q[..., : s.head], rotate(q[..., s.head :])], -1)
        return self.o_proj(attend(q, torch.cat([content, shared], -1), value))


class FeedForward(nn.Module):
    """down(silu(gate(x)) · up(x)), gate and up in one matrix."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_up, self.down_proj = linear(2 * inner, width), linear(width, inner)

    def forward(self, x: Tensor) -> Tensor:
        return swiglu(x, self.gate_up.weight, self.down_proj.weight)


def swiglu(x: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    gate, up = functional.linear(x, gate_up).chunk(2, -1)
    return functional.linear(functional.silu(gate) * up, down)


class Mixture(nn.Module):
    """The shared expert plus the gated answers of the ``top`` chosen experts; drops no token.

    Sigmoid gates, normalised over the chosen and scaled. ``bias`` takes part in the choice only
    and is moved by ``rebalance`` after each step, by the load that the step brought.
    """

    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.top, self.scale = s.top, s.gate_scale
        self.gate = linear(s.experts, s.width)
        self.gate_up = nn.Parameter(torch.empty(s.experts, 2 * s.expert, s.width))
        self.down = nn.Parameter(torch.empty(s.experts, s.width, s.expert))
        self.shared = FeedForward(s.width, s.shared * s.expert) if s.shared else None
        self.register_buffer("bias", torch.zeros(s.experts))
        self.register_buffer("load", torch.zeros(s.experts))

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(0, -2)
        affinity = self.gate(flat).sigmoid()
        chosen = (affinity.detach() + self.bias).topk(self.top).indices
        weight = affinity.gather(1, chosen)
        weight = (weight / weight.sum(1, keepdim=True) * self.scale).flatten()
        load = torch.bincount(chosen.flatten(), minlength=len(self.bias))
        if self.training:
            self.load.copy_(load)
        order = chosen.flatten().argsort(stable=True)
        token = order // self.top
        parts = flat[token].split(load.tolist())
        answers = torch.cat(
            [swiglu(p, self.gate_up[n], self.down[n]) for n, p in enumerate(parts) if len(p)]
        )
        answers = answers * weight[order, None]
        base = self.shared(flat) if self.shared else torch.zeros_like(flat)
        return base.index_add(0, token, answers).view_as(x)

    @torch.no_grad()
    def rebalance(self, speed: float) -> None:
        """Bias down by ``speed`` for experts busier than the mean, up for the others."""
        self.bias += speed * torch.sign(self.load.mean() - self.load)


class Block(nn.Module):
    """One Transformer layer: norm, attention, norm, feed-forward, both added to the stream."""

    def __init__(self, s: Shape, sparse: bool) -> None:
        super().__init__()
        self.input_layernorm, self.post_attention_layernorm = Norm(s.width), Norm(s.width)
        self.self_attn = LatentAttention(s) if s.latent else GroupedAttention(s)
        self.mlp = Mixture(s) if sparse else FeedForward(s.width, s.ffn) if s.ffn else None

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x))
        return x if self.mlp is None else x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    """Embedding, layers, norm; the head is the embedding."""

    def __init__(self, s: Shape) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(s.vocabulary, s.width)
        self.layers = nn.ModuleList(
            Block(s, bool(s.experts) and n >= s.dense) for n in range(s.layers)
        )
        self.norm = Norm(s.width)

    def forward(self, ids: Tensor) -> Tensor:
        """The output after the final norm, shape (batch, tokens, width).

        Where ``ids`` has a third axis, a position's input is the sum of its tokens' embeddings.
        """
        x = self.embed_tokens(ids)
        x = x.sum(2) if ids.ndim == 3 else x
        for block in self.layers:
            x = block(x)
        return self.norm(x)

    def head(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.embed_tokens.weight)


class Drafter(nn.Module):
    """V3's multi-token prediction module; without ``sequential`` it is told no next token.

    V3 report, equations 21 to 25: the norms of the next token's embedding and of the model's
    output, side by side, through one matrix and one layer to the shared head.
    """

    def __init__(self, s: Shape, sequential: bool = True) -> None:
        super().__init__()
        self.sequential = sequential
        self.hnorm = Norm(s.width)
        if sequential:
            self.enorm, self.eh_proj = Norm(s.width), linear(s.width, 2 * s.width)
        self.block, self.norm = Block(s, bool(s.experts)), Norm(s.width)

    def forward(self, model: Model, hidden: Tensor, following: Tensor) -> Tensor:
        """Scores of the token after next."""
        x = self.hnorm(hidden)
        if self.sequential:
            x = self.eh_proj(torch.cat([self.enorm(model.embed_tokens(following)), x], -1))
        return model.head(self.norm(self.block(x)))


@torch.no_grad()
def initialise(module: nn.Module, seed: int, layers: int) -> None:
    """Draw every matrix from a stream of its own, by seed and name.

    Whatever two arms share they start with alike. Standard deviation 1/√inputs; what is added to
    the stream is √(2 · layers) times smaller.
    """
    for name, parameter in module.named_parameters():
        if parameter.ndim == 1:
            parameter.fill_(1.0)
            continue
        stream = torch.Generator().manual_seed(zlib.crc32(f"{seed}:{name}".encode()))
        scale = parameter.shape[-1] ** -0.5
        if name.endswith(("o_proj.weight", "down_proj.weight", "down")):
            scale /= (2 * layers) ** 0.5
        parameter.copy_(torch.randn(parameter.shape, generator=stream) * scale)
