"""Kinds of settings: how a value is checked, written in a link, and shown by its widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.parameters import ParameterSlider
from mist_explore.explorer.query import check_name, check_number, number

__all__ = [
    "Choice",
    "FamilyStrength",
    "Listed",
    "Number",
    "Numbers",
    "Options",
    "Range",
    "Setting",
    "Several",
    "Switch",
]

Options: TypeAlias = Mapping[str, str] | Callable[[], Mapping[str, str]]
"""The label of each value, or a function that returns them."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A value of a state.

    Args:
        make: makes its widget, a widget with a `value`; None for a setting without a control.
        key: in a link; by default the name of the field.
        resets_with: other settings; a change of one of them brings this one back to its default.
    """

    make: Callable[[], widgets.Widget] | None = None
    key: str = ""
    resets_with: tuple[str, ...] = ()

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return the value as it is kept.

        Raises:
            ValueError: if it is unknown or out of bounds.
        """
        return value

    def usual(self, default: Any, changes: Mapping[str, Any]) -> Any:
        """Return the value after changes of settings that reset this one."""
        return default

    def write(self, value: Any) -> str | tuple[str, ...]:
        """Return the value as text in a link, or as several texts with the same key."""
        return str(value)

    def read(self, key: str, text: str) -> Any:
        """Return the value of a text in a link.

        Raises:
            ValueError: if the text is unreadable.
        """
        return text

    def read_all(self, key: str, texts: list[str]) -> Any:
        """Return the value of all texts with the same key in a link; the last one counts."""
        return self.read(key, texts[-1])

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Set the widget to a value."""
        widget.value = value


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """A number from `low` to `high`, a whole one where these are whole."""

    low: float
    high: float
    stops: tuple[float, ...] = ()

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return a number within the bounds, rounded to nine decimals."""
        check_number(name, value, self.low, self.high)
        return round(value, 9) if isinstance(value, float) else value

    def read(self, key: str, text: str) -> Any:
        """Return the number of a text."""
        return number(key, text)

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Set the slider, with a stop at the value where it has stops."""
        if self.stops:
            widget.options = sorted({*self.stops, value})
        widget.value = value


@dataclass(frozen=True, kw_only=True)
class Range(Number):
    """The two ends of a range."""

    separator: str = "-"

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return both ends, in order and within the bounds."""
        low, high = (super(Range, self).check(name, end, state) for end in value)
        if low > high:
            raise ValueError(f"expected {name} from low to high; got {low} to {high}")
        return low, high

    def write(self, value: Any) -> str:
        """Return both ends around the separator."""
        return self.separator.join(map(str, value))

    def read(self, key: str, text: str) -> Any:
        """Return both ends of a text such as `20-200`."""
        low, _, high = text.partition(self.separator)
        return number(key, low), number(key, high)

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Set both handles, with stops at them where the slider has stops."""
        if self.stops:
            widget.options = sorted({*self.stops, *value})
        widget.value = value


@dataclass(frozen=True, kw_only=True)
class Choice(Setting):
    """One of several names."""

    of: Options

    @property
    def options(self) -> Mapping[str, str]:
        """The label of each name."""
        return self.of() if callable(self.of) else self.of

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return a known name."""
        check_name(name, value, self.options)
        return value

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose a name, after a change of the options in the menu."""
        options = [(label, name) for name, label in self.options.items()]
        if options != list(widget.options):  # a browser forgets the choice
            widget.options = options
        widget.value = value


@dataclass(frozen=True, kw_only=True)
class Listed(Setting):
    """Any number of texts, between commas in a link."""

    def write(self, value: Any) -> str:
        """Return the texts, or numbers, between commas."""
        return ",".join(map(str, value))

    def read(self, key: str, text: str) -> Any:
        """Return the texts between commas."""
        return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True, kw_only=True)
class Numbers(Listed):
    """Any number of numbers."""

    def read(self, key: str, text: str) -> Any:
        """Return the numbers of a text such as `1, 2,5`."""
        return tuple(number(key, part) for part in super().read(key, text))


@dataclass(frozen=True, kw_only=True)
class Several(Listed, Choice):
    """At least one of several names, kept in their order."""

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return known names in the order of the options, at least one."""
        if not value:
            raise ValueError(f"expected at least one of the {name}; got none")
        for one in value:
            check_name(name, one, self.options)
        return tuple(one for one in self.options if one in value)


@dataclass(frozen=True, kw_only=True)
class Switch(Setting):
    """Yes or no, 1 or 0 in a link."""

    def write(self, value: Any) -> str:
        """Return 1 for yes and 0 for no."""
        return str(int(value))

    def read(self, key: str, text: str) -> Any:
        """Return whether the number is not 0."""
        return bool(number(key, text))


@dataclass(frozen=True, kw_only=True)
class FamilyStrength(Setting):
    """The first parameter of `state.family`, by default as that family has it."""

    make: Callable[[], widgets.Widget] | None = ParameterSlider

    def check(self, name: str, value: Any, state: Any) -> Any:
        """Return a value within the bounds of the parameter."""
        value = FAMILIES[state.family].parameters[0].checked(value)
        return round(value, 9) if isinstance(value, float) else value

    def usual(self, default: Any, changes: Mapping[str, Any]) -> Any:
        """Return the default of the parameter of the new family."""
        family = FAMILIES.get(changes["family"])  # an unknown one is refused with the new state
        return family.parameters[0].default if family else default

    def read(self, key: str, text: str) -> Any:
        """Return the number of a text."""
        return number(key, text)

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Show the slider of the family's parameter at a value."""
        widget.show(FAMILIES[state.family].parameters[0], value)
