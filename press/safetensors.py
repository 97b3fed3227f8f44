"""The header of a safetensors file: names, types and shapes, without the weights behind it.

The format (https://github.com/huggingface/safetensors): eight bytes that say how long the header
is, the header as JSON, then the weights, which are not read here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LONGEST = 100_000_000
"""Bytes of a header; the format itself allows no more."""


def header(path: Path) -> dict[str, Any]:
    """What a safetensors file says of its weights, by name.

    Raises
    ------
    ValueError
        If the file is none: what was found, what was expected.
    """
    expected = "expected a safetensors file"
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if not 2 <= size <= LONGEST:
            raise ValueError(f"{path}: found no length of a header in the first bytes, {expected}")
        text = file.read(size)
    if len(text) < size:
        raise ValueError(f"{path}: found {len(text):,} of {size:,} bytes of its header, {expected}")
    try:
        made = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{path}: found no JSON behind the first bytes, {expected}") from None
    if not isinstance(made, dict):
        raise ValueError(f"{path}: found a {type(made).__name__} as its header, {expected}")
    return made
