"""Results of the benchmarks page from a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mist_explore.evaluation.shipped import Score, Shipped
from mist_explore.explorer.results.settings import ResultsState, shipped
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
    """The results of one suite.

    Args:
        state: the suite and the axis.
        shipped: the results of the suite.
        names: every estimator measured here on any suite; one without a result on this suite
            keeps an empty place in the figures.
    """

    state: ResultsState
    shipped: Shipped
    names: tuple[str, ...]

    @property
    def measured(self) -> tuple[Score, ...]:
        """Scores measured here, in contrast to published ones."""
        return tuple(score for score in self.shipped.scores if not score.published)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of datasets of the suite."""
        return tuple(dict.fromkeys(score.group for score in self.shipped.scores))

    @property
    def units(self) -> str:
        """Units of the errors, in words."""
        return self.measured[0].error_units if self.measured else "error"

    @property
    def commands(self) -> tuple[str, ...]:
        """Commands behind the numbers; the table refers to them by their position."""
        scores = (*self.measured, *self.shipped.calibrated)
        return tuple(dict.fromkeys(score.command for score in scores if score.command))

    def errors(self, published: bool = False) -> dict[str, dict[str, Mean]]:
        """Return errors by estimator and group on all datasets, measured here or published."""
        found: dict[str, dict[str, Mean]] = {} if published else {name: {} for name in self.names}
        for score in self.shipped.scores:
            if score.published == published and score.complete:
                found.setdefault(score.estimator, {})[score.group] = score.error
        return found

    def curves(self) -> dict[str, tuple[Mean | None, ...]]:
        """Return the errors of each estimator in the bins of the axis."""
        edges = EDGES[self.state.by]
        found: dict[str, tuple[Mean | None, ...]] = dict.fromkeys(
            self.names, (None,) * (len(edges) - 1)
        )
        for estimates in self.shipped.estimates:
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
        for name in dict.fromkeys(score.estimator for score in self.shipped.calibrated):
            scores = [score for score in self.shipped.calibrated if score.estimator == name]
            total = sum(score.n_datasets for score in scores)
            found[name] = {
                level: sum(s.n_datasets * s.calibration[level] for s in scores) / total
                for level in scores[0].calibration
            }
        return found


def view(state: ResultsState) -> ResultsView:
    """Return the results of a state."""
    everything = shipped()
    names = tuple(
        dict.fromkeys(score.estimator for score in everything.scores if not score.published)
    )
    return ResultsView(state, everything.of(state.suite).pooled(), names)


def as_python(state: ResultsState) -> str:
    """Return lines of Python that print the leaderboard of a state."""
    return (
        "from mist_explore.evaluation.shipped import read_results\n"
        "from mist_explore.resources import results_directory\n"
        f'for score in read_results(results_directory()).of("{state.suite}").scores:\n'
        "    print(score.group, score.estimator, score.error, sep=' | ')\n"
    )
