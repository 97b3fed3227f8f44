"""The trained miniature's weights, under the published checkpoint's names, small enough to keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from experiments.model import Drafter, FeedForward, LatentAttention, Mixture, Model

FILE = Path(__file__).parent / "miniature.npz"


def published_names(model: Model, drafter: Drafter | None = None) -> dict[str, NDArray[np.float32]]:
    """Every tensor under the name that DeepSeek's checkpoint gives it."""
    found = {
        "model.embed_tokens.weight": model.embed_tokens.weight,
        "model.norm.weight": model.norm.weight,
    }
    blocks = list(model.layers)
    if drafter is not None:
        blocks.append(drafter.block)
        prefix = f"model.layers.{len(model.layers)}."
        found |= {
            prefix + "enorm.weight": drafter.enorm.weight,
            prefix + "hnorm.weight": drafter.hnorm.weight,
            prefix + "eh_proj.weight": drafter.eh_proj.weight,
            prefix + "shared_head.norm.weight": drafter.norm.weight,
        }
    for n, block in enumerate(blocks):
        prefix = f"model.layers.{n}."
        for name in ("input_layernorm", "post_attention_layernorm"):
            found[f"{prefix}{name}.weight"] = getattr(block, name).weight
        assert isinstance(block.self_attn, LatentAttention), "the checkpoint's attention is latent"
        for name, parameter in block.self_attn.named_parameters():
            found[f"{prefix}self_attn.{name}"] = parameter
        if isinstance(block.mlp, Mixture):
            found |= _mixture(block.mlp, prefix + "mlp.")
        else:
            found |= _feed_forward(block.mlp, prefix + "mlp.")
    return {name: tensor.detach().cpu().numpy() for name, tensor in found.items()}


def _feed_forward(part: FeedForward, prefix: str) -> dict[str, torch.Tensor]:
    gate, up = part.gate_up.weight.chunk(2)
    return {
        prefix + "gate_proj.weight": gate,
        prefix + "up_proj.weight": up,
        prefix + "down_proj.weight": part.down_proj.weight,
    }


def _mixture(part: Mixture, prefix: str) -> dict[str, torch.Tensor]:
    found = {
        prefix + "gate.weight": part.gate.weight,
        prefix + "gate.e_score_correction_bias": part.bias,
    }
    for n, (gate_up, down) in enumerate(zip(part.gate_up, part.down, strict=True)):
        gate, up = gate_up.chunk(2)
        for name, tensor in (("gate_proj", gate), ("up_proj", up), ("down_proj", down)):
            found[f"{prefix}experts.{n}.{name}.weight"] = tensor
    if part.shared is not None:
        found |= _feed_forward(part.shared, prefix + "shared_experts.")
    return found


def save(both: torch.nn.Module, path: Path = FILE) -> None:
    """Write the weights as float16, compressed."""
    tensors = published_names(both.model, both.drafter)
    np.savez_compressed(path, **{k: v.astype(np.float16) for k, v in tensors.items()})
