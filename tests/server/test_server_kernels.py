"""When a kernel that nobody uses ends, whatever the clock of the computer shows."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from mist_explore.server import kernels
from mist_explore.server.kernels import Kernels

FIRST, LATER = datetime(2040, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC)


def test_a_kernel_ends_after_a_time_without_use_on_any_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(kernels, "time", SimpleNamespace(monotonic=lambda: clock.seconds))

    async def idle() -> list[bool]:
        manager, found = Kernels(idle_seconds=60.0), []
        for clock.seconds, state, last in (
            (0.0, "idle", FIRST),
            (59.0, "idle", FIRST),
            (61.0, "idle", FIRST),
            (62.0, "idle", LATER),
            (120.0, "busy", LATER),
            (179.0, "idle", LATER),
            (181.0, "idle", LATER),
        ):
            kernel = SimpleNamespace(execution_state=state, last_activity=last)
            found.append(manager._idle("one", kernel))
        return found

    with ThreadPoolExecutor(1) as pool:  # a browser test before it leaves a loop in this thread
        found = pool.submit(asyncio.run, idle()).result()
    assert found == [False, False, True, False, False, False, True]
