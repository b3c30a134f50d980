"""Estimates and links are those of earlier versions, whatever is renamed.

`python tests/test_same_estimates.py` writes the file anew, which a change of numbers on purpose
needs.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import PUBLISHED, SMOOTH, load
from mist_explore.evaluation.case import Case
from mist_explore.explorer.failure_modes.compute import estimate_state

FILE = Path(__file__).with_name("golden_estimates.json")
ESTIMATED = (
    *(SMOOTH, PUBLISHED, "gaussian", "gaussian-copula", "ksg", "ksg-2", "mixed-ksg"),
    *("matched-ksg", "canonical-ksg", "bootstrap-gaussian"),
)
CASES = (
    Case(),
    Case("student-dense", n_samples=50, dim=2, information=1.0, df=2.0, flow=0.5),
    Case("normal-lvm", n_samples=100, dim=4, information=0.25),
)


def links() -> list[str]:
    """Links from cases of the failure page to the estimate page."""
    return [estimate_state(case, 7, ["mist-qr", "ksg"]).to_query() for case in CASES]


def estimates() -> dict[str, list[float]]:
    """Quantiles of one sample in nats."""
    sample = FAMILIES["student-2pair"].distribution(2, 2).sample(120, seed=1)
    return {name: list(load(name).estimate(sample.x, sample.y).quantiles) for name in ESTIMATED}


def test_links_are_those_of_earlier_versions() -> None:
    assert links() == json.loads(FILE.read_text())["links"]


def test_estimates_are_those_of_earlier_versions() -> None:
    before, now = json.loads(FILE.read_text())["estimates"], estimates()
    assert list(before) == list(now)
    for name, quantiles in before.items():
        np.testing.assert_allclose(now[name], quantiles, rtol=1e-4, atol=1e-5, err_msg=name)


if __name__ == "__main__":
    FILE.write_text(json.dumps({"links": links(), "estimates": estimates()}) + "\n")
