"""Fit a flow to the rows of one side by maximum likelihood."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from mist_explore.adaptation.report import FlowReport, flow_report
from mist_explore.configuration import Configuration
from mist_explore.files import replace_file
from mist_explore.progress import Cancellation, Progress, run_job
from mist_explore.sample import Sample
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.transforms.cells import Cells
from mist_explore.transforms.fitted import FittedFlow
from mist_explore.transforms.quantile_spline import N_KNOTS

__all__ = ["FlowFit", "FlowSettings", "fit_flow", "iter_fit_flow"]

LEAST_ROWS = 50
MOST_COLUMNS = 128


@dataclass(frozen=True)
class FlowSettings(Configuration):
    """Size and training of a fitted flow.

    Args:
        layers: coupling layers; a single column has none.
        hidden: width of their networks.
        epochs: passes over the rows, at most.
        steps: optimizer steps, at most.
        patience: epochs without a better held-out likelihood before training stops.
        learning_rate: of Adam; it falls to zero along a cosine.
        held_out: share of the rows that are held out.

    Raises:
        ValueError: if a number is not positive, or a share not in (0, 1).
    """

    layers: int = 4
    hidden: int = 64
    epochs: int = 60
    steps: int = 800
    patience: int = 8
    learning_rate: float = 4e-3
    held_out: float = 0.15

    def __post_init__(self) -> None:
        for name in ("layers", "hidden", "epochs", "steps", "patience", "learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")
        if not 0 < self.held_out < 1:
            raise ValueError(f"expected a share held_out in (0, 1); got {self.held_out}")


@dataclass(frozen=True, eq=False)
class FlowFit:
    """A fitted flow.

    Args:
        flow: the map from a standard normal variable to rows like those of the data.
        curve: held-out log-likelihood in nats a row after each epoch, the Gaussian copula first.
        report: how well it fits.
    """

    flow: FittedFlow
    curve: tuple[float, ...]
    report: FlowReport

    def sample(self, n_samples: int, seed: int) -> NDArray[np.float64]:
        """Draw rows like those of the data, `(n_samples, dim)`."""
        return drawn(self.flow, n_samples, seed)


def fit_flow(
    x: ArrayLike,
    *,
    seed: int = 0,
    settings: FlowSettings | None = None,
    state: Path | None = None,
    cancellation: Cancellation | None = None,
    progress: bool = False,
) -> FlowFit:
    r"""Fit a flow to rows: an invertible map f such that \(f(z)\), z ~ N(0, I), looks like them.

    Maximum likelihood on dequantised columns (see `Cells`), from the Gaussian copula on; training
    stops where the likelihood of held-out rows no longer grows. A single column is a spline.

    Args:
        x: rows `(n, dim)` or `(n,)`.
        seed: of the held-out rows, the weights and the order of the rows.
        settings: size and training of the flow.
        state: file to go on from after an interruption, which ends in the same flow; it stays.
        cancellation: set it to stop at the next epoch, with the best flow so far.
        progress: whether to show a tqdm bar.

    Raises:
        ValueError: if x has too few rows, too many columns, a constant column, or no numbers.

    Source: Durkan et al., "Neural Spline Flows" (2019, arXiv 1906.04032).

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(300, 1)) ** 2
        >>> fit = fit_flow(rows)
        >>> fit.sample(5, seed=1).shape, fit.flow.is_invertible
        ((5, 1), True)
    """
    job = iter_fit_flow(x, seed=seed, settings=settings, state=state, cancellation=cancellation)
    return run_job(job, progress)


def iter_fit_flow(
    x: ArrayLike,
    *,
    seed: int = 0,
    settings: FlowSettings | None = None,
    state: Path | None = None,
    cancellation: Cancellation | None = None,
) -> Generator[Progress, None, FlowFit]:
    """Yield the progress of `fit_flow` after each epoch, and return its result."""
    settings = settings or FlowSettings()
    rows = torch.from_numpy(_checked(x))
    began, n = time.monotonic(), len(rows)
    order = torch.randperm(n, generator=as_generator(derive_seed(seed, "held out")))
    n_held_out = max(10, int(settings.held_out * n))
    held, known = rows[order[:n_held_out]], rows[order[n_held_out:]]
    cells = Cells.of(rows)
    held_out = cells.dequantised(held, as_generator(derive_seed(seed, "held out cells")))
    first = cells.dequantised(known, as_generator(derive_seed(seed, "cells", 0)))
    flow = _gaussian_copula(first, held_out, cells, settings, derive_seed(seed, "layers"))
    with torch.no_grad():
        curve = [float(flow.log_density(held_out).mean())]
    if flow.module is not None:
        training = _Training(flow, known, held_out, settings, seed, state)
        training.curve = training.curve or curve
        before = len(training.curve) - 1
        while not training.done:
            if cancellation is not None and cancellation.is_set():
                break
            loss = training.epoch()
            metrics = {
                "log_likelihood": -loss,
                "held_out": training.curve[-1],
                "gaussian_copula": training.curve[0],
            }
            yield Progress(
                len(training.curve) - 1,
                training.epochs,
                time.monotonic() - began,
                metrics,
                done_before=before,
            )
        curve = training.finish()
    report = flow_report(flow, known, held, first, held_out, derive_seed(seed, "report"))
    return FlowFit(flow, tuple(curve), report)


class _Training:
    """The training of the coupling layers, an epoch at a time."""

    def __init__(
        self,
        flow: FittedFlow,
        known: Tensor,
        held_out: Tensor,
        settings: FlowSettings,
        seed: int,
        state: Path | None,
    ) -> None:
        assert flow.module is not None
        self.flow, self.module, self.known, self.held_out = flow, flow.module, known, held_out
        self.seed, self.state = seed, state
        self.size = max(64, min(512, len(known) // 16))
        self.each = max(1, len(known) // self.size)
        self.epochs = max(1, min(settings.epochs, settings.steps // self.each))
        self.settings = settings
        self.optimizer = torch.optim.Adam(self.module.parameters(), lr=settings.learning_rate)
        self.curve: list[float] = []
        self.best = {k: v.clone() for k, v in self.module.state_dict().items()}
        if state is not None and state.exists():
            saved = torch.load(state, weights_only=True)
            self.module.load_state_dict(saved["module"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.curve, self.best = saved["curve"], saved["best"]

    @property
    def done(self) -> bool:
        """Whether all epochs are done, or the likelihood no longer grows."""
        since = len(self.curve) - 1 - int(np.argmax(self.curve))
        return len(self.curve) > self.epochs or since >= self.settings.patience

    def epoch(self) -> float:
        """Learn from all rows once, in a new order, and return the mean loss."""
        number = len(self.curve)
        generator = as_generator(derive_seed(self.seed, "epoch", number))
        rows = self.flow.cells.dequantised(self.known, generator)
        order = torch.randperm(len(rows), generator=generator)[: self.each * self.size]
        losses = []
        for i, batch in enumerate(order.split(self.size)):
            done = (number - 1 + i / self.each) / self.epochs
            rate = self.settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))
            self.optimizer.param_groups[0]["lr"] = rate
            loss = -self.flow.log_density(rows[batch]).mean()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.module.parameters(), 5.0)
            self.optimizer.step()
            losses.append(float(loss.detach()))
        with torch.no_grad():
            value = float(self.flow.log_density(self.held_out).mean())
        if value > max(self.curve):
            self.best = {k: v.clone() for k, v in self.module.state_dict().items()}
        self.curve.append(value)
        if self.state is not None:
            self._save(self.state)
        return float(np.mean(losses))

    def finish(self) -> list[float]:
        """Put the best weights back and return the curve."""
        self.module.load_state_dict(self.best)
        self.module.requires_grad_(False)
        return self.curve

    def _save(self, path: Path) -> None:
        buffer = io.BytesIO()
        parts = {"module": self.module.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**parts, "curve": self.curve, "best": self.best}, buffer)
        replace_file(path, buffer.getvalue())


def _gaussian_copula(
    rows: Tensor, held_out: Tensor, cells: Cells, settings: FlowSettings, seed: int
) -> FittedFlow:
    """The Gaussian copula whose marginals describe the held-out rows best, with its layers.

    Splines follow marginals of any form, which columns of ties and single columns need, but their
    noise blurs columns that are nearly functions of each other.
    """
    coarsest = -1 if cells.columns else int(rows.shape[1] == 1)
    flows = [
        FittedFlow.of(rows, cells, knots, settings.layers, settings.hidden, seed)
        for knots in N_KNOTS[coarsest:]
    ]
    with torch.no_grad():
        likelihoods = [float(flow.log_density(held_out).mean()) for flow in flows]
    return flows[int(np.argmax(likelihoods))]


def drawn(flow: FittedFlow, n_samples: int, seed: int) -> NDArray[np.float64]:
    """Draw rows of a flow, `(n_samples, dim)`."""
    z = torch.randn(n_samples, flow.dim, generator=as_generator(seed), dtype=torch.float64)
    return np.asarray(flow.forward(z).numpy())


def _checked(x: ArrayLike) -> NDArray[np.float64]:
    rows = Sample(x, x).x
    if len(rows) < LEAST_ROWS:
        raise ValueError(f"expected at least {LEAST_ROWS} rows to fit a flow; got {len(rows)}")
    if rows.shape[1] > MOST_COLUMNS:
        raise ValueError(f"expected at most {MOST_COLUMNS} columns; got {rows.shape[1]}")
    if not (rows != rows[:1]).any(0).all():
        raise ValueError("expected columns that vary; got a constant one: leave it out")
    return rows.copy()
