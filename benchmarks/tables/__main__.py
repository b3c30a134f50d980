"""Benchmark of real tables: `python -m benchmarks.tables`, `make bench-tables`.

Writes `benchmarks/results/tables.json` and `tables.md`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

import torch

from benchmarks.tables.discrete import discrete_pairs, mixed_pairs
from benchmarks.tables.journey import journey
from benchmarks.tables.report import as_json, as_markdown, goals
from benchmarks.tables.sources import TABLES
from mist_explore.estimators import load
from mist_explore.files import replace_file
from mist_explore.tables import read_table

RESULTS = Path(__file__).resolve().parents[1] / "results"


def main() -> int:
    """Write both files; the exit code is 1 after an unexpected error."""
    torch.set_num_threads(1)
    start = process_time()
    estimator = load()
    trips, discrete, mixed = [], [], []
    for source in TABLES:
        content = source.content()
        trip = journey(source.name, source.package, source.file, content)
        trips.append(trip)
        if "read" not in trip.refusals and "read" not in trip.faults:
            table = read_table(content, source.file)
            discrete += discrete_pairs(source.name, table, estimator)
            mixed += mixed_pairs(source.name, table, estimator)
        outcome = "; ".join([*trip.refusals.values(), *trip.faults.values()]) or "through"
        print(f"{process_time() - start:6.1f} s  {source.name}: {outcome}", flush=True)
    seconds = process_time() - start
    content_json = json.dumps(as_json(trips, discrete, mixed, seconds), indent=1) + "\n"
    replace_file(RESULTS / "tables.json", content_json.encode())
    markdown = as_markdown(trips, discrete, mixed, seconds)
    replace_file(RESULTS / "tables.md", markdown.encode())
    for goal in goals(trips, discrete, mixed):
        print(f"{'met   ' if goal.met else 'missed'} {goal.name}: {goal.measured}")
    return int(any(trip.faults for trip in trips))


if __name__ == "__main__":
    sys.exit(main())
