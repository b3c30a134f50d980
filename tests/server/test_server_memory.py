"""When a kernel returns the memory that it has freed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mist_explore.server import memory


class EndedError(Exception):
    pass


def test_memory_is_returned_once_after_each_time_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    # Processor time at each second: rest, rest, work for two seconds, rest, rest.
    times = iter([5.0, 5.001, 5.002, 5.5, 6.4, 6.401, 6.402])
    seconds = 0
    returned: list[int] = []

    def sleep(_: float) -> None:
        nonlocal seconds
        seconds += 1
        if seconds == 7:
            raise EndedError

    clock = SimpleNamespace(process_time=lambda: next(times), sleep=sleep)
    monkeypatch.setattr(memory, "time", clock)
    with pytest.raises(EndedError):
        memory._return_at_rest(lambda _: returned.append(seconds))
    assert returned == [1, 5]
