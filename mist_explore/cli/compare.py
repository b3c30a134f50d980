"""`mist-explore compare`: several estimators on the columns of one table."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Subparsers, add_columns, fraction, names, whole_number
from mist_explore.cli.preparation import add_preparation, add_rows, chosen_rows
from mist_explore.estimate import NATS_PER_UNIT

if TYPE_CHECKING:
    from mist_explore.evaluation import Comparison

__all__ = ["add", "run"]

EXAMPLE = """\
An estimator that cannot take the columns appears with its reason. An interval of the network is
about laws like those that it was trained on; one from resamples is about the spread of the
estimator from sample to sample, not about its bias.

examples:
  mist-explore compare data.csv --x height,weight --y age
  mist-explore compare data.csv --x height --y age --estimators ksg,mist-qr,mine --bootstrap 99
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "compare",
        help="ask several estimators about one table",
        description="Estimate the mutual information between columns of a table in several ways.",
        epilog=EXAMPLE,
    )
    add_columns(parser)
    add_preparation(parser)
    add_rows(parser)
    parser.add_argument(
        "--estimators",
        type=names,
        metavar="NAMES",
        help="names or directories of models, separated by commas (default: all that do not train "
        "on the table itself)",
    )
    parser.add_argument(
        "--bootstrap",
        type=whole_number,
        default=0,
        metavar="N",
        help="intervals from N halves of the rows for estimators that have none of their own",
    )
    parser.add_argument(
        "--level", type=fraction, default=0.9, help="probability of the intervals (default 0.9)"
    )
    parser.add_argument("--units", choices=list(NATS_PER_UNIT), default="nats")
    parser.add_argument(
        "--seed", type=whole_number, default=0, metavar="N", help="of the rows drawn (default 0)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print the comparison."""
    from mist_explore.estimators import FAST
    from mist_explore.evaluation.comparison import compare_observations

    estimators = FAST if options.estimators is None else options.estimators
    found = compare_observations(chosen_rows(options), estimators, options.bootstrap)
    comparison = found.to(options.units)
    if options.json:
        print(_as_json(comparison, options.level))
    else:
        notes = [f"note: {note}" for note in comparison.notes]
        print("\n".join([comparison.as_text(options.level), *notes]))
    return 0


def _as_json(comparison: Comparison, level: float) -> str:
    answers = [
        {
            "estimator": answer.name,
            "median": answer.median,
            "interval": answer.interval(level),
            "seconds": answer.seconds,
            "warnings": answer.warnings,
            "error": answer.error or None,
        }
        for answer in comparison.answers
    ]
    content = {
        "level": level,
        "units": comparison.units,
        "n_samples": comparison.n_samples,
        "dim_x": comparison.dim_x,
        "dim_y": comparison.dim_y,
        "answers": answers,
    }
    return json.dumps(content | ({"notes": comparison.notes} if comparison.notes else {}), indent=1)
