"""Throughput of pairs in screening, tests and estimates, and time to rank a wide table.

Run `python -m benchmarks.pairs`; it prints wall and processor seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimators import load
from mist_explore.evaluation import pairwise_information
from mist_explore.evaluation.columns import PairColumns
from mist_explore.evaluation.screening import binned_information

__all__ = ["main"]

Columns = dict[str, NDArray[np.float64]]

ROWS, COLUMNS = 500, 40
WIDE_ROWS, WIDE_COLUMNS, TOP = 5_000, 200, 60


def main() -> None:
    """Print the time of each task."""
    small, model = _table(ROWS, COLUMNS), load()
    pairs = list(combinations(small, 2))
    with _timed(f"screening, {ROWS} rows", len(pairs)):
        columns = PairColumns.of(small)
        for pair in pairs:
            binned_information(columns, pair)
    few = pairs[:: len(pairs) // 48][:48]
    pairwise_information(small, estimator=model, pairs=few[:2])
    with _timed(f"network, {ROWS} rows", len(few)):
        pairwise_information(small, estimator=model, pairs=few)
    wide = _table(WIDE_ROWS, WIDE_COLUMNS)
    ranking = [(name, "y") for name in wide if name != "y"]
    for fdr in (None, 0.05):
        what = f"ranking of {WIDE_ROWS:,} x {WIDE_COLUMNS}, network for {TOP}, fdr {fdr}"
        with _timed(what, len(ranking)):
            found = pairwise_information(wide, estimator=model, pairs=ranking, top=TOP, fdr=fdr)
        print(f"  first: {', '.join(one for one, _ in found.ranked[:3])}")


def _table(rows: int, columns: int) -> Columns:
    """Return independent columns, and y, which depends on the first two."""
    values = np.random.default_rng(0).normal(size=(columns, rows))
    table = {f"c{place}": column for place, column in enumerate(values)}
    table["y"] = values[0] ** 2 + 0.5 * values[1] + values[-1]
    del table[f"c{columns - 1}"]
    return table


@contextmanager
def _timed(what: str, pairs: int) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{what}: {pairs:,} pairs in {wall:.1f} s ({pairs / wall:,.0f} a second), "
        f"{processor:.1f} s of processor time; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
