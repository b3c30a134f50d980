"""Numbers of a page by name: questions of a lesson compare them."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Quantity"]


@dataclass(frozen=True)
class Quantity:
    """A number that a page shows.

    Args:
        label: its name for people.
        value: the number.
        error: its standard error; 0 for an exact one.
        interval: the ends of its interval, if it has one.
        units: of the number, in words; empty for a share or a correlation.

    Example:
        >>> Quantity("KSG", 0.4, 0.02, units="nats").times(2)
        Quantity(label='KSG', value=0.8, error=0.04, interval=None, units='nats')
    """

    label: str
    value: float
    error: float = 0.0
    interval: tuple[float, float] | None = None
    units: str = ""

    def times(self, factor: float) -> Quantity:
        """Return the quantity times a positive number."""
        interval = self.interval and (self.interval[0] * factor, self.interval[1] * factor)
        return replace(
            self, value=self.value * factor, error=self.error * factor, interval=interval
        )
