"""The estimate page as a person meets it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import OpenPage, Visit
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.estimate import EstimateState, result
from mist_explore.explorer.estimate.settings import PRESETS
from mist_explore.explorer.html import interval_text
from mist_explore.plots import shown


def numbers(visit: Visit) -> Locator:
    return visit.page.locator(".mist-numbers").first


def fan(visit: Visit) -> str:
    """The outlines of the bars of the fan."""
    bars = visit.page.locator(".mist-answer").first.locator(".barlayer path")
    return str(bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('d')).join()"))


def predicted(state: EstimateState) -> list[str]:
    """The numbers that the page must show for a state."""
    answer = result(state)
    learned = answer.estimates[LEARNED]
    assert learned is not None
    return [shown(answer.truth), shown(learned.median), interval_text(learned, state.level)]


def test_prediction_stands_beside_the_truth_and_follows_the_controls(
    open_page: OpenPage,
) -> None:
    seen = open_page("estimate")
    state = EstimateState()
    for number in predicted(state):
        expect(numbers(seen)).to_contain_text(number)
    assert seen.page.title() == "mist explore: estimate mutual information"
    assert (
        seen.page.locator(".mist-figures").first.locator(".scatterlayer path.point").count() > 250
    )
    first_fan = fan(seen)
    assert first_fan

    seen.control("Family of distributions").locator("select").select_option("Gaussian, two pairs")
    state = state.with_(family="normal-2pair")
    for number in predicted(state):
        expect(numbers(seen)).to_contain_text(number)
    eventually(lambda: fan(seen) != first_fan, "another fan")
    second_fan = fan(seen)

    rows = seen.control("Rows in the sample")
    for _ in range(3):
        rows.locator(".noUi-handle").press("ArrowRight")
    expect(rows.locator(".widget-readout")).to_have_text("600")
    state = state.with_(n_samples=600)
    for number in predicted(state):
        expect(numbers(seen)).to_contain_text(number)
    eventually(lambda: fan(seen) != second_fan, "another fan")

    seen.button("New sample").click()
    state = state.next("seed")
    for number in predicted(state):
        expect(numbers(seen)).to_contain_text(number)

    # The address has followed; opened elsewhere, it shows the same.
    eventually(lambda: seen.query == state.to_query(), "the address to follow")
    seen.button("Share this view").click()
    seen.button("Copy link").click()
    link = seen.page.evaluate("navigator.clipboard.readText()")
    assert link == seen.page.url
    other = open_page("estimate", link.partition("?")[2])
    expect(numbers(other)).to_have_text(numbers(seen).inner_text(), use_inner_text=True)
    eventually(lambda: fan(other) == fan(seen), "the same fan")


def test_invalid_input_gets_a_message_and_reset_restores_the_first_screen(
    open_page: OpenPage,
) -> None:
    seen = open_page("estimate", "dim_x=2&dim_y=2&n=50&transform=spiral")
    message = seen.page.locator(".mist [role=alert]").first
    expect(message).to_contain_text("expected at least 3 columns for the spiral; got 2")
    for slider in seen.page.get_by_role("slider").all():
        expect(slider).to_have_attribute("aria-label", re.compile(r"\w+"))
    seen.button("More settings").click()
    seen.button("Reset everything").click()
    for number in predicted(EstimateState()):
        expect(numbers(seen)).to_contain_text(number)
    expect(message).to_be_hidden()


def test_a_case_a_peer_an_interval_and_sample_after_sample(open_page: OpenPage) -> None:
    seen = open_page("estimate", "n=60&dim_x=2&dim_y=2&peers=")
    answers = seen.page.locator(".mist-answer")
    expect(answers).not_to_contain_text("KSG")
    seen.button("Compare with other estimators").click()
    seen.page.get_by_label("KSG, nearest neighbours").check()
    expect(answers).to_contain_text("KSG, nearest neighbours")
    bands = fan(seen).count("M")
    seen.page.get_by_label("Intervals from resampling").check()
    eventually(lambda: fan(seen).count("M") > bands, "intervals of the others")

    seen.button("Run").click()
    again = seen.page.locator(".mist-notice").last
    expect(again).to_contain_text(re.compile(r"On \d+ samples, in nats: MIST-QR"))
    seen.button("Reset").click()
    expect(again).to_contain_text("One sample can mislead")

    seen.button("Cases that break estimators").click()
    preset = PRESETS["strong"]
    seen.button(preset.label).click()
    expect(seen.page.locator(".mist-case")).to_contain_text(preset.claim)
    for number in predicted(preset.state):
        expect(numbers(seen)).to_contain_text(number)


def test_files_are_handed_out_by_the_page_itself(open_page: OpenPage) -> None:
    seen = open_page("estimate")
    seen.button("Download").click()
    with seen.page.expect_download() as kept:
        seen.page.get_by_role("link", name="Sample as CSV").click()
    rows = kept.value.path().read_text().splitlines()
    assert rows[0] == "x1,x2,x3,y1,y2,y3"
    assert len(rows) == 1 + EstimateState().n_samples
