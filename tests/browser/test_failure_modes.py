"""The page of failure modes as a person meets it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import READY, OpenPage, Visit
from mist_explore.explorer.failure_modes import FailureState, SearchState
from mist_explore.explorer.failure_modes.compute import recorded_maps
from mist_explore.explorer.failure_modes.views import signed
from mist_explore.plots import shown


def cell(visit: Visit, number: int, row: int, column: int) -> Locator:
    """A cell of one of the maps."""
    rows = visit.page.locator(".mist-map").nth(number).locator("tbody tr")
    return rows.nth(row).locator("td").nth(column)


def test_a_cell_shows_its_datasets_and_each_opens_in_estimate(open_page: OpenPage) -> None:
    seen = open_page("failure_modes")
    assert seen.page.title() == "mist explore: failure modes"
    # Four maps, and the datasets of one cell.
    expect(seen.page.locator(".mist-map")).to_have_count(5)
    (case,) = (c for c in FailureState().grid.cases if (c.information, c.flow) == (3.0, 1.0))
    bias = recorded_maps().summaries("mist-qr")[case].bias
    assert bias is not None
    worst = cell(seen, 0, 5, 5)
    expect(worst).to_have_text(signed(bias.value))
    worst.locator("a").click()
    expect(seen.page.locator("h3.mist-part")).to_contain_text(
        "information 3 and strength of a random flow 1"
    )
    eventually(lambda: "cell=6,6" in seen.query, "the cell in the address")
    assert not seen.page.locator(".mist-message").count()

    trials = [t for t in recorded_maps().trials if (t.case, t.estimator) == (case, "mist-qr")]
    (trial,) = (t for t in trials if t.replicate == 2)
    assert trial.truth is not None
    assert trial.median is not None
    third = cell(seen, 4, 0, 2)
    expect(third).to_have_text(signed(trial.median - trial.truth))
    with seen.page.expect_popup() as opening:
        third.locator("a").click()
    estimate = opening.value
    estimate.wait_for_function(READY)
    numbers = estimate.locator(".mist-numbers").first
    expect(numbers).to_contain_text(shown(trial.truth))
    expect(numbers).to_contain_text(shown(trial.median))


def test_other_maps_are_computed_and_a_long_computation_is_cancelled(open_page: OpenPage) -> None:
    state = FailureState().with_(across="n_samples", down="dim")
    state = state.with_(n_samples="20,30", dim="1,2", estimators=("ksg",), replicates=2)
    search = SearchState(budget=400)
    seen = open_page("failure_modes", f"{state.to_query()}&{search.to_query()}")
    run, find = (seen.page.locator(".mist-run").nth(number) for number in (0, 1))
    expect(run).to_contain_text("Not computed yet: 4 cases, 8 estimates")
    seen.button("Compute").click()
    expect(run).to_contain_text("Done")
    expect(seen.page.locator(".mist-map")).to_have_count(2)
    expect(cell(seen, 0, 1, 1)).to_have_text(re.compile(r"^[+−]?\d"))

    expect(find).to_contain_text("Not searched yet")
    seen.button("Search").click()
    expect(find).to_contain_text(re.compile(r"of 1,632 datasets, about .* left"))
    find.get_by_role("button", name="Cancel").click()
    expect(find).to_contain_text("Cancelled")
    expect(seen.page.locator(".mist-notice").nth(1)).to_contain_text("not confirmed")

    # The address has followed, and what is wrong is shown in its place.
    eventually(lambda: "find_budget=400" in seen.query, "the address to follow")
    assert state.to_query() in seen.query
    seen.button("More settings").click()
    seen.control("Rows").locator("input").fill("20, many")
    seen.control("Rows").locator("input").press("Enter")
    alert = seen.page.locator(".mist [role=alert]").first
    expect(alert).to_contain_text("expected n_samples to be a number; got 'many'")
