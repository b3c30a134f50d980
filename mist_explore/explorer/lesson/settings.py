"""The settings of a lesson: its steps, which a text file holds, and the state of its reader."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mist_explore.explorer.kinds import Numbers, Setting
from mist_explore.explorer.pages import page_named
from mist_explore.explorer.quantity import Condition
from mist_explore.explorer.query import check_number
from mist_explore.explorer.settings import Settings, hidden, setting

__all__ = [
    "LINK",
    "VARIABLE",
    "Lesson",
    "LessonState",
    "Option",
    "State",
    "Step",
    "parse_lesson",
    "read_lesson",
    "shown_lesson",
]

VARIABLE = "MIST_EXPLORE_LESSON"
"""Environment variable with the path of the lesson; the shipped one without it."""

DEFAULT = Path(__file__).with_name("default.md")
MOST_STEPS = 99
LINK = re.compile(r"\[(?P<label>[^\]]+)\]\((?P<page>[a-z_-]+)(?:\?(?P<query>\S*))?\)")
OPTION = re.compile(r"- (?:\[ \] )?(?P<label>[^`]+)`(?P<condition>[^`]+)`(?P<why>.*)")
OPTION_FORM = "an option such as - [ ] too low `ksg < truth` Its reason, in a sentence."
STARTS = re.compile(r"(Look|Controls|Guess|Then):|- |#")
"""Start of a line that does not go on with the line before."""
BEFORE_STEPS = "expected a title, such as # My lesson, and then a step, such as ## Few rows"
MOST_OPTIONS = 9


@dataclass(frozen=True)
class State:
    """A page at a state, as a Markdown link such as `[few rows](estimate?n=30)`.

    Args:
        label: its name for people.
        page: a name in `PAGES`; in the text also an address, or a former name.
        query: the state as a query string.
    """

    label: str
    page: str
    query: str = ""


@dataclass(frozen=True)
class Option:
    """An answer of a question.

    Args:
        label: its words.
        condition: holds where it is the right one.
        why: shown where it is the right one.
    """

    label: str
    condition: Condition
    why: str = ""


@dataclass(frozen=True)
class Step:
    """A step of a lesson: a state to look at, and a question about the state that follows.

    Args:
        title: its heading.
        line: the number of the line of its heading.
        text: its paragraphs.
        look: the state that is shown at first.
        then: the state that answers the question; None without a question.
        question: the question; empty for none.
        options: the answers to choose from.
        controls: the names of the settings that have a control; the others keep their value.
    """

    title: str
    line: int
    text: tuple[str, ...]
    look: State
    then: State | None = None
    question: str = ""
    options: tuple[Option, ...] = ()
    controls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Args:
        title: its name.
        steps: at least one.
    """

    title: str
    steps: tuple[Step, ...]


@lru_cache(maxsize=1)
def shown_lesson() -> Lesson:
    """Return the lesson of the page, read once."""
    return read_lesson(Path(os.environ.get(VARIABLE) or DEFAULT))


@dataclass(frozen=True, kw_only=True)
class Guesses(Numbers):
    """The number of the chosen option for each step, 0 for none."""

    def check(self, name: str, value: Any, state: Any) -> tuple[int, ...]:
        """Return the numbers without zeros at the end."""
        value = tuple(value)
        for one in value:
            check_number(name, one, 0, MOST_OPTIONS)
        while value and not value[-1]:
            value = value[:-1]
        return value


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


def parse_lesson(text: str, name: str = "lesson.md") -> Lesson:
    r"""Return the lesson of a Markdown text.

    Args:
        text: a title, and steps with the lines `Look:`, `Controls:`, `Guess:` and `Then:`.
        name: the name of the file, for messages.

    Raises:
        ValueError: with the line, the expected text and the text in its place.

    Example:
        >>> lesson = parse_lesson("# A lesson\n## One step\nLook: [a line](home?shape=line)")
        >>> lesson.steps[0].look
        State(label='a line', page='home', query='shape=line')
    """
    title = ""
    steps: list[list[tuple[int, str]]] = []
    for number, line in _numbered(text):
        if line.startswith("## "):
            steps.append([(number, line[3:].strip())])
        elif line.startswith("# ") and not title:
            title = line[2:].strip()
        elif steps:
            steps[-1].append((number, line))
        else:
            raise ValueError(f"{name}, line {number}: {BEFORE_STEPS}; got {line!r}")
    if not title:
        raise ValueError(f"{name}, line 1: expected a title, a line such as # My lesson; got none")
    if not steps:
        raise ValueError(f"{name}: expected a step, a line such as ## Few rows; got none")
    return Lesson(title, tuple(_step(lines, name) for lines in steps))


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Return each line with its number, joined with the lines that go on with it."""
    first, joined, inside = 0, "", False
    for number, line in enumerate((*text.splitlines(), ""), 1):
        inside = inside or line.lstrip().startswith("<!--")
        part, comment = line.strip(), inside
        inside = inside and "-->" not in line
        if comment:
            continue
        if joined and part and not STARTS.match(part) and not joined.startswith("#"):
            joined = f"{joined} {part}"
            continue
        if joined:
            yield first, joined
        first, joined = number, part


def _step(lines: list[tuple[int, str]], name: str) -> Step:
    (first, title), *rest = lines
    step = Step(title, first, (), State("", ""))
    for number, line in rest:
        try:
            step = _with_line(step, line)
        except ValueError as error:
            raise ValueError(f"{name}, line {number}: {error}") from error
    try:
        return _checked(step)
    except ValueError as error:
        raise ValueError(f"{name}, line {first}: {error}") from error


def _with_line(step: Step, line: str) -> Step:
    key, _, value = line.partition(":")
    value = value.strip()
    match STARTS.match(line) and key:
        case "Look":
            return replace(step, look=_state(value))
        case "Then":
            return replace(step, then=_state(value))
        case "Controls":
            return replace(step, controls=tuple(one.strip() for one in value.split(",") if one))
        case "Guess":
            return replace(step, question=value)
        case None:
            return replace(step, text=(*step.text, line))
    return replace(step, options=(*step.options, _option(line)))


def _state(text: str) -> State:
    found = LINK.fullmatch(text)
    if found is None:
        raise ValueError(
            f"expected a link to a page, such as [few rows](estimate?n=30); got {text!r}. Copy the "
            "part of the address behind the last / of the page"
        )
    return State(found["label"], page_named(found["page"]).name, found["query"] or "")


def _option(line: str) -> Option:
    found = OPTION.fullmatch(line)
    if found is None:
        raise ValueError(f"expected {OPTION_FORM}; got {line!r}")
    return Option(found["label"].strip(), Condition.parse(found["condition"]), found["why"].strip())


def _checked(step: Step) -> Step:
    if not step.look.page:
        raise ValueError(
            "expected a line with the state to show, such as Look: [few rows](estimate?n=30), "
            f"in the step {step.title!r}; got none"
        )
    if not step.question and not step.options and step.then is None:
        return step
    if not step.question or step.then is None or not 2 <= len(step.options) <= MOST_OPTIONS:
        raise ValueError(
            "expected a question as Guess: with a question mark, 2 to "
            f"{MOST_OPTIONS} options, and Then: with the state that answers it, in the step "
            f"{step.title!r}; got {len(step.options)} options, "
            f"{'a' if step.question else 'no'} Guess and {'a' if step.then else 'no'} Then"
        )
    if step.then.page != step.look.page:
        raise ValueError(
            f"expected Then: with the page of Look:, {step.look.page}; got {step.then.page}"
        )
    return step
