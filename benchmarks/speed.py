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
from typing import Any

__all__ = ["FILE", "WIDE", "main", "measured"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "speed.json"
ROWS = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
DIM = 5
WIDE = (5_000, 10)
"""Rows and columns of each side of one more measurement."""

REPEATS_BELOW = 10_000
REPEATS = 15
MOST_SECONDS = 10.0
"""A network that takes longer for one estimate is asked about no more rows."""


def measured(directory: Path) -> dict[str, Any]:
    """Return the measurements of a network by its rows, and the CPU seconds of a wide sample."""
    import torch

    torch.set_num_threads(1)
    imported = _peak()
    from mist_explore.estimators import load
    from mist_explore.seeding import as_generator

    estimator, generator = load(directory), as_generator(0)

    def seconds(n_samples: int, dim: int) -> float:
        x = torch.randn(n_samples, dim, generator=generator)
        y = x + torch.randn(n_samples, dim, generator=generator)
        sides = x.double().numpy(), y.double().numpy()
        times = []
        for _ in range(1 + REPEATS if n_samples < REPEATS_BELOW else 1):
            began = process_time()
            estimator.estimate(*sides)
            times.append(process_time() - began)
        # Warm-up: the first estimate initialises caches.
        return float(f"{median(times[1:] or times):.3g}")

    found: list[dict[str, float]] = []
    for n_samples in ROWS:
        if found and found[-1]["seconds"] > MOST_SECONDS:
            break
        typical = seconds(n_samples, DIM)
        megabytes = round(_peak() - imported)
        found.append({"n_samples": n_samples, "seconds": typical, "megabytes": megabytes})
    return {"by rows": found, "wide": seconds(*WIDE)}


def main() -> None:
    """Measure each network in a separate process and write the file."""
    found = {}
    for path in sorted(ROOT.glob("models/*/config.json")):
        # This process has not imported torch: what a child inherits of its peak is small.
        command = [sys.executable, "-m", "benchmarks.speed", str(path.parent)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
        found[path.parent.name] = json.loads(done.stdout)
        print(path.parent.name, *found[path.parent.name]["by rows"], sep="\n  ")
    content = {
        "command": "python -m benchmarks.speed",
        "what": f"one estimate of all quantiles, {DIM} + {DIM} columns, one core: CPU seconds, and "
        "peak memory beyond the import of torch in megabytes",
        "machine": platform.machine(),
        "speed": {name: each["by rows"] for name, each in found.items()},
        "wide": {
            "what": f"{WIDE[0]:,} rows, {WIDE[1]} + {WIDE[1]} columns: CPU seconds",
            "seconds": {name: each["wide"] for name, each in found.items()},
        },
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
