"""``python -m experiments moe|mtp|mla|mini``: train what is not recorded yet, row by row."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
EXPERIMENTS = ("moe", "mtp", "mla", "mini")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    made.add_argument("experiment", choices=EXPERIMENTS)
    made.add_argument("--arms", nargs="+", metavar="ARM", help="these arms only, in this order")
    made.add_argument("--seeds", type=int, help="at most this many seeds an arm")
    made.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    made.add_argument("--data", type=Path, default=DATA, help="folder of the results tables")
    made.add_argument("--quick", action="store_true", help="six steps an arm, nothing recorded")
    made.add_argument("--again", metavar="RUN", help="repeat a recorded run, such as dense-1")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 when all asked for is recorded, 2 with a sentence when it cannot be."""
    options = parser().parse_args(arguments)
    try:
        import tokenizers  # noqa: F401
        import torch
    except ImportError as error:
        return _refuse(f"{error.name} is not installed; run `make experiments-env`")
    from experiments.arms import ARMS, FIRST_SEED
    from experiments.records import RecordsError, read
    from experiments.text import TextError

    known = ARMS[options.experiment]
    for name in options.arms or ():
        if name not in known:
            return _refuse(f"--arms: found {name!r}, expected some of {', '.join(known)}")
    if options.seeds is not None and options.seeds < 1:
        return _refuse(f"--seeds: found {options.seeds}, expected a number of at least 1")
    if options.device == "cuda" and not torch.cuda.is_available():
        return _refuse("--device: found cuda, but PyTorch sees no CUDA device here; use cpu")
    if not options.data.is_dir():
        return _refuse(f"--data: found {options.data}, expected a folder")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True, warn_only=True)
    path = options.data / f"experiment_{options.experiment}.csv"
    try:
        if options.again:
            return _repeat(options, read(path))
        if options.quick:
            todo = [(name, FIRST_SEED) for name in options.arms or known]
        else:
            recorded = {row["run"] for row in read(path)}
            asked = [
                (name, FIRST_SEED + n)
                for n in range(max(arm.seeds for arm in known.values()))
                for name in options.arms or known
                if n < min(known[name].seeds, options.seeds or known[name].seeds)
            ]
            todo = [(name, seed) for name, seed in asked if f"{name}-{seed}" not in recorded]
            print(f"{len(asked) - len(todo)} of {len(asked)} runs are recorded", flush=True)
        return _train(options, todo, path)
    except (RecordsError, TextError) as error:
        return _refuse(str(error))


def _train(options: argparse.Namespace, todo: list[tuple[str, int]], path: Path) -> int:
    from experiments.arms import ARMS
    from experiments.records import append
    from experiments.runs import run

    known, started, spent = ARMS[options.experiment], time.monotonic(), 0
    total = sum(known[name].steps for name, _ in todo)
    for name, seed in todo:

        def report(
            done: int, steps: int, found: dict[str, float], name: str = name, seed: int = seed,
            before: int = spent,
        ) -> None:  # fmt: skip
            share = (before + done * known[name].steps / steps) / total
            left = (time.monotonic() - started) * (1 / share - 1) / 60
            shown = ", ".join(f"{k} {v:.3f}" for k, v in found.items())
            line = f"{name}-{seed}: step {done} of {steps}, {shown}; about {left:.1f} min left"
            print(line, flush=True)

        row, both = run(
            options.experiment, name, seed, device=options.device, quick=options.quick,
            report=report,
        )  # fmt: skip
        spent += known[name].steps
        if not options.quick:
            append(path, row)
            if options.experiment == "mini":
                from experiments.miniature import save

                save(both)
    return 0


def _repeat(options: argparse.Namespace, rows: list[dict[str, str]]) -> int:
    """Train a recorded run again and say how far its measures lie from the recorded ones."""
    from experiments.records import MEASURES
    from experiments.runs import run

    recorded = next((row for row in rows if row["run"] == options.again), None)
    if recorded is None:
        return _refuse(f"--again: found {options.again!r}, expected a recorded run")
    row, _ = run(options.experiment, recorded["arm"], int(recorded["seed"]), device=options.device)
    measured = [name for name in MEASURES[options.experiment] if recorded[name]]
    furthest = max(abs(float(recorded[name]) - float(str(row[name]))) for name in measured)
    print(f"{options.again}: largest difference from the recorded measures {furthest:.1e}")
    return 0 if furthest <= 1e-4 else 1


def _refuse(sentence: str) -> int:
    print(f"experiments: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
