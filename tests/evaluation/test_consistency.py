"""The checks catch an estimator that contradicts itself, and no other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from mist_explore.estimate import Estimate
from mist_explore.estimators import GaussianCopula
from mist_explore.evaluation import CHECKS, Finding, consistency, consistency_table
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

SAME_ROWS = [name for name, check in CHECKS.items() if check.same_rows]


@dataclass(frozen=True)
class Spread:
    """Depends on what units, order and columns should not decide."""

    name: str = "spread"

    def estimate(self, x: ArrayLike, y: ArrayLike) -> Estimate:
        sample = Sample(x, y)
        value = sample.x[0, 0] ** 2 + sample.y.std()
        return Estimate((0.5,), (value,), ("a doubt",), self.name)


def found(estimator: Estimator) -> dict[str, Finding]:
    return {f.check: f for f in consistency(estimator, replicates=2)}


@pytest.fixture(scope="module")
def of_spread() -> dict[str, Finding]:
    return found(Spread())


@pytest.fixture(scope="module")
def of_copula() -> dict[str, Finding]:
    return found(GaussianCopula())


@pytest.mark.parametrize("name", ["order of rows", "order of columns", "swap", "units"])
def test_what_changes_with_the_same_rows_is_caught(
    of_spread: dict[str, Finding], name: str
) -> None:
    assert of_spread[name].broken > 0.9
    assert of_spread[name].largest >= of_spread[name].breach > 0
    assert of_spread[name].flagged == 1


@pytest.mark.parametrize("name", [name for name in SAME_ROWS if name != "linear mixing"])
def test_ranks_keep_the_invariances(of_copula: dict[str, Finding], name: str) -> None:
    assert of_copula[name].broken == of_copula[name].breach == of_copula[name].flagged == 0


def test_correlation_processes_data_and_misses_functions(of_copula: dict[str, Finding]) -> None:
    assert of_copula["noise on Y"].change.value < -0.05
    assert of_copula["linear mixing"].broken > 0.5  # ranks do not commute with rotation
    assert of_copula["function"].broken > 0.5


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=9))
def test_a_breach_is_beyond_noise_and_of_one_direction(differences: list[float]) -> None:
    falls = [-abs(d) for d in differences]
    assert CHECKS["noise on Y"].breach(falls) == 0
    for check in CHECKS.values():
        assert 0 <= check.breach(differences) <= 3 * np.ptp(differences) + np.abs(differences).max()


def test_a_constant_shift_breaks_every_check_that_it_should() -> None:
    for check in CHECKS.values():
        assert (check.breach([0.5, 0.5, 0.5]) > 0) == (check.must != "rise")
        assert (check.breach([-0.5, -0.5, -0.5]) > 0) == (check.must != "not rise")


def test_the_table_states_what_must_hold(of_copula: dict[str, Finding]) -> None:
    table = consistency_table(list(of_copula.values()))
    assert all(check.claim in table for check in CHECKS.values())


def test_one_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least two draws of each distribution; got 1"):
        consistency(GaussianCopula(), replicates=1)
