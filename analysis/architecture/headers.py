"""Counting from a checkpoint's own list of weights: a safetensors header or an index of shards.

Only names, types and shapes are needed, which stand at the beginning of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from analysis.architecture.layout import Architecture
from analysis.architecture.opening import opened
from analysis.architecture.reading import ConfigError
from analysis.architecture.shapes import TOP_K, cores_by_projection, laid_out, layer_of

SCALES = ("scale", "scale_inv", "scales", "scale_2", "zero_point", "qzeros", "g_idx", "amax")
"""How the names of a quantised weight's companions end: they are no parameters."""
IN_HALVES = ("weight_packed", "_blocks", "weight", "_proj")
"""How the names of weights end that hold two numbers of four bits in a byte."""

Entry = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Listed:
    """The weights of a checkpoint: type and shape by name, and how many bytes they take."""

    entries: Mapping[str, Entry]
    scales: int = 0


def is_header(data: Mapping[str, Any]) -> bool:
    """Whether an object is a safetensors header: weights with type, shape and place."""
    some = [value for key, value in data.items() if key != "__metadata__"]
    return bool(some) and all(isinstance(v, dict) and "shape" in v and "dtype" in v for v in some)


def is_index(data: Mapping[str, Any]) -> bool:
    """Whether an object is a ``model.safetensors.index.json``."""
    return isinstance(data.get("weight_map"), dict)


def whole_header(
    index: Mapping[str, Any], shard: Callable[[str], Mapping[str, Any] | None]
) -> dict[str, Any]:
    """The headers of all shards that an index names, as ``shard`` finds them by name.

    Raises
    ------
    ConfigError
        If one is not there: an index has names, but no shapes.
    """
    made: dict[str, Any] = {}
    for name in sorted({str(name) for name in index["weight_map"].values()}):
        found = shard(name)
        if found is None:
            meta = index.get("metadata")
            size = meta.get("total_size") if isinstance(meta, Mapping) else None
            told = f" (metadata: {size:,} bytes in all)" if isinstance(size, int) else ""
            raise ConfigError(
                "weight_map",
                f"{len(index['weight_map']):,} names without shapes{told}",
                f"{name} beside the index, of which only the beginning is read",
            )
        made |= found
    return made


def listed(header: Mapping[str, Any]) -> Listed:
    """The parameters that a header lists, numbers of four bits told apart from bytes."""
    entries: dict[str, Entry] = {}
    scales = 0
    for name, found in header.items():
        if name == "__metadata__":
            continue
        dtype, shape = found.get("dtype"), found.get("shape")
        if not isinstance(shape, list) or any(type(n) is not int or n < 0 for n in shape):
            raise ConfigError(name, repr(shape), "a shape: a list of whole numbers")
        if name.rpartition(".")[2].endswith(SCALES) or name.endswith(SCALES):
            scales += prod(shape)
            continue
        if dtype == "I32" and name.endswith("qweight"):
            raise ConfigError(
                name, "several numbers in one (I32)", "an unpacked or 4-bit float checkpoint"
            )
        wide = tuple(shape)
        if dtype in ("U8", "F4") and name.endswith(IN_HALVES) and wide:
            if name.endswith("_blocks"):  # rows of blocks of 32: (..., blocks, 16 bytes)
                wide = (*wide[:-2], wide[-2] * wide[-1] * 2) if len(wide) > 1 else wide
            elif dtype == "U8":
                wide = (*wide[:-1], wide[-1] * 2)
        plain = name.removesuffix("_packed").removesuffix("_blocks")
        entries[plain] = (str(dtype), wide)
    if not entries:
        raise ConfigError("(header)", "no weight", "at least one")
    return Listed(entries, scales)


def by_header(
    header: Mapping[str, Any], config: Mapping[str, Any] | None = None
) -> tuple[Architecture, int]:
    """The layout of a checkpoint, and how many numbers in it are scales of quantised weights.

    Parameters
    ----------
    header
        A safetensors header: names with ``dtype`` and ``shape``.
    config
        The model's configuration, for what names and shapes do not say: experts used by a
        token, windows, and which layers are prediction modules.
    """
    fields = opened(config)[0] if config else {}
    found = listed(header)
    biases = {n: s for n, (_, s) in found.entries.items() if n.endswith("correction_bias")}
    shapes = {n: s for n, (_, s) in found.entries.items() if n not in biases}
    known = fields.get("num_hidden_layers")
    layers = known if isinstance(known, int) else 1 + max(map(_layer, shapes), default=0)
    active = next((fields[key] for key in TOP_K if isinstance(fields.get(key), int)), None)
    cores, unknown = cores_by_projection(fields, shapes, layers)
    made = laid_out(
        str(fields.get("model_type", "unknown")),
        shapes,
        layers=layers,
        active_experts=active,
        cores=cores,
        balance=biases,
        unknown=unknown,
    )
    return made, found.scales


def _layer(name: str) -> int:
    index = layer_of(name)
    return -1 if index is None else index
