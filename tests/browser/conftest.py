"""One app for the whole run, one browser for each worker, and windows that must stay clean."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from benchmarks.browser.app import Server, shared
from benchmarks.browser.visit import PATIENCE, OpenPage, Visit, returning, window


@pytest.fixture(scope="session")
def server(testrun_uid: str) -> Iterator[Server]:
    """The app that both workers use."""
    folder = Path(tempfile.gettempdir()) / f"mist-explore-{testrun_uid}"
    with shared(folder) as running:
        yield running


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A browser with one profile for all pages of a worker."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = returning(playwright, tmp_path_factory.mktemp("profile"))
        yield running
        running.close()


@pytest.fixture
def open_page(
    server: Server, browser: BrowserContext, request: pytest.FixtureRequest
) -> Iterator[OpenPage]:
    """Opens pages, keeps a picture of how each was left, and finds nothing wrong on any."""
    visits: list[Visit] = []

    def opened(
        name: str,
        query: str = "",
        *,
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
    ) -> Visit:
        visits.append(window(browser, width, scheme))
        return visits[-1].go(server.page(name, query))

    yield opened
    for number, visit in enumerate(visits):
        if not visit.page.is_closed():
            visit.picture(f"{request.node.name}-{number}")
        visit.close()
    assert [complaint for visit in visits for complaint in visit.complaints] == []
