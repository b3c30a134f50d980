"""`mist-explore estimate`: the mutual information between columns of a table."""

from __future__ import annotations

import json
from argparse import Namespace

from mist_explore.cli.parser import Subparsers, add_columns, fraction, whole_number
from mist_explore.estimate import NATS_PER_UNIT, Estimate

__all__ = ["add", "run"]

EXAMPLE = """\
The interval holds the mutual information with the stated probability for laws like those that
the network was trained on; it is not a bootstrap interval, unless --bootstrap asks for one.

examples:
  mist-explore estimate data.csv --x height,weight --y age
  mist-explore estimate data.npz --x features --y 'label*' --level 0.95 --units bits --json
  mist-explore estimate data.csv --x height --y age --estimator ksg --bootstrap 199
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "estimate",
        help="estimate mutual information from a table",
        description="Estimate the mutual information between columns of a table, with an interval.",
        epilog=EXAMPLE,
    )
    add_columns(parser)
    parser.add_argument(
        "--level", type=fraction, default=0.9, help="probability of the interval (default 0.9)"
    )
    parser.add_argument("--units", choices=list(NATS_PER_UNIT), default="nats")
    parser.add_argument(
        "--estimator",
        default="mist-qr",
        metavar="NAME",
        help="name (see `mist-explore models`) or directory of a model (default mist-qr)",
    )
    parser.add_argument(
        "--bootstrap",
        type=whole_number,
        metavar="N",
        help="put an interval from N halves of the rows around the estimator",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print the estimate."""
    from mist_explore.estimators import Bootstrap, load
    from mist_explore.tables import read_table

    sample = read_table(options.table).sample(options.x, options.y)
    estimator = load(options.estimator)
    if options.bootstrap is not None:
        estimator = Bootstrap(estimator, options.bootstrap)
    estimate = estimator.estimate(sample.x, sample.y).to(options.units)
    interval = None if estimate.is_point else estimate.interval(options.level)
    report = _as_json if options.json else _as_text
    print(report(estimate, interval, options.level))
    return 0


def _as_json(estimate: Estimate, interval: tuple[float, float] | None, level: float) -> str:
    content = {
        "median": estimate.median,
        "interval": interval,
        "level": level,
        "units": estimate.units,
        "n_samples": estimate.n_samples,
        "dim_x": estimate.dim_x,
        "dim_y": estimate.dim_y,
        "model": estimate.estimator,
        "warnings": estimate.warnings,
    }
    return json.dumps(content, indent=1)


def _as_text(estimate: Estimate, interval: tuple[float, float] | None, level: float) -> str:
    if interval is None:
        value = f"mutual information {estimate.median:.4g} {estimate.units} (no interval)"
    else:
        low, high = interval
        value = (
            f"mutual information {estimate.median:.4g} {estimate.units}, "
            f"{100 * level:g} % interval {low:.4g} to {high:.4g}"
        )
    made = (
        f"{estimate.estimator} on {estimate.n_samples} rows, "
        f"{estimate.dim_x} + {estimate.dim_y} columns"
    )
    return "\n".join([value, made, *(f"warning: {warning}" for warning in estimate.warnings)])
