"""The recorded maps, each for one cause of failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mist_explore.explorer.failure_modes.settings import REST, TAILED, FailureState

__all__ = ["TABS", "Tab"]


@dataclass(frozen=True)
class Tab:
    """A recorded map.

    Args:
        label: of its button.
        cause: why estimators fail there, in a sentence.
        state: its settings.
    """

    label: str
    cause: str
    state: FailureState


def _state(across: str, down: str, **values: Any) -> FailureState:
    return FailureState(across=across, down=down, **{**REST, **values})


SIZES = (50, 125, 300, 1_000)

TABS: Mapping[str, Tab] = {
    "flows": Tab(
        "Flows",
        "A random flow bends X and Y. It can be undone, so the true value stays the same, while "
        "neighbours and correlations change.",
        FailureState(),
    ),
    "rows": Tab(
        "Few rows",
        "With few rows an estimate depends on chance, and nearest neighbours are far apart, the "
        "more so in many columns.",
        _state("n_samples", "dim", n_samples=(15, 30, 60, 125, 250, 1_000), dim=(1, 2, 3, 5, 8)),
    ),
    "tails": Tab(
        "Heavy tails",
        "The fewer degrees of freedom, the more extreme values. X and Y are extreme in the same "
        "rows, which correlation does not show.",
        _state(
            *("df", "n_samples"),
            df=(1.0, 1.5, 2.0, 4.0, 8.0, 30.0),
            n_samples=SIZES,
            family=(TAILED,),
        ),
    ),
    "columns": Tab(
        "Many columns",
        "Two pairs of columns depend on each other. All others are noise, which decides who is "
        "whose nearest neighbour.",
        _state("dim", "information", dim=(2, 4, 8, 12, 20, 30), information=(0.25, 0.5, 1.0, 2.0)),
    ),
    "strength": Tab(
        "Strong dependence",
        "The stronger the dependence, the smaller the distances at which it shows, and few rows "
        "have no neighbours that close.",
        _state(
            *("information", "n_samples"),
            information=(0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
            n_samples=SIZES,
        ),
    ),
}
"""The recorded maps by name."""
