"""The recorded sweep of the page: `make sample-size` computes it anew."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import Sweep
from mist_explore.explorer.baselines import estimator

__all__ = ["SWEEP", "is_stale", "shipped_sweep"]

SWEEP = "sample_size/sweep.parquet"
"""The file, among the assets of the pages."""


@cache
def shipped_sweep() -> Sweep:
    """Return the sweep that comes with the package."""
    with as_file(files("mist_explore.explorer") / "assets" / SWEEP) as path:
        return Sweep.from_parquet(path)


def is_stale() -> bool:
    """Return whether a learned estimator has other weights than in the recorded sweep."""
    recorded = shipped_sweep().weights
    weights = {
        name: learned.checkpoint.sha256
        for name in recorded
        if isinstance(learned := estimator(name), LearnedEstimator)
    }
    return weights != recorded
