"""Inputs that once went wrong, and further draws of the same kinds: right, or with their cause.

The files of `cases/` are small tables made for the purpose. Beside each stand two random draws of
its kind with other numbers, so that no file is learned by heart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

import mist_explore as mx
from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT
from mist_explore.interfaces import Estimator
from mist_explore.preparation import prepare
from mist_explore.tables import Table, as_table, read_table

Columns = Mapping[str, NDArray[np.generic]]

CASES = Path(__file__).parent / "cases"
REPEATED, SERIAL = "rows repeat others", "rows resemble the rows next to them"

TOLERANCE = 0.01
"""Nats by which an interval may miss."""

WIDEST, MANY_ROWS, WIDEST_OF_MANY = 0.5, 5_000, 0.3


@dataclass(frozen=True)
class Draw:
    """A table, its mutual information in nats, and what a warning must name.

    Args:
        columns: by name; all but y are X.
        truth: the mutual information; None where only the warning is asked for.
        cause: a part of a warning; empty where none is needed.
    """

    columns: Columns
    truth: float | None
    cause: str = ""


@pytest.fixture(scope="module")
def model() -> Estimator:
    return mx.load(DEFAULT)


def estimate_of(model: Estimator, table: Table) -> Estimate:
    x = [name for name in table.columns if name != "y"]
    sample = prepare(table, x, ["y"]).sample
    return model.estimate(sample.x, sample.y)


def check(estimate: Estimate, truth: float | None, cause: str) -> None:
    assert any(cause in warning for warning in estimate.warnings) or not cause
    if truth is None:
        return
    low, high = estimate.interval(0.9)
    assert low - TOLERANCE <= truth <= high + TOLERANCE
    widest = WIDEST_OF_MANY if estimate.n_samples >= MANY_ROWS else WIDEST
    assert high - low <= widest


def binary_entropy(p: float) -> float:
    return -p * math.log(p) - (1 - p) * math.log(1 - p)


def replaced_codes(states: int, share: float) -> float:
    """Codes of which a share is replaced by random ones."""
    same, other = 1 - share + share / states, share / states
    rest = (states - 1) * other * math.log(other) if share else 0.0
    return math.log(states) + same * math.log(same) + rest


def gaussian_classes(weights: list[float], means: list[float]) -> float:
    """Classes whose numbers are normal with variance 1."""
    grid = np.linspace(min(means) - 9, max(means) + 9, 20_001)
    mixture = (np.array(weights) * norm.pdf(grid[:, None], means)).sum(1)
    entropy = -np.trapezoid(mixture * np.log(mixture), grid)
    return float(entropy - 0.5 * math.log(2 * math.pi * math.e))


FILES: dict[str, tuple[float | None, str]] = {
    "codes-1to1": (math.log(10), ""),
    "codes-half-noise": (replaced_codes(10, 0.5), ""),
    "mod5": (math.log(5 / 3), ""),
    "xor": (math.log(2), ""),
    "class8-vs-rounded": (0.0, ""),
    "text-same": (math.log(10), ""),
    "text3-same-n200": (math.log(3), ""),
    "flag-same-10pct": (binary_entropy(0.1), ""),
    "flag-same-one-row": (binary_entropy(1 / 500), ""),
    "tenth-doubled": (0.0, REPEATED),
    "rows-doubled": (0.0, REPEATED),
    "two-ar99": (None, SERIAL),
    "none-category": (0.48, ""),
}
"""The truth of each file, and what a warning must name."""


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_once_went_wrong_is_right_or_named(model: Estimator, name: str) -> None:
    check(estimate_of(model, read_table(CASES / f"{name}.csv")), *FILES[name])


def test_decimal_commas_between_semicolons_are_read() -> None:
    table = read_table(CASES / "semicolon-decimal-comma.csv")
    sample = prepare(table, ["x"], ["y"]).sample
    np.testing.assert_array_equal(sample.x[:3, 0], [1.5, 2.75, 3.125])
    np.testing.assert_array_equal(sample.y[:3, 0], [2.25, 3.5, 5.0])


def one_to_one(rng: np.random.Generator) -> Draw:
    states, n = int(rng.integers(3, 25)), int(rng.choice([1_000, 5_000]))
    x = rng.integers(0, states, n)
    return Draw({"x": x, "y": rng.permutation(10 * states)[x]}, math.log(states))


def half_noise(rng: np.random.Generator) -> Draw:
    states, share = int(rng.integers(4, 16)), float(rng.uniform(0.2, 0.8))
    x = rng.integers(0, states, 5_000)
    y = np.where(rng.random(5_000) < share, rng.integers(0, states, 5_000), x)
    return Draw({"x": rng.permutation(states)[x], "y": y}, replaced_codes(states, share))


def modular(rng: np.random.Generator) -> Draw:
    states = int(rng.integers(4, 13))
    width = int(rng.integers(2, states))
    x = rng.integers(0, states, 5_000)
    y = (x + rng.integers(0, width, 5_000)) % states
    return Draw({"x": x, "y": y}, math.log(states / width))


def parity(rng: np.random.Generator) -> Draw:
    bits, flipped = int(rng.integers(2, 5)), float(rng.uniform(0.05, 0.2))
    x = rng.integers(0, 2, (5_000, bits))
    y = (x.sum(1) + (rng.random(5_000) < flipped)) % 2
    columns = {f"bit{i}": column for i, column in enumerate(x.T)}
    return Draw({**columns, "y": y}, math.log(2) - binary_entropy(flipped))


def class_and_rounded(rng: np.random.Generator) -> Draw:
    kinds = np.array(list("abcdefghijkl"))[: int(rng.integers(3, 12))]
    y = np.round(rng.normal(size=5_000), int(rng.integers(0, 2)))
    return Draw({"x": rng.choice(kinds, 5_000), "y": y}, 0.0)


def same_texts(rng: np.random.Generator) -> Draw:
    states, n = int(rng.integers(3, 12)), int(rng.choice([200, 1_000]))
    x = rng.integers(0, states, n)
    names = np.array([f"kind {i}" for i in range(states)])
    return Draw({"x": names[x], "y": np.char.upper(names)[rng.permutation(states)][x]},
                math.log(states))  # fmt: skip


def same_flags(rng: np.random.Generator) -> Draw:
    n = int(rng.choice([500, 1_000, 5_000]))
    ones = int(rng.integers(1, n // 4))
    x = rng.permutation(np.arange(n) < ones).astype(int)
    return Draw({"x": x, "y": x + 2 * x}, binary_entropy(ones / n))


def one_flag(rng: np.random.Generator) -> Draw:
    n = int(rng.integers(100, 1_000))
    x = (np.arange(n) == rng.integers(n)).astype(int)
    return Draw({"x": x, "y": 1 - x}, binary_entropy(1 / n))


def some_doubled(rng: np.random.Generator) -> Draw:
    n, again = 500, int(rng.integers(20, 200))
    x, y = rng.normal(size=(2, n))
    rows = rng.permutation(np.r_[np.arange(n), rng.choice(n, again, replace=False)])
    return Draw({"x": x[rows], "y": np.exp(y[rows])}, 0.0, REPEATED)


def all_repeated(rng: np.random.Generator) -> Draw:
    x, y = rng.normal(size=(2, 500))
    rows = np.repeat(np.arange(500), int(rng.integers(2, 5)))
    return Draw({"x": x[rows], "y": y[rows]}, 0.0, REPEATED)


def autoregressions(rng: np.random.Generator) -> Draw:
    n, coefficient = int(rng.integers(300, 900)), float(rng.uniform(0.95, 0.995))
    noise, values = rng.normal(size=(n, 2)), np.zeros((n, 2))
    for i in range(1, n):
        values[i] = coefficient * values[i - 1] + noise[i]
    return Draw({"x": values[:, 0], "y": values[:, 1]}, None, SERIAL)


def none_is_a_category(rng: np.random.Generator) -> Draw:
    kinds, means = ["A", "B", "C", "None"], [0.0, 0.0, 1.0, float(rng.uniform(1.5, 3))]
    weights = rng.dirichlet([5.0] * 4)
    x = rng.choice(4, 600, p=weights)
    y = rng.normal(size=600) + np.array(means)[x]
    truth = gaussian_classes(weights.tolist(), means)
    return Draw({"x": np.array(kinds)[x], "y": y}, truth)


KINDS: tuple[Callable[[np.random.Generator], Draw], ...] = (
    one_to_one,
    half_noise,
    modular,
    parity,
    class_and_rounded,
    same_texts,
    same_flags,
    one_flag,
    some_doubled,
    all_repeated,
    autoregressions,
    none_is_a_category,
)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_further_draws_of_a_kind_are_right_or_named(
    model: Estimator, kind: Callable[[np.random.Generator], Draw], seed: int
) -> None:
    draw = kind(np.random.default_rng(seed))
    check(estimate_of(model, as_table(dict(draw.columns))), draw.truth, draw.cause)
