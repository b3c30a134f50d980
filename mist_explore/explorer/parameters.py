"""Sliders of the parameters of a family of distributions."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
from traitlets import Any as AnyTrait
from traitlets import Bool, observe

from mist_explore.distributions import Parameter
from mist_explore.explorer.controls import is_echo

__all__ = ["ParameterSlider", "ParameterSliders"]


class ParameterSlider(widgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A slider over the values of one parameter, replaced where another one is shown."""

    children: Any
    value = AnyTrait()
    disabled = Bool()
    _parameter: Parameter | None = None

    def show(self, parameter: Parameter, value: float) -> None:
        """Show a value of a parameter."""
        if parameter is not self._parameter:
            self._parameter = parameter
            slider = _slider(parameter)
            slider.disabled = self.disabled
            slider.observe(self._moved, "value")
            self.children = (slider,)
        (slider,) = self.children
        slider.value = int(value) if isinstance(slider, widgets.IntSlider) else value
        self.value = value

    def _moved(self, change: Any) -> None:
        if not is_echo(change["owner"], change["old"], change["new"]):
            self.value = change["new"]

    @observe("disabled")
    def _lock(self, change: Any) -> None:
        for slider in self.children:
            slider.disabled = change["new"]


class ParameterSliders(widgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A slider for the first parameter of a family; `others` holds those of the rest."""

    children: Any
    value = AnyTrait(())

    def __init__(self) -> None:
        super().__init__()
        self.others = widgets.Box()
        self._parameters: tuple[Parameter, ...] = ()

    def show(
        self, parameters: tuple[Parameter, ...], values: tuple[tuple[str, float], ...]
    ) -> None:
        """Show the values of parameters."""
        if parameters is not self._parameters:
            self._parameters = parameters
            sliders = [_slider(parameter) for parameter in parameters]
            for one, (name, _) in zip(sliders, values, strict=True):
                one.observe(lambda change, name=name: self._moved(name, change), "value")
            self.children, self.others.children = sliders[:1], sliders[1:]
        sliders = [*self.children, *self.others.children]
        for one, (_, value) in zip(sliders, values, strict=True):
            one.value = value
        self.value = values

    def _moved(self, name: str, change: Any) -> None:
        if not is_echo(change["owner"], change["old"], change["new"]):
            self.value = tuple({**dict(self.value), name: round(change["new"], 9)}.items())


def _slider(parameter: Parameter) -> widgets.FloatSlider | widgets.IntSlider:
    """Return the slider of a parameter of a family."""
    label = parameter.label.capitalize()
    if parameter.integer:
        return widgets.IntSlider(min=int(parameter.low), max=int(parameter.high), description=label)
    return widgets.FloatSlider(min=parameter.low, max=parameter.high, step=0.01, description=label)
