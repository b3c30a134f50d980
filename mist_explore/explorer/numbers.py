"""The former place of the numbers in `html`; delete it with the last page that imports it."""

from __future__ import annotations

from mist_explore.explorer.html import interval_text, number_html, numbers_html

__all__ = ["interval_text", "number_html", "numbers_html"]
