"""The state of the maps: two axes, what is tried along them, and where everything else rests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation import AXES, Grid
from mist_explore.explorer.query import SEEDS, check_name, number, read_query
from mist_explore.sample import MINIMUM_ROWS

__all__ = ["BOUNDS", "FIRST_SCREEN", "MOST_CASES", "FailureState", "values_in"]

BOUNDS: Mapping[str, tuple[float, float]] = {
    "n_samples": (MINIMUM_ROWS, 5_000),
    "dim": (1, 50),
    "information": (0.0, 20.0),
    "df": (0.5, 100.0),
    "flow": (0.0, 1.0),
    "replicates": (1, 64),
    "seed": SEEDS,
}
"""What the page computes while one waits; the library itself has no upper bounds."""

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
"""The values along an axis that is chosen anew."""

REST: Mapping[str, tuple[Any, ...]] = {
    "n_samples": (300,),
    "dim": (3,),
    "information": (1.0,),
    "df": (),
    "flow": (0.0,),
    "family": ("normal-2pair",),
}
"""Where an axis that is not chosen rests."""
TAILED = "student-2pair"
"""The family that takes the place of one without degrees of freedom, where these are an axis."""

FIRST_GRID = Grid(information=STOPS["information"], flow=STOPS["flow"])


@dataclass(frozen=True)
class FailureState:
    """All that decides what the maps show.

    Args:
        across: the axis of `AXES` along which columns of the map differ.
        down: the axis along which its rows differ.
        grid: what is tried; only the two axes have several values.

    Raises:
        ValueError: if an axis is unknown or taken twice, another has several values, a value is
            out of bounds, or there are more than `MOST_CASES` cases.

    Example:
        >>> state = FailureState().with_across("dim")
        >>> state.across, state.grid.dim, state.grid.flow
        ('dim', (1, 2, 3, 5, 8, 12), (0.0,))
        >>> FailureState.from_query(state.to_query()) == state
        True
    """

    across: str = "flow"
    down: str = "information"
    grid: Grid = FIRST_GRID

    def __post_init__(self) -> None:
        check_name("across", self.across, AXES)
        check_name("down", self.down, [axis for axis in AXES if axis != self.across])
        for axis in set(self.grid.varied) - {self.across, self.down}:
            raise ValueError(
                f"expected one value of {axis}, which is on neither axis; "
                f"got {getattr(self.grid, axis)}"
            )
        for name, (low, high) in BOUNDS.items():
            found = getattr(self.grid, name)
            for value in found if isinstance(found, tuple) else (found,):
                if not low <= value <= high:
                    raise ValueError(f"expected {name} from {low} to {high}; got {value}")
        if len(self.grid.cases) > MOST_CASES:
            raise ValueError(
                f"expected at most {MOST_CASES} cases; got {len(self.grid.cases)}: "
                "use the command line for larger sweeps"
            )

    def values(self, axis: str) -> tuple[Any, ...]:
        """What is tried along an axis."""
        values: tuple[Any, ...] = getattr(self.grid, axis)
        return values

    def with_across(self, axis: str) -> FailureState:
        """Another axis for the columns; the one before rests, or changes places with the rows."""
        if axis == self.down:
            return replace(self, across=self.down, down=self.across)
        return replace(self, across=axis, grid=self._moved(self.across, axis))

    def with_down(self, axis: str) -> FailureState:
        """Another axis for the rows; the one before rests, or changes places with the columns."""
        if axis == self.across:
            return self.with_across(self.down)
        return replace(self, down=axis, grid=self._moved(self.down, axis))

    def with_values(self, axis: str, text: str) -> FailureState:
        """Other values of an axis, separated by commas."""
        return replace(self, grid=replace(self.grid, **{axis: values_in(axis, text)}))

    def with_family(self, family: str) -> FailureState:
        """Another family, where it is no axis."""
        return replace(self, grid=replace(self.grid, family=(family,)))

    def with_families(self, families: tuple[str, ...]) -> FailureState:
        """Other families along their axis."""
        return replace(self, grid=replace(self.grid, family=families))

    def with_estimators(self, estimators: tuple[str, ...]) -> FailureState:
        """Other estimators."""
        return replace(self, grid=replace(self.grid, estimators=estimators))

    def with_replicates(self, replicates: int) -> FailureState:
        """Another number of datasets of each case."""
        return replace(self, grid=replace(self.grid, replicates=replicates))

    def with_seed(self, seed: int) -> FailureState:
        """Other datasets."""
        return replace(self, grid=replace(self.grid, seed=seed))

    def to_query(self) -> str:
        """The state as the query string of a link."""
        return urlencode({"across": self.across, "down": self.down, **self._texts()})

    @staticmethod
    def from_query(query: str) -> FailureState:
        """The state of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        texts = {**FIRST_SCREEN._texts(), "across": "", "down": ""}
        values = read_query(query, texts)
        check = {name: values[name] for name in ("across", "down") if name in values}
        for name, axis in check.items():
            check_name(name, axis, AXES)
        state = FIRST_SCREEN
        if "across" in check:
            state = state.with_across(check["across"])
        if "down" in check:
            state = state.with_down(check["down"])
        rest = values.keys() - check.keys()
        changes: Any = {name: values_in(name, values[name]) for name in rest}
        return replace(state, grid=replace(state.grid, **changes))

    def _texts(self) -> dict[str, str]:
        """What the grid holds as texts that `values_in` reads."""
        return {
            name: ",".join(map(str, found if isinstance(found, tuple) else [found]))
            for name in (*AXES, "estimators", "replicates", "seed")
            for found in [getattr(self.grid, name)]
        }

    def _moved(self, left: str, taken: str) -> Grid:
        """The grid with one axis at rest and another one spread out."""
        changes: Any = {left: REST[left], taken: STOPS[taken]}
        grid = replace(self.grid, **changes)
        tailed = "df" in {p.name for p in FAMILIES[grid.family[0]].parameters[1:]}
        if grid.df and not tailed and len(grid.family) == 1:
            return replace(grid, family=(TAILED,))
        return grid


def values_in(name: str, text: str) -> Any:
    """What a text says about a field of a grid.

    Raises:
        ValueError: if it is no number where one is expected.

    Example:
        >>> values_in("dim", "1, 2,5"), values_in("family", "path"), values_in("seed", "3")
        ((1, 2, 5), ('path',), 3)
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if name in ("family", "estimators"):
        return tuple(parts)
    numbers = tuple(number(name, part) for part in parts)
    if name not in ("replicates", "seed"):
        return _whole(name, numbers) if name in ("n_samples", "dim") else tuple(map(float, numbers))
    if len(numbers) != 1:
        raise ValueError(f"expected one value of {name}; got {text!r}")
    return _whole(name, numbers)[0]


def _whole(name: str, numbers: tuple[float, ...]) -> tuple[int, ...]:
    for value in numbers:
        if value != value // 1:
            raise ValueError(f"expected whole numbers of {name}; got {value}")
    return tuple(map(int, numbers))


FIRST_SCREEN = FailureState()
"""What the page shows before anything is chosen."""
