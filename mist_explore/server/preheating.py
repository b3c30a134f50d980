"""Kernels that wait for each page, on systems where a kernel cannot be forked."""

from __future__ import annotations

import asyncio
import os

from voila.request_info_handler import RequestInfoSocketHandler

from mist_explore.explorer.pages import PAGES
from mist_explore.server.voila_app import Pages

__all__ = ["preheat"]

KERNEL_MEMORY = 300 * 2**20
SHARE_OF_MEMORY = 0.25
"""Largest share of memory for preheated kernels."""
SECONDS_TO_PREHEAT = 60


async def preheat(app: Pages, n_kernels: int) -> None:
    """Preheat the pages in their order while the machine is idle, up to a share of the memory."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    most = int(SHARE_OF_MEMORY * memory / (KERNEL_MEMORY * max(n_kernels, 1)))
    for page in list(PAGES.values())[: most if n_kernels else 0]:
        # Requests have priority: a page without a preheated kernel opens only seconds later.
        while os.getloadavg()[0] > (os.cpu_count() or 1):
            await asyncio.sleep(1)
        await _preheat(app, page.notebook, n_kernels)


async def _preheat(app: Pages, notebook: str, n_kernels: int) -> None:
    """Keep a pool of kernels for a notebook; return once one has rendered the page."""
    manager = app.kernel_manager
    manager.kernel_pools_config = {
        **manager.kernel_pools_config,
        notebook: {"pool_size": n_kernels},
    }
    manager.fill_if_needed(delay=0, notebook_name=notebook)
    kernel = (await manager._pools[notebook][0])["kernel_id"]
    for _ in range(10 * SECONDS_TO_PREHEAT):
        if kernel in RequestInfoSocketHandler._waiters:
            return
        await asyncio.sleep(0.1)
