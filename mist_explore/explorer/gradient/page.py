"""The gradient page: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import frame
from mist_explore.explorer.gradient.climbing import Climbing
from mist_explore.explorer.gradient.compute import Field, field
from mist_explore.explorer.gradient.controls import GradientControls
from mist_explore.explorer.gradient.features import Features
from mist_explore.explorer.gradient.share import as_python
from mist_explore.explorer.gradient.state import FIRST_SCREEN, GradientState
from mist_explore.explorer.gradient.views import field_figure, field_html, spoken
from mist_explore.explorer.live import Live
from mist_explore.explorer.look import asset
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html

__all__ = ["GradientPage", "gradient_page"]


def gradient_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The gradient page as one widget, at the link that `query` answers."""
    return requested(GradientPage(FIRST_SCREEN), query)


class GradientPage:
    """Arrows over a sample, a climb over projections, and features in a pipeline."""

    def __init__(self, state: GradientState) -> None:
        first = field(state)
        self._state = state
        self.arrows = FigureView(field_figure(first))
        self.arrows.widget.add_class("mist-narrow")
        self.live: Live[GradientState, Field] = Live(field, self._show, self.arrows.mark)
        self.controls = GradientControls(state, self.live.want, self.live.fail)
        self.climbing = Climbing(state, self.live.fail)
        self.features = Features(state, self.live.fail)
        self.notice, self.spoken, self.share = (widgets.HTML() for _ in range(3))
        controls = self.controls
        movers = widgets.HBox([controls.uphill, controls.downhill, controls.back])
        chooser = widgets.Box([controls.table, controls.kept])
        self.widget = frame(
            "gradient",
            widgets.Box(controls.in_sight).add_class("mist-controls").add_class("mist-wide"),
            self.live.message,
            widgets.HTML(asset("gradient/arrows.html")),
            movers.add_class("mist-buttons"),
            self.arrows.widget,
            self.notice,
            self.spoken,
            widgets.HTML(asset("gradient/climb.html")),
            self.climbing.widget,
            widgets.HTML(asset("gradient/features.html")),
            chooser.add_class("mist-controls").add_class("mist-wide"),
            self.features.widget,
            disclosure("More settings", *controls.advanced, style="mist-controls"),
            disclosure("Share this view", self.share),
        )
        self._say(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        # A preheated page may be older than the network that another page has saved.
        self.controls.show(self.controls.state)
        self.live.follow(link, GradientState.from_query, self.controls.show)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is being computed; False if that takes longer than `timeout`."""
        workers = (self.live, self.climbing.job, self.features)
        return all(worker.join(timeout) for worker in workers)

    def _show(self, found: Field) -> None:
        before, self._state = self._state, found.state
        self.arrows.show(field_figure(found))
        self._say(found)
        if found.state.distribution != before.distribution:
            self.climbing.begin(found.state)
        if (found.state.table, found.state.kept) != (before.table, before.kept):
            self.features.show(found.state)

    def _say(self, found: Field) -> None:
        state = found.state
        self.notice.value = field_html(found)
        self.spoken.value = spoken(found)
        self.share.value = share_html(state.to_query(), {"Python": as_python(state)})
