"""The pages of the explorer, in the order of the navigation."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["GROUPS", "PAGES", "Page", "address"]


@dataclass(frozen=True)
class Page:
    """One page.

    Args:
        name: its name in code.
        title: its name for people, in the navigation.
        notebook: the file in `notebooks/` that shows it.
        summary: its purpose, in one sentence.
        group: its heading in the navigation, a name in `GROUPS`.
    """

    name: str
    title: str
    notebook: str
    summary: str
    group: str


GROUPS = ("Learn", "Explore", "Use")
"""The headings of the navigation, in their order."""


PAGES: dict[str, Page] = {
    page.name: page
    for page in (
        Page(
            "home", "Home", "index.ipynb", "What mutual information is, in sixty seconds.", "Learn"
        ),
        Page(
            "lesson",
            "Lesson",
            "lesson.ipynb",
            "Ten minutes: look, guess what happens next, and see why estimates fail.",
            "Learn",
        ),
        Page(
            "information",
            "Mutual information",
            "information.ipynb",
            "See what it measures, what lowers it and what does not.",
            "Learn",
        ),
        Page(
            "joint_table",
            "Joint tables",
            "joint-table.ipynb",
            "Edit a table of probabilities, and see its entropies and what counting rows adds.",
            "Learn",
        ),
        Page(
            "estimators",
            "Inside an estimator",
            "inside-an-estimator.ipynb",
            "Choose a point, and see what nearest neighbours count and the network reads.",
            "Learn",
        ),
        Page(
            "intervals",
            "Intervals",
            "intervals.ipynb",
            "Draw dataset after dataset, and count the intervals that contain the true value.",
            "Learn",
        ),
        Page(
            "estimate",
            "Estimate",
            "estimate.ipynb",
            "Choose a distribution, draw a sample, and watch the estimators beside the truth.",
            "Explore",
        ),
        Page(
            "sample_size",
            "Sample size",
            "sample-size.ipynb",
            "How many rows each estimator needs for the error that you accept.",
            "Explore",
        ),
        Page(
            "failure",
            "Failure modes",
            "failure-modes.ipynb",
            "Find where each estimator goes wrong, and the worst case of each.",
            "Explore",
        ),
        Page(
            "training",
            "Train",
            "train.ipynb",
            "Train an estimator of your own and watch it learn.",
            "Explore",
        ),
        Page(
            "flows",
            "Flows",
            "flows.ipynb",
            "Distort the data at random; the true value does not change.",
            "Explore",
        ),
        Page(
            "gradient",
            "Differentiable",
            "differentiable.ipynb",
            "Follow the gradient of an estimate, and maximise it.",
            "Explore",
        ),
        Page(
            "data",
            "Your data",
            "data.ipynb",
            "Upload a table and get an interval, and reasons to doubt it.",
            "Use",
        ),
        Page(
            "adapt",
            "Adapt",
            "adapt.ipynb",
            "Fit flows to your columns, and adapt the network to data like yours.",
            "Use",
        ),
        Page(
            "results",
            "Benchmarks",
            "benchmarks.ipynb",
            "How good the shipped estimators are, with the command behind each number.",
            "Use",
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
