"""Several estimators on the same datasets, and answers that are kept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from torch import Tensor

import mist_explore as mx
from benchmarks.comparison import speed
from benchmarks.comparison.__main__ import speed_table, summary_table
from benchmarks.comparison.check import NAMES
from benchmarks.comparison.rounds import CRITICS, ROUNDS
from mist_explore.estimate import Estimate
from mist_explore.estimators import KSG, Bootstrap, Gaussian, GaussianCopula, Histogram, load
from mist_explore.evaluation import (
    BMI40,
    COMPARISON_REPORTS,
    BenchmarkComparison,
    MTest,
    ResultCache,
    benchmark,
    evaluate,
    iter_benchmark,
    iter_evaluate,
    lower_errors,
    markdown_table,
)
from mist_explore.evaluation.comparison import attempt
from mist_explore.evaluation.suite import Plan, Suite
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress, finished
from mist_explore.sample import Sample

FEW = MTest(sample_sizes=(35, 61), datasets=2)


@dataclass(frozen=True)
class Off:
    """An estimator that returns the number in the data, and some more; it refuses what it must.

    The suite below hides the truth in the first value of x.
    """

    name: str
    by: float
    most: float = math.inf

    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        sample = Sample(x, y)
        if sample.x[0, 0] > self.most:
            raise ValueError(f"expected at most {self.most}")
        return Estimate((0.5,), (sample.x[0, 0] + self.by,), (), self.name, sample.n_samples, 1, 1)


@dataclass(frozen=True)
class Reported(Suite):
    """Four datasets of two cells, whose truths are 1, 2, 3, 4."""

    name: ClassVar[str] = "told"
    note: ClassVar[str] = "Made up."

    def plans(self) -> Iterator[Plan]:
        for name, truths in (("one", (1.0, 2.0)), ("two", (3.0, 4.0))):
            yield Plan("all", name, name, (name,), partial(_rows, truths))


def _rows(truths: tuple[float, ...], seed: int) -> tuple[Tensor, Tensor, Tensor]:
    truth = torch.tensor(truths, dtype=torch.float64)
    x = truth[:, None, None] + torch.arange(5.0, dtype=torch.float64)[:, None]
    return x, x + seed % 1_000, truth


def held(*estimators: Off) -> BenchmarkComparison:
    return benchmark(estimators, Reported())


def test_differences_are_paired_and_clustered_by_cell() -> None:
    found = held(Off("ours", 0.5), Off("worse", 0.75), Off("better", 0.1))
    ours, worse, better = found.scores["all"]
    assert (ours.excess, ours.is_better) == (None, False)
    assert worse.excess is not None
    assert better.excess is not None
    assert worse.excess.value == pytest.approx(0.25)
    assert worse.excess.n_clusters == 2
    assert not worse.is_better
    assert better.excess.value == pytest.approx(-0.4)
    assert better.excess.standard_error == pytest.approx(0, abs=1e-12)
    assert better.is_better
    assert lower_errors(found).startswith(
        "Less in error than ours by more than two standard errors: b"
    )
    assert lower_errors(held(Off("ours", 0.5), Off("worse", 0.75))).startswith("No other errs less")


def test_a_difference_is_over_the_datasets_that_both_took() -> None:
    found = held(Off("ours", 0.5), Off("picky", 0.25, most=3))
    _, picky = found.scores["all"]
    assert (picky.summary.n_datasets, picky.n_datasets) == (3, 4)
    assert found.evaluations[1].refusals == {"expected at most 3": 1}
    assert picky.excess is not None
    assert picky.excess.value == pytest.approx(-0.25)
    assert "| 3 of 4 |" in markdown_table(found)
    _, nothing = held(Off("ours", 0.5, most=2), Off("none", 0.0, most=0)).evaluations
    assert (nothing.rows, nothing.summary) == ((), ())
    assert nothing.refusals == {"expected at most 0": 4}


def test_squared_errors_differ_by_their_squares() -> None:
    evaluations = [replace(e, error="squared") for e in held(Off("a", 1), Off("b", 3)).evaluations]
    _, b = BenchmarkComparison(tuple(evaluations)).scores["all"]
    assert b.excess is not None
    assert b.excess.value == pytest.approx(8)


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=4, unique=True))
@settings(max_examples=20)
def test_an_excess_is_the_difference_of_the_errors_where_all_was_taken(offs: list[float]) -> None:
    first, *others = held(*(Off(f"e{i}", by) for i, by in enumerate(offs))).scores["all"]
    for other in others:
        assert other.excess is not None
        difference = other.summary.error.value - first.summary.error.value
        assert other.excess.value == pytest.approx(difference)


def test_each_is_evaluated_as_alone() -> None:
    estimators: list[Estimator] = [GaussianCopula(), KSG()]
    records: list[Progress] = []
    found = finished(iter_benchmark(estimators, FEW, seed=2), records.append)
    assert [r.step for r in records] == list(range(1, FEW.n_cells + 1))
    assert {r.total for r in records} == {FEW.n_cells}
    for estimator, evaluation in zip(estimators, found.evaluations, strict=True):
        alone = evaluate(estimator, FEW, seed=2)
        assert [row.estimate for row in alone.rows] == [row.estimate for row in evaluation.rows]


@pytest.mark.parametrize(
    ("estimators", "message"),
    [([], "expected at least one estimator; got none"), ([KSG(), KSG()], "of different names")],
)
def test_impossible_comparisons_are_errors(estimators: list[KSG], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        benchmark(estimators, FEW)


def test_reports_hold_every_estimator_and_dataset() -> None:
    estimators = [mx.load(), Gaussian(), Bootstrap(Gaussian(), 19)]
    found = replace(benchmark(estimators, FEW), provenance={"command": "by hand"})
    content = json.loads(COMPARISON_REPORTS[".json"](found))
    names = [estimator.name for estimator in estimators]
    assert content["estimators"] == names
    assert len(content["datasets"]) == 13 * 2 * 2
    assert all(list(line["medians"]) == names for line in content["datasets"])
    assert {line["number"] for line in content["datasets"]} == {0, 1}
    assert [s["excess"] is None for s in content["scores"]] == [True, False, False] * 2
    assert [s["coverage_90"] is None for s in content["scores"]] == [False, True, False] * 2
    table = COMPARISON_REPORTS[".md"](found)
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    assert len(lines) == 2 + 2 * len(names)
    assert {line.count("|") for line in lines} == {lines[0].count("|")}
    assert "Made by `by hand`." in table


# Result cache


def sample(seed: int = 0) -> Sample:
    return mx.FAMILIES["normal-dense"].distribution(2, 2).sample(60, seed)


@pytest.mark.parametrize(
    "estimator", [Gaussian(), Histogram(), Bootstrap(Gaussian(), 19), load("mist-qr")]
)
def test_what_was_asked_before_is_looked_up(estimator: Estimator, tmp_path: Path) -> None:
    fresh = attempt(estimator, sample())
    first = ResultCache(tmp_path).estimate(estimator, sample())
    assert ResultCache(tmp_path).estimate(estimator, sample()) == first
    assert len(ResultCache(tmp_path).path(estimator).read_text().splitlines()) == 1
    assert (first.name, first.error, first.warnings) == (fresh.name, fresh.error, fresh.warnings)
    if fresh.estimate is not None and first.estimate is not None:
        assert first.estimate.levels == fresh.estimate.levels
        assert first.estimate.quantiles == pytest.approx(fresh.estimate.quantiles, rel=1e-5)


def test_other_rows_settings_and_weights_are_asked_anew(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    paths = {cache.path(e) for e in (KSG(), KSG(1, 5), Bootstrap(KSG()), load("mist-qr"))}
    assert len(paths) == 4
    for other in (sample(), sample(1), Sample(sample().y, sample().x)):
        cache.estimate(KSG(), other)
    assert len(cache.path(KSG()).read_text().splitlines()) == 3


def test_the_last_bits_of_the_rows_change_nothing(tmp_path: Path) -> None:
    cache, rows = ResultCache(tmp_path), sample()
    cache.estimate(KSG(), rows)
    cache.estimate(KSG(), Sample(np.nextafter(rows.x, 9), np.nextafter(rows.y, -9)))
    assert len(cache.path(KSG()).read_text().splitlines()) == 1


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    job = iter_evaluate(KSG(), FEW, cache=ResultCache(tmp_path))
    next(job)
    job.close()
    path = ResultCache(tmp_path).path(KSG())
    assert len(path.read_text().splitlines()) == 2
    with path.open("a") as stream:
        stream.write('{"sample": "cut o')  # a write that was cut off
    kept = path.read_text().splitlines()[:2]
    evaluation = evaluate(KSG(), FEW, cache=ResultCache(tmp_path))
    assert path.read_text().splitlines()[:2] == kept
    assert len(path.read_text().splitlines()) == len(evaluation.rows) == 52


def test_read_only_asks_nothing_new(tmp_path: Path) -> None:
    known = ResultCache(tmp_path).estimate(KSG(), sample())
    cache = ResultCache(tmp_path, read_only=("ksg",))
    assert cache.estimate(KSG(), sample()) == known
    assert cache.estimate(KSG(), sample(1)).error == "not in the cache"
    assert cache.estimate(Gaussian(), sample(1)).median is not None


def test_a_damaged_cache_is_reported(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.path(KSG()).write_text('{"by": "ksg"}\n')
    with pytest.raises(ValueError, match=r"a cached estimate in line 1 of .*\.jsonl; delete"):
        cache.estimate(KSG(), sample())


# Benchmark against baselines


def test_every_task_has_its_name_in_the_benchmark() -> None:
    assert len(set(NAMES.values())) == 40
    assert NAMES["spiral-normal-cdf-2pair-3v3"] == "spiral-normal_cdf-multinormal-sparse-3-3-2-2.0"


def test_critics_see_at_most_a_hundred_datasets_of_m_test_and_one_draw_of_bmi_40() -> None:
    sizes = {}
    for each in ROUNDS:
        if set(CRITICS) <= set(each.names):
            sizes[each.title] = sum(len(cell.truths) for cell in each.suite.cells(seed=0))
        assert each.names[0] == "mist-qr"
    assert sizes == {"bmi-40": 40, "m-test, a part": 91}


def test_the_summary_has_a_line_for_each_estimator_and_a_column_for_each_suite() -> None:
    one, two = held(Off("ours", 0.5), Off("picky", 0.25, most=3)), held(Off("ours", 0.1))
    columns = [(title, c.scores["all"]) for title, c in (("first", one), ("second", two))]
    header, _, ours, picky = summary_table(columns).splitlines()
    assert header == "|  | first | second |"
    assert ours.startswith("| ours | 0.5 ± ")
    assert picky.startswith("| picky | (-0.25 ± ")
    assert picky.endswith(" on 3 of 4) |  |")


def test_speeds_are_ratios_to_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "SHAPES", ((60, 1), (80, 2)))
    timed = speed.speeds(["gaussian", "bootstrap-gaussian"])
    assert [(s.n_samples, s.dim) for s in timed] == [(60, 1), (80, 2)]
    for each in timed:
        assert each.ratios["gaussian"] == 1
        assert each.ratios["bootstrap-gaussian"] > 10
    _, _, first, other = speed_table(timed).splitlines()
    assert first.count(" ms |") == other.count("| × ") == 2


@pytest.mark.parametrize("name", ["gaussian", "gaussian-copula", "ksg", "ksg-2"])
def test_remembered_answers_are_those_of_this_code(name: str) -> None:
    cell = next(iter(BMI40(200).cells(seed=0)))
    rows = Sample(cell.x[0].numpy(), cell.y[0].numpy())
    folder = Path(__file__).parents[2] / "benchmarks" / "cache"
    known = ResultCache(folder, read_only=(name,)).estimate(load(name), rows)
    assert known.median == pytest.approx(load(name).estimate(rows.x, rows.y).median, abs=1e-4)
