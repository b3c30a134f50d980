"""The former place of the messages in `html`; delete it with the last page that imports it."""

from __future__ import annotations

from mist_explore.explorer.html import (
    in_words,
    lasting,
    message_html,
    progress_html,
    warnings_html,
)

__all__ = ["in_words", "lasting", "message_html", "progress_html", "warnings_html"]
