"""A published checkpoint: its configuration, the names and shapes of its tensors, and checks.

Names are those of the files that DeepSeek published. Shapes come from ``analysis.architecture``,
so that what is counted there and what runs here are one description.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.architecture.families import architecture
from analysis.architecture.layout import Weight
from analysis.architecture.reading import Config as Reader
from analysis.architecture.reading import ConfigError

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Weights = Mapping[str, Array]
Shapes = Mapping[str, tuple[int, ...]]

FIXED = {
    "model_type": "deepseek_v3",
    "hidden_act": "silu",
    "scoring_func": "sigmoid",
    "topk_method": "noaux_tc",
    "moe_layer_freq": 1,
}
"""Keys of a configuration that have one possible value in DeepSeek-V3."""


class CheckpointError(ValueError):
    """A tensor or a token that cannot be used: what was found and what was expected."""


@dataclass(frozen=True)
class Config:
    """The fields of ``config.json`` that the forward pass needs, under their published names.

    Fields with a default here have DeepSeek-V3's own value where they are absent.
    """

    vocab_size: int
    num_hidden_layers: int
    num_attention_heads: int
    n_routed_experts: int
    num_experts_per_tok: int
    kv_lora_rank: int
    qk_rope_head_dim: int
    qk_nope_head_dim: int
    q_lora_rank: int | None = None
    n_group: int = 8
    topk_group: int = 4
    norm_topk_prob: bool = True
    routed_scaling_factor: float = 2.5
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    rope_scaling: Mapping[str, Any] | None = None
    rope_interleave: bool = True

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Config:
        """The configuration in a mapping with the keys of a published ``config.json``.

        Raises
        ------
        ConfigError
            With the key, what was found and what is needed.
        """
        architecture(FIXED | dict(config))  # refuses a missing or impossible size
        only = FIXED | {"num_key_value_heads": config["num_attention_heads"]}
        for key, value in only.items():
            if config.get(key, value) != value:
                raise ConfigError(key, repr(config[key]), repr(value))
        rope = config.get("rope_parameters") or {}  # where transformers 5 keeps both RoPE fields
        known = {"rope_scaling": rope, "rope_theta": rope.get("rope_theta", 10000.0)}
        known |= {key: value for key, value in config.items() if value is not None}
        return cls(**{f.name: known[f.name] for f in fields(cls) if f.name in known})._checked()

    def _checked(self) -> Config:
        for key in ("n_group", "topk_group"):
            Reader({key: getattr(self, key)}).count(key)
        group = self.n_routed_experts // self.n_group
        kept = self.topk_group * group
        for holds, key, needed in (
            (self.qk_rope_head_dim % 2 == 0, "qk_rope_head_dim", "an even number"),
            (
                self.n_routed_experts % self.n_group == 0,
                "n_routed_experts",
                "a multiple of n_group",
            ),
            (group >= 2, "n_group", "groups of two experts or more"),
            (self.topk_group <= self.n_group, "topk_group", f"at most n_group = {self.n_group}"),
            (self.num_experts_per_tok <= kept, "num_experts_per_tok", f"at most {kept}"),
        ):
            if not holds:
                raise ConfigError(key, str(getattr(self, key)), needed)
        kind = self.yarn.get("type", self.yarn.get("rope_type")) if self.yarn else "yarn"
        if kind != "yarn":
            raise ConfigError("rope_scaling", f"type {kind!r}", "type 'yarn', or null")
        for key in ("factor", "original_max_position_embeddings") if self.yarn else ():
            if not isinstance(self.yarn.get(key), int | float) or self.yarn[key] <= 0:
                raise ConfigError(f"rope_scaling.{key}", repr(self.yarn.get(key)), "a number > 0")
        return self

    @property
    def yarn(self) -> Mapping[str, Any]:
        """The YaRN fields, or nothing if positions are not stretched."""
        scaling = self.rope_scaling or {}
        return {} if scaling.get("rope_type") == "default" else scaling

    @property
    def cache_width(self) -> int:
        """Elements that the cache keeps of one token in one layer: the latent and the RoPE key."""
        return self.kv_lora_rank + self.qk_rope_head_dim


def shapes(config: Mapping[str, Any], *, mtp: bool = False) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of the main model, or of its MTP module.

    The checkpoint repeats embedding and head in the MTP module; they are the main model's.

    Examples
    --------
    >>> shapes(TINY)["model.layers.0.self_attn.kv_a_proj_with_mqa.weight"]
    (20, 32)
    """
    built = architecture(FIXED | {**config, "num_nextn_predict_layers": 1})
    found: dict[str, tuple[int, ...]] = {}
    for layer in built.mtp if mtp else built.layers:
        for weight in layer.weights:
            for name in _names(weight):
                found[f"model.layers.{layer.index}.{name}"] = weight.shape
    if not mtp:
        found["model.embed_tokens.weight"] = built.embedding.shape
        found["model.norm.weight"] = built.final[0].shape
        if not built.tied:
            found["lm_head.weight"] = built.head.shape
    return found


def _names(weight: Weight) -> Iterator[str]:
    """What the checkpoint calls a weight within its layer, one name a copy."""
    part = {
        "attention": "self_attn.",
        "router": "mlp.",
        "routed_experts": "mlp.experts.{}.",
        "shared_experts": "mlp.shared_experts.",
        "dense_ffn": "mlp.",
        "norms": "self_attn." if "_a_layernorm" in weight.name else "",
    }.get(weight.component, "")
    end = "" if weight.name.endswith("bias") else ".weight"
    for copy in range(weight.copies):
        yield part.format(copy) + weight.name + end


def checked(weights: Mapping[str, Any], expected: Shapes) -> dict[str, Array]:
    """The expected tensors in float64, each of the expected shape; others are left out.

    Raises
    ------
    CheckpointError
        With the tensor's name, the shape found and the shape expected.
    """
    found = {}
    for name, shape in expected.items():
        if name not in weights:
            raise CheckpointError(f"tensor {name!r} is missing, expected shape {shape}")
        array = np.asarray(weights[name])
        if array.shape != shape:
            raise CheckpointError(f"tensor {name!r} has shape {array.shape}, expected {shape}")
        if name + "_scale_inv" in weights or array.dtype.kind != "f":
            need = "floating-point numbers; convert the FP8 files to BF16 or float32 first"
            raise CheckpointError(f"tensor {name!r} holds {array.dtype}, expected {need}")
        if not np.isfinite(array).all():
            raise CheckpointError(f"tensor {name!r} holds NaN or infinity, expected finite numbers")
        found[name] = array.astype(np.float64)
    return found


def random_weights(expected: Shapes, seed: int) -> dict[str, Array]:
    """Random tensors of the expected shapes: norms near one, the rest scaled to keep variance.

    From NumPy's frozen ``RandomState``, so that recorded results hold for every later NumPy.

    Examples
    --------
    >>> random_weights({"model.norm.weight": (2,)}, seed=0)["model.norm.weight"].round(2)
    array([1.18, 1.04])
    """
    rng, found = np.random.RandomState(seed), {}
    for name, shape in sorted(expected.items()):
        draw = rng.standard_normal(shape)
        scale = shape[-1] ** -0.5 if len(shape) > 1 else 0.1
        found[name] = 1 + scale * draw if "norm" in name else scale * draw
    return found


TINY: dict[str, Any] = {
    "model_type": "deepseek_v3", "vocab_size": 64, "hidden_size": 32, "intermediate_size": 48,
    "moe_intermediate_size": 12, "num_hidden_layers": 3, "first_k_dense_replace": 1,
    "num_attention_heads": 4, "num_key_value_heads": 4, "q_lora_rank": 24, "kv_lora_rank": 16,
    "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8, "n_routed_experts": 16,
    "n_shared_experts": 1, "num_experts_per_tok": 4, "n_group": 4, "topk_group": 2,
    "norm_topk_prob": True, "routed_scaling_factor": 2.5, "rms_norm_eps": 1e-6,
    "max_position_embeddings": 2560, "rope_theta": 10000,
    "rope_scaling": {"type": "yarn", "factor": 40, "original_max_position_embeddings": 64,
                     "beta_fast": 32, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 1.0},
}  # fmt: skip
"""DeepSeek-V3's configuration, shrunk: the same mechanisms, about a ten-millionth of the size."""
