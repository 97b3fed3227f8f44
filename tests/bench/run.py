"""``make bench``: every measurement in one run, as a table of seconds and ratios.

``python -m tests.bench.run [CHAPTER ...]`` takes some chapters instead of the whole book.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import builds, models

HERE = Path(__file__).resolve().parent
OWN = ("__init__", "builds", "models", "result", "run")


def main(chapters: list[str]) -> None:
    """Measure and print line by line."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}" + (": not quiet" if load > 1 else ""))
    print(f"{'':46} {'this':>10} {'instead':>12} {'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for result in models.measure(Path(folder)):
            print(result.line(), flush=True)
        for result in builds.measure(Path(folder), chapters):
            print(result.line(), flush=True)
    for script in sorted([*HERE.glob("*.py"), *HERE.parent.glob("bench_*.py")]):
        if script.stem not in OWN:
            print(f"\n{script.stem}", flush=True)
            subprocess.run([sys.executable, str(script)], cwd=HERE.parent.parent, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
