"""`mist-explore evaluate`: an estimator against laws whose mutual information is known."""

from __future__ import annotations

import platform
import sys
from argparse import Namespace
from collections.abc import Generator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Subparsers, whole_number
from mist_explore.progress import Progress

if TYPE_CHECKING:
    from mist_explore.evaluation import Evaluation, Suite
    from mist_explore.interfaces import Estimator

__all__ = ["add", "run"]

EXAMPLE = """\
examples:
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json
  mist-explore evaluate --suite bmi-40 --n-samples 5000 --estimator gaussian-copula --out bmi.csv
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json --markdown README.md
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure an estimator on known laws",
        description="Measure error and coverage on a suite of datasets with known information.",
        epilog=EXAMPLE,
    )
    parser.add_argument("--suite", required=True, help="m-test, bmi-40 or shift")
    parser.add_argument(
        "--estimator", required=True, metavar="NAME", help="name or directory of a model"
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON, CSV or Markdown file to write",
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="put the table between <!-- SUITE:NAME --> and <!-- /SUITE:NAME --> in these files",
    )
    parser.add_argument(
        "--replicates", type=whole_number, default=1, help="draws of the suite (default 1)"
    )
    parser.add_argument(
        "--n-samples", type=whole_number, help="rows of each dataset of bmi-40 (default 1000)"
    )
    parser.add_argument("--seed", type=whole_number, default=0, help="of all datasets (default 0)")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Evaluate, write the report and print its table."""
    from mist_explore.estimators import load
    from mist_explore.evaluation import REPORTS, evaluate, markdown_table, with_section
    from mist_explore.files import replace_file

    suite = _suite(options)
    report = REPORTS.get(options.out.suffix.lower())
    if report is None:
        raise ValueError(f"expected --out to end in {', '.join(REPORTS)}; got {options.out}")
    estimator = load(options.estimator)
    section = f"{suite.name}:{estimator.name}"
    for page in options.markdown:
        with_section(page.read_text(), section, "")  # raises before the long work
    evaluation = _finished(evaluate(estimator, suite, options.seed))
    evaluation = replace(evaluation, provenance=_provenance(options.command, estimator))
    replace_file(options.out, report(evaluation).encode())
    table = markdown_table(evaluation)
    for page in options.markdown:
        replace_file(page, with_section(page.read_text(), section, table).encode())
    print(table, end="")
    return 0


def _suite(options: Namespace) -> Suite:
    from mist_explore.evaluation import BMI40, SUITES

    if options.suite not in SUITES:
        raise ValueError(f"expected a suite among {', '.join(SUITES)}; got {options.suite!r}")
    if options.suite == BMI40.name:
        n_samples = BMI40.n_samples if options.n_samples is None else options.n_samples
        return BMI40(n_samples=n_samples, replicates=options.replicates)
    if options.n_samples is not None:
        raise ValueError(f"expected no --n-samples with {options.suite}, which has its own")
    return SUITES[options.suite](replicates=options.replicates)


def _finished(job: Generator[Progress, None, Evaluation]) -> Evaluation:
    """Run the job to its end, telling every tenth of it on standard error."""
    told = 0
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            evaluation: Evaluation = end.value
            return evaluation
        if int(10 * progress.fraction) > told:
            told = int(10 * progress.fraction)
            numbers = ", ".join(f"{k} {v:.4g}" for k, v in progress.metrics.items())
            left = f"{progress.seconds_left:.0f} s left"
            print(f"{10 * told} %, {left}, {numbers}", file=sys.stderr, flush=True)


def _provenance(command: str, estimator: Estimator) -> dict[str, str]:
    from mist_explore.estimators import LearnedEstimator

    found = {"command": command, "python": platform.python_version()}
    found |= {name: version(name) for name in ("mist-explore", "torch", "numpy", "scipy")}
    if isinstance(estimator, LearnedEstimator):
        found["checkpoint_sha256"] = estimator.checkpoint.sha256
    return found
