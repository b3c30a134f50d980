"""Slow work in a thread: its records arrive, it can be stopped, and one writer draws."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from mist_explore.explorer.job import Job, Steps
from mist_explore.progress import Cancellation


class Seen:
    """What a job sent to its page."""

    def __init__(self) -> None:
        self.records: list[int] = []
        self.calls = 0
        self.results: list[tuple[str, bool]] = []
        self.errors: list[Exception] = []
        self.threads: set[int] = set()
        self.job: Job[int, str] = Job(self._show, self._done, self.errors.append)

    def _show(self, records: Sequence[int]) -> None:
        self.calls += 1
        self.records += records
        self.threads.add(threading.get_ident())

    def _done(self, result: str, cancelled: bool) -> None:
        self.results.append((result, cancelled))
        self.threads.add(threading.get_ident())


def counting(cancellation: Cancellation, last: int = 10_000_000) -> Steps[int, str]:
    for number in range(last):
        yield number
        if cancellation.is_set():
            return f"stopped after {number}"
    return f"all {last}"


def test_every_record_arrives_once_and_in_order_in_few_updates() -> None:
    seen = Seen()
    seen.job.start(lambda cancellation: counting(cancellation, 5_000))
    assert seen.job.join(10)
    assert seen.records == list(range(5_000))
    assert seen.calls < 50
    assert seen.results == [("all 5000", False)]
    assert len(seen.threads) == 1


def test_a_cancelled_job_hands_over_what_it_has() -> None:
    seen = Seen()
    seen.job.start(counting)
    assert seen.job.running
    seen.job.cancel()
    assert seen.job.join(10)
    ((result, cancelled),) = seen.results
    assert cancelled
    assert result.startswith("stopped after")


def test_a_newer_job_replaces_an_older_one() -> None:
    seen = Seen()
    for last in (10_000_000, 10_000_000, 7):
        seen.job.start(lambda cancellation, last=last: counting(cancellation, last))  # type: ignore[misc]
    assert seen.job.join(10)
    assert seen.results == [("all 7", False)]
    assert seen.records[-7:] == list(range(7))


def test_a_paused_job_waits_and_goes_on() -> None:
    reached = threading.Event()

    def steps(cancellation: Cancellation) -> Steps[int, str]:
        yield 0
        yield 1
        reached.set()
        return "done"

    seen = Seen()
    seen.job.pause()
    seen.job.start(steps)
    seen.job.pause()
    # It may have run through before it was asked to wait; then there is nothing to wait for.
    if not reached.wait(0.3):
        assert seen.job.paused
        assert seen.results == []
    seen.job.resume()
    assert seen.job.join(10)
    assert not seen.job.paused
    assert seen.results == [("done", False)]


def test_a_paused_job_can_be_cancelled() -> None:
    seen = Seen()
    seen.job.start(counting)
    seen.job.pause()
    seen.job.cancel()
    assert seen.job.join(10)
    assert [cancelled for _, cancelled in seen.results] == [True]


def test_a_discarded_job_is_mute() -> None:
    seen = Seen()
    seen.job.start(counting)
    seen.job.discard()
    before = (list(seen.records), list(seen.results))
    assert seen.job.join(10)
    assert (seen.records, seen.results) == before
    assert seen.results == []


def test_an_error_becomes_a_message_and_the_next_job_runs() -> None:
    def broken(cancellation: Cancellation) -> Steps[int, str]:
        yield 1
        raise ValueError("expected bread; got stones")

    seen = Seen()
    seen.job.start(broken)
    assert seen.job.join(10)
    assert [str(error) for error in seen.errors] == ["expected bread; got stones"]
    seen.job.start(lambda cancellation: counting(cancellation, 3))
    assert seen.job.join(10)
    assert seen.results == [("all 3", False)]
