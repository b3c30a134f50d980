"""The words of the pages in everyday words."""

from __future__ import annotations

import re
from html import escape

__all__ = ["GLOSSES", "glossary_html"]

GLOSSES = {
    "distribution": "How likely each value, or each pair of values, is.",
    "mutual information": "How much knowing X reduces the uncertainty about Y; 0 if they are "
    "independent.",
    "nats": "The unit with the natural logarithm; 1 nat is 1.44 bits.",
    "bits": "The unit of a yes-or-no question with even odds.",
    "sample": "Rows drawn at random from a distribution.",
    "interval": "A range that contains the true value in a given share of cases, its level, over "
    "many distributions.",
    "median": "The middle value: half of all values lie below it.",
    "rank": "The place of a value in its column, from the smallest to the largest.",
    "copula": "The dependence between columns that is left when each column is replaced by its "
    "ranks.",
    "Gaussian copula": "An estimate from the correlation of the ranks, as for Gaussian columns.",
    "KSG": "An estimator from the distances of each row to its nearest neighbours.",
    "critic": "A network trained on one dataset to distinguish real pairs from shuffled ones.",
    "closed form": "Known exactly, from a formula.",
    "heavy tails": "Extreme values are far more common than in a Gaussian distribution.",
    "bias": "The error that remains on average over many samples.",
    "flow": "A random distortion that can be undone, so that it loses no information.",
    "entropy": "The uncertainty of a variable, in nats or bits.",
    "plug-in": "An estimate from counted frequencies in place of probabilities.",
    "gradient": "How an estimate changes as a point moves.",
    "bootstrap": "Repeating an estimate on rows drawn again from the same sample.",
}
"""The gloss of each term, by the term as it stands in a sentence."""


def glossary_html(text: str) -> str:
    """Return the glosses of the terms in a text, folded; nothing if there are none.

    Example:
        >>> "<dt>copula</dt>" in glossary_html("<p>Two copulas.</p>")
        True
        >>> glossary_html("<p>Nothing.</p>")
        ''
    """
    words = re.sub(r"<[^>]+>", "", text).lower()
    found = {
        term: gloss
        for term, gloss in sorted(GLOSSES.items(), key=lambda pair: pair[0].lower())
        if re.search(rf"\b{re.escape(term.lower())}(s|es)?\b", re.sub(r"\s+", " ", words))
    }
    if not found:
        return ""
    items = "".join(
        f"<dt>{escape(term)}</dt><dd>{escape(gloss)}</dd>" for term, gloss in found.items()
    )
    return (
        '<details class="mist-reading mist-glossary"><summary>Words on this page</summary>'
        f"<dl>{items}</dl></details>"
    )
