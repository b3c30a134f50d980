"""Results of the benchmarks page from a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mist_explore.evaluation.shipped import Score, Shipped
from mist_explore.explorer.benchmarks.settings import ResultsState, shipped
from mist_explore.metrics import Mean

__all__ = ["EDGES", "ResultsView", "as_python", "view"]

EDGES: Mapping[str, Sequence[float]] = {
    "n_samples": (3, 20, 50, 100, 200, 400, 800, 1_600, 4_000, 8_000, 16_000),
    "dim": (1, 2, 3, 4, 6, 11, 17, 25, 41, 101),
    "truth": (0, 0.05, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 100),
}
"""Edges of the bins of each axis within which errors are averaged."""


@dataclass(frozen=True, eq=False)
class ResultsView:
    """The results of a part of a suite.

    Args:
        state: the part, the estimators and the axis.
        shipped: the results of the part; the estimates are those of the whole suite.
    """

    state: ResultsState
    shipped: Shipped

    @property
    def names(self) -> tuple[str, ...]:
        """The estimators that are shown."""
        return self.state.estimators

    @property
    def measured(self) -> tuple[Score, ...]:
        """Scores of these estimators, measured here."""
        scores = self.shipped.scores
        return tuple(s for s in scores if not s.published and s.estimator in self.names)

    @property
    def published(self) -> tuple[Score, ...]:
        """Scores that others have published."""
        return tuple(score for score in self.shipped.scores if score.published)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of datasets, those of few rows first."""
        groups = dict.fromkeys(score.group for score in self.shipped.scores)
        return tuple(sorted(groups, key=self.state.part.place))

    @property
    def calibrated(self) -> tuple[Score, ...]:
        """Scores of these estimators with the calibration of their quantiles."""
        return tuple(s for s in self.shipped.calibrated if s.estimator in self.names)

    @property
    def units(self) -> str:
        """Units of the errors, in words."""
        return self.measured[0].error_units if self.measured else "error"

    @property
    def commands(self) -> tuple[str, ...]:
        """Commands behind the numbers; the table refers to them by their position."""
        scores = (*self.measured, *self.calibrated)
        return tuple(dict.fromkeys(score.command for score in scores if score.command))

    def errors(self, published: bool = False) -> dict[str, dict[str, Mean]]:
        """Return errors by estimator and group on all datasets, measured here or published."""
        found: dict[str, dict[str, Mean]] = {} if published else {name: {} for name in self.names}
        for score in self.published if published else self.measured:
            if published or score.complete:
                found.setdefault(score.estimator, {})[score.group] = score.error
        return found

    def curves(self) -> dict[str, tuple[Mean | None, ...]]:
        """Return the errors of each estimator on the whole suite, in the bins of the axis."""
        edges = EDGES[self.state.by]
        found: dict[str, tuple[Mean | None, ...]] = dict.fromkeys(
            self.names, (None,) * (len(edges) - 1)
        )
        for estimates in self.shipped.estimates:
            if estimates.estimator in found:
                found[estimates.estimator] = estimates.error_by(self.state.by, edges)
        return found

    def beside_published(self, estimator: str) -> dict[str, tuple[float, float]]:
        """Return by published method the mean errors of the estimator and of the method.

        Means are over the groups of datasets that both have.
        """
        ours = self.errors().get(estimator, {})
        pairs = {}
        for method, theirs in self.errors(published=True).items():
            shared = [group for group in theirs if group in ours]
            if shared:
                pairs[method] = (
                    sum(ours[group].value for group in shared) / len(shared),
                    sum(theirs[group].value for group in shared) / len(shared),
                )
        return pairs

    def costs(self) -> dict[str, tuple[float, Mean]]:
        """Return mean seconds and mean error by estimator, over the groups with all datasets."""
        found: dict[str, tuple[float, Mean]] = {}
        for name in self.names:
            scores = [score for score in self.measured if score.estimator == name]
            timed = [score for score in scores if score.seconds and score.complete]
            if timed:
                total = sum(score.n_datasets for score in timed)
                weights = [score.n_datasets / total for score in timed]
                pairs = list(zip(weights, timed, strict=True))
                seconds = sum(w * (score.seconds or 0.0) for w, score in pairs)
                error = sum(w * score.error.value for w, score in pairs)
                variance = sum((w * score.error.standard_error) ** 2 for w, score in pairs)
                cells = sum(score.error.n_clusters for score in timed)
                found[name] = (seconds, Mean(error, variance**0.5, cells))
        return found

    def calibration(self) -> dict[str, dict[float, float]]:
        """Return by estimator and level the share of true values below the quantile."""
        found: dict[str, dict[float, float]] = {}
        for name in dict.fromkeys(score.estimator for score in self.calibrated):
            scores = [score for score in self.calibrated if score.estimator == name]
            total = self.n_calibrated(name)
            found[name] = {
                level: sum(s.n_datasets * s.calibration[level] for s in scores) / total
                for level in scores[0].calibration
            }
        return found

    def n_calibrated(self, name: str) -> int:
        """Return the number of datasets behind the calibration of an estimator."""
        return sum(score.n_datasets for score in self.calibrated if score.estimator == name)

    def coverage(self, name: str, level: float) -> float | None:
        """Return the share of intervals of an estimator that contain the truth, over datasets."""
        held = [s for s in self.measured if s.estimator == name and level in s.coverage]
        total = sum(score.n_datasets for score in held)
        return sum(s.n_datasets * s.coverage[level].value for s in held) / total if held else None

    def coverages(self, name: str) -> dict[float, float]:
        """Return the shares of `coverage` by level, for the levels of all scores."""
        levels = sorted({level for score in self.measured for level in score.coverage})
        found = {level: self.coverage(name, level) for level in levels}
        return {level: share for level, share in found.items() if share is not None}


def view(state: ResultsState) -> ResultsView:
    """Return the results of a state."""
    found = shipped().of(state.part.suite).pooled()
    scores, calibrated = (
        tuple(score for score in some if state.part.has(score.group))
        for some in (found.scores, found.calibrated)
    )
    return ResultsView(state, replace(found, scores=scores, calibrated=calibrated))


def as_python(state: ResultsState) -> str:
    """Return lines of Python that print the leaderboard of a state."""
    return (
        "from mist_explore.evaluation.shipped import read_results\n"
        "from mist_explore.resources import results_directory\n"
        f'for score in read_results(results_directory()).of("{state.part.suite}").scores:\n'
        "    print(score.group, score.estimator, score.error, sep=' | ')\n"
    )
