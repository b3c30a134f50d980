"""Where what is shipped lies: inside an installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["models_directory", "notebooks_directory", "results_directory"]

_PACKAGE = Path(__file__).resolve().parent


def models_directory() -> Path:
    """The folder with one subfolder for each shipped model.

    Raises:
        FileNotFoundError: if the installation carries no models.

    Example:
        >>> models_directory().name
        'models'
    """
    return _directory("models")


def notebooks_directory() -> Path:
    """The folder of the notebooks that the app serves as pages.

    Raises:
        FileNotFoundError: if the installation carries no notebooks.

    Example:
        >>> notebooks_directory().name
        'notebooks'
    """
    return _directory("notebooks")


def results_directory() -> Path:
    """The folder of what was measured: errors, coverage and times, each with its command.

    Raises:
        FileNotFoundError: if the installation carries no results.

    Example:
        >>> results_directory().name
        'results'
    """
    return _directory("results", "benchmarks/results")


def _directory(name: str, in_checkout: str = "") -> Path:
    # A wheel carries the folder in the package; an editable install finds it beside the package.
    candidates = (_PACKAGE / name, _PACKAGE.parent / (in_checkout or name))
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"expected the {name} of mist_explore in {candidates[0]} or {candidates[1]}; "
        "found neither: install the package again"
    )
