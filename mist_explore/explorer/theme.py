"""Theme of the pages: the style sheet, with the palette of the figures, and the asset files."""

from __future__ import annotations

from importlib.resources import files

from mist_explore.explorer.typeface import font_face
from mist_explore.palette import DARK, FONT, LIGHT, Palette

__all__ = ["asset", "has_asset", "style_sheet"]

# JupyterLab marks its own mode on the body; elsewhere the browser's preference counts.
_IN_DARK_LAB = 'body[data-jp-theme-light="false"]:not([data-voila]) .mist'


def asset(name: str) -> str:
    """Return the text of an asset file."""
    return (files("mist_explore.explorer") / "assets" / name).read_text(encoding="utf-8")


def has_asset(name: str) -> bool:
    """Return whether there is an asset file of this name."""
    return (files("mist_explore.explorer") / "assets" / name).is_file()


def style_sheet(embedded: bool | None = None) -> str:
    """Return the style sheet of a page, light and dark.

    Args:
        embedded: whether it carries the typeface itself; by default everywhere but in the app.

    Figures are drawn with the light palette; each of its colours is replaced, where it is used
    in a figure, by the variable of the same name, which follows the mode.
    """
    swaps = "\n".join(
        f'.mist .main-svg [style*="{prop}: {_rgb(color)}"] {{ {prop}: var(--{name}) !important }}'
        for name, color in LIGHT.named().items()
        for prop in ("fill", "stroke")
    )
    dark = _variables(DARK)
    return (
        f"{font_face(embedded)}\n"
        f".mist {{ --font: {FONT}; {_variables(LIGHT)} color-scheme: light; }}\n"
        "@media (prefers-color-scheme: dark) "
        f'{{ body[data-voila]:not([data-theme="light"]) .mist {{ {dark} color-scheme: dark; }} }}\n'
        f'body[data-theme="dark"] .mist {{ {dark} color-scheme: dark; }}\n'
        f"{_IN_DARK_LAB} {{ {dark} color-scheme: dark; }}\n"
        f"{swaps}\n{asset('page.css')}\n{asset('layout.css')}"
    )


def _variables(palette: Palette) -> str:
    return " ".join(f"--{name}: {color};" for name, color in palette.named().items())


def _rgb(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
