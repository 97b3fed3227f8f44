"""The figures, one module a chapter; ``press.figures`` is their registry."""
