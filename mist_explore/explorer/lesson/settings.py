"""The state of a lesson: its step, the guesses, and what the reader has moved."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from mist_explore.explorer.kinds import Setting
from mist_explore.explorer.lesson.text import MOST_OPTIONS, Lesson, parse_lesson
from mist_explore.explorer.query import check_number, number
from mist_explore.explorer.settings import Settings, hidden, setting

__all__ = ["VARIABLE", "LessonState", "read_lesson", "shown_lesson"]

VARIABLE = "MIST_EXPLORE_LESSON"
"""Environment variable with the path of the lesson; the shipped one without it."""

DEFAULT = Path(__file__).with_name("default.md")
MOST_STEPS = 99


def read_lesson(path: Path) -> Lesson:
    """Return the lesson of a file.

    Raises:
        ValueError: if it is no lesson, with the line, or no text in UTF-8.
        OSError: if it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name}: expected text in UTF-8; got another byte at {error.start}. "
            "Save it as UTF-8"
        ) from error
    return parse_lesson(text, path.name)


@lru_cache(maxsize=1)
def shown_lesson() -> Lesson:
    """Return the lesson of the page, read once."""
    return read_lesson(Path(os.environ.get(VARIABLE) or DEFAULT))


@dataclass(frozen=True, kw_only=True)
class Guesses(Setting):
    """The number of the chosen option for each step, 0 for none, between commas."""

    make: Callable[[], widgets.Widget] | None = None

    def check(self, name: str, value: Any, state: Any) -> tuple[int, ...]:
        """Return the numbers without zeros at the end."""
        value = tuple(value)
        for one in value:
            check_number(name, one, 0, MOST_OPTIONS)
        while value and not value[-1]:
            value = value[:-1]
        return value

    def write(self, value: Any) -> str:
        """Return the numbers between commas."""
        return ",".join(map(str, value))

    def read(self, key: str, text: str) -> tuple[float, ...]:
        """Return the numbers of a text such as `2,0,1`."""
        return tuple(number(key, part) for part in text.split(",") if part)


@dataclass(frozen=True)
class LessonState(Settings):
    """A step of the lesson, from 1, and the guesses of all steps.

    `view` is the state of the page of the step as a query string, where a control was moved.

    Example:
        >>> state = LessonState().guessed(2)
        >>> state.to_query(), state.guess_at(1), state.with_(step=2).guess_at(2)
        ('step=1&guess=2&view=', 2, 0)
    """

    step: int = hidden(1, 1, MOST_STEPS)
    guess: tuple[int, ...] = setting((), Guesses())
    view: str = setting("", Setting(resets_with=("step", "guess")))

    def guess_at(self, step: int) -> int:
        """Return the number of the option that was chosen at a step, from 1; 0 for none."""
        return (*self.guess, *([0] * step))[step - 1]

    def guessed(self, option: int) -> LessonState:
        """Return the state with an option chosen at this step."""
        guess = [*self.guess, *([0] * self.step)][: max(len(self.guess), self.step)]
        guess[self.step - 1] = option
        return self.with_(guess=tuple(guess))
