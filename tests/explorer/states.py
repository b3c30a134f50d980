"""States of any page, drawn from the fields of its settings."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.differentiable.settings import FEATURES, FeatureCount
from mist_explore.explorer.estimate.settings import Baselines, Parameters, Seeds
from mist_explore.explorer.failure_modes.search.settings import AnyEstimator
from mist_explore.explorer.joint_tables.settings import MOST_PARTS, SIZES, Cells
from mist_explore.explorer.kinds import (
    Choice,
    FamilyStrength,
    Number,
    Range,
    Setting,
    Several,
    Switch,
)
from mist_explore.explorer.lesson.settings import Guesses
from mist_explore.explorer.query import SEEDS
from mist_explore.explorer.settings import Settings

State = TypeVar("State", bound=Settings)


@st.composite
def states(draw: st.DrawFn, kind: type[State]) -> State:
    """Draw a state with any values that its settings allow."""
    values: dict[str, Any] = {}
    for name, setting in kind.settings().items():
        values[name] = draw(_values(setting, values))
    return kind(**values)


@st.composite
def tables(draw: st.DrawFn, most: int) -> tuple[tuple[int, ...], ...]:
    """Draw a table of whole numbers, not all 0, of any size that the page of tables allows."""
    rows, columns = draw(st.integers(*SIZES)), draw(st.integers(*SIZES))
    row = st.tuples(*[st.integers(0, most)] * columns)
    return draw(st.tuples(*[row] * rows).filter(lambda table: any(map(any, table))))


def _values(setting: Setting, before: dict[str, Any]) -> st.SearchStrategy[Any]:
    match setting:
        case FamilyStrength():
            strength = FAMILIES[before["family"]].parameters[0]
            return st.floats(strength.low, strength.high)
        case Range(low=low, high=high):
            return st.tuples(_numbers(low, high), _numbers(low, high)).map(
                lambda ends: (min(ends), max(ends))
            )
        case FeatureCount():
            return st.integers(1, FEATURES[before["table"]])
        case Number(low=low, high=high):
            return _numbers(low, high)
        case AnyEstimator():
            return st.sampled_from(["ksg", "mine", "a-folder"])
        case Parameters():
            return st.fixed_dictionaries(
                {},
                optional={
                    p.name: _numbers(int(p.low) if p.integer else float(p.low), p.high)
                    for p in FAMILIES[before["family"]].parameters
                },
            ).map(lambda values: tuple(values.items()))
        case Baselines(options=options):
            return st.sets(st.sampled_from(list(options))).map(tuple)
        case Several(options=options):
            return st.sets(st.sampled_from(list(options)), min_size=1).map(tuple)
        case Choice(options=options):
            return st.sampled_from(list(options))
        case Switch():
            return st.booleans()
        case Seeds():
            return st.lists(_numbers(*SEEDS), max_size=8).map(tuple)
        case Cells():
            return tables(MOST_PARTS)
        case Guesses():
            return st.lists(st.integers(0, 9), max_size=6).map(tuple)
        case Setting() if type(setting) is Setting:
            return st.text(st.characters(codec="utf-8"), max_size=20)
    raise TypeError(f"expected a known kind of setting; got {type(setting).__name__}")


def _numbers(low: float, high: float) -> st.SearchStrategy[Any]:
    if isinstance(low, int):
        return st.integers(low, int(high))
    return st.floats(low, high)
