"""The adapt page as a person meets it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from benchmarks.browser.visit import OpenPage
from mist_explore.explorer.tables import bundled

QUERY = "table=wine&x=alcohol&x=color_intensity&y=proline&budget=0.02"


def test_a_network_is_adapted_resumed_saved_and_opened(open_page: OpenPage) -> None:
    seen = open_page("adapt", QUERY)
    page, status = seen.page, seen.page.locator(".mist-run > .widget-html")
    draws = page.locator(".mist-pair .mist-figure").first.locator(".points path")
    expect(status).to_contain_text("Nothing is trained yet. Press Adapt.")
    seen.button("Adapt").click()
    expect(status).to_contain_text(re.compile(r"\d\d%, .* left"))
    expect(page.locator(".mist-page-adapt select").first).to_be_disabled()
    seen.button("Pause").click()
    expect(status).to_contain_text("paused")
    seen.go(page.url)
    expect(status).to_contain_text(re.compile(r"interrupted at \d+%"))
    seen.button("Resume").click()
    expect(status).to_contain_text("Done after")
    assert draws.count() > bundled("wine").table.n_rows
    expect(page.locator(".mist-notice").first).to_contain_text("held-out datasets like yours")
    expect(page.locator(".mist-numbers")).to_contain_text("Adapted network")

    page.get_by_label("Name of your network").fill("wines")
    seen.button("Save").click()
    page.locator(".mist-keep a").click()
    expect(page.locator("h1")).not_to_contain_text("Adapt")
    expect(page.locator(".mist-numbers")).to_contain_text(re.compile(r"90%: [0-9.]+ to"))
    assert "network=wines" in seen.query
    assert "y=proline" in seen.query
    again = page.get_by_role("link", name="adapt the network to these columns")
    assert "table=wine&x=alcohol&x=color_intensity&y=proline" in (again.get_attribute("href") or "")
