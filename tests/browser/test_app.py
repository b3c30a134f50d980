"""The app around the pages: what it serves, and what it leaves behind."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import BrowserContext, expect
from websockets.sync.client import connect

from benchmarks.browser.app import Server, eventually, serving
from benchmarks.browser.client import arrive, status
from benchmarks.browser.visit import OpenPage, window
from mist_explore.explorer.pages import PAGES
from mist_explore.explorer.typeface import font_file, font_url
from tests.browser.layout import foreign_words, has_fonts, lend_typeface, misfits


def test_files_and_listings_are_not_served(server: Server) -> None:
    for path in ("voila/tree", "voila/render/estimate.ipynb", "voila/files/estimate.ipynb"):
        with pytest.raises(HTTPError, match="404") as denied:
            urlopen(f"{server.url}{path}")
        denied.value.close()


def test_former_addresses_lead_to_their_page_with_the_query(server: Server) -> None:
    for page in PAGES.values():
        for name in page.former:
            with urlopen(f"{server.url}{name.replace('_', '-')}?n=50&seed=1") as answer:
                assert answer.url == f"{server.url}{page.stem}?n=50&seed=1"


def test_a_closed_page_frees_its_kernel(server: Server, open_page: OpenPage) -> None:
    seen = open_page("estimate")
    kernel = seen.kernel

    def alive() -> bool:
        try:
            with urlopen(f"{server.url}api/kernels/{kernel}") as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return False

    assert alive()
    with seen.page.expect_event("close"):
        seen.page.close(run_before_unload=True)
    eventually(lambda: not alive(), "the kernel to end")


def test_a_second_app_finds_another_port_and_ends_with_its_kernels(
    server: Server, tmp_path: Path
) -> None:
    with serving(server.port, tmp_path) as second:
        assert second.url != server.url
        assert arrive(second.page("home")).kernel
        kernels = psutil.Process(second.pid).children(recursive=True)
        assert kernels
    eventually(lambda: not any(kernel.is_running() for kernel in kernels), "kernels to end")


def test_a_browser_with_the_older_protocol_does_not_stop_the_app(
    server: Server, open_page: OpenPage
) -> None:
    seen = open_page("home")
    socket = f"ws://127.0.0.1:{server.port}/api/kernels/{seen.kernel}/channels"
    with connect(socket, max_size=None) as older:
        seen.button("New sample").click()
        eventually(lambda: isinstance(older.recv(timeout=60), bytes), "numbers of a figure")
    with urlopen(f"{server.url}api/kernels/{seen.kernel}", timeout=60) as answer:
        assert answer.status == 200


def test_the_typeface_is_served_once_and_nothing_beside_it(server: Server) -> None:
    with urlopen(f"{server.url}{font_url()}") as answer:
        assert answer.read() == font_file()
        assert answer.headers["Content-Type"] == "font/woff2"
        assert "immutable" in answer.headers["Cache-Control"]
    for path in ("fonts/", "fonts/LICENSE.txt", "fonts/../page.css", "fonts/inter.woff2/.."):
        with pytest.raises(HTTPError, match="404") as denied:
            urlopen(f"{server.url}{path}")
        denied.value.close()


def test_the_opening_precedes_kernel_and_typeface_and_stays_without_them(
    server: Server, browser: BrowserContext
) -> None:
    url = server.page("benchmarks")
    arrival = arrive(url)
    assert "<h1" in arrival.opening
    assert '"kernelId"' not in arrival.opening
    words = arrival.opening.partition("</body>")[0]
    assert status(f"{server.url}api/kernels/{arrival.kernel}", "DELETE") == 204

    page = window(browser).page
    page.route(url, lambda route: route.fulfill(body=words, content_type="text/html"))
    if has_fonts():
        page.route("**/fonts/*", lambda route: route.abort())
    lend_typeface(page)
    page.goto(url)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".mist-starting")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0
    assert bool(foreign_words(page)) == has_fonts()
    page.set_viewport_size({"width": 320, "height": 812})
    assert misfits(page) == []
    expect(page.locator("#mist-gone")).to_contain_text("has ended")
    page.close()
