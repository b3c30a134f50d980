"""The settings of the adapt page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mist_explore.adaptation import AdaptationSettings
from mist_explore.explorer.settings import choice, seed
from mist_explore.explorer.table_settings import TableState

__all__ = ["BUDGETS", "AdaptState"]

BUDGETS: Mapping[str, str] = {
    "0.02": "2% of the usual one, for a first look",
    "0.1": "10% of the usual one",
    "0.25": "25% of the usual one",
    "0.5": "50% of the usual one",
    "1": "100%, the usual one",
}
"""Shares of the datasets and steps of the usual budget."""


@dataclass(frozen=True)
class AdaptState(TableState):
    """The columns of a table, and the budget of an adaptation to them.

    Example:
        >>> AdaptState.from_query(AdaptState(budget="1").to_query()) == AdaptState(budget="1")
        True
    """

    budget: str = choice("Budget", "0.1", BUDGETS)
    seed: int = seed("Seed")

    @property
    def adaptation(self) -> AdaptationSettings:
        """The settings of the adaptation, as those of the command with this budget."""
        return replace(AdaptationSettings().scaled(float(self.budget)), seed=self.seed)
