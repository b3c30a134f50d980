"""A step of a lesson from its state: the page to show, and the answer of the question."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

from mist_explore.explorer.lesson.settings import (
    VARIABLE,
    Lesson,
    LessonState,
    Option,
    State,
    Step,
    read_lesson,
    shown_lesson,
)
from mist_explore.explorer.page import Page
from mist_explore.explorer.quantity import Quantities, Quantity

__all__ = ["BEFORE", "Answered", "Reveal", "Stage", "revealed", "use_lesson"]

BEFORE = "before."
"""Start of the name of a quantity of the state that was shown first."""

AnyPage = Page[Any, Any]


@dataclass(frozen=True)
class Reveal:
    """The answer of a question.

    Args:
        guess: the option that was chosen.
        right: the option that holds.
        quantities: the numbers that decided it.
    """

    guess: Option
    right: Option
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True)
class Answered:
    """A step of a lesson.

    Args:
        state: the state of the lesson.
        lesson: the lesson.
        link: the page to show, at its state.
        reveal: the answer of the question, once there is a guess.
    """

    state: LessonState
    lesson: Lesson
    link: State
    reveal: Reveal | None = None

    @property
    def step(self) -> Step:
        """The step."""
        return self.lesson.steps[self.state.step - 1]

    @property
    def is_last(self) -> bool:
        """Whether no step follows."""
        return self.state.step == len(self.lesson.steps)

    @property
    def waits(self) -> bool:
        """Whether the step has a question without a guess."""
        return bool(self.step.options) and self.reveal is None


class Stage:
    """The pages of a lesson, each made once, when a step needs it."""

    def __init__(self) -> None:
        self._pages: dict[str, AnyPage] = {}

    def page(self, name: str) -> AnyPage:
        """Return a page of `PAGES`."""
        if name not in self._pages:
            self._pages[name] = import_module(f"mist_explore.explorer.{name}").PAGE()
        return self._pages[name]

    def answered(self, state: LessonState) -> Answered:
        """Return a step with its answer.

        Raises:
            ValueError: if the lesson has no such step or option, a link of it is no state of its
                page, or not exactly one option is right.
        """
        lesson = shown_lesson()
        count = len(lesson.steps)
        if state.step > count:
            raise ValueError(f"expected a step from 1 to {count}; got {state.step}")
        step = lesson.steps[state.step - 1]
        guess = state.guess_at(state.step)
        if guess > len(step.options):
            raise ValueError(
                f"expected a guess from 1 to {len(step.options)} at step {state.step}; got {guess}"
            )
        link = step.then if guess and step.then is not None else step.look
        if state.view:
            link = replace(link, query=state.view)
        found = Answered(state, lesson, link)
        try:
            numbers = self._quantities(link)
            if not guess:
                return found
            before = self._quantities(step.look)
        except ValueError as error:
            raise ValueError(f"step {state.step}, “{step.title}”: {error}") from error
        earlier = {
            BEFORE + name: replace(one, label=f"{one.label} before") for name, one in before.items()
        }
        return replace(found, reveal=revealed(step, guess, {**numbers, **earlier}))

    def _quantities(self, link: State) -> Quantities:
        return self.page(link.page).quantities_at(link.query)


def use_lesson(path: Path) -> None:
    """Check a lesson, and make it the one that pages of this process and its children show.

    Raises:
        ValueError: if it is no lesson, or a link of it is no state of its page, with the line.
        OSError: if it cannot be read.
    """
    lesson = read_lesson(path)
    for step in lesson.steps:
        for link in filter(None, (step.look, step.then)):
            page = import_module(f"mist_explore.explorer.{link.page}").PAGE
            state = get_args(page.__orig_bases__[0])[0]
            try:
                state.from_query(link.query)
            except ValueError as error:
                where = f"{path.name}, step “{step.title}” at line {step.line}, “{link.label}”"
                raise ValueError(f"{where}: {error}") from error
    os.environ[VARIABLE] = str(path.resolve())
    shown_lesson.cache_clear()


def revealed(step: Step, guess: int, quantities: Quantities) -> Reveal:
    """Return the option of a step that holds.

    Args:
        step: a step with a question.
        guess: the number of the option that was chosen, from 1.
        quantities: of the page.

    Raises:
        ValueError: if an option has a quantity that the page lacks, or not exactly one holds.
    """
    right = [option for option in step.options if option.condition.holds(quantities)]
    if len(right) != 1:
        labels = ", ".join(f"“{option.label}”" for option in right) or "none"
        raise ValueError(
            f"expected exactly one right option in the step “{step.title}”; got {labels}. Cover "
            "every case once, as with <, = and > of the same two quantities"
        )
    names = dict.fromkeys(name for option in step.options for name in option.condition.names)
    return Reveal(step.options[guess - 1], right[0], tuple(quantities[name] for name in names))
