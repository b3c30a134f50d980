"""Pieces of HTML that pages share: sentences, numbers, tables, messages, progress."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from mist_explore.estimate import Estimate
from mist_explore.explorer.baselines import BASELINE, LEARNED
from mist_explore.plots import mark_of, shown
from mist_explore.progress import Progress

__all__ = [
    "alt_html",
    "bars_html",
    "caption_html",
    "claim_html",
    "estimates_text",
    "hint_html",
    "in_words",
    "insight_html",
    "interval_text",
    "lasting",
    "listed",
    "message_html",
    "number_html",
    "number_row_html",
    "numbers_html",
    "progress_html",
    "table_html",
    "warnings_html",
]


# Sentences


def insight_html(text: str | Iterable[str]) -> str:
    """Return the computed sentences beside a figure: a text, or several one below the other.

    Example:
        >>> insight_html("0.3 < 0.4")
        '<p class="mist-notice">0.3 &lt; 0.4</p>'
    """
    lines = (text,) if isinstance(text, str) else tuple(text)
    spans = "".join(f"<span>{escape(line)}</span>" for line in lines)
    return f'<p class="mist-notice">{spans if len(lines) > 1 else escape(lines[0])}</p>'


def alt_html(text: str, *, live: bool = True) -> str:
    """Return a text for screen readers in place of figures; not live if it changes all the time."""
    announced = ' aria-live="polite"' if live else ""
    return f'<p class="mist-spoken"{announced}>{escape(text)}</p>'


def hint_html(text: str) -> str:
    """Return a line on the status of something, such as a job."""
    return f'<p class="mist-hint" role="status">{escape(text)}</p>'


def caption_html(markup: str) -> str:
    """Return HTML as a small line of its own."""
    return f'<p class="mist-hint">{markup}</p>'


def claim_html(label: str, claim: str) -> str:
    """Return the claim of a preset beside its figure."""
    return f'<p class="mist-case"><b>{label}.</b> {escape(claim)}</p>'


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


# Numbers


def number_html(role: str, label: str, value: str, detail: str) -> str:
    """Return one large number between its name and its detail; `role` is a palette colour."""
    return (
        f'<p class="mist-{role}">{escape(label)} '
        f"<b>{escape(value)}</b> <span>{escape(detail)}</span></p>"
    )


def number_row_html(cells: Iterable[str], units: str = "") -> str:
    """Return headline numbers of `number_html` side by side."""
    marked = f' data-units="{units}"' if units else ""
    return f'<div class="mist-numbers"{marked}>{"".join(cells)}</div>'


def numbers_html(
    estimates: Mapping[str, Estimate | None],
    level: float,
    units: str,
    truth: float | None = None,
    provenance: str = "",
) -> str:
    """Return the headline numbers: the true value, the learned estimate, the baseline."""
    cells = []
    if truth is not None:
        cells.append(number_html("truth", "True value", shown(truth), provenance))
    learned, baseline = estimates[LEARNED], estimates[BASELINE]
    if learned is not None:
        detail = f"{level:.0%} interval {interval_text(learned.to(units), level)}"
        cells.append(number_html("learned", "Network", shown(learned.to(units).median), detail))
    if baseline is not None:
        value = shown(baseline.to(units).median)
        cells.append(number_html("baseline", "Gaussian copula", value, "no interval"))
    return number_row_html(cells, units)


def interval_text(estimate: Estimate, level: float) -> str:
    """Return the central interval of an estimate in words.

    Example:
        >>> interval_text(Estimate((0.05, 0.5, 0.95), (0.1, 0.2, 0.4)), 0.9)
        '0.10 to 0.40'
    """
    low, high = estimate.interval(level)
    return f"{shown(low)} to {shown(high)}"


def estimates_text(estimates: Mapping[str, Estimate | None], units: str) -> str:
    """Return the median of each estimate in words.

    Example:
        >>> estimates_text({"ksg": Estimate((0.5,), (0.3,)), "mine": None}, "nats")
        'KSG: 0.30 nats.'
    """
    medians = (
        f"{mark_of(name).short}: {shown(estimate.to(units).median)} {units}"
        for name, estimate in estimates.items()
        if estimate is not None
    )
    return f"{'. '.join(medians)}."


def table_html(
    label: str, head: Iterable[str], rows: Iterable[Iterable[str]], caption: str = ""
) -> str:
    """Return a table that scrolls within its width; the first cell of a row is its heading.

    Args:
        label: its name for screen readers.
        head: the headings of the columns, as text; empty for none.
        rows: the first cell of a row is text, the others are HTML.
        caption: the words above it.
    """
    columns = "".join(
        f'<th scope="col">{escape(cell)}</th>' if cell else "<td></td>" for cell in head
    )
    lines = (
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}'
        "</tr>"
        for first, *cells in rows
    )
    above = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="mist-table" role="region" tabindex="0" aria-label="{escape(label)}"><table>'
        f"{above}<thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def bars_html(heading: str, units: str, rows: Iterable[tuple[str, float, str]]) -> str:
    """Return a table of values with bars; each row is a label, its value, and a CSS class."""
    rows = list(rows)
    most = max(value for _, value, _ in rows) or 1.0
    body = "".join(
        f'<tr class="{style}">'
        f'<th scope="row">{escape(label)}</th>'
        f'<td><i style="width: {100 * value / most:.1f}%"></i></td>'
        f"<td>{shown(value)}</td></tr>"
        for label, value, style in rows
    )
    return (
        f'<table class="mist-steps"><thead><tr><th scope="col">{heading}</th><td></td>'
        f'<th scope="col">{units}</th></tr></thead><tbody>{body}</tbody></table>'
    )


# Messages


def in_words(error: Exception) -> str:
    """Return the message of a known error, or the type name and message of any other."""
    return str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"


def message_html(*lines: str) -> str:
    """Return lines as a highlighted message; nothing without lines."""
    return f'<div role="alert">{_list("mist-message", lines)}</div>' if lines else ""


def warnings_html(
    estimates: Iterable[Estimate | None], failures: Mapping[str, str], more: Iterable[str] = ()
) -> str:
    """Return each warning once with the estimators that give it, and the missing estimates."""
    whose: dict[str, list[str]] = {}
    for estimate in estimates:
        if estimate is not None:
            for warning in estimate.warnings:
                whose.setdefault(warning, []).append(mark_of(estimate.estimator).short)
    given = [f"{', '.join(dict.fromkeys(names))}: {warning}" for warning, names in whose.items()]
    failed = [f"{mark_of(name).short} gives no estimate: {why}" for name, why in failures.items()]
    return _list("mist-message", (*failed, *given, *more))


def progress_html(words: str, progress: Progress) -> str:
    """Return a bar with words and the time left; empty at the end."""
    if progress.step >= progress.total:
        return ""
    left = f", about {lasting(progress.seconds_left)} left" if progress.step else ""
    return (
        f'<div class="mist-progress" role="status"><progress max="{progress.total}" '
        f'value="{progress.step}" aria-label="{escape(words)}"></progress>'
        f"<span>{escape(words)}{left}</span></div>"
    )


def lasting(seconds: float) -> str:
    """Return a length of time in words.

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
