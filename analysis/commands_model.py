"""The command ``model``: counts of any model, from a configuration or a checkpoint's header."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from press.commands import add, print_json, print_table, read
from press.formats import format_number

SCHEMA = "model/1"


def add_to(subs: Any) -> None:
    """Describe the command to the parser."""
    model = add(subs, "model", _model, json=True)
    model.add_argument(
        "config",
        type=Path,
        nargs="?",
        metavar="CONFIG",
        help="a config.json, a .safetensors file or its index; - reads from standard input",
    )
    model.add_argument(
        *("--context", "-c"),
        type=int,
        default=4096,
        metavar="TOKENS",
        help="length of the context, in tokens; 4096 unless given",
    )
    model.add_argument(
        "--by",
        default="auto",
        metavar="WHAT",
        help="own, transformers or auto: ours where it counts the whole model; auto unless given",
    )
    model.add_argument(
        "--families", action="store_true", help="list the model types that need no transformers"
    )


def _model(options: argparse.Namespace) -> int:
    """Count the parameters, KV cache and FLOPs of any model.

    Reads an unmodified config.json as published on Hugging Face, the language model of a larger
    one included; or the names and shapes in a .safetensors file or in the shards beside a
    model.safetensors.index.json, whose weights are not read. Prints total and active parameters by
    component, the KV cache in bytes per token and for the context, and the floating-point
    operations per token, forward and in training.

    Families that this package does not lay out itself are built by the transformers library on
    the meta device, where it is installed (pip install '.[models]'). The output says what counted
    and what was left out. Code in a model's folder is never run, and nothing is downloaded.

    Examples:
      python -m analysis model config.json
      python -m analysis model config.json --context 128000 --json
      python -m analysis model model.safetensors.index.json

    Exit status: 0; 2 if the model cannot be counted (says which field, and what is needed).
    """
    if options.families:
        from analysis.architecture import FAMILIES

        print("\n".join(sorted(FAMILIES)))
        return 0
    if options.config is None:
        raise ValueError("CONFIG: found none, expected a file; - reads from standard input")
    result = {"schema": SCHEMA, **counted(options.config, options.context, options.by)}
    if options.json:
        print_json(result)
        return 0
    print_table(("quantity", "value"), _rows(result))
    for part in result["left_out"]:
        print(f"not counted: {part}")
    return 0


def counted(path: Path, context: int = 4096, by: str = "auto") -> dict[str, Any]:
    """The counts of the model that a file describes.

    Raises
    ------
    ValueError
        If it cannot be counted: file, field, what was found, what is needed.
    """
    from analysis.architecture import ConfigError
    from analysis.architecture.anything import describe_anything
    from analysis.architecture.headers import is_header, is_index
    from press.safetensors import header

    beside = path.parent / "config.json"
    try:
        data = header(path) if path.suffix == ".safetensors" else parsed(path)
        weights = is_header(data) or is_index(data)
        config = parsed(beside) if weights and beside.is_file() else None
        return describe_anything(
            data, context, by=by, shard=partial(_shard, path.parent), config=config
        )
    except ConfigError as error:
        raise ValueError(f"{path}: {error}") from None


def _shard(folder: Path, name: str) -> dict[str, Any] | None:
    """The header of a file beside an index; names that lead elsewhere are not followed."""
    from press.safetensors import header

    path = folder / Path(name).name
    return header(path) if path.is_file() else None


def parsed(path: Path) -> dict[str, Any]:
    """The JSON object in a file, refused in plain words where there is none."""

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of the file, refused if it names a key twice."""
        if len(made := dict(pairs)) < len(pairs):
            twice = next(key for i, (key, _) in enumerate(pairs) if key in dict(pairs[:i]))
            raise ValueError(f"found key '{twice}' twice")
        return made

    text = read(path)
    try:
        data = json.loads(text, object_pairs_hook=fields)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"{path}:{error.lineno}: is not JSON ({error.msg}); expected a config.json"
        ) from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {error}; expected a config.json") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path}: found a {type(data).__name__}, expected an object")
    return data


def _rows(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a person wants to know first, in words and short numbers."""
    used = result["active_components"]
    yield "model type", result["model_type"]
    yield "counted by", result["counted_by"]
    yield "parameters", _count(result["total_parameters"])
    yield "active parameters", _count(result["active_parameters"])
    for name, number in result["components"].items():
        other = used.get(name, 0)
        mark = "" if other == number else f" ({_count(other)} used)"
        yield f"  {name.replace('_', ' ')}", _count(number) + mark
    if result["mtp_parameters"]:
        yield "prediction modules", _count(result["mtp_parameters"])
    yield "layers", f"{result['layers']:,}"
    if result["routed_experts"]:
        yield "routed experts", f"{result['routed_experts']:,}"
        yield "  used by a token", f"{result['routed_experts_per_token']:,}"
    if result["kv_cache_bytes_per_token"] is not None:
        yield "KV cache per token", _bytes(result["kv_cache_bytes_per_token"])
        if result["constant_state_elements"]:
            yield "state of constant size", _bytes(2 * result["constant_state_elements"])
        context = f"{result['context']:,} tokens"
        yield f"cache of {context}", _bytes(result["kv_cache_bytes_at_context"])
    yield "FLOPs per token, forward", _count(result["forward_flops_per_token"])
    yield "FLOPs per token, training", _count(result["training_flops_per_token"])
    for key, number in result.get("defaults_of_the_class", {}).items():
        yield f"default of the class: {key}", str(number)


def _count(number: float) -> str:
    scale = "T" if number >= 1e12 else "B" if number >= 1e9 else "M" if number >= 1e6 else ""
    return format_number(number, f"~4{scale}" if scale else ",.0")


def _bytes(number: float) -> str:
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if number >= size:
            return f"{number / size:.4g} {unit}"
    return f"{number:g} B"
