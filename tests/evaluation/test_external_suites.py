"""External suites: their stated information agrees with independent computations."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import digamma
from scipy.stats import gamma as gamma_distribution
from scipy.stats import kstest

from mist_explore.cli import main
from mist_explore.distributions import FAMILIES
from mist_explore.estimators import GaussianCopula, MixedKSG
from mist_explore.evaluation import (
    BMI40,
    SUITES,
    BMIMixtures,
    Cell,
    LMIGrid,
    Lowdim,
    Suite,
    Ties,
    evaluate,
)
from mist_explore.evaluation.bmi_mixtures import MIXTURE_TASKS
from mist_explore.evaluation.bmi_suite import NARROW, WIDE
from mist_explore.evaluation.lowdim import DIMS, DISTRIBUTIONS
from mist_explore.evaluation.lowdim_pairs import (
    channel_information,
    near_uniform,
    smoothed_information,
)
from mist_explore.evaluation.tied_numbers import normal_classes
from mist_explore.evaluation.ties import TIED_KINDS
from mist_explore.seeding import as_generator

Rows = NDArray[np.float64]
SMALL: tuple[Suite, ...] = (
    Lowdim(n_samples=50, thin=7),
    LMIGrid(dims=(10, 50), thin=5),
    BMIMixtures(n_samples=50, replicates=1),
    Ties(thin=4),
)


def plug_in(x: Rows, y: Rows) -> tuple[float, float]:
    """The plug-in information of discrete rows in nats, and its bias by Miller and Madow."""
    n = len(x)
    entropies, cells = [], []
    for rows in (x, y, np.hstack([x, y])):
        counts = np.unique(rows, axis=0, return_counts=True)[1]
        entropies.append(-float((counts / n * np.log(counts / n)).sum()))
        cells.append(len(counts))
    bias = (cells[2] - cells[0] - cells[1] + 1) / (2 * n)
    return entropies[0] + entropies[1] - entropies[2], bias


def pair(name: str, information: float, n: int, seed: int = 0) -> tuple[Rows, Rows]:
    x, y, _ = DISTRIBUTIONS[name].draw(information, 1, n, seed)
    return x[:, 0].numpy(), y[:, 0].numpy()


def assert_mean(values: Rows, expected: float) -> None:
    error = float(values.std()) / math.sqrt(len(values))
    assert float(values.mean()) == pytest.approx(expected, abs=5 * error + 1e-9)


# --- every suite


@pytest.mark.parametrize("suite", SMALL, ids=lambda suite: suite.name)
def test_a_suite_counts_its_cells_and_repeats_itself(suite: Suite) -> None:
    cells, again = list(suite.cells(3)), list(suite.cells(3))
    other = next(iter(suite.cells(4)))
    assert len(cells) == suite.n_cells
    assert len({cell.name for cell in cells}) == len(cells)
    for cell, repeated in zip(cells, again, strict=True):
        assert torch.equal(cell.x, repeated.x)
        assert torch.equal(cell.y, repeated.y)
        assert cell.x.dtype == cell.y.dtype == cell.truths.dtype == torch.float64
        assert cell.x.shape[:2] == cell.y.shape[:2]
        assert len(cell.truths) == len(cell.x) == 1
        assert bool(torch.isfinite(cell.x).all() and torch.isfinite(cell.y).all())
        assert bool((cell.truths >= 0).all())
        # No estimator refuses a side for being constant.
        assert bool((cell.x != cell.x[:, :1]).any())
        assert bool((cell.y != cell.y[:, :1]).any())
    assert not torch.equal(other.x, cells[0].x)


@pytest.mark.parametrize("name", ["lowdim", "lmi-grid", "bmi-mixtures", "ties"])
def test_published_groups_are_groups_of_the_suite(name: str) -> None:
    suite = SUITES[name]()
    groups = {plan.group for plan in suite.plans()}
    for errors in suite.published.values():
        assert set(errors) <= groups
        assert all(error >= 0 for error in errors.values())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Lowdim(thin=0), "expected thin of at least 1; got 0"),
        (lambda: Lowdim(n_samples=3), "expected at least 4 rows; got 3"),
        (lambda: LMIGrid(dims=(8,)), "expected at least 9 columns a side; got 8"),
        (lambda: LMIGrid(thin=11), "expected thin of at most 10; got 11"),
    ],
)
def test_impossible_settings_are_refused(call: Callable[[], Suite], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_no_kind_is_a_training_family() -> None:
    assert not TIED_KINDS.keys() & FAMILIES.keys()


# --- bmi-40


def test_bmi_40_has_33_narrow_and_7_wide_tasks() -> None:
    suite = BMI40(n_samples=10, by_width=True)
    counts = Counter(plan.group.partition(", n =")[0] for plan in suite.plans())
    assert counts == {NARROW: 33, WIDE: 7}


@pytest.mark.parametrize(("n_samples", "methods"), [(1_000, 10), (5_000, 11), (10_000, 11)])
def test_bmi_40_has_every_published_column(n_samples: int, methods: int) -> None:
    published = BMI40(n_samples).published
    assert len(published) == methods
    assert next(iter(published)) == "Alice Base"
    (group,) = {group for errors in published.values() for group in errors}
    assert group.partition(", n =")[0] == "40 tasks"
    by_width = BMI40(n_samples, by_width=True).published
    overall = published["Alice Base"][group]
    narrow, wide = by_width["Alice Base"].values()
    assert (33 * narrow + 7 * wide) / 40 == pytest.approx(overall, abs=1e-3)


# --- lowdim


@pytest.mark.parametrize("information", [0.1, 0.4, 1, 4, 10])
def test_normal_pairs_have_their_information(information: float) -> None:
    x, y = pair("normal", information, 50_000)
    rho = math.sqrt(1 - math.exp(-2 * information))
    square = (x**2 + y**2 - 2 * rho * x * y) / (1 - rho**2)
    assert_mean(information + (x**2 + y**2 - square) / 2, information)


@pytest.mark.parametrize("information", [0.2, 0.5, 1, 4, 10])
def test_smoothed_uniform_pairs_have_their_information(information: float) -> None:
    x, y = pair("smoothed uniform", information, 50_000)
    s = 2 * information
    if s > 1:
        s = brentq(lambda s: math.log(s) + 1 / (2 * s) - information, 1, 1e6)
    scale, width = min(1, s), 1 / max(1, s)
    noise = (y - scale * x) / width
    for uniform in (x, noise):
        assert kstest(uniform, "uniform").pvalue > 1e-4
    # p(y | x) = 1 / width, and p(y) is the length of the window of x over the width.
    low = np.maximum(0, (y - width) / scale)
    high = np.minimum(1, y / scale)
    assert_mean(-np.log(high - low), information)


@pytest.mark.parametrize("information", [0.3, 1, 4, 10])
def test_log_gamma_exponential_pairs_have_their_information(information: float) -> None:
    x, y = pair("log-gamma-exponential", information, 100_000)
    # ln Gamma(k) has mean psi(k) and variance psi'(k); here the mean is taken off.
    a = _inverse_shape(information)
    assert float(x.mean()) == pytest.approx(0, abs=5 * float(x.std()) / math.sqrt(len(x)))
    if a < 5:  # the gamma variable itself is a number
        shape = 1 / a
        g = np.exp(x + digamma(shape))
        sorted_g = np.sort(g)[::1000]
        levels = gamma_distribution.cdf(sorted_g, shape)
        assert np.abs(levels - np.linspace(0, 1, 101)[: len(levels)]).max() < 0.02
    # p(v | g) = g e^{-g v}, p(v) = shape (1 + v)^{-shape - 1} for v = e^y in units of g.
    log_v = y - digamma(1 / a)
    log_gv = x + y
    log_ratio = x + digamma(1 / a) - np.exp(log_gv)
    log_margin = -math.log(a) - (1 / a + 1) * np.logaddexp(0, log_v)
    assert_mean(log_ratio - log_margin, information)


def _inverse_shape(information: float) -> float:
    grid = np.exp(np.linspace(-5, 14, 400_001))
    values = digamma(1 / grid) + grid + np.log(grid)
    return float(np.interp(information, values, grid))


@pytest.mark.parametrize("information", [0.5, 1, math.log(3), 2.5])
def test_quantised_pairs_have_the_entropy_of_the_bin(information: float) -> None:
    x, y = pair("uniformly quantised", information, 200_000)
    value, bias = plug_in(y[:, None], y[:, None])
    assert value - bias == pytest.approx(information, abs=0.01)
    order = np.argsort(x)
    assert bool((np.diff(y[order]) >= 0).all())  # the bin is a function of x


@pytest.mark.parametrize("information", [0.2, 1, 2.5])
def test_noisy_channels_have_their_information(information: float) -> None:
    x, y = pair("symmetric noisy channel", information, 100_000)
    value, bias = plug_in(x[:, None], y[:, None])
    assert value - bias == pytest.approx(information, abs=0.01)


@pytest.mark.parametrize("information", [0.3, 1, 2.5])
def test_smoothed_discrete_uniform_pairs_have_their_information(information: float) -> None:
    x, y = pair("smoothed discrete uniform", information, 200_000)
    fine = np.floor(y * 2_000)[:, None]
    value, bias = plug_in(np.unique(x, return_inverse=True)[1][:, None].astype(float), fine)
    assert value - bias == pytest.approx(information, abs=0.02)


@pytest.mark.parametrize("m", [2, 5, 40])
def test_smoothed_information_is_the_mean_over_draws(m: int) -> None:
    rng = np.random.default_rng(0)
    for width in (1.0, 1.7, m + 0.3):
        y = rng.integers(0, m, 200_000) + width * rng.random(200_000)
        counts = np.floor(np.minimum(y, m - 1)) - np.ceil(np.maximum(y - width, 0)) + 1
        assert_mean(math.log(m) - np.log(counts), smoothed_information(m, width))


@pytest.mark.parametrize(("failure", "information"), [(0.3, 1), (0.5, 2), (0.7, 1.5)])
def test_rare_events_have_their_information(failure: float, information: float) -> None:
    x, y = pair(f"rare event {failure}", information, 100_000)
    for side in (x, y):
        assert kstest(side, "uniform").pvalue > 1e-4
    m, rare = near_uniform((information - _entropy(failure)) / (1 - failure))
    sizes = np.array([failure, *[(1 - failure) * (1 - rare) / (m - 1)] * (m - 1)])
    edges = np.cumsum(sizes)
    block = np.searchsorted(edges, x)
    assert bool((block == np.searchsorted(edges, y)).all())
    value, bias = plug_in(block[:, None].astype(float), block[:, None].astype(float))
    assert value - bias == pytest.approx(information, abs=0.01)
    for number in range(m):
        inside = block == number
        correlation = np.corrcoef(x[inside], y[inside])[0, 1]
        assert abs(correlation) < 5 / math.sqrt(inside.sum())


@pytest.mark.parametrize("failure", [0.3, 0.5, 0.7])
def test_rare_events_go_up_to_ten_nats(failure: float) -> None:
    x, y = pair(f"rare event {failure}", 10, 20_000)
    inside = x >= failure
    assert float(inside.mean()) == pytest.approx(1 - failure, abs=0.02)
    assert bool(((y >= failure) == inside).all())
    assert bool((y <= 1).all())
    m, rare = near_uniform((10 - _entropy(failure)) / (1 - failure))
    assert float(np.abs(x - y)[inside].max()) <= (1 - failure) / (m - 1) * (1 - rare) + 1e-12


def _entropy(p: float) -> float:
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


@pytest.mark.parametrize("entropy", [0.3, math.log(2), 1, 3, 9.7])
def test_nearly_uniform_labels_have_their_entropy(entropy: float) -> None:
    m, rare = near_uniform(entropy)
    chances = np.array([(1 - rare) / (m - 1)] * (m - 1) + [rare])
    chances = chances[chances > 0]
    assert -float((chances * np.log(chances)).sum()) == pytest.approx(entropy, abs=1e-9)
    assert rare <= 1 / m + 1e-12
    assert channel_information(m, 0.0) == pytest.approx(math.log(m))


def test_maps_of_normal_pairs_keep_the_normal_copula() -> None:
    estimates = {}
    for name in ("normal", "uniform", "power 3"):
        x, y, _ = DISTRIBUTIONS[name].draw(3.0, 2, 20_000, 5)
        estimates[name] = GaussianCopula().estimate(x.numpy(), y.numpy()).median
    assert estimates["normal"] == pytest.approx(3.0, abs=0.1)
    assert len({round(value, 6) for value in estimates.values()}) == 1


def test_lowdim_has_every_published_cell() -> None:
    published = Lowdim().published
    assert list(published) == ["KSG", "WKL", "MINE", "NWJ", "InfoNCE"]
    counts = {len(errors) for errors in published.values()}
    assert counts == {11 + 11 + 11 + 10 + 10 + 10}
    assert published["KSG"]["normal, 5 nats"] == 0.83
    assert published["InfoNCE"]["smoothed discrete uniform, 10 nats"] == 3.88
    assert published["KSG"]["uniformly quantised, 1 nat"] == 0.02
    rare = Lowdim(n_samples=1_000).published
    assert rare["KSG"]["rare event, 10 nats, n = 1,000"] == 6.43
    assert {len(errors) for errors in rare.values()} == {10}
    assert Lowdim(n_samples=500).published == {}


def test_lowdim_draws_every_combination_once() -> None:
    settings = [plan.keys for plan in Lowdim().plans()]
    assert len(settings) == len(set(settings)) == Lowdim().n_cells
    counts = Counter(name for name, *_ in settings)
    assert counts["normal"] == 11 * len(DIMS)
    assert counts["uniformly quantised"] == 10 * len(DIMS)
    # Two rare events of failure 0.5 in one nat would need 1.39 nats.
    assert ("rare event 0.5", 1, 2, 0, 10_000) not in settings
    assert ("rare event 0.3", 2, 3, 0, 10_000) in settings
    assert Lowdim(thin=5).n_cells == math.ceil(Lowdim().n_cells / 5)
    thinned = {plan.distribution for plan in Lowdim(thin=5).plans()}
    assert thinned == set(DISTRIBUTIONS)


# --- lmi-grid


def test_lmi_grid_is_made_of_informative_columns_copies_and_noise() -> None:
    for cell in LMIGrid(dims=(20,), thin=5).cells(1):
        k = int(cell.distribution.split()[0])
        x, y = cell.x[0], cell.y[0]
        assert x.shape == y.shape == (2_000, 20)
        n_noise = (20 - k) // 2
        for side in (x, y):
            torch.testing.assert_close(side.mean(0), torch.zeros(20, dtype=torch.float64))
            distances = (side[:, :, None] - side[:, None, :]).abs().amax(0)
            copies = distances[:k, k : 20 - n_noise] < 1e-9
            assert bool(copies.any(0).all())
            assert torch.linalg.matrix_rank(side) == k + n_noise
        informative = torch.cat([x[:, :k], y[:, :k]], 1)
        log_det = torch.linalg.slogdet(torch.corrcoef(informative.T)).logabsdet
        within = sum(
            torch.linalg.slogdet(torch.corrcoef(s[:, :k].T).reshape(k, k)).logabsdet for s in (x, y)
        )
        sample = 0.5 * float(within - log_det)
        truth = float(cell.truths)
        assert sample == pytest.approx(truth, abs=6 * math.sqrt(max(truth, k * k / 4_000) / 1_000))


def test_lmi_grid_thins_every_number_of_pairs_and_compares_in_nats() -> None:
    suite = LMIGrid(thin=3)
    counts = Counter(plan.keys[:2] for plan in suite.plans())
    assert len(counts) == 45
    assert set(counts.values()) <= {3, 4}
    published = LMIGrid().published
    assert set(published) == {"LMI", "LMI-MINE", "LMI-InfoNCE", "MINE", "KSG", "InfoNCE"}
    assert all(len(errors) == 5 for errors in published.values())
    assert published["KSG"]["50 columns a side"] == pytest.approx(0.8725 * math.log(2))
    truths = [float(cell.truths) for cell in LMIGrid(dims=(10,)).cells(0)]
    assert max(truths) == pytest.approx(2 * math.log(2))


# --- bmi-mixtures

LISTED = {
    "X": 0.410,
    "AI": 0.775,
    "Galaxy": 0.495,
    "Waves": 1.308,
    "Concentric 3 + 1, 5 parts": 0.454,
    "Concentric 5 + 1, 5 parts": 0.628,
    "Concentric 3 + 1, 10 parts": 0.558,
    "Concentric 5 + 1, 10 parts": 0.751,
    "Concentric 25 + 1, 5 parts": 1.191,
    "Inliers 5 + 5, 20%": 0.635,
    "Inliers 5 + 5, 50%": 0.269,
    "Inliers 25 + 25, 20%": 0.633,
    "Inliers 25 + 25, 50%": 0.269,
}
"""True values of `shared/benchmarks.md`, by Monte Carlo to about 0.003 nats."""


def test_the_mixtures_are_the_listed_ones() -> None:
    assert set(MIXTURE_TASKS) == set(LISTED)


@pytest.mark.parametrize("name", LISTED)
def test_mixtures_have_the_listed_information(name: str) -> None:
    task = MIXTURE_TASKS[name]
    truth, error = task.mutual_information
    assert error < 0.0015
    assert truth == pytest.approx(LISTED[name], abs=0.0045)
    distribution = task.distribution
    x, y = distribution.draw(20_000, as_generator(9))
    values = distribution.pointwise_mutual_information(x, y).numpy()
    spread = math.hypot(float(values.std()) / math.sqrt(len(values)), error)
    assert float(values.mean()) == pytest.approx(truth, abs=5 * spread)


def test_waves_are_injective() -> None:
    distribution = MIXTURE_TASKS["Waves"].distribution
    mixture = MIXTURE_TASKS["Waves"].mixture
    base, _ = mixture.draw(100, as_generator(0))
    x, _ = distribution.draw(100, as_generator(0))
    transform = MIXTURE_TASKS["Waves"].transform
    torch.testing.assert_close(transform.inverse(x), base)
    expected = 0.1 * (base[:, 0] + 5 * (3 * base[:, 1]).sin())
    torch.testing.assert_close(x[:, 0], expected)
    torch.testing.assert_close(x[:, 1], 0.5 * base[:, 1])


# --- ties

STRENGTHS = (0.0, 1.0, 0.4, 0.8)
DISCRETE = (
    *("codes, one to one", "codes, noisy", "codes, permuted tables", "exclusive or", "modulo"),
    *("one-hot groups", "Poisson counts", "binomial counts", "classes and rounded numbers"),
)


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete_kinds_have_the_information_of_their_tables(name: str) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        distribution = TIED_KINDS[name](1_000, STRENGTHS[seed], rng)
        value, bias = plug_in(*distribution.draw(40_000, rng))
        margin = 0.02 + abs(bias)
        assert value - bias == pytest.approx(distribution.mutual_information, abs=margin)


@pytest.mark.parametrize(
    "name", ["clumps", "rare classes", "classes and numbers", "duplicated columns"]
)
def test_mixed_kinds_have_the_information_that_mixed_ksg_finds(name: str) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        distribution = TIED_KINDS[name](5_000, STRENGTHS[seed], rng)
        x, y = distribution.draw(6_000, rng)
        if name == "classes and numbers":  # only the line of the class means is informative
            means = np.array([x[y[:, 0] == code].mean(0) for code in np.unique(y)])
            x = x @ np.linalg.svd(means - means.mean(0))[2][:1].T
        value = MixedKSG().estimate(x, y).median
        truth = distribution.mutual_information
        assert value == pytest.approx(truth, abs=0.06 + 0.1 * truth), seed


def test_mixed_sides_have_the_information_of_each_code() -> None:
    extra = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        distribution = TIED_KINDS["mixed sides"](5_000, STRENGTHS[seed % 4], rng)
        x, y = distribution.draw(100_000, rng)
        groups = [np.flatnonzero(x[:, 0] == code) for code in np.unique(x[:, 0])]
        within = [np.corrcoef(x[rows, 1], y[rows, 0])[0, 1] for rows in groups]
        if len(groups) % 2 == 0:
            assert abs(np.corrcoef(x[:, 1], y[:, 0])[0, 1]) < 0.02
        total = -0.5 * float(np.mean(np.log1p(-np.square(within))))
        if x.shape[1] > 2:
            value, bias = plug_in(x[:, 2:], y[:, 1:])
            total, extra = total + value - bias, extra + 1
        assert total == pytest.approx(distribution.mutual_information, abs=0.015)
    assert extra


def test_normal_classes_have_the_mean_of_pointwise_values() -> None:
    weights, means = np.array([0.7, 0.2, 0.1]), np.array([0.0, 1.5, -2.0])
    rng = np.random.default_rng(0)
    distribution = normal_classes(weights, means, 1, rng)
    x, y = distribution.draw(100_000, rng)
    sign = 1.0 if np.corrcoef(x[:, 0], means[_class_of(y)])[0, 1] > 0 else -1.0
    densities = np.exp(-0.5 * (sign * x - means) ** 2)
    own = densities[np.arange(len(x)), _class_of(y)]
    assert_mean(np.log(own / (densities @ weights)), distribution.mutual_information)


def _class_of(y: Rows) -> NDArray[np.intp]:
    """The number of the class, with the most frequent first."""
    _, inverse, counts = np.unique(y, return_inverse=True, return_counts=True)
    return np.argsort(np.argsort(-counts))[inverse.ravel()]


def test_fair_bits_are_informative_only_together() -> None:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        x, y = TIED_KINDS["exclusive or"](1_000, 1.0, rng).draw(20_000, rng)
        value, bias = plug_in(x[:, 1:], y)
        if x[:, 0].mean() == pytest.approx(0.5, abs=0.02):
            assert value - bias < 0.002


def test_ties_span_their_sizes_and_kinds() -> None:
    cells = list(Ties().cells(0))
    assert Counter(cell.group for cell in cells) == dict.fromkeys(TIED_KINDS, 10)
    sizes = [cell.x.shape[1] for cell in cells]
    assert min(sizes) >= 100
    assert max(sizes) <= 5_000
    assert min(sizes) < 150
    assert max(sizes) > 3_000
    independent = Counter(cell.group for cell in cells if float(cell.truths) < 1e-9)
    assert independent == dict.fromkeys(set(TIED_KINDS) - {"codes, one to one"}, 2)
    rare = [cell for cell in cells if cell.group == "rare classes"]
    assert min(_rarest(cell) for cell in rare) < 0.02


def _rarest(cell: Cell) -> float:
    counts = np.unique(cell.y.numpy(), return_counts=True)[1]
    return float(counts.min() / counts.sum())


# --- results


def test_the_command_line_evaluates_a_thinned_suite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "lowdim.json"
    arguments = ["evaluate", "--suite", "lowdim", "--thin", "40", "--n-samples", "10000"]
    estimators = ["--estimator", "gaussian-copula,gaussian"]
    assert main([*arguments, *estimators, "--out", str(out)]) == 0
    assert "| normal, 0 nats | gaussian-copula |" in capsys.readouterr().out
    record = json.loads(out.read_text())
    assert record["suite"] == "lowdim"
    assert len(record["datasets"]) == Lowdim(thin=40).n_cells
    published = [line["published"] for line in record["scores"] if "published" in line]
    assert published
    assert {"KSG", "InfoNCE"} <= set(published[0])


def test_the_command_line_groups_tasks_by_width(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "bmi.md")
    arguments = ["evaluate", "--suite", "bmi-40", "--n-samples", "60", "--by-width"]
    assert main([*arguments, "--estimator", "gaussian-copula", "--out", out]) == 0
    assert "| at most 10 columns a side, n = 60 | 33 |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("suite", "option"),
    [
        ("m-test", "--n-samples"),
        ("m-test", "--thin"),
        ("lmi-grid", "--n-samples"),
        ("bmi-mixtures", "--thin"),
    ],
)
def test_options_of_other_suites_are_refused(
    suite: str, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "a.md")
    assert main(["evaluate", "--suite", suite, option, "9", "--estimator", "ksg", "--out", out])
    assert f"expected no {option} with {suite}" in capsys.readouterr().err


def test_a_gaussian_copula_is_right_on_normal_pairs() -> None:
    suite = Lowdim(n_samples=2_000, thin=4)
    evaluation = evaluate(GaussianCopula(), suite)
    normal = [
        row for row in evaluation.rows if row.distribution in ("normal", "uniform", "power 2")
    ]
    assert len(normal) > 15
    # The ranks of 2,000 rows do not reach 10 nats.
    low = [row for row in normal if row.truth <= 4]
    assert max(abs(row.estimate.median - row.truth) for row in low) < 0.25
