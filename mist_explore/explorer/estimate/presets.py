"""Cases that break estimators: each with a claim, and whether a result supports it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.explorer.estimate.compute import EstimateResult
from mist_explore.explorer.estimate.settings import EstimateState

__all__ = ["PRESETS", "Preset"]


@dataclass(frozen=True)
class Preset:
    """A case.

    Args:
        label: its name for people.
        claim: the point of the case, in words.
        state: the state of the page.
        holds: whether a result of the state, or of another seed of it, supports the claim.
    """

    label: str
    claim: str
    state: EstimateState
    holds: Callable[[EstimateResult], bool]


def _share(result: EstimateResult, name: str) -> float:
    """Return an estimate as a share of the truth."""
    estimate = result.estimates[name]
    return float("nan") if estimate is None else estimate.median / result.truth


def _width(result: EstimateResult) -> float:
    """Return the width of the interval of the network as a share of the truth."""
    learned = result.estimates[LEARNED]
    if learned is None:
        return float("nan")
    low, high = learned.interval(0.9)
    return (high - low) / result.truth


def _has_warnings(result: EstimateResult) -> bool:
    """Return whether the estimate of the network has warnings."""
    learned = result.estimates[LEARNED]
    return learned is not None and bool(learned.warnings)


PRESETS: dict[str, Preset] = {
    "tails": Preset(
        "Dependence in the tails",
        "Columns without any correlation that grow large together: the Gaussian copula sees less "
        "than a third of it, with any number of rows.",
        EstimateState(
            family="student-identity",
            parameters=(("df", 1.0),),
            n_samples=1_000,
            dim_x=3,
            dim_y=3,
            transform="base",
            baselines=("gaussian", "ksg"),
        ),
        lambda result: (
            _share(result, BASELINE) < 1 / 3 and result.limits.many_rows < result.truth / 3
        ),
    ),
    "spiral": Preset(
        "Columns bent together",
        "A spiral mixes the columns of X and of Y and loses nothing, but the Gaussian copula sees "
        "less than two thirds of it, and more rows do not help.",
        EstimateState(
            family="normal-2pair",
            parameters=(("strength", 2.0),),
            n_samples=1_000,
            transform="spiral",
            baselines=("ksg",),
        ),
        lambda result: (
            _share(result, BASELINE) < 2 / 3 and result.limits.many_rows < 2 * result.truth / 3
        ),
    ),
    "strong": Preset(
        "Very strong dependence",
        "With k neighbours among n rows the KSG estimator cannot give much more than ln n: it "
        "misses more than a third of what is there.",
        EstimateState(
            family="normal-2pair",
            parameters=(("strength", 10.0),),
            n_samples=100,
            transform="base",
            baselines=("ksg",),
        ),
        lambda result: _share(result, "ksg") < 2 / 3,
    ),
    "many-columns": Preset(
        "One pair among many columns",
        "One strongly dependent pair hides among twenty columns of X and of Y: the nearest "
        "neighbours of KSG no longer see it, and it says less than half.",
        EstimateState(
            family="normal-sparse",
            parameters=(("strength", 2.5), ("n_pairs", 1.0)),
            n_samples=500,
            dim_x=20,
            dim_y=20,
            transform="base",
            baselines=("ksg",),
        ),
        lambda result: _share(result, "ksg") < 1 / 2,
    ),
    "unsure": Preset(
        "Hardly any data",
        "Eight rows can mean nearly anything: an honest interval is wider than the value itself, "
        "and estimators of a single value do not even show it.",
        EstimateState(
            family="normal-dense",
            parameters=(("correlation", 0.5),),
            n_samples=8,
            dim_x=2,
            dim_y=2,
            transform="base",
            baselines=("ksg",),
        ),
        lambda result: _width(result) > 1,
    ),
    "categories": Preset(
        "Categories written as numbers",
        "The order of such numbers means nothing: the Gaussian copula takes them for a scale and "
        "sees less than half, and the many ties leave KSG with nothing at all. Counting the pairs "
        "works.",
        EstimateState(
            family="tables",
            parameters=(("strength", 2.5), ("structure_seed", 3.0)),
            n_samples=1_000,
            dim_x=1,
            dim_y=1,
            transform="base",
            baselines=("ksg", "mixed-ksg", "histogram"),
        ),
        lambda result: (
            _share(result, BASELINE) < 1 / 2
            and _share(result, "ksg") < 1 / 10
            and abs(_share(result, "histogram") - 1) < 1 / 4
        ),
    ),
    "outside": Preset(
        "Unlike anything it learned from",
        "Five rows of fifty columns per variable lie outside of what the network was trained on. "
        "It answers all the same, and the page gives the reasons to doubt the number.",
        EstimateState(
            family="normal-dense",
            parameters=(("correlation", 0.1),),
            n_samples=5,
            dim_x=50,
            dim_y=50,
            transform="base",
            baselines=(),
        ),
        _has_warnings,
    ),
}
"""The cases by name, in the order in which the page offers them."""
