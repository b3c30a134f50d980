"""The command line: one module for each command.

To add a command, write a module with a function and its `EXAMPLES`, and a line in `COMMANDS`. The
signature of the function is the list of options; its docstring is the help.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError, Parameter

from mist_explore.cli import (
    adapt,
    app,
    compare,
    estimate,
    evaluate,
    matrix,
    models,
    sample,
    sweep,
    train,
)

__all__ = ["COMMANDS", "main"]

COMMANDS: dict[str, tuple[Callable[..., int | None], str]] = {
    "estimate": (estimate.estimate, estimate.EXAMPLES),
    "compare": (compare.compare, compare.EXAMPLES),
    "matrix": (matrix.matrix, matrix.EXAMPLES),
    "sample": (sample.sample, sample.EXAMPLES),
    "train": (train.train, train.EXAMPLES),
    "adapt": (adapt.adapt, adapt.EXAMPLES),
    "evaluate": (evaluate.evaluate, evaluate.EXAMPLES),
    "sweep": (sweep.sweep, sweep.EXAMPLES),
    "models": (models.models, models.EXAMPLES),
    "app": (app.app, app.EXAMPLES),
}
"""By name, the function of a command and the end of its help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 2 after one line about bad input, 130 after Ctrl-C.

    Args:
        arguments: the words after `mist-explore`; by default those of the process.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(arguments)
    except (ValueError, OSError, CycloptsError) as error:
        print(f"mist-explore: {_line(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mist-explore: interrupted", file=sys.stderr)
        return 130


def _run(arguments: list[str]) -> int:
    if not arguments:
        raise ValueError(f"expected a command among {', '.join(COMMANDS)} (see `mist-explore -h`)")
    parser = App(
        name="mist-explore",
        help="Mutual information from data, with an interval.",
        help_format="markdown",
        help_epilogue="`mist-explore COMMAND --help` explains a command, with examples.",
        version=f"mist-explore {version('mist-explore')}",
        default_parameter=Parameter(negative=(), allow_repeating=True, show_default=_shown),
    )
    for number, (name, (command, examples)) in enumerate(COMMANDS.items()):
        parser.command(command, name=name, help_epilogue=examples, sort_key=number)
    command, bound, unparsed = parser.parse_args(
        matrix.with_level(arguments), exit_on_error=False, print_error=False
    )
    line = shlex.join(["mist-explore", *arguments])
    return int(command(*bound.args, **bound.kwargs, **dict.fromkeys(unparsed, line)) or 0)


def _shown(default: object) -> object:
    """Return the default for the help; None, which hides it, for an empty one."""
    return None if default is False or default in ("", ()) else default


def _line(error: Exception) -> str:
    if isinstance(error, CycloptsError):
        command = " ".join(["mist-explore", *(error.command_chain or ())])
        return f"{' '.join(str(error).split()).rstrip('.')} (see `{command} --help`)"
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    return " ".join(str(error).split())
