"""Estimates of the shipped networks under independence: `python -m benchmarks.independence`.

At MI = 0 the median should be near 0, and the 90 % interval should begin at 0.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import load
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.resources import models_directory
from mist_explore.seeding import as_generator, derive_seed

__all__ = ["FILE", "estimates_under_independence", "main"]

FILE = Path(__file__).parent / "results" / "independence.json"
ROWS = {50: 200, 500: 200, 5_000: 50}
"""Numbers of rows, and the draws of each."""

DIMS = (1, 2, 3, 5, 10)
ABOVE = (0.0, 0.01)
"""Nats above which the lower end of an interval denies independence."""


def estimates_under_independence(
    estimator: Estimator, dim: int, n_samples: int, draws: int
) -> dict[str, object]:
    """Return medians and ends of 90 % intervals, over independent distributions."""
    family, medians, ends = FAMILIES["independent"], [], []
    for draw in range(draws):
        generator = as_generator(derive_seed(0, "independence", dim, draw))
        x, y = family.random(dim, dim, 1, generator).draw(n_samples, generator)
        estimate = estimator.estimate(x[0].numpy(), y[0].numpy())
        medians.append(estimate.median)
        ends.append(estimate.interval(0.9))
    shares = {f"{limit:g}": [low > limit for low, _ in ends] for limit in ABOVE}
    return {
        "n_samples": n_samples,
        "columns": dim,
        "draws": draws,
        "median": round(float(np.median(medians)), 5),
        "95 % of the medians are below": round(float(np.quantile(medians, 0.95)), 5),
        "upper end": _record(clustered_mean([high for _, high in ends], range(draws))),
        "lower end above": {
            limit: _record(clustered_mean(share, range(draws))) for limit, share in shares.items()
        },
    }


def main() -> None:
    """Write the file."""
    torch.set_num_threads(1)
    names = sorted(path.parent.name for path in models_directory().glob("*/config.json"))
    found = {
        name: [
            estimates_under_independence(load(name), dim, n_samples, draws)
            for n_samples, draws in ROWS.items()
            for dim in DIMS
        ]
        for name in names
    }
    content = {
        "command": "python -m benchmarks.independence",
        "what": "independent sides, by rows and columns a side: medians and mean upper ends of "
        "90 % intervals in nats, and the share of intervals whose lower end is above so many",
        "independence": found,
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
    print(json.dumps(found, indent=1))


def _record(mean: Mean) -> dict[str, float]:
    return {"mean": round(mean.value, 4), "standard_error": round(mean.standard_error, 4)}


if __name__ == "__main__":
    main()
