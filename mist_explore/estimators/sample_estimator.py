"""Estimation from rows of any kind: preparation, subsets of dependent rows, notes and warnings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from copy import copy
from dataclasses import fields, replace
from typing import Any, Protocol, Self, Unpack, cast, final, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mist_explore.estimate import BaseEstimate, Estimate
from mist_explore.estimators.observations import Observations, RowOptions, observe
from mist_explore.interfaces import Estimator
from mist_explore.sample import Sample

__all__ = ["SampleEstimator", "estimate_observations", "estimate_sample"]


class SampleEstimator(ABC):
    """Estimator from samples of numbers, whose `estimate` takes all that `prepare_sides` takes.

    Estimators are frozen dataclasses; scikit-learn can clone them, read and set their parameters.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The name that the registry, the page and the tables show."""

    @abstractmethod
    def estimate_samples(self, samples: Sequence[Sample]) -> list[Estimate]:
        """Estimate each of several samples of one shape, their rows taken as independent.

        Raises:
            ValueError: if the estimator cannot take them.
        """

    @final
    def estimate(self, x: ArrayLike, y: ArrayLike, **options: Unpack[RowOptions]) -> Estimate:
        r"""Estimate I(X; Y) in nats from paired rows.

        Rows that resemble their neighbours on both sides (two time series), rows of one group and
        weighted rows are worth fewer than n: then the quantiles are the medians of those from up
        to 8 subsets of about

        .. math:: n_{\mathrm{eff}} = \frac{n}{1 + 2 \sum_k r_k^{(x)} r_k^{(y)}}, \qquad
            \frac{n}{1 + (\bar m - 1) \rho_x \rho_y}, \qquad
            \frac{(\sum_i w_i)^2}{\sum_i w_i^2}

        rows, and a warning or a note has the numbers.

        Args:
            x: `(n, dim_x)` or `(n,)`: arrays, masked arrays, frames or series of pandas or polars,
                lists; gaps, categories and dates as in `prepare`.
            y: `(n, dim_y)` or `(n,)`.
            **options: `missing`, `categories`, `encoding`, `gap_values` as in `prepare`; `weights`
                `(n,)`, `groups` `(n,)` and `rows_independent` as in `RowOptions`.

        Raises:
            ValueError: if the sides make no sample, an option is not possible, a side is wholly
                constant, or the estimator cannot take the sample.

        Example:
            >>> from mist_explore.estimators import GaussianCopula
            >>> x, y = [1.5, 2, None, 4, 5, 7], list("uuvvvv")
            >>> GaussianCopula().estimate(x, y).notes[0]
            '1 of 6 rows has a gap in a chosen column and is left out'
        """
        return estimate_observations(self, observe(x, y, **options))

    @final
    def estimate_many(
        self, samples: Sequence[Sample], *, rows_independent: bool = False
    ) -> list[Estimate]:
        """Estimate each of several samples of one shape, at once where their rows are independent.

        Args:
            samples: `n_samples`, `dim_x` and `dim_y` are the same for all.
            rows_independent: whether the order of rows means nothing.

        Raises:
            ValueError: if a side is wholly constant, or without constant columns the shapes differ.
        """
        given = [Observations(sample, rows_independent=rows_independent) for sample in samples]
        whole = [i for i, one in enumerate(given) if not one.subsets.rows]
        estimates = self.estimate_samples([given[i].sample for i in whole]) if whole else []
        found = dict(zip(whole, estimates, strict=True))
        return [
            _with_notes(found[i], one) if i in found else estimate_observations(self, one)
            for i, one in enumerate(given)
        ]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name, as scikit-learn reads them.

        Args:
            deep: whether to add those of an inner estimator, as `estimator__seed`.
        """
        found: dict[str, Any] = {name: getattr(self, name) for name in self._parameters()}
        inner = [name for name, value in found.items() if deep and hasattr(value, "get_params")]
        for name in inner:
            found |= {f"{name}__{key}": value for key, value in found[name].get_params().items()}
        return found

    def set_params(self, **params: Any) -> Self:
        """Set parameters in place and return the estimator, as scikit-learn does with its clones.

        It is the one method that changes an estimator, and nothing where it raises: `clone` first
        what others use too. `estimator__seed` sets a parameter of an inner estimator, in a copy.

        Raises:
            ValueError: if a name is no parameter, or a value is not possible.

        Example:
            >>> from mist_explore.estimators import KSG, Bootstrap
            >>> Bootstrap(KSG()).set_params(seed=1, estimator__n_neighbors=5).estimator
            KSG(variant=1, n_neighbors=5)
        """
        own: dict[str, Any] = {}
        inner: dict[str, dict[str, Any]] = {}
        for key, value in params.items():
            name, _, rest = key.partition("__")
            if name not in self._parameters():
                known = ", ".join(self._parameters())
                raise ValueError(f"expected parameters among {known}; got {key!r}")
            if rest:
                inner.setdefault(name, {})[rest] = value
            else:
                own[name] = value
        for name, values in inner.items():
            own[name] = copy(own.get(name, getattr(self, name))).set_params(**values)
        changed: Self = replace(cast(Any, self), **own)  # checks the values
        vars(self).clear()  # cached properties too
        vars(self).update(vars(changed))
        return self

    def _parameters(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(cast(Any, self)))

    def __sklearn_clone__(self) -> Self:
        return copy(self)  # frozen: the network is shared


@runtime_checkable
class GroupEstimator(Protocol):
    """An estimator that resamples whole groups of rows."""

    def estimate_groups(self, sample: Sample, groups: NDArray[np.intp]) -> Estimate:
        """Estimate from a sample and the group of each row, integers from 0 `(n,)`."""
        ...


def estimate_observations(estimator: Estimator, given: Observations) -> Estimate:
    """Estimate from observations: from all rows, or the median over their subsets.

    Args:
        estimator: one of ours, or anything with a name and an `estimate(x, y)`.
        given: the rows.

    Raises:
        ValueError: if a side is wholly constant, or the estimator cannot take the sample.
    """
    sample = given.sample
    parts = [Sample(sample.x[rows], sample.y[rows]) for rows in given.subsets.rows]
    if not parts and given.groups is not None and isinstance(estimator, GroupEstimator):
        return _with_notes(estimator.estimate_groups(sample, given.groups), given)
    if not parts:
        return _with_notes(_estimates(estimator, [sample])[0], given)
    return _with_notes(_median(_estimates(estimator, parts), sample), given)


def estimate_sample(estimator: Estimator, sample: Sample) -> Estimate:
    """Estimate from a sample whose rows are taken as independent."""
    return _estimates(estimator, [sample])[0]


def _estimates(estimator: Estimator, samples: list[Sample]) -> list[Estimate]:
    """The estimate of each sample; those of one shape at once."""
    if not isinstance(estimator, SampleEstimator):
        return [estimator.estimate(sample.x, sample.y) for sample in samples]
    shapes = [
        (s.n_samples, s.dim_x, s.dim_y)
        for s in (sample.without_constant_columns()[0] for sample in samples)
    ]
    if len(set(shapes)) == 1:
        return estimator.estimate_samples(samples)
    return [estimator.estimate_samples([sample])[0] for sample in samples]


def _median(estimates: list[Estimate], sample: Sample) -> Estimate:
    """The median of each quantile over subsets of a sample: a bound that is 0 in most stays 0."""
    first, varying = estimates[0], sample.without_constant_columns()[0]
    quantiles = np.median([estimate.quantiles for estimate in estimates], axis=0)
    names = dict.fromkeys(base.name for one in estimates for base in one.explanation)
    return replace(
        first,
        quantiles=quantiles.tolist(),
        n_samples=sample.n_samples,
        dim_x=varying.dim_x,
        dim_y=varying.dim_y,
        explanation=tuple(
            sorted((_mean(name, estimates) for name in names), key=lambda base: -base.weight)
        ),
    )


def _mean(name: str, estimates: list[Estimate]) -> BaseEstimate:
    found = [base for one in estimates for base in one.explanation if base.name == name]
    return BaseEstimate(
        name,
        float(np.mean([base.value for base in found])),
        sum(base.weight for base in found) / len(estimates),
    )


def _with_notes(estimate: Estimate, given: Observations) -> Estimate:
    subsets = given.subsets
    return replace(
        estimate,
        warnings=(*subsets.warnings, *estimate.warnings),
        notes=(*given.notes, *subsets.notes, *estimate.notes),
    )
