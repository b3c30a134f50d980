"""Where the shipped models and notebooks lie: inside an installed package, or in the checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["models_directory", "notebooks_directory"]

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


def _directory(name: str) -> Path:
    # A wheel carries the folder in the package; an editable install finds it beside the package.
    candidates = (_PACKAGE / name, _PACKAGE.parent / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(
        f"expected the {name} of mist_explore in {candidates[0]} or {candidates[1]}; "
        "found neither: install the package again"
    )
