"""The controls of the finder: an estimator, what to look for, and within which ranges."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation import Search
from mist_explore.explorer.controls import Controls, whole_number
from mist_explore.explorer.failure.controls import estimator_options
from mist_explore.explorer.failure.search_state import BOUNDS, changed

__all__ = ["SearchControls"]

ROWS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000)
TAILS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0)
MEASURES = (
    ("The largest bias", "bias"),
    ("The intervals that miss most often", "coverage"),
)


class SearchControls(Controls[Search]):
    """Two controls in sight, the rest under "Ranges and settings"."""

    def __init__(
        self,
        state: Search,
        wanted: Callable[[Search], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.estimator = widgets.Dropdown(
            options=estimator_options((state.estimator,)), description="Estimator"
        )
        self.measure = widgets.Dropdown(options=MEASURES, description="Look for")
        self.ranges = {
            "information": widgets.FloatRangeSlider(
                min=BOUNDS["information"][0],
                max=BOUNDS["information"][1],
                step=0.01,
                description="Mutual information (nats)",
            ),
            "dim": widgets.IntRangeSlider(
                min=BOUNDS["dim"][0], max=BOUNDS["dim"][1], description="Columns a side"
            ),
            "n_samples": widgets.SelectionRangeSlider(options=ROWS, description="Rows"),
            "flow": widgets.FloatRangeSlider(
                min=0, max=1, step=0.01, description="Strength of a random flow"
            ),
            "df": widgets.SelectionRangeSlider(
                options=TAILS, description="Degrees of freedom of Student families"
            ),
        }
        self.family = widgets.SelectMultiple(
            options=[(family.label, name) for name, family in FAMILIES.items()],
            description="Families of distributions",
            rows=7,
        )
        counts = ("budget", "replicates", "fresh", "seed")
        labels = ("Cases to try", "Datasets of each", "Fresh datasets of the worst", "Seed")
        self.counts = {
            name: whole_number(label, BOUNDS[name])
            for name, label in zip(counts, labels, strict=True)
        }
        for name, control in self._by_name().items():
            self.listen(control, partial(_with, name))
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (self.estimator, self.measure)

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (self.family, *self.ranges.values(), *self.counts.values())

    def _by_name(self) -> dict[str, Any]:
        chosen = {"estimator": self.estimator, "measure": self.measure, "family": self.family}
        return {**chosen, **self.ranges, **self.counts}

    def _set(self, state: Search) -> None:
        self.estimator.options = estimator_options((state.estimator,))
        # A link may name ends between the stops.
        self.ranges["n_samples"].options = sorted({*ROWS, *state.n_samples})
        self.ranges["df"].options = sorted({*TAILS, *state.df})
        for name, control in self._by_name().items():
            control.value = getattr(state, name)


def _with(name: str, search: Search, value: Any) -> Search:
    return changed(search, **{name: value})
