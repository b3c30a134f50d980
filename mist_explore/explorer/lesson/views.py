"""Words of a lesson: its text, the question, and the answer."""

from __future__ import annotations

import re
from html import escape

from mist_explore.explorer.html import caption_html, insight_html
from mist_explore.explorer.lesson.compute import Answered
from mist_explore.explorer.lesson.settings import LINK
from mist_explore.explorer.pages import NAMED, PAGES, address
from mist_explore.explorer.quantity import Quantity
from mist_explore.plots import shown, signed

__all__ = ["alt_text", "insight", "markdown", "progress_html", "question_html", "words_html"]

INLINE = (
    (re.compile(r"\*\*([^*]+)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
)


def markdown(text: str) -> str:
    """Return a paragraph as HTML: bold, italics, code, and links to pages.

    Example:
        >>> markdown("**MI** < 1, see [few rows](estimate?n=30)")
        '<b>MI</b> &lt; 1, see <a href="estimate.ipynb?n=30">few rows</a>'
    """
    parts, end = [], 0
    for link in LINK.finditer(text):
        if link["page"] in NAMED:
            href = escape(address(NAMED[link["page"]].name, link["query"] or ""))
            parts += [_inline(text[end : link.start()]), f'<a href="{href}">']
            parts += [_inline(link["label"]), "</a>"]
            end = link.end()
    return "".join([*parts, _inline(text[end:])])


def progress_html(answer: Answered) -> str:
    """Return the title of the lesson, and which step of how many is shown."""
    step, count = answer.state.step, len(answer.lesson.steps)
    words = f"{escape(answer.lesson.title)}: step {step} of {count}"
    return caption_html(words) + (
        f'<progress class="mist-steps-done" max="{count}" value="{step}" '
        f'aria-label="Step {step} of {count}"></progress>'
    )


def words_html(answer: Answered) -> str:
    """Return the heading and the paragraphs of a step."""
    paragraphs = "".join(f"<p>{markdown(text)}</p>" for text in answer.step.text)
    return f"<h2>{escape(answer.step.title)}</h2>{paragraphs}"


def question_html(answer: Answered) -> str:
    """Return the question of a step; empty without one."""
    return f'<p class="mist-question">{markdown(answer.step.question)}</p>' * bool(
        answer.step.question
    )


def insight(answer: Answered) -> str:
    """Return the right option with its numbers and its reason, as HTML; before the guess, how."""
    if answer.waits:
        words = "Choose an answer, then press Reveal: the picture changes to the case in question."
        return insight_html(words)
    if answer.reveal is None:
        return insight_html(f"{answer.link.label}.")
    reveal = answer.reveal
    guessed = (
        "You guessed right:"
        if reveal.guess is reveal.right
        else f"You guessed “{escape(reveal.guess.label)}”. It is"
    )
    why = f" {markdown(reveal.right.why)}" if reveal.right.why else ""
    return (
        f'<p class="mist-notice" role="status">{guessed} <b>{escape(reveal.right.label)}</b> '
        f"({escape(', '.join(map(_number, reveal.quantities)))}).{why}</p>"
    )


def alt_text(answer: Answered) -> str:
    """Return a description of the step for screen readers."""
    return (
        f"Step {answer.state.step} of {len(answer.lesson.steps)}: {answer.step.title}. "
        f"Shown: {answer.link.label}, on the page {PAGES[answer.link.page].title}."
    )


def _number(quantity: Quantity) -> str:
    value = shown(quantity.value) if quantity.units else signed(quantity.value)
    words = f"{quantity.label} {value}"
    if quantity.interval is not None:
        words += f", interval {shown(quantity.interval[0])} to {shown(quantity.interval[1])}"
    elif quantity.error >= 0.005:
        words += f" ± {shown(quantity.error)}"
    return f"{words} {quantity.units}".strip()


def _inline(text: str) -> str:
    html = escape(text, quote=False)
    for pattern, tag in INLINE:
        html = pattern.sub(tag, html)
    return html
