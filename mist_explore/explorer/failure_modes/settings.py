"""The settings of the maps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import ipywidgets as widgets
from traitlets import Any as AnyTrait

from mist_explore.distributions import FAMILIES
from mist_explore.estimators import FAST, available_models
from mist_explore.evaluation import AXES, Grid
from mist_explore.explorer.kinds import Listed, Numbers, Setting
from mist_explore.explorer.query import check_name
from mist_explore.explorer.settings import Settings, choice, seed, setting, whole
from mist_explore.plots import mark_of
from mist_explore.sample import MINIMUM_ROWS

__all__ = ["MOST_CASES", "REST", "STOPS", "TAILED", "FailureState", "labelled"]

MOST_CASES = 100

STOPS: Mapping[str, tuple[Any, ...]] = {
    "n_samples": (30, 60, 125, 250, 500, 1_000),
    "dim": (1, 2, 3, 5, 8, 12),
    "information": (0.0, 0.25, 0.5, 1.0, 2.0, 3.0),
    "df": (1.0, 1.5, 2.0, 4.0, 8.0, 30.0),
    "flow": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "family": (
        *("normal-2pair", "student-2pair", "additive-noise"),
        *("copula-pairs", "path", "regression"),
    ),
}
"""The values along a new axis."""

REST: Mapping[str, tuple[Any, ...]] = {
    "n_samples": (300,),
    "dim": (3,),
    "information": (1.0,),
    "df": (),
    "flow": (0.0,),
    "family": ("normal-2pair",),
}
"""The values of the settings off the axes."""
VALUES = (*REST, "estimators", "replicates", "seed")
"""The settings of a grid."""
TAILED = "student-2pair"
"""The family that replaces one without degrees of freedom, where these are an axis."""


def labelled(more: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return each estimator that does not train on a sample, and `more`, with its label."""
    return [
        (mark_of(name).label, name) for name in dict.fromkeys((*FAST, *available_models(), *more))
    ]


class FamilyMenu(widgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A menu of one family; a list of several where families are an axis."""

    children: Any
    value = AnyTrait(())

    def __init__(self) -> None:
        super().__init__()
        options = [(family.label, name) for name, family in FAMILIES.items()]
        self.one = widgets.Dropdown(options=options, description="Family of distributions")
        self.several = widgets.SelectMultiple(
            options=options, description="Families along the axis", rows=5
        )
        self.one.observe(lambda change: self.set_trait("value", (change["new"],)), "value")
        self.several.observe(lambda change: self.set_trait("value", change["new"]), "value")

    def show(self, names: tuple[str, ...], along: bool) -> None:
        """Show the names in the menu, or in the list where they are `along` an axis."""
        if along:
            self.several.value = names
        else:
            self.one.value = names[0]
        self.children = [self.several if along else self.one]
        self.value = names


@dataclass(frozen=True, kw_only=True)
class Values(Numbers):
    """Numbers between commas, each from `low` to `high`, whole ones where these are whole."""

    low: float
    high: float

    def check(self, name: str, value: Any, state: Any) -> tuple[float, ...]:
        """Return the numbers, also those of a text, within the bounds."""
        values = self.read(name, value) if isinstance(value, str) else tuple(value)
        for one in values:
            if not self.low <= one <= self.high:
                raise ValueError(f"expected {name} from {self.low} to {self.high}; got {one}")
        return values

    def read(self, key: str, text: str) -> tuple[float, ...]:
        """Return the numbers of a text such as `1, 2,5`."""
        values = super().read(key, text)
        if not isinstance(self.low, int):
            return tuple(map(float, values))
        for one in values:
            if one != one // 1:
                raise ValueError(f"expected whole numbers of {key}; got {one}")
        return tuple(map(int, values))

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Write the numbers into the text box."""
        widget.value = ", ".join(f"{one:g}" for one in value)


@dataclass(frozen=True, kw_only=True)
class Names(Listed):
    """Names, without a check: an estimator may be a folder with a model."""

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Choose the names, with those that only a link has."""
        widget.options = labelled(value)
        widget.value = value


@dataclass(frozen=True, kw_only=True)
class Families(Names):
    """The families of a map."""

    make: Callable[[], widgets.Widget] | None = FamilyMenu

    def show(self, widget: Any, value: Any, state: Any) -> None:
        """Show the names in the menu or in the list."""
        widget.show(value, "family" in (state.across, state.down))


def _axis(label: str, default: str) -> Any:
    return choice(label, default, {axis: label.capitalize() for axis, label in AXES.items()})


def _values(axis: str, low: float, high: float, default: tuple[float, ...] | None = None) -> Any:
    text = partial(widgets.Text, description=AXES[axis].capitalize(), continuous_update=False)
    return setting(
        REST[axis] if default is None else default, Values(make=text, low=low, high=high)
    )


@dataclass(frozen=True, kw_only=True)
class Cell(Setting):
    """The place of a cell, its column and its row from 1, as `2,3`; empty for none."""

    def check(self, name: str, value: Any, state: Any) -> str:
        """Return the place of a cell."""
        if value and not re.fullmatch(r"[1-9]\d?,[1-9]\d?", value):
            raise ValueError(f"expected {name} as column,row such as 2,3; got {value!r}")
        return str(value)


@dataclass(frozen=True)
class FailureState(Settings):
    """The maps: two axes, the values along them, and the value of everything else.

    Raises:
        ValueError: if an axis is unknown or there twice, another setting has several values, a
            value is out of bounds, or there are more than `MOST_CASES` cases.

    Example:
        >>> state = FailureState().with_(across="dim")
        >>> state.across, state.grid.dim, state.grid.flow
        ('dim', (1, 2, 3, 5, 8, 12), (0.0,))
        >>> FailureState.from_query(state.to_query()) == state
        True
    """

    across: str = _axis("Columns of the map", "flow")
    down: str = _axis("Rows of the map", "information")
    n_samples: tuple[int, ...] = _values("n_samples", MINIMUM_ROWS, 5_000, REST["n_samples"])
    dim: tuple[int, ...] = _values("dim", 1, 50, REST["dim"])
    information: tuple[float, ...] = _values("information", 0.0, 20.0, STOPS["information"])
    df: tuple[float, ...] = _values("df", 0.5, 100.0, REST["df"])
    flow: tuple[float, ...] = _values("flow", 0.0, 1.0, STOPS["flow"])
    family: tuple[str, ...] = setting(REST["family"], Families())
    estimators: tuple[str, ...] = setting(
        Grid().estimators,
        Names(make=partial(widgets.SelectMultiple, description="Estimators", rows=5)),
    )
    replicates: int = whole("Datasets of each case", 8, 1, 64)
    seed: int = seed("Seed of all datasets")
    cell: str = setting("", Cell(resets_with=("across", "down", *AXES)))

    def __post_init__(self) -> None:
        super().__post_init__()
        check_name("down", self.down, [axis for axis in AXES if axis != self.across])
        grid = self.grid
        for axis in set(grid.varied) - {self.across, self.down}:
            raise ValueError(
                f"expected one value of {axis}, which is on neither axis; got {getattr(grid, axis)}"
            )
        if len(grid.cases) > MOST_CASES:
            raise ValueError(
                f"expected at most {MOST_CASES} cases; got {len(grid.cases)}: "
                "use the command line for larger sweeps"
            )

    @property
    def grid(self) -> Grid:
        """The grid of the sweep."""
        return Grid(**{name: getattr(self, name) for name in VALUES})

    @property
    def along(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The values along both axes, `(None,)` for the usual one."""
        return getattr(self, self.across) or (None,), getattr(self, self.down) or (None,)

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The place of the cell that is shown in full, from 0; None for the one of most bias.

        Raises:
            ValueError: if the maps have no such cell.
        """
        if not self.cell:
            return None
        across, down = (int(part) - 1 for part in self.cell.split(","))
        columns, rows = map(len, self.along)
        if not (0 <= across < columns and 0 <= down < rows):
            raise ValueError(f"expected a cell from 1,1 to {columns},{rows}; got {self.cell}")
        return across, down

    def with_(self, **changes: Any) -> Self:
        """Return the state with other values; a new axis gets several, the one before it one."""
        state = self
        for side in ("across", "down"):
            if side in changes:
                axis = changes.pop(side)
                check_name(side, axis, AXES)
                state = state._with_axis(side, axis)
        return super(FailureState, state).with_(**changes)

    def _with_axis(self, side: str, axis: str) -> Self:
        if axis != getattr(self, side) and axis in (self.across, self.down):
            return replace(self, across=self.down, down=self.across, cell="")
        changes: dict[str, Any] = {getattr(self, side): REST[getattr(self, side)], side: axis}
        changes["cell"] = ""
        changes[axis] = STOPS[axis]
        family = changes.get("family", self.family)
        tailed = "df" in {p.name for p in FAMILIES[family[0]].parameters[1:]}
        if changes.get("df", self.df) and not tailed and len(family) == 1:
            changes["family"] = (TAILED,)
        return replace(self, **changes)
