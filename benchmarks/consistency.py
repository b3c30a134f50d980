"""Writes how far the shipped estimators agree with themselves, into results and Markdown sections.

`python -m benchmarks.consistency README.md models/mist-qr/README.md`
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import torch

from mist_explore.cli.progress import finished
from mist_explore.estimators import DEFAULT, load
from mist_explore.evaluation import consistency, consistency_table, with_section
from mist_explore.files import replace_file

__all__ = ["ESTIMATED", "FILE", "main"]

FILE = Path(__file__).parent / "results" / "consistency.json"
ESTIMATED = (DEFAULT, "mist-paper", "gaussian-copula", "ksg")


def main() -> None:
    """Write the file, and the table of the default into each page named on the command line."""
    torch.set_num_threads(1)
    found = {name: finished(consistency(load(name))) for name in ESTIMATED}
    content = {
        "command": "python -m benchmarks.consistency",
        "what": "differences of medians in nats; see mist_explore/evaluation/consistency.py",
        "findings": {name: [asdict(f) for f in findings] for name, findings in found.items()},
    }
    replace_file(FILE, (json.dumps(content, indent=1) + "\n").encode())
    for page in map(Path, sys.argv[1:]):
        section, table = f"consistency:{DEFAULT}", consistency_table(found[DEFAULT])
        replace_file(page, with_section(page.read_text(), section, table).encode())


if __name__ == "__main__":
    main()
