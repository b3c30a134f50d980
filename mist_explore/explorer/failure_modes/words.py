"""Values and numbers as text on the maps."""

from __future__ import annotations

from collections.abc import Iterable

from mist_explore.distributions import FAMILIES
from mist_explore.evaluation import AXES, Case
from mist_explore.explorer.html import listed

__all__ = ["case_text", "signed", "value_text"]


def case_text(case: Case, axes: Iterable[str]) -> str:
    """Return the values of a case on some axes as text.

    Example:
        >>> case_text(Case(n_samples=300, flow=0.5), ["n_samples", "flow"])
        'rows 300 and strength of a random flow 0.5'
    """
    words = (
        f"{AXES[axis].partition(' (')[0]} {value_text(axis, getattr(case, axis))}" for axis in axes
    )
    return listed(list(words))


def value_text(axis: str, value: str | float | None) -> str:
    """Return the value of an axis as text.

    Example:
        >>> value_text("flow", 0.5), value_text("df", None), value_text("family", "normal-dense")
        ('0.5', 'default', 'Gaussian, all columns correlated')
    """
    if isinstance(value, str):
        return FAMILIES[value].label
    return "default" if value is None else f"{value:,g}"


def signed(value: float) -> str:
    """Return a number with its sign, or 0 where it rounds to that.

    Example:
        >>> signed(0.123), signed(-2.0), signed(-0.001)
        ('+0.12', '−2.00', '0')
    """
    text = f"{value:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "−")
