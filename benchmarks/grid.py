"""Precompute the maps and the search of the failure modes page: `make grid`."""

from __future__ import annotations

import sys
from pathlib import Path

import mist_explore.explorer
from mist_explore.cli.progress import every_tenth
from mist_explore.evaluation import iter_sweep, iter_worst_case
from mist_explore.explorer.failure_modes.compute import TABS, sweep_file
from mist_explore.explorer.failure_modes.search.compute import SEARCH
from mist_explore.explorer.failure_modes.search.settings import SearchState
from mist_explore.files import replace_file
from mist_explore.progress import finished

ASSETS = Path(mist_explore.explorer.__file__).parent / "assets"


def main(names: list[str]) -> None:
    """Compute the maps of some tabs, or all and the search, in five minutes on one core."""
    for name in names or TABS:
        state = TABS[name].state
        found = finished(iter_sweep(state.grid), every_tenth())
        replace_file(ASSETS / sweep_file(name), found.to_parquet())
    if not names:
        search = finished(iter_worst_case(SearchState().search), every_tenth())
        replace_file(ASSETS / SEARCH, search.to_json().encode())


if __name__ == "__main__":
    main(sys.argv[1:])
