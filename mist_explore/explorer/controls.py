"""Widgets that pages share: a panel that folds, and the slider of a parameter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from mist_explore.distributions import Parameter
from mist_explore.explorer.frame import RAIL

__all__ = ["disclosure", "fold", "is_echo", "parameter_slider"]


def parameter_slider(parameter: Parameter) -> widgets.FloatSlider | widgets.IntSlider:
    """Return the slider of a parameter of a family."""
    label = parameter.label.capitalize()
    if parameter.integer:
        return widgets.IntSlider(min=int(parameter.low), max=int(parameter.high), description=label)
    return widgets.FloatSlider(min=parameter.low, max=parameter.high, step=0.01, description=label)


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
