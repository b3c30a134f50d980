"""The settings of the estimate page, and the cases that it offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, product
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.baselines import baselines
from mist_explore.explorer.controls import CheckBoxes
from mist_explore.explorer.kinds import Numbers, Options, Setting, Several
from mist_explore.explorer.parameters import ParameterSliders
from mist_explore.explorer.query import check_name, number
from mist_explore.explorer.settings import (
    Settings,
    choice,
    family,
    seed,
    setting,
    slider,
    stops,
    switch,
    units,
    whole,
)
from mist_explore.plots import mark_of
from mist_explore.sample import MINIMUM_ROWS
from mist_explore.transforms import TRANSFORMS

__all__ = ["PRESETS", "Baselines", "EstimateState", "Parameters", "Preset", "Seeds"]

ROWS = (
    *(MINIMUM_ROWS, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 125, 150, 200, 250, 300, 400, 500),
    *(600, 800, 1_000, 1_250, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000),
)

Values = tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True)
class Parameters(Setting):
    """The parameters of `state.family` as (name, value), with defaults for those left out."""

    make: Callable[[], widgets.Widget] | None = ParameterSliders
    resets_with: tuple[str, ...] = ("family",)

    def check(self, name: str, value: Any, state: Any) -> Values:
        """Return all parameters in the order of the family."""
        family = FAMILIES[state.family]
        parameters = {p.name: p for p in family.parameters}
        given = family.renamed(dict(value))
        unknown = sorted(set(given) - set(parameters))
        if unknown:
            raise ValueError(
                f"expected parameters of {family.name} among {', '.join(parameters)}; "
                f"got {', '.join(unknown)}"
            )
        return tuple(
            (name, float(p.checked(given.get(name, p.default)))) for name, p in parameters.items()
        )

    def usual(self, default: Any, changes: Mapping[str, Any]) -> Values:
        """Return no parameters: `check` adds the defaults of the new family."""
        return ()

    def write(self, value: Values) -> str:
        """Return nothing: `EstimateState.to_query` gives each parameter a key."""
        return ""

    def show(self, widget: Any, value: Values, state: Any) -> None:
        """Show a slider for each parameter."""
        widget.show(FAMILIES[state.family].parameters, value)


@dataclass(frozen=True, kw_only=True)
class Baselines(Several):
    """Any number of estimators beside the network and the Gaussian copula."""

    make: Callable[[], widgets.Widget] | None = CheckBoxes
    of: Options = lambda: {name: mark_of(name).label for name in baselines()}

    def check(self, name: str, value: Any, state: Any) -> tuple[str, ...]:
        """Return known names in the order of the options."""
        return super().check(self.key or name, value, state) if value else ()

    def show(self, widget: Any, value: tuple[str, ...], state: Any) -> None:
        """Check the boxes of the names."""
        widget.show(self.options, value)


@dataclass(frozen=True, kw_only=True)
class Seeds(Numbers):
    """Any number of seeds."""

    def check(self, name: str, value: Any, state: Any) -> tuple[int, ...]:
        """Return the seeds, within the bounds of a seed."""
        one = type(state).settings()["seed"]
        return tuple(one.check(name, seed, state) for seed in value)


DISTRIBUTION = (
    *("family", "parameters", "n_samples", "dim_x", "dim_y"),
    *("transform", "transform_strength"),
)
"""Settings whose samples belong together."""


@dataclass(frozen=True)
class EstimateState(Settings):
    """A distribution, a sample of it, and the estimates that are shown.

    The parameters of the family stand in a link under their names. The first screen shows
    dependence that correlation does not see.

    Example:
        >>> state = EstimateState().with_(dim_x=4, family="normal-dense")
        >>> EstimateState.from_query(state.to_query()) == state
        True
    """

    family: str = family("student-dense")
    parameters: tuple[tuple[str, float], ...] = setting(
        (("correlation", 0.3), ("df", 2.0)), Parameters()
    )
    n_samples: int = stops("Rows in the sample", 300, ROWS, key="n")
    dim_x: int = slider("Columns of X and of Y", 3, 1, 50)
    dim_y: int = whole("Columns of Y alone", 3, 1, 50)
    transform: str = choice(
        "Transform of X and of Y",
        "wigglify",
        {name: transform.label for name, transform in TRANSFORMS.items()},
    )
    transform_seed: int = seed("Seed of a random transform")
    transform_strength: float = slider("Strength of a random flow", 1.0, 0.0, 1.0)
    seed: int = seed("Seed of the sample")
    baselines: tuple[str, ...] = setting(("ksg",), Baselines(key="peers"))
    intervals: bool = switch("Intervals from resampling, for those that give one value")
    level: float = slider("Level of the interval", 0.9, 0.5, 0.99, readout=".0%")
    units: str = units()
    datasets: tuple[int, ...] = setting((), Seeds(resets_with=DISTRIBUTION))
    """Seeds of samples to step through, such as those of a cell of a failure map."""

    @property
    def experiment(self) -> EstimateState:
        """This state without the settings that only select which estimates are shown."""
        first = EstimateState()
        return self.with_(
            baselines=(), intervals=False, level=first.level, units=first.units, datasets=()
        )

    def with_(self, **changes: Any) -> Self:
        """Return the state with other values.

        Y gets as many columns as X unless given too; a transform gets columns that it fits unless
        they are given too.
        """
        if "dim_x" in changes:
            changes.setdefault("dim_y", changes["dim_x"])
        elif "transform" in changes and "dim_y" not in changes:
            check_name("transform", changes["transform"], TRANSFORMS)
            dims = _fitting(changes["transform"], self.dim_x, self.dim_y)
            changes["dim_x"], changes["dim_y"] = dims
        return super().with_(**changes)

    def to_query(self) -> str:
        """Return the state as the query string of a link, each parameter under its name."""
        parameters = "".join(f"{urlencode([pair])}&" for pair in self.parameters)
        query = super().to_query().replace("parameters=&", parameters, 1)
        return query.removesuffix("&datasets=")

    @classmethod
    def from_query(cls, query: str) -> Self:
        """Return the state of a query string, with defaults for all that it leaves out.

        Raises:
            ValueError: if it has an unknown key, or a value that is unreadable or out of bounds.
        """
        keys = {one.key or name for name, one in cls.settings().items()} - {"parameters"}
        texts = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
        texts.setdefault("dim_y", str(cls().dim_y))  # a link with `dim_x` alone leaves it
        given = {key: number(key, text) for key, text in texts.items() if key not in keys}
        state = super().from_query(urlencode([pair for pair in texts.items() if pair[0] in keys]))
        parameters = (*state.parameters, *given.items())
        return state.with_(parameters=parameters, datasets=state.datasets)


def _fitting(transform: str, dim_x: int, dim_y: int) -> tuple[int, int]:
    """Return the numbers of columns, or else near ones that a transform fits."""
    low, high = map(int, EstimateState.bounds("dim_x"))
    xs, ys = (sorted(range(low, high + 1), key=lambda d: abs(d - dim)) for dim in (dim_x, dim_y))
    near = chain(product(xs, [dim_y]), product([dim_x], ys), product(xs, ys))
    return next(dims for dims in near if TRANSFORMS[transform].fits(*dims))


@dataclass(frozen=True)
class Preset:
    """A case that breaks estimators.

    Args:
        label: its name for people.
        claim: the point of the case, in words, which holds for any seed of the sample.
        query: the state of the page, as the query string of a link.
    """

    label: str
    claim: str
    query: str

    @cached_property
    def state(self) -> EstimateState:
        """The state of the page."""
        return EstimateState.from_query(self.query)


PRESETS: Mapping[str, Preset] = {
    "tails": Preset(
        "Dependence in the tails",
        "Columns without any correlation that grow large together: the Gaussian copula sees less "
        "than a third of it, with any number of rows.",
        "family=student-identity&df=1&n=1000&transform=base&peers=gaussian,ksg",
    ),
    "spiral": Preset(
        "Columns bent together",
        "A spiral mixes the columns of X and of Y and loses nothing, but the Gaussian copula sees "
        "less than two thirds of it, and more rows do not help.",
        "family=normal-2pair&strength=2&n=1000&transform=spiral",
    ),
    "strong": Preset(
        "Very strong dependence",
        "With k neighbours among n rows the KSG estimator cannot give much more than ln n: it "
        "misses more than a third of what is there.",
        "family=normal-2pair&strength=10&n=100&transform=base",
    ),
    "many-columns": Preset(
        "One pair among many columns",
        "One strongly dependent pair hides among twenty columns of X and of Y: the nearest "
        "neighbours of KSG no longer see it, and its estimate is less than half the value.",
        "family=normal-sparse&strength=2.5&n_pairs=1&n=500&dim_x=20&dim_y=20&transform=base",
    ),
    "unsure": Preset(
        "Hardly any data",
        "Eight rows can mean nearly anything: an honest interval is wider than the value itself, "
        "and estimators of a single value do not even show it.",
        "family=normal-dense&correlation=0.5&n=8&dim_x=2&dim_y=2&transform=base",
    ),
    "categories": Preset(
        "Categories written as numbers",
        "The order of such numbers means nothing: the Gaussian copula takes them for a scale and "
        "sees less than half, and the many ties leave KSG with nothing at all. Counting the pairs "
        "works.",
        "family=tables&strength=2.5&structure_seed=3&n=1000&dim_x=1&dim_y=1"
        "&transform=base&peers=ksg,mixed-ksg,histogram",
    ),
    "outside": Preset(
        "Far from the training data",
        "Five rows of fifty columns per variable lie outside of what the network was trained on. "
        "It answers all the same, and the page gives reasons why the number may be wrong.",
        "family=normal-dense&correlation=0.1&n=5&dim_x=50&dim_y=50&transform=base&peers=",
    ),
}
"""The cases by name, in the order in which the page offers them."""
