"""Where the press finds its subject: the package that stands beside it.

The press knows no subject. A report is the press, and beside it a package ``analysis`` with
figures, charts and, where it needs more than these, a module ``analysis.report`` that says so.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Any

NAME = "analysis"
"""The package that computes; its figures are the modules of ``analysis.figures``."""
COMMAND = "costof"
"""What the command is called where the package is installed."""


def module(path: str) -> ModuleType | None:
    """A module of the subject, imported; nothing where the subject has none."""
    name = f"{NAME}.{path}"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, NAME, name.rpartition(".")[0]):
            raise
        return None


def figure_modules() -> list[str]:
    """The names of the modules that register figures: one for each chapter that has any."""
    package = module("figures")
    return [found.name for found in pkgutil.iter_modules(package.__path__)] if package else []


def site(facts: Any) -> dict[str, Any]:
    """What the subject adds to the data of the pages."""
    return dict(_asked("site", {}, facts))


def problems(facts: Any, figures: Sequence[Any]) -> list[str]:
    """What the subject finds wrong with its own tables and figures."""
    return list(_asked("problems", [], facts, figures))


def passages(facts: Any) -> dict[str, str]:
    """English passages that the subject's tables give the editions to translate."""
    return dict(_asked("passages", {}, facts))


def quotes(facts: Any) -> dict[str, dict[str, Any]]:
    """The subject's quotations for each language's edition: by language, then by number."""
    return dict(_asked("quotes", {}, facts))


def uncertain(facts: Any) -> dict[str, dict[str, Any]]:
    """Uncertain inputs that a reader may assume to be exact, by the name that the model gives."""
    return dict(_asked("uncertain", {}, facts))


def presets(facts: Any) -> list[dict[str, Any]]:
    """Sets of assumptions that somebody in the dispute would make: label, source, values."""
    return list(_asked("presets", [], facts))


def add_commands(subs: Any) -> None:
    """Let the subject describe commands of its own."""
    _asked("add_commands", None, subs)


def about() -> str:
    """What the report is, in the words that begin the subject's docstring."""
    return (importlib.import_module(NAME).__doc__ or NAME).partition("\n")[0]


def _asked(function: str, otherwise: Any, *arguments: Any) -> Any:
    """What ``analysis.report`` answers; ``otherwise`` where it says nothing."""
    report = module("report")
    return getattr(report, function)(*arguments) if hasattr(report, function) else otherwise
