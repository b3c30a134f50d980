"""Estimators of mutual information behind one protocol, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from numpy.typing import ArrayLike

from mist_explore.estimate import Estimate
from mist_explore.estimators.bootstrap import Bootstrap
from mist_explore.estimators.canonical_ksg import CanonicalKSG
from mist_explore.estimators.critics import Critic
from mist_explore.estimators.gaussian import Gaussian
from mist_explore.estimators.gaussian_copula import GaussianCopula
from mist_explore.estimators.gradient import (
    DifferentiableEstimator,
    differentiable,
    differentiable_mutual_information,
)
from mist_explore.estimators.histogram import Histogram
from mist_explore.estimators.kernel_density import KernelDensity
from mist_explore.estimators.ksg import KSG
from mist_explore.estimators.learned import LearnedEstimator, load_learned
from mist_explore.estimators.lnc import LNC
from mist_explore.estimators.matched_ksg import MatchedKSG
from mist_explore.estimators.mixed_ksg import MixedKSG
from mist_explore.estimators.models import available_models, save_model
from mist_explore.estimators.observations import RowOptions, observe
from mist_explore.estimators.plug_in import PlugIn
from mist_explore.estimators.projection import (
    ProjectionStep,
    informative_projection,
    iter_informative_projection,
)
from mist_explore.estimators.registry import DEFAULT, ESTIMATORS, FAST, PUBLISHED, SMOOTH
from mist_explore.estimators.ross import Ross
from mist_explore.estimators.sample_estimator import SampleEstimator, estimate_observations
from mist_explore.interfaces import Estimator

__all__ = [
    "DEFAULT",
    "ESTIMATORS",
    "FAST",
    "KSG",
    "LNC",
    "PUBLISHED",
    "SMOOTH",
    "Bootstrap",
    "CanonicalKSG",
    "Critic",
    "DifferentiableEstimator",
    "Gaussian",
    "GaussianCopula",
    "Histogram",
    "KernelDensity",
    "LearnedEstimator",
    "MatchedKSG",
    "MixedKSG",
    "PlugIn",
    "ProjectionStep",
    "Ross",
    "SampleEstimator",
    "available_models",
    "differentiable",
    "differentiable_mutual_information",
    "estimator_of",
    "informative_projection",
    "iter_informative_projection",
    "load",
    "mutual_information",
    "save_model",
]

AROUND = "bootstrap-"


def load(name: str | Path = DEFAULT) -> SampleEstimator:
    """Return the estimator of a name, or the trained network of a name or folder.

    The same network is in memory once. `bootstrap-` before a name puts a `Bootstrap` around its
    estimator.

    Raises:
        ValueError: if there is none of them, or the checkpoint is damaged.

    Example:
        >>> load("gaussian-copula").estimate([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]).median > 0
        True
        >>> load("bootstrap-ksg").estimator
        KSG(variant=1, n_neighbors=3)
    """
    if isinstance(name, str) and name in ESTIMATORS:
        return ESTIMATORS[name]()
    if isinstance(name, str) and name.startswith(AROUND):
        return Bootstrap(load(name.removeprefix(AROUND)))
    models = available_models()
    directory = models.get(name, Path(name)) if isinstance(name, str) else name
    if directory.is_dir():
        return load_learned(directory)
    known = ", ".join(sorted({*ESTIMATORS, *models}))
    raise ValueError(
        f"expected an estimator among {known} or the directory of a trained model; "
        f"got {str(name)!r}"
    )


def estimator_of(estimator: str | Path | Estimator) -> Estimator:
    """Return an estimator, loaded where it is a name or a folder; see `load`.

    Raises:
        ValueError: if there is none of this name.
        TypeError: if it is none of them.
    """
    if isinstance(estimator, str | Path):
        return load(estimator)
    if not isinstance(estimator, Estimator):
        raise TypeError(
            "expected an estimator, its name or the directory of a trained model; "
            f"got {type(estimator).__name__}"
        )
    return estimator


def mutual_information(
    x: ArrayLike,
    y: ArrayLike,
    estimator: str | Path | Estimator = DEFAULT,
    **options: Unpack[RowOptions],
) -> Estimate:
    r"""Estimate the mutual information I(X; Y) in nats, with quantiles.

    .. math:: I(X; Y) = \mathbb E \log \frac{p(x, y)}{p(x)\, p(y)}

    Args:
        x: `(n, dim_x)` or `(n,)`: arrays, tensors, frames or series of pandas or polars, lists.
        y: `(n, dim_y)` or `(n,)`.
        estimator: a name or a folder of a trained network, see `load`, or an estimator.
        **options: gaps, categories, weights and groups, see `SampleEstimator.estimate`.

    Raises:
        ValueError: if the sides make no sample, an option is not possible, or the estimator is
            unknown or cannot take the sample.

    Example:
        >>> mutual_information([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], "gaussian").n_samples
        5
    """
    return estimate_observations(estimator_of(estimator), observe(x, y, **options))
