"""Typeface and colours of figures and pages; they need no library, so that the server has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

__all__ = ["DARK", "FONT", "LIGHT", "Palette"]

FONT = "Inter, system-ui, sans-serif"
"""The family of fonts of figures and pages; the pages bring Inter along."""


@dataclass(frozen=True)
class Palette:
    """Colours of one mode, as `#rrggbb`.

    Every colour but `rule` has a contrast of at least 4.5 : 1 to `paper`, and the hues are
    distinct with any common colour blindness (blue, orange, and dark against light).
    Figures are drawn with `LIGHT`; in dark mode the page swaps each colour for its namesake.
    """

    paper: str
    ink: str
    muted: str
    rule: str
    points: str
    learned: str
    baseline: str
    third: str
    fourth: str
    fifth: str
    miss: str

    def named(self) -> Mapping[str, str]:
        """The colours by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


LIGHT = Palette(
    paper="#ffffff",
    ink="#16191d",
    muted="#5b636d",
    rule="#e3e6ea",
    points="#46505b",
    learned="#1d5fa9",
    baseline="#b34d00",
    third="#007356",
    fourth="#96337a",
    fifth="#6a5a00",
    miss="#b81432",
)
DARK = Palette(
    paper="#14171b",
    ink="#eef0f2",
    muted="#a3abb5",
    rule="#2d333a",
    points="#b4bdc7",
    learned="#74b0f2",
    baseline="#f79a52",
    third="#4cc3a0",
    fourth="#e08cc8",
    fifth="#d3c04e",
    miss="#ff8a93",
)
