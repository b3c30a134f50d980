"""Numbers of a page by name, and conditions on them: a lesson asks which of several holds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["Condition", "Quantities", "Quantity"]

STANDARD_ERRORS = 2.0
"""Largest distance, in standard errors, of two quantities that count as equal."""

OPERAND = r"(?:(?P<{0}factor>\d*\.?\d+)\s*\*\s*)?(?P<{0}>[a-z][\w.-]*|\d*\.?\d+)"
CONDITION = re.compile(
    rf"\s*{OPERAND.format('left')}\s*(?P<relation>[<=>]|in|outside)\s+{OPERAND.format('right')}\s*"
)
FORM = (
    "two quantities with <, =, > between them, or a quantity, 'in' or 'outside', and an estimator "
    "with an interval, such as ksg < truth, ksg = 0.5 * truth, truth in mist-qr"
)


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


Quantities = Mapping[str, Quantity]
"""Quantities of a page by name."""


@dataclass(frozen=True)
class Condition:
    """A relation between two quantities of a page.

    `=` holds within two standard errors of the difference, `<` and `>` hold beyond them, so exactly
    one of the three holds. `in` and `outside` compare a quantity with the interval of another.

    Args:
        left: a quantity by its name, or a number, and its factor.
        relation: one of `<`, `=`, `>`, `in`, `outside`.
        right: as `left`.

    Example:
        >>> condition = Condition.parse("ksg < truth")
        >>> numbers = {"ksg": Quantity("KSG", 0.5, 0.1), "truth": Quantity("truth", 1.0)}
        >>> condition.names, condition.holds(numbers)
        (('ksg', 'truth'), True)
    """

    left: tuple[str, float]
    relation: str
    right: tuple[str, float]

    @staticmethod
    def parse(text: str) -> Condition:
        """Return the condition of a text.

        Raises:
            ValueError: if the text is none.
        """
        found = CONDITION.fullmatch(text)
        if found is None:
            raise ValueError(f"expected {FORM}; got {text!r}")
        left, right = (
            (found[side], float(found[f"{side}factor"] or 1.0)) for side in ("left", "right")
        )
        return Condition(left, found["relation"], right)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the quantities."""
        return tuple(name for name, _ in (self.left, self.right) if name[0].isalpha())

    def holds(self, quantities: Quantities) -> bool:
        """Return whether the relation holds.

        Raises:
            ValueError: if a quantity is unknown, or has no interval where one is needed.
        """
        left, right = (_quantity(one, quantities) for one in (self.left, self.right))
        if self.relation in ("in", "outside"):
            if right.interval is None:
                raise ValueError(f"expected a quantity with an interval; got {self.right[0]}")
            low, high = right.interval
            return (low <= left.value <= high) == (self.relation == "in")
        apart = left.value - right.value
        if abs(apart) <= STANDARD_ERRORS * math.hypot(left.error, right.error):
            return self.relation == "="
        return self.relation == ("<" if apart < 0 else ">")


def _quantity(operand: tuple[str, float], quantities: Quantities) -> Quantity:
    name, factor = operand
    if not name[0].isalpha():
        return Quantity(name, float(name) * factor)
    if name not in quantities:
        raise ValueError(f"expected a quantity among {', '.join(quantities)}; got {name!r}")
    return quantities[name].times(factor)
