"""The page of failure modes without a browser: states, maps, and buttons pressed by hand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.cli import main
from mist_explore.evaluation import AXES, Case, Search, Sweep, Trial, WorstCase, sweep
from mist_explore.explorer.estimate import EstimateState, result
from mist_explore.explorer.estimate.views import datasets_html
from mist_explore.explorer.failure_modes import FailurePage, FailureState, SearchState
from mist_explore.explorer.failure_modes.compute import (
    TABS,
    as_command,
    as_python,
    estimate_state,
    maps,
    recorded_maps,
)
from mist_explore.explorer.failure_modes.search.compute import as_python as search_as_python
from mist_explore.explorer.failure_modes.search.compute import find, recorded_search
from mist_explore.explorer.failure_modes.search.views import search_figure, search_insight
from mist_explore.explorer.failure_modes.settings import STOPS
from mist_explore.explorer.failure_modes.views import (
    bias_html,
    cell_html,
    chosen_case,
    coverage_html,
    insights,
)
from mist_explore.explorer.recorded import is_stale
from mist_explore.plots import mark_of
from mist_explore.progress import Cancellation, finished

SMALL = FailureState(
    across="n_samples",
    down="dim",
    n_samples=(20, 40),
    dim=(1, 2),
    information=(),
    flow=(0.0,),
    estimators=("ksg", "mist-qr"),
    replicates=2,
)
QUICK = SearchState(budget=10, replicates=1, fresh=8, n_samples=(20, 40), dim=(1, 2))
PATIENCE = 120.0
FIRST = FailureState()


@pytest.fixture(scope="module")
def small() -> Sweep:
    return finished(maps(SMALL, Cancellation())).sweep


@pytest.fixture
def page() -> Iterator[FailurePage]:
    made = FailurePage()
    yield made
    made.job.stop()
    made.search.job.stop()
    assert made.join(PATIENCE)


# State


@st.composite
def states(draw: st.DrawFn) -> FailureState:
    across, down = draw(st.permutations(sorted(AXES)))[:2]
    state = FIRST.with_(across=across, down=down)
    names = ("ksg", "mist-qr", "gaussian-copula")
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
    return state.with_(
        estimators=tuple(chosen),
        seed=draw(st.integers(0, 2**31 - 1)),
        information=(draw(st.floats(0, 20)),),
    )


@given(states())
def test_a_state_survives_its_link(state: FailureState) -> None:
    assert FailureState.from_query(state.to_query()) == state
    assert FailureState.from_query(f"?{state.to_query()}") == state


def test_an_empty_link_is_the_first_screen() -> None:
    assert FailureState.from_query("") == FIRST
    assert FailureState.from_query("seed=3") == FIRST.with_(seed=3)
    assert FailureState.from_query("across=dim").grid.dim == STOPS["dim"]


@pytest.mark.parametrize("axis", AXES)
def test_only_the_axes_have_several_values(axis: str) -> None:
    for moved in (FIRST.with_(across=axis), FIRST.with_(down=axis)):
        assert set(moved.grid.varied) == {moved.across, moved.down}
    across, down = FIRST.across, FIRST.down
    assert FIRST.with_(across=down).grid == FIRST.grid
    assert FIRST.with_(down=across).down == across


def test_tail_weight_brings_a_family_that_has_tails() -> None:
    state = FIRST.with_(across="df")
    assert state.grid.family == ("student-2pair",)
    assert all(case.parameters for case in state.grid.cases if (case.information or 0) >= 1.0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("across=colour", "expected across among n_samples, dim"),
        ("across=dim&down=dim&dim=2", ""),
        ("dim=1,2,3", "expected one value of dim, which is on neither axis"),
        ("flow=0,2", "expected flow from 0.0 to 1.0; got 2"),
        ("n_samples=100000", "expected n_samples from 4 to 5000; got 100000"),
        ("n_samples=50.5", "expected whole numbers of n_samples; got 50.5"),
        ("information=lots", "expected information to be a number; got 'lots'"),
        ("estimators=", "expected at least one value of estimators"),
        ("seed=1,2", "expected seed to be a number; got '1,2'"),
        ("colour=red", "expected names among"),
        (
            "across=dim&dim=" + ",".join(map(str, range(1, 21))),
            "expected at most 100 cases; got 120",
        ),
    ],
)
def test_a_broken_link_states_what_is_wrong(query: str, message: str) -> None:
    if message:
        with pytest.raises(ValueError, match=re.escape(message)):
            FailureState.from_query(query)
    else:
        # Two axes of one name change places with what was there.
        assert FailureState.from_query(query).across != FailureState.from_query(query).down


# What is shipped


def test_the_shipped_sweep_is_the_first_screen_with_the_shipped_weights() -> None:
    found = recorded_maps()
    assert found.grid == FIRST.grid
    assert found.is_complete
    assert not is_stale(found.weights), "the network has changed: run `make grid`"
    assert is_stale({"mist-qr": "0"})


def test_the_first_screen_shows_failures() -> None:
    biases = [
        abs(summary.bias.value)
        for name in FIRST.grid.estimators
        for summary in recorded_maps().summaries(name).values()
        if summary.bias
    ]
    assert max(biases) > 0.5
    assert min(biases) < 0.05


def test_a_shipped_trial_is_what_is_computed_today() -> None:
    found = recorded_maps()
    case = found.grid.cases[0]
    fresh = sweep(replace(found.grid, information=(0.0,), flow=(0.0,), replicates=1))
    before = [t for t in found.trials if (t.case, t.replicate) == (case, 0)]
    for one, other in zip(fresh.trials, before, strict=True):
        assert (one.case, one.seed, one.estimator) == (other.case, other.seed, other.estimator)
        assert one.median == pytest.approx(other.median, abs=1e-4)


def test_the_shipped_search_is_the_first_one_and_survives_its_file() -> None:
    found = recorded_search()
    assert found.search == SearchState().search
    assert len(found.cases) == SearchState().budget
    assert len(found.fresh) == SearchState().fresh
    worst = found.worst
    assert worst is not None
    assert {trial.case for trial in found.fresh} == {worst.case}
    assert WorstCase.from_json(found.to_json()) == found


# Maps


def cells(html: str) -> list[str]:
    return [unescape(cell) for cell in re.findall(r"<td class=[^>]*>(.*?)</td>", html)]


def maps_html(state: FailureState, found: Sweep) -> str:
    return bias_html(state, found) + coverage_html(state, found)


def drawn(page: FailurePage) -> str:
    return str(page.biases.value + page.coverages.value)


def links(html: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', html)]


def test_a_cell_leads_to_exactly_its_datasets(small: Sweep) -> None:
    html = maps_html(SMALL, small)
    # Bias of both estimators, and the coverage of the one with intervals.
    assert len(cells(html)) == 3 * 4
    chosen = {FailureState.from_query(link.partition("?")[2]) for link in links(html)}
    assert {state.with_(cell="") for state in chosen} == {SMALL}
    assert len(chosen) == 4
    wanted = {t.seed: t for t in small.trials if t.estimator == "mist-qr"}
    shown = [link for state in chosen for link in links(cell_html(state, small))]
    # Two datasets of each of four cases, for two estimators.
    assert len(set(shown)) == len(wanted) == 8
    assert len(shown) == 16
    for link in set(shown):
        state = EstimateState.from_query(link.partition("?")[2])
        check_steps(state)
        trial = wanted[state.seed]
        assert (state.n_samples, state.dim_x) == (trial.case.n_samples, trial.case.dim)
        answer = result(state)
        learned = answer.estimates["mist-qr"]
        assert learned is not None
        assert answer.truth == trial.truth
        assert learned.median == pytest.approx(trial.median, abs=1e-6)
        assert learned.interval(0.9) == pytest.approx((trial.low, trial.high), abs=1e-6)


def check_steps(state: EstimateState) -> None:
    """Each other dataset of the cell is one link away, and further settings end the steps."""
    assert state.seed in state.datasets
    (other,) = links(datasets_html(state))
    stepped = EstimateState.from_query(other)
    assert {state.seed, stepped.seed} == set(state.datasets)
    assert stepped.with_(seed=state.seed) == state
    assert state.with_(n_samples=50).datasets == ()
    assert datasets_html(state.with_(n_samples=50)) == ""


def test_a_case_with_flows_is_the_same_on_the_estimate_page() -> None:
    case = Case("student-2pair", n_samples=50, dim=2, information=0.7, df=2, flow=0.4)
    shown = result(estimate_state(case, 11, ["ksg"]))
    rows = case.dataset(11)
    assert (shown.sample.x == rows.x).all()
    assert (shown.sample.y == rows.y).all()
    assert shown.truth == float(case.distribution(11).mutual_information)


def test_cells_show_the_bias_and_the_coverage(small: Sweep) -> None:
    html = maps_html(SMALL, small)
    shown = [re.sub("<[^>]*>", "", cell) for cell in cells(html)]
    # Columns differ in the number of rows, rows of the map in dimension.
    case = Case(n_samples=40, dim=1)
    bias = small.summaries("ksg")[case].bias
    assert bias is not None
    assert abs(float(shown[1].replace("−", "-")) - bias.value) < 0.006
    assert all(re.fullmatch(r"\d+%", text) for text in shown[8:])


def test_a_bias_within_noise_has_no_colour(small: Sweep) -> None:
    cell = r'<td class="([^"]*)" style="--share: (\d+)%" title="bias'
    found = re.findall(cell, maps_html(SMALL, small))
    biases = [s.bias for name in SMALL.estimators for s in small.summaries(name).values()]
    by_chance = [b is not None and abs(b.value) <= 2 * b.standard_error for b in biases]
    assert len(found) == len(biases)
    assert sum("mist-faint" in classes for classes, _ in found) == sum(by_chance)
    assert all(share == "0" for classes, share in found if "mist-faint" in classes)


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_is_recorded_with_the_shipped_weights(tab: str) -> None:
    state = TABS[tab].state
    found = recorded_maps(tab)
    assert (found.grid, found.is_complete) == (state.grid, True)
    assert not is_stale(found.weights), "the network has changed: run `make grid`"
    html = maps_html(state, found)
    assert len(cells(html)) == 4 * len(state.grid.cases)
    assert "mist-chosen" in html
    # An estimator fails on the case that is shown first, beyond chance.
    case = chosen_case(state, found)
    worst = [found.summaries(name)[case].bias for name in state.estimators if case]
    assert max(abs(b.value) - 3 * b.standard_error for b in worst if b) > 0.2


def test_a_cell_that_is_not_there_is_refused() -> None:
    assert SMALL.with_(cell="2,1").chosen == (1, 0)
    assert SMALL.with_(cell="2,1").with_(dim=(1, 2, 3)).cell == ""
    with pytest.raises(ValueError, match=r"expected a cell from 1,1 to 2,2; got 3,1"):
        _ = SMALL.with_(cell="3,1").chosen
    with pytest.raises(ValueError, match="expected cell as column,row such as 2,3; got 'x'"):
        SMALL.with_(cell="x")


def test_what_cannot_be_is_a_dash_with_its_reason() -> None:
    state = SMALL.with_(information=(9.0,))
    html = maps_html(state, sweep(replace(state.grid, replicates=1)))
    assert cells(html) == ["–"] * 8
    assert "expected a mutual information from 0" in unescape(html)
    assert links(html) == []


def test_a_map_is_drawn_while_it_fills() -> None:
    steps = maps(SMALL, cancellation := Cancellation())
    first = next(steps)
    texts = [re.sub("<[^>]*>", "", cell) for cell in cells(maps_html(SMALL, first.sweep))]
    assert sum(map(bool, texts)) == 3
    cancellation.set()
    rest = finished(steps)
    assert not rest.sweep.is_complete
    assert rest.progress is None


def test_insights_count_what_the_maps_show(small: Sweep) -> None:
    words = " ".join(insights(SMALL, small))
    off = {
        name: sum(abs(s.bias.value) > 0.1 for s in small.summaries(name).values() if s.bias)
        for name in SMALL.grid.estimators
    }
    counts = [f"{mark_of(name).short} in {off[name] or 'none'}" for name in off]
    assert all(count in words for count in counts)
    assert max(off.values()) == 0 or words.index(counts[0]) < words.index(counts[1])
    assert len(insights(SMALL, small)) == 3
    assert insights(SMALL, replace(small, trials=())) == ("No case is computed yet.",)
    biases = {
        name: max(abs(s.bias.value) for s in small.summaries(name).values() if s.bias)
        for name in SMALL.grid.estimators
    }
    worst = mark_of(max(biases, key=biases.__getitem__)).short
    assert words.startswith(f"{worst} has the largest bias: ")


# The search


def test_a_search_survives_its_link() -> None:
    assert SearchState.from_query(QUICK.to_query()) == QUICK
    assert SearchState.from_query("") == SearchState()
    assert (
        SearchState().to_query().startswith("find_estimator=mist-qr&find_measure=bias&find_family=")
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("find_budget=1e9", "expected budget to be a whole number from 10 to 400"),
        ("find_budget=12.5", "expected budget to be a whole number"),
        ("find_dim=1", "expected find_dim to be a number; got ''"),
        ("find_dim=5,2", "expected dim from low to high; got 5 to 2"),
        ("find_measure=luck", "expected measure among"),
        ("find_family=cauchy", "expected family among"),
        ("find_information=0,99", "expected information to be a number from 0.0 to 4.0; got 99"),
    ],
)
def test_a_broken_search_states_what_is_wrong(query: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        SearchState.from_query(query)


def test_a_finding_is_drawn_and_described() -> None:
    found = finished(find(QUICK.search, Cancellation())).found
    worst = found.worst
    assert worst is not None
    figure = search_figure(found)
    assert len(figure.data[0].x) == QUICK.budget
    assert list(figure.data[1].y) == sorted(figure.data[1].y)
    assert len(figure.data[2].x) == 1
    html = search_insight(found)
    (link,) = links(html)
    state = EstimateState.from_query(link.partition("?")[2])
    assert (result(state).sample.x == worst.case.dataset(found.fresh[0].seed).x).all()
    empty = search_figure(replace(found, cases=(), fresh=()))
    assert len(empty.data) == len(figure.data)
    assert "No case has been tried" in search_insight(replace(found, cases=(), fresh=()))
    large = replace(worst, case=replace(worst.case, n_samples=1_000_000))  # not in Estimate
    assert not links(search_insight(replace(found, cases=(large,))))


def test_a_cancelled_search_is_not_confirmed() -> None:
    steps = find(QUICK.search, cancellation := Cancellation())
    next(steps)
    cancellation.set()
    found = finished(steps).found
    assert found.confirmed is None
    assert "not confirmed" in search_insight(found)


# Taking it along


def test_the_command_and_the_python_are_the_same_sweep(
    small: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command = shlex.split(as_command(SMALL.grid).replace("\\\n", " "))
    assert main(command[1:]) == 0
    kept = Sweep.from_parquet(Path("sweep.parquet"))
    assert kept.grid == SMALL.grid
    medians = [(trial.seed, trial.median) for trial in small.trials]
    assert [(trial.seed, trial.median) for trial in kept.trials] == medians
    scope: dict[str, object] = {}
    exec(as_python(SMALL.grid).replace(", n_jobs=2", ""), scope)
    assert scope["found"] == kept


def test_the_python_of_a_search_is_the_same_search() -> None:
    scope: dict[str, object] = {}
    text = search_as_python(QUICK)
    exec(text[: text.index("found =")], scope)
    assert scope["search"] == QUICK.search
    assert isinstance(scope["search"], Search)


# The page


def test_the_first_screen_is_there_at_once(page: FailurePage) -> None:
    assert len(cells(drawn(page))) == 4 * 36
    assert "has the largest bias" in page.insight.value
    assert not page.message.value
    assert len(page.search.trace.widget.data[0].x) == SearchState().budget
    assert "Open the first fresh one in Estimate" in page.search.insight.value
    assert not page.job.job.running
    assert not page.search.job.job.running


def test_fewer_estimators_need_no_work(page: FailurePage) -> None:
    page.controls["estimators"].value = ("ksg",)
    assert page.join(PATIENCE)
    assert len(cells(drawn(page))) == 36
    assert "no coverage to map" in drawn(page)
    assert not page.job.job.running


def test_a_tab_shows_its_maps_and_a_cell_its_datasets(page: FailurePage) -> None:
    page.controls["estimators"].value = ("ksg", "mist-qr")
    page.tabs["tails"].click()
    assert page.join(PATIENCE)
    assert page.state.across == "df"
    assert set(page.state.estimators) == {"mist-qr", "ksg"}
    assert "mist-current" in page.tabs["tails"]._dom_classes
    assert "mist-current" not in page.tabs["flows"]._dom_classes
    page.follow(page.state.with_(cell="6,4").to_query())
    assert "The 8 datasets of one cell: rows 1,000 and degrees of freedom 30" in page.cell.value
    page.follow(page.state.with_(cell="9,9").to_query())
    assert "expected a cell from 1,1 to 6,4; got 9,9" in page.message.value


def test_other_settings_wait_for_the_button(page: FailurePage) -> None:
    before = drawn(page)
    page.follow(SMALL.to_query())
    assert page.controls.state == SMALL
    assert "Not computed yet: 4 cases, 16 estimates" in page.job.status.value
    assert drawn(page) == before
    assert "mist-stale" in page.biases._dom_classes
    page.job.start.click()
    assert not page.job.cancel.disabled
    assert page.join(PATIENCE)
    assert page.job.cancel.disabled
    assert len(cells(drawn(page))) == 3 * 4
    assert "mist-stale" not in page.biases._dom_classes
    # It is kept: to go back and forth needs no work.
    page.follow(FIRST.to_query())
    assert len(cells(drawn(page))) == 4 * 36
    page.follow(SMALL.to_query())
    assert len(cells(drawn(page))) == 3 * 4


@pytest.mark.parametrize(
    "stop", [lambda page: page.job.cancel.click(), None], ids=["cancel", "change"]
)
def test_work_that_is_cancelled_or_no_longer_wanted_ends(
    page: FailurePage, stop: Callable[[FailurePage], None] | None
) -> None:
    page.follow(FIRST.with_(seed=5).to_query())
    page.job.start.click()
    if stop is not None:
        stop(page)
        assert page.join(PATIENCE)
        assert "Cancelled" in page.job.status.value
    else:
        page.controls["seed"].value = 0
        assert page.join(PATIENCE)
        assert page.controls.state == FIRST
        assert "Precomputed" in page.job.status.value
        assert len(cells(drawn(page))) == 4 * 36


def test_bad_input_gets_a_message_and_the_page_goes_on(page: FailurePage) -> None:
    page.controls["flow"].value = "0, 3"
    assert "expected flow from 0.0 to 1.0; got 3" in unescape(page.message.value)
    page.controls["flow"].value = "0, 1"
    assert page.join(PATIENCE)
    assert not page.message.value
    page.search.controls["measure"].value = "coverage"
    page.search.controls["estimator"].value = "ksg"
    page.search.job.start.click()
    assert page.join(PATIENCE)
    assert "gives one value: search for its bias" in unescape(page.search.message.value)
    page.follow("across=colour&find_dim=9,1")
    assert "expected across among" in unescape(page.message.value)
    assert "expected dim from low to high" in unescape(page.search.message.value)


def test_a_search_of_ones_own(page: FailurePage) -> None:
    page.follow(QUICK.to_query())
    assert page.search.controls.state == QUICK
    assert "Not searched yet" in page.search.job.status.value
    page.search.job.start.click()
    assert page.join(PATIENCE)
    assert "Done" in page.search.job.status.value
    assert len(page.search.trace.widget.data[0].x) == QUICK.budget


def test_axes_bring_their_values_along(page: FailurePage) -> None:
    page.controls["across"].value = "family"
    assert page.controls["family"].children == (page.controls["family"].several,)
    page.controls["across"].value = "dim"
    assert page.controls["dim"].value == "1, 2, 3, 5, 8, 12"
    assert page.controls["family"].children == (page.controls["family"].one,)
    assert page.values.children[0] is page.controls["dim"]


def test_the_link_that_was_followed_is_shown() -> None:
    widget = FailurePage.opened(lambda: "across=dim&seed=7")
    assert "mist-page-failure_modes" in widget._dom_classes


def test_a_stale_sweep_shows_it(page: FailurePage) -> None:
    page._kept = [replace(recorded_maps(), weights={"mist-qr": "0"})]
    page.controls["estimators"].value = ("mist-qr", "ksg")
    assert page.join(PATIENCE)
    assert "other weights of the network" in page.message.value
    trial = recorded_maps().trials[0]
    assert isinstance(trial, Trial)
