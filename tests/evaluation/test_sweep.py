"""Cases, sweeps and their files: one set of numbers on one core, on several, and on a cluster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest
import torch
from distributed import Client, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from mist_explore.cli import main
from mist_explore.distributions import FAMILIES
from mist_explore.distributions.strength import strength_at
from mist_explore.evaluation import AXES, Case, Grid, Summary, Sweep, Trial, iter_sweep, sweep
from mist_explore.metrics import Mean
from mist_explore.progress import finished
from mist_explore.tables import read_table
from mist_explore.transforms import transformed

GRID = Grid(
    family=("student-dense", "normal-dense"),
    n_samples=(40,),
    dim=(2, 3),
    information=(0.5, 9.0),
    flow=(0.5,),
    estimators=("ksg", "mist-qr"),
    replicates=2,
)
TASKS = len(GRID.cases) * GRID.replicates


def numbers(found: Sweep) -> list[Trial]:
    """What must not depend on where a sweep runs."""
    return [replace(trial, seconds=0.0) for trial in found.trials]


@pytest.fixture(scope="module")
def alone() -> Sweep:
    """The sweep in this process."""
    return sweep(GRID)


# Strengths


@pytest.mark.parametrize("name", sorted(FAMILIES.keys() - {"independent"}))
@pytest.mark.parametrize("dim", [1, 4])
def test_strength_gives_the_information_that_was_asked_for(name: str, dim: int) -> None:
    family = FAMILIES[name]
    strength = family.parameters[0]
    ends = [
        float(family.distribution(dim, dim, **{strength.name: end}).mutual_information)
        for end in (strength.low, strength.high)
    ]
    for share in (0.25, 0.75):
        wanted = min(ends) + share * (max(ends) - min(ends))
        distribution = family.distribution(
            dim, dim, **{strength.name: strength_at(family, wanted, dim, dim)}
        )
        tolerance = 1e-4 + 3 * float(distribution.mutual_information_error)
        assert float(distribution.mutual_information) == pytest.approx(wanted, abs=tolerance)


def test_no_information_is_no_strength() -> None:
    assert strength_at(FAMILIES["normal-2pair"], 0.0, 3, 3) == 0.0


def test_information_out_of_reach_states_what_is_possible() -> None:
    reach = r"from 0 to 1\.16 nats for normal-dense on 1 \+ 1 columns; got 2"
    with pytest.raises(ValueError, match=reach):
        strength_at(FAMILIES["normal-dense"], 2.0, 1, 1)
    with pytest.raises(ValueError, match="expected a free strength of student-identity"):
        strength_at(FAMILIES["student-identity"], 0.1, 2, 2, df=3)


# Cases


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"family": "cauchy"}, "expected a family among normal-dense"),
        ({"n_samples": 3}, "expected at least 4 rows; got 3"),
        ({"dim": 0}, "expected at least one column each of X and Y; got 0"),
        ({"information": -1.0}, "expected an information of at least 0; got -1"),
        ({"information": float("nan")}, "expected an information of at least 0; got nan"),
        ({"flow": 1.5}, r"expected a strength of the flow in \[0, 1\]; got 1.5"),
    ],
)
def test_an_impossible_case_states_what_was_expected(
    change: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(Case(), **change)  # type: ignore[arg-type]


def test_one_case_has_one_name_however_its_numbers_are_written() -> None:
    plain = Case(n_samples=50, dim=2, information=1, df=None, flow=0)
    other = Case(n_samples=np.int64(50), dim=2, information=np.float64(1), flow=0.0)  # type: ignore[arg-type]
    assert repr(plain) == repr(other)


@given(flow=st.sampled_from([0.0, 0.3, 1.0]), seed=st.integers(0, 2**31 - 1))
@settings(max_examples=10)
def test_flows_keep_the_information_and_a_seed_draws_the_same_rows(flow: float, seed: int) -> None:
    case = Case("student-dense", n_samples=20, dim=2, information=0.7, df=2, flow=flow)
    assert float(case.distribution(seed).mutual_information) == pytest.approx(0.7, abs=1e-4)
    once, again = case.dataset(seed), case.dataset(seed)
    assert np.array_equal(once.x, again.x)
    plain = FAMILIES["student-dense"].distribution(2, 2, **dict(case.parameters))
    if flow == 0:
        assert np.array_equal(once.y, plain.sample(20, seed).y)
    if flow == 1:
        assert np.array_equal(once.y, transformed(plain, "flow", seed).sample(20, seed).y)


# Grids


def test_a_grid_is_every_combination() -> None:
    assert len(set(GRID.cases)) == 8
    assert GRID.varied == ("dim", "information", "family")
    assert {case.df for case in GRID.cases} == {None}
    assert Grid.from_json(GRID.to_json()) == GRID


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dim": (2, 3, 2)}, "expected each value of dim once"),
        ({"dim": ()}, "expected at least one value of dim; got none"),
        ({"estimators": ()}, "expected at least one value of estimators"),
        ({"replicates": 0}, "expected at least one replicate; got 0"),
        ({"flow": (0.0, 2.0)}, "expected a strength of the flow"),
    ],
)
def test_an_impossible_grid_states_what_was_expected(
    change: dict[str, tuple[float, ...]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(GRID, **change)  # type: ignore[arg-type]


# Sweeps


def test_every_estimator_sees_every_dataset_once(alone: Sweep) -> None:
    assert alone.is_complete
    asked = {(t.case, t.replicate, t.estimator) for t in alone.trials}
    assert len(asked) == len(alone.trials) == TASKS * 2
    seeds = {(t.case, t.replicate): t.seed for t in alone.trials}
    assert len(set(seeds.values())) == TASKS
    assert max(seeds.values()) < 2**31


def test_a_trial_can_be_drawn_again(alone: Sweep) -> None:
    from mist_explore.estimators import load

    trial = next(t for t in alone.trials if t.estimator == "mist-qr" and not t.error)
    sample = trial.case.dataset(trial.seed)
    estimate = load("mist-qr").estimate(sample.x, sample.y)
    assert trial.median == pytest.approx(estimate.median, abs=1e-6)
    assert (trial.low, trial.high) == pytest.approx(estimate.interval(0.9), abs=1e-6)
    assert trial.truth == pytest.approx(0.5, abs=1e-4)


def test_what_cannot_be_is_shown_in_its_place(alone: Sweep) -> None:
    for summary in (alone.summaries(name) for name in GRID.estimators):
        assert list(summary) == list(GRID.cases)
        for case, found in summary.items():
            if case.information == 9.0:
                assert (found.truth, found.bias, found.coverage) == (None, None, None)
                assert "expected a mutual information from 0" in found.error
            else:
                assert found.bias is not None
                assert not found.error
    assert all(s.coverage is None for s in alone.summaries("ksg").values())
    assert any(s.coverage is not None for s in alone.summaries("mist-qr").values())


def test_summaries_are_means_over_datasets(alone: Sweep) -> None:
    case = GRID.cases[0]
    trials = [t for t in alone.trials if (t.case, t.estimator) == (case, "mist-qr")]
    errors = [t.median - t.truth for t in trials if t.median is not None and t.truth is not None]
    found = alone.summaries("mist-qr")[case]
    assert found.bias is not None
    assert found.coverage is not None
    assert found.bias.value == pytest.approx(np.mean(errors))
    assert found.bias.standard_error == pytest.approx(np.std(errors, ddof=1) / 2**0.5)
    hits = [
        t.low <= t.truth <= t.high
        for t in trials
        if t.low is not None and t.truth is not None and t.high is not None
    ]
    assert found.coverage.value == np.mean(hits)


def test_a_part_has_fewer_estimators(alone: Sweep) -> None:
    part = alone.part(replace(GRID, estimators=("mist-qr",)))
    assert part is not None
    assert part.is_complete
    assert part.weights == alone.weights
    assert {trial.estimator for trial in part.trials} == {"mist-qr"}
    assert alone.part(replace(GRID, estimators=("histogram",))) is None
    assert alone.part(replace(GRID, seed=1)) is None


def test_the_largest_bias_is_that_of_a_case(alone: Sweep) -> None:
    assert alone.largest_bias is not None
    name, case, bias = alone.largest_bias
    assert bias == pytest.approx(
        np.mean([t.deviation for t in alone.trials if (t.estimator, t.case) == (name, case)])
    )
    means = [one.bias for name in GRID.estimators for one in alone.summaries(name).values()]
    assert abs(bias) == max(abs(mean.value) for mean in means if mean)
    assert replace(alone, trials=()).largest_bias is None


@pytest.mark.parametrize(
    ("share", "rare"), [(1.0, False), (0.875, False), (0.625, True), (0, True)]
)
def test_intervals_miss_too_often_where_chance_does_not_explain_it(
    share: float, rare: bool
) -> None:
    found = Summary(1.0, Mean(0.0, 0.1, 8), Mean(share, 0.1, 8), 0.1, "")
    assert found.misses_too_often is rare
    assert replace(found, coverage=None).misses_too_often is False


@pytest.mark.parametrize("n", [1, 8, 32])
def test_false_alarms_are_as_rare_as_they_are_meant_to_be(n: int) -> None:
    shares = [Summary(1.0, None, Mean(k / n, 0.1, n), 0.1, "") for k in range(n + 1)]
    chance = [binom.pmf(k, n, 0.9) for k, one in enumerate(shares) if one.misses_too_often]
    assert shares[0].false_alarm == pytest.approx(sum(chance))
    assert sum(chance) <= 0.05


def test_progress_counts_datasets_and_hands_out_their_trials(alone: Sweep) -> None:
    records = list(iter_sweep(GRID))
    assert [record.step for record in records] == list(range(1, TASKS + 1))
    assert {record.total for record in records} == {TASKS}
    handed = [trial for record in records for trial in record.trials]
    assert {replace(t, seconds=0.0) for t in handed} == set(numbers(alone))
    # The first replicate of every case comes first.
    assert {t.replicate for record in records[: len(GRID.cases)] for t in record.trials} == {0}
    assert set(records[-1].metrics) == {f"mean_absolute_error {n}" for n in GRID.estimators}


def test_several_processes_find_the_same(alone: Sweep) -> None:
    assert numbers(sweep(GRID, n_jobs=2)) == numbers(alone)


def test_several_threads_find_the_same(alone: Sweep) -> None:
    with joblib.parallel_config("threading", n_jobs=2):
        found = sweep(GRID)
    assert numbers(found) == numbers(alone)


def test_a_dask_cluster_finds_the_same(alone: Sweep) -> None:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        ) as cluster,
        Client(cluster),
        joblib.parallel_config("dask"),
    ):
        found = sweep(GRID)
    assert numbers(found) == numbers(alone)


def test_threads_are_left_as_they_were() -> None:
    before = torch.get_num_threads()
    sweep(Grid(n_samples=(20,), estimators=("ksg",), replicates=1))
    assert torch.get_num_threads() == before


# Files


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_cancelled_sweep_goes_on_where_it_was(alone: Sweep, tmp_path: Path, jobs: int) -> None:
    out = tmp_path / "sweep.parquet"
    with joblib.parallel_config("threading", n_jobs=jobs):
        job = iter_sweep(GRID, out)
        for _ in range(3):
            next(job)
        job.close()
    kept = Sweep.from_parquet(out)
    assert len(kept.trials) == 6
    assert not kept.is_complete
    assert set(numbers(kept)) <= set(numbers(alone))

    rest = iter_sweep(GRID, out)
    first = next(rest)
    assert (first.step, first.done_before, first.total) == (4, 3, TASKS)
    found = finished(rest)
    assert numbers(found) == numbers(alone)
    assert Sweep.from_parquet(out) == found
    assert list(iter_sweep(GRID, out)) == []


def test_a_file_of_another_sweep_is_kept(alone: Sweep, tmp_path: Path) -> None:
    out = tmp_path / "sweep.parquet"
    out.write_bytes(alone.to_parquet())
    with pytest.raises(ValueError, match=r"expected .* to hold this sweep; .* other settings"):
        next(iter_sweep(replace(GRID, seed=1), out))
    retrained = replace(alone, weights={"mist-qr": "0"})
    out.write_bytes(retrained.to_parquet())
    with pytest.raises(ValueError, match="other weights"):
        next(iter_sweep(GRID, out))
    assert Sweep.from_parquet(out) == retrained
    small = Grid(n_samples=(20,), estimators=("ksg",), replicates=1)
    found = sweep(small, out, fresh=True)
    assert Sweep.from_parquet(out) == found


def test_the_file_is_a_table_for_any_reader(alone: Sweep, tmp_path: Path) -> None:
    out = tmp_path / "sweep.parquet"
    out.write_bytes(alone.to_parquet())
    table = read_table(out)
    assert table.n_rows == len(alone.trials)
    assert set(AXES) <= table.columns.keys()
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"expected a sweep in .*other\.csv"):
        Sweep.from_parquet(other)


# The command line


def test_command_sweeps_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sweep.parquet"
    command = (
        "sweep --family student-dense --n-samples 30,60 --dims 2 --information 0.5 --df 2 "
        f"--flow 0.5 --estimators ksg,mist-qr --replicates 2 --seed 3 --out {out}"
    )
    assert main(command.split()) == 0
    printed = capsys.readouterr()
    assert "100 %" in printed.err
    header, *lines = printed.out.splitlines()
    assert header.split()[:2] == ["n_samples", "estimator"]
    assert len(lines) == 4
    grid = Grid(
        family=("student-dense",),
        n_samples=(30, 60),
        dim=(2,),
        information=(0.5,),
        df=(2.0,),
        flow=(0.5,),
        estimators=("ksg", "mist-qr"),
        replicates=2,
        seed=3,
    )
    assert Sweep.from_parquet(out).grid == grid
    assert numbers(Sweep.from_parquet(out)) == numbers(sweep(grid))


def test_command_runs_on_a_dask_cluster(tmp_path: Path) -> None:
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    command = "sweep --n-samples 20 --estimators ksg --replicates 3"
    assert main([*command.split(), "--out", str(here)]) == 0
    with LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        dashboard_address=None,
        protocol="tcp",
    ) as cluster:
        dask = ["--dask", cluster.scheduler_address]
        assert main([*command.split(), *dask, "--out", str(there)]) == 0
    assert numbers(Sweep.from_parquet(there)) == numbers(Sweep.from_parquet(here))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--df 2,heavy", "expected numbers, as 0.5,1; got '2,heavy'"),
        ("--dims 2,-1", "expected a whole number; got '-1'"),
        ("--family cauchy", "expected a family among normal-dense"),
        ("--estimators guess", "expected an estimator among"),
        ("--jobs 2 --dask tcp://here", "expected --jobs or --dask; got both"),
    ],
)
def test_command_states_what_was_expected(
    options: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sweep.parquet"
    assert main(["sweep", *options.split(), "--out", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()
