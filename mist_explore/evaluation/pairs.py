"""The mutual information of pairs of columns: estimates, warnings, tests and their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mist_explore.estimate import NATS_PER_UNIT, Estimate
from mist_explore.evaluation.discovery import adjusted

__all__ = ["Pairwise"]

Pair = tuple[str, str]


@dataclass(frozen=True)
class Pairwise:
    """Mutual information between pairs of columns.

    Args:
        names: the columns, in order.
        estimates: of each pair that is done, in nats.
        failures: the reason that a pair has no estimate.
        screening: the mutual information between bins, in nats, of the pairs that were screened
            (see `binned_information`).
        artefacts: the reason that the dependence of a pair is no finding: a column counts the rows
            or is an identifier, or one column copies the other.
        entropies: the smaller entropy of each pair of discrete columns, in nats.
        p_values: of the permutation test of each pair that was tested.
        n_samples: the rows of each pair in which both columns have a value.
        screened: the pairs that were screened, in words; empty for none.
        test: the permutations and the resolution of the tests, in words; empty for none.
    """

    names: tuple[str, ...]
    estimates: Mapping[Pair, Estimate]
    failures: Mapping[Pair, str]
    screening: Mapping[Pair, float] = field(default_factory=dict)
    artefacts: Mapping[Pair, str] = field(default_factory=dict)
    entropies: Mapping[Pair, float] = field(default_factory=dict)
    p_values: Mapping[Pair, float] = field(default_factory=dict)
    n_samples: Mapping[Pair, int] = field(default_factory=dict)
    screened: str = ""
    test: str = ""

    def __repr__(self) -> str:
        first = f", first {' and '.join(self.ranked[0])}" if self.estimates else ""
        return (
            f"Pairwise: {len(self.names)} columns, {len(self.estimates)} pairs estimated, "
            f"{len(self.failures)} without an estimate{first}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Which pairs were screened, and how all were tested, in words."""
        return tuple(note for note in (self.screened, self.test) if note)

    @property
    def untested(self) -> Pairwise:
        """The same pairs without p-values."""
        return replace(self, p_values={}, test="")

    @property
    def adjusted(self) -> dict[Pair, float]:
        """The p-values after Benjamini and Hochberg, for a false discovery rate."""
        return adjusted(self.p_values)

    @property
    def ranked(self) -> tuple[Pair, ...]:
        """The pairs with an estimate: those without a warning first, then by the median."""
        doubtful = self.doubtful
        return tuple(
            sorted(self.estimates, key=lambda p: (p in doubtful, -self.estimates[p].median))
        )

    @property
    def doubtful(self) -> frozenset[Pair]:
        """The pairs that are artefacts, and those whose estimate has a warning.

        Where most estimates have a warning, as in a table of time series, it singles out none.
        """
        warned = frozenset(pair for pair, e in self.estimates.items() if e.warnings)
        single = warned if 2 * len(warned) <= len(self.estimates) else frozenset[Pair]()
        return single | frozenset(pair for pair in self.artefacts if pair in self.estimates)

    @property
    def only_screened(self) -> tuple[Pair, ...]:
        """The pairs with a screening value but no estimate, the highest first."""
        rest = [pair for pair in self.screening if pair not in self.estimates]
        return tuple(sorted(rest, key=lambda pair: -self.screening[pair]))

    def normalised(self, pair: Pair) -> float | None:
        r"""Return \(I / \min(H(X), H(Y))\), from 0 to 1; None where a column is not discrete.

        Example:
            >>> pair = ("a", "b")
            >>> half = Estimate((0.5,), (0.3,))
            >>> Pairwise(pair, {pair: half}, {}, entropies={pair: 0.6}).normalised(pair)
            0.5
        """
        entropy = self.entropies.get(pair)
        if not entropy or pair not in self.estimates:
            return None
        return min(1.0, self.estimates[pair].median / entropy)

    def matrix(
        self, tau: float | None = None, units: str = "nats", *, normalised: bool = False
    ) -> NDArray[np.float64]:
        """Return the quantile at level `tau` of every pair, symmetric, `(columns, columns)`.

        The diagonal and pairs without an estimate are NaN.

        Args:
            tau: a level; None for the median, or the one value of a point estimator.
            units: `"nats"` or `"bits"`.
            normalised: the medians as shares of the smaller entropy instead, NaN where a column is
                not discrete.

        Raises:
            ValueError: if the estimates have no such quantile.
        """
        table = np.full((len(self.names), len(self.names)), np.nan)
        place = {name: number for number, name in enumerate(self.names)}
        for (one, other), estimate in self.estimates.items():
            if normalised:
                share = self.normalised((one, other))
                value = np.nan if share is None else share
            else:
                value = estimate.median if tau is None else estimate.quantile(tau)
                value /= NATS_PER_UNIT[units]
            i, j = place[one], place[other]
            table[i, j] = table[j, i] = value
        return table
