"""The page of failure modes: maps of bias and coverage above, the finder of worst cases below."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic

import ipywidgets as widgets

from mist_explore.evaluation import Search, Sweep
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.failure.compute import Maps, maps, part_of
from mist_explore.explorer.failure.controls import FailureControls
from mist_explore.explorer.failure.finder import Finding, find
from mist_explore.explorer.failure.recording import is_stale, shipped_search, shipped_sweep
from mist_explore.explorer.failure.runner import Runner
from mist_explore.explorer.failure.search_controls import SearchControls
from mist_explore.explorer.failure.search_state import (
    FIRST_SEARCH,
    PREFIX,
    search_from_query,
    search_to_query,
)
from mist_explore.explorer.failure.search_views import (
    search_figure,
    search_notice_html,
    search_spoken,
)
from mist_explore.explorer.failure.share import as_command, as_python, search_as_python
from mist_explore.explorer.failure.state import FIRST_SCREEN, FailureState
from mist_explore.explorer.failure.views import download, maps_html, notice_html, spoken
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.frame import frame
from mist_explore.explorer.job import Steps
from mist_explore.explorer.look import asset
from mist_explore.explorer.messages import in_words, message_html
from mist_explore.explorer.query import parted
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html
from mist_explore.progress import Cancellation

__all__ = ["FailurePage", "failure_page"]

SECONDS_BETWEEN_MAPS = 1.0
MOST_KEPT = 8
STALE = (
    "These numbers were worked out with other weights of the network: press Compute to see those "
    "of the present ones."
)


def failure_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The page of failure modes as one widget, at the link that `query` answers."""
    return requested(FailurePage(), query)


class FailurePage:
    """The maps with their controls, and the finder with its own."""

    def __init__(self) -> None:
        self._kept: list[Sweep] = [shipped_sweep()]
        self._drawn = 0.0
        self.maps = widgets.HTML().add_class("mist-drawn")
        self.message, self.notice, self.spoken = (widgets.HTML() for _ in range(3))
        self.files, self.share = (widgets.HTML() for _ in range(2))
        self.controls = FailureControls(FIRST_SCREEN, self._want, self._fail)
        self.runner: Runner[Maps] = Runner(
            "Compute",
            self._begin,
            self._draw,
            self._fail,
            wanted=lambda found: found.state == self.controls.state,
        )

        first = shipped_search()
        self.trace = FigureView(search_figure(first))
        self.search_message, self.search_notice, self.search_spoken = (
            widgets.HTML() for _ in range(3)
        )
        self.search_controls = SearchControls(FIRST_SEARCH, self._want_search, self._fail_search)
        self.finder: Runner[Finding] = Runner(
            "Search",
            self._begin_search,
            self._draw_search,
            self._fail_search,
            wanted=lambda finding: finding.found.search == self.search_controls.state,
        )
        self.widget = frame(
            "failure",
            widgets.Box(self.controls.in_sight).add_class("mist-controls"),
            disclosure("More settings", *self.controls.advanced, style="mist-controls"),
            self.message,
            self.runner.widget,
            self.notice,
            self.maps,
            self.files,
            self.spoken,
            disclosure("Share this view", self.share),
            widgets.HTML(asset("failure/finder.html")),
            widgets.Box(self.search_controls.in_sight).add_class("mist-controls"),
            disclosure(
                "Ranges and settings", *self.search_controls.advanced, style="mist-controls"
            ),
            self.search_message,
            self.finder.widget,
            self.search_notice,
            self.trace.widget,
            self.search_spoken,
        )
        self._want(FIRST_SCREEN)
        self._want_search(FIRST_SEARCH)

    def follow(self, link: str) -> None:
        """Show the states of a query string, or say what is wrong with it."""
        # A preheated page may be older than the network that another page has saved.
        self.controls.show(self.controls.state)
        self.search_controls.show(self.search_controls.state)
        if not link:
            return
        own, others = parted(link, PREFIX)
        try:
            state = FailureState.from_query(own)
        except ValueError as error:
            self._fail(error)
        else:
            self.controls.show(state)
            self._want(state)
        try:
            search = search_from_query(others)
        except ValueError as error:
            self._fail_search(error)
        else:
            self.search_controls.show(search)
            self._want_search(search)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being computed; False if that takes longer than `timeout`."""
        return self.runner.job.join(timeout) and self.finder.job.join(timeout)

    def _want(self, state: FailureState) -> None:
        self.runner.job.cancel()
        self.message.value = ""
        self._share()
        for kept in self._kept:
            found = part_of(kept, state.grid)
            if found is not None:
                self._draw(Maps(state, found))
                self.runner.say("Worked out before. Press Compute to work it out again.")
                if is_stale(kept):
                    self.message.value = message_html(STALE)
                return
        mark_widget(self.maps, "stale")
        grid = state.grid
        count = len(grid.cases) * grid.replicates * len(grid.estimators)
        self.runner.say(
            f"Not worked out yet: {len(grid.cases)} cases, {count:,} estimates. Press Compute. "
            "The maps below are those of the settings before."
        )

    def _begin(self) -> Callable[[Cancellation], Steps[Maps, Maps]]:
        return partial(maps, self.controls.state)

    def _draw(self, found: Maps) -> None:
        state, now = found.state, monotonic()
        if found.progress is not None and now - self._drawn < SECONDS_BETWEEN_MAPS:
            return
        self._drawn = now
        self.message.value = ""
        mark_widget(self.maps, "")
        self.maps.value = maps_html(state, found.sweep)
        self.notice.value = notice_html(state, found.sweep)
        self.spoken.value = spoken(state, found.sweep)
        if found.progress is None:
            self.files.value = download(found.sweep)
            if found.sweep.is_complete and found.sweep not in self._kept:
                self._kept = [found.sweep, *self._kept][:MOST_KEPT]

    def _fail(self, error: Exception) -> None:
        self.message.value = message_html(
            in_words(error), "The maps below still show the settings before."
        )
        mark_widget(self.maps, "stale")

    def _want_search(self, search: Search) -> None:
        self.finder.job.cancel()
        self.search_message.value = ""
        self._share()
        first = shipped_search()
        if search == first.search:
            self._draw_search(Finding(first))
            self.finder.say("A search that was run before. Press Search for one of your own.")
        else:
            self.trace.mark("stale")
            self.finder.say("Not searched yet: press Search. Below is the search before.")

    def _begin_search(self) -> Callable[[Cancellation], Steps[Finding, Finding]]:
        return partial(find, self.search_controls.state)

    def _draw_search(self, finding: Finding) -> None:
        self.search_message.value = ""
        self.trace.show(search_figure(finding.found))
        self.trace.mark("")
        self.search_notice.value = search_notice_html(finding.found)
        self.search_spoken.value = search_spoken(finding.found)

    def _fail_search(self, error: Exception) -> None:
        self.search_message.value = message_html(
            in_words(error), "The figure below still shows the search before."
        )
        self.trace.mark("stale")

    def _share(self) -> None:
        state, search = self.controls.state, self.search_controls.state
        texts = {
            "Python": as_python(state.grid),
            "command": as_command(state.grid),
            "Python for the search": search_as_python(search),
        }
        self.share.value = share_html(f"{state.to_query()}&{search_to_query(search)}", texts)
