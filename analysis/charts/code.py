"""The code of a function, as a chapter shows it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Code:
    """Source text that a page prints as code."""

    text: str

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.text}\n```"


def source_code(thing: Any) -> Code:
    """The source of a module, class or function, for a page to show."""
    return Code(inspect.getsource(thing).rstrip())
