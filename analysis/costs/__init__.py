"""Cost models: rental, ownership, amortised capital, development, the ladder and its uncertainty.

Every model is a pure function of plain numbers; none reads a file.
"""
