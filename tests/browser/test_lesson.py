"""The lesson as a person meets it who has only a keyboard."""

from __future__ import annotations

from functools import partial

from playwright.sync_api import expect

from benchmarks.browser.app import eventually
from benchmarks.browser.visit import READY, OpenPage, Visit
from mist_explore.explorer.lesson.settings import shown_lesson

MOST_TABS = 60
HERE = """() => {
  const here = document.activeElement;
  return here.type === "radio" ? "radio" : here.textContent.trim();
}"""


def tab_to(visit: Visit, wanted: str) -> None:
    """Press Tab, at most around the page, until a control has the focus."""
    for _ in range(MOST_TABS):
        if visit.page.evaluate(HERE) == wanted:
            return
        visit.page.keyboard.press("Tab")
    raise AssertionError(f"expected {wanted} within {MOST_TABS} presses of Tab")


def shows(visit: Visit, reached: str) -> bool:
    """Whether the address has come to a step."""
    return reached in visit.query


def test_the_lesson_is_done_from_start_to_end_by_keyboard(open_page: OpenPage) -> None:
    seen = open_page("lesson")
    page, steps = seen.page, shown_lesson().steps
    quiz = page.locator(".mist-quiz")
    for number, step in enumerate(steps, 1):
        expect(page.locator(".mist-lesson-words h2")).to_have_text(step.title)
        expect(page.locator(".mist-lesson-stage .mist-figure").first).to_be_visible()
        expect(quiz.get_by_role("button", name="Reveal")).to_be_disabled()
        tab_to(seen, "radio")
        page.keyboard.press("Space")
        expect(quiz.get_by_role("button", name="Reveal")).to_be_enabled()
        tab_to(seen, "Reveal")
        page.keyboard.press("Enter")
        expect(quiz.locator(".mist-notice")).to_contain_text("You guessed")
        seen.wait_for(READY)
        reached = f"step={number}&guess={','.join(['1'] * number)}&"
        eventually(partial(shows, seen, reached), "the address")
        if number < len(steps):
            tab_to(seen, "Next")
            page.keyboard.press("Enter")
    expect(quiz.get_by_role("button", name="Next")).to_be_disabled()

    # Back goes to the answer before, and a reload shows the same.
    quiz.get_by_role("button", name="Back").click()
    expect(page.locator(".mist-lesson-words h2")).to_have_text(steps[-2].title)
    expect(quiz.locator(".mist-notice")).to_contain_text("You guessed")
    words = quiz.locator(".mist-notice").inner_text()
    seen.go(page.url)
    expect(quiz.locator(".mist-notice")).to_have_text(words)
