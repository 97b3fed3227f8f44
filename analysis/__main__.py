"""The command line: ``python -m analysis COMMAND``.

Every command prints a table that a person would want to read, or JSON with ``--json``.
Errors go to standard error in plain words, with exit status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from analysis import commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="What DeepSeek-V3 cost: the numbers and the book."
    )
    subs = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_all(subs)
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except commands.PROBLEMS as error:
        message = error.args[0] if isinstance(error, KeyError) and error.args else error
        print(f"analysis {options.command}: {message}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
