"""The pages of the explorer, in the order of the navigation."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["PAGES", "Page", "address"]


@dataclass(frozen=True)
class Page:
    """One page.

    Args:
        name: its name in code.
        title: its name for people, in the navigation.
        notebook: the file in `notebooks/` that shows it.
        summary: its purpose, in one sentence.
    """

    name: str
    title: str
    notebook: str
    summary: str


PAGES: dict[str, Page] = {
    page.name: page
    for page in (
        Page("home", "Home", "index.ipynb", "What mutual information is, in sixty seconds."),
        Page(
            "information",
            "Mutual information",
            "information.ipynb",
            "See what it measures, what lowers it and what does not.",
        ),
        Page(
            "estimate",
            "Estimate",
            "estimate.ipynb",
            "Choose a distribution, draw a sample, and watch the estimators beside the truth.",
        ),
        Page(
            "failure",
            "Failure modes",
            "failure-modes.ipynb",
            "Find where each estimator goes wrong, and the worst case of each.",
        ),
        Page(
            "training",
            "Train",
            "train.ipynb",
            "Train an estimator of your own and watch it learn.",
        ),
        Page(
            "flows",
            "Flows",
            "flows.ipynb",
            "Distort the data at random; the true value does not change.",
        ),
        Page(
            "data",
            "Your data",
            "data.ipynb",
            "Upload a table and get an interval, and reasons to doubt it.",
        ),
        Page(
            "gradient",
            "Differentiable",
            "differentiable.ipynb",
            "Follow the gradient of an estimate, and maximise it.",
        ),
        Page(
            "results",
            "Benchmarks",
            "benchmarks.ipynb",
            "How good the shipped estimators are, with the command behind each number.",
        ),
    )
}
"""Every page by its name."""


def in_app() -> bool:
    """Return whether the app serves this page; the kernel of a notebook has no such address."""
    return "VOILA_APP_IP" in os.environ


def address(name: str, query: str = "") -> str:
    """Return the address of a page, relative to any other, in the app and in JupyterLab alike.

    The app serves a notebook under its name without the ending; JupyterLab opens the notebook.

    Raises:
        KeyError: if there is no such page.

    Example:
        >>> address("estimate", "n=50")
        'estimate.ipynb?n=50'
    """
    notebook = PAGES[name].notebook
    stem = notebook.removesuffix(".ipynb")
    place = (stem if stem != "index" else "./") if in_app() else notebook
    return f"{place}?{query}" if query else place
