"""Settings that all tests share."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

import mist_explore.server  # noqa: F401 imports of Jupyter skip a grammar after it

# The workers share two cores: no deadline on an example, one thread for a worker, and the
# same examples in every run.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50)
# Those of `make test-fast`.
settings.register_profile("daily", settings.get_profile("suite"), max_examples=10)
settings.load_profile("suite")


class BySharing(LoadFileScheduling):  # type: ignore[misc]
    """Keep tests together that share something costly.

    A file shares its fixtures, such as a server with options. The longest file opens one page
    after the other: there the tests of a page stay together.
    """

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if not file.endswith("test_every_page.py"):
            return file
        return test.partition("[")[2].rstrip("]").partition("-")[0]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Import and collect in one worker first: the others load what it has compiled."""
    with first_alone():
        import torch

        torch.set_num_threads(1)
        # Modules and tests stay until the end: the collector of garbage need not look at them.
        gc.disable()
        items = yield
        gc.freeze()
        gc.enable()
        return items


@contextmanager
def first_alone() -> Iterator[None]:
    """Let the other workers of a run wait until the first one has left this context."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        yield
        return
    done = Path(tempfile.gettempdir()) / f"mist-explore-{run}" / "compiled"
    done.parent.mkdir(exist_ok=True)
    with FileLock(done.with_suffix(".lock")):
        if not done.exists():
            try:
                yield
            finally:
                done.touch()
            return
    yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, those with a browser, so that no worker ends with them."""
    items.sort(key=lambda item: "browser" not in item.path.parts)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharing:
    return BySharing(config, log)
