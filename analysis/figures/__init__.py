"""The figures, one module a chapter; ``press.figures`` is their registry.

The package can be called: ``analysis.figures("costs.*")`` evaluates the figures whose keys fit.
"""

from __future__ import annotations

import fnmatch
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from press.facts import Facts


class _Figures(ModuleType):
    """A package of figures that evaluates them."""

    def __call__(self, pattern: str = "*", facts: Facts | None = None) -> list[dict[str, Any]]:
        """The figures whose keys fit a pattern such as ``costs.*``, as plain JSON types.

        Raises
        ------
        KeyError
            If none fits.
        """
        from press import figures

        wanted = fnmatch.filter(figures.keys(), pattern)
        if not wanted:
            figures.definition(pattern)  # says what is near
        return [figures.evaluate(key, facts).as_dict() for key in wanted]


sys.modules[__name__].__class__ = _Figures
