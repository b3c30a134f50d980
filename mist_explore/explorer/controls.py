"""Controls of a page: they show a frozen state and say which one is wanted next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from mist_explore.distributions import Parameter

__all__ = [
    "Controls",
    "disclosure",
    "is_echo",
    "parameter_slider",
]

State = TypeVar("State")


class Controls(ABC, Generic[State]):
    """Widgets around one state.

    A subclass makes the widgets, says with `listen` and `press` which update each asks for, and
    sets them all in `_set`; it ends its constructor with `self.show(state)`.

    Args:
        state: what they show at first.
        wanted: is called with the next state when someone moves a control.
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

    @abstractmethod
    def _set(self, state: State) -> None:
        """Set every widget to a state; `self.state` is still the one before."""

    def show(self, state: State) -> None:
        """Set every widget to a state, without asking for it."""
        with self.quiet():
            self._set(state)
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
        """Call `moved(value)` when someone sets the control to a value."""

        def changed(change: Any) -> None:
            if not self._quiet and not is_echo(control, change["old"], change["new"]):
                moved(change["new"])

        control.observe(changed, "value")

    def listen(self, control: Any, update: Callable[[State, Any], State]) -> None:
        """Ask for `update(state, value)` when someone sets the control to a value."""
        self.observe(control, lambda value: self._ask(lambda state: update(state, value)))

    def press(self, button: widgets.Button, update: Callable[[State], State]) -> None:
        """Ask for `update(state)` when someone presses the button."""
        button.on_click(lambda _: self._ask(update))

    def _ask(self, update: Callable[[State], State]) -> None:
        try:
            state = update(self.state)
        except ValueError as error:
            self._failed(error)
        else:
            self.show(state)
            self._wanted(state)


def parameter_slider(parameter: Parameter) -> widgets.FloatSlider | widgets.IntSlider:
    """The slider of a parameter of a family."""
    label = parameter.label.capitalize()
    if parameter.integer:
        return widgets.IntSlider(min=int(parameter.low), max=int(parameter.high), description=label)
    return widgets.FloatSlider(min=parameter.low, max=parameter.high, step=0.01, description=label)


def disclosure(
    label: str,
    *children: widgets.Widget,
    style: str = "",
    opened: Callable[[], None] = lambda: None,
) -> widgets.VBox:
    """A button that shows and hides what follows it; `opened` is called when it is shown."""
    button = widgets.ToggleButton(description=label)
    body = widgets.Box(children)
    body.add_class("mist-disclosed")
    body.add_class("mist-folded")
    if style:
        body.add_class(style)

    def toggled(change: Any) -> None:
        (body.remove_class if change["new"] else body.add_class)("mist-folded")
        if change["new"]:
            opened()

    button.observe(toggled, "value")
    box = widgets.VBox([button, body])
    box.add_class("mist-disclosure")
    return box


def is_echo(control: Any, old: Any, new: Any) -> bool:
    """Whether a browser only rounded a number to the step of its slider, without being moved."""
    return isinstance(control, widgets.FloatSlider) and abs(new - old) <= 0.501 * control.step
