"""The pictures of the README: `make screenshots`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

__all__ = ["SHOTS", "Shot", "main"]

FOLDER = Path(__file__).resolve().parent.parent / "docs"
PORT = 8966
PATIENCE = 180_000


@dataclass(frozen=True)
class Shot:
    """One picture: a page at a size, in one mode."""

    name: str
    path: str
    width: int
    height: int
    mode: str = "light"


SHOTS = (
    Shot("estimate", "estimate", 1280, 960),
    Shot("estimate-dark", "estimate", 1280, 960, "dark"),
    Shot("estimate-phone", "estimate", 375, 1240),
)


def main() -> int:
    """Start the app, take every picture, stop the app."""
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if chromium is None:
        print("expected chromium: run 'apt-get install chromium', or set CHROMIUM", file=sys.stderr)
        return 2
    program = str(Path(sys.executable).with_name("mist-explore"))
    command = [program, "app", "--no-browser", "--port", str(PORT)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app,
        sync_playwright() as playwright,
    ):
        try:
            address = re.search(r"http://\S+", app.stdout.readline() if app.stdout else "")
            if address is None:
                return app.wait()
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for shot in SHOTS:
                print(_take(browser, address.group(), shot))
            browser.close()
        finally:
            app.terminate()
    return 0


def _take(browser: Browser, address: str, shot: Shot) -> Path:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, device_scale_factor=2
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.emulate_media(color_scheme="dark" if shot.mode == "dark" else "light")
    page.goto(address + shot.path)
    page.locator(".mist-answer .barlayer path").first.wait_for(state="attached")
    page.evaluate("document.fonts.ready")
    file = FOLDER / f"{shot.name}.png"
    page.screenshot(path=file)
    context.close()
    return file


if __name__ == "__main__":
    sys.exit(main())
