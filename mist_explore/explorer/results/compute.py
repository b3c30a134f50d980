"""From a state of the benchmarks page to what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mist_explore.evaluation.shipped import Score, Shipped, read_results
from mist_explore.explorer.results.state import SUITES, ResultsState
from mist_explore.metrics import Mean
from mist_explore.resources import results_directory

__all__ = ["EDGES", "ResultsView", "offered", "shipped", "view"]

EDGES: Mapping[str, Sequence[float]] = {
    "n_samples": (3, 20, 50, 100, 200, 400, 800, 1_600, 4_000, 8_000, 16_000),
    "dim": (1, 2, 3, 4, 6, 11, 17, 25, 41, 101),
    "truth": (0, 0.05, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 100),
}
"""Between which values of an axis errors are averaged."""


@dataclass(frozen=True, eq=False)
class ResultsView:
    """The results of one suite.

    Args:
        state: what is shown.
        shipped: the results of its suite alone.
        names: every estimator that was measured here on any suite: those without a result on this
            suite keep an empty place in the figures.
    """

    state: ResultsState
    shipped: Shipped
    names: tuple[str, ...]

    @property
    def measured(self) -> tuple[Score, ...]:
        """The scores that were measured here."""
        return tuple(score for score in self.shipped.scores if not score.published)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of datasets of the suite."""
        return tuple(dict.fromkeys(score.group for score in self.shipped.scores))

    @property
    def units(self) -> str:
        """What errors are, in words."""
        return self.measured[0].error_units if self.measured else "error"

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that made what is shown; a number's position here is its reference."""
        scores = (*self.measured, *self.shipped.calibrated)
        return tuple(dict.fromkeys(score.command for score in scores if score.command))

    def errors(self, published: bool = False) -> dict[str, dict[str, Mean]]:
        """By estimator and group the error on all datasets, measured here or by others."""
        found: dict[str, dict[str, Mean]] = {} if published else {name: {} for name in self.names}
        for score in self.shipped.scores:
            if score.published == published and score.complete:
                found.setdefault(score.estimator, {})[score.group] = score.error
        return found

    def curves(self) -> dict[str, tuple[Mean | None, ...]]:
        """The errors of each estimator between the edges of the axis."""
        edges = EDGES[self.state.by]
        found: dict[str, tuple[Mean | None, ...]] = dict.fromkeys(
            self.names, (None,) * (len(edges) - 1)
        )
        for answers in self.shipped.answers:
            found[answers.estimator] = answers.error_by(self.state.by, edges)
        return found

    def beside_published(self, estimator: str) -> dict[str, tuple[float, float]]:
        """By published method, the mean errors of the estimator and of the method.

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
        """Mean seconds and mean error by estimator, over the groups that it took as a whole."""
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
        """By estimator and level, the share of truths below the quantile, over all groups."""
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
    """What the page shows in a state."""
    everything = shipped()
    names = tuple(
        dict.fromkeys(score.estimator for score in everything.scores if not score.published)
    )
    return ResultsView(state, everything.of(state.suite).pooled(), names)


def offered() -> tuple[str, ...]:
    """The suites with shipped results, in the order of `SUITES`."""
    return tuple(name for name in SUITES if name in shipped().suites)


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """All shipped results, read once.

    Raises:
        FileNotFoundError: if the installation carries none.
    """
    return read_results(results_directory())
