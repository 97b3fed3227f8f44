"""Counting whatever is given: a configuration of any family, or a checkpoint's list of weights.

Our own readable counting goes first; what it does not know is built by the public transformers
library on the meta device, where that is installed (``pip install '.[models]'``). Nothing is
downloaded, and no code in a model's folder is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from analysis.architecture.describing import OWN, announced_modules, described
from analysis.architecture.families import FAMILIES, architecture
from analysis.architecture.headers import by_header, is_header, is_index, whole_header
from analysis.architecture.layout import Architecture
from analysis.architecture.meta import available, by_transformers
from analysis.architecture.opening import opened
from analysis.architecture.reading import ConfigError

WAYS = ("auto", OWN, "transformers")


def describe_anything(
    data: Mapping[str, Any],
    context: int = 4096,
    *,
    by: str = "auto",
    shard: Callable[[str], Mapping[str, Any] | None] = lambda name: None,
    config: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The counts of a model, as :func:`analysis.architecture.describing.described` returns them.

    Parameters
    ----------
    data
        A ``config.json``, a safetensors header, or a ``model.safetensors.index.json``.
    context
        Length of the sequence for the FLOPs and the cache, in tokens.
    by
        "own" for our own counting, "transformers" for the library's classes, "auto" for ours
        where it counts the whole model, else the library's where it is installed.
    shard
        The header of the file with this name beside an index, if it is there.
    config
        The configuration beside a header or an index.

    Raises
    ------
    ConfigError
        If the model cannot be counted: the field, what was found, what is needed.
    """
    if by not in WAYS:
        raise ConfigError("counted by", repr(by), f"one of {', '.join(WAYS)}")
    if is_index(data):
        data = whole_header(data, shard)
    if is_header(data):
        made, scales = by_header(data, config)
        announced = announced_modules(config) if config else 0
        if config is not None and _known(config):
            made = _with_cores(made, architecture(config))
        result = described(made, context, announced, counted_by="checkpoint")
        return {**result, "scales": scales} if scales else result
    if by == "transformers":
        return _by_library(data, context)
    try:
        made = architecture(data)
    except ConfigError as error:
        if by == OWN or _known(data):
            raise
        return _elsewhere(data, context, error)
    if made.left_out and by == "auto" and available():
        return _by_library(data, context, made)
    return described(made, context, announced_modules(data))


def _known(config: Mapping[str, Any]) -> bool:
    """Whether our own counting knows the family, so that a mistake is the file's."""
    kind = opened(config)[0].get("model_type")
    return isinstance(kind, str) and kind in FAMILIES and kind not in PARTLY


PARTLY = frozenset({"gemma4", "llama4", "mimo_v2_flash", "nemotron_h"})
"""Families of which our own counting lays out the published models, not every variant."""


def _by_library(
    config: Mapping[str, Any], context: int, ours: Architecture | None = None
) -> dict[str, Any]:
    """Counts by transformers' class; the cache of a family that we know is ours."""
    version = available()
    if version is None:
        raise ConfigError(
            "counted by", "no transformers and torch here", "`pip install '.[models]'`"
        )
    made, defaults = by_transformers(config)
    if ours is not None:
        made = replace(_with_cores(made, ours), mtp=ours.mtp)
    result = described(
        made, context, announced_modules(config), counted_by=f"transformers {version}"
    )
    return {**result, "defaults_of_the_class": defaults} if defaults else result


def _with_cores(made: Architecture, ours: Architecture) -> Architecture:
    """A layout with the attention and the state that our own counting gives its layers."""
    if len(ours.layers) != len(made.layers):
        return made
    pairs = zip(made.layers, ours.layers, strict=True)
    layers = tuple(replace(layer, cores=own.cores) for layer, own in pairs)
    kept = tuple(part for part in made.left_out if not part.startswith("cache"))
    return replace(made, layers=layers, left_out=kept, unknown=0)


def _elsewhere(config: Mapping[str, Any], context: int, error: ConfigError) -> dict[str, Any]:
    """A model that our own counting does not know: by the library, or refused with the reason."""
    kind = config.get("model_type")
    code = config.get("auto_map")
    if available():
        try:
            return _by_library(config, context)
        except ConfigError as other:
            if isinstance(code, Mapping) and other.key == "model_type":
                raise _remote(kind, code) from None
            raise
    if error.key == "model_type" and isinstance(kind, str):
        if isinstance(code, Mapping):
            raise _remote(kind, code) from None
        needed = (
            "a family that this package counts itself (python -m analysis model --families), or "
            "the extra [models], which counts all of transformers' (pip install '.[models]')"
        )
        raise ConfigError("model_type", repr(kind), needed) from None
    if error.key != "model_type":
        hint = "; the extra [models] counts more kinds of this family (pip install '.[models]')"
        raise ConfigError.of(error, hint) from None
    raise error


def _remote(kind: object, code: Mapping[str, Any]) -> ConfigError:
    """Why a model whose code lies in its own folder is not counted from its configuration."""
    places = sorted({str(place).partition(".")[0] for place in code.values()})
    return ConfigError(
        "model_type",
        f"{kind!r}, whose code lies in the model's own folder ({', '.join(places)}.py)",
        "a model of this package or of transformers: code of others is never run; give its "
        "model.safetensors.index.json or a .safetensors file instead",
    )
