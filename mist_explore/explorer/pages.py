"""The pages of the explorer, in the order of the navigation."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["GROUPS", "NAMED", "PAGES", "Page", "address", "page_named"]


@dataclass(frozen=True)
class Page:
    """One page: its name makes its title, its notebook and its package.

    Args:
        name: its name in code, and the package of `mist_explore.explorer` that holds it.
        summary: its purpose, in one sentence.
        group: its heading in the navigation, a name in `GROUPS`.
        former: names under which older links, lessons and notebooks open it.
    """

    name: str
    summary: str
    group: str
    former: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Its name for people, in the navigation."""
        return self.name.replace("_", " ").capitalize()

    @property
    def stem(self) -> str:
        """The last part of its address, and of the name of its notebook."""
        return "index" if self.name == "home" else self.name.replace("_", "-")

    @property
    def notebook(self) -> str:
        """The file in `notebooks/` that shows it."""
        return f"{self.stem}.ipynb"


GROUPS = ("Learn", "Explore", "Use")
"""The headings of the navigation, in their order."""


PAGES: dict[str, Page] = {
    page.name: page
    for page in (
        Page(
            "home",
            "What mutual information is, in sixty seconds.",
            "Learn",
        ),
        Page(
            "lesson",
            "Ten minutes: look, guess what happens next, and see why estimates fail.",
            "Learn",
        ),
        Page(
            "mutual_information",
            "See what it measures, what lowers it and what does not.",
            "Learn",
            ("information",),
        ),
        Page(
            "joint_tables",
            "Edit a table of probabilities, and see its entropies and what counting rows adds.",
            "Learn",
            ("joint_table",),
        ),
        Page(
            "inside_an_estimator",
            "Choose a point, and see what nearest neighbours count and the network reads.",
            "Learn",
            ("estimators",),
        ),
        Page(
            "intervals",
            "Draw dataset after dataset, and count the intervals that contain the true value.",
            "Learn",
        ),
        Page(
            "estimate",
            "Choose a distribution, draw a sample, and watch the estimators beside the truth.",
            "Explore",
        ),
        Page(
            "sample_size",
            "How many rows each estimator needs for the error that you accept.",
            "Explore",
        ),
        Page(
            "failure_modes",
            "Find where each estimator goes wrong, and the worst case of each.",
            "Explore",
            ("failure",),
        ),
        Page(
            "train",
            "Train an estimator of your own and watch it learn.",
            "Explore",
            ("training",),
        ),
        Page(
            "flows",
            "Distort the data at random; the true value does not change.",
            "Explore",
        ),
        Page(
            "differentiable",
            "Follow the gradient of an estimate, and maximise it.",
            "Explore",
            ("gradient",),
        ),
        Page(
            "your_data",
            "Upload a table and get an interval, and warnings where it may be wrong.",
            "Use",
            ("data",),
        ),
        Page(
            "adapt",
            "Fit flows to your columns, and adapt the network to data like yours.",
            "Use",
        ),
        Page(
            "benchmarks",
            "How good the shipped estimators are, with the command behind each number.",
            "Use",
            ("results",),
        ),
    )
}
"""Every page by its name."""

NAMED = {name: page for page in PAGES.values() for name in (page.name, page.stem, *page.former)}
"""Every page by its name, by the last part of its address, and by former names."""


def page_named(name: str) -> Page:
    """Return the page of a name, of the last part of an address, or of a former one.

    Raises:
        ValueError: if there is no such page.

    Example:
        >>> page_named("failure").title, page_named("failure-modes").name
        ('Failure modes', 'failure_modes')
    """
    if name not in NAMED:
        raise ValueError(f"expected a page among {', '.join(PAGES)}; got {name!r}")
    return NAMED[name]


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
    page = PAGES[name]
    place = ("./" if name == "home" else page.stem) if in_app() else page.notebook
    return f"{place}?{query}" if query else place
