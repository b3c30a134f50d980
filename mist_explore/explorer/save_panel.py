"""The panel to save a trained network: a name, and a button."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import ipywidgets as widgets

from mist_explore.estimators import save_model
from mist_explore.estimators.models import user_models_directory
from mist_explore.explorer.html import in_words, message_html
from mist_explore.explorer.limits import limit
from mist_explore.explorer.pages import PAGES, address
from mist_explore.network import Checkpoint

__all__ = ["SavePanel"]


class SavePanel:
    """Saves the network of the last measurement under a name.

    Args:
        network: returns it, or None while there is none.
    """

    def __init__(self, network: Callable[[], Checkpoint | None]) -> None:
        self._network, self._own = network, set[str]()
        self.name = widgets.Text(
            description="Name of your network",
            placeholder="my-network",
            continuous_update=False,
        )
        self.save = widgets.Button(description="Save")
        self.status = widgets.HTML()
        self.widget = widgets.Box([self.name, self.save, self.status]).add_class("mist-keep")
        self.save.on_click(lambda _: self._save())

    def _save(self) -> None:
        network, name = self._network(), self.name.value.strip() or self.name.placeholder
        if network is None:
            self.status.value = message_html(
                "There is no network to save yet: press Train, and save it at any time."
            )
            return
        try:
            if name not in self._own:
                _check_number()
            directory = save_model(network, name, replacing=name in self._own)
        except (ValueError, OSError) as error:
            self.status.value = message_html(in_words(error))
            return
        self._own.add(name)
        links = " or ".join(
            f'<a href="{escape(address(page, query))}">{escape(PAGES[page].title)}</a>'
            for page, query in (("estimate", f"peers={name}"), ("data", f"network={name}"))
        )
        where = "for this visit" if limit("PUBLIC") == 1 else f"in {escape(str(directory))}"
        self.status.value = (
            f'<p class="mist-hint" role="status">Saved after {network.training["steps"]:,} steps, '
            f"{where}. Choose <b>{escape(name)}</b> on the page {links} or "
            "wherever estimators are chosen; in Python it is "
            f'<code>mx.load("{escape(name)}")</code>.</p>'
        )


def _check_number() -> None:
    """Raise a ValueError if there are as many networks as the server allows."""
    saved, most = len(list(user_models_directory().glob("*/config.json"))), limit("NETWORKS")
    if saved >= most:
        raise ValueError(
            f"expected at most {most:.0f} networks of one visitor; save under one of your names"
        )
