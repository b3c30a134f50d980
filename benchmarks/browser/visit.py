"""A page in a browser window, with actions of a user."""

from __future__ import annotations

import json
import os
import re
import shutil
from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright

__all__ = [
    "PATIENCE",
    "READY",
    "SCREENSHOTS",
    "OpenPage",
    "Visit",
    "launched",
    "returning",
    "window",
]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # in a container /dev/shm may be small, or missing
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Animations take processor time from a starting kernel.
PROFILE: dict[str, Any] = {
    "reduced_motion": "reduce",
    "permissions": ["clipboard-read", "clipboard-write"],
}
# Milliseconds, for a busy machine; waits end as soon as their condition holds.
PATIENCE = 120_000
MILLISECONDS_BETWEEN = 100
SCREENSHOTS = Path(__file__).parents[2] / "tests" / "screenshots"
CLOSED = "Cannot send"
"""The complaint of a figure whose connection is closed."""

# Every visible figure is drawn, and no computation is running.
READY = """() => {
  const figures = [...document.querySelectorAll(".mist .mist-figure")].filter(f => f.offsetParent);
  return figures.length > 0 && figures.every(figure => figure.querySelector(".main-svg"))
    && !document.querySelector(".mist-busy");
}"""


# Once for each tab, before anything else of its first page.
FORGET = """try {
  if (!sessionStorage.getItem("begun")) localStorage.clear();
  sessionStorage.setItem("begun", "1");
} catch { /* a page without an address */ }"""


@dataclass
class Visit:
    """An open page and its errors.

    Args:
        page: the page of Playwright.
        alone: whether the window has a profile of its own.
        complaints: errors on the console, and requests to other machines.
    """

    page: Page
    alone: bool
    complaints: list[str] = field(default_factory=list)

    @property
    def query(self) -> str:
        """Return the query string of the address."""
        # Playwright updates its own record only with requests to the page.
        return str(self.page.evaluate("location.search")).removeprefix("?")

    def go(self, url: str) -> Visit:
        """Open a link and wait for the figures of the page.

        Figures that are drawn while a page is left report that its connection is closed: no error.
        """
        before = len(self.complaints)
        self.page.goto(url, wait_until="commit")
        self.wait_for(READY)
        during = self.complaints[before:]
        self.complaints[before:] = [text for text in during if CLOSED not in text]
        return self

    def wait_for(self, condition: str) -> None:
        """Wait until a function of JavaScript returns true.

        Playwright polls at each animation frame by default, which renders each frame.
        """
        self.page.wait_for_function(condition, polling=MILLISECONDS_BETWEEN)

    def close(self) -> None:
        """Leave the page, which shuts down its kernel, and close the window."""
        if not self.page.is_closed():
            with self.page.expect_event("close"):
                self.page.close(run_before_unload=True)
        if self.alone:
            self.page.context.close()

    @property
    def kernel(self) -> str:
        """Return the id of the kernel of the page."""
        settings = self.page.locator("#jupyter-config-data").text_content()
        return str(json.loads(settings or "")["kernelId"])

    def control(self, label: str) -> Locator:
        """Return the control with a label."""
        return self.page.locator(
            ".widget-inline-hbox", has=self.page.get_by_text(label, exact=True)
        )

    def button(self, label: str) -> Locator:
        """Return the button with a label."""
        return self.page.get_by_role("button", name=label)

    def upload(self, path: Path) -> None:
        """Upload a file with the file button of the page."""
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".mist-upload button").click()
        chooser.value.set_files(path)

    def picture(self, name: str, full: bool = False) -> Path:
        """Save a screenshot in the output folder of the run."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{re.sub('[^A-Za-z0-9.-]+', '-', name).strip('-')}.png"
        size = self.page.viewport_size
        if full and size:
            # The page scrolls inside its frame: a window as high as the page shows all of it.
            height = int(self.page.evaluate("document.querySelector('.mist').scrollHeight"))
            self.page.set_viewport_size({"width": size["width"], "height": height + 40})
        session = self.page.context.new_cdp_session(self.page)
        # Playwright's own pictures are smaller files, and take twice the processor time.
        taken = session.send("Page.captureScreenshot", {"optimizeForSpeed": True})
        session.detach()
        path.write_bytes(b64decode(taken["data"]))
        if full and size:
            self.page.set_viewport_size(size)
        return path


class OpenPage(Protocol):
    """Type of the fixture `open_page`."""

    def __call__(
        self,
        name: str,
        query: str = "",
        *,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
    ) -> Visit:
        """Open a page by its name in `PAGES` and wait for its figures."""
        ...


def launched(playwright: Playwright) -> Browser:
    """Launch the installed Chromium, headless and without background requests."""
    return playwright.chromium.launch(executable_path=_program(), args=list(FLAGS))


def returning(playwright: Playwright, folder: Path) -> BrowserContext:
    """Launch Chromium with a profile, in which scripts that were loaded before stay compiled.

    A page opens in less than half of the processor time that a stranger's takes.
    """
    return playwright.chromium.launch_persistent_context(
        folder, executable_path=_program(), args=list(FLAGS), **PROFILE
    )


def window(
    browser: Browser | BrowserContext,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    scale: float = 1,
) -> Visit:
    """Open a new window: with a profile of its own in a browser, or with an existing one.

    No window finds what pages of an earlier one have stored.
    """
    context = (
        browser.new_context(device_scale_factor=scale, **PROFILE)
        if isinstance(browser, Browser)
        else browser
    )
    context.set_default_timeout(PATIENCE)
    visit = Visit(context.new_page(), alone=context is not browser)
    visit.page.add_init_script(FORGET)
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.page.emulate_media(color_scheme=scheme)
    _listen(visit)
    return visit


def _program() -> str:
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert program, "expected chromium: run 'apt-get install chromium', or set CHROMIUM to another"
    return program


def _listen(visit: Visit) -> None:
    local = re.compile(r"(http|ws)://127\.0\.0\.1:|data:|blob:")
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type == "error" else None,
    )
    visit.page.on(
        "request",
        lambda request: (
            None
            if local.match(request.url)
            else visit.complaints.append(f"asked for {request.url}")
        ),
    )
