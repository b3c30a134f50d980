"""The style sheet: every colour of the figures follows the mode, and nothing comes from afar."""

from __future__ import annotations

from mist_explore.explorer.theme import style_sheet
from mist_explore.plots import DARK, LIGHT


def test_the_style_sheet_swaps_every_colour_of_the_figures() -> None:
    css = style_sheet()
    for name in LIGHT.named():
        assert f"var(--{name})" in css
        assert f"--{name}: {LIGHT.named()[name]}" in css
        assert f"--{name}: {DARK.named()[name]}" in css


def test_the_style_sheet_asks_nothing_of_the_network() -> None:
    assert "http" not in style_sheet()
    assert "@import" not in style_sheet()
