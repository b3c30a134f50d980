"""What the explorer promises beyond its pages: tabs, storms, dead kernels, JupyterLab."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import BrowserContext, expect

from benchmarks.browser.app import Server, eventually, free_port
from benchmarks.browser.visit import OpenPage, Visit, window
from mist_explore.cli import main
from mist_explore.explorer.baselines import LEARNED
from mist_explore.explorer.estimate import EstimateState, result
from mist_explore.plots import shown
from mist_explore.resources import notebooks_directory
from mist_explore.server.serving import JUPYTER_FOLDERS
from tests.browser.layout import FITTED, foreign_words, lend_typeface, set_text


def median_of(state: EstimateState) -> str:
    estimate = result(state).estimates[LEARNED]
    assert estimate is not None
    return shown(estimate.median)


def learned(visit: Visit) -> str:
    return visit.page.locator(".mist-numbers .mist-learned b").first.inner_text()


def test_two_tabs_do_not_disturb_each_other(open_page: OpenPage) -> None:
    one, other = open_page("estimate"), open_page("estimate", "seed=7")
    before = learned(other)
    assert before == median_of(EstimateState(seed=7))
    one.button("New sample").click()
    eventually(lambda: learned(one) == median_of(EstimateState(seed=1)), "the next sample")
    assert learned(other) == before
    other.button("New sample").click()
    eventually(lambda: learned(other) == median_of(EstimateState(seed=8)), "the next sample")
    assert learned(one) == median_of(EstimateState(seed=1))


def test_the_last_event_of_a_storm_wins(open_page: OpenPage) -> None:
    seen = open_page("estimate")
    handle = seen.control("Columns of X and of Y").locator(".noUi-handle")
    for _ in range(12):
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
            handle.press(key, no_wait_after=True)
    state = EstimateState().with_(dim_x=EstimateState().dim_x + 12)
    eventually(lambda: learned(seen) == median_of(state), "the last state")
    eventually(lambda: f"dim_x={state.dim_x}&" in seen.query, "its address")
    seen.page.wait_for_timeout(1_000)
    assert learned(seen) == median_of(state)


def test_states_are_steps_and_words_and_files_follow_them(open_page: OpenPage) -> None:
    seen = open_page("estimate", "n=100&hide=nav")
    page = seen.page
    expect(page.locator(".mist-pages")).to_be_hidden()
    undo = page.locator("[data-do=undo]")
    assert undo.get_attribute("disabled") is not None
    handle = seen.control("Rows in the sample").locator(".noUi-handle")
    expect(handle).to_have_attribute("aria-valuetext", "100 rows")
    assert page.locator("[title=null]").count() == 0

    def shows(rows: int) -> None:
        state = EstimateState(n_samples=rows)
        eventually(lambda: learned(seen) == median_of(state), f"the sample of {rows} rows")
        eventually(lambda: f"n={rows}&" in seen.query, "its address")
        assert seen.query.endswith("&hide=nav")

    page.get_by_role("link", name="fewer rows").press("Enter")
    shows(50)
    page.go_back()
    shows(100)
    page.go_forward()
    shows(50)

    # Files of a figure, a code of the link, and all pages on paper.
    figure = page.locator(".mist-figure").first
    figure.locator("summary").click()
    with page.expect_download() as saved:
        figure.get_by_role("button", name="CSV").click()
    assert (
        len(Path(saved.value.path()).read_text().splitlines())
        > EstimateState(n_samples=50).n_samples
    )
    seen.button("Share this view").click()
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    assert page.pdf().count(b"/Type /Page\n") > 1


def test_link_python_and_commands_give_the_same_numbers(
    open_page: OpenPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = EstimateState(seed=11, n_samples=150, level=0.8)
    seen = open_page("estimate", state.to_query())
    on_page = seen.page.locator(".mist-numbers").first.inner_text()
    python, commands = seen.page.locator(".mist-share").first.locator("pre").all_text_contents()

    exec(compile(python, "python", "exec"), {})
    printed = re.match(r"(\S+) \((\S+), (\S+)\)\n", capsys.readouterr().out)
    assert printed
    numbers = [float(number) for number in printed.groups()]
    for number in numbers:
        assert shown(number) in on_page

    monkeypatch.chdir(tmp_path)
    for command in commands.replace("\\\n", "").splitlines():
        program, *arguments = shlex.split(command)
        assert program == "mist-explore"
        assert main([*arguments, "--json"] if "estimate" in arguments else arguments) == 0
    reported = json.loads(capsys.readouterr().out.partition("sample.npz\n")[2])
    assert [reported["median"], *reported["interval"]] == pytest.approx(numbers)


def test_a_dead_kernel_shows_a_message(server: Server, open_page: OpenPage) -> None:
    seen = open_page("estimate")
    banner = seen.page.locator("#mist-gone")
    expect(banner).to_be_hidden()
    urlopen(Request(f"{server.url}api/kernels/{seen.kernel}", method="DELETE")).close()
    seen.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("has ended")
    expect(banner.get_by_role("button", name="Reload")).to_be_visible()
    seen.close()
    # The browser states that it lost the kernel; nothing else may go wrong.
    lost = re.compile("kernel|404|WebSocket", re.IGNORECASE)
    seen.complaints[:] = [reported for reported in seen.complaints if not lost.search(reported)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """JupyterLab over copies of the notebooks."""
    for notebook in notebooks_directory().glob("*.ipynb"):
        shutil.copy(notebook, tmp_path)
    port = free_port()
    settings = {
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": tmp_path,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.news_url": None,
        "LabApp.extension_manager": "readonly",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    process = psutil.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Neither the settings of who runs the tests, nor a need for a home that can be written.
        env={**os.environ, **{name: str(tmp_path / name.lower()) for name in JUPYTER_FOLDERS}},
    )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urlopen(f"{url}/api/status"):
                return True
        except OSError:
            return False

    try:
        eventually(answers, "JupyterLab to start", 180)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_figures_follow_the_size_of_the_text(open_page: OpenPage) -> None:
    seen = open_page("failure_modes", width=768)
    wide = """before => {
      const svg = document.querySelector(".mist-figure .main-svg");
      return (svg.getBoundingClientRect().width !== before.width) === before.changed;
    }"""
    box = seen.page.locator(".mist-figure .main-svg").first.bounding_box()
    assert box
    for text, changed in (("large", True), ("shipped", False)):
        set_text(seen.page, text)  # the window sends no event
        seen.page.wait_for_function(wide, arg={"width": box["width"], "changed": changed})
        seen.wait_for(FITTED)


def test_pages_open_in_jupyterlab_and_update(lab: str, browser: BrowserContext) -> None:
    visit = window(browser)
    page = visit.page
    lend_typeface(page)
    page.goto(f"{lab}/lab/tree/estimate.ipynb?reset", wait_until="commit")
    # What is run before the kernel is there gets lost.
    expect(page.get_by_text("| Idle").first).to_be_visible()
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    figures = page.locator(".mist .mist-figure .main-svg")
    expect(figures.nth(1)).to_be_attached()
    eventually(lambda: learned(visit) == median_of(EstimateState()), "the first screen")
    visit.button("New sample").click()
    eventually(lambda: learned(visit) == median_of(EstimateState(seed=1)), "the next sample")
    # The notebook carries the typeface itself.
    assert foreign_words(page) == []
    visit.picture("jupyterlab")
    page.close()
