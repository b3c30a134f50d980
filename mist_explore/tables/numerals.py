"""Parsing of numbers with decimal and thousands separators, signs, percent and currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["CURRENCIES", "Numeral", "decimal_mark", "numeral"]

CURRENCIES = (
    "€",
    "$",
    "£",
    "¥",
    "₹",
    "CHF",
    "EUR",
    "USD",
    "GBP",
    "JPY",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
)
"""Currency signs and codes before or after an amount."""

_CURRENCY = "|".join(map(re.escape, CURRENCIES))
_SHAPE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[+\-−–]?)\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[+\-−–]?)"
    r"(?P<digits>\d[\d.,'’\s]*|[.,]\d+)(?P<exponent>[eE][+\-]?\d+)?"
    rf"\s*(?P<after>%|‰|{_CURRENCY})?\s*(?P<close>\))?"
)
_SPACES = re.compile(r"(?<=\d)['’\s](?=\d{3})")
# Groups of three as in 12,345; 0,345 is a fraction, and 12,34,567 an Indian number.
_GROUPED = {
    mark: re.compile(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}")
    for mark in ".,"
}
_OTHER = {".": ",", ",": "."}


@dataclass(frozen=True)
class Numeral:
    """A number as it is written.

    Args:
        digits: digits with decimal and thousands marks, without blanks.
        negative: whether the number has a minus sign or parentheses.
        exponent: such as `"e-3"`, or empty.
        unit: `"%"`, `"‰"`, a currency, or empty.

    Example:
        >>> numeral("-1.234,50 €").value(",")
        -1234.5
        >>> numeral("1,234").decimal_mark is None, numeral("27,5").decimal_mark
        (True, ',')
    """

    digits: str
    negative: bool
    exponent: str
    unit: str

    @property
    def decimal_mark(self) -> str | None:
        """The decimal mark; None where it is ambiguous, as in `1,234`, `1.234` and `12`."""
        present = [mark for mark in ".," if mark in self.digits]
        if len(present) == 2:
            return max(present, key=self.digits.rindex)
        for mark in present:
            if _GROUPED[mark].fullmatch(self.digits):
                return _OTHER[mark] if self.digits.count(mark) > 1 else None
            return mark if self.digits.count(mark) == 1 else None
        return None

    @property
    def grouped(self) -> bool:
        """Whether the digits may be thousands or have three decimals, as in `1,234`."""
        return any(m in self.digits for m in ".,") and self.decimal_mark is None

    def value(self, mark: str) -> float | None:
        """Return the number for a decimal mark; None where the digits do not fit the mark."""
        group = _OTHER[mark]
        whole, _, fraction = self.digits.partition(mark)
        if group in fraction or mark in fraction:
            return None
        if group in whole:
            if not _GROUPED[group].fullmatch(whole):
                return None
            whole = whole.replace(group, "")
        number = float(f"{whole or '0'}.{fraction or '0'}{self.exponent}")
        return -number if self.negative else number


def numeral(text: str) -> Numeral | None:
    """Parse a text as a number; None where it is not a number.

    Example:
        >>> numeral("12 345,6 %").unit, numeral("tall")
        ('%', None)
    """
    found = _SHAPE.fullmatch(text)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    if (found["sign"] and found["sign2"]) or (found["before"] and found["after"]):
        return None
    digits = _SPACES.sub("", found["digits"].strip())
    if re.search(r"['’\s]", digits) or (not digits[-1:].isdigit() and digits[-1:] not in ".,"):
        return None
    minus = (found["sign"] or found["sign2"]) in ("-", "−", "–")
    return Numeral(
        digits,
        bool(found["open"]) != (minus and bool(found["sign"] or found["sign2"])),
        found["exponent"] or "",
        found["before"] or found["after"] or "",
    )


def decimal_mark(numerals: Iterable[Numeral]) -> str | None:
    """Return the decimal mark of most numbers; None where all of them are ambiguous.

    Example:
        >>> decimal_mark([numeral("3,125"), numeral("1,5")])
        ','
    """
    marks = [mark for one in numerals if (mark := one.decimal_mark) is not None]
    if not marks:
        return None
    return "," if marks.count(",") > marks.count(".") else "."
