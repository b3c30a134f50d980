"""Processor time of a fitted flow by rows and columns: `python -m benchmarks.flow_limits`.

A size whose result is in the file is not measured again.
"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mist_explore.adaptation import fit_flow
from mist_explore.evaluation import write_section
from mist_explore.files import replace_file

__all__ = ["FILE", "SIZES", "main", "table"]

FILE = Path(__file__).parent / "results" / "flow_limits.json"
PAGE = Path(__file__).parents[1] / "docs" / "adapt.md"
COMMAND = "python -m benchmarks.flow_limits"
SIZES = ((100, 1), (1_000, 5), (5_000, 10), (2_000, 50), (100_000, 5))


def sines(n_samples: int, dim: int) -> NDArray[np.float64]:
    """Draw rows in which each column is noise around a sine of the one before."""
    columns = np.random.default_rng(0).normal(size=(n_samples, dim))
    for j in range(1, dim):
        columns[:, j] = 0.5 * columns[:, j] + np.sin(2 * columns[:, j - 1])
    return columns


def measured(n_samples: int, dim: int) -> dict[str, Any]:
    """Fit a flow with one thread, and return its time in seconds and its fit."""
    rows = sines(n_samples, dim)
    began = process_time()
    fit = fit_flow(rows)
    return {
        "seconds": round(process_time() - began, 1),
        "epochs": len(fit.curve) - 1,
        "gain": round(fit.report.flow - fit.report.gaussian_copula, 3),
    }


def table(content: dict[str, Any]) -> str:
    """Return the results as a table in Markdown."""
    lines = [
        "| rows | columns | processor time (s) | epochs | gain over a copula (nats a row) |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for size, found in content.items():
        rows, columns = size.split("x")
        numbers = [f"{found['seconds']:.1f}", str(found["epochs"]), f"{found['gain']:.2f}"]
        lines.append(f"| {int(rows):,} | {columns} | {' | '.join(numbers)} |")
    note = f"One thread; columns are noise around sines of others. Made by `{COMMAND}`."
    return "\n".join([*lines, "", note])


def main() -> None:
    """Measure the sizes that the file lacks; write it and the table."""
    torch.set_num_threads(1)
    content: dict[str, Any] = json.loads(FILE.read_text()) if FILE.exists() else {}
    for size in SIZES:
        name = f"{size[0]}x{size[1]}"
        if name not in content:
            content[name] = measured(*size)
            replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
            print(name, content[name], flush=True)
    write_section(PAGE, "flow-limits", table(content))


if __name__ == "__main__":
    main()
