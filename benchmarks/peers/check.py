"""Ours beside `benchmark-mi`: the 40 tasks, and its estimators on the same data.

`make check-peers`, which makes the environment first; or `python -m benchmarks.peers.check`.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.stats import ks_2samp

from mist_explore.estimators import KSG, Critic, Gaussian, Histogram, KernelDensity
from mist_explore.evaluation import BMI40, BMI_TASKS, Memory, with_section
from mist_explore.evaluation.comparison import Answer
from mist_explore.files import replace_file
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["NAMES", "main"]

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results"
CACHE = HERE.parent / "cache"
PYTHON = HERE / ".venv" / "bin" / "python"
COMMAND = "make check-peers"
N_SAMPLES = 1_000
N_THEIRS = 5_000
"""Rows of a sample of theirs whose law is compared with ours."""

NAMES = {
    **{
        ours: ours.replace("normal-cdf", "normal_cdf")
        .replace("normal-1v1-0.75", "1v1-normal-0.75")
        .replace("wigglify", "wiggly")
        .replace("halfcube", "half_cube")
        for ours in BMI_TASKS
    },
}
"""Placeholder."""
