"""What holds for each page of the explorer, as a stranger meets it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from benchmarks.browser.app import Server, eventually
from benchmarks.browser.visit import READY, Visit, window
from mist_explore.explorer import PAGES
from mist_explore.resources import notebooks_directory
from tests.browser.layout import FITTED, TEXTS, foreign_words, has_fonts, misfits, set_text

THERE = [name for name, p in PAGES.items() if (notebooks_directory() / p.notebook).is_file()]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
MOST_CONTROLS = 6
DESKTOP, PHONE = (1280, 900), (375, 812)
NARROW = (320, PHONE[0], 768)

TOGETHER = ((1366, 900), PHONE)
"""Sizes of windows that show a control, its figure and its sentence together."""

# The top and bottom of each, from where a reader who moves the control would look.
PLACES = """phone => {
  const stage = document.querySelector(".mist .mist-stage") || document.querySelector(".mist");
  const one = name => [...stage.querySelectorAll(name)]
    .find(box => box.getBoundingClientRect().height > 0);
  const controls = ".noUi-handle, select, input, button";
  const control = one(`:is(.mist-rail, .mist-controls, .mist-quiz) :is(${controls})`);
  const figure = one(".mist-stuck > .mist-answer")
    || one(":is(.mist-stuck, .mist-stuck > .mist-captioned) > .mist-figure")
    || one(".mist-stuck") || one(".mist-figure");
  const sentence = one(".mist-notice");
  const place = box => [box.getBoundingClientRect().top, box.getBoundingClientRect().bottom];
  if (phone) {
    figure.scrollIntoView();
    scrollBy(0, Math.min(0, place(control)[0], place(sentence)[0]));
  }
  return { control: place(control), figure: place(figure), sentence: place(sentence) };
}"""
CONTROLS = "a[href], button, select, input, summary, [role=slider], [tabindex='0']"
IN_SIGHT = """controls => controls.filter(control => {
  const box = control.getBoundingClientRect();
  const seen = box.width > 1 && box.height > 1 && getComputedStyle(control).visibility !== "hidden";
  return seen && control.checkVisibility() && !control.disabled && control.tabIndex >= 0;
})"""
WORDS = """() => [...document.querySelectorAll(".mist-numbers, .mist-notice")]
  .map(words => words.innerText).join("\\n")"""


@pytest.fixture(scope="module", params=THERE)
def seen(
    server: Server, browser: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Each page, opened once for all that is looked at."""
    visit = window(browser)
    visit.go(server.page(request.param))
    yield visit
    visit.page.evaluate("0")  # what it reported has arrived
    complaints = [*visit.complaints]
    visit.close()  # a figure that is still drawn cannot send its size any more
    assert complaints == []


@pytest.fixture
def name(seen: Visit) -> str:
    """The name of the page."""
    stem = seen.page.url.partition("?")[0].rpartition("/")[2]
    return next(n for n, page in PAGES.items() if page.stem == stem)


def test_first_screen_has_title_navigation_and_insight(seen: Visit, name: str) -> None:
    page = seen.page
    set_size(page, DESKTOP)
    seen.picture(f"{name}-light", full=True)
    assert page.title().startswith("mist explore")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".mist-pages [aria-current=page]")).to_have_text(PAGES[name].title)
    expect(page.locator(".mist-pages a")).to_have_count(len(PAGES))
    # The content of a figure is also in its caption and in its alternative text.
    assert page.locator(".mist-notice").first.inner_text().strip()
    assert page.locator(".mist-spoken").first.inner_text().strip()


def test_few_controls_are_in_sight_together(seen: Visit) -> None:
    set_size(seen.page, DESKTOP)
    for group in seen.page.locator(".mist-controls:not(.mist-disclosed):visible").all():
        assert group.locator("> *:visible").count() <= MOST_CONTROLS


@pytest.mark.parametrize("size", TOGETHER, ids=["desktop", "phone"])
def test_control_figure_and_sentence_are_in_sight_together(
    seen: Visit, size: tuple[int, int]
) -> None:
    page = seen.page
    set_size(page, size)
    seen.wait_for(FITTED)
    places = page.evaluate(PLACES, size == PHONE)
    page.evaluate("scrollTo(0, 0)")
    for what, (top, bottom) in places.items():
        assert top >= -1, (what, places)
        assert bottom <= size[1], (what, places)


@pytest.mark.parametrize("view", ["phone", "light", "dark", "embed"])
def test_rules_of_accessibility(seen: Visit, name: str, view: str) -> None:
    page = seen.page
    set_size(page, PHONE if view == "phone" else DESKTOP)
    if view == "dark":
        page.emulate_media(color_scheme="dark")
        seen.picture(f"{name}-dark", full=True)
    if view == "embed":
        page.evaluate("document.body.dataset.embed = ''")
    found = violations(page)
    page.evaluate("delete document.body.dataset.embed")
    page.emulate_media(color_scheme="light")
    assert found == []


def test_every_control_is_reached_by_the_keyboard(seen: Visit) -> None:
    page = seen.page
    set_size(page, DESKTOP)
    wanted = page.evaluate(
        f"""() => {{
          const all = [...document.querySelectorAll("{CONTROLS}")];
          window.wanted = ({IN_SIGHT})(all.filter(control => control.closest(".mist")));
          window.visited = new Set();
          window.hidden = [];
          document.activeElement.blur();
          return window.wanted.length;
        }}"""
    )
    assert wanted >= len(PAGES)
    for _ in range(3 * wanted + 10):  # readings of sliders take the focus too
        page.keyboard.press("Tab")
        done = page.evaluate(
            """() => {
              const here = document.activeElement, style = getComputedStyle(here);
              window.visited.add(here);
              const marked = style.outlineStyle !== "none" || style.boxShadow !== "none";
              if (window.wanted.includes(here) && !marked) window.hidden.push(here.outerHTML);
              return window.wanted.every(control => window.visited.has(control));
            }"""
        )
        if done:
            break
    missed = page.evaluate(
        "() => wanted.filter(c => !visited.has(c)).map(c => c.outerHTML.slice(0, 160))"
    )
    assert missed == []
    assert page.evaluate("() => hidden") == []


def test_words_are_drawn_in_the_typeface_of_the_pages(seen: Visit) -> None:
    set_size(seen.page, DESKTOP)
    unfold(seen)
    assert foreign_words(seen.page) == []


def test_words_fit_into_narrow_windows_in_any_typeface_and_size(seen: Visit, name: str) -> None:
    page = seen.page
    unfold(seen)
    texts = [text for text in TEXTS if text != "missing" or has_fonts()]
    found = {}
    for width in NARROW:
        set_size(page, (width, PHONE[1]))
        for text in texts:
            set_text(page, text)
            found[width, text] = misfits(page)
        set_text(page, "shipped")
        seen.wait_for(FITTED)
        if width == PHONE[0]:
            seen.picture(f"{name}-phone", full=True)
    assert {place: boxes for place, boxes in found.items() if boxes} == {}


def test_a_reload_shows_the_same(seen: Visit) -> None:
    page = seen.page
    set_size(page, DESKTOP)
    eventually(lambda: seen.query != "", "the state in the address")
    query, words = seen.query, page.evaluate(WORDS)
    assert words
    seen.go(page.url)
    eventually(lambda: page.evaluate(WORDS) == words, f"the same words: {words}")
    assert seen.query == query


def set_size(page: Page, size: tuple[int, int]) -> None:
    """Give the window a size; where it has it already, figures are not drawn again."""
    wanted: ViewportSize = {"width": size[0], "height": size[1]}
    if page.viewport_size != wanted:
        page.set_viewport_size(wanted)


def unfold(seen: Visit) -> None:
    """Open all that is folded away."""
    folded = ".mist-disclosure > button:not(.mod-active), .mist details:not([open]) > summary"
    closed = seen.page.locator(folded).locator("visible=true")
    while closed.count():
        closed.first.click()
        seen.wait_for(
            "() => !document.querySelector('.mist-disclosure > .mod-active ~ .mist-folded')"
        )
    seen.wait_for(READY)


def violations(page: Page) -> list[str]:
    """What axe-core finds serious or worse, with the element and the advice."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # The frame of the page alone: what Voila puts around it has no controls.
    found = page.evaluate("async () => (await axe.run({ resultTypes: ['violations'] })).violations")
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]
