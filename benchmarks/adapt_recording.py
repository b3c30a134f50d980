"""Record the adaptation of the first screen of its page: `python -m benchmarks.adapt_recording`.

Its time is processor time, as on an idle machine.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

from mist_explore.explorer.adapt.compute import RECORDED, run
from mist_explore.explorer.adapt.settings import AdaptState
from mist_explore.explorer.tables import bundled
from mist_explore.files import replace_file
from mist_explore.progress import Cancellation, finished

__all__ = ["main"]

FILE = Path(__file__).parents[1] / "mist_explore" / "explorer" / "assets" / RECORDED


def main() -> int:
    """Run the adaptation and write its record."""
    state = AdaptState()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MIST_EXPLORE_MODELS"] = folder
        began = process_time()
        done = finished(run(state, bundled(state.table), Cancellation()))
    done = replace(done, seconds=process_time() - began)
    replace_file(FILE, json.dumps(done.to_mapping()).encode())
    print(FILE, done.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
