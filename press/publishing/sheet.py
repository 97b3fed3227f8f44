"""The one style sheet of every page."""

from __future__ import annotations

import re

from press import tokens
from press.publishing.files import BOOK

SHEETS = (
    "base.css",
    "report.css",
    "shell.css",
    "lead.css",
    "machine.css",
    "your-model.css",
    "calculator.css",
    "found.css",
)
"""Our style sheets, in the order in which they speak."""


def sheet() -> str:
    """The one style sheet of every page: colours, then ours, without comments and line breaks."""
    texts = [(BOOK / "_static" / name).read_text(encoding="utf-8") for name in SHEETS]
    plain = re.sub(r"/\*.*?\*/", "", tokens.css() + "".join(texts), flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", " ", plain)
