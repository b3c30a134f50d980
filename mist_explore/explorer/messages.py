"""What a page says when something went wrong or is to be doubted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from mist_explore.estimate import Estimate
from mist_explore.plots import mark_of

__all__ = ["in_words", "message_html", "warnings_html"]


def in_words(error: Exception) -> str:
    """What a message says about an error: the words of ours, and the kind of one of no one's."""
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def message_html(*lines: str) -> str:
    """Lines that ask for attention, or nothing."""
    return f'<div role="alert">{_list("mist-message", lines)}</div>' if lines else ""


def warnings_html(
    estimates: Iterable[Estimate | None], failures: Mapping[str, str], more: Iterable[str] = ()
) -> str:
    """The warnings of the estimates, and why others are missing."""
    said = [
        f"{mark_of(estimate.estimator).label}: {warning}"
        for estimate in estimates
        if estimate is not None
        for warning in estimate.warnings
    ]
    failed = [f"{mark_of(name).label}: no estimate. {why}" for name, why in failures.items()]
    return _list("mist-message mist-doubts", (*failed, *dict.fromkeys(said), *more))


def _list(style: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="{style}">{items}</ul>' if items else ""
