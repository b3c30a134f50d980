"""Settings: fields of a dataclass that make links, messages and controls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.benchmarks import ResultsState
from mist_explore.explorer.differentiable import GradientState
from mist_explore.explorer.estimate import EstimateState
from mist_explore.explorer.failure_modes import SearchState
from mist_explore.explorer.flows import FlowsState
from mist_explore.explorer.home import HomeState
from mist_explore.explorer.inside_an_estimator import EstimatorsState
from mist_explore.explorer.intervals import IntervalsState
from mist_explore.explorer.joint_tables import JointTableState
from mist_explore.explorer.lesson import LessonState
from mist_explore.explorer.mutual_information import InformationState
from mist_explore.explorer.sample_size import SampleSizeState
from mist_explore.explorer.settings import (
    Settings,
    choice,
    family_strength,
    hidden,
    ranged,
    seed,
    several,
    slider,
    stops,
    switch,
)
from mist_explore.explorer.settings_controls import SettingsControls
from mist_explore.explorer.train import CriticState, TrainingState
from tests.explorer.states import states


@dataclass(frozen=True)
class EveryKind(Settings):
    """A setting of each kind."""

    prefix = "try_"

    family: str = choice("Family", "path", lambda: {n: f.label for n, f in FAMILIES.items()})
    strength: float = family_strength(FAMILIES["path"].parameters[0].default)
    noise: float = slider("Noise", 0.5, 0.0, 2.0, step=0.05, readout=".0%")
    n_samples: int = stops("Rows", 100, (10, 100, 1_000), key="n")
    columns: tuple[int, int] = ranged("Columns", (1, 3), 1, 16)
    rows: tuple[int, int] = ranged("Rows", (20, 50), 10, 100, stops=(10, 20, 50, 100))
    maps: tuple[str, ...] = several("Maps", ("flow",), {"base": "none", "flow": "a flow"})
    checked: bool = switch("Checked")
    moves: int = hidden(0, -30, 30, resets_with=("noise", "seed"))
    seed: int = seed("Seed")


PAGES = (
    EveryKind,
    EstimateState,
    EstimatorsState,
    JointTableState,
    SearchState,
    FlowsState,
    GradientState,
    InformationState,
    HomeState,
    LessonState,
    ResultsState,
    CriticState,
    TrainingState,
    IntervalsState,
    SampleSizeState,
)


@pytest.mark.parametrize("kind", PAGES)
@given(data=st.data())
def test_a_link_brings_a_state_back(kind: type[Settings], data: st.DataObject) -> None:
    state = data.draw(states(kind))
    assert kind.from_query(f"?{state.to_query()}") == state


@pytest.mark.parametrize("kind", PAGES)
def test_controls_show_any_state_after_any_without_asking_for_another(
    kind: type[Settings],
) -> None:
    controls, asked, failures = _controls(kind())

    @given(state=states(kind))
    def show(state: Settings) -> None:
        controls.show(state)
        assert (controls.state, asked, failures) == (state, [], [])
        for name, setting in kind.settings().items():
            if setting.make is not None:
                assert controls[name].value == getattr(state, name)

    show()


@pytest.mark.parametrize("kind", PAGES)
def test_a_default_state_is_the_one_of_an_empty_link(kind: type[Settings]) -> None:
    assert kind.from_query("") == kind()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("try_noise=2.5", "expected noise to be a number from 0.0 to 2.0; got 2.5"),
        ("try_noise=nan", "expected noise to be a number from 0.0 to 2.0; got nan"),
        ("try_noise=much", "expected try_noise to be a number; got 'much'"),
        ("try_n=3.5", "expected n_samples to be a whole number from 10 to 1000; got 3.5"),
        ("try_columns=5-3", "expected columns from low to high; got 5 to 3"),
        ("try_columns=0-3", "expected columns to be a whole number from 1 to 16; got 0"),
        ("try_maps=", "expected at least one of the maps; got none"),
        ("try_maps=flow,map", "expected maps among base, flow; got 'map'"),
        ("try_family=ring", f"expected family among {', '.join(FAMILIES)}; got 'ring'"),
        ("try_strength=99", f"expected {FAMILIES['path'].parameters[0].name} to be a number"),
        ("n=50", "expected names among try_family, try_strength, try_noise, try_n, try_columns"),
    ],
)
def test_a_message_has_the_expected_and_the_given_value(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        EveryKind.from_query(query)


def test_links_are_short_and_readable() -> None:
    query = EveryKind(columns=(2, 5), maps=("flow", "base"), checked=True).to_query()
    assert "try_n=100&try_columns=2-5&" in query
    assert "&try_maps=base,flow&try_checked=1&" in query


def test_settings_that_depend_on_another_are_reset_with_it() -> None:
    state = EveryKind().with_(moves=7)
    assert state.with_(n_samples=50).moves == 7
    assert state.with_(noise=1.0).moves == state.next("seed").moves == 0
    assert state.with_(noise=1.0, moves=2).moves == 2
    usual = FAMILIES["clusters"].parameters[0].default
    assert EveryKind(strength=0.3).with_(family="clusters").strength == usual


def test_moved_controls_ask_for_the_next_state_and_reset_for_the_first() -> None:
    controls, asked, _ = _controls(EveryKind())
    controls["noise"].value = 1.0
    controls["family"].value = "clusters"
    controls["strength"].children[0].value = 2.0
    controls["maps"].value = ("base", "flow")
    controls.button("New sample", lambda state: state.next("seed"))
    controls.buttons["New sample"].click()
    assert asked[-1] == EveryKind(
        noise=1.0, family="clusters", strength=2.0, maps=("base", "flow"), seed=1
    )
    assert len(asked) == 5
    controls["maps"].value = ()
    controls.reset.click()
    assert asked[-1] == controls.state == EveryKind()


def test_a_refused_value_is_a_failure() -> None:
    controls, asked, failures = _controls(EveryKind())
    controls["maps"].value = ()
    assert [str(error) for error in failures] == ["expected at least one of the maps; got none"]
    assert asked == []


def test_what_no_row_places_is_folded_away_with_the_reset() -> None:
    controls, _, _ = _controls(EveryKind())
    row = controls.row("noise", "family")
    assert row.children == (controls["noise"], controls["family"])
    _, folded = controls.rest().children
    shown = [name for name in controls.widgets if name not in {"noise", "family"}]
    assert folded.children == (*(controls[name] for name in shown), controls.reset)
    assert "moves" not in controls.widgets


def _controls(
    state: Settings,
) -> tuple[SettingsControls[Any], list[Settings], list[Exception]]:
    asked: list[Settings] = []
    failures: list[Exception] = []
    return SettingsControls(state, asked.append, failures.append), asked, failures


def test_a_label_without_bounds_has_none() -> None:
    assert EveryKind.bounds("noise") == (0.0, 2.0)
    with pytest.raises(TypeError, match="expected a setting with bounds; got family, Choice"):
        EveryKind.bounds("family")


def test_widgets_have_labels() -> None:
    controls, _, _ = _controls(EveryKind())
    assert isinstance(controls["checked"], widgets.Checkbox)
    assert controls["n_samples"].description == "Rows"
