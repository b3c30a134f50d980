"""Widgets that pages share: a panel that folds, and check boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets
from traitlets import Any as AnyTrait

from mist_explore.explorer.frame import RAIL

__all__ = ["CheckBoxes", "disclosure", "fold", "is_echo"]


def fold(widget: widgets.DOMWidget, folded: bool = True) -> None:
    """Hide a widget, or show it again, and let the page close the gap."""
    (widget.add_class if folded else widget.remove_class)("mist-folded")


def disclosure(
    label: str,
    *children: widgets.Widget,
    style: str = "",
    opened: Callable[[], None] = lambda: None,
) -> widgets.VBox:
    """Return a button that shows and hides the children.

    Args:
        label: of the button.
        children: shown below it; controls with a `style`, figures and words without.
        style: of the box of controls, which then stands in the rail of the page.
        opened: called when the children are shown.
    """
    button = widgets.ToggleButton(description=label)
    body = widgets.Box(children)
    body.add_class("mist-disclosed")
    fold(body)
    if style:
        body.add_class(style)

    def toggled(change: Any) -> None:
        fold(body, not change["new"])
        if change["new"]:
            opened()

    button.observe(toggled, "value")
    box = widgets.VBox([button, body])
    box.add_class("mist-disclosure")
    return box.add_class(RAIL) if style else box


def is_echo(control: Any, old: Any, new: Any) -> bool:
    """Return whether a browser rounded a number to the step of its slider, without a move."""
    return isinstance(control, widgets.FloatSlider) and abs(new - old) <= 0.501 * control.step


class CheckBoxes(widgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A check box for each of several names; `value` has those that are checked."""

    value = AnyTrait(())

    def __init__(self) -> None:
        super().__init__()
        self.add_class("mist-plain")
        self.boxes: dict[str, widgets.Checkbox] = {}

    def show(self, options: Mapping[str, str], names: tuple[str, ...]) -> None:
        """Check the boxes of `names`, and add those of options that are new."""
        for name, label in options.items():
            if name not in self.boxes:
                self.boxes[name] = widgets.Checkbox(description=label, indent=False)
                self.boxes[name].observe(self._checked, "value")
        self.children = [self.boxes[name] for name in options]
        for name, box in self.boxes.items():
            box.value = name in names
        self.value = names

    def _checked(self, _: Any) -> None:
        self.value = tuple(name for name, box in self.boxes.items() if box.value)
