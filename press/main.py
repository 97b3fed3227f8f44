"""The command line: ``python -m analysis COMMAND``.

Every command prints a table that a person would want to read, or JSON with ``--json``.
Errors go to standard error in plain words, with exit status 2.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import Any

from press import commands, subject
from press.schemas import ROOT

EPILOG = """\
COMMAND --help gives its page, with units and examples. To begin with:

  {0} figures                     every published number
  {0} facts price                 the facts that have a word in them

Exit status: 0 done; 1 a figure is not reproduced; 2 a mistake, in plain words on standard error;
130 interrupted.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog=commands.called(),
        description=subject.about(),
        epilog=EPILOG.format(commands.called()),
        formatter_class=commands.FORMAT,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the edition")
    subs = parser.add_subparsers(
        dest="command", required=True, title="commands", metavar="COMMAND", prog=parser.prog
    )
    subject.add_commands(subs)
    commands.add_all(subs)
    options = parser.parse_args(arguments)
    try:
        if options.repository:
            commands.check_repository(options.command)
        status: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:  # at once, whatever still runs: every file is written whole or not
        print(f"{subject.NAME} {options.command}: interrupted", file=sys.stderr, flush=True)
        os._exit(130)
    except ModuleNotFoundError as error:
        if (error.name or subject.NAME).partition(".")[0] in ("press", subject.NAME):
            raise
        print(
            f"{subject.NAME} {options.command}: this Python has no package '{error.name}'; "
            "run `make env` once, then `source .venv/bin/activate`",
            file=sys.stderr,
        )
        return 2
    except commands.PROBLEMS as error:
        message = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
        if isinstance(error, OSError) and error.strerror:
            message = ": ".join(map(str, filter(None, (error.filename, error.strerror))))
        print(
            f"{subject.NAME} {options.command}: {commands.plain(message, options)}", file=sys.stderr
        )
        return 2
    return status


class _Version(argparse.Action):
    """Prints the edition, which is looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        """Print and leave."""
        print(_version())
        parser.exit()


def _version() -> str:
    """The edition: that of the repository, or of the installed package."""
    from importlib import metadata

    cited = ROOT / "CITATION.cff"
    if cited.is_file():
        found = re.search(r"^version: *['\"]?([\w.]+)", cited.read_text("utf-8"), re.MULTILINE)
        return found[1] if found else "unknown"
    owners = metadata.packages_distributions().get("press", [])
    return metadata.version(owners[0]) if owners else "unknown"
