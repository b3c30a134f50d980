"""The page inside an estimator and that of joint tables as a person meets them."""

from __future__ import annotations

from playwright.sync_api import expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import READY, OpenPage
from mist_explore.explorer.inside_an_estimator import EstimatorsState
from mist_explore.explorer.inside_an_estimator import result as taken_apart
from mist_explore.explorer.joint_tables import JointTableState
from mist_explore.explorer.joint_tables import result as of_table
from mist_explore.explorer.joint_tables.settings import PRESETS
from mist_explore.plots import shown, signed


def test_a_point_is_clicked_and_the_next_one_is_a_button(open_page: OpenPage) -> None:
    seen = open_page("inside_an_estimator")
    answer = taken_apart(EstimatorsState())
    row = int(answer.order[0])  # the leftmost, away from the others
    box = seen.page.locator(".mist-figure .scatterlayer .trace path.point").nth(row).bounding_box()
    assert box is not None
    place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen.page.mouse.move(place[0] + 1, place[1] + 1)
    seen.page.mouse.move(*place)
    expect(seen.page.locator(".mist-figure .hoverlayer .hovertext").first).to_be_visible()
    seen.page.mouse.click(*place)
    wanted = answer.at(row)
    eventually(lambda: EstimatorsState.from_query(seen.query) == wanted, "the point in the link")
    term = signed(float(answer.anatomy.terms[row]))
    expect(seen.page.locator(".mist-numbers").first).to_contain_text(term)
    seen.page.get_by_role("button", name="Next point").press("Enter")
    state = wanted.moved(1)
    eventually(lambda: EstimatorsState.from_query(seen.query) == state, "the next point")


def test_a_cell_is_typed_and_a_table_chosen(open_page: OpenPage) -> None:
    seen = open_page("joint_tables")
    cell = seen.page.locator(".mist-cell input").first
    cell.fill("90")
    cell.press("Tab")
    state = JointTableState(table=((90, 10), (20, 30)))
    eventually(lambda: JointTableState.from_query(seen.query) == state, "the table in the link")
    truth = shown(of_table(state).truth.information)
    expect(seen.page.locator(".mist-numbers").first).to_contain_text(truth)
    expect(seen.page.locator(".mist-cell b").first).to_have_text(f"{90 / 150:.3f}")
    seen.wait_for(READY)  # what is still drawn moves the buttons
    seen.page.get_by_role("button", name=PRESETS["xor"].label).click()
    expect(seen.page.locator(".mist-cell")).to_have_count(8)
    expect(seen.page.locator(".mist-notice").first).to_contain_text("X decides Y")
    seen.page.get_by_role("link", name="many rows").click()
    many = PRESETS["xor"].of(state).with_(n_samples=1_000)
    eventually(lambda: JointTableState.from_query(seen.query) == many, "the words to set the rows")
