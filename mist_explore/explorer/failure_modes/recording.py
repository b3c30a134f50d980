"""The recorded sweeps of the tabs and the recorded search: `make grid` computes them anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from mist_explore.evaluation import Case, Probe, Search, Summary, Sweep, Trial, WorstCase
from mist_explore.explorer.recorded import recorded_sweep
from mist_explore.explorer.theme import asset
from mist_explore.metrics import Mean

__all__ = [
    "SEARCH",
    "search_as_json",
    "shipped_search",
    "shipped_sweep",
    "sweep_file",
]

SEARCH = "failure_modes/search.json"
"""The file of the search, among the assets of the pages."""


def sweep_file(tab: str) -> str:
    """Return the file of the sweep of a tab, among the assets of the pages."""
    return f"failure_modes/{tab}.parquet"


def shipped_sweep(tab: str = "flows") -> Sweep:
    """Return the sweep of a tab that comes with the package."""
    return recorded_sweep(sweep_file(tab))


@cache
def shipped_search() -> WorstCase:
    """Return the search that comes with the package."""
    kept = json.loads(asset(SEARCH))
    return WorstCase(
        Search.from_mapping(kept["search"]),
        tuple(Probe(Case(**p["case"]), _summary(p["summary"])) for p in kept["probes"]),
        tuple(Trial(**{**trial, "case": Case(**trial["case"])}) for trial in kept["fresh"]),
    )


def search_as_json(found: WorstCase) -> str:
    """Return a search as JSON that `shipped_search` reads."""
    return json.dumps(asdict(found), indent=1)


def _summary(kept: Mapping[str, Any]) -> Summary:
    means = {name: kept[name] and Mean(**kept[name]) for name in ("bias", "coverage")}
    return Summary(**{**kept, **means})
