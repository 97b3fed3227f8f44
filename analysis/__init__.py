"""The cost of DeepSeek-V3: every number in the report is computed by this package.

Data flows one way, and imports follow it: facts, then models, then claims and
comparisons, then figures and charts, then the book.

``analysis.model`` counts any model, ``analysis.cost`` prices any run,
``analysis.figures("costs.*")`` gives published numbers and ``analysis.facts()`` their facts.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = ["cost", "facts", "figures", "model"]
__version__ = "2.0.0"


def __getattr__(name: str) -> Any:
    """What the package offers, imported when it is first asked for.

    Imported here at once, ``analysis.api`` would make every chapter depend on every module.
    """
    if name == "figures":
        return importlib.import_module("analysis.figures")
    if name in __all__:
        return getattr(importlib.import_module("analysis.api"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
