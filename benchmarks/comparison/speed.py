"""Run times of estimators relative to the first, measured in one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import load

__all__ = ["SHAPES", "Speed", "speeds"]

SHAPES = ((200, 3), (1_000, 5), (1_000, 25))
"""Rows, and columns of each side."""
REPEATS = 5
ONCE_ABOVE = 1.0
"""Seconds above which an estimate is not repeated."""


@dataclass(frozen=True)
class Speed:
    """Processor seconds of one estimate by estimator, on one sample of a normal distribution.

    Args:
        n_samples: rows.
        dim: columns of each side.
        seconds: by estimator, the median of a few estimates; the first is what ratios are to.
    """

    n_samples: int
    dim: int
    seconds: Mapping[str, float]

    @property
    def ratios(self) -> Mapping[str, float]:
        """Return the seconds of each estimator relative to the first."""
        first = next(iter(self.seconds.values()))
        return {name: seconds / first for name, seconds in self.seconds.items()}


def speeds(names: Sequence[str]) -> tuple[Speed, ...]:
    """Time estimators of any number of columns at each of the shapes, on one thread."""
    found: list[Speed] = []
    for n_samples, dim in SHAPES:
        sample = (
            FAMILIES["normal-2pair"].distribution(dim, dim, strength=1.0).sample(n_samples, seed=0)
        )
        seconds = {}
        for name in names:
            estimator, times = load(name), list[float]()
            if not found:  # warm-up
                estimator.estimate(sample.x[:50], sample.y[:50])
            while len(times) < REPEATS and (not times or times[-1] < ONCE_ABOVE):
                start = process_time()
                estimator.estimate(sample.x, sample.y)
                times.append(process_time() - start)
            seconds[name] = median(times)
        found.append(Speed(n_samples, dim, seconds))
    return tuple(found)
