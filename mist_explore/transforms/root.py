"""Roots of increasing functions, many at a time."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["increasing_root"]

# More than bisection alone needs in float64.
MAXIMUM_STEPS = 128
# A step of Newton this short doubles its digits: the next one is below float64's rounding.
SHORT = 1e-9


@torch.no_grad()
def increasing_root(
    function: Callable[[Tensor], tuple[Tensor, Tensor]], low: Tensor, high: Tensor
) -> Tensor:
    r"""The roots \(f(y) = 0\) of an increasing function, one in each bracket.

    Newton's method, with a bisection wherever its step leaves the bracket or shrinks by less
    than half (Press et al., Numerical Recipes, section 9.4).

    Args:
        function: maps y to \(f(y)\) and \(f'(y)\), entry by entry.
        low: float64, where \(f \le 0\).
        high: float64 of the same shape, where \(f \ge 0\).

    Raises:
        ValueError: if a bracket is not finite.

    Example:
        >>> low, high = torch.zeros(2, dtype=torch.float64), torch.full((2,), 3.0).double()
        >>> target = torch.tensor([4.0, 9.0], dtype=torch.float64)
        >>> increasing_root(lambda y: (y**2 - target, 2 * y), low, high)
        tensor([2., 3.], dtype=torch.float64)
    """
    if not (torch.isfinite(low) & torch.isfinite(high)).all():
        raise ValueError("expected finite values to invert; got NaN or infinite ones")
    y = (low + high) / 2
    last_step = high - low
    for _ in range(MAXIMUM_STEPS):
        value, slope = function(y)
        low, high = torch.where(value < 0, y, low), torch.where(value > 0, y, high)
        newton = y - value / slope
        short = (newton - y).abs() <= SHORT * (1 + y.abs())
        if bool(short.all()):
            return newton
        slow = (2 * value).abs() > (last_step * slope).abs()
        # A root that is found stays, even if rounding puts it beside its bracket.
        bisect = ~short & (slow | ~((newton >= low) & (newton <= high)))
        following = torch.where(bisect, (low + high) / 2, newton)
        last_step, y = following - y, following
    return y
