"""The cost of DeepSeek-V3: every number in the report is computed by this package.

Data flows one way, and imports follow it: facts, then models, then claims and
comparisons, then figures and charts, then the book.
"""

__version__ = "1.0.0"
