"""The trained miniature's weights, under the published checkpoint's names, small enough to keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from experiments.measures import windows
from experiments.model import Drafter, FeedForward, LatentAttention, Mixture, Model
from experiments.text import KINDS, TOKENIZER, load

FILE = Path(__file__).parents[1] / "analysis" / "mechanisms" / "trained.npz"
PROMPTS, LENGTH = 8, 32
"""Held-out stretches of each kind of text, and their tokens, kept beside the weights."""


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


def vocabulary() -> NDArray[np.bytes_]:
    """The bytes that each token stands for, by its number."""
    names = json.loads(TOKENIZER.read_text(encoding="utf-8"))["model"]["vocab"]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(b): b for b in printable} | {chr(256 + n): b for n, b in enumerate(others)}
    words = {number: bytes(byte_of[letter] for letter in name) for name, number in names.items()}
    return np.array([words[number] for number in range(len(words))])


def save(both: torch.nn.Module, path: Path = FILE) -> None:
    """Write the weights in few bits, with the vocabulary and prompts from held-out text."""
    tensors = published_names(both.model, both.drafter)
    np.savez_compressed(path, **{n: rounded(t) for n, t in tensors.items()}, **beside())


def rounded(tensor: NDArray[Any]) -> NDArray[np.float16]:
    """As float16 with its four last bits zero, which leaves six of ten and packs small."""
    bits = tensor.astype(np.float16).view(np.uint16)
    return ((bits + np.uint16(8)) & np.uint16(0xFFF0)).view(np.float16)


def beside() -> dict[str, NDArray[Any]]:
    """What the page needs besides the weights: the words of the tokens, and the prompts."""
    found: dict[str, NDArray[Any]] = {"vocabulary": vocabulary()}
    for kind in KINDS:
        prompts = windows(load(kind).held_out, PROMPTS, LENGTH)
        found[f"prompts_{kind}"] = prompts.numpy().astype(np.uint16)
    return found
