"""The gradient page as a person meets it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import OpenPage


def test_points_move_and_the_climb_runs_pauses_and_begins_again(open_page: OpenPage) -> None:
    seen = open_page("differentiable", "n_samples=50&dim=2&table=penguins")
    notice = seen.page.locator(".mist-notice").first
    arrows = seen.page.locator(".mist-figure").first.locator(".scatterlayer path.js-line").first
    before = arrows.get_attribute("d")
    seen.button("One step uphill").click()
    expect(notice).to_contain_text("After 1 step uphill the estimate is")
    eventually(lambda: arrows.get_attribute("d") != before, "other arrows")
    seen.button("Reset the points").click()
    eventually(lambda: arrows.get_attribute("d") == before, "the arrows from before")

    climb = seen.page.locator(".mist-notice").nth(1)
    expect(climb).to_contain_text("At the end the estimate of the projection is")
    seen.page.get_by_role("button", name="Reset", exact=True).click()
    expect(climb).to_contain_text("After 0 of 40 steps")
    seen.page.get_by_role("button", name="Run", exact=True).click()
    expect(climb).to_contain_text(re.compile(r"After [1-9]\d* of 40 steps|At the end"))

    expect(seen.page.locator(".mist-notice").nth(2)).to_contain_text("the classifier is right")
