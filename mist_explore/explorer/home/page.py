"""The home page: state in, widgets out."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from mist_explore.explorer.controls import Controls, disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import frame
from mist_explore.explorer.home.compute import HomeResult, result
from mist_explore.explorer.home.state import FIRST_SCREEN, SHAPES, HomeState
from mist_explore.explorer.home.views import cards_html, notice, numbers_html, spoken_html
from mist_explore.explorer.live import Live
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.share import share_html
from mist_explore.plots import plot_conditional

__all__ = ["HomeControls", "HomePage", "home_page"]


def home_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The home page as one widget, at the link that `query` answers."""
    return requested(HomePage(FIRST_SCREEN), query)


class HomeControls(Controls[HomeState]):
    """Four controls, all in sight."""

    def __init__(
        self,
        state: HomeState,
        wanted: Callable[[HomeState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.shape = widgets.Dropdown(
            options=[(label, name) for name, label in SHAPES.items()],
            description="Shape of the dependence",
        )
        self.dependence = _share("Dependence")
        self.known = _share("The known X, low to high")
        self.new_sample = widgets.Button(description="New sample", button_style="primary")
        self.listen(self.shape, HomeState.with_shape)
        self.listen(self.dependence, HomeState.with_dependence)
        self.listen(self.known, HomeState.with_known)
        self.press(self.new_sample, HomeState.with_new_sample)
        self.show(state)

    def _set(self, state: HomeState) -> None:
        self.shape.value = state.shape
        self.dependence.value = state.dependence
        self.known.value = state.known


class HomePage:
    """Controls, one figure and words around one state, and the cards of the other pages."""

    def __init__(self, state: HomeState) -> None:
        first = result(state)
        self.live: Live[HomeState, HomeResult] = Live(result, self._show, self._mark)
        self.controls = HomeControls(state, self.live.want, self.live.fail)
        self.figure = FigureView(plot_conditional(first.sample, first.known))
        self.numbers, self.notice, self.spoken, self.share = (widgets.HTML() for _ in range(4))
        controls = self.controls
        self.widget = frame(
            "home",
            widgets.Box(
                [controls.dependence, controls.known, controls.shape, controls.new_sample]
            ).add_class("mist-controls"),
            self.live.message,
            self.numbers,
            self.figure.widget,
            self.notice,
            self.spoken,
            widgets.HTML(cards_html()),
            disclosure("Share this view", self.share),
        )
        self._show(first)

    def follow(self, link: str) -> None:
        """Show the state of a query string, or say what is wrong with it."""
        self.live.follow(link, HomeState.from_query, self.controls.show)

    def _show(self, answer: HomeResult) -> None:
        self.figure.show(plot_conditional(answer.sample, answer.known))
        self.numbers.value = numbers_html(answer)
        self.notice.value = f'<p class="mist-notice">{escape(notice(answer))}</p>'
        self.spoken.value = spoken_html(answer)
        self.share.value = share_html(answer.state.to_query(), {"Python": as_python(answer.state)})

    def _mark(self, mark: str) -> None:
        self.figure.mark(mark)


def as_python(state: HomeState) -> str:
    """Lines of Python that reproduce the numbers of a state."""
    return (
        "from mist_explore.explorer.home import HomeState, result\n"
        f"answer = result({state!r})\n"
        "print(answer.information, answer.here, answer.correlation)\n"
    )


def _share(label: str) -> widgets.FloatSlider:
    return widgets.FloatSlider(min=0, max=1, step=0.01, readout_format=".0%", description=label)
