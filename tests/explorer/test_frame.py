"""The frame: every page is reachable from every other; controls stand beside their figure."""

from __future__ import annotations

import base64
import re
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from typing import get_args

import ipywidgets as widgets
import pytest

from mist_explore.explorer import open_page
from mist_explore.explorer.frame import FOOT, RAIL, frame, navigation_html, skeleton_html, stages
from mist_explore.explorer.links import download_html
from mist_explore.explorer.pages import GROUPS, NAMED, PAGES, address, page_named
from mist_explore.explorer.settings import Settings
from mist_explore.explorer.theme import asset, has_asset


@pytest.mark.parametrize("name", PAGES)
def test_navigation_marks_one_page_and_links_to_all(name: str) -> None:
    html = navigation_html(name)
    assert html.count("aria-current") == 1
    assert f'aria-current="page">{PAGES[name].title}</a>' in html
    assert re.findall(r'href="([^"]+)"', html) == [address(other) for other in PAGES]
    assert re.findall(r"<li><span>(.*?)</span>", html) == list(GROUPS)


def test_addresses_are_relative_in_the_app_and_in_a_notebook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VOILA_APP_IP", raising=False)
    assert address("failure_modes") == "failure-modes.ipynb"
    monkeypatch.setenv("VOILA_APP_IP", "127.0.0.1")
    assert address("failure_modes") == "failure-modes"
    assert address("home") == "./"
    assert address("estimate", "n=50&seed=1") == "estimate?n=50&seed=1"


FORMER = {
    "information": "mutual_information",
    "joint_table": "joint_tables",
    "data": "your_data",
    "estimators": "inside_an_estimator",
    "failure": "failure_modes",
    "training": "train",
    "gradient": "differentiable",
    "results": "benchmarks",
}


def test_a_page_has_one_name_and_opens_by_its_former_ones() -> None:
    assert {old: page_named(old).name for old in FORMER} == FORMER
    assert FORMER.keys() == {old for page in PAGES.values() for old in page.former}
    names = [n for page in PAGES.values() for n in {page.name, page.stem, *page.former}]
    assert sorted(names) == sorted(NAMED)  # none opens two pages
    for page in PAGES.values():
        assert find_spec(f"mist_explore.explorer.{page.name}") is not None
        assert page_named(page.stem) is page
    with pytest.raises(ValueError, match=r"expected a page among home, .*; got 'house'"):
        page_named("house")


def test_the_skeleton_shows_the_words_of_the_page_before_its_kernel_does() -> None:
    skeleton, box = skeleton_html("estimate"), frame("estimate")
    top, body = box.children[:2]
    assert skeleton.startswith('<div class="mist')
    assert "<style>" in top.value
    assert "<nav" in top.value
    assert "<h1>" in body.children[0].value
    assert top.value in skeleton
    assert body.children[0].value in skeleton


def test_controls_stand_beside_the_figure_that_follows_them() -> None:
    row, more, share = (widgets.Box().add_class(one) for one in (RAIL, RAIL, FOOT))
    figure, other = (widgets.Box().add_class("mist-figure") for _ in range(2))
    words, heading = widgets.HTML("words"), widgets.HTML("<h2>And</h2>")
    last = widgets.HTML("<h2>Last</h2>")
    one, two, three = stages([row, figure, words, heading, other, more, last, share])
    assert [one.children[0].children, one.children[1].children] == [(figure, words), (row, share)]
    assert [two.children[0].children, two.children[1].children] == [(heading, other), (more,)]
    assert three.children == (last,)
    assert "mist-stuck" in figure._dom_classes


@pytest.mark.parametrize("name", ["home", "flows"])
def test_a_page_has_its_controls_figure_and_sentence_in_its_first_stage(name: str) -> None:
    page = open_page(name)
    stage = next(part for part in page.children if "mist-stage" in part._dom_classes)
    main, rail = stage.children
    classes = [set(child._dom_classes) for child in main.children]
    assert any("mist-stuck" in found for found in classes)
    assert any("mist-insight" in found for found in classes)
    assert any("mist-controls" in child._dom_classes for child in rail.children)
    assert FOOT in rail.children[-1]._dom_classes


@pytest.mark.parametrize("name", [name for name in PAGES if has_asset(f"{name}/opening.html")])
def test_words_that_set_controls_are_links_of_their_page(name: str) -> None:
    links = re.findall(
        r'<a href="\?([^"]+)" data-(?:set|open)="([^"]+)"', asset(f"{name}/opening.html")
    )
    page = import_module(f"mist_explore.explorer.{name}").PAGE
    state = next(one for one in get_args(page.__orig_bases__[0]) if issubclass(one, Settings))
    for address_, query in links:
        assert address_ == query
        assert state.from_query(unescape(query)).to_query()
    assert bool(links) == (
        name in {"home", "mutual_information", "estimate", "inside_an_estimator"}
    )


def test_a_download_carries_its_content() -> None:
    html = download_html("numbers.csv", b"\x00\xff,1", "The numbers & more")
    found = re.search(r"base64,([^\"]+)\"", html)
    assert found is not None
    assert base64.b64decode(found.group(1)) == b"\x00\xff,1"
    assert "The numbers &amp; more" in html
