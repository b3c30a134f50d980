"""Benchmark comparison of all estimators on the same datasets: `make bench-comparison`.

Estimates are cached in `benchmarks/cache`, one line each, so that an interrupted run resumes and
only new estimates, such as those of a retrained network, are computed. With `--known` only networks
compute new estimates; the scores of other estimators are over their cached datasets.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import torch

from benchmarks.comparison.rounds import CRITICS, MANY_COLUMNS, ROUNDS, Round
from benchmarks.comparison.speed import Speed, speeds
from mist_explore.cli.progress import every_tenth
from mist_explore.estimators import DEFAULT, LearnedEstimator
from mist_explore.evaluation import (
    BenchmarkComparison,
    GroupScore,
    ResultCache,
    as_json,
    iter_benchmark,
    lower_errors,
    markdown_table,
    pipe_table,
    write_section,
)
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.progress import finished

__all__ = ["main", "speed_table", "summary_table"]

HERE = Path(__file__).parent
RESULTS, CACHE = HERE.parent / "results", HERE.parent / "cache"
PAGE = HERE.parent.parent / "docs" / "benchmarks.md"
SECTION = "comparison"
COMMAND = "make bench-comparison"
COVERED = ("BMI-40, n = 1,000 (nats)", "shift (nats)")
"""Columns of the summary whose coverage is shown too."""

Column = tuple[str, tuple[GroupScore, ...]]


def main() -> None:
    """Write `comparison.json`, `comparison.md` and the section of the documentation."""
    parser = argparse.ArgumentParser(description="every estimator on the same datasets")
    parser.add_argument("--known", action="store_true", help="ask only the networks anything new")
    known = parser.parse_args().known
    torch.set_num_threads(1)
    asked = {each.title: each.estimators() for each in ROUNDS}
    others = {e.name for es in asked.values() for e in es if not isinstance(e, LearnedEstimator)}
    cache = ResultCache(CACHE, read_only=others if known else ())
    comparisons: dict[str, BenchmarkComparison] = {}
    columns: list[Column] = []
    timed = speeds([*MANY_COLUMNS, "bootstrap-ksg", *CRITICS])
    for each in ROUNDS:
        print(each.title, file=sys.stderr)
        estimators = asked[each.title]
        found = finished(iter_benchmark(estimators, each.suite, cache=cache), every_tenth())
        found = replace(found, provenance=_provenance(estimators))
        comparisons[each.title] = each.regrouped(found, each.group)
        columns += _columns(each, found)
        _write(comparisons, columns, timed)  # after each: the last ones take long


def summary_table(columns: list[Column]) -> str:
    """Return a line for each estimator: its error, and in brackets the excess over the first."""
    covered = [(title, scores) for title, scores in columns if title in COVERED]
    header = ["", *(title for title, _ in columns)]
    header += [f"90 % interval covers, {title.rpartition(' (')[0]}" for title, _ in covered]
    names = dict.fromkeys(s.estimator for _, scores in columns for s in scores)
    lines = []
    for name in names:
        line = [name]
        line += [_error(_of(name, scores)) for _, scores in columns]
        line += [_coverage(_of(name, scores)) for _, scores in covered]
        lines.append(line)
    return pipe_table(header, lines)


def speed_table(timed: tuple[Speed, ...]) -> str:
    """Return a line for each estimator: its time relative to the first."""
    header = ["", *(f"{s.n_samples:,} rows, {s.dim} + {s.dim} columns" for s in timed)]
    first, *others = timed[0].seconds
    lines = [[first, *(f"{1000 * s.seconds[first]:.2g} ms" for s in timed)]]
    lines += [[name, *(_times(s.ratios[name]) for s in timed)] for name in others]
    return pipe_table(header, lines)


def _columns(each: Round, found: BenchmarkComparison) -> Iterator[Column]:
    yield from each.regrouped(found, each.column).scores.items()


def _of(name: str, scores: tuple[GroupScore, ...]) -> GroupScore | None:
    return next((s for s in scores if s.estimator == name), None)


def _error(score: GroupScore | None) -> str:
    if score is None:
        return ""
    taken, error = score.summary.n_datasets, score.summary.error
    if score.excess is None:
        return str(error)
    if taken < score.n_datasets:  # its error is on other datasets than those of the column
        return f"({score.excess.signed} on {taken} of {score.n_datasets})"
    return f"{error.value:.3g} ({score.excess.signed})"


def _times(ratio: float) -> str:
    return f"× {ratio:.2g}" if ratio < 10 else f"× {ratio:.0f}"


def _coverage(score: GroupScore | None) -> str:
    share = None if score is None else score.summary.coverage.get(0.9)
    return "" if share is None else f"{100 * share.value:.0f} %"


def _write(
    comparisons: dict[str, BenchmarkComparison], columns: list[Column], timed: tuple[Speed, ...]
) -> None:
    timings = {
        f"{s.n_samples} rows, {s.dim} + {s.dim} columns": {
            name: {"seconds": float(f"{s.seconds[name]:.3g}"), "ratio": float(f"{ratio:.3g}")}
            for name, ratio in s.ratios.items()
        }
        for s in timed
    }
    parts = [f'"command": {json.dumps(COMMAND)}', f'"speed": {json.dumps(timings, indent=1)}']
    parts += [f"{json.dumps(title)}: {as_json(c)}" for title, c in comparisons.items()]
    replace_file(RESULTS / "comparison.json", f"{{{','.join(parts)}}}\n".encode())

    wins = [f"- {title}: {lower_errors(c)}" for title, c in comparisons.items()]
    summary = [
        summary_table(columns),
        "Mean squared error on M_test, mean absolute error elsewhere; in brackets how much more "
        f"than {DEFAULT}, on the datasets that both took, ± one standard error over cells: on "
        "M_test the datasets of one family and number of rows, on BMI-40 those of a task, on shift "
        "each dataset. The sides are standardised for nearest neighbours and critics. Every "
        f"estimator sees the same datasets, once. Made by `{COMMAND}`.",
        f"Where {DEFAULT} loses, and where not:",
        "\n".join(wins),
        f"Processor time of one estimate, one thread, as a multiple of that of {DEFAULT} "
        "(bootstrap-ksg: 199 resamples):",
        speed_table(timed),
    ]
    more = "All numbers are in `benchmarks/results/comparison.md`."
    write_section(PAGE, SECTION, "\n\n".join([*summary, more]))
    full = ["# Estimators side by side", *summary]
    full += [f"## {title}\n\n{markdown_table(c)}" for title, c in comparisons.items()]
    replace_file(RESULTS / "comparison.md", ("\n\n".join(full) + "\n").encode())


def _provenance(estimators: list[Estimator]) -> dict[str, str]:
    found = {"command": COMMAND, "python": platform.python_version()}
    found |= {name: version(name) for name in ("mist-explore", "torch", "numpy", "scipy")}
    learned = [e for e in estimators if isinstance(e, LearnedEstimator)]
    return found | {f"{e.name}_sha256": e.checkpoint.sha256 for e in learned}


if __name__ == "__main__":
    main()
