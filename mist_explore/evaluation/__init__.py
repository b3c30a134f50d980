"""Evaluation of estimators on suites of datasets with known mutual information.

To add a suite, write a file with a `Suite` and a line in `SUITES`.
"""

from __future__ import annotations

from mist_explore.estimators.serial import SerialDependence, serial_dependence
from mist_explore.evaluation.benchmark import (
    BenchmarkComparison,
    GroupScore,
    benchmark,
    iter_benchmark,
)
from mist_explore.evaluation.bmi_mixtures import BMIMixtures
from mist_explore.evaluation.bmi_suite import BMI40, BMI_TASKS
from mist_explore.evaluation.case import AXES, Case
from mist_explore.evaluation.comparison import Comparison, Outcome, compare
from mist_explore.evaluation.consistency import (
    CHECKS,
    Finding,
    consistency,
    consistency_table,
    iter_consistency,
)
from mist_explore.evaluation.failure_search import (
    MEASURES,
    EvaluatedCase,
    Search,
    SearchProgress,
    WorstCase,
    iter_worst_case,
    worst_case,
)
from mist_explore.evaluation.grid import Grid
from mist_explore.evaluation.learning_curve import Stability, stability
from mist_explore.evaluation.lmi_grid import LMIGrid
from mist_explore.evaluation.lowdim import Lowdim
from mist_explore.evaluation.markdown import pipe_table, with_section, write_section
from mist_explore.evaluation.mist_test_suite import MTest
from mist_explore.evaluation.pair_table import (
    PAIR_FIELDS,
    pair_rows,
    pairs_as_csv,
    pairs_as_parquet,
)
from mist_explore.evaluation.pairs import Pairwise
from mist_explore.evaluation.pairwise import (
    iter_independence_tests,
    iter_pairwise_information,
    pairwise_information,
)
from mist_explore.evaluation.permutation import PermutationTest, permutation_test
from mist_explore.evaluation.repeated_sampling import (
    RandomCase,
    Repetition,
    Repetitions,
    iter_repetitions,
    repetitions,
)
from mist_explore.evaluation.report import (
    COMPARISON_REPORTS,
    REPORTS,
    as_json,
    lower_errors,
    markdown_table,
)
from mist_explore.evaluation.result import Evaluation, GroupSummary, Row, summarise
from mist_explore.evaluation.result_cache import ResultCache
from mist_explore.evaluation.result_table import read_result_table, result_table
from mist_explore.evaluation.run import evaluate, iter_evaluate
from mist_explore.evaluation.sample_size import (
    RowsNeeded,
    errors_by_rows,
    rows_needed,
    widths_by_rows,
)
from mist_explore.evaluation.selection import information_scores
from mist_explore.evaluation.shift import Shift
from mist_explore.evaluation.suite import Cell, Suite
from mist_explore.evaluation.sweep import Sweep, SweepProgress, iter_sweep, sweep
from mist_explore.evaluation.ties import Ties
from mist_explore.evaluation.trial import Summary, Trial
from mist_explore.evaluation.validation import Validation

__all__ = [
    "AXES",
    "BMI40",
    "BMI_TASKS",
    "CHECKS",
    "COMPARISON_REPORTS",
    "MEASURES",
    "PAIR_FIELDS",
    "REPORTS",
    "SUITES",
    "BMIMixtures",
    "BenchmarkComparison",
    "Case",
    "Cell",
    "Comparison",
    "EvaluatedCase",
    "Evaluation",
    "Finding",
    "Grid",
    "GroupScore",
    "GroupSummary",
    "LMIGrid",
    "Lowdim",
    "MTest",
    "Outcome",
    "Pairwise",
    "PermutationTest",
    "RandomCase",
    "Repetition",
    "Repetitions",
    "ResultCache",
    "Row",
    "RowsNeeded",
    "Search",
    "SearchProgress",
    "SerialDependence",
    "Shift",
    "Stability",
    "Suite",
    "Summary",
    "Sweep",
    "SweepProgress",
    "Ties",
    "Trial",
    "Validation",
    "WorstCase",
    "as_json",
    "benchmark",
    "compare",
    "consistency",
    "consistency_table",
    "errors_by_rows",
    "evaluate",
    "information_scores",
    "iter_benchmark",
    "iter_consistency",
    "iter_evaluate",
    "iter_independence_tests",
    "iter_pairwise_information",
    "iter_repetitions",
    "iter_sweep",
    "iter_worst_case",
    "lower_errors",
    "markdown_table",
    "pair_rows",
    "pairs_as_csv",
    "pairs_as_parquet",
    "pairwise_information",
    "permutation_test",
    "pipe_table",
    "read_result_table",
    "repetitions",
    "result_table",
    "rows_needed",
    "serial_dependence",
    "stability",
    "summarise",
    "sweep",
    "widths_by_rows",
    "with_section",
    "worst_case",
    "write_section",
]

SUITES: dict[str, type[MTest | BMI40 | Shift | Lowdim | LMIGrid | BMIMixtures | Ties]] = {
    suite.name: suite for suite in (MTest, BMI40, Shift, Lowdim, LMIGrid, BMIMixtures, Ties)
}
"""The suites by name."""
