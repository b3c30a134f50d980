"""The panel to save a network: a name, and a button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

import ipywidgets as widgets

from mist_explore.estimators.models import user_models_directory
from mist_explore.explorer.html import hint_html, in_words, message_html
from mist_explore.explorer.limits import limit

__all__ = ["SavePanel"]


class SavePanel:
    """Saves the network of a page under a name, with links to pages that then offer it.

    Args:
        save: saves it under a name, instead of one of that name where the second argument allows,
            and returns its folder; None while there is no network.
        links: for a name, links to pages that show the network, as HTML.
        missing: words where there is no network.
        there: words where there is one.
    """

    def __init__(
        self,
        save: Callable[[str, bool], Path | None],
        links: Callable[[str], Iterable[str]],
        missing: str,
        there: str,
    ) -> None:
        self._save_as, self._links = save, links
        self._words = {False: missing, True: there}
        self._offered: bool | None = None
        self._own: set[str] = set()
        self.name = widgets.Text(
            description="Name of your network",
            placeholder="my-network",
            continuous_update=False,
        )
        self.save = widgets.Button(description="Save network")
        self.status = widgets.HTML()
        self.widget = widgets.Box([self.name, self.save, self.status]).add_class("mist-keep")
        self.save.on_click(lambda _: self._save())

    def offer(self, there: bool) -> None:
        """Offer to save a network, or none; words on the last one that was saved stay."""
        if there is not self._offered:
            self._offered, self.save.disabled = there, not there
            self.status.value = hint_html(self._words[there])

    def _save(self) -> None:
        name = self.name.value.strip() or self.name.placeholder
        try:
            if name not in self._own:
                _check_number()
            directory = self._save_as(name, name in self._own)
        except (ValueError, OSError) as error:
            self.status.value = message_html(in_words(error))
            return
        if directory is None:
            self.status.value = message_html(self._words[False])
            return
        self._own.add(name)
        links = " or ".join(self._links(name))
        where = "kept for this visit" if limit("PUBLIC") == 1 else f"in {escape(str(directory))}"
        self.status.value = (
            f'<p class="mist-hint" role="status">Saved. Next: {links}. It is {where}, and in '
            f"every list of estimators as <b>{escape(name)}</b>; in Python it is "
            f'<code>mx.load("{escape(name)}")</code>.</p>'
        )


def _check_number() -> None:
    """Raise a ValueError if there are as many networks as the server allows."""
    saved, most = len(list(user_models_directory().glob("*/config.json"))), limit("NETWORKS")
    if saved >= most:
        raise ValueError(
            f"expected at most {most:.0f} networks of one visitor; save under one of your names"
        )
