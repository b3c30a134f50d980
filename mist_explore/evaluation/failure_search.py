"""Failure search: the worst case of an estimator, confirmed on fresh datasets."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.stats.qmc import LatinHypercube

from mist_explore.configuration import Configuration
from mist_explore.distributions import FAMILIES
from mist_explore.estimators import load
from mist_explore.evaluation.case import Case
from mist_explore.evaluation.trial import Summary, Trial, summary, trials_of
from mist_explore.interfaces import Estimator
from mist_explore.progress import Progress, run_job
from mist_explore.seeding import derive_seed

__all__ = [
    "MEASURES",
    "EvaluatedCase",
    "Search",
    "SearchProgress",
    "WorstCase",
    "iter_worst_case",
    "worst_case",
]

MEASURES = ("bias", "coverage")
"""The objectives of a search: |median - truth|, or the share of intervals that miss."""


@dataclass(frozen=True)
class Search(Configuration):
    """Settings of a failure search: estimator, objective, ranges and budget.

    Args:
        estimator: a name, or the directory of a trained model.
        measure: `"bias"` or `"coverage"`.
        family: names in `FAMILIES`.
        n_samples, dim, information, df, flow: smallest and largest value of each axis of a `Case`.
            Rows, columns and degrees of freedom are drawn log-uniformly, the latter for families
            that have some beside their strength.
        budget: the number of cases to try.
        replicates: datasets of each case.
        fresh: further datasets of the worst case, for an estimate of its error.
        seed: of the search and of all datasets.

    Raises:
        ValueError: if the measure is unknown, a range is empty or its ends are impossible, or there
            is nothing to try.

    Example:
        >>> Search("ksg", budget=10) == Search.from_json(Search("ksg", budget=10).to_json())
        True
    """

    estimator: str = "mist-qr"
    measure: str = "bias"
    family: tuple[str, ...] = ("normal-2pair", "student-2pair")
    n_samples: tuple[int, int] = (50, 500)
    dim: tuple[int, int] = (1, 10)
    information: tuple[float, float] = (0.0, 2.0)
    df: tuple[float, float] = (1.0, 10.0)
    flow: tuple[float, float] = (0.0, 1.0)
    budget: int = 60
    replicates: int = 4
    fresh: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise ValueError(f"expected a measure among {MEASURES}; got {self.measure!r}")
        object.__setattr__(self, "family", tuple(self.family))
        for name in ("n_samples", "dim", "information", "df", "flow"):
            low, high = getattr(self, name)
            if not low <= high:
                raise ValueError(f"expected {name} from low to high; got {low} to {high}")
            object.__setattr__(self, name, (low, high))
        for name in ("budget", "replicates", "fresh"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} of at least 1; got {getattr(self, name)}")
        if not self.family or not self.df[0] > 0:
            raise ValueError(
                "expected a family and positive degrees of freedom; "
                f"got {len(self.family)} families and {self.df[0]} degrees of freedom"
            )
        for family in self.family:
            for end in (0, 1):  # raises where an end of a range is impossible
                Case(
                    family,
                    self.n_samples[end],
                    self.dim[end],
                    self.information[end],
                    None,
                    self.flow[end],
                )

    def case(self, point: NDArray[np.float64]) -> Case:
        """The case at a point of the unit cube, one coordinate an axis."""
        family = self.family[min(int(point[0] * len(self.family)), len(self.family) - 1)]
        tails = "df" in {p.name for p in FAMILIES[family].parameters[1:]}
        return Case(
            family,
            round(_log(self.n_samples, point[1])),
            round(_log(self.dim, point[2])),
            round(_linear(self.information, point[3]), 3),
            round(_log(self.df, point[4]), 3) if tails else None,
            round(_linear(self.flow, point[5]), 3),
        )


N_COORDINATES = 6
LONGEST_STEP, SHORTEST_STEP = 0.2, 0.03


@dataclass(frozen=True)
class EvaluatedCase(Configuration):
    """A case of the search with the errors of the estimator."""

    case: Case
    summary: Summary

    def objective(self, measure: str) -> tuple[float, float]:
        """Return the objective, larger for worse; the bias decides between equal coverages.

        Minus infinity for a case without an estimate.
        """
        bias = -math.inf if self.summary.bias is None else abs(self.summary.bias.value)
        if measure == "bias":
            return bias, 0.0
        share = self.summary.coverage
        return (-math.inf if share is None else 1 - share.value), bias


@dataclass(frozen=True)
class SearchProgress(Progress):
    """Progress with the last case; None during the confirmation on fresh datasets."""

    evaluated: EvaluatedCase | None = None


@dataclass(frozen=True)
class WorstCase(Configuration):
    """Result of a failure search.

    Args:
        search: the settings.
        cases: every case of the search, in order.
        fresh: trials of the worst case on datasets that the search has not seen. The worst of
            many noisy numbers owes some of its size to chance; these do not.
    """

    search: Search
    cases: tuple[EvaluatedCase, ...]
    fresh: tuple[Trial, ...] = ()

    def __repr__(self) -> str:
        worst, fresh = self.worst, self.confirmed
        return (
            f"WorstCase of {self.search.estimator} by {self.search.measure}, {len(self.cases)} "
            f"cases: {worst.case if worst else 'no estimate'}"
            f"{f', bias {fresh.bias} nats on fresh datasets' if fresh else ''}"
        )

    @property
    def worst(self) -> EvaluatedCase | None:
        """The worst case of the search; None where no case had an estimate."""
        found = [p for p in self.cases if p.objective(self.search.measure)[0] >= 0]
        return max(found, key=lambda p: p.objective(self.search.measure), default=None)

    @property
    def confirmed(self) -> Summary | None:
        """The errors on fresh datasets of the worst case; None where it was not confirmed."""
        return summary(self.fresh) if self.fresh else None


def worst_case(search: Search, *, progress: bool = False) -> WorstCase:
    """Search the worst case of an estimator.

    The first half of the budget is spread over the ranges as a Latin hypercube; the second
    half are steps around the worst case so far, which get shorter. At last that case is evaluated
    on fresh datasets.

    Args:
        search: the estimator, the ranges and the budget.
        progress: whether to show a tqdm bar.

    Raises:
        ValueError: if the estimator is unknown.

    Source: McKay, Beckman & Conover (1979) for Latin hypercubes; Spall, "Introduction to Stochastic
    Search and Optimization" (2003), section 2.2, for localized random search.

    Example:
        >>> found = worst_case(Search("gaussian-copula", budget=4, replicates=2, fresh=2))
        >>> len(found.cases), len(found.fresh)
        (4, 2)
    """
    return run_job(iter_worst_case(search), progress)


def iter_worst_case(search: Search) -> Generator[SearchProgress, None, WorstCase]:
    """Yield the progress of `worst_case` and return its result; close the generator to cancel."""
    estimators = {search.estimator: load(search.estimator)}
    total, start = search.budget * search.replicates + search.fresh, perf_counter()
    random = np.random.default_rng(derive_seed(search.seed, "search"))
    spread = LatinHypercube(N_COORDINATES, rng=random).random(-(-search.budget // 2))
    cases: list[EvaluatedCase] = []
    best, worst = spread[0], (-math.inf, -math.inf)
    for number in range(search.budget):
        point = spread[number] if number < len(spread) else _near(best, number, search, random)
        case = search.case(point)
        trials = _trials(search, case, estimators, "search", range(search.replicates))
        evaluated = EvaluatedCase(case, summary(trials))
        objective = evaluated.objective(search.measure)
        if objective > worst:
            best, worst = point, objective
        cases.append(evaluated)
        done = len(cases) * search.replicates
        yield SearchProgress(done, total, perf_counter() - start, evaluated=evaluated)
    found = WorstCase(search, tuple(cases))
    fresh: list[Trial] = []
    if found.worst is not None:
        for number in range(search.fresh):
            fresh += _trials(search, found.worst.case, estimators, "fresh", [number])
            yield SearchProgress(total - search.fresh + len(fresh), total, perf_counter() - start)
    return WorstCase(search, found.cases, tuple(fresh))


def _near(
    best: NDArray[np.float64], number: int, search: Search, random: np.random.Generator
) -> NDArray[np.float64]:
    """A point near the worst case so far, the nearer the less of the budget is left."""
    left = 2 * (1 - number / search.budget)
    step = SHORTEST_STEP * (LONGEST_STEP / SHORTEST_STEP) ** left
    return np.clip(best + step * random.standard_normal(N_COORDINATES), 0, 1)


def _trials(
    search: Search,
    case: Case,
    estimators: Mapping[str, Estimator],
    purpose: str,
    replicates: Iterable[int],
) -> list[Trial]:
    trials: list[Trial] = []
    for replicate in replicates:
        # 31 bits: a seed that the pages take.
        seed = derive_seed(search.seed, purpose, case, replicate) % 2**31
        trials += trials_of(case, replicate, seed, estimators)
    if search.measure == "coverage" and any(t.median is not None and t.low is None for t in trials):
        raise ValueError(
            f"expected an estimator with intervals for the coverage; {search.estimator} gives one "
            "value: search for its bias"
        )
    return trials


def _linear(bounds: tuple[float, float], share: float) -> float:
    return bounds[0] + (bounds[1] - bounds[0]) * share


def _log(bounds: tuple[float, float], share: float) -> float:
    return bounds[0] * (bounds[1] / bounds[0]) ** share
