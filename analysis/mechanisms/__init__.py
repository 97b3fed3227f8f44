"""DeepSeek-V3 in plain NumPy: small enough to read, exact enough to check.

Readable at the price of speed. It computes what ``transformers`` computes, in float64.
"""

from analysis.mechanisms.checkpoint import TINY, CheckpointError, Config, random_weights, shapes
from analysis.mechanisms.model import DeepSeekV3
from analysis.mechanisms.mtp import MTPModule, decode, speculate

__all__ = [
    "TINY",
    "CheckpointError",
    "Config",
    "DeepSeekV3",
    "MTPModule",
    "decode",
    "random_weights",
    "shapes",
    "speculate",
]
