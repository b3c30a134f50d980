"""The frame of the pages: every page is reachable from every other."""

from __future__ import annotations

import base64
import re

import pytest

from mist_explore.explorer.frame import frame, navigation_html, skeleton_html
from mist_explore.explorer.html import download_html
from mist_explore.explorer.pages import PAGES, address


@pytest.mark.parametrize("name", PAGES)
def test_navigation_marks_one_page_and_links_to_all(name: str) -> None:
    html = navigation_html(name)
    assert html.count("aria-current") == 1
    assert f'aria-current="page">{PAGES[name].title}</a>' in html
    assert re.findall(r'href="([^"]+)"', html) == [address(other) for other in PAGES]


def test_addresses_are_relative_in_the_app_and_in_a_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VOILA_APP_IP", raising=False)
    assert address("failure") == "failure-modes.ipynb"
    monkeypatch.setenv("VOILA_APP_IP", "127.0.0.1")
    assert address("failure") == "failure-modes"
    assert address("home") == "./"
    assert address("estimate", "n=50&seed=1") == "estimate?n=50&seed=1"


def test_the_frame_opens_with_the_style_and_the_way_to_other_pages() -> None:
    box = frame("estimate")
    assert "<style>" in box.children[0].value
    assert "<nav" in box.children[0].value
    assert "<h1>" in box.children[0].value


def test_the_skeleton_shows_the_words_of_the_page_before_its_kernel_does() -> None:
    skeleton, box = skeleton_html("estimate"), frame("estimate")
    assert skeleton.startswith('<div class="mist')
    assert box.children[0].value in skeleton


def test_a_download_carries_its_content() -> None:
    html = download_html("numbers.csv", b"\x00\xff,1", "The numbers & more")
    found = re.search(r"base64,([^\"]+)\"", html)
    assert found is not None
    assert base64.b64decode(found.group(1)) == b"\x00\xff,1"
    assert "The numbers &amp; more" in html
