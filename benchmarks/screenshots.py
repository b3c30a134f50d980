"""Screenshots of the README: `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser.app import Server, free_port, serving
from benchmarks.browser.visit import launched, window
from mist_explore.explorer import PAGES
from mist_explore.resources import notebooks_directory

__all__ = ["SHOTS", "Shot", "main"]

FOLDER = Path(__file__).resolve().parent.parent / "docs"


@dataclass(frozen=True)
class Shot:
    """A screenshot of a page, with its size and colour mode."""

    name: str
    page: str
    height: int
    width: int = 1280
    scheme: Literal["light", "dark"] = "light"


# Pictures end below a figure, or below its caption.
SHOTS = (
    Shot("home", "home", 920),
    Shot("information", "mutual_information", 850),
    Shot("intervals", "intervals", 900),
    Shot("estimate", "estimate", 980),
    Shot("sample-size", "sample_size", 1080),
    Shot("failure", "failure_modes", 1050),
    Shot("training", "train", 1130),
    Shot("flows", "flows", 1310),
    Shot("data", "your_data", 1130),
    Shot("gradient", "differentiable", 1050),
    Shot("results", "benchmarks", 1090),
    Shot("estimate-dark", "estimate", 980, scheme="dark"),
    Shot("estimate-phone", "estimate", 1240, width=375),
)


def main() -> int:
    """Start the app, take every picture, stop the app."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(free_port(), Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = launched(playwright)
        for shot in SHOTS:
            if (notebooks_directory() / PAGES[shot.page].notebook).is_file():
                print(_take(browser, server, shot))
        browser.close()
    return 0


def _take(browser: Browser, server: Server, shot: Shot) -> Path:
    visit = window(browser, shot.width, shot.scheme, scale=2)
    visit.page.set_viewport_size({"width": shot.width, "height": shot.height})
    visit.go(server.page(shot.page))
    visit.page.evaluate("document.fonts.ready")
    file = FOLDER / f"{shot.name}.png"
    visit.page.screenshot(path=file)
    visit.close()
    return file


if __name__ == "__main__":
    sys.exit(main())
