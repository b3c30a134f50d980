"""Paths of shipped files, in an installed package or a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["models_directory", "notebooks_directory", "results_directory"]

_PACKAGE = Path(__file__).resolve().parent


def models_directory() -> Path:
    """Return the folder with one subfolder for each shipped model.

    Raises:
        FileNotFoundError: if the installation has no models.

    Example:
        >>> models_directory().name
        'models'
    """
    return _directory("models")


def notebooks_directory() -> Path:
    """Return the folder of the notebooks of the app.

    Raises:
        FileNotFoundError: if the installation has no notebooks.

    Example:
        >>> notebooks_directory().name
        'notebooks'
    """
    return _directory("notebooks")


def results_directory() -> Path:
    """Return the folder of benchmark results: errors, coverage and run times with their commands.

    Raises:
        FileNotFoundError: if the installation has no results.

    Example:
        >>> results_directory().name
        'results'
    """
    return _directory("results", "benchmarks/results")


def _directory(name: str, in_checkout: str = "") -> Path:
    # The folder is inside the package in a wheel, and beside it in an editable install.
    candidates = (_PACKAGE / name, _PACKAGE.parent / (in_checkout or name))
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"expected the {name} of mist_explore in {candidates[0]} or {candidates[1]}; "
        "found neither: install the package again"
    )
