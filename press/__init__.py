"""The engine: facts, figures, their graph, number formats, charts' theme, pages and checks."""
