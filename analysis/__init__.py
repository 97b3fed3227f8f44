"""The cost of DeepSeek-V3: every number in the report is computed by this package.

Data flows one way, and imports follow it: facts, then models, then claims and
comparisons, then figures and charts, then the book.

``analysis.model`` counts any model, ``analysis.cost`` prices any run,
``analysis.figures("costs.*")`` gives published numbers and ``analysis.facts()`` their facts.
"""

from __future__ import annotations

import importlib
from typing import Any

from analysis.api import cost, facts, model

__all__ = ["cost", "facts", "figures", "model"]
__version__ = "1.0.0"


def __getattr__(name: str) -> Any:
    """The figures, imported when they are first asked for."""
    if name == "figures":
        return importlib.import_module("analysis.figures")
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")
