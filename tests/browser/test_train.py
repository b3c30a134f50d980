"""The training page as a person meets it: a network learns before one's eyes."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Locator, expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import OpenPage, Visit
from mist_explore.estimators import load
from mist_explore.explorer.train import CriticState, TrainingState, result
from mist_explore.plots import shown
from tests.browser.layout import misfits


def status(visit: Visit, lab: int = 0) -> Locator:
    return visit.page.locator(".mist-run > .widget-html").nth(lab)


def curve(visit: Visit) -> str:
    """The outline of the last line of the figure of errors."""
    lines = (
        visit.page.locator(".mist-pair .mist-figure").nth(1).locator(".scatterlayer path.js-line")
    )
    return str(lines.last.get_attribute("d"))


def test_a_network_is_trained_paused_cancelled_and_saved(open_page: OpenPage) -> None:
    seen = open_page("train")
    page, numbers = seen.page, seen.page.locator(".mist-numbers").first
    recorded = result(TrainingState())
    expect(numbers).to_contain_text(shown(recorded.measurements[-1].error))
    expect(status(seen)).to_contain_text("Recorded run of")
    expect(page.locator(".mist-captioned").nth(1)).to_contain_text("Error. It fell from")
    expect(seen.button("Save")).to_be_disabled()
    first = curve(seen)

    seen.button("Train").first.click()
    expect(seen.button("Pause")).to_be_visible()
    expect(status(seen)).to_contain_text(re.compile(r"step \d+ of 1,000, .* left"))
    eventually(lambda: curve(seen) != first, "the curve to begin again")
    began = curve(seen)
    expect(page.locator(".mist-page-train select").first).to_be_disabled()

    # A control answers while the network learns.
    clicked = time.monotonic()
    seen.button("More settings").first.click()
    expect(page.get_by_text("Seed of weights and data")).to_be_visible()
    assert time.monotonic() - clicked < 5
    eventually(lambda: curve(seen) != began, "the curve to move")

    seen.button("Pause").click()
    expect(status(seen)).to_contain_text("paused")
    paused = curve(seen)
    time.sleep(1)
    assert curve(seen) == paused
    seen.button("Resume").click()
    eventually(lambda: curve(seen) != paused, "the curve to go on")
    seen.button("Cancel").first.click()
    expect(status(seen)).to_contain_text("Cancelled at step")
    expect(page.locator(".mist-page-train select").first).to_be_enabled()

    page.get_by_label("Name of your network").fill("my-network")
    seen.button("Save").click()
    reported = page.locator(".mist-keep")
    expect(reported).to_contain_text("compare it with the shipped network")
    expect(reported).to_contain_text(re.compile(r"in /\S+my-network"))
    folder = re.search(r"in (/\S+my-network)", reported.inner_text())
    assert folder
    assert load(Path(folder.group(1))).estimate([1, 2, 3, 4], [2, 1, 4, 3]).median >= 0


def test_a_run_goes_on_after_a_reload(open_page: OpenPage) -> None:
    seen = open_page("train", "families=additive-noise&n=10-20&steps=5000")
    expect(seen.button("Resume")).to_be_hidden()
    seen.button("Train").first.click()
    expect(status(seen)).to_contain_text(re.compile(r"step [3-9]\d of 5,000|step \d\d\d+ of"))
    seen.button("Pause").click()
    expect(status(seen)).to_contain_text("paused")
    seen.go(seen.page.url)
    expect(status(seen)).to_contain_text(re.compile(r"interrupted at step \d+ of 5,000"))
    left = int(re.findall(r"step (\d+)", status(seen).inner_text())[0])
    assert left >= 25
    seen.button("Resume").click()
    expect(status(seen)).to_contain_text(re.compile(r"step \d+ of 5,000, .* left"))

    def step() -> int:
        return int(re.findall(r"step ([\d,]+) of", status(seen).inner_text())[0].replace(",", ""))

    assert step() >= left
    eventually(lambda: step() > left, "further steps")
    seen.button("Cancel").first.click()
    expect(status(seen)).to_contain_text("Cancelled at step")
    expect(seen.button("Resume")).to_be_hidden()


def test_critics_wander_below_and_beyond_the_truth(open_page: OpenPage) -> None:
    seen = open_page("train", "critic_n_samples=200&critic_steps=100&critic_batch=16", width=375)
    assert CriticState().batch == 16
    expect(seen.page.get_by_text("can never exceed ln 16")).to_be_visible()
    seen.button("Train critics").click()
    expect(status(seen, 1)).to_contain_text("Done after")
    expect(seen.page.get_by_text("In the second half of the steps")).to_be_visible()
    assert misfits(seen.page) == []
