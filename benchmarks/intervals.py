"""Draw the datasets that the page on intervals shows at first: `make intervals`."""

from __future__ import annotations

from pathlib import Path

import mist_explore.explorer
from mist_explore.explorer.intervals.compute import RECORDING, recording
from mist_explore.files import replace_file

ASSETS = Path(mist_explore.explorer.__file__).parent / "assets"


def main() -> None:
    """Draw them, in about half a minute on one core."""
    replace_file(ASSETS / RECORDING, recording().encode())


if __name__ == "__main__":
    main()
