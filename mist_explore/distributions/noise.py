"""Noise of unit scale around the value of a function: densities and draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mist_explore.distributions.functions import Values

__all__ = ["NOISES", "SCALES", "Noise"]

SCALES = np.exp(np.linspace(-1.2, 1.2, 7))
"""Scales of noise whose size changes, increasing."""


@dataclass(frozen=True)
class Noise:
    """Noise of unit scale around the value of a function.

    Args:
        draw: `(n, generator) -> noise`, float64 of shape `(n,)`.
        log_density: of numpy arrays or tensors, by `(z, log1p)`.
        reach: the noise beyond it is neglected.
        steps: cells of the grid in a unit of the noise.
        scaled: the source of a changing scale: "", "inputs" or "value".
        exact: whether the density is constant on each cell of the grid.
        error: of the mutual information in nats, against a grid eight times finer.
    """

    draw: Callable[[int, torch.Generator], Tensor]
    log_density: Callable[[Values], Values]
    reach: float
    steps: int
    scaled: str = ""
    exact: bool = False
    error: float = 2e-5

    @property
    def step(self) -> float:
        """The width of a cell of the grid."""
        return (SCALES[0] if self.scaled else 1.0) / self.steps


def _normal(n: int, generator: torch.Generator) -> Tensor:
    return torch.randn(n, generator=generator, dtype=torch.float64)


def _uniform(n: int, generator: torch.Generator) -> Tensor:
    return 2 * torch.rand(n, generator=generator, dtype=torch.float64) - 1


def _student(n: int, generator: torch.Generator) -> Tensor:
    z = torch.randn(4, n, generator=generator, dtype=torch.float64)
    return z[0] / z[1:].square().mean(0).sqrt()


def _laplace(n: int, generator: torch.Generator) -> Tensor:
    u = _uniform(n, generator)
    return -u.sign() * torch.log1p(-u.abs())


def _outliers(n: int, generator: torch.Generator) -> Tensor:
    wide = torch.rand(n, generator=generator, dtype=torch.float64) < 0.1
    return _normal(n, generator) * torch.where(wide, 10.0, 1.0)


def _log_normal(z: Values) -> Values:
    return -0.5 * z * z - 0.5 * math.log(2 * math.pi)


def _log_uniform(z: Values) -> Values:
    return np.where(abs(z) <= 1 + 1e-9, -math.log(2), -np.inf)


def _log_student(z: Values) -> Values:
    return math.log(2 / (math.pi * math.sqrt(3))) - 2 * np.log1p(z * z / 3)


def _log_laplace(z: Values) -> Values:
    return -abs(z) - math.log(2)


def _log_outliers(z: Values) -> Values:
    near, far = math.log(0.9) + _log_normal(z), math.log(0.01) + _log_normal(z / 10)
    return np.logaddexp(near, far)


NOISES: dict[str, Noise] = {
    "normal": Noise(_normal, _log_normal, 9, 5),
    "uniform": Noise(_uniform, _log_uniform, 1, 8, exact=True, error=1e-9),
    "Student": Noise(_student, _log_student, 60, 6),
    "Laplace": Noise(_laplace, _log_laplace, 25, 10, error=5e-4),
    "with outliers": Noise(_outliers, _log_outliers, 70, 5),
    "of changing size": Noise(_normal, _log_normal, 9, 5, "inputs"),
    "that grows with the value": Noise(_normal, _log_normal, 9, 5, "value"),
}
"""The noises by name; the parameter `noise` of a family is a place in this dictionary."""
