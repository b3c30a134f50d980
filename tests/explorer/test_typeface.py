"""The typeface: small, free, complete by itself, and one for pages and figures."""

from __future__ import annotations

import re
from base64 import b64decode
from importlib.resources import files

import pytest

from mist_explore.explorer.report import report_html
from mist_explore.explorer.theme import asset, style_sheet
from mist_explore.explorer.typeface import font_face, font_file, font_url
from mist_explore.palette import FONT
from mist_explore.plots.style import bare_layout

FOLDER = files("mist_explore.explorer") / "assets" / "fonts"


def test_the_font_is_a_small_woff2_with_its_licence_beside_it() -> None:
    assert font_file().startswith(b"wOF2")
    assert len(font_file()) < 150_000
    licence = (FOLDER / "LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_the_app_serves_the_font_and_others_embed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOILA_APP_IP", "127.0.0.1")
    assert f"url({font_url()})" in font_face()
    assert len(style_sheet()) < 40_000
    monkeypatch.delenv("VOILA_APP_IP")
    embedded = re.search(r"url\(data:font/woff2;base64,([^)]+)\)", font_face())
    assert embedded
    assert b64decode(embedded[1]) == font_file()


def test_a_report_carries_the_font_wherever_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOILA_APP_IP", "127.0.0.1")
    assert font_face(embedded=True) in report_html("A report", [])


def test_pages_and_figures_name_the_same_family_first() -> None:
    family = FONT.partition(",")[0]
    assert f'font-family: "{family}"' in font_face()
    assert f"--font: {FONT};" in style_sheet()
    assert bare_layout(300).font.family == FONT
    # Nothing but this variable names a family of letters.
    assert "sans-serif" not in asset("page.css")
