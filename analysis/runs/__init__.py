"""Training runs, V3 and the others: their tables, FLOPs, hours, prices and comparisons."""
