"""Benchmarks: ratios against what one would use instead, measured in one run (``make bench``)."""
