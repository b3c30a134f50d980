"""Measure time and memory of an estimate by each shipped network: `python -m benchmarks.speed`.

Each network runs in a separate process, on one core. Rows grow from measurement to measurement,
so that the peak of the memory is that of the last one.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time

__all__ = ["FILE", "main", "measured"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "speed.json"
ROWS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
DIM = 5
REPEATS_BELOW = 10_000
REPEATS = 15
MOST_SECONDS = 10.0
"""A network that takes longer for one estimate is asked about no more rows."""


def measured(directory: Path) -> list[dict[str, float]]:
    """Return rows, CPU seconds of an estimate, and peak megabytes beyond the import of torch."""
    import torch

    torch.set_num_threads(1)
    imported = _peak()
    from mist_explore.estimators import load
    from mist_explore.seeding import as_generator

    estimator, generator, found = load(directory), as_generator(0), []
    for n_samples in ROWS:
        x = torch.randn(n_samples, DIM, generator=generator)
        y = x + torch.randn(n_samples, DIM, generator=generator)
        sides = x.double().numpy(), y.double().numpy()
        seconds = []
        for _ in range(1 + REPEATS if n_samples < REPEATS_BELOW else 1):
            began = process_time()
            estimator.estimate(*sides)
            seconds.append(process_time() - began)
        # Warm-up: the first estimate initialises caches.
        typical = median(seconds[1:] or seconds)
        found.append(
            {
                "n_samples": n_samples,
                "seconds": float(f"{typical:.3g}"),
                "megabytes": round(_peak() - imported),
            }
        )
        if typical > MOST_SECONDS:
            break
    return found


def main() -> None:
    """Measure each network in a separate process and write the file."""
    speeds = {}
    for path in sorted(ROOT.glob("models/*/config.json")):
        # This process has not imported torch: what a child inherits of its peak is small.
        command = [sys.executable, "-m", "benchmarks.speed", str(path.parent)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
        speeds[path.parent.name] = json.loads(done.stdout)
        print(path.parent.name, *speeds[path.parent.name], sep="\n  ")
    content = {
        "command": "python -m benchmarks.speed",
        "what": f"one estimate of all quantiles, {DIM} + {DIM} columns, one core: CPU seconds, and "
        "peak memory beyond the import of torch in megabytes",
        "machine": platform.machine(),
        "speed": speeds,
    }
    FILE.write_text(json.dumps(content, indent=1) + "\n")


def _peak() -> float:
    """Return the peak memory of this process in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measured(Path(sys.argv[1]))))
    else:
        main()
