"""One line of the benchmark: what was measured, beside what it is compared with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """Seconds (or an error), the same of what one would use instead, and the goal."""

    what: str
    ours: float
    theirs: float | None = None
    most: float | None = None
    goal_s: float | None = None
    unit: str = "s"

    def line(self) -> str:
        """The result as a line of the table.

        >>> " ".join(Result("build", 4.0, 10.0, most=0.5).line().split())
        'build 4.00 s 10.00 s 0.400 x goal <= 0.5 x: met'
        """
        other = "" if self.theirs is None else f"{self.theirs:.2f} {self.unit}"
        ratio = "" if not self.theirs else f"{self.ours / self.theirs:.3f} x"
        goal = ""
        if self.most is not None and self.theirs:
            goal = f"goal <= {self.most:g} x: {_met(self.ours / self.theirs <= self.most)}"
        elif self.goal_s is not None:
            goal = f"goal <= {self.goal_s:g} s: {_met(self.ours <= self.goal_s)}"
        shown = f"{self.ours:.2f} {self.unit}"
        return f"{self.what:46} {shown:>10} {other:>12} {ratio:>9}  {goal}".rstrip()


def _met(yes: bool) -> str:
    return "met" if yes else "NOT MET"


def quickest(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the quickest of some runs: the one least disturbed by others."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found)
