"""The runner of a page: from a link, or a moved control, to figures, words and the address."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Self, TypeAlias, TypeVar

import ipywidgets as widgets

from mist_explore.explorer.controls import disclosure
from mist_explore.explorer.figure import mark_widget
from mist_explore.explorer.frame import FOOT, RAIL, frame
from mist_explore.explorer.html import (
    alt_html,
    in_words,
    insight_html,
    message_html,
)
from mist_explore.explorer.job_panel import JobPanel
from mist_explore.explorer.latest import Latest
from mist_explore.explorer.links import File, address_html, downloads_html, share_html
from mist_explore.explorer.quantity import Quantity
from mist_explore.explorer.query import of_state, parted
from mist_explore.explorer.request import requested_query
from mist_explore.explorer.settings import Settings
from mist_explore.explorer.settings_controls import SettingsControls

__all__ = ["Page", "Section"]

State = TypeVar("State", bound=Settings)
Answer = TypeVar("Answer")


class Section(ABC, Generic[State, Answer]):
    """One state with its controls, and the figures and words that follow from it.

    A moved control requests the answer of its state; a worker computes that of the last one, and
    `show` draws it. An error becomes a message beside the controls, and the figures stay.

    Args:
        state: the state of the first screen, computed at once.
        compute: makes an answer from a state; a ValueError is a message for the reader.
    """

    still = "The figures still show the view before."
    """Second line of a message."""

    def __init__(self, state: State, compute: Callable[[State], Answer]) -> None:
        self.state, self.answer = state, compute(state)
        self.marked: tuple[widgets.DOMWidget, ...] = ()
        """Widgets that turn grey while a newer answer is computed, and after an error."""
        self.shared: Callable[[], None] = lambda: None
        """Called when another state is shown."""
        self.job: JobPanel[Any] | None = None
        """The long job of the section, if it has one."""
        self.message, self.insight, self.alt = (widgets.HTML() for _ in range(3))
        self.message.add_class(RAIL)
        self.insight.add_class("mist-insight")
        self._compute = compute
        self._worker: Latest[State, tuple[State, Answer]] = Latest(
            lambda wanted: (wanted, compute(wanted)), self._answered, self.fail
        )
        self.controls = SettingsControls(state, self.want, self.fail)

    @abstractmethod
    def show(self, answer: Answer) -> None:
        """Draw an answer; `self.state` and `self.answer` are set to it."""

    def describe(self, insight: str | Iterable[str], alt: str) -> None:
        """Write the computed sentences beside the figures, and the text in place of figures."""
        self.insight.value, self.alt.value = insight_html(insight), alt_html(alt)

    def quantities(self, state: State, answer: Answer) -> Mapping[str, Quantity]:
        """Return the numbers of an answer that questions of a lesson may compare, by name."""
        return {}

    def quantities_at(self, query: str) -> Mapping[str, Quantity]:
        """Return the `quantities` of a query string, without showing it.

        Raises:
            ValueError: if there is no such state, or it has no answer.
        """
        state = type(self.state).from_query(query)
        return self.quantities(state, self._compute(state))

    def want(self, state: State) -> None:
        """Request the answer of a state in place of any earlier one; return at once."""
        self.mark("busy")
        self._worker.submit(state)

    def go(self, query: str) -> None:
        """Request the state of a query string, as a control does; show a message on its error."""
        try:
            state = type(self.state).from_query(query)
        except ValueError as error:
            self.fail(error)
        else:
            if state != self.controls.state:
                self.controls.show(state)
                self.want(state)

    def follow(self, query: str) -> None:
        """Show the state of a query string, or a message on its error; an empty one has no effect.

        The controls are refreshed in any case: a preheated page may be older than a network that
        another page has saved.
        """
        self.controls.show(self.controls.state)
        if not query:
            return
        try:
            state = type(self.state).from_query(query)
            answer = self._compute(state)
        except ValueError as error:
            self.fail(error)
        else:
            self.controls.show(state)
            self._answered((state, answer))

    def fail(self, error: Exception) -> None:
        """Show the message of an error; the figures stay."""
        self.message.value = message_html(in_words(error), self.still)
        self.mark("stale")

    def mark(self, mark: str) -> None:
        """Mark figures and insight `"busy"` (newer on their way), `"stale"` or `""` (valid)."""
        for widget in (*self.marked, self.insight):
            mark_widget(widget, mark)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return self._worker.join(timeout) and (self.job is None or self.job.join(timeout))

    def _answered(self, found: tuple[State, Answer]) -> None:
        self.message.value = ""
        self.state, self.answer = found
        self.show(self.answer)
        self.mark("")
        self.shared()


AnySection: TypeAlias = Section[Any, Any]

_BUILT: dict[type, Any] = {}
"""Pages that are built before they are opened, in the parent of forked kernels."""


class Page(Section[State, Answer]):
    """A page: a section in its frame, with a link that holds its state.

    A subclass makes its figures from `self.answer`, then calls `lay_out`.

    Args:
        name: a name in `PAGES`.
        state: the state of the first screen, computed at once.
        compute: makes an answer from a state; a ValueError is a message for the reader.
        texts: by label, the text that gives the numbers of a state elsewhere, such as Python.
    """

    def __init__(
        self,
        name: str,
        state: State,
        compute: Callable[[State], Answer],
        texts: Mapping[str, Callable[[State], str]] | None = None,
    ) -> None:
        super().__init__(state, compute)
        self.name, self._texts = name, texts or {}
        self.sections: tuple[AnySection, ...] = (self,)
        self.address = widgets.HTML().add_class("mist-address")
        self.share, self.download = widgets.HTML(), widgets.HTML()
        self.link = widgets.Text().add_class("mist-address").add_class("mist-link")
        """Receives `address#number?query` from the browser: where it is, and a state to show."""
        self.link.observe(self._linked, "value")
        self._here, self._shares = "", False
        self.widget = widgets.VBox()

    @classmethod
    def opened(cls, query: Callable[[], str] = requested_query) -> widgets.VBox:
        """Return the page as one widget, at the link that `query` waits for and returns."""
        page = _BUILT.pop(cls, None) or cls._new()  # before it waits for the query
        page.follow(of_state(query()))
        return page.widget

    @classmethod
    def build(cls) -> None:
        """Build the page with its first screen for `opened` to return."""
        page = cls._new()
        page.join()
        _BUILT[cls] = page

    @classmethod
    def _new(cls) -> Self:
        return cls()  # type: ignore[call-arg]  # a subclass takes no arguments

    def texts(self) -> Mapping[str, str]:
        """Return texts, by label, that give the numbers of `self.state` elsewhere."""
        texts = {label: text(self.state) for label, text in self._texts.items()}
        return {label: text for label, text in texts.items() if text}

    def as_files(self) -> Iterable[File]:
        """Return the numbers that are shown as files."""
        return ()

    def sharing(self) -> widgets.VBox:
        """Return the folded panel with the link and the texts of the page."""
        return disclosure("Share this view", self.share, opened=self._show_share).add_class(FOOT)

    def downloads(self) -> widgets.VBox:
        """Return the folded panel with links to the files of the page, made when it is opened."""
        return disclosure("Download", self.download, opened=self._offer_files).add_class(FOOT)

    def lay_out(self, *children: widgets.Widget, others: tuple[AnySection, ...] = ()) -> None:
        """Make the widget of the page and show the first answer.

        Args:
            children: of the page, below its opening.
            others: further sections, with a `prefix` of their state in the link.
        """
        self.sections = (self, *others)
        self.widget = frame(self.name, self.address, self.link, *children)
        for section in self.sections:
            section.show(section.answer)
            section.shared = self._share
        self._share()

    def follow(self, link: str) -> None:
        """Show the states of a link, or messages on its errors."""
        for section in self.sections[1:]:
            link, part = parted(link, section.state.prefix)
            section.follow(part)
        super().follow(link)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until nothing is computed; False if that takes longer than `timeout` seconds."""
        return all([super().join(timeout), *(one.join(timeout) for one in self.sections[1:])])

    @property
    def query(self) -> str:
        """The states that are shown, as the query string of a link."""
        return "&".join(section.state.to_query() for section in self.sections)

    def _offer_files(self) -> None:
        self.download.value = downloads_html(self.as_files())

    def _share(self) -> None:
        self.download.value = ""
        self.address.value = address_html(self.query)
        here = self._here if self._shares else ""
        self.share.value = share_html(self.query, self.texts(), here)

    def _show_share(self) -> None:
        """Add the code of the address, which is large, once the panel is opened."""
        self._shares = True
        self._share()

    def _linked(self, change: Any) -> None:
        self._here, _, message = change["new"].partition("#")
        _, is_link, query = message.partition("?")
        if not is_link:
            return
        for section in self.sections[1:]:
            query, part = parted(query, section.state.prefix)
            section.go(part)
        self.go(query)
