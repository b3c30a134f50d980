"""Estimators that train a critic on the sample itself."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from mist_explore.estimate import Estimate
from mist_explore.estimators.critics.bounds import BOUNDS
from mist_explore.estimators.critics.network import JointCritic
from mist_explore.estimators.point_estimator import PointEstimator, Value
from mist_explore.estimators.scaling import standardised
from mist_explore.progress import Cancellation, Progress, finished
from mist_explore.sample import Sample
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["Critic"]

FEW_ROWS = 50
"""Held-out rows below which the value is flagged as noise."""

NEAR_CEILING = 0.9
"""The share of a ceiling above which the value is flagged."""


@dataclass(frozen=True)
class Critic(PointEstimator):
    r"""A variational estimator: a network trained to separate pairs of one row from other pairs.

    The columns are standardised and the rows split at random. A step scores a batch of B rows
    in all B × B pairs and moves the critic up the bound by Adam. Training stops when the bound
    on the held-out rows has not risen for `patience` steps, and the value is the bound on those
    rows at their best step. The choice of that step makes it slightly too high, a critic trained
    on few rows too low. One value in nats, without an interval; all runs on the CPU.

    MINE's gradient divides by an average over the batch and is biased. The authors damp this by
    a moving average of the denominator; here it is the average over all \(B (B - 1)\) unpaired
    scores of the batch instead, without memory. SMILE's critic is trained and stopped by the
    Jensen-Shannon objective, and its value is no lower bound.

    Args:
        bound: `"mine"`, `"infonce"`, `"nwj"` or `"smile"` (see `bounds`).
        width: units of each of the two hidden layers.
        batch: B; InfoNCE cannot exceed the logarithm of this or of the number of held-out rows.
        learning_rate: of Adam.
        steps: greatest number of steps.
        check_every: steps between two evaluations on the held-out rows, each a progress record.
        patience: steps without a better value after which training stops.
        held_out: the share of rows left out of training.
        seed: of the split, the first weights and the batches.

    Raises:
        ValueError: if a setting is not possible.

    Source: the papers of the bounds; the set-up (standardised columns, joint critic, half of the
    rows held out, value at the best step) is that of Czyż et al., "Beyond normal: on the
    evaluation of mutual information estimators" (2023).

    Example:
        >>> rows = np.linspace(0, 1, 200)
        >>> estimate = Critic("infonce", steps=50).estimate(rows, rows**2)
        >>> 0 < estimate.median < math.log(100), estimate.is_point
        (True, True)
    """

    bound: str = "mine"
    width: int = 32
    batch: int = 128
    learning_rate: float = 3e-3
    steps: int = 3000
    check_every: int = 25
    patience: int = 250
    held_out: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.bound not in BOUNDS:
            raise ValueError(f"expected a bound among {sorted(BOUNDS)}; got {self.bound!r}")
        least = {"width": 1, "batch": 2, "steps": 1, "check_every": 1, "patience": 1}
        for setting, smallest in least.items():
            if getattr(self, setting) < smallest:
                raise ValueError(
                    f"expected {setting} of at least {smallest}; got {getattr(self, setting)}"
                )
        if not 0 < self.held_out < 1:
            raise ValueError(f"expected a held-out share in (0, 1); got {self.held_out}")
        if not 0 < self.learning_rate < math.inf:
            raise ValueError(f"expected a learning rate above 0; got {self.learning_rate}")

    @property
    def name(self) -> str:
        """The name in the registry: that of the bound."""
        return self.bound

    def value(self, sample: Sample) -> Value:
        """Return the value in nats from rows of shape `(n, dim_x)` and `(n, dim_y)`."""
        return finished(self._iter_value(sample, None))

    def iter_train(
        self, sample: Sample, *, cancellation: Cancellation | None = None
    ) -> Generator[Progress, None, Estimate]:
        """Train a critic on a sample, yielding its curve, and return the estimate.

        A record holds `training`, the bound averaged over the batches since the last record, and
        `held_out`, the bound on the held-out rows, both in nats; where the bound has a ceiling,
        also `ceiling`. `total` is the greatest number of steps: training may stop before.

        Args:
            sample: the rows.
            cancellation: set it to stop at the next step; the estimate is then the best so far.

        Raises:
            ValueError: if a side of the sample is wholly constant.
        """
        varying, dropped = sample.without_constant_columns()
        value = yield from self._iter_value(varying, cancellation)
        return self._estimate(value, varying, dropped)

    def _iter_value(
        self, sample: Sample, cancellation: Cancellation | None
    ) -> Generator[Progress, None, Value]:
        rows = _Rows(sample, self.held_out, self.batch, self.seed)
        best = yield from self._fit(rows, cancellation)
        return Value(best.value, self._warnings(best, rows))

    def _fit(
        self, rows: _Rows, cancellation: Cancellation | None
    ) -> Generator[Progress, None, _Best]:
        bound, best = BOUNDS[self.bound], _Best()
        critic = JointCritic(rows.dim_x, rows.dim_y, self.width, derive_seed(self.seed, "critic"))
        optimizer = torch.optim.Adam(critic.parameters(), lr=self.learning_rate)
        ceiling = {"ceiling": rows.ceiling} if bound.has_ceiling else {}
        began, recent = time.monotonic(), list[float]()
        for step in range(1, self.steps + 1):
            scores = critic(*rows.batch())
            objective = bound.objective(scores)
            optimizer.zero_grad()
            (-objective).backward()
            optimizer.step()
            recent.append(float(bound.value(scores.detach())))

            end = ""
            if not math.isfinite(objective.item()):
                end = f"training diverged at step {step}"
            elif cancellation is not None and cancellation.is_set():
                end = f"stopped after {step} of at most {self.steps} steps"
            if not end and step < self.steps and step % self.check_every:
                continue
            with torch.no_grad():
                scores = torch.stack([critic(x, y) for x, y in rows.held_out()])
            current = _Best(step, float(bound.objective(scores)), float(bound.value(scores)), end)
            if current.objective > best.objective and math.isfinite(current.value):
                best = current
            metrics = {"training": float(np.mean(recent)), "held_out": current.value, **ceiling}
            recent.clear()
            yield Progress(step, self.steps, time.monotonic() - began, metrics)
            if end or step - best.step >= self.patience:
                return replace(best, end=end)
        return best

    def _warnings(self, best: _Best, rows: _Rows) -> tuple[str, ...]:
        """Return the reasons against the value, each with its number."""
        warnings = [best.end] if best.end else []
        if best.step == self.steps:
            warnings.append(f"the bound still rose at the last of {self.steps} steps")
        if rows.n_held_out < FEW_ROWS:
            warnings.append(f"measured on {rows.n_held_out} held-out rows only: mostly noise")
        if BOUNDS[self.bound].has_ceiling and best.value > NEAR_CEILING * rows.ceiling:
            warnings.append(
                f"{best.value:.2f} nats is near the ceiling ln({rows.block}) = "
                f"{rows.ceiling:.2f} nats: the dependence may be stronger"
            )
        return tuple(warnings)


@dataclass(frozen=True)
class _Best:
    """The best evaluation on the held-out rows so far; before the first, a value of 0."""

    step: int = 0
    objective: float = -math.inf
    value: float = 0.0
    end: str = ""


class _Rows:
    """The rows of a sample, standardised and split at random, and the batches drawn from them.

    The same rows in another order give the same split.
    """

    def __init__(self, sample: Sample, held_out: float, batch: int, seed: int) -> None:
        n = sample.n_samples
        self._generator = as_generator(seed)
        ordered = np.lexsort(np.hstack([sample.x, sample.y]).T)
        order = ordered[torch.randperm(n, generator=self._generator).numpy()]
        self._x, self._y = (
            torch.from_numpy(standardised(side)[order]).float() for side in (sample.x, sample.y)
        )
        self._batch = batch
        self.dim_x, self.dim_y = sample.dim_x, sample.dim_y
        self.n_held_out = min(max(round(n * held_out), 2), n - 2)
        self.block = min(batch, self.n_held_out)
        self.ceiling = math.log(self.block)

    def batch(self) -> tuple[Tensor, Tensor]:
        """Rows to train on, drawn without replacement."""
        n_training = len(self._x) - self.n_held_out
        order = torch.randperm(n_training, generator=self._generator)
        rows = self.n_held_out + order[: self._batch]
        return self._x[rows], self._y[rows]

    def held_out(self) -> Iterator[tuple[Tensor, Tensor]]:
        """The held-out rows in blocks of one size; the blocks overlap where it does not divide."""
        n_blocks = math.ceil(self.n_held_out / self.block)
        for start in np.linspace(0, self.n_held_out - self.block, n_blocks).astype(int):
            rows = slice(start, start + self.block)
            yield self._x[rows], self._y[rows]
