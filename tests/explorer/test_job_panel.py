"""The panel of a job: its buttons drive the job, and its status follows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import ipywidgets as widgets
import pytest

from mist_explore.explorer.html import hint_html
from mist_explore.explorer.job import Steps
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.progress import Cancellation

SECONDS = 20


@dataclass
class Counting:
    """Counts to `end`, one step for each permission."""

    end: int = 3
    permissions: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def steps(self) -> Callable[[Cancellation], Steps[int, int]]:
        return self.count

    def count(self, cancellation: Cancellation) -> Steps[int, int]:
        count = 0
        while count < self.end and not cancellation.is_set():
            while not self.permissions.acquire(timeout=0.01):
                if cancellation.is_set():
                    return count
            count += 1
            yield count
        return count


def panel_of(counting: Counting, **more: object) -> tuple[JobPanel[int], list[int], list[str]]:
    drawn: list[int] = []
    failures: list[str] = []
    panel: JobPanel[int] = JobPanel(
        counting.steps,
        drawn.append,
        lambda error: failures.append(str(error)),
        status=lambda count: f"{count} done",
        ended=lambda count, cancelled: f"{'Cancelled' if cancelled else 'Done'} at {count}.",
        start="Count",
        **more,  # type: ignore[arg-type]
    )
    return panel, drawn, failures


def test_a_job_runs_to_its_end() -> None:
    counting = Counting()
    control = widgets.IntSlider()
    panel, drawn, failures = panel_of(counting, starting="Starting.")
    panel.locked = (control,)
    panel.start.click()
    assert panel.mode == "running"
    assert control.disabled
    assert not panel.cancel.disabled
    assert panel.status.value == hint_html("Starting.")
    counting.permissions.release(3)
    assert panel.join(SECONDS)
    assert (drawn[-1], failures, panel.mode) == (3, [], "idle")
    assert panel.status.value == hint_html("Done at 3.")
    assert panel.cancel.disabled
    assert not control.disabled


def test_a_cancelled_job_states_how_far_it_came() -> None:
    counting = Counting()
    panel, _, _ = panel_of(counting)
    panel.start.click()
    panel.cancel.click()
    assert panel.join(SECONDS)
    assert panel.mode == "idle"
    assert panel.status.value == hint_html("Cancelled at 0.")


def test_the_start_button_pauses_and_resumes() -> None:
    counting = Counting()
    panel, drawn, _ = panel_of(counting, pausable=True)
    assert panel.start.description == "Count"
    panel.start.click()
    assert panel.start.description == "Pause"
    panel.start.click()
    assert (panel.mode, panel.start.description) == ("paused", "Resume")
    counting.permissions.release(3)
    assert not panel.join(0.3)
    assert 3 not in drawn
    panel.start.click()
    assert panel.join(SECONDS)
    assert (drawn[-1], panel.start.description) == (3, "Count")


def test_the_start_button_has_another_label_after_a_whole_run() -> None:
    counting = Counting()
    panel, _, _ = panel_of(counting, again="Count again", reset=lambda: None)
    panel.start.click()
    panel.cancel.click()
    assert panel.join(SECONDS)
    assert panel.start.description == "Count"
    panel.start.click()
    counting.permissions.release(3)
    assert panel.join(SECONDS)
    assert panel.start.description == "Count again"
    panel.reset.click()
    assert panel.start.description == "Count"


def test_reset_stops_the_job_and_draws_nothing_more() -> None:
    counting = Counting()
    resets: list[str] = []
    panel, drawn, _ = panel_of(counting, reset=lambda: resets.append("reset"))
    panel.start.click()
    panel.reset.click()
    counting.permissions.release(3)
    assert panel.join(SECONDS)
    assert (panel.mode, drawn, resets, panel.status.value) == ("idle", [], ["reset"], "")


def test_an_error_is_handed_on_and_the_panel_starts_again() -> None:
    counting = Counting(end=1)
    counting.permissions.release(1)
    panel, drawn, failures = panel_of(counting)

    def broken(cancellation: Cancellation) -> Steps[int, int]:
        yield 1
        raise ValueError("no more")

    panel.run(broken)
    assert panel.join(SECONDS)
    assert (failures, panel.mode, panel.status.value) == (["no more"], "idle", "")
    panel.start.click()
    assert panel.join(SECONDS)
    assert (drawn[-1], panel.status.value) == (1, hint_html("Done at 1."))


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, ["Count", "Cancel"]),
        ({"cancellable": False, "reset": lambda: None}, ["Count", "Reset"]),
        ({"reset": lambda: None}, ["Count", "Cancel", "Reset"]),
    ],
)
def test_a_panel_has_the_buttons_of_its_job(options: dict[str, object], labels: list[str]) -> None:
    panel, _, _ = panel_of(Counting(), **options)
    assert [button.description for button in panel.buttons.children] == labels


def test_a_job_without_a_start_button_has_a_status_alone() -> None:
    panel: JobPanel[int] = JobPanel(Counting().steps, lambda _: None, lambda _: None)
    assert panel.widget.children == (panel.status,)


def test_a_job_ends_after_the_time_that_the_server_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIST_EXPLORE_TRAIN_MINUTES", "0.0005")
    counting = Counting(end=1_000)
    panel, _, failures = panel_of(counting)
    panel.run()
    assert not panel.join(0.1)  # the time begins with the first record
    counting.permissions.release(1_000)
    assert panel.join(SECONDS)
    words = "Stopped: this server allows 1 s. Cancelled at"
    assert panel.status.value.startswith(hint_html(words).removesuffix("</p>"))
    monkeypatch.delenv("MIST_EXPLORE_TRAIN_MINUTES")
    panel.run()
    counting.permissions.release(1_000)
    assert panel.join(SECONDS)
    assert "Done at 1000." in panel.status.value
    assert failures == []
