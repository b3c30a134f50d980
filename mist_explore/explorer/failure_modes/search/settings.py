"""The settings of the failure search."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import Any, ClassVar

import ipywidgets as widgets

from mist_explore.evaluation import Search
from mist_explore.explorer.failure_modes.settings import labelled
from mist_explore.explorer.kinds import Setting
from mist_explore.explorer.settings import Settings, choice, families, ranged, seed, setting, whole

__all__ = ["AnyEstimator", "SearchState"]

ROWS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000)
TAILS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)


@dataclass(frozen=True, kw_only=True)
class AnyEstimator(Setting):
    """One estimator by its name, or by the folder of its model."""

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose the name, also one that only a link has."""
        options = labelled((value,))
        if options != list(widget.options):  # a browser forgets the choice
            widget.options = options
        widget.value = value


@dataclass(frozen=True)
class SearchState(Settings):
    """A failure search within the bounds of the page.

    Example:
        >>> SearchState.from_query("find_estimator=ksg&find_dim=2,3").search.dim
        (2, 3)
    """

    prefix: ClassVar[str] = "find_"

    estimator: str = setting(
        Search().estimator,
        AnyEstimator(make=partial(widgets.Dropdown, description="Estimator")),
    )
    measure: str = choice(
        "Look for",
        "bias",
        {"bias": "The largest bias", "coverage": "The intervals that miss most often"},
    )
    family: tuple[str, ...] = families(
        ("normal-2pair", "student-2pair", "additive-noise", "copula-pairs", "path")
    )
    n_samples: tuple[int, int] = ranged("Rows", (100, 500), 10, 2_000, stops=ROWS, separator=",")
    dim: tuple[int, int] = ranged("Columns per variable", (1, 8), 1, 20, separator=",")
    information: tuple[float, float] = ranged(
        "Mutual information (nats)", (0.0, 2.0), 0.0, 4.0, separator=","
    )
    df: tuple[float, float] = ranged(
        "Degrees of freedom of Student families", (1.0, 10.0), 1.0, 30.0, stops=TAILS, separator=","
    )
    flow: tuple[float, float] = ranged(
        "Strength of a random flow", (0.0, 1.0), 0.0, 1.0, separator=","
    )
    budget: int = whole("Cases to try", 60, 10, 400)
    replicates: int = whole("Datasets of each", 4, 1, 16)
    fresh: int = whole("Fresh datasets of the worst", 32, 8, 128)
    seed: int = seed("Seed")

    @property
    def search(self) -> Search:
        """The search."""
        return Search(**{one.name: getattr(self, one.name) for one in fields(self)})
