"""Opening a configuration: the language model inside, under the names that are read here.

Models that also see or hear keep their language model in a nested object, and transformers 5
saves some fields under other names than their publishers did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.architecture.reading import Config, ConfigError

Fields = Mapping[str, Any]

NESTED = ("text_config", "llm_config", "language_config")
"""Where the language model of a larger model is kept."""

NO_PART = frozenset({"quantization_config", "compression_config", "generation_config", *NESTED})

SAME = {
    "deepseek_ref": "deepseek_v4",
    "gemma3_text": "gemma3",
    "gemma4_text": "gemma4",
    "kimi_k25": "kimi_k2",
    "llama4_text": "llama4",
    "mimo": "qwen2",
    "qwen3_5_moe_text": "qwen3_5_moe",
    "qwen3_5_text": "qwen3_5",
    "qwen3_vl": "qwen3",
    "qwen3_vl_moe": "qwen3_moe",
    "qwen3_vl_moe_text": "qwen3_moe",
    "qwen3_vl_text": "qwen3",
}
"""Model types whose language model is laid out as another's."""

TIED = frozenset({"cohere2", "gemma3", "gemma4"})
"""Model types whose head is the embedding unless the file says otherwise."""


def opened(config: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The language model's own fields, and the parts beside it that they do not describe.

    Examples
    --------
    >>> opened({"model_type": "qwen3_vl", "text_config": {"hidden_size": 8},
    ...         "vision_config": {"hidden_size": 4}})
    ({'hidden_size': 8, 'model_type': 'qwen3'}, ('vision_config',))
    """
    outer = dict(Config(config).fields)
    inner = next((outer[key] for key in NESTED if isinstance(outer.get(key), Mapping)), None)
    beside: tuple[str, ...] = ()
    if inner is None or "hidden_size" in outer:
        fields = outer
    else:
        fields = dict(inner)
        beside = tuple(sorted(key for key, part in outer.items() if _is_model(key, part)))
        if not fields.get("model_type"):
            fields["model_type"] = outer.get("model_type")
        if isinstance(outer.get("tie_word_embeddings"), bool):
            fields["tie_word_embeddings"] = outer["tie_word_embeddings"]
    kind = fields.get("model_type")
    if isinstance(kind, str):
        fields["model_type"] = SAME.get(kind, kind)
        _old_names(fields)
    return fields, beside


def _is_model(key: str, part: Any) -> bool:
    """Whether a nested object describes a network of its own: an eye or an ear."""
    return key.endswith("_config") and key not in NO_PART and isinstance(part, Mapping)


def _old_names(fields: dict[str, Any]) -> None:
    """Put a re-saved file's values under the names that its publisher uses."""
    kind = fields["model_type"]
    if kind in TIED:
        fields.setdefault("tie_word_embeddings", True)
    if kind == "qwen3_moe" and "num_experts" not in fields and "num_local_experts" in fields:
        fields["num_experts"] = fields["num_local_experts"]
    if kind == "nemotron_h" and "num_hidden_layers" not in fields:
        for key in ("layers_block_type", "hybrid_override_pattern"):  # one entry a layer
            if isinstance(fields.get(key), list | str) and fields[key]:
                fields.setdefault("num_hidden_layers", len(fields[key]))
    if kind == "deepseek_v4":
        _v4_names(fields)


def _v4_names(fields: dict[str, Any]) -> None:
    """Layers by the name of their kind, as transformers 5 saves DeepSeek-V4."""
    mlp, kinds, rates = (
        fields.get(k) for k in ("mlp_layer_types", "layer_types", "compress_rates")
    )
    if "num_hash_layers" not in fields and isinstance(mlp, list):
        hashed = mlp.count("hash_moe")
        if any(kind not in ("hash_moe", "moe") for kind in mlp) or "hash_moe" in mlp[hashed:]:
            raise ConfigError("mlp_layer_types", repr(mlp), "'hash_moe' first, then 'moe'")
        fields["num_hash_layers"] = hashed
    if "compress_ratios" not in fields and isinstance(kinds, list) and isinstance(rates, Mapping):
        fields["compress_ratios"] = [rates.get(kind, 0) for kind in kinds]
