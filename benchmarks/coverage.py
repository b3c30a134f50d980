"""Measure the coverage of the default network's intervals on ten draws of M_test.

`python -m benchmarks.coverage models/mist-qr/README.md`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT, LearnedEstimator, load
from mist_explore.evaluation import GroupSummary, MTest, Row, pipe_table, summarise, write_section
from mist_explore.files import replace_file

__all__ = ["FILE", "coverage_of", "coverage_table", "main"]

FILE = Path(__file__).parent / "results" / "coverage.json"


def coverage_of(estimator: LearnedEstimator, suite: MTest) -> tuple[GroupSummary, ...]:
    """Return a summary for each range of rows, of all distributions and of each half of M_test.

    Standard errors are over cells. The nine datasets of a cell are predicted at once.
    """
    rows = list(_rows(estimator, suite))
    whole = [replace(row, group=row.group.partition(", ")[2]) for row in rows]
    return summarise(whole, suite) + summarise(rows, suite)


def _rows(estimator: LearnedEstimator, suite: MTest) -> Iterator[Row]:
    levels = estimator.checkpoint.network.config.levels
    for step, cell in enumerate(suite.cells(seed=0), start=1):
        answers = estimator.predict(cell.x, cell.y).tolist()
        for number, (truth, answer) in enumerate(zip(cell.truths.tolist(), answers, strict=True)):
            estimate = Estimate(levels, answer)  # raises where quantiles cross
            yield Row(cell.group, cell.distribution, cell.name, truth, estimate, 0.0, number)
        if step % (suite.n_cells // 10) == 0:
            print(f"{step} of {suite.n_cells} cells", file=sys.stderr, flush=True)


def coverage_table(summaries: Sequence[GroupSummary]) -> str:
    """Return coverage and mean width of the intervals as a Markdown table."""
    levels = list(summaries[0].coverage)
    header = ["", "datasets", *(f"{t:.0%} interval" for t in levels), "width of the 90 % (nats)"]
    lines = []
    for s in summaries:
        shares = [
            f"{100 * m.value:.1f} ± {100 * m.standard_error:.1f} %" for m in s.coverage.values()
        ]
        lines.append([s.group, str(s.n_datasets), *shares, str(s.width)])
    table = pipe_table(header, lines)
    return (
        f"{table}\n\n± is one standard error over cells: the datasets of one family and number of "
        "rows, which share their dimension. Made by `make bench-coverage`.\n"
    )


def main() -> None:
    """Write the file, and the table in each page named on the command line."""
    torch.set_num_threads(1)
    estimator = load(DEFAULT)
    if not isinstance(estimator, LearnedEstimator):
        raise TypeError(f"expected a network as the default; got {estimator!r}")
    suite = MTest(replicates=10)
    found = coverage_of(estimator, suite)
    content = {
        "command": "python -m benchmarks.coverage",
        "what": f"M_test, {suite.replicates} draws: share of intervals that hold the truth, by "
        "level; standard errors over cells",
        "estimator": estimator.name,
        "weights": estimator.checkpoint.sha256,
        "coverage": [
            {
                "group": s.group,
                "datasets": s.n_datasets,
                "covers": {
                    f"{t:g}": [round(m.value, 4), round(m.standard_error, 4)]
                    for t, m in s.coverage.items()
                },
                "mean width of the 90 % interval": s.width and round(s.width.value, 4),
            }
            for s in found
        ],
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
    print(table := coverage_table(found))
    for page in map(Path, sys.argv[1:]):
        write_section(page, f"coverage:{estimator.name}", table)


if __name__ == "__main__":
    main()
