"""Design tokens: the one place for colour, shared by the style sheet and the charts.

Each token has a light and a dark value. The three standings (documented, inferred, claimed) are
blue, amber and purple of different lightness, told apart by readers with any colour vision.
"""

import re

TOKENS: dict[str, tuple[str, str]] = {
    "documented": ("#0b6aa2", "#5cb3ea"),
    "inferred": ("#b45f06", "#f0a44b"),
    "claimed": ("#7b3fa0", "#c495e6"),
    "neutral": ("#6b7280", "#9aa3b0"),
    "accent": ("#0f766e", "#4fc7bb"),
    "text": ("#1c2430", "#e8ebf0"),
    "muted": ("#4b5563", "#aeb6c2"),
    "line": ("#d5d9e0", "#3a4250"),
    "surface": ("#f5f6f8", "#1d232c"),
    "page": ("#ffffff", "#14181f"),
    "good": ("#15703c", "#62c98a"),
    "warn": ("#8a5a00", "#e0b04c"),
    "bad": ("#b3261e", "#f2877f"),
}

COLOURS = {name: light for name, (light, _) in TOKENS.items()}
"""The light values, which charts are drawn in; the page swaps them in the dark."""

FONT = "Report Sans"
"""The site's own typeface, cut from Source Sans; a name with a digit would not be measured."""


def in_light(drawing: str) -> str:
    """A drawing whose colours are tokens with their light values, as a file of its own needs them.

    >>> in_light('<rect fill="var(--page)"/>')
    '<rect fill="#ffffff"/>'
    """
    return re.sub(r"var\(--(\w+)\)", lambda token: COLOURS[token[1]], drawing)


def css() -> str:
    """The style sheet that declares every token as a custom property, light and dark."""
    light = "".join(f"--{name}:{value[0]};" for name, value in TOKENS.items())
    dark = "".join(f"--{name}:{value[1]};" for name, value in TOKENS.items())
    return (
        f":root{{{light}}}\nhtml[data-theme=dark]{{{dark}}}\n"
        f"@media print{{html[data-theme=dark]{{{light}}}}}\n"
    )
