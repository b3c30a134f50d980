"""Y as a function of cells of X plus noise, whose entropy is a sum over a fine grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from scipy import fft
from torch import Tensor

from mist_explore.distributions.functions import Values
from mist_explore.distributions.noise import SCALES, Noise
from mist_explore.distributions.table import Axis
from mist_explore.interfaces import JointDistribution

__all__ = ["Program"]

CHUNK = 256


@dataclass(frozen=True, eq=False)
class Program(JointDistribution):
    r"""\(Y = f(X) + \sigma(X)\,\epsilon\), f and \(\sigma\) constant on each cell of a grid in X.

    .. math:: I(X; Y) = h(Y) - h(\epsilon) - \langle \ln \sigma(X) \rangle

    The density of Y is a finite mixture; its entropy is a sum over a fine grid, on which the
    mixture is a convolution (values between two points of it are spread by cubic interpolation).
    Both entropies come from one grid, so that its errors cancel.
    It has no batch axes.

    Args:
        axes_x: the columns of X, whose cells are equally likely.
        values: f in each cell, float64 of shape `(cells,)`; with noise that is exact on the grid,
            multiples of its step.
        scales: the number in `SCALES` of each cell, integers of shape `(cells,)`; None for 1.
        noise: the noise of unit scale.
    """

    axes_x: tuple[Axis, ...]
    values: Values
    scales: Any
    noise: Noise
    dim_y: int = 1

    @property
    def dim_x(self) -> int:
        """The number of columns of X."""
        return len(self.axes_x)

    @property
    def mutual_information(self) -> Tensor:
        """I(X; Y) in nats, of shape `()`."""
        return torch.tensor(max(self._entropies[0], 0.0), dtype=torch.float64)

    @property
    def mutual_information_error(self) -> Tensor:
        """The error of the grid, from every other point of it and a finer one, of shape `()`."""
        return torch.tensor(self._entropies[1], dtype=torch.float64)

    def draw(
        self, n_samples: int, generator: torch.Generator, dtype: torch.dtype = torch.float64
    ) -> tuple[Tensor, Tensor]:
        """Rows of shape `(n, dim_x)` and `(n, 1)`."""
        cells = [
            torch.randint(axis.levels, (n_samples,), generator=generator) for axis in self.axes_x
        ]
        columns = [
            axis.values(cell, generator) for axis, cell in zip(self.axes_x, cells, strict=True)
        ]
        flat = self._flat(cells)
        noise = torch.from_numpy(self._scale)[flat] * self.noise.draw(n_samples, generator)
        y = torch.from_numpy(self.values)[flat] + noise
        return torch.stack(columns, -1).to(dtype), y[:, None].to(dtype)

    def pointwise_mutual_information(self, x: Tensor, y: Tensor) -> Tensor:
        """log p(y | x) / p(y) in nats, of shape `(n,)`; -inf where p(y | x) is zero."""
        columns = zip(self.axes_x, x.double().unbind(-1), strict=True)
        flat = self._flat([axis.cells(column) for axis, column in columns]).numpy()
        points, scale = y[:, 0].double().numpy(), self._scale[flat]
        given = self.noise.log_density((points - self.values[flat]) / scale) - np.log(scale)
        # Cells with equal value and scale are one part of the mixture.
        parts, counts = np.unique(np.stack([self.values, self._scale]), axis=1, return_counts=True)
        weights = np.log(counts / len(self.values)) - np.log(parts[1])
        mixture = []
        for some in np.split(points, range(CHUNK, len(points), CHUNK)):
            terms = self.noise.log_density((some[:, None] - parts[0]) / parts[1]) + weights
            mixture.append(torch.from_numpy(terms).logsumexp(1))
        return torch.from_numpy(given) - torch.cat(mixture)

    def _flat(self, cells: list[Tensor]) -> Tensor:
        flat = torch.zeros_like(cells[0])
        for axis, cell in zip(self.axes_x, cells, strict=True):
            flat = flat * axis.levels + cell
        return flat

    @property
    def _scale(self) -> Values:
        return np.ones_like(self.values) if self.scales is None else SCALES[self.scales]

    @cached_property
    def _entropies(self) -> tuple[float, float]:
        """The mutual information and its error."""
        step = self.noise.step
        groups = (
            [(1.0, slice(None))]
            if self.scales is None
            else [(scale, self.scales == number) for number, scale in enumerate(SCALES)]
        )
        reach = self.noise.reach * (SCALES[-1] if self.scales is not None else 1)
        half = math.ceil(reach / step)
        places = (self.values - self.values.min()) / step + half + 1
        size = fft.next_fast_len(math.ceil(places.max()) + half + 3, real=True)
        offsets = (np.arange(-half, half) + 0.5) * step
        total, inside, inside_coarse = np.zeros(size // 2 + 1, dtype=complex), 0.0, 0.0
        for scale, chosen in groups:
            share = len(places[chosen]) / len(places)
            if not share:
                continue
            count = _spread(places[chosen], size) / len(places)
            kernel = np.exp(self.noise.log_density(offsets / scale))
            kernel = kernel / (kernel.sum() * step)
            inside += share * _entropy(kernel) * step
            inside_coarse += share * _entropy(kernel[::2]) * 2 * step
            wrapped = np.zeros(size)
            wrapped[np.arange(-half, half) % size] = kernel
            total += fft.rfft(count) * fft.rfft(wrapped)
        density = np.maximum(fft.irfft(total, size), 0)
        fine = _entropy(density) * step - inside
        coarse = _entropy(density[::2]) * 2 * step - inside_coarse
        even = 0.0 if self.noise.exact else abs(fine - coarse) / 3
        return fine, even + self.noise.error


def _spread(places: Values, size: int) -> Values:
    """Count places on a grid, each spread over four points by cubic interpolation."""
    cell = np.rint(places - 0.5).astype(np.int64)
    t = places - cell
    shares = (
        -t * (t - 1) * (t - 2) / 6,
        (t + 1) * (t - 1) * (t - 2) / 2,
        -(t + 1) * t * (t - 2) / 2,
        (t + 1) * t * (t - 1) / 6,
    )
    counts = [
        np.bincount(cell + i, weights=share, minlength=size)
        for i, share in zip(range(-1, 3), shares, strict=True)
    ]
    return np.sum(counts, axis=0)


def _entropy(density: Values) -> float:
    return float(-(density * np.log(np.maximum(density, 1e-300))).sum())
