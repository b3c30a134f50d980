"""The settings of a page: a field of a dataclass is a value, a key of the link and a control."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlencode

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.kinds import (
    Choice,
    FamilyStrength,
    Number,
    Options,
    Range,
    Setting,
    Several,
    Switch,
)
from mist_explore.explorer.query import SEEDS, next_seed

__all__ = [
    "Settings",
    "choice",
    "families",
    "family",
    "family_strength",
    "hidden",
    "ranged",
    "seed",
    "setting",
    "several",
    "slider",
    "stops",
    "switch",
    "units",
    "whole",
]


@dataclass(frozen=True)
class Settings:
    """The frozen state of a page; a state of defaults is its first screen.

    A subclass is a frozen dataclass with one of the functions below as the default of each field.
    Fields stand in the order of the link; a setting that depends on another stands after it.

    Raises:
        ValueError: if a value is unknown or out of bounds.

    Example:
        >>> @dataclass(frozen=True)
        ... class State(Settings):
        ...     noise: float = slider("Noise", 0.5, 0.0, 2.0)
        ...     n_samples: int = slider("Rows", 200, 50, 400, key="n")
        >>> State.from_query("n=100").with_(noise=1.5).to_query()
        'noise=1.5&n=100'
        >>> State(noise=3.0)
        Traceback (most recent call last):
        ...
        ValueError: expected noise to be a number from 0.0 to 2.0; got 3.0
    """

    prefix: ClassVar[str] = ""
    """Beginning of each key in a link, on a page with several states."""

    def __post_init__(self) -> None:
        for name, one in self.settings().items():
            object.__setattr__(self, name, one.check(name, getattr(self, name), self))

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """Return the settings by the name of their field."""
        return {one.name: one.metadata["setting"] for one in fields(cls)}

    @classmethod
    def bounds(cls, name: str) -> tuple[float, float]:
        """Return the smallest and the largest value of a number."""
        one = cls.settings()[name]
        if not isinstance(one, Number | Range):
            raise TypeError(f"expected a setting with bounds; got {name}, {type(one).__name__}")
        return one.low, one.high

    def with_(self, **changes: Any) -> Self:
        """Return the state with other values; settings that depend on them are reset."""
        for name, one in self.settings().items():
            if name not in changes and any(other in changes for other in one.resets_with):
                changes[name] = one.usual(getattr(type(self)(), name), changes)
        return replace(self, **changes)

    def next(self, name: str) -> Self:
        """Return the state with the next seed in the field `name`."""
        return self.with_(**{name: next_seed(getattr(self, name))})

    def to_query(self) -> str:
        """Return the state as the query string of a link."""
        pairs = {
            self.prefix + (one.key or name): one.write(getattr(self, name))
            for name, one in self.settings().items()
        }
        return urlencode(pairs, doseq=True, safe=",")

    @classmethod
    def from_query(cls, query: str) -> Self:
        """Return the state of a query string, with defaults for all that it leaves out.

        Raises:
            ValueError: if it has an unknown key, or a value that is unreadable or out of bounds.
        """
        known = {cls.prefix + (one.key or name): name for name, one in cls.settings().items()}
        texts = parse_qs(query.removeprefix("?"), keep_blank_values=True)
        unknown = sorted(texts.keys() - known.keys())
        if unknown:
            raise ValueError(f"expected names among {', '.join(known)}; got {', '.join(unknown)}")
        settings = cls.settings()
        values = {
            known[key]: settings[known[key]].read_all(key, some) for key, some in texts.items()
        }
        return cls().with_(**values)


def setting(default: Any, kind: Setting) -> Any:
    """Return a field with a setting of any kind, such as one that a single page defines."""
    return field(default=default, metadata={"setting": kind})


def slider(
    label: str,
    default: float,
    low: float,
    high: float,
    *,
    step: float | None = None,
    readout: str = "",
    **more: Any,
) -> Any:
    """Return a field with a slider, over whole numbers where the default is one.

    Args:
        label: the words beside the slider.
        default: the value on the first screen.
        low: the smallest value.
        high: the largest value.
        step: of the slider, by default 1 or 0.01; a link may hold any number between the bounds.
        readout: the format of the number beside the slider, such as `".0%"`.
        more: `key` in the link, `resets_with` the names of other settings.
    """
    whole_numbers = isinstance(default, int)
    step = step or (1 if whole_numbers else 0.01)

    def make() -> widgets.Widget:
        kind = widgets.IntSlider if whole_numbers else widgets.FloatSlider
        shown = {"readout_format": readout} if readout else {}
        return kind(min=low, max=high, step=step, description=label, **shown)

    return setting(default, Number(make=make, low=low, high=high, **more))


def stops(label: str, default: float, values: tuple[float, ...], **more: Any) -> Any:
    """Return a field with a slider over given values; a link may hold any number between them."""

    def make() -> widgets.Widget:
        return widgets.SelectionSlider(options=values, description=label)

    return setting(default, Number(make=make, low=values[0], high=values[-1], stops=values, **more))


def whole(label: str, default: int, low: int, high: int, **more: Any) -> Any:
    """Return a field with a text box for a whole number."""

    def make() -> widgets.Widget:
        return widgets.BoundedIntText(min=low, max=high, description=label)

    return setting(default, Number(make=make, low=low, high=high, **more))


def seed(label: str, default: int = 0, **more: Any) -> Any:
    """Return a field with a text box for a seed; `Settings.next` counts it up."""
    return whole(label, default, *SEEDS, **more)


def hidden(default: float, low: float, high: float, **more: Any) -> Any:
    """Return a field with a number of the link that has no control, such as a count of steps."""
    return setting(default, Number(make=None, low=low, high=high, **more))


def choice(label: str, default: str, options: Options, **more: Any) -> Any:
    """Return a field with a menu.

    Args:
        label: the words beside the menu.
        default: the value on the first screen.
        options: the label of each value, or a function that returns them where they may change.
        more: `key` in the link, `resets_with` the names of other settings.
    """
    return setting(default, Choice(make=_described(widgets.Dropdown, label), of=options, **more))


def several(
    label: str, default: tuple[str, ...], options: Options, *, rows: int = 7, **more: Any
) -> Any:
    """Return a field with a list of which at least one is chosen, kept in the list's order."""
    make = _described(widgets.SelectMultiple, label, rows=rows)
    return setting(default, Several(make=make, of=options, **more))


def ranged(
    label: str,
    default: tuple[float, float],
    low: float,
    high: float,
    *,
    stops: tuple[float, ...] = (),
    **more: Any,
) -> Any:
    """Return a field with a slider of two handles, over given values where there are `stops`.

    Args:
        label: the words beside the slider.
        default: both ends on the first screen.
        low: the smallest value.
        high: the largest value.
        stops: the values of the slider; a link may hold any number between the bounds.
        more: `key` in the link, `separator` of both ends there.
    """

    def make() -> widgets.Widget:
        if stops:
            return widgets.SelectionRangeSlider(options=stops, index=(0, 1), description=label)
        if isinstance(low, int):
            return widgets.IntRangeSlider(min=low, max=high, description=label)
        return widgets.FloatRangeSlider(min=low, max=high, step=0.01, description=label)

    return setting(default, Range(make=make, low=low, high=high, stops=stops, **more))


def switch(label: str, default: bool = False, **more: Any) -> Any:
    """Return a field with a check box; 0 or 1 in a link."""
    return setting(default, Switch(make=_described(widgets.Checkbox, label, indent=False), **more))


def family(default: str, names: Iterable[str] = FAMILIES, **more: Any) -> Any:
    """Return a field with a menu of families of distributions."""
    labels = {name: FAMILIES[name].label for name in names}
    return choice("Family of distributions", default, labels, **more)


def families(default: tuple[str, ...], **more: Any) -> Any:
    """Return a field with a list of the families of distributions, at least one chosen."""
    labels = {name: one.label for name, one in FAMILIES.items()}
    return several("Families of distributions", default, labels, **more)


def units() -> Any:
    """Return a field with a menu of the units of information."""
    return choice("Units", "nats", {name: name for name in NATS_PER_UNIT})


def family_strength(default: float, **more: Any) -> Any:
    """Return a field with the slider of the first parameter of the state's `family`."""
    return setting(default, FamilyStrength(resets_with=("family",), **more))


def _described(kind: type[widgets.Widget], label: str, **more: Any) -> Callable[[], widgets.Widget]:
    return lambda: kind(description=label, **more)
