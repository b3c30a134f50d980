"""All pairs of columns of the data page: a matrix of them, and a ranking of those with Y."""

from __future__ import annotations

from mist_explore.explorer.your_data.pairs.section import Pairs, Ranking

__all__ = ["Pairs", "Ranking"]
