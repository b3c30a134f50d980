"""Settings that all tests share."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

# The workers share two cores: no deadline on an example, one thread for a worker, and the
# same examples in every run.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("suite")
torch.set_num_threads(1)


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, those with a browser, so that no worker ends with them."""
    items.sort(key=lambda item: "browser" not in item.path.parts)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> BySharing:
    return BySharing(config, log)
