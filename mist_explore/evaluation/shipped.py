"""Shipped results: errors by estimator and group of datasets, with the command that made them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mist_explore.evaluation.result_table import group_records, record_rows, records
from mist_explore.metrics import Mean, clustered_mean
from mist_explore.results import table_of

__all__ = ["AXES", "Score", "Shipped", "SuiteEstimates", "read_results"]

AXES = {"n_samples": "rows", "dim": "columns of the wider side", "truth": "true value (nats)"}
"""Quantities that errors are binned by, with the label of the axis."""
INFORMATION_OF_GROUP = re.compile(r", \d+ nats?\b")
"""The part of the name of a group that is its mutual information."""


@dataclass(frozen=True)
class Score:
    """One estimator on one group of datasets of a suite.

    Args:
        suite: the name of the suite.
        group: the name of the group.
        estimator: the name of the estimator, or of a published method.
        error: its mean error, in `error_units`.
        error_units: `"mean squared error, nats²"` or `"mean absolute error, nats"`.
        command: command that made the number; empty for published ones.
        n_datasets: number of datasets that it took; 0 if unknown.
        of: number of datasets of the group.
        bias: the mean of median minus truth in nats.
        coverage: by level, the share of central intervals that hold the truth.
        calibration: by quantile level, the share of truths below that quantile.
        seconds: mean run time of an estimate.
        published: whether it is a published number, on other draws.
    """

    suite: str
    group: str
    estimator: str
    error: Mean
    error_units: str
    command: str = ""
    n_datasets: int = 0
    of: int = 0
    bias: Mean | None = None
    coverage: Mapping[float, Mean] = field(default_factory=dict)
    calibration: Mapping[float, float] = field(default_factory=dict)
    seconds: float | None = None
    published: bool = False

    @property
    def complete(self) -> bool:
        """Whether it took every dataset, so that its error compares with that of others."""
        return self.n_datasets == self.of


@dataclass(frozen=True, eq=False)
class SuiteEstimates:
    """Estimates of one estimator for the datasets of a suite, in nats.

    Args:
        suite: the name of the suite.
        estimator: the name of the estimator.
        cells: the cell of each dataset, within which errors are dependent.
        truth, median, n_samples, dim: of shape `(N,)`; `dim` is that of the wider side.
        squared: whether the suite squares errors.
    """

    suite: str
    estimator: str
    cells: Sequence[str]
    truth: NDArray[np.float64]
    median: NDArray[np.float64]
    n_samples: NDArray[np.float64]
    dim: NDArray[np.float64]
    squared: bool

    def error_by(self, axis: str, edges: Sequence[float]) -> tuple[Mean | None, ...]:
        """The mean error between each two edges of an axis; None where no dataset lies.

        Raises:
            ValueError: if the axis is none of `AXES`.
        """
        if axis not in AXES:
            raise ValueError(f"expected an axis among {', '.join(AXES)}; got {axis!r}")
        place = np.searchsorted(edges, getattr(self, axis), side="right") - 1
        apart = np.abs(self.median - self.truth)
        errors = apart**2 if self.squared else apart
        return tuple(self._mean(errors, place == i) for i in range(len(edges) - 1))

    def _mean(self, errors: NDArray[np.float64], chosen: NDArray[np.bool_]) -> Mean | None:
        cells = [cell for cell, here in zip(self.cells, chosen, strict=True) if here]
        return clustered_mean(errors[chosen], cells) if cells else None


@dataclass(frozen=True, eq=False)
class Shipped:
    """All results of a folder.

    Args:
        scores: one for each suite, group and estimator; published methods come last.
        calibrated: those of estimators with quantiles, with their calibration.
        estimates: one for each suite and estimator.
    """

    scores: tuple[Score, ...]
    calibrated: tuple[Score, ...]
    estimates: tuple[SuiteEstimates, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """The suites that there are results of."""
        return tuple(dict.fromkeys(score.suite for score in self.scores))

    def of(self, suite: str) -> Shipped:
        """The results of one suite."""
        return Shipped(
            tuple(score for score in self.scores if score.suite == suite),
            tuple(score for score in self.calibrated if score.suite == suite),
            tuple(estimates for estimates in self.estimates if estimates.suite == suite),
        )

    def pooled(self) -> Shipped:
        """The results with groups that differ only in their mutual information as one group.

        The error is the mean over the groups, the coverage and the time are means over datasets.

        Example:
            >>> scores = [Score("s", f"ring, {i} nats", "ksg", Mean(i, 0.0, 3), "") for i in (1, 3)]
            >>> (score,) = Shipped(tuple(scores), (), ()).pooled().scores
            >>> score.group, score.error.value
            ('ring', 2.0)
        """
        return replace(self, scores=_pooled(self.scores), calibrated=_pooled(self.calibrated))

    @property
    def estimators(self) -> tuple[str, ...]:
        """The names of the estimators, published methods last."""
        return tuple(dict.fromkeys(score.estimator for score in self.scores))


def read_results(folder: Path) -> Shipped:
    """Return the evaluations and benchmark comparisons in the JSON files of a folder.

    Other files are skipped. Of several results of an estimator on a group, a comparison, where
    all estimators took the same datasets, is preferred, then the one with most datasets.

    Args:
        folder: see `mist_explore.resources.results_directory`.
    """
    found = [record for path in sorted(folder.glob("*.json")) for record in records(path)]
    found.sort(key=lambda record: ("summary" in record, -_size(record)))
    scores: dict[tuple[str, ...], Score] = {}
    calibrated: dict[tuple[str, ...], Score] = {}
    compared: list[dict[str, object]] = []
    alone: list[dict[str, object]] = []
    for record in found:
        for score in _scores(record):
            key = (score.suite, score.group, score.estimator)
            scores.setdefault(key, score)
            if score.calibration:
                calibrated.setdefault(key, score)
        (alone if "summary" in record else compared).extend(record_rows(record))
    ordered = sorted(scores.values(), key=lambda score: score.published)
    return Shipped(tuple(ordered), tuple(calibrated.values()), _estimates(compared, alone))


def _estimates(
    compared: Sequence[dict[str, object]], alone: Sequence[dict[str, object]]
) -> tuple[SuiteEstimates, ...]:
    """Return the estimates by suite and estimator: those of comparisons, else of evaluations."""
    pair = ["suite", "estimator"]
    known = {(row["suite"], row["estimator"]) for row in compared}
    rest = [row for row in alone if (row["suite"], row["estimator"]) not in known]
    # A comparison on a part of a suite repeats datasets of another.
    table = table_of([*compared, *rest]).drop_duplicates([*pair, "cell", "number", "n_samples"])
    return tuple(
        SuiteEstimates(
            suite=str(suite),
            estimator=str(estimator),
            cells=group["cell"].tolist(),
            truth=group["truth"].to_numpy(),
            median=group["median"].to_numpy(),
            n_samples=group["n_samples"].to_numpy(np.float64),
            dim=group[["dim_x", "dim_y"]].max(axis=1).to_numpy(np.float64),
            squared=bool(group["squared"].iloc[0]),
        )
        for (suite, estimator), group in table.groupby(pair, sort=False)
    )


def _size(record: Mapping[str, Any]) -> int:
    return len(record.get("datasets") or record.get("rows") or ())


def _scores(record: Mapping[str, Any]) -> Iterator[Score]:
    common = {
        "suite": record["suite"],
        "error_units": record["error"],
        "command": record.get("provenance", {}).get("command", ""),
    }
    for line in group_records(record):
        covered = line.get("coverage") or {"0.9": line.get("coverage_90")}
        shares = {float(level): _mean(share) for level, share in covered.items() if share}
        score = Score(
            **common,
            group=line["group"],
            estimator=line.get("estimator") or record["estimator"],
            error=_mean(line["error"]),
            n_datasets=line["n_datasets"],
            of=line.get("of", line["n_datasets"]),
            bias=_mean(line["bias"]),
            coverage=shares,
            calibration={float(t): share for t, share in line.get("calibration", {}).items()},
            seconds=line["seconds"],
        )
        yield score
        for method, error in (line.get("published") or {}).items():
            yield Score(
                suite=score.suite,
                group=score.group,
                estimator=method,
                error=Mean(error, math.nan, 1),
                error_units=score.error_units,
                published=True,
            )


def _mean(record: Mapping[str, Any]) -> Mean:
    error = record["standard_error"]
    return Mean(record["mean"], math.nan if error is None else error, record["cells"])


def _pooled(scores: Sequence[Score]) -> tuple[Score, ...]:
    pools: dict[tuple[str, str, str], list[Score]] = {}
    sizes: dict[tuple[str, str], dict[str, int]] = {}
    for score in scores:
        group = INFORMATION_OF_GROUP.sub("", score.group)
        pools.setdefault((score.suite, group, score.estimator), []).append(score)
        of = sizes.setdefault((score.suite, group), {})
        of[score.group] = max(score.of, of.get(score.group, 0))
    return tuple(
        members[0] if len(sizes[suite, group]) == 1 else _pool(group, members, sizes[suite, group])
        for (suite, group, _), members in pools.items()
        # A published mean over some of the groups is no match for one over all.
        if not members[0].published or len(members) == len(sizes[suite, group])
    )


def _pool(group: str, members: Sequence[Score], sizes: Mapping[str, int]) -> Score:
    first, total = members[0], sum(score.n_datasets for score in members)
    shares = [score.n_datasets / total if total else 1 / len(members) for score in members]

    def by_dataset(values: Iterable[float]) -> float:
        return sum(w * value for w, value in zip(shares, values, strict=True))

    def mean(means: Sequence[Mean], weights: Sequence[float]) -> Mean:
        return Mean(
            sum(w * m.value for w, m in zip(weights, means, strict=True)),
            math.hypot(*(w * m.standard_error for w, m in zip(weights, means, strict=True))),
            sum(m.n_clusters for m in means),
        )

    equal = [1 / len(members)] * len(members)
    biases = [score.bias for score in members if score.bias is not None]
    seconds = [score.seconds for score in members if score.seconds is not None]
    whole = len(members)
    return replace(
        first,
        group=group,
        error=mean([score.error for score in members], equal),
        n_datasets=total,
        of=sum(sizes.values()),
        bias=mean(biases, equal) if len(biases) == whole else None,
        coverage={
            level: mean([score.coverage[level] for score in members], shares)
            for level in first.coverage
            if all(level in score.coverage for score in members)
        },
        calibration={
            level: by_dataset(score.calibration[level] for score in members)
            for level in first.calibration
            if all(level in score.calibration for score in members)
        },
        seconds=by_dataset(seconds) if len(seconds) == whole else None,
    )
