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

ROOT = Path(__file__).resolve().parents[2]


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
    for name in ("ladder", "mechanisms", "pages", "live"):
        print(f"\n{name}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
