"""The controls of a page, made from its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure, is_echo
from mist_explore.explorer.frame import FOOT, RAIL
from mist_explore.explorer.settings import Settings

__all__ = ["SettingsControls"]

State = TypeVar("State", bound=Settings)


class SettingsControls(Generic[State]):
    """A widget for each setting that has one, the buttons of the page, and a reset.

    `row` places widgets in sight; `rest` folds all others away.

    Args:
        state: the state that they show at first.
        wanted: called with the next state when a control is moved.
        failed: is called with the error when there is no such state.
    """

    def __init__(
        self,
        state: State,
        wanted: Callable[[State], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.state, self._quiet = state, False
        self._wanted, self._failed = wanted, failed
        self.widgets: dict[str, Any] = {}
        self.buttons: dict[str, widgets.Button] = {}
        self._placed: set[str] = set()
        for name, setting in state.settings().items():
            if setting.make is not None:
                self.widgets[name] = setting.make()
                self.listen(self.widgets[name], partial(_changed, name))
        self.reset = widgets.Button(description="Reset everything")
        self.press(self.reset, lambda _: type(state)())
        self.show(state)

    def __getitem__(self, name: str) -> Any:
        """Return the widget of a setting."""
        return self.widgets[name]

    def show(self, state: State) -> None:
        """Set every widget to a state, without asking for it."""
        with self.quiet():
            for name, setting in state.settings().items():
                if name in self.widgets:
                    setting.show(self.widgets[name], getattr(state, name), state)
            self.state = state

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Set widgets within this context without asking for anything."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before

    def observe(self, control: Any, moved: Callable[[Any], None]) -> None:
        """Call `moved(value)` when the control is set to a value in the browser."""

        def changed(change: Any) -> None:
            if not self._quiet and not is_echo(control, change["old"], change["new"]):
                moved(change["new"])

        control.observe(changed, "value")

    def listen(self, control: Any, update: Callable[[State, Any], State]) -> None:
        """Request `update(state, value)` when the control is set in the browser."""
        self.observe(control, lambda value: self._ask(lambda state: update(state, value)))

    def press(self, button: widgets.Button, update: Callable[[State], State]) -> None:
        """Request `update(state)` when the button is pressed."""
        button.on_click(lambda _: self._ask(update))

    def button(
        self, label: str, update: Callable[[State], State], *, primary: bool = False
    ) -> widgets.Button:
        """Return a button that requests `update(state)`; `buttons` has it by its label."""
        style = "primary" if primary else ""
        self.buttons[label] = widgets.Button(description=label, button_style=style)
        self.press(self.buttons[label], update)
        return self.buttons[label]

    def row(self, *items: str | widgets.Widget) -> widgets.Box:
        """Return settings, by name, and other widgets side by side."""
        self._placed.update(item for item in items if isinstance(item, str))
        box = widgets.Box([self[item] if isinstance(item, str) else item for item in items])
        return box.add_class("mist-controls").add_class(RAIL)

    def rest(self) -> widgets.VBox:
        """Return the settings that no row has placed, and the reset, folded away."""
        left = [widget for name, widget in self.widgets.items() if name not in self._placed]
        folded = disclosure("More settings", *left, self.reset, style="mist-controls")
        return folded.add_class(FOOT)

    def _ask(self, update: Callable[[State], State]) -> None:
        try:
            state = update(self.state)
        except ValueError as error:
            self._failed(error)
        else:
            self.show(state)
            self._wanted(state)


def _changed(name: str, state: State, value: Any) -> State:
    return state.with_(**{name: value})
