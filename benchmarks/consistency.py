"""Measure the self-consistency of the shipped estimators; write results and model cards.

`python -m benchmarks.consistency`
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import torch

from mist_explore.cli.progress import every_tenth
from mist_explore.estimators import DEFAULT, PUBLISHED, SMOOTH, load
from mist_explore.evaluation import consistency_table, iter_consistency, write_section
from mist_explore.files import replace_file
from mist_explore.progress import finished
from mist_explore.resources import models_directory

__all__ = ["ESTIMATED", "FILE", "main"]

FILE = Path(__file__).parent / "results" / "consistency.json"
CARDS = (DEFAULT, SMOOTH, PUBLISHED)
ESTIMATED = (*CARDS, "gaussian-copula", "ksg")


def main() -> None:
    """Write the file and the tables in the model cards."""
    torch.set_num_threads(1)
    found = {name: finished(iter_consistency(load(name)), every_tenth()) for name in ESTIMATED}
    content = {
        "command": "python -m benchmarks.consistency",
        "what": "differences of medians in nats; see mist_explore/evaluation/consistency.py",
        "findings": {name: [asdict(f) for f in findings] for name, findings in found.items()},
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
    for name in CARDS:
        card = models_directory() / name / "README.md"
        write_section(card, f"consistency:{name}", consistency_table(found[name]))


if __name__ == "__main__":
    main()
