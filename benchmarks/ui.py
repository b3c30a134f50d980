"""Measure latency and reliability of the explorer in a real browser.

`python -m benchmarks.ui`
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import nbformat
import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, sync_playwright

from benchmarks.browser.app import Server, eventually, free_port, serving
from benchmarks.browser.visit import READY, Visit, launched, window
from mist_explore.evaluation import write_section
from mist_explore.explorer.pages import PAGES, page_named
from mist_explore.files import replace_file
from mist_explore.resources import notebooks_directory

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "benchmarks" / "results" / "ui.json"
LOADS = 20
"""Loads of each page, and of the bare one."""
CHANGES = 40
"""Changes of a control on the default estimate page."""
MOST_MILLISECONDS, MOST_SECONDS_TO_WORDS, MOST_TIMES_BARE, MOST_MEGABYTES = 300, 1.0, 2.0, 7.0
"""What is wanted: from a control to its figure, first words, ready, over the websocket."""

# Time from a key press to the redrawn fan, measured in the browser.
WATCH = """() => {
  window.took = [];
  let pressed = null;
  const shown = () => [...document.querySelectorAll(".mist-answer .barlayer path")]
    .map(bar => bar.getAttribute("d")).join();
  let before = shown();
  addEventListener("keydown", () => { pressed = performance.now(); before = shown(); }, true);
  new MutationObserver(() => {
    if (pressed !== null && shown() !== before) {
      window.took.push(performance.now() - pressed);
      pressed = null;
    }
  }).observe(document.querySelector(".mist-answer"), {
    subtree: true, childList: true, attributes: true, attributeFilter: ["d"],
  });
}"""

FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
FIGURES = """() => [...document.querySelectorAll(".mist .mist-figure")]
  .filter(figure => figure.offsetParent)
  .map(figure => figure.querySelector(".main-svg").innerHTML)"""


# Controls that trigger a computation; those of training respond before a run.
BUTTONS = (
    ".mist-controls:not(.mist-disclosed) button.mod-primary:visible, "
    ".mist-page-failure_modes .mist-run button.mod-primary:visible"
)


def main() -> int:
    """Write the file and the table of the documentation."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(free_port(), Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        found: dict[str, Any] = {
            "command": "python -m benchmarks.ui",
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "browser": f"chromium {browser.version}",
            "control_to_figure": control_to_figure(browser, server),
            "bare": bare_page(browser, Path(folder)),
            "pages": pages(browser, server),
        }
        browser.close()
    replace_file(FILE, (json.dumps(found, indent=1) + "\n").encode())
    write_section(ROOT / "docs" / "benchmarks.md", "ui", table(found))
    print(table(found))
    return 0


def control_to_figure(browser: Browser, server: Server) -> dict[str, float]:
    """Return seconds from a key press on "New sample" of the estimate page to the redrawn fan."""
    visit = window(browser).go(server.page("estimate"))
    settled(server, 1)
    page = visit.page
    page.evaluate(WATCH)
    for number in range(CHANGES):
        visit.button("New sample").press("Enter")
        page.wait_for_function(f"() => window.took.length > {number}")
        page.wait_for_timeout(200)
    took = [milliseconds / 1_000 for milliseconds in page.evaluate("() => window.took")]
    page.context.close()
    return {
        "changes": CHANGES,
        "median": round(statistics.median(took), 3),
        "p95": round(statistics.quantiles(took, n=20)[-1], 3),
    }


def pages(browser: Browser, server: Server) -> dict[str, dict[str, Any]]:
    """Return the load time and size of each page, and whether all figures update."""
    found = {}
    for name, page in PAGES.items():
        if (notebooks_directory() / page.notebook).is_file():
            opened, alive = [], 0
            for _ in range(LOADS):
                settled(server, 1)
                opened.append(load(browser, server.page(name), READY))
                alive += figures_update(opened[-1].visit)
                opened[-1].visit.page.context.close()
            found[name] = {
                "loads": LOADS,
                "words": round(statistics.median(each.words for each in opened), 2),
                "seconds": round(statistics.median(each.seconds for each in opened), 2),
                "megabytes": round(max(each.size for each in opened) / 1e6, 2),
                "figures_updated": alive,
            }
            print(name, found[name], file=sys.stderr)
    return found


def figures_update(visit: Visit) -> bool:
    """Return whether every visible figure changes with the visible controls."""
    page = visit.page
    before = page.evaluate(FIGURES)
    changed = [False] * len(before)

    def looked() -> bool:
        now = page.evaluate(FIGURES)
        if len(now) != len(changed):
            return True  # other figures than before
        changed[:] = [c or a != b for c, a, b in zip(changed, before, now, strict=True)]
        return all(changed)

    tables = page.locator(".mist-upload select")
    if tables.count():  # the columns of another table
        _choose(tables)
    else:
        controls = page.locator(".mist-controls:not(.mist-disclosed)")
        for handle in controls.locator(".noUi-handle:visible").all():
            handle.press("ArrowRight")
        for choice in controls.locator("select:visible").all():
            _choose(choice)
        for button in page.locator(BUTTONS).all():
            button.click()
    try:
        eventually(looked, "every figure to change", 60)
    except AssertionError:
        return False
    return True


def _choose(choice: Locator) -> None:
    choice.evaluate("choice => choice.options.length > 1 && (choice.selectedIndex = 1)")
    choice.dispatch_event("change")


@dataclass(frozen=True)
class Loaded:
    """A loaded page.

    Args:
        visit: the page.
        words: seconds until the first contentful paint.
        seconds: seconds until the page was ready.
        size: bytes received over its WebSockets until then.
    """

    visit: Visit
    words: float
    seconds: float
    size: int


def load(browser: Browser, url: str, ready: str) -> Loaded:
    """Open a page and wait until it is ready."""
    visit, sizes = window(browser), [0]

    def received(frame: str | bytes) -> None:
        sizes[0] += len(frame)

    visit.page.on("websocket", lambda socket: socket.on("framereceived", received))
    began = time.monotonic()
    visit.page.goto(url, wait_until="commit")
    visit.page.wait_for_function(ready)
    seconds = time.monotonic() - began
    return Loaded(visit, visit.page.evaluate(FIRST_PAINT) / 1_000, seconds, sizes[0])


def settled(server: Server, pages: int) -> None:
    """Wait until a server has preheated its pages and its kernels are idle."""
    process = psutil.Process(server.pid)

    def worked(kernels: list[psutil.Process]) -> float:
        return sum(sum(kernel.cpu_times()[:2]) for kernel in kernels)

    def resting() -> bool:
        kernels = process.children(recursive=True)
        if len(kernels) < pages:
            return False
        try:
            before = worked(kernels)
            time.sleep(1)
            return worked(kernels) - before < 0.05
        except psutil.NoSuchProcess:  # the previous kernel has ended
            return False

    eventually(resting, f"{pages} kernels to wait for visitors and rest", 600)


def bare_page(browser: Browser, folder: Path) -> dict[str, float]:
    """Return the load time of a page with a single slider, preheated by plain Voila."""
    cell = nbformat.v4.new_code_cell("import ipywidgets\n\nipywidgets.IntSlider()")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    nbformat.write(notebook, folder / "bare.ipynb")
    port = free_port()
    command = ["voila", "bare.ipynb", "--no-browser", "--preheat_kernel=True", "--pool_size=1"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, f"--port={port}"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(process.pid, f"http://localhost:{port}/")
    try:
        eventually(lambda: _answers(server), "Voila to start", 120)
        times = []
        for _ in range(LOADS):
            settled(server, 1)
            opened = load(browser, server.url, "() => document.querySelector('.widget-slider')")
            times.append(opened.seconds)
            opened.visit.page.context.close()
    finally:
        process.terminate()
        process.wait(timeout=60)
    return {"loads": LOADS, "seconds": round(statistics.median(times), 2)}


def table(found: dict[str, Any]) -> str:
    """Return the measurements as Markdown, with their goals."""
    control, bare = found["control_to_figure"], found["bare"]["seconds"]
    lines = [
        f"From a control to its figure, on the default estimate page: "
        f"{_verdict(1_000 * control['p95'], MOST_MILLISECONDS)} ms in 95 % of "
        f"{control['changes']} changes (wanted: at most {MOST_MILLISECONDS}), "
        f"{1_000 * control['median']:.0f} ms in half of them.",
        "",
        "| page, preheated | first words (s) | ready (s) | times a bare page | MB until ready "
        "| figures updated |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        f"| one slider, nothing else | | {bare} | 1 | | |",
        *(
            f"| {page_named(name).title} | {_verdict(page['words'], MOST_SECONDS_TO_WORDS)} | "
            f"{page['seconds']} | "
            f"{_verdict(page['seconds'] / bare, MOST_TIMES_BARE)} | "
            f"{_verdict(page['megabytes'], MOST_MEGABYTES)} | "
            f"{page['figures_updated']} of {page['loads']} |"
            for name, page in found["pages"].items()
        ),
        "",
        f"Bold is above what is wanted: first words within {MOST_SECONDS_TO_WORDS:g} s, ready "
        f"within {MOST_TIMES_BARE:g} times a bare page, "
        f"{MOST_MEGABYTES:g} MB. Medians of {found['bare']['loads']} loads in {found['browser']} "
        f"on {found['machine']}. Made by `{found['command']}`.",
    ]
    return "\n".join(lines)


def _verdict(value: float, most: float) -> str:
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"**{text}**" if value > most else text


def _answers(server: Server) -> bool:
    try:
        with urlopen(f"{server.url}api/status"):
            return True
    except HTTPError:  # any response, even 404
        return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
