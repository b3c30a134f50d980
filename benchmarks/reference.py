"""Write the reference predictions of the shipped checkpoint.

`python -m benchmarks.reference`
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import mist_explore as mx
from mist_explore.files import replace_file

__all__ = ["FILE", "QUANTILES", "main", "predictions"]

FILE = Path(__file__).parent / "results" / "reference.json"
QUANTILES = (0.05, 0.5, 0.95)
SHAPES = ((60, 1, 1), (250, 3, 5), (500, 20, 20))


def predictions() -> Iterator[dict[str, object]]:
    """Return quantiles of the default model in nats, on one sample of each family and shape."""
    model = mx.load()
    for seed, (name, family) in enumerate(mx.FAMILIES.items()):
        for n_samples, dim_x, dim_y in SHAPES:
            sample = family.distribution(dim_x, dim_y).sample(n_samples, seed)
            estimate = model.estimate(sample.x, sample.y)
            yield {
                "family": name,
                "n_samples": n_samples,
                "dim_x": dim_x,
                "dim_y": dim_y,
                "seed": seed,
                "quantiles": [round(estimate.quantile(tau), 5) for tau in QUANTILES],
            }


def main() -> None:
    """Write the file."""
    lines = ",\n".join(json.dumps(p) for p in predictions())
    replace_file(FILE, f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    main()
