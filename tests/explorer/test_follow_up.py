"""A part of a page that is computed after its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import ipywidgets as widgets
import pytest

from mist_explore.explorer.follow_up import FollowUp


class Squares:
    """Squares of whole numbers, drawn in units; a computation waits while `going` is clear."""

    def __init__(self, known: tuple[tuple[int, str], int] | None = None) -> None:
        self.computed: list[int] = []
        self.drawn: list[str] = []
        self.errors: list[Exception] = []
        self.going = threading.Event()
        self.going.set()
        self.while_drawn: Callable[[], object] = lambda: None
        self.figure = widgets.Box()
        self.part: FollowUp[tuple[int, str], int] = FollowUp(
            self.figure,
            self._square,
            lambda answer: answer[0],
            self._draw,
            self.errors.append,
            known,
        )

    def _square(self, answer: tuple[int, str]) -> int:
        assert self.going.wait(10)
        self.computed.append(answer[0])
        if answer[0] < 0:
            raise ValueError("expected no negative number")
        return answer[0] ** 2

    def _draw(self, answer: tuple[int, str], found: int) -> str:
        self.while_drawn()
        self.drawn.append(f"{found} {answer[1]}")
        return self.drawn[-1]


def test_another_view_of_a_subject_is_drawn_without_a_computation() -> None:
    squares = Squares()
    with pytest.raises(LookupError, match="expected a computation"):
        squares.part.found  # noqa: B018
    squares.part.show((3, "m"))
    assert squares.part.join(10)
    assert squares.part.found == 9
    squares.part.show((3, "cm"))
    assert "9 cm" in squares.part.insight.value
    assert (squares.computed, squares.drawn) == ([3], ["9 m", "9 cm"])
    known = Squares(((4, "m"), 16))
    known.part.show((4, "cm"))
    assert (known.computed, known.drawn) == ([], ["16 cm"])


def test_a_part_is_grey_until_it_is_drawn_and_keeps_the_newest_answer() -> None:
    squares = Squares(((3, "m"), 9))
    squares.going.clear()
    squares.part.show((5, "m"))
    assert "mist-busy" in squares.figure._dom_classes
    squares.part.show((3, "cm"))  # back again, before the other is computed
    assert "mist-busy" not in squares.figure._dom_classes
    squares.going.set()
    assert squares.part.join(10)
    assert squares.drawn == ["9 cm"]


def test_a_part_is_grey_where_the_next_answer_comes_while_the_last_one_is_drawn() -> None:
    squares = Squares(((3, "m"), 9))
    squares.going.clear()
    other = threading.Thread(target=squares.part.show, args=((5, "m"),))

    def next_answer() -> None:
        squares.while_drawn = lambda: None
        other.start()
        other.join(0.2)

    squares.while_drawn = next_answer
    squares.part.show((3, "cm"))
    other.join(10)
    assert "mist-busy" in squares.figure._dom_classes
    squares.going.set()
    assert squares.part.join(10)
    assert squares.drawn == ["9 cm", "25 m"]


def test_an_error_is_handed_on_and_the_next_answer_is_computed() -> None:
    squares = Squares()
    for number in (-1, 2):
        squares.part.show((number, "m"))
        assert squares.part.join(10)
    assert [str(error) for error in squares.errors] == ["expected no negative number"]
    assert squares.drawn == ["4 m"]
