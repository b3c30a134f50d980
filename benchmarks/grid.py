"""Precompute the initial sweep and search of the failure modes page: `make grid`."""

from __future__ import annotations

from pathlib import Path

import mist_explore.explorer
from mist_explore.cli.progress import every_tenth
from mist_explore.evaluation import iter_sweep, iter_worst_case
from mist_explore.explorer.failure.recording import SEARCH, SWEEP, search_as_json
from mist_explore.explorer.failure.settings import FailureState, SearchState
from mist_explore.files import replace_file
from mist_explore.progress import finished

ASSETS = Path(mist_explore.explorer.__file__).parent / "assets"


def main() -> None:
    """Compute both, in one to two minutes on one core."""
    found = finished(iter_sweep(FailureState().grid), every_tenth())
    replace_file(ASSETS / SWEEP, found.to_parquet())
    search = finished(iter_worst_case(SearchState().search), every_tenth())
    replace_file(ASSETS / SEARCH, search_as_json(search).encode())


if __name__ == "__main__":
    main()
