"""The worker behind quick answers: the last request always decides."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from mist_explore.explorer.latest import Latest


def test_only_the_newest_request_is_shown() -> None:
    gate = threading.Event()
    shown_answers: list[int] = []
    failures: list[Exception] = []

    def slow(request: int) -> int:
        gate.wait(10)
        return request

    worker: Latest[int, int] = Latest(slow, shown_answers.append, failures.append)
    for request in range(20):
        worker.submit(request)
    gate.set()
    assert worker.join(timeout=10)
    assert (shown_answers, failures) == ([19], [])


@settings(max_examples=20)
@given(st.lists(st.integers(-3, 10), min_size=1))
def test_the_last_request_always_decides(requests: list[int]) -> None:
    seen: list[object] = []

    def compute(request: int) -> int:
        if request < 0:
            raise ValueError(request)
        return request

    worker: Latest[int, int] = Latest(
        compute, seen.append, lambda error: seen.append(error.args[0])
    )
    for request in requests:
        worker.submit(request)
    assert worker.join(timeout=10)
    assert seen[-1] == requests[-1]


def test_an_error_while_showing_is_shown_too() -> None:
    errors: list[Exception] = []

    def show(answer: int) -> None:
        raise RuntimeError(f"no place for {answer}")

    worker: Latest[int, int] = Latest(lambda request: request, show, errors.append)
    worker.submit(1)
    assert worker.join(timeout=10)
    assert [str(error) for error in errors] == ["no place for 1"]
