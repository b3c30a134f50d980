"""The controls of a page, made from its settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.controls import Controls, disclosure
from mist_explore.explorer.settings import Settings

__all__ = ["SettingsControls"]

State = TypeVar("State", bound=Settings)


class SettingsControls(Controls[State]):
    """A widget for each setting that has one, the buttons of the page, and a reset.

    `row` places widgets in sight; `rest` folds all others away.

    Args:
        state: the state that they show at first.
        wanted: is called with the next state when someone moves a control.
        failed: is called with the error when there is no such state.
    """

    def __init__(
        self,
        state: State,
        wanted: Callable[[State], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
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

    def button(
        self, label: str, update: Callable[[State], State], *, primary: bool = False
    ) -> widgets.Button:
        """Return a button that asks for `update(state)`; `buttons` has it by its label."""
        style = "primary" if primary else ""
        self.buttons[label] = widgets.Button(description=label, button_style=style)
        self.press(self.buttons[label], update)
        return self.buttons[label]

    def row(self, *items: str | widgets.Widget, style: str = "") -> widgets.Box:
        """Return settings, by name, and other widgets side by side."""
        self._placed.update(item for item in items if isinstance(item, str))
        box = widgets.Box([self[item] if isinstance(item, str) else item for item in items])
        box.add_class("mist-controls")
        return box.add_class(style) if style else box

    def rest(self, label: str = "More settings") -> widgets.VBox:
        """Return the settings that no row has placed, and the reset, folded away."""
        left = [widget for name, widget in self.widgets.items() if name not in self._placed]
        return disclosure(label, *left, self.reset, style="mist-controls")

    def _set(self, state: State) -> None:
        for name, setting in state.settings().items():
            if name in self.widgets:
                setting.show(self.widgets[name], getattr(state, name), state)


def _changed(name: str, state: State, value: Any) -> State:
    return state.with_(**{name: value})
