"""Suites and estimators of the benchmark comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mist_explore.estimators import FAST, KSG, PUBLISHED, Bootstrap, GaussianCopula, load
from mist_explore.estimators.critics import BOUNDS
from mist_explore.evaluation import BMI40, BenchmarkComparison, MTest, Shift, Suite, summarise
from mist_explore.interfaces import Estimator

__all__ = ["CRITICS", "MANY_COLUMNS", "ROUNDS", "Round"]

RESAMPLES = 39
"""Enough for 95 % intervals."""

AROUND = {b.name: b for b in (Bootstrap(GaussianCopula(), RESAMPLES), Bootstrap(KSG(), RESAMPLES))}
QUICK_AROUND, *_ = AROUND
CRITICS = tuple(BOUNDS)

DISCRETE = ("mixed-ksg", "ross", "plug-in")
"""All columns of these suites are continuous: mixed KSG is KSG on them, and the others refuse."""
QUICK = (*(name for name in FAST if name not in DISCRETE), PUBLISHED)
MANY_COLUMNS = tuple(name for name in QUICK if name not in ("histogram", "kernel-density", "lnc"))
"""Those that take more than one column a side."""


@dataclass(frozen=True)
class Round:
    """A suite with its estimators.

    Args:
        title: the title of the round.
        suite: the datasets.
        names: the estimators; the first is the reference of the others.
        group: the name of a group of the suite in the results.
        column: the column of the summary that a group belongs to; empty for none.
    """

    title: str
    suite: Suite
    names: tuple[str, ...]
    group: Callable[[str], str] = str
    column: Callable[[str], str] = lambda group: ""

    def estimators(self) -> list[Estimator]:
        """The estimators, in the order of the names."""
        return [AROUND[name] if name in AROUND else load(name) for name in self.names]

    def regrouped(
        self, comparison: BenchmarkComparison, group: Callable[[str], str]
    ) -> BenchmarkComparison:
        """Return the comparison with datasets in other groups, or left out without a name."""
        evaluations = []
        for evaluation in comparison.evaluations:
            rows = [replace(row, group=group(row.group)) for row in evaluation.rows]
            kept = tuple(row for row in rows if row.group)
            summary = summarise(kept, self.suite)
            evaluations.append(replace(evaluation, rows=kept, summary=summary))
        return replace(comparison, evaluations=tuple(evaluations))


def _m_test_column(group: str) -> str:
    return f"M_test, n {'< 100' if '[10, 100)' in group else '≥ 100'} (nats²)"


def _bmi(n_samples: int, names: tuple[str, ...]) -> Round:
    suffix = "" if n_samples == BMI40.n_samples else f", n = {n_samples:,}"
    return Round(
        f"bmi-40{suffix}",
        BMI40(n_samples),
        names,
        column=lambda group: f"BMI-40, n = {n_samples:,} (nats)",
    )


M_TEST = MTest()

ROUNDS = (
    _bmi(1_000, (*QUICK, *AROUND, *CRITICS)),
    _bmi(200, (*QUICK, *AROUND)),
    Round("shift", Shift(), (*QUICK, *AROUND), column=lambda group: "shift (nats)"),
    _bmi(5_000, (*QUICK, QUICK_AROUND)),
    Round(
        "m-test, a part",
        replace(M_TEST, sample_sizes=M_TEST.sample_sizes[1::3], datasets=1),
        (*MANY_COLUMNS, *AROUND, *CRITICS),
        lambda group: f"a part of {group}",
    ),
    Round("m-test", M_TEST, MANY_COLUMNS, column=_m_test_column),
)
"""The quickest first. A part of M_test is one dataset of each family at seven sizes: critics take
hours for the whole."""
