"""The critics on the training page."""

from __future__ import annotations

from mist_explore.explorer.figure import FigureView
from mist_explore.explorer.html import insight_html
from mist_explore.explorer.page import Section
from mist_explore.explorer.train.critics.compute import Critics, critics, result
from mist_explore.explorer.train.critics.settings import CriticState
from mist_explore.explorer.train.critics.views import critics_figure, critics_insight
from mist_explore.explorer.training_panel import TrainingPanel

__all__ = ["CriticSection"]


class CriticSection(Section[CriticState, Critics]):
    """Critics on one dataset, with their curves."""

    def __init__(self) -> None:
        super().__init__(CriticState(), result)
        self.figure = FigureView(critics_figure(self.answer))
        self.marked = (self.figure.widget,)
        self.training: TrainingPanel[CriticState, Critics] = TrainingPanel(
            self,
            critics,
            self._draw,
            start="Train critics",
            starting="Preparing the dataset…",
        )
        self.job = self.training.job

    def show(self, answer: Critics) -> None:
        """Draw critics that have not begun here."""
        self.training.show(answer)

    def _draw(self, found: Critics) -> None:
        self.figure.show(critics_figure(found))
        self.insight.value = insight_html(critics_insight(found))
