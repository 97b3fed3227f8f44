"""From a configuration to its weights: one function for each family of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from analysis.architecture import dense, hybrid, mixtures
from analysis.architecture.blocks import linear, norm
from analysis.architecture.layout import Architecture, Layer, Weight
from analysis.architecture.opening import opened
from analysis.architecture.reading import Config, ConfigError
from analysis.architecture.v4 import v4_final, v4_layer
from press.numbers import is_traced

LayerBuilder = Callable[[Config, int], Layer]


def architecture(config: Mapping[str, Any]) -> Architecture:
    """Every weight of the language model that a Hugging Face ``config.json`` describes.

    Raises
    ------
    ConfigError
        If the model type is unknown, or a field is missing or impossible.
    """
    fields, beside = opened(config)
    return _built(_Fields(fields), beside)


SHAPING = ("num_hash_layers",)
"""Fields, besides the number of layers, that decide which of DeepSeek-V4's layers are alike."""


class _Fields(dict[str, Any]):
    """Fields that a cache can tell apart: by how they are written, so 1 is neither 1.0 nor true.

    Numbers that remember where they were read differ from plain ones.
    """

    def _written(self) -> tuple[Any, ...]:
        return tuple((k, repr(v), is_traced(v) and v.node) for k, v in self.items())

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(self._written())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Fields) and self._written() == other._written()


@lru_cache(maxsize=32)  # one model is asked for its parameters, its cache and its FLOPs
def _built(config: _Fields, beside: tuple[str, ...]) -> Architecture:
    read = Config(config)
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or model_type not in FAMILIES:
        found = repr(model_type) if "model_type" in config else "no such key"
        raise ConfigError("model_type", found, f"one of {', '.join(sorted(FAMILIES))}")
    build = FAMILIES[model_type]
    hidden, count = read.count("hidden_size"), read.count("num_hidden_layers")
    read.at_most("num_hidden_layers", count, MOST_LAYERS, "the most that is counted")
    mtp = read.count("num_nextn_predict_layers", 0, minimum=0) if model_type in WITH_MTP else 0
    read.at_most("num_nextn_predict_layers", mtp, MOST_LAYERS, "the most that is counted")
    first = config.get("first_k_dense_replace")
    return Architecture(
        model_type=model_type,
        embedding=Weight(
            "embedding", "embed_tokens", (read.count("vocab_size"), hidden), product=False
        ),
        layers=tuple(build(read, index) for index in range(count)),
        final=v4_final(read) if model_type == "deepseek_v4" else (norm("norm", hidden),),
        tied=read.flag("tie_word_embeddings", False) and model_type not in NEVER_TIED,
        mtp=tuple(_mtp_module(build(read, count + index), hidden) for index in range(mtp)),
        left_out=beside,
        depth=count,
        dense_first=first if isinstance(first, int) else 0,
        modules=mtp,
        shape=tuple(config[name] for name in SHAPING if isinstance(config.get(name), int)),
    )


def _mtp_module(layer: Layer, hidden: int) -> Layer:
    """A prediction module: the layer, a projection of two inputs to one, and three norms.

    Its embedding and head are the main model's (DeepSeek-V3 report, section 2.2).
    """
    extra = [
        *linear("mtp_projection", "eh_proj", hidden, 2 * hidden),
        *(norm(name, hidden) for name in ("enorm", "hnorm", "shared_head.norm")),
    ]
    return Layer(layer.index, (*layer.weights, *extra), layer.cores)


FAMILIES: Mapping[str, LayerBuilder] = {
    "cohere2": dense.cohere2,
    "deepseek_v2": mixtures.deepseek_v2,
    "deepseek_v3": mixtures.deepseek_v3,
    "deepseek_v32": mixtures.deepseek_v32,
    "deepseek_v4": v4_layer,
    "gemma3": dense.gemma3,
    "gemma4": mixtures.gemma4,
    "glm4_moe": mixtures.glm4_moe,
    "glm_moe_dsa": mixtures.glm_moe_dsa,
    "gpt_oss": mixtures.gpt_oss,
    "granite": dense.llama,
    "kimi_k2": mixtures.deepseek_v3,
    "llama": dense.llama,
    "llama4": mixtures.llama4,
    "mimo_v2_flash": mixtures.mimo_v2_flash,
    "minimax_m2": mixtures.minimax_m2,
    "mistral": dense.mistral,
    "mixtral": mixtures.mixtral,
    "nemotron_h": hybrid.nemotron_h,
    "olmo2": dense.olmo2,
    "olmo3": dense.olmo3,
    "olmoe": mixtures.olmoe,
    "phi3": dense.phi3,
    "qwen2": dense.qwen2,
    "qwen3": dense.qwen3,
    "qwen3_5": hybrid.qwen3_next,
    "qwen3_5_moe": hybrid.qwen3_next,
    "qwen3_moe": mixtures.qwen3_moe,
    "qwen3_next": hybrid.qwen3_next,
}
"""The model types that can be counted, each with the function that lays out one layer."""

MOST_LAYERS = 10_000
NEVER_TIED = frozenset({"nemotron_h"})
"""Model types whose head is a matrix of its own whatever the file says."""
WITH_MTP = frozenset({"deepseek_v3", "deepseek_v32", "kimi_k2", "glm4_moe", "glm_moe_dsa"})
"""Model types whose checkpoint holds ``num_nextn_predict_layers`` prediction modules."""
