"""The page about mutual information as a person meets it."""

from __future__ import annotations

from playwright.sync_api import expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import OpenPage
from mist_explore.explorer.mutual_information import InformationState, result
from mist_explore.plots import shown


def test_the_distribution_the_gallery_and_the_steps_follow_the_controls(
    open_page: OpenPage,
) -> None:
    seen = open_page("mutual_information")
    numbers = seen.page.locator(".mist-numbers")
    expect(numbers).to_contain_text(shown(result(InformationState()).truth))

    seen.control("Family of distributions").locator("select").select_option(
        "Gaussian, all columns correlated"
    )
    state = InformationState().with_(family="normal-dense")
    expect(numbers).to_contain_text(shown(result(state).truth))
    expect(seen.page.locator(".mist-gallery svg")).to_have_count(
        sum(cloud.sample is not None for cloud in result(state).clouds)
    )

    bins = seen.control("Bins of Y").locator(".noUi-handle")
    bins.press("ArrowLeft")
    bins.press("ArrowLeft")
    state = state.with_(bins=state.bins - 2)
    left = result(state).steps[-1].information
    expect(seen.page.locator(".mist-steps tr").last).to_contain_text(shown(left))

    seen.control("Units").locator("select").select_option("bits")
    state = state.with_(units="bits")
    expect(seen.page.locator(".mist-steps thead")).to_contain_text("bits")
    eventually(lambda: InformationState.from_query(seen.query) == state, "the address to follow")
