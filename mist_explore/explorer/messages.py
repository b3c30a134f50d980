"""What a page says when something went wrong or is to be doubted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from html import escape

from mist_explore.estimate import Estimate
from mist_explore.plots import mark_of
from mist_explore.progress import Progress

__all__ = ["in_words", "lasting", "message_html", "progress_html", "warnings_html"]


def in_words(error: Exception) -> str:
    """What a message says about an error: the words of ours, and the kind of one of no one's."""
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def message_html(*lines: str) -> str:
    """Lines that ask for attention, or nothing."""
    return f'<div role="alert">{_list("mist-message", lines)}</div>' if lines else ""


def warnings_html(
    estimates: Iterable[Estimate | None], failures: Mapping[str, str], more: Iterable[str] = ()
) -> str:
    """The warnings of the estimates, each once with those that have it, and missing estimates."""
    whose: dict[str, list[str]] = {}
    for estimate in estimates:
        if estimate is not None:
            for warning in estimate.warnings:
                whose.setdefault(warning, []).append(mark_of(estimate.estimator).short)
    said = [f"{', '.join(dict.fromkeys(names))}: {warning}" for warning, names in whose.items()]
    failed = [f"{mark_of(name).short} gives no estimate: {why}" for name, why in failures.items()]
    return _list("mist-message mist-doubts", (*failed, *said, *more))


def progress_html(words: str, progress: Progress) -> str:
    """A bar, what is being done, and how long it may take; empty where nothing is left to do."""
    if progress.step >= progress.total:
        return ""
    left = f", about {lasting(progress.seconds_left)} left" if progress.step else ""
    return (
        f'<div class="mist-progress" role="status"><progress max="{progress.total}" '
        f'value="{progress.step}" aria-label="{escape(words)}"></progress>'
        f"<span>{escape(words)}{left}</span></div>"
    )


def lasting(seconds: float) -> str:
    """A length of time in words.

    Example:
        >>> lasting(8.2), lasting(125), lasting(7300)
        ('9 s', '2 min 5 s', '2 h 1 min')
    """
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _list(style: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="{style}">{items}</ul>' if items else ""
