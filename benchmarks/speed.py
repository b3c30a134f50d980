"""Measure time and memory of an estimate by each shipped network: `python -m benchmarks.speed`.

Each network runs in a separate process, on one core. Rows grow from measurement to measurement,
so that the peak of the memory is that of the last one. Run times that are compared are measured in
turn in one process: a machine that is shared is at times half as fast.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from mist_explore.interfaces import Estimator

__all__ = ["FILE", "IN_TURN", "in_turn", "main", "measured"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "speed.json"
ROWS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
DIM = 5
IN_TURN = ((500, 5), (5_000, 10))
"""Rows, and columns of each side, of the measurements in turn."""

REPEATS_BELOW = 10_000
REPEATS = 15
MOST_SECONDS = 10.0
"""A network that takes longer for one estimate is asked about no more rows."""


def measured(directory: Path) -> list[dict[str, float]]:
    """Return the CPU seconds and the memory of a network by rows."""
    import torch

    torch.set_num_threads(1)
    imported = _peak()
    from mist_explore.estimators import load
    from mist_explore.seeding import as_generator

    estimator, generator = load(directory), as_generator(0)

    def seconds(n_samples: int) -> float:
        sides = _sample(n_samples, DIM, generator)
        times = []
        for _ in range(1 + REPEATS if n_samples < REPEATS_BELOW else 1):
            times.append(_seconds(estimator, sides))
        # Warm-up: the first estimate initialises caches.
        return float(f"{median(times[1:] or times):.3g}")

    found: list[dict[str, float]] = []
    for n_samples in ROWS:
        if found and found[-1]["seconds"] > MOST_SECONDS:
            break
        typical = seconds(n_samples)
        megabytes = round(_peak() - imported)
        found.append({"n_samples": n_samples, "seconds": typical, "megabytes": megabytes})
    return found


def in_turn(directories: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the median CPU seconds of each network for the samples of `IN_TURN`."""
    import torch

    torch.set_num_threads(1)
    from mist_explore.estimators import load
    from mist_explore.seeding import as_generator

    estimators = {directory.name: load(directory) for directory in directories}
    generator, found = as_generator(0), []
    for n_samples, dim in IN_TURN:
        sides = _sample(n_samples, dim, generator)
        times: dict[str, list[float]] = {name: [] for name in estimators}
        for _ in range(1 + REPEATS):
            for name, estimator in estimators.items():
                times[name].append(_seconds(estimator, sides))
        typical = {name: float(f"{median(taken[1:]):.3g}") for name, taken in times.items()}
        found.append({"n_samples": n_samples, "dim": dim, "seconds": typical})
    return found


def _sample(n_samples: int, dim: int, generator: torch.Generator) -> tuple[Any, Any]:
    import torch

    x = torch.randn(n_samples, dim, generator=generator)
    y = x + torch.randn(n_samples, dim, generator=generator)
    return x.double().numpy(), y.double().numpy()


def _seconds(estimator: Estimator, sides: tuple[Any, Any]) -> float:
    began = process_time()
    estimator.estimate(*sides)
    return process_time() - began


def main() -> None:
    """Measure each network in a separate process and write the file."""
    directories = [path.parent for path in sorted(ROOT.glob("models/*/config.json"))]
    found = {}
    for directory in directories:
        found[directory.name] = _in_a_process([directory])
        print(directory.name, *found[directory.name], sep="\n  ")
    content = {
        "command": "python -m benchmarks.speed",
        "what": f"one estimate of all quantiles, {DIM} + {DIM} columns, one core: CPU seconds, and "
        "peak memory beyond the import of torch in megabytes",
        "machine": platform.machine(),
        "speed": found,
        "in turn": _in_a_process(directories),
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n")


def _in_a_process(directories: Sequence[Path]) -> Any:
    """Measure one network by rows, or several in turn."""
    # This process has not imported torch: what a child inherits of its peak is small.
    command = [sys.executable, "-m", "benchmarks.speed", *map(str, directories)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def _peak() -> float:
    """Return the peak memory of this process in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    paths = [Path(argument) for argument in sys.argv[1:]]
    if len(paths) > 1:
        print(json.dumps(in_turn(paths)))
    elif paths:
        print(json.dumps(measured(paths[0])))
    else:
        main()
