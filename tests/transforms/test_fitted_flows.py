"""Flows fitted to data: round trip, log-determinant, values of the data, resumption."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from mist_explore.adaptation import FlowFit, FlowSettings, fit_flow, iter_fit_flow
from mist_explore.adaptation.flow_file import read_flow, write_flow
from mist_explore.progress import Cancellation, finished
from mist_explore.transforms import FittedFlow
from mist_explore.transforms.cells import Cells
from mist_explore.transforms.quantile_spline import QuantileSpline

SMALL = FlowSettings(layers=2, hidden=16, steps=60, epochs=6)


def folded(n: int, seed: int = 0) -> NDArray[np.float64]:
    """Two columns, the second one a parabola of the first."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    return np.stack([x, x**2 + 0.3 * random.normal(size=n)], 1)


@pytest.fixture(scope="module")
def fit() -> FlowFit:
    return fit_flow(folded(400), settings=FlowSettings(layers=2, hidden=16, steps=120, epochs=30))


def test_flow_is_undone(fit: FlowFit) -> None:
    far = torch.tensor([[9.0, -9.0], [0.0, 40.0]], dtype=torch.float64)
    z = torch.cat([torch.randn(50, 2, dtype=torch.float64) * 2, far])
    rows = fit.flow.forward(z)
    torch.testing.assert_close(fit.flow.inverse(rows), z, rtol=0, atol=1e-6)
    assert torch.isfinite(rows).all()


def test_log_determinant_is_that_of_autograd(fit: FlowFit) -> None:
    rows = torch.from_numpy(folded(5, seed=3))
    z, log_det = fit.flow.latent(rows)
    for row, value in zip(rows, log_det, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda r: fit.flow.latent(r[None])[0][0], row)
        torch.testing.assert_close(torch.linalg.slogdet(jacobian).logabsdet, value.detach())
    torch.testing.assert_close(fit.flow.log_abs_det_jacobian(z.detach()), -log_det.detach())


def test_flow_fits_better_than_the_gaussian_copula(fit: FlowFit) -> None:
    report = fit.report
    assert report.flow > report.gaussian_copula + 0.2 > report.gaussian
    assert report.flow == pytest.approx(max(fit.curve))
    assert max(report.marginals) < 0.15
    assert report.n_held_out == 60


def test_draws_are_dependent_as_the_data_are(fit: FlowFit) -> None:
    draws = fit.sample(2_000, seed=1)
    assert np.corrcoef(draws[:, 0] ** 2, draws[:, 1])[0, 1] > 0.8


def test_extrapolation_is_linear() -> None:
    rows = torch.from_numpy(np.random.default_rng(0).standard_t(1, (200, 1)))
    spline = QuantileSpline.of(rows)
    far = torch.tensor([[10.0], [20.0], [30.0]], dtype=torch.float64)
    steps = spline.forward(far).diff(dim=0)
    torch.testing.assert_close(steps[0], steps[1])
    torch.testing.assert_close(spline.inverse(spline.forward(far)), far)


@pytest.mark.parametrize(
    "column",
    [
        np.random.default_rng(0).poisson(2, 300).astype(float),
        np.where(np.arange(300) % 3 == 0, 0.0, np.random.default_rng(1).exponential(size=300)),
    ],
    ids=["counts", "zero-inflated"],
)
def test_columns_of_ties_keep_their_values(column: NDArray[np.float64]) -> None:
    fit = fit_flow(column)
    draws = fit.sample(3_000, seed=0)[:, 0]
    values, counts = np.unique(column, return_counts=True)
    assert not fit.flow.is_invertible
    for value, count in zip(values, counts, strict=True):
        if count > 20:
            assert (draws == value).mean() == pytest.approx(count / len(column), abs=0.04)
    if counts.min() > 1:
        assert set(draws) <= set(column)


def test_cells_are_undone() -> None:
    random = np.random.default_rng(0)
    rows = torch.from_numpy(
        np.stack([random.integers(0, 4, 90), np.round(random.normal(size=90), 1)], 1)
    )
    cells = Cells.of(rows)
    torch.testing.assert_close(cells.restored(cells.dequantised(rows)), rows)


def test_an_interrupted_fit_ends_in_the_same_flow(tmp_path: Path) -> None:
    rows = folded(200)
    whole = fit_flow(rows, settings=SMALL, seed=5)
    cancellation = Cancellation()
    job = iter_fit_flow(
        rows, settings=SMALL, seed=5, state=tmp_path / "state", cancellation=cancellation
    )
    next(job)
    job.close()
    rest: list[int] = []
    resumed = finished(
        iter_fit_flow(rows, settings=SMALL, seed=5, state=tmp_path / "state"),
        lambda record: rest.append(record.step),
    )
    assert rest[0] == 2
    assert resumed.curve == whole.curve
    for name, tensor in whole.flow.tensors().items():
        assert torch.equal(tensor, resumed.flow.tensors()[name])


def test_a_cancelled_fit_returns_what_it_has() -> None:
    cancellation = Cancellation()
    cancellation.set()
    assert len(fit_flow(folded(100), settings=SMALL, cancellation=cancellation).curve) == 1


def test_a_flow_is_read_as_it_was_written(fit: FlowFit, tmp_path: Path) -> None:
    file = write_flow(tmp_path, "x", fit.flow)
    z = torch.randn(9, 2, dtype=torch.float64)
    assert torch.equal(read_flow(tmp_path, file).forward(z), fit.flow.forward(z))
    (tmp_path / file.name).write_bytes(b"other")
    with pytest.raises(ValueError, match="as it was fitted; it was changed"):
        read_flow(tmp_path, file)
    with pytest.raises(ValueError, match="expected the parameters of a fitted flow"):
        FittedFlow.from_tensors({"layers": torch.tensor([1, 2])})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (np.zeros((20, 2)), "expected at least 50 rows to fit a flow; got 20"),
        (np.zeros((60, 2)), "expected columns that vary; got a constant one"),
        (np.zeros((60, 200)), "expected at most 128 columns; got 200"),
        (np.full((60, 1), np.nan), "expected finite numbers"),
    ],
)
def test_rows_that_cannot_be_fitted(rows: NDArray[np.float64], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit_flow(rows)
