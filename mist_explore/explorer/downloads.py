"""The former place of `html.download_html`; delete it with the last page that imports it."""

from __future__ import annotations

from mist_explore.explorer.html import download_html

__all__ = ["download_html"]
