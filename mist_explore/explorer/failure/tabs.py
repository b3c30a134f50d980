"""The recorded maps, each for one cause of failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mist_explore.explorer.failure.settings import REST, TAILED, FailureState

__all__ = ["TABS"]


def _tab(across: str, down: str, **values: Any) -> FailureState:
    return FailureState(across=across, down=down, **{**REST, **values})


SIZES = (50, 125, 300, 1_000)

TABS: Mapping[str, tuple[str, FailureState]] = {
    "flows": ("Flows", FailureState()),
    "rows": (
        "Few rows",
        _tab("n_samples", "dim", n_samples=(15, 30, 60, 125, 250, 1_000), dim=(1, 2, 3, 5, 8)),
    ),
    "tails": (
        "Heavy tails",
        _tab(
            *("df", "n_samples"),
            df=(1.0, 1.5, 2.0, 4.0, 8.0, 30.0),
            n_samples=SIZES,
            family=(TAILED,),
        ),
    ),
    "columns": (
        "Many columns",
        _tab("dim", "information", dim=(2, 4, 8, 12, 20, 30), information=(0.25, 0.5, 1.0, 2.0)),
    ),
    "strength": (
        "Strong dependence",
        _tab(
            *("information", "n_samples"),
            information=(0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
            n_samples=SIZES,
        ),
    ),
}
"""The recorded maps by name, each with its label and its state."""
