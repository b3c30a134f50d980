"""The page as a person meets it: the app in a process of its own, seen through chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import numpy as np
import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from mist_explore.explorer import FIRST_SCREEN, EstimateState, result
from mist_explore.explorer.compute import LEARNED
from mist_explore.explorer.notice import interval_text
from mist_explore.plots import shown

PATIENCE = (
    90_000  # milliseconds: the machine may be busy, and nothing here waits longer than needed
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Server:
    """A running app."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def serving(port: int) -> Iterator[Server]:
    command = [str(Path(sys.executable).with_name("mist-explore")), "app", "--no-browser"]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        address = re.search(r"http://\S+", line)
        assert address, f"expected the address of the app; got {line!r}"
        yield Server(process, address.group())
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(free_port()) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert program, "expected chromium: run 'apt-get install chromium', or set CHROMIUM to another"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield running
        running.close()


@dataclass
class Visit:
    """A page in a window of its own, and what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> Locator:
        return self.page.locator(".mist-numbers").first

    @property
    def fan(self) -> str:
        """The outlines of the bars of the fan."""
        bars = self.page.locator(".mist-answer").first.locator(".barlayer path")
        return str(bars.evaluate_all("bars => bars.map(bar => bar.getAttribute('d')).join()"))

    def control(self, label: str) -> Locator:
        return self.page.locator(
            ".widget-inline-hbox", has=self.page.get_by_text(label, exact=True)
        )

    def upload(self, path: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".mist-upload button").click()
        chooser.value.set_files(path)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens pages, and finds nothing wrong on any of them at the end."""
    visits: list[Visit] = []

    def opened(url: str, width: int = 1280) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE)
        this = Visit(context.new_page())
        visits.append(this)
        this.page.on("pageerror", lambda error: this.complaints.append(str(error)))
        this.page.on(
            "console",
            lambda said: this.complaints.append(said.text) if said.type == "error" else None,
        )
        this.page.on(
            "request",
            lambda request: (
                None
                if re.match(r"(http|ws)://127\.0\.0\.1:|data:|blob:", request.url)
                else this.complaints.append(f"asked for {request.url}")
            ),
        )
        this.page.goto(url)
        expect(this.page.locator(".mist-figures .main-svg").nth(1)).to_be_attached(timeout=PATIENCE)
        expect(this.numbers).to_be_visible()
        return this

    expect.set_options(timeout=PATIENCE)
    yield opened
    for each in visits:
        each.page.context.close()
    assert [complaint for each in visits for complaint in each.complaints] == []


def predicted(state: EstimateState) -> list[str]:
    """The numbers that the page must show for a state."""
    answer = result(state)
    learned = answer.estimates[LEARNED]
    assert learned is not None
    return [shown(answer.truth), shown(learned.median), interval_text(learned, state.level)]


def test_prediction_stands_beside_the_truth_and_follows_the_controls(
    server: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(server.url)
    state = FIRST_SCREEN
    for number in predicted(state):
        expect(seen.numbers).to_contain_text(number)
    assert seen.page.title() == "mist explore: estimate mutual information"
    assert (
        seen.page.locator(".mist-figures").first.locator(".scatterlayer path.point").count() > 250
    )
    first_fan = seen.fan
    assert first_fan

    seen.control("Family of laws").locator("select").select_option("Gaussian, two pairs")
    state = state.with_family("normal-2pair")
    for number in predicted(state):
        expect(seen.numbers).to_contain_text(number)
    eventually(lambda: seen.fan != first_fan, "another fan")
    second_fan = seen.fan

    rows = seen.control("Rows in the sample")
    for _ in range(3):
        rows.locator(".noUi-handle").press("ArrowRight")
    expect(rows.locator(".widget-readout")).to_have_text("600")
    state = state.with_n_samples(600)
    for number in predicted(state):
        expect(seen.numbers).to_contain_text(number)
    eventually(lambda: seen.fan != second_fan, "another fan")

    seen.page.get_by_role("button", name="New sample").click()
    state = state.with_new_sample()
    for number in predicted(state):
        expect(seen.numbers).to_contain_text(number)

    # The address has followed; opened elsewhere, it shows the same.
    eventually(lambda: seen.page.url.endswith(f"?{state.to_query()}"), "the address to follow")
    seen.page.get_by_role("button", name="Share this view").click()
    seen.page.get_by_role("button", name="Copy link").click()
    link = seen.page.evaluate("navigator.clipboard.readText()")
    assert link == seen.page.url
    other = visit(link)
    expect(other.numbers).to_have_text(seen.numbers.inner_text(), use_inner_text=True)
    eventually(lambda: other.fan == seen.fan, "the same fan")


def test_what_does_not_fit_is_told_and_reset_brings_the_first_screen_back(
    server: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(f"{server.url}estimate?dim_x=2&dim_y=2&n=50")
    seen.control("Transform of X and of Y").locator("select").select_option("spiral")
    message = seen.page.locator(".mist [role=alert]").first
    expect(message).to_contain_text("expected at least 3 columns for the spiral; got 2")
    for slider in seen.page.get_by_role("slider").all():
        expect(slider).to_have_attribute("aria-label", re.compile(r"\w+"))
    seen.page.get_by_role("button", name="More settings").click()
    seen.page.get_by_role("button", name="Reset everything").click()
    for number in predicted(FIRST_SCREEN):
        expect(seen.numbers).to_contain_text(number)
    expect(message).to_be_hidden()


def test_a_table_gets_its_interval_and_a_bad_one_a_message(
    server: Server, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    generator = np.random.default_rng(0)
    a, b, noise = generator.normal(size=(3, 200))
    good = tmp_path / "good.csv"
    rows = [f"{x},{y},{z},word" for x, y, z in zip(a, b, a + b + noise, strict=True)]
    good.write_text("\n".join(["height,age,weight,name", *rows]))
    bad = tmp_path / "bad.csv"
    bad.write_text("height,age\ntall,old\nsmall,young\n")

    seen = visit(server.url)
    seen.upload(bad)
    message = seen.page.locator(".mist-data [role=alert]")
    expect(message).to_contain_text("expected at least two columns of numbers in bad.csv; got 0")

    seen.upload(good)
    numbers = seen.page.locator(".mist-data .mist-numbers")
    expect(numbers).to_contain_text(re.compile(r"90% interval [0-9.]+ to [0-9.]+"))
    expect(message).to_be_hidden()
    expect(seen.page.locator(".mist-data .main-svg").nth(1)).to_be_attached()
    with_one_column = numbers.inner_text()
    seen.control("Columns of X").locator("select").select_option(["height", "age"])
    expect(numbers).not_to_have_text(with_one_column, use_inner_text=True)

    # The page goes on working.
    before = seen.numbers.inner_text()
    seen.page.get_by_role("button", name="New sample").click()
    expect(seen.numbers).not_to_have_text(before, use_inner_text=True)


def test_a_phone_scrolls_in_one_direction_and_a_closed_page_frees_its_kernel(
    server: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(server.url, width=375)
    seen.page.get_by_role("button", name="More settings").click()
    seen.page.get_by_role("button", name="Share this view").click()
    seen.page.locator("summary").click()
    too_wide = seen.page.evaluate(
        """() => [...document.querySelectorAll("html, body, #rendered_cells, .mist, .mist-figures")]
          .filter(box => box.scrollWidth > 375).map(box => box.className || box.tagName)"""
    )
    assert too_wide == []

    settings = seen.page.locator("#jupyter-config-data").text_content()
    kernel = json.loads(settings or "")["kernelId"]

    def alive() -> bool:
        try:
            with urlopen(f"{server.url}api/kernels/{kernel}") as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False

    assert alive()
    seen.page.close(run_before_unload=True)
    eventually(lambda: not alive(), "the kernel to end")


def test_files_and_listings_are_not_served(server: Server) -> None:
    for path in ("voila/tree", "voila/render/estimate.ipynb", "voila/files/estimate.ipynb"):
        with pytest.raises(HTTPError, match="404") as denied:
            urlopen(f"{server.url}{path}")
        denied.value.close()


def test_a_second_app_finds_another_port_and_ends_with_its_kernels(server: Server) -> None:
    taken = int(server.url.rstrip("/").rpartition(":")[2])
    with serving(taken) as second:
        assert second.url != server.url
        children: list[psutil.Process] = []

        def kernels() -> bool:
            children[:] = psutil.Process(second.process.pid).children(recursive=True)
            return len(children) >= 1

        eventually(kernels, "a preheated kernel")
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(timeout=60) == 0
        eventually(lambda: not any(child.is_running() for child in children), "kernels to end")
