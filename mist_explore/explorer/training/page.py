"""The training page: a network trained on many distributions, critics on one dataset."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView, mark_widget
from mist_explore.explorer.frame import frame
from mist_explore.explorer.look import asset
from mist_explore.explorer.query import parted
from mist_explore.explorer.request import requested, requested_query
from mist_explore.explorer.training.compute import course
from mist_explore.explorer.training.controls import CriticControls, TrainingControls
from mist_explore.explorer.training.critic_state import FIRST_CRITICS, PREFIX, CriticState
from mist_explore.explorer.training.critics import Critics, critics
from mist_explore.explorer.training.interrupted import interrupted
from mist_explore.explorer.training.keep import Keep
from mist_explore.explorer.training.lab import Lab
from mist_explore.explorer.training.recording import critics_at_first, network_at_first
from mist_explore.explorer.training.share import training_share_html
from mist_explore.explorer.training.standing import Course
from mist_explore.explorer.training.state import FIRST_SCREEN, TrainingState
from mist_explore.explorer.training.views import (
    critics_figure,
    critics_notice_html,
    figures,
    notice_html,
    numbers_html,
    spoken,
)

__all__ = ["TrainingPage", "training_page"]


def training_page(query: Callable[[], str] = requested_query) -> widgets.VBox:
    """The training page as one widget, at the link that `query` answers."""
    return requested(TrainingPage(), query)


class TrainingPage:
    """Two labs: a network above, critics below."""

    def __init__(self) -> None:
        self.course = network_at_first(FIRST_SCREEN)
        self.critics = critics_at_first(FIRST_CRITICS)
        self._views = [FigureView(figure) for figure in figures(self.course)]
        self._critics_view = FigureView(critics_figure(self.critics))
        self.figures = widgets.Box([view.widget for view in self._views]).add_class("mist-pair")
        self.numbers, self.notice, self.spoken = (widgets.HTML() for _ in range(3))
        self.critics_notice, self.share = (widgets.HTML() for _ in range(2))
        self._shared: tuple[TrainingState, CriticState] | None = None
        self.keep = Keep(lambda: self.course.checkpoint)

        self.network: Lab[TrainingState, Course] = Lab(
            "Train",
            lambda state: interrupted(state) or network_at_first(state),
            course,
            self._draw,
            lambda m: mark_widget(self.figures, m),
            partial(course, resume=True),
        )
        self.contest: Lab[CriticState, Critics] = Lab(
            "Train critics", critics_at_first, critics, self._draw_critics, self._critics_view.mark
        )
        network, contest = self.network.live, self.contest.live
        self.controls = TrainingControls(FIRST_SCREEN, network.want, network.fail)
        self.network.attach(self.controls, FIRST_SCREEN)
        self.critic_controls = CriticControls(FIRST_CRITICS, contest.want, contest.fail)
        self.contest.attach(self.critic_controls, FIRST_CRITICS)

        self.widget = frame(
            "training",
            widgets.Box(self.controls.in_sight).add_class("mist-controls"),
            self.network.live.message,
            self.network.widget,
            self.numbers,
            self.notice,
            self.figures,
            self.keep.widget,
            self.spoken,
            disclosure("More settings", *self.controls.advanced, style="mist-controls"),
            disclosure("Share this view, or take the recipe along", self.share),
            widgets.HTML(asset("training/critics.html")),
            widgets.Box(self.critic_controls.in_sight).add_class("mist-controls"),
            self.contest.live.message,
            self.contest.widget,
            self._critics_view.widget,
            self.critics_notice,
            disclosure("More settings", self.critic_controls.seed, style="mist-controls"),
        )
        self.network.show(self.course)
        self.contest.show(self.critics)

    def follow(self, link: str) -> None:
        """Show the states of a query string, or say what is wrong with it."""
        own, others = parted(link, PREFIX)
        self.network.live.follow(own, TrainingState.from_query, self.controls.show)
        self.contest.live.follow(others, CriticState.from_query, self.critic_controls.show)

    def _draw(self, found: Course) -> None:
        self.course = found
        for view, figure in zip(self._views, figures(found), strict=True):
            view.show(figure)
        self.numbers.value = numbers_html(found)
        self.notice.value = notice_html(found)
        self.spoken.value = spoken(found)
        self._share()

    def _draw_critics(self, found: Critics) -> None:
        self.critics = found
        self._critics_view.show(critics_figure(found))
        self.critics_notice.value = critics_notice_html(found)
        self._share()

    def _share(self) -> None:
        states = self.course.state, self.critics.state
        if states != self._shared:  # a recipe takes a while to check
            self._shared = states
            self.share.value = training_share_html(*states)
