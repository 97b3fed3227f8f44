"""Counting by the public transformers library: its class, built on the meta device.

The meta device knows names and shapes and allocates nothing. Only classes of the installed
library are built: code in a model's folder is never imported, and nothing is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from analysis.architecture.layout import Architecture, Core
from analysis.architecture.opening import NESTED
from analysis.architecture.reading import LARGEST, Config, ConfigError
from analysis.architecture.shapes import TOP_K, Shapes, component, cores_by_projection, laid_out

MOST_LAYERS, MOST_EXPERTS = 2_000, 10_000
"""More would take minutes to build, and no model has them."""
TOKENS = 3
"""Length of the forward pass that shows the layout of the cache."""

ESSENTIAL = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads")
"""Fields that must stand in the file: a class's default for them would be another model."""
SIZE = re.compile(r"size|dim|num_|rank|layers|heads|experts|kernel|window|_per_|topk|top_k|width")


def available() -> str | None:
    """The installed version of transformers, if torch is there too."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("torch")
        return version("transformers")
    except PackageNotFoundError:
        return None


def by_transformers(config: Mapping[str, Any]) -> tuple[Architecture, dict[str, Any]]:
    """The layout of a model as the library's class builds it, and the defaults that it took.

    Raises
    ------
    ConfigError
        If the library has no such class, its class refuses the fields, or the file leaves out
        what would make it another model.
    """
    fields = _checked(config)
    with _quiet():
        made = _library_config(fields)
        text = made.get_text_config()
        _essential(fields, text)
        _consumed(fields, text)
        model = _model(fields, made)
        shapes = {name: tuple(p.shape) for name, p in model.named_parameters()}
        balance = {
            name: tuple(buffer.shape)
            for name, buffer in model.named_buffers()
            if name.endswith("correction_bias")
        }
        cores, unknown = _cores(model, text, shapes)
    laid = laid_out(
        str(fields["model_type"]),
        shapes,
        layers=MOST_LAYERS,  # the library's classes hold no prediction modules
        active_experts=_active(text),
        cores=cores,
        balance=balance,
        unknown=unknown,
    )
    parts = [key for key in getattr(made, "sub_configs", {}) if key not in fields]
    beside = {key: "of the class" for key in parts if key not in NESTED and _read(made, key)}
    return laid, {**_defaults(fields, text), **beside}


def _checked(config: Mapping[str, Any]) -> dict[str, Any]:
    """The fields without what would run code or choose kernels; sizes within reason."""
    fields = dict(Config(config).fields)
    kind = fields.get("model_type")
    if not isinstance(kind, str):
        found = repr(kind) if "model_type" in fields else "no such key"
        raise ConfigError("model_type", found, "the name of a model type")
    for key in ("quantization_config", "auto_map", "compression_config", "dtype", "torch_dtype"):
        fields.pop(key, None)
    for key in NESTED:
        if isinstance(fields.get(key), Mapping):
            fields[key] = {
                k: v
                for k, v in fields[key].items()
                if k not in ("quantization_config", "auto_map", "dtype", "torch_dtype")
            }
    for part in (fields, *(fields[k] for k in NESTED if isinstance(fields.get(k), Mapping))):
        _sane(part)
    return fields


def _sane(fields: Mapping[str, Any]) -> None:
    for key, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not SIZE.search(key):
            continue
        limit = MOST_LAYERS if "layers" in key else MOST_EXPERTS if "experts" in key else LARGEST
        if abs(value) > limit:
            raise ConfigError(key, f"{value:g}", f"at most {limit:,}")


def _library_config(fields: dict[str, Any]) -> Any:
    from transformers import CONFIG_MAPPING

    kind = fields["model_type"]
    if kind not in CONFIG_MAPPING:
        raise ConfigError("model_type", repr(kind), "a model type of the installed transformers")
    return _asked(lambda: CONFIG_MAPPING[kind].from_dict(dict(fields)), kind)


def _asked(question: Callable[[], Any], kind: str) -> Any:
    """What the library answers, its refusals in our words: it may raise anything."""
    try:
        return question()
    except ConfigError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        found = f"fields that the class of {kind!r} refuses ({reason})"
        raise ConfigError("(whole file)", found, "a configuration of that model") from None


def _essential(fields: Mapping[str, Any], text: Any) -> None:
    """Refuse a file that leaves the size of its model to a default."""
    places = [fields, *(fields[k] for k in NESTED if isinstance(fields.get(k), Mapping))]
    known = getattr(text, "attribute_map", {})
    for key in ESSENTIAL:
        names = {key, known.get(key, key)}
        if key == "num_hidden_layers":
            names |= {"layers_block_type", "hybrid_override_pattern"}  # one entry a layer
        if key == "num_attention_heads" and _read(text, key) is None:
            continue  # a model of state spaces alone
        if not any(place.get(name) is not None for place in places for name in names):
            raise ConfigError(key, "no such key", "a whole number of at least 1")


def _consumed(fields: Mapping[str, Any], text: Any) -> None:
    """Refuse a file whose sizes the library's class does not take up."""
    inner = next((fields[k] for k in NESTED if isinstance(fields.get(k), Mapping)), fields)
    for key in (*ESSENTIAL, "intermediate_size", "moe_intermediate_size", "num_key_value_heads"):
        asked, got = inner.get(key), _read(text, key)
        if isinstance(asked, int) and isinstance(got, int) and asked != got:
            raise ConfigError(
                key, str(asked), f"a field that transformers reads (it takes its own {got} instead)"
            )


def _model(fields: Mapping[str, Any], made: Any) -> Any:
    """The library's class on the meta device; it must be one that writes text."""
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForImageTextToText

    kind = str(fields["model_type"])
    for auto in (AutoModelForImageTextToText, AutoModelForCausalLM):
        if type(made) in auto._model_mapping:
            with torch.device("meta"):
                build = partial(auto.from_config, made, attn_implementation="eager")
                model = _asked(build, kind)
            return model.eval()
    raise ConfigError("model_type", repr(kind), "a model that writes text")


def _read(text: Any, key: str) -> Any:
    """A field of the library's configuration; some differ by layer and refuse to be read."""
    try:
        return getattr(text, key, None)
    except Exception:
        return None


def _active(text: Any) -> int | None:
    found = next((_read(text, key) for key in TOP_K if _read(text, key)), None)
    return int(found) if isinstance(found, int) else None


def _cores(model: Any, text: Any, shapes: Shapes) -> tuple[dict[int, tuple[Core, ...]], int]:
    """What each layer keeps, as the library's own cache holds it after a few tokens.

    Classes that cannot run on shapes alone are read by the matrices that fill the cache.
    """
    import torch

    keys = ("layer_types", "sliding_window", "attention_chunk_size")
    count = int(text.num_hidden_layers)
    projected, unknown = cores_by_projection({k: _read(text, k) for k in keys}, shapes, count)
    inner = getattr(model, "language_model", None)
    if inner is None or not hasattr(inner, "lm_head"):
        inner = model
    try:
        if hasattr(model, "set_experts_implementation"):
            model.set_experts_implementation("batched_mm")  # no branch on data, which meta lacks
        with torch.no_grad():
            tokens = torch.zeros((1, TOKENS), dtype=torch.long, device="meta")
            cache = inner(input_ids=tokens, use_cache=True).past_key_values
    except Exception:  # a forward pass on shapes alone is more than some classes can do
        cache = None
    layers = getattr(cache, "layers", None)
    if not layers or len(layers) < count:
        return projected, unknown
    found = {
        index: tuple(_core(layer, text, shapes, index, projected))
        for index, layer in enumerate(layers)
    }
    return found, 0


def _core(
    layer: Any,
    text: Any,
    shapes: Shapes,
    index: int,
    projected: Mapping[int, tuple[Core, ...]],
) -> Iterator[Core]:
    keys, values = getattr(layer, "keys", None), getattr(layer, "values", None)
    picked = _indexer(layer)
    if keys is not None and values is not None and keys.dim() == 4:
        cached = (keys.numel() + values.numel()) // keys.shape[-2]
        heads = _read(text, "num_attention_heads")
        kind, reach = "full", getattr(layer, "sliding_window", None)
        if _read(text, "kv_lora_rank") and keys.shape[1] == 1:
            sizes = (text.qk_nope_head_dim, text.qk_rope_head_dim, text.v_head_dim)
            kind, width = "latent", int(heads) * sum(map(int, sizes))
        elif index in projected:
            width = projected[index][0].width
        elif isinstance(heads, int):
            width = heads * (keys.shape[-1] + values.shape[-1])
        else:
            raise ConfigError("num_attention_heads", repr(heads), "a whole number of at least 1")
        if reach and kind == "full":
            kind = "sliding"
        best = _read(text, "index_topk") if hasattr(layer, "indexer_keys") else None
        yield Core(kind, width, cached, reach or best, reach)
    if picked:
        scorers = int(_read(text, "index_n_heads") or 1)
        yield Core("indexer", scorers * (picked + 1), picked)
    held, mixed = (_held(getattr(layer, key, None)) for key in ("recurrent_states", "conv_states"))
    if held or mixed:
        delta = any(
            f".{index}." in name and component(name) == "linear_attention" for name in shapes
        )
        yield Core("state", (3 if delta else 2) * held, 0, reach=1, state=held + mixed)


def _indexer(layer: Any) -> int:
    """Elements a token that a layer keeps beside keys and values, to pick positions by."""
    for key in ("indexer_keys", "idx_keys"):
        kept = getattr(layer, key, None)
        if kept is not None:
            return int(kept.numel()) // TOKENS
    return 0


def _held(states: Any) -> int:
    """Elements of one layer's constant state; some classes keep several by number."""
    if states is None:
        return 0
    return sum(_held(s) for s in states.values()) if isinstance(states, dict) else states.numel()


def _defaults(fields: Mapping[str, Any], text: Any) -> dict[str, Any]:
    """Sizes that the file does not give and the class filled in."""
    places = [fields, *(fields[k] for k in NESTED if isinstance(fields.get(k), Mapping))]
    named = {key for place in places for key in place}
    known = getattr(text, "attribute_map", {})
    given = named | {known[key] for key in named if key in known}
    given |= {key for key, other in known.items() if other in named}
    return {
        key: value
        for key, value in sorted(text.to_dict().items())
        if value
        and SIZE.search(key)
        and isinstance(value, int)
        and not isinstance(value, bool)
        and key not in given
        and "token" not in key
        and not key.startswith(("max_", "chunk_"))
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """No network, no warnings of the library on our output."""
    import os
    import warnings

    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import transformers

    level = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            transformers.logging.set_verbosity(level)
