"""The page of a lesson: words and a question beside another page at a state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from mist_explore.explorer.frame import RAIL
from mist_explore.explorer.html import alt_html
from mist_explore.explorer.lesson.compute import Answered, Stage
from mist_explore.explorer.lesson.settings import LessonState
from mist_explore.explorer.lesson.views import (
    alt_text,
    insight,
    progress_html,
    question_html,
    words_html,
)
from mist_explore.explorer.page import Page

__all__ = ["LessonPage"]

AnyPage = Page[Any, Any]


class LessonPage(Page[LessonState, Answered]):
    """One step: its words, the page that it shows, a guess, and the answer."""

    still = "The step before is still shown."

    def __init__(self) -> None:
        self.stage = Stage()
        self._placed: tuple[str, int] | None = None
        super().__init__("lesson", LessonState(), self.stage.answered)
        self.progress, self.words, self.question = (widgets.HTML() for _ in range(3))
        self.shown = widgets.VBox().add_class("mist-lesson-stage")
        self.marked = (self.shown,)
        self.guess = widgets.RadioButtons(description="Your guess", options=["", " "])
        self.guess.observe(lambda _: self._choose(), "index")
        controls = self.controls
        self.reveal = controls.button("Reveal", self._guessed, primary=True)
        self.back = controls.button("Back", lambda s: s.with_(step=s.step - 1))
        self.next = controls.button("Next", lambda s: s.with_(step=s.step + 1))
        words = widgets.VBox([self.progress, self.words])
        quiz = widgets.VBox(
            [
                *(self.question, self.guess, self.reveal, self.insight),
                widgets.HBox([self.back, self.next]).add_class("mist-buttons"),
            ]
        )
        self.lay_out(
            self.message,
            words.add_class(RAIL).add_class("mist-lesson-words"),
            self.shown,
            quiz.add_class(RAIL).add_class("mist-quiz"),
            self.alt,
            self.sharing(),
        )

    def show(self, answer: Answered) -> None:
        """Show the words of a step, its page, and its question or the answer."""
        page = self.stage.page(answer.link.page)
        place = (answer.link.page, answer.state.step)
        if self._placed != place:
            page.shared = lambda: None
            self.shown.children = embedded(page, answer.step.controls)
            self._placed = place
        page.shared = lambda: None
        page.follow(answer.link.query)
        page.shared = self._moved
        self._write(answer)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        pages = [super().join(timeout)]
        if self._placed is not None:
            pages.append(self.stage.page(self._placed[0]).join(timeout))
        return all(pages)

    def _write(self, answer: Answered) -> None:
        self.progress.value, self.words.value = progress_html(answer), words_html(answer)
        self.question.value = question_html(answer)
        labels = [option.label for option in answer.step.options]
        guess = answer.state.guess_at(answer.state.step)
        if list(self.guess.options) != labels:
            self.guess.options = labels
        self.guess.index = guess - 1 if guess else None
        self.guess.disabled = bool(guess)
        for widget in (self.guess, self.reveal):
            widget.layout.display = None if labels else "none"
        self.back.disabled, self.next.disabled = answer.state.step == 1, answer.is_last
        self._choose()
        self.insight.value, self.alt.value = insight(answer), alt_html(alt_text(answer))

    def _choose(self) -> None:
        self.reveal.disabled = self.guess.disabled or self.guess.index is None

    def _guessed(self, state: LessonState) -> LessonState:
        return state.guessed((self.guess.index or 0) + 1)

    def _moved(self) -> None:
        """Keep the state of the page that the reader has moved, and compare the guess with it."""
        page = self.stage.page(self.answer.link.page)
        state = replace(self.state, view=page.query)
        try:
            answer = self.stage.answered(state)
        except ValueError as error:
            self.fail(error)
            return
        self.state, self.answer, self.controls.state = state, answer, state
        self._write(answer)
        self.shared()


def embedded(page: AnyPage, controls: Sequence[str]) -> tuple[widgets.Widget, ...]:
    """Return the parts of a page that a lesson shows: some controls, the figures, the sentence."""
    row = [page.controls.row(*controls)] if controls else []
    return (*row, page.message, *page.marked, page.insight, page.alt)
