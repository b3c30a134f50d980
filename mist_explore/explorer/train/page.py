"""The training page: a network trained on many distributions, critics on one dataset."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from pathlib import Path

import ipywidgets as widgets

from mist_explore.estimators import save_model
from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.frame import FOOT, RAIL
from mist_explore.explorer.html import alt_html, caption_html, insight_html
from mist_explore.explorer.links import download_html, page_html
from mist_explore.explorer.page import Page
from mist_explore.explorer.save_panel import SavePanel
from mist_explore.explorer.theme import asset
from mist_explore.explorer.train.compute import (
    RECIPE,
    Course,
    as_command,
    as_python,
    course,
    result,
)
from mist_explore.explorer.train.critics import CriticSection
from mist_explore.explorer.train.critics.compute import critics_as_python
from mist_explore.explorer.train.settings import TrainingState
from mist_explore.explorer.train.views import alt_text, captions, figures, insight, numbers_html
from mist_explore.explorer.training_panel import TrainingPanel
from mist_explore.transforms import TRANSFORMS

__all__ = ["TrainingPage"]


class TrainingPage(Page[TrainingState, Course]):
    """A network in training above, critics below."""

    def __init__(self) -> None:
        super().__init__("train", TrainingState(), result)
        self._views = [FigureView(figure) for figure in figures(self.answer)]
        self.captions = [widgets.HTML() for _ in self._views]
        cells = [
            widgets.VBox([view.widget, caption]).add_class("mist-captioned")
            for view, caption in zip(self._views, self.captions, strict=True)
        ]
        self.figures = widgets.Box(cells).add_class("mist-pair")
        self.marked = (self.figures,)
        self.numbers, self.recipe = widgets.HTML(), widgets.HTML()
        self.training: TrainingPanel[TrainingState, Course] = TrainingPanel(
            self,
            course,
            self._draw,
            start="Train",
            starting="Preparing the test set and the other estimators' answers…",
            resumed=partial(course, resume=True),
        )
        self.job = self.training.job
        self.save = SavePanel(
            self._save,
            self._links,
            "There is no network to save yet: press Train, and save it at any time.",
            "Save it under a name, then compare it with the shipped network or use it on a table.",
        )
        self.save.widget.add_class(RAIL)
        self.critics = CriticSection()
        own, others = self.controls, self.critics.controls
        self.lay_out(
            own.row("families", "transforms", "n_samples", "dims", "size", "steps"),
            self.message,
            self.job.widget,
            self.save.widget,
            self.numbers,
            self.insight,
            self.figures,
            self.alt,
            disclosure("More settings", own["seed"], style="mist-controls"),
            disclosure("Share this view or the recipe", self.recipe, self.share).add_class(FOOT),
            widgets.HTML(asset("train/critics.html")),
            others.row("family", "strength", "n_samples", "dim", "batch", "steps"),
            self.critics.message,
            self.critics.training.job.widget,
            self.critics.figure.widget,
            self.critics.insight,
            disclosure("More settings", others["seed"], style="mist-controls"),
            others=(self.critics,),
        )

    def show(self, answer: Course) -> None:
        """Draw a run that has not begun here, and its recipe as a file."""
        file = download_html(RECIPE, answer.state.recipe.to_json(), f"Download {RECIPE}")
        self.recipe.value = caption_html(file)
        self.training.show(answer)

    def texts(self) -> Mapping[str, str]:
        """Return Python and commands that train the same network, and Python for a critic."""
        return {
            "Python": as_python(self.state),
            "commands": as_command(),
            "Python for a critic": critics_as_python(self.critics.state),
        }

    def _save(self, name: str, replacing: bool) -> Path | None:
        network = self.training.shown.checkpoint
        return None if network is None else save_model(network, name, replacing=replacing)

    def _links(self, name: str) -> tuple[str, ...]:
        """Return links to the network of a name beside the shipped one, and on a table."""
        there = _estimate_query(self.training.shown.state, name)
        return (
            page_html("estimate", there, "compare it with the shipped network"),
            page_html("your_data", f"network={name}", "use it on a table"),
        )

    def _draw(self, found: Course) -> None:
        for view, figure in zip(self._views, figures(found), strict=True):
            view.show(figure)
        for caption, (title, words) in zip(self.captions, captions(found).items(), strict=True):
            caption.value = caption_html(f"<b>{title}.</b> {escape(words)}")
        self.save.offer(found.checkpoint is not None)
        self.numbers.value = numbers_html(found)
        self.insight.value = insight_html(insight(found))
        self.alt.value = alt_html(alt_text(found), live=False)


def _estimate_query(state: TrainingState, name: str) -> str:
    """Return the state of the page Estimate with a network and a distribution that it learned."""
    n_samples, dim = state.n_samples[1], state.dims[1]
    fits = (one for one in state.transforms if TRANSFORMS[one].fits(dim, dim))
    return (
        f"family={state.families[0]}&n={n_samples}&dim_x={dim}&dim_y={dim}"
        f"&transform={next(fits, 'base')}&peers={name}"
    )
