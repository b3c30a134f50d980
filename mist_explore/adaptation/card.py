"""What an adaptation has changed: errors and coverage before and after, on held-out datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from mist_explore.adaptation.report import FlowReport
from mist_explore.configuration import Configuration
from mist_explore.network import StackedEnsemble
from mist_explore.training.feature_cache import Cached

__all__ = ["LEVELS", "AdaptationCard", "Score", "Scored", "gain_error", "score_of_values", "scored"]

LEVELS = (0.5, 0.8, 0.9, 0.95)
"""Probabilities of the central intervals whose coverage is measured."""


@dataclass(frozen=True)
class Score(Configuration):
    """Errors of an estimator on datasets with known mutual information, in nats.

    Args:
        error: mean absolute error of the median.
        bias: mean of the median minus the truth.
        coverage: share of the central intervals of 50, 80, 90 and 95 % that hold the truth; empty
            for a point estimator.
        width: mean width of the 90 % interval; NaN for a point estimator.
        datasets: number of datasets.
    """

    error: float
    bias: float
    coverage: tuple[float, ...]
    width: float | None
    datasets: int


@dataclass(frozen=True)
class AdaptationCard(Configuration):
    """Measurements before and after an adaptation.

    Args:
        before, after: on held-out adapted datasets.
        others: classical estimators on the first of them, by name.
        memory: on datasets of suites of the first network, before and after, by suite.
        own_before, own_after: ends and median of the 90 % interval of the data's own estimate.
        flow_x, flow_y: fit of the flows.
        gain_error: standard error of the fall of the error, over the held-out datasets; None in
            older cards.
    """

    before: Score
    after: Score
    others: Mapping[str, Score]
    memory: Mapping[str, tuple[Score, Score]]
    own_before: tuple[float, float, float]
    own_after: tuple[float, float, float]
    flow_x: FlowReport
    flow_y: FlowReport
    gain_error: float | None = None

    @property
    def gain(self) -> float:
        """The fall of the error on held-out datasets in nats; negative where it has grown."""
        return self.before.error - self.after.error

    @property
    def warnings(self) -> tuple[str, ...]:
        """Reasons to rely on the network less."""
        found = [
            f"the flow of {side} differs from the data: a classifier separates them in "
            f"{report.classifier:.0%}; intervals may be too narrow".replace("%", " %")
            for side, report in (("X", self.flow_x), ("Y", self.flow_y))
            if not report.is_close
        ]
        if self.gain < 0:
            found.append("the error on held-out datasets has not fallen: mist-qr is as good")
        return tuple(found)

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> AdaptationCard:
        """Build a card from its JSON form."""
        scores = Score.from_mapping
        return cls(
            before=scores(raw["before"]),
            after=scores(raw["after"]),
            others={name: scores(value) for name, value in raw["others"].items()},
            memory={k: (scores(v[0]), scores(v[1])) for k, v in raw["memory"].items()},
            own_before=_three(raw["own_before"]),
            own_after=_three(raw["own_after"]),
            flow_x=FlowReport.from_mapping(raw["flow_x"]),
            flow_y=FlowReport.from_mapping(raw["flow_y"]),
            gain_error=raw.get("gain_error"),
        )

    def to_markdown(self, name: str, shape: str, command: str) -> str:
        """Return the card of the network as Markdown.

        Args:
            name: the name of the network.
            shape: rows and columns of the data.
            command: how it was made.
        """
        rows = [
            "| datasets | estimator | error | bias | 50 % | 80 % | 90 % | 95 % | width |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
            _row("adapted, held out", "before", self.before),
            _row("adapted, held out", "after", self.after),
            *(_row("adapted, first held out", key, score) for key, score in self.others.items()),
        ]
        for suite, scores in self.memory.items():
            pairs = zip(("before", "after"), scores, strict=True)
            rows += [_row(suite, when, score) for when, score in pairs]
        own = [
            f"{when}: {median:.3f} nats, 90 % interval {low:.3f} to {high:.3f}"
            for when, (low, median, high) in (
                ("before", self.own_before),
                ("after", self.own_after),
            )
        ]
        return "\n".join(
            [
                f"# {name}",
                "",
                f"The network mist-qr, adapted to {shape}. Errors are mean absolute errors in "
                "nats; the percentages are shares of central intervals that hold the truth; the "
                "width is that of the 90 % interval. The intervals hold for distributions whose "
                "sides look like this data and whose dependence is of the kinds of "
                "`mist_explore.adaptation`.",
                "",
                *rows,
                "",
                *(f"Warning: {warning}.\n" for warning in self.warnings),
                "Estimate of the data's own mutual information, " + "; ".join(own) + ".",
                "",
                "## Flow of X",
                "",
                *(f"    {line}" for line in str(self.flow_x).splitlines()),
                "",
                "## Flow of Y",
                "",
                *(f"    {line}" for line in str(self.flow_y).splitlines()),
                "",
                f"Made by `{command}`.",
                "",
            ]
        )


@dataclass(frozen=True, eq=False)
class Scored:
    """The score of a network on datasets, and its absolute errors on each in nats, `(N,)`."""

    score: Score
    errors: Tensor


@torch.no_grad()
def scored(network: StackedEnsemble, cached: Cached) -> Scored:
    """Return the score and the errors of a network on datasets whose features are known."""
    quantiles = network.eval()(cached.features).clamp(min=0)
    levels, truth = network.config.levels, cached.mutual_information
    errors = (quantiles[:, levels.index(0.5)] - truth).abs()
    return Scored(_score(quantiles, truth, levels), errors)


def gain_error(before: Scored, after: Scored) -> float:
    """Return the standard error of the mean fall of the absolute error, over the same datasets."""
    return float((before.errors - after.errors).std() / len(before.errors) ** 0.5)


def score_of_values(values: Tensor, truth: Tensor) -> Score:
    """Return the errors of a point estimator, `(N,)` values in nats and the truth."""
    error = values - truth
    return Score(float(error.abs().mean()), float(error.mean()), (), None, len(truth))


def _score(quantiles: Tensor, truth: Tensor, levels: tuple[float, ...]) -> Score:
    error = quantiles[:, levels.index(0.5)] - truth
    ends = {p: [quantiles[:, _nearest(levels, (1 + s * p) / 2)] for s in (-1, 1)] for p in LEVELS}
    inside = [((low <= truth) & (truth <= high)).float().mean() for low, high in ends.values()]
    return Score(
        error=float(error.abs().mean()),
        bias=float(error.mean()),
        coverage=tuple(float(share) for share in inside),
        width=float((ends[0.9][1] - ends[0.9][0]).mean()),
        datasets=len(truth),
    )


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    low, median, high = values
    return low, median, high


def _nearest(levels: tuple[float, ...], level: float) -> int:
    return min(range(len(levels)), key=lambda i: abs(levels[i] - level))


def _row(datasets: str, estimator: str, score: Score) -> str:
    shares = [f"{share:.0%}".replace("%", " %") for share in score.coverage] or ["–"] * len(LEVELS)
    width = "–" if score.width is None else f"{score.width:.3f}"
    numbers = [f"{score.error:.3f}", f"{score.bias:+.3f}", *shares, width]
    return f"| {datasets} ({score.datasets}) | {estimator} | {' | '.join(numbers)} |"
