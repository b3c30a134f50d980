"""Measure datasets per second on one core, by component of the meta-distributions.

`python -m benchmarks.generator`
"""

from __future__ import annotations

import json
import platform
from pathlib import Path
from time import process_time

import torch

from mist_explore.files import replace_file
from mist_explore.meta import Component, MetaDistribution, broad, published

__all__ = ["datasets_per_second", "main"]

FILE = Path(__file__).parent / "results" / "generator.json"
N_SAMPLES, DIM, BATCH = 250, 17, 32
SECONDS = 0.5


def datasets_per_second(component: Component) -> float:
    """Return datasets per CPU second, of 250 rows and 17 + 17 columns (or the allowed maximum)."""
    dim = DIM if component.dims is None else min(DIM, component.dims[1])
    dim = 1 if component.transform == "swiss-roll" else dim
    shape = MetaDistribution((component,), (N_SAMPLES, N_SAMPLES), (dim, dim))
    shape.batch(1, seed=0)  # warm-up
    drawn, began = 0, process_time()
    while process_time() - began < SECONDS:
        drawn += len(shape.batch(BATCH, seed=drawn + 1).x)
    return drawn / (process_time() - began)


def main() -> None:
    """Write the file."""
    torch.set_num_threads(1)
    speeds = {
        name: {
            f"{c.family} through {c.transform}": round(datasets_per_second(c))
            for c in meta.components
        }
        for name, meta in (("published", published()), ("broad", broad()))
    }
    content = {
        "command": "python -m benchmarks.generator",
        "what": f"datasets a second and core, n = {N_SAMPLES}, at most {DIM} + {DIM} columns",
        "machine": platform.machine(),
        "torch": torch.__version__,
        "datasets_per_second": speeds,
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
