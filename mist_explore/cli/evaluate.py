"""`mist-explore evaluate`: estimators against laws whose mutual information is known."""

from __future__ import annotations

import platform
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from mist_explore.cli.parser import Subparsers, names, whole_number
from mist_explore.cli.progress import every_tenth
from mist_explore.progress import finished

if TYPE_CHECKING:
    from mist_explore.evaluation import Suite
    from mist_explore.interfaces import Estimator

__all__ = ["add", "run"]

SETTINGS = ("replicates", "n_samples", "thin", "by_width")
"""The options that are parameters of a suite; a suite has some of them."""

EXAMPLE = """\
Several estimators see the same datasets: the table then also says how much more than the first
each of the others errs, over the datasets that both can take.

examples:
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json
  mist-explore evaluate --suite bmi-40 --n-samples 5000 --estimator gaussian-copula --out bmi.csv
  mist-explore evaluate --suite m-test --estimator mist-qr --out m-test.json --markdown README.md
  mist-explore evaluate --suite lowdim --thin 3 --estimator mist-qr,ksg --out lowdim.json
  mist-explore evaluate --suite bmi-40 --estimator mist-qr,ksg,bootstrap-gaussian,mine \\
    --out peers.json --cache answers
"""


def add(subparsers: Subparsers) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure estimators on known laws",
        description="Measure error and coverage on a suite of datasets with known information.",
        epilog=EXAMPLE,
    )
    parser.add_argument(
        "--suite",
        required=True,
        help="m-test, bmi-40, shift, lowdim, lmi-grid, bmi-mixtures or ties",
    )
    parser.add_argument(
        "--estimator",
        type=names,
        required=True,
        metavar="NAMES",
        help="name or directory of a model; several are separated by commas",
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="JSON, CSV or Markdown file to write (no CSV of several estimators)",
    )
    parser.add_argument(
        "--markdown",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="put the table between <!-- SUITE:NAMES --> and <!-- /SUITE:NAMES --> in these files",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="FOLDER",
        help="keep each answer here, and look up those that are here: a stopped run goes on",
    )
    parser.add_argument(
        "--replicates",
        type=whole_number,
        help="draws of the suite (default 1; of each task of bmi-mixtures 5)",
    )
    parser.add_argument(
        "--n-samples",
        type=whole_number,
        help="rows of each dataset of bmi-40 and bmi-mixtures (default 1000), lowdim (10000)",
    )
    parser.add_argument(
        "--thin",
        type=whole_number,
        metavar="K",
        help="keep one dataset in K of lowdim, lmi-grid and ties (default 1)",
    )
    parser.add_argument(
        "--by-width",
        action="store_true",
        default=None,
        help="group the tasks of bmi-40 by their number of columns",
    )
    parser.add_argument("--seed", type=whole_number, default=0, help="of all datasets (default 0)")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Evaluate, write the report and print its table."""
    from mist_explore.estimators import load
    from mist_explore.evaluation import (
        CONTEST_REPORTS,
        REPORTS,
        Memory,
        contest,
        contest_table,
        markdown_table,
        with_section,
    )
    from mist_explore.files import replace_file

    suite = _suite(options)
    several = len(options.estimator) > 1
    endings = tuple(CONTEST_REPORTS if several else REPORTS)
    ending = options.out.suffix.lower()
    if ending not in endings:
        raise ValueError(f"expected --out to end in {', '.join(endings)}; got {options.out}")
    estimators = [load(name) for name in options.estimator]
    section = f"{suite.name}:{','.join(estimator.name for estimator in estimators)}"
    for page in options.markdown:
        with_section(page.read_text(encoding="utf-8"), section, "")  # raises before the long work
    memory = None if options.cache is None else Memory(options.cache)
    provenance = _provenance(options.command, estimators)
    found = replace(
        finished(contest(estimators, suite, options.seed, memory), every_tenth()),
        provenance=provenance,
    )
    for evaluation in found.evaluations:
        if not evaluation.rows:
            raise ValueError(
                f"expected estimators that take a dataset of {suite.name}; {evaluation.estimator} "
                f"took none: {next(iter(evaluation.refusals))}"
            )
    if several:
        report, table = CONTEST_REPORTS[ending](found), contest_table(found)
    else:
        evaluation = replace(found.first, provenance=provenance)
        report, table = REPORTS[ending](evaluation), markdown_table(evaluation)
    replace_file(options.out, report.encode())
    for page in options.markdown:
        replace_file(page, with_section(page.read_text(encoding="utf-8"), section, table).encode())
    print(table, end="")
    return 0


def _suite(options: Namespace) -> Suite:
    from mist_explore.evaluation import SUITES

    if options.suite not in SUITES:
        raise ValueError(f"expected a suite among {', '.join(SUITES)}; got {options.suite!r}")
    suite = SUITES[options.suite]
    accepted = {field.name for field in fields(suite)}
    given = {name: getattr(options, name) for name in SETTINGS}
    given = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if name not in accepted:
            option = f"--{name.replace('_', '-')}"
            raise ValueError(f"expected no {option} with {suite.name}, which has its own")
    return suite(**given)


def _provenance(command: str, estimators: Sequence[Estimator]) -> dict[str, str]:
    from mist_explore.estimators import LearnedEstimator

    found = {"command": command, "python": platform.python_version()}
    found |= {name: version(name) for name in ("mist-explore", "torch", "numpy", "scipy")}
    learned = [e for e in estimators if isinstance(e, LearnedEstimator)]
    for estimator in learned:
        key = "checkpoint_sha256" if len(estimators) == 1 else f"{estimator.name}_sha256"
        found[key] = estimator.checkpoint.sha256
    return found
