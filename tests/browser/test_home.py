"""The home page as a person meets it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from benchmarks.browser.app import Server, eventually
from benchmarks.browser.visit import OpenPage
from mist_explore.explorer.home import HomeState, result
from mist_explore.explorer.pages import PAGES
from mist_explore.plots import shown


def test_one_figure_shows_it_and_cards_lead_on(server: Server, open_page: OpenPage) -> None:
    seen = open_page("home")
    # The words of the skeleton have made place for those of the page.
    expect(seen.page.locator(".mist h1")).to_have_count(1)
    numbers = seen.page.locator(".mist-numbers")
    for number in (result(HomeState()).information, result(HomeState()).here):
        expect(numbers).to_contain_text(shown(number))

    dependence = seen.control("Dependence").locator(".noUi-handle")
    for _ in range(10):
        dependence.press("ArrowRight")
    state = HomeState(dependence=0.9)
    expect(numbers).to_contain_text(shown(result(state).information))
    eventually(lambda: seen.query == state.to_query(), "the address to follow")

    seen.page.locator(".mist-cards a[href=estimate]").click()
    expect(seen.page).to_have_url(re.compile(r"/estimate(\?|$)"))
    expect(seen.page.locator(".mist-numbers").first).to_be_visible()
    seen.page.get_by_role("link", name=PAGES["home"].title, exact=True).click()
    expect(seen.page).to_have_url(re.compile(rf"^{server.url}(\?|$)"))
