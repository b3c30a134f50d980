"""A page on the columns of a table: bundled, uploaded or pasted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from mist_explore.explorer.latest import Latest
from mist_explore.explorer.page import Page
from mist_explore.explorer.table_chooser import TableChooser
from mist_explore.explorer.table_settings import TableState
from mist_explore.explorer.tables import Opened, Request, Tables

__all__ = ["TablePage"]


class OfTable(Protocol):
    """An answer that holds its table."""

    @property
    def opened(self) -> Opened:
        """The table."""
        ...


State = TypeVar("State", bound=TableState)
Answer = TypeVar("Answer", bound=OfTable)


class TablePage(Page[State, Answer]):
    """A page whose state names a table; `chooser` has the controls to open another one.

    A request for a table or file goes the way of a state: one worker answers the last of both.

    Args:
        name: a name in `PAGES`.
        state: the state of the first screen, computed at once.
        compute: makes an answer from a state and its table.
        texts: by label, the text that gives the numbers of a state elsewhere, such as Python.
    """

    def __init__(
        self,
        name: str,
        state: State,
        compute: Callable[[State, Opened], Answer],
        texts: Mapping[str, Callable[[State], str]] | None = None,
    ) -> None:
        self._of_table, self._tables = compute, Tables[State]()
        super().__init__(name, state, lambda s: compute(s, self._tables.of(s)), texts)
        self._requests: Latest[State | Request, tuple[State, Answer]] = Latest(
            self._find, self._answered, self.fail
        )
        self.chooser = TableChooser(self.controls, self.want)
        self.chooser.offer(self.answer.opened, self.state)

    def want(self, state: State | Request) -> None:
        """Request the answer of a state, table or file in place of any earlier one."""
        self.mark("busy")
        self._requests.submit(state)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return self._requests.join(timeout) and super().join(timeout)

    def _find(self, request: State | Request) -> tuple[State, Answer]:
        state, table = self._tables.answer(request, self.state)
        return state, self._of_table(state, table)

    def _answered(self, found: tuple[State, Answer]) -> None:
        state, answer = found
        if answer.opened is not self.chooser.opened or state != self.controls.state:
            self.chooser.offer(answer.opened, state)
        super()._answered(found)
