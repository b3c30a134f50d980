"""`mist-explore estimate`: the mutual information between columns of a table."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import asdict

from mist_explore.cli.parser import Subparsers, add_columns, fraction, whole_number
from mist_explore.cli.preparation import add_preparation, add_rows, chosen_rows
from mist_explore.estimate import NATS_PER_UNIT, Estimate

__all__ = ["add", "run"]

EXAMPLE = """\
The interval holds the mutual information with the stated probability for laws like those that
the network was trained on; it is not a bootstrap interval, unless --bootstrap asks for one.

examples:
  mist-explore estimate data.csv --x height,weight --y age
  mist-explore estimate data.npz --x features --y 'label*' --level 0.95 --units bits --json
  mist-explore estimate data.csv --x height --y age --estimator ksg --bootstrap 199
  mist-explore estimate penguins --x 'bill*' --y species --permutations 999
  mist-explore estimate visits.csv --x dose --y pulse --groups person --weights share
  mist-explore estimate trips.xlsx --x mode --y minutes --categorical mode --gap-values=-999
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
    add_preparation(parser)
    add_rows(parser)
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
    parser.add_argument(
        "--permutations",
        type=whole_number,
        metavar="N",
        help="test independence by N permutations of the rows",
    )
    parser.add_argument(
        "--shifted",
        action="store_true",
        help="test by shifts along the rows, which are a time series (default: where rows "
        "resemble the rows next to them on both sides)",
    )
    parser.add_argument(
        "--seed",
        type=whole_number,
        default=0,
        metavar="N",
        help="of the permutations and of the rows drawn (default 0)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print the estimate."""
    from mist_explore.estimators import Bootstrap, load
    from mist_explore.estimators.sample_estimator import estimate_observations
    from mist_explore.evaluation import permutation_test

    rows = chosen_rows(options)
    estimator = load(options.estimator)
    if options.bootstrap is not None:
        estimator = Bootstrap(estimator, options.bootstrap)
    estimate = estimate_observations(estimator, rows).to(options.units)
    interval = None if estimate.is_point else estimate.interval(options.level)
    p_value, notes = None, estimate.notes
    if options.permutations is not None:
        test = permutation_test(
            rows.sample.x,
            rows.sample.y,
            permutations=options.permutations,
            shifted=True if options.shifted else None,
            weights=rows.weights,
            groups=rows.groups,
            rows_independent=rows.rows_independent or bool(rows.sorted_by),
            seed=options.seed,
        )
        p_value, notes = test.p_value, (*notes, *test.notes)
    report = _as_json if options.json else _as_text
    print(report(estimate, interval, options.level, p_value, notes))
    return 0


Interval = tuple[float, float]


def _as_json(
    estimate: Estimate,
    interval: Interval | None,
    level: float,
    p_value: float | None,
    notes: tuple[str, ...],
) -> str:
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
    explanation = [asdict(base) for base in estimate.explanation]
    more = {"p_value": p_value, "notes": notes, "explanation": explanation}
    return json.dumps(content | {name: v for name, v in more.items() if v}, indent=1)


def _as_text(
    estimate: Estimate,
    interval: Interval | None,
    level: float,
    p_value: float | None,
    notes: tuple[str, ...],
) -> str:
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
    test = [] if p_value is None else [f"independence: p = {p_value:.3g}"]
    warnings = (f"warning: {warning}" for warning in estimate.warnings)
    return "\n".join([value, *test, made, *(f"note: {note}" for note in notes), *warnings])
