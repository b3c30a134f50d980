"""Judgements of estimates beside a known truth: right, off by chance, or off."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy.stats import binom

from mist_explore.plots import shown

__all__ = [
    "RESOLUTION",
    "Verdict",
    "calibration_words",
    "coverage_words",
    "furthest",
    "gap",
    "share_words",
]

RESOLUTION = 0.005
"""Error that is never counted: half of the last digit that pages show."""

RARE = 0.025
"""Probability of a share of intervals on either side, below which it is no chance."""

KOLMOGOROV = 1.36
"""Critical value, at 5 %, of the largest distance of a calibration curve times the root of n."""

SLACK = 0.02
"""Difference of two shares that is never called a fault of calibration."""


@dataclass(frozen=True)
class Verdict:
    """An estimate beside the truth, both in the units in which a page shows them.

    Args:
        estimate: the median of an estimate.
        truth: the mutual information.
        sampling_error: the standard deviation of an estimate from sample to sample.

    Example:
        >>> [Verdict(value, 1.0, 0.1).kind for value in (1.05, 1.15, 1.5)]
        ['right', 'chance', 'off']
    """

    estimate: float
    truth: float
    sampling_error: float

    @property
    def error(self) -> float:
        """Estimate minus truth."""
        return self.estimate - self.truth

    @property
    def kind(self) -> str:
        """`"right"` within one sampling error, `"chance"` within two, else `"off"`."""
        errors = abs(self.error) / max(self.sampling_error, RESOLUTION)
        if errors <= 1 or shown(self.estimate) == shown(self.truth):
            return "right"
        return "chance" if errors <= 2 else "off"

    @property
    def gap(self) -> str:
        """The error in words, as readers find it from the two numbers that they see.

        Example:
            >>> Verdict(0.27, 0.334, 0.1).gap
            '0.06 too low'
        """
        return f"{gap(self.estimate, self.truth)} too {'high' if self.error > 0 else 'low'}"


def gap(value: float, other: float) -> str:
    """Return the distance of two numbers as they are shown.

    Example:
        >>> gap(0.0512, 0.2)
        '0.149'
    """
    texts = shown(value), shown(other)
    digits = max(len(text.partition(".")[2]) for text in texts)
    return f"{abs(float(texts[0]) - float(texts[1])):.{digits}f}"


def furthest(verdicts: Mapping[str, Verdict]) -> str:
    """Return the name of the estimate that is off the most; empty where none is off.

    Example:
        >>> furthest({"a": Verdict(1.05, 1.0, 0.1), "b": Verdict(0.2, 1.0, 0.1)})
        'b'
    """
    off = {name: abs(one.error) for name, one in verdicts.items() if one.kind == "off"}
    return max(off, key=off.__getitem__, default="")


def coverage_words(contained: Iterable[bool], level: float) -> str:
    """Return whether intervals contain the truth as often as their level promises, beyond chance.

    Args:
        contained: for each interval, whether it contains the truth.
        level: of the intervals.

    Example:
        >>> coverage_words([True] * 60 + [False] * 40, 0.9)
        'too narrow'
        >>> coverage_words([True] * 8 + [False], 0.9)
        'as intended, within sampling error'
    """
    hits = [bool(one) for one in contained]
    if binom.cdf(sum(hits), len(hits), level) <= RARE:
        return "too narrow"
    if binom.sf(sum(hits) - 1, len(hits), level) <= RARE:
        return "too wide"
    return "as intended, within sampling error"


def share_words(share: float, n: int, level: float) -> str:
    """Return `coverage_words` of the share of `n` intervals that contain the truth.

    Example:
        >>> share_words(0.6, 100, 0.9)
        'too narrow'
    """
    hits = round(share * n)
    return coverage_words([True] * hits + [False] * (n - hits), level)


def calibration_words(
    below: Mapping[float, float], n: int, covered: Mapping[float, float] | None = None
) -> str:
    """Return the faults of a whole calibration curve: shifted medians, too narrow or too wide.

    Args:
        below: by level, the share of true values below the quantile; the levels are symmetric.
        n: the number of datasets.
        covered: by level, the share of central intervals that contain the true value, where it is
            known: a true value at the end of an interval counts as contained, not as below.

    Example:
        >>> print(calibration_words({0.05: 0.25, 0.5: 0.7, 0.95: 0.99}, 1_000))
        the medians are too high (70% of the true values lie below them) and the 90% intervals are too narrow (74%)
        >>> print(calibration_words({0.05: 0.01, 0.5: 0.5, 0.95: 0.99}, 1_000))
        the 90% intervals are too wide (98%)
        >>> print(calibration_words({0.05: 0.05, 0.5: 0.51, 0.95: 0.94}, 1_000))
        the quantiles are calibrated, within sampling error
        >>> print(calibration_words({0.4: 0.42, 0.5: 0.52, 0.6: 0.71}, 200, {0.2: 0.2}))
        the 60% quantiles are too high (71% of the true values lie below them)
    """  # noqa: E501  # one line is printed
    faults = []
    if 0.5 in below and abs(below[0.5] - 0.5) > _chance(0.5, n):
        side = "high" if below[0.5] > 0.5 else "low"
        faults.append(
            f"the medians are too {side} ({below[0.5]:.0%} of the true values lie below them)"
        )
    inside = dict(covered or _inside(below))
    wrong = {k: share for k, share in inside.items() if abs(share - k) > _chance(k, n)}
    if wrong:
        level = max(wrong, key=lambda k: (abs(wrong[k] - k), k))
        width = "narrow" if wrong[level] < level else "wide"
        faults.append(f"the {level:.0%} intervals are too {width} ({wrong[level]:.0%})")
    # A true value at a quantile counts as above it: only a curve that lies too high is a fault.
    level = max(below, key=lambda k: below[k] - k)
    if not faults and below[level] - level > max(KOLMOGOROV / math.sqrt(n), SLACK):
        faults.append(
            f"the {level:.0%} quantiles are too high ({below[level]:.0%} of the true values lie "
            "below them)"
        )
    return " and ".join(faults) or "the quantiles are calibrated, within sampling error"


def _inside(below: Mapping[float, float]) -> dict[float, float]:
    """Return by level the share of true values between the ends of the central interval."""
    inside = {}
    for low in sorted(level for level in below if level < 0.5):
        high = min(below, key=lambda level: abs(level - (1 - low)))
        inside[high - low] = below[high] - below[low]
    return inside


def _chance(share: float, n: int) -> float:
    """Return two standard errors of a share, at least `SLACK`."""
    return max(2 * math.sqrt(share * (1 - share) / n), SLACK)
