"""Precompute the errors against rows that the page on sample sizes shows: `make sample-size`."""

from __future__ import annotations

from pathlib import Path

import mist_explore.explorer
from mist_explore.cli.progress import every_tenth
from mist_explore.evaluation import iter_sweep
from mist_explore.explorer.recorded import is_stale
from mist_explore.explorer.sample_size.compute import SWEEP, shipped_sweep
from mist_explore.explorer.sample_size.settings import RECORDED
from mist_explore.progress import finished

ASSETS = Path(mist_explore.explorer.__file__).parent / "assets"


def main() -> None:
    """Compute the sweep, in six to ten minutes on one core; an interrupted one goes on."""
    fresh = shipped_sweep().grid != RECORDED or is_stale(shipped_sweep().weights)
    finished(iter_sweep(RECORDED, ASSETS / SWEEP, fresh=fresh), every_tenth())


if __name__ == "__main__":
    main()
