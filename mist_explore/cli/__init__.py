"""The command line: one module for each command.

To add a command, write a module with `add` and a line in `COMMANDS`.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from mist_explore.cli import app, compare, estimate, evaluate, matrix, models, sample, sweep, train
from mist_explore.cli.parser import Parser, Subparsers

__all__ = ["COMMANDS", "main"]

COMMANDS: tuple[Callable[[Subparsers], None], ...] = (
    estimate.add,
    compare.add,
    matrix.add,
    sample.add,
    train.add,
    evaluate.add,
    sweep.add,
    models.add,
    app.add,
)
"""What adds each command to the parser."""

EXAMPLE = """\
example:
  mist-explore estimate data.csv --x height,weight --y age
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code, which is 2 after one line about bad input.

    Args:
        arguments: what follows `mist-explore`; by default those of the process.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        options = _parser().parse_args(arguments)
        options.command = shlex.join(["mist-explore", *arguments])
        return int(options.run(options))
    except (ValueError, OSError) as error:
        print(f"mist-explore: {_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mist-explore: interrupted", file=sys.stderr)
        return 130


def _parser() -> Parser:
    parser = Parser(
        prog="mist-explore",
        description="Mutual information from data, with an interval.",
        epilog=EXAMPLE,
    )
    parser.add_argument(
        "--version", action="version", version=f"mist-explore {version('mist-explore')}"
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(subparsers)
    return parser


def _line(error: ValueError | OSError) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    return " ".join(str(error).split())
