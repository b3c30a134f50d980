"""The state of the estimate page: one frozen value, pure updates, and a query string."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mist_explore.distributions import FAMILIES
from mist_explore.estimate import NATS_PER_UNIT
from mist_explore.explorer.peers import peers
from mist_explore.explorer.query import SEEDS, check_bounds, check_name, next_seed, number
from mist_explore.sample import MINIMUM_ROWS
from mist_explore.transforms import TRANSFORMS

__all__ = ["BOUNDS", "FIRST_SCREEN", "LEVEL_BOUNDS", "EstimateState"]

BOUNDS: Mapping[str, tuple[int, int]] = {
    "n_samples": (MINIMUM_ROWS, 5_000),
    "dim_x": (1, 50),
    "dim_y": (1, 50),
    "seed": SEEDS,
    "transform_seed": SEEDS,
}
"""What the page computes while one waits; the library itself has no upper bounds."""

LEVEL_BOUNDS = (0.5, 0.99)


@dataclass(frozen=True)
class EstimateState:
    """All that decides what the estimate page shows.

    Args:
        family: a name in `FAMILIES`.
        parameters: (name, value) of the family's parameters; those left out take their
            defaults, and all are kept in the family's order.
        n_samples: rows to draw.
        dim_x: columns of X.
        dim_y: columns of Y.
        transform: a name in `TRANSFORMS`.
        transform_seed: what a random transform is drawn from.
        transform_strength: how far a random flow bends, from 0 to 1.
        seed: what the sample is drawn from.
        peers: names of estimators that stand beside the network and the Gaussian copula.
        intervals: whether estimators of one value get an interval from resampling.
        level: the level of the interval.
        units: `"nats"` or `"bits"`.

    Raises:
        ValueError: if a name is unknown or a value is out of bounds.

    Example:
        >>> state = EstimateState().with_dims(4).with_family("normal-dense")
        >>> EstimateState.from_query(state.to_query()) == state
        True
    """

    family: str = "student-dense"
    parameters: tuple[tuple[str, float], ...] = ()
    n_samples: int = 300
    dim_x: int = 3
    dim_y: int = 3
    transform: str = "wigglify"
    transform_seed: int = 0
    transform_strength: float = 1.0
    seed: int = 0
    peers: tuple[str, ...] = ()
    intervals: bool = False
    level: float = 0.9
    units: str = "nats"

    def __post_init__(self) -> None:
        check_name("family", self.family, FAMILIES)
        check_name("transform", self.transform, TRANSFORMS)
        check_name("units", self.units, NATS_PER_UNIT)
        check_bounds(self, BOUNDS)
        check_bounds(self, {"transform_strength": (0.0, 1.0), "level": LEVEL_BOUNDS})
        object.__setattr__(self, "peers", tuple(sorted(set(self.peers), key=_place)))
        object.__setattr__(self, "parameters", _completed(self.family, dict(self.parameters)))

    @property
    def experiment(self) -> EstimateState:
        """This state without what only decides which estimates of its sample are shown."""
        default = EstimateState()
        return replace(
            self,
            peers=default.peers,
            intervals=default.intervals,
            level=default.level,
            units=default.units,
        )

    def with_family(self, family: str) -> EstimateState:
        """Another family, with its default parameters."""
        return replace(self, family=family, parameters=())

    def with_parameter(self, name: str, value: float) -> EstimateState:
        """Another value of one parameter of the family."""
        return replace(self, parameters=(*self.parameters, (name, value)))

    def with_n_samples(self, n_samples: int) -> EstimateState:
        """Another number of rows."""
        return replace(self, n_samples=n_samples)

    def with_dims(self, dim: int) -> EstimateState:
        """The same number of columns on both sides."""
        return replace(self, dim_x=dim, dim_y=dim)

    def with_dim_y(self, dim_y: int) -> EstimateState:
        """Another number of columns of Y alone."""
        return replace(self, dim_y=dim_y)

    def with_transform(self, transform: str) -> EstimateState:
        """Another transform."""
        return replace(self, transform=transform)

    def with_transform_seed(self, transform_seed: int) -> EstimateState:
        """Another draw of a random transform."""
        return replace(self, transform_seed=transform_seed)

    def with_transform_strength(self, transform_strength: float) -> EstimateState:
        """Another strength of a random flow."""
        return replace(self, transform_strength=transform_strength)

    def with_seed(self, seed: int) -> EstimateState:
        """The sample of another seed."""
        return replace(self, seed=seed)

    def with_new_sample(self) -> EstimateState:
        """The sample of the next seed."""
        return self.with_seed(next_seed(self.seed))

    def with_peers(self, peers: Iterable[str]) -> EstimateState:
        """Other estimators beside the network and the Gaussian copula."""
        return replace(self, peers=tuple(peers))

    def with_intervals(self, intervals: bool) -> EstimateState:
        """With intervals from resampling, or without."""
        return replace(self, intervals=intervals)

    def with_level(self, level: float) -> EstimateState:
        """Another level of the interval."""
        return replace(self, level=level)

    def with_units(self, units: str) -> EstimateState:
        """Other units."""
        return replace(self, units=units)

    def to_query(self) -> str:
        """The state as the query string of a link."""
        return urlencode(
            {
                "family": self.family,
                **dict(self.parameters),
                "n": self.n_samples,
                "dim_x": self.dim_x,
                "dim_y": self.dim_y,
                "transform": self.transform,
                "transform_seed": self.transform_seed,
                "transform_strength": self.transform_strength,
                "seed": self.seed,
                "peers": ",".join(self.peers),
                "intervals": int(self.intervals),
                "level": self.level,
                "units": self.units,
            }
        )

    @staticmethod
    def from_query(query: str) -> EstimateState:
        """The state of a query string; what it leaves out is as on the first screen.

        Raises:
            ValueError: if it holds an unknown name or a value that cannot be read.
        """
        values = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
        state = FIRST_SCREEN
        if "family" in values:
            state = state.with_family(values.pop("family"))
        fields: dict[str, Any] = {}
        for name in ("transform", "units"):
            if name in values:
                fields[name] = values.pop(name)
        if "peers" in values:
            fields["peers"] = tuple(name for name in values.pop("peers").split(",") if name)
        if "intervals" in values:
            fields["intervals"] = bool(number("intervals", values.pop("intervals")))
        if "n" in values:
            fields["n_samples"] = number("n", values.pop("n"))
        for name in ("dim_x", "dim_y", "transform_seed", "transform_strength", "seed", "level"):
            if name in values:
                fields[name] = number(name, values.pop(name))
        # What is left are parameters of the family, or unknown.
        given = tuple((name, number(name, text)) for name, text in values.items())
        return replace(state, parameters=(*state.parameters, *given), **fields)


def _completed(family: str, given: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    parameters = {p.name: p for p in FAMILIES[family].parameters}
    unknown = sorted(set(given) - set(parameters))
    if unknown:
        raise ValueError(
            f"expected parameters of {family} among {', '.join(parameters)}; "
            f"got {', '.join(unknown)}"
        )
    return tuple(
        (name, float(p.checked(given.get(name, p.default)))) for name, p in parameters.items()
    )


def _place(peer: str) -> int:
    known = peers()
    if peer not in known:
        raise ValueError(f"expected peers among {', '.join(known)}; got {peer!r}")
    return known.index(peer)


FIRST_SCREEN = EstimateState(parameters=(("correlation", 0.3), ("df", 2.0)), peers=("ksg",))
"""What the page shows before anything is chosen: dependence that correlation does not see."""
