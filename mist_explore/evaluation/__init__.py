"""Suites of datasets with known mutual information, and what estimators make of them.

To add a suite, write a file with a `Suite` and a line in `SUITES`.
"""

from __future__ import annotations

from mist_explore.evaluation.bmi import BMI_TASKS
from mist_explore.evaluation.bmi_suite import BMI40
from mist_explore.evaluation.comparison import Answer, Comparison, compare
from mist_explore.evaluation.m_test import MTest
from mist_explore.evaluation.report import REPORTS, markdown_table, with_section
from mist_explore.evaluation.result import Evaluation, GroupSummary, Row, summarise
from mist_explore.evaluation.run import evaluate
from mist_explore.evaluation.shift import Shift
from mist_explore.evaluation.suite import Cell, Suite

__all__ = [
    "BMI40",
    "BMI_TASKS",
    "REPORTS",
    "SUITES",
    "Answer",
    "Cell",
    "Comparison",
    "Evaluation",
    "GroupSummary",
    "MTest",
    "Row",
    "Shift",
    "Suite",
    "compare",
    "evaluate",
    "markdown_table",
    "summarise",
    "with_section",
]

SUITES: dict[str, type[MTest | BMI40 | Shift]] = {
    suite.name: suite for suite in (MTest, BMI40, Shift)
}
"""The suites by name."""
