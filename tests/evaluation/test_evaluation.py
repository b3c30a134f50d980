"""Suites keep their published protocol, and evaluations count what they claim to count."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from torch import Tensor

from mist_explore.estimate import Estimate
from mist_explore.estimators import GaussianCopula, load
from mist_explore.evaluation import (
    BMI40,
    BMI_TASKS,
    REPORTS,
    SUITES,
    Cell,
    Evaluation,
    MTest,
    Suite,
    evaluate,
    iter_evaluate,
    markdown_table,
    with_section,
    write_section,
)
from mist_explore.evaluation.mist_test_suite import DATASETS_PER_CELL, DISTRIBUTIONS
from mist_explore.evaluation.suite import Plan
from mist_explore.meta import published
from mist_explore.progress import Progress, finished
from mist_explore.resources import results_directory
from mist_explore.sample import Sample


@dataclass(frozen=True)
class Fixed:
    """An estimator that always returns the same."""

    levels: tuple[float, ...] = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
    quantiles: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0)
    name: str = "fixed"

    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        sample = Sample(x, y)
        shape = sample.n_samples, sample.dim_x, sample.dim_y
        return Estimate(self.levels, self.quantiles, ("a doubt",), self.name, *shape)


@dataclass(frozen=True)
class TwoCells(Suite):
    """Four datasets whose truths are 0.5, 0.5 and 0.75, 1.5."""

    name: ClassVar[str] = "two-cells"
    error: ClassVar[Literal["squared", "absolute"]] = "squared"
    note: ClassVar[str] = "Made up."

    @property
    def published(self) -> Mapping[str, Mapping[str, float]]:
        return {"Other": {"one": 0.0, "two": 100.0}}

    def plans(self) -> Iterator[Plan]:
        x = torch.arange(10.0, dtype=torch.float64).reshape(2, 5, 1)
        for group, truths in (("one", (0.5, 0.5)), ("two", (0.75, 1.5))):
            truth = torch.tensor(truths, dtype=torch.float64)

            def draw(seed: int, truth: Tensor = truth) -> tuple[Tensor, Tensor, Tensor]:
                return x, x + seed % 1_000, truth

            yield Plan(group, "line", f"line {group}", (group,), draw)


def same(first: Cell, second: Cell) -> bool:
    return first.name == second.name and all(
        torch.equal(getattr(first, field), getattr(second, field)) for field in ("x", "y", "truths")
    )


@pytest.fixture(scope="module")
def m_test() -> list[Cell]:
    return list(MTest().cells(seed=0))


@pytest.fixture(scope="module")
def made_up() -> Evaluation:
    return evaluate(Fixed(), TwoCells())


def test_m_test_has_the_published_counts(m_test: list[Cell]) -> None:
    assert sum(len(cell.truths) for cell in m_test) == 20 * 9 * 13
    assert all(len(cell.x) == len(cell.y) == len(cell.truths) == 9 for cell in m_test)
    assert Counter(cell.group for cell in m_test) == {
        "IMD, n in [10, 100)": 24,
        "IMD, n in [100, 300)": 48,
        "IMD, n in [300, 500]": 48,
        "OoMD, n in [10, 100)": 28,
        "OoMD, n in [100, 300)": 56,
        "OoMD, n in [300, 500]": 56,
    }
    sizes = sorted({cell.x.shape[1] for cell in m_test})
    assert (len(sizes), sizes[0], sizes[-1]) == (20, 10, 500)
    assert len({cell.name for cell in m_test}) == MTest().n_cells == 260


def test_m_test_draws_one_dimension_and_nine_distributions_for_a_cell(m_test: list[Cell]) -> None:
    dims = [cell.x.shape[2] for cell in m_test]
    assert all(cell.x.shape == cell.y.shape for cell in m_test)
    assert (min(dims), max(dims)) == (2, 32)
    assert len(set(dims)) == 31
    assert all(len(set(cell.truths.tolist())) == 9 for cell in m_test)
    assert all(bool((cell.truths > 0).all()) for cell in m_test)


def test_in_and_out_of_the_meta_distribution_are_what_they_claim() -> None:
    trained = {(c.family, c.transform) for c in published().components}
    assert set(DISTRIBUTIONS["IMD"]) <= trained
    assert not set(DISTRIBUTIONS["OoMD"]) & trained


def test_bins_hold_their_lower_end() -> None:
    cells = MTest(sample_sizes=(99, 100, 299, 300, 500)).cells(seed=0)
    groups = {cell.x.shape[1]: cell.group.removeprefix("IMD, n in ") for cell in list(cells)[:5]}
    assert groups == {
        99: "[10, 100)", 100: "[100, 300)", 299: "[100, 300)", 300: "[300, 500]", 500: "[300, 500]"
    }  # fmt: skip


def test_every_published_number_belongs_to_a_group_that_is_drawn(m_test: list[Cell]) -> None:
    groups = {cell.group for cell in m_test}
    assert all(set(errors) == groups for errors in MTest().published.values())
    assert MTest().published["MIST-QR"]["OoMD, n in [100, 300)"] == 9.9


def test_a_cell_depends_on_the_seed_and_on_itself_alone(m_test: list[Cell]) -> None:
    few = list(MTest(replicates=2, sample_sizes=(61, 500)).cells(seed=0))
    assert len(few) == MTest(replicates=2, sample_sizes=(61, 500)).n_cells == 52
    by_name = {cell.name: cell for cell in m_test}
    assert all(same(cell, by_name[cell.name]) for cell in few[:26])
    assert not any(cell.name in by_name for cell in few[26:])
    assert not any(torch.equal(a.truths, b.truths) for a, b in zip(few[:26], few[26:], strict=True))
    other = next(iter(MTest().cells(seed=1)))
    assert not torch.equal(other.truths, m_test[0].truths)


def test_bmi_40_draws_every_task_and_repeats_itself() -> None:
    suite = BMI40(n_samples=30, replicates=2)
    cells, again = list(suite.cells(seed=3)), list(suite.cells(seed=3))
    assert len(cells) == suite.n_cells == 40
    for cell, repeated in zip(cells, again, strict=True):
        distribution = BMI_TASKS[cell.distribution].distribution
        assert cell.x.shape == (2, 30, distribution.dim_x)
        assert cell.y.shape == (2, 30, distribution.dim_y)
        assert not torch.equal(cell.x[0], cell.x[1])
        assert cell.truths.tolist() == [float(distribution.mutual_information)] * 2
        assert same(cell, repeated)


def test_bmi_40_compares_with_published_errors_at_their_sample_size_only() -> None:
    assert BMI40(5_000).published["Alice Base"] == {"40 tasks, n = 5,000": 0.063}
    assert BMI40(700).published == {}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MTest(sample_sizes=(501,)), "expected sample sizes in 10-500; got 501"),
        (lambda: BMI40(n_samples=3), "expected at least 4 rows; got 3"),
        *((partial(s, replicates=0), "expected at least one replicate") for s in SUITES.values()),
    ],
)
def test_impossible_suites_are_reported(call: Callable[[], Suite], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_suites_are_found_by_name() -> None:
    assert list(SUITES) == [
        *("m-test", "bmi-40", "shift", "lowdim", "lmi-grid", "bmi-mixtures", "ties")
    ]
    assert all(suite.name == name for name, suite in SUITES.items())


def test_an_evaluation_counts_by_hand(made_up: Evaluation) -> None:
    one, two = made_up.summary
    assert (one.group, one.n_datasets, one.error.value, one.bias.value) == ("one", 2, 0.0, 0.0)
    assert two.error.value == pytest.approx(0.53125)
    assert two.bias.value == pytest.approx(-0.625)
    assert {level: share.value for level, share in two.coverage.items()} == {
        0.5: 0.0, 0.8: 0.5, 0.9: 0.5, 0.95: 0.5
    }  # fmt: skip
    assert two.width is not None
    assert two.width.value == pytest.approx(0.8)
    assert [share.value for share in two.calibration.values()] == [0] * 6 + [0.5] * 3
    assert (one.below_published, two.below_published) == (False, True)


def test_progress_counts_cells_and_ends_with_every_dataset() -> None:
    suite = BMI40(n_samples=30, replicates=2)
    records: list[Progress] = []
    evaluation = finished(iter_evaluate(Fixed(), suite, seed=5), records.append)
    assert [record.step for record in records] == list(range(1, 41))
    assert all(record.total == 40 for record in records)
    assert len(evaluation.rows) == 80
    assert evaluation.summary[0].error.n_clusters == 40
    errors = [abs(row.estimate.median - row.truth) for row in evaluation.rows]
    assert evaluation.summary[0].error.value == pytest.approx(sum(errors) / 80)
    assert records[-1].metrics["mean_absolute_error"] == pytest.approx(sum(errors) / 80)
    assert evaluation.summary[0].below_published is None


def test_a_point_estimator_has_errors_but_no_coverage() -> None:
    evaluation = evaluate(Fixed((0.5,), (0.5,)), TwoCells())
    assert all(not g.coverage and g.width is None for g in evaluation.summary)
    assert "interval" not in markdown_table(evaluation)


def test_json_is_strict_and_whole(made_up: Evaluation) -> None:
    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    content = json.loads(REPORTS[".json"](made_up), parse_constant=refuse)
    assert content["summary"][0]["error"] == {"mean": 0.0, "standard_error": None, "cells": 1}
    assert content["summary"][1]["coverage"]["0.9"]["mean"] == 0.5
    assert content["levels"] == list(Fixed().levels)
    assert content["rows"][3]["truth"] == 1.5
    assert content["rows"][3]["quantiles"] == list(Fixed().quantiles)
    assert content["rows"][3]["warnings"] == ["a doubt"]
    assert [content["rows"][3][k] for k in ("n_samples", "dim_x", "dim_y")] == [5, 1, 1]


def test_csv_has_a_line_for_each_dataset(made_up: Evaluation) -> None:
    lines = list(csv.DictReader(io.StringIO(REPORTS[".csv"](made_up))))
    assert [float(line["truth"]) for line in lines] == [0.5, 0.5, 0.75, 1.5]
    assert {float(line["q0.95"]) for line in lines} == {0.9}
    assert {line["suite"] for line in lines} == {"two-cells"}


def test_markdown_has_a_line_for_each_group_and_the_command(made_up: Evaluation) -> None:
    table = markdown_table(replace(made_up, provenance={"command": "made by hand"}))
    lines = [line for line in table.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| one", "| two"]
    assert "| 0.531 | 100 |" in lines[3]
    assert "Made by `made by hand`" in table


plain = st.text(st.characters(exclude_characters="<>\r", exclude_categories=["Cs"]))


@given(plain, plain, plain, plain)
def test_a_section_is_replaced_alone_and_again(a: str, old: str, new: str, b: str) -> None:
    text = f"{a}<!-- t:n -->{old}<!-- /t:n -->{b}"
    once = with_section(text, "t:n", new)
    assert once == f"{a}<!-- t:n -->\n{new.strip()}\n<!-- /t:n -->{b}"
    assert with_section(once, "t:n", new) == once


@pytest.mark.parametrize("text", ["", "<!-- t -->", "<!-- /t --><!-- t -->", "<!-- /t -->"])
def test_a_text_without_both_markers_is_reported(text: str) -> None:
    with pytest.raises(ValueError, match="expected the markers <!-- t --> and <!-- /t -->"):
        with_section(text, "t", "new")


def test_sections_that_are_written_at_once_are_all_kept(tmp_path: Path) -> None:
    page, names = tmp_path / "page.md", [f"t:{number}" for number in range(8)]
    page.write_text("".join(f"<!-- {name} -->\n<!-- /{name} -->\n" for name in names))
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: write_section(page, name, f"text of {name}"), names))
    assert re.findall(r"text of (.+)", page.read_text()) == names


def test_the_gaussian_copula_beats_the_published_network_out_of_distribution() -> None:
    # Ranks undo the maps of OoMD: the known weakness of the published network.
    evaluation = evaluate(GaussianCopula(), MTest(sample_sizes=(190, 319, 500)))
    below = {group.group: group.below_published for group in evaluation.summary}
    assert below["OoMD, n in [100, 300)"]
    assert below["OoMD, n in [300, 500]"]


def test_the_recorded_errors_are_below_the_published_in_every_bin_and_recur() -> None:
    # Both draws of the whole suite are recorded; one dataset of some cells is estimated again.
    recorded = json.loads((results_directory() / "m-test-mist-qr.json").read_text())
    assert len(recorded["summary"]) == 6
    for group in recorded["summary"]:
        assert group["error"]["mean"] < group["published"]["MIST-QR"], group["group"]
        if "[10, 100)" not in group["group"]:
            covered = group["coverage"]["0.9"]
            assert covered["mean"] > 0.85 - 2 * covered["standard_error"], group["group"]
    before = {(row["cell"], row["number"]): row for row in recorded["rows"]}
    assert len(before) == 2 * MTest().n_cells * DATASETS_PER_CELL
    again = evaluate(load("mist-qr"), MTest(sample_sizes=(35, 190, 396), datasets=1))
    for row in again.rows:
        expected = before[row.cell, row.number]
        assert row.truth == pytest.approx(expected["truth"], rel=1e-4)
        assert list(row.estimate.quantiles) == pytest.approx(expected["quantiles"], abs=2e-3)


def test_the_smooth_network_beats_the_published_one_in_every_bin() -> None:
    suite = MTest(sample_sizes=(10, 35, 61, 87, 190, 396), datasets=4)
    evaluation = evaluate(load("mist-smooth"), suite)
    assert len(evaluation.summary) == 6
    for group in evaluation.summary:
        assert group.below_published, f"{group.group}: {group.error}"
        if "[10, 100)" not in group.group:
            covered = group.coverage[0.9]
            margin = 2 * covered.standard_error
            assert 0.85 - margin < covered.value < 0.95 + margin, f"{group.group}: {covered}"
