"""Learned estimators of mutual information: use, train and stress-test them.

Example:
    >>> import mist_explore as mx
    >>> distribution = mx.distribution("student-2pair", 3, 3, df=2, transform="wigglify")
    >>> sample = distribution.sample(400, seed=1)
    >>> estimate = mx.mutual_information(sample.x, sample.y)
    >>> low, high = estimate.interval(0.9)
    >>> low < float(distribution.mutual_information) < high
    True
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mist_explore.adaptation import adapt, fit_flow
    from mist_explore.datasets import DATASETS, load_dataset
    from mist_explore.distributions import FAMILIES
    from mist_explore.estimate import Estimate
    from mist_explore.estimators import (
        ESTIMATORS,
        differentiable_mutual_information,
        informative_projection,
        load,
        mutual_information,
    )
    from mist_explore.evaluation import (
        compare,
        information_scores,
        pairwise_information,
        permutation_test,
        serial_dependence,
        stability,
    )
    from mist_explore.joint import distribution
    from mist_explore.meta import MetaDistribution
    from mist_explore.preparation import left_out, prepare, prepare_sides, usable_columns
    from mist_explore.sample import Sample
    from mist_explore.tables import read_table
    from mist_explore.transforms import TRANSFORMS

__all__ = [
    "DATASETS",
    "ESTIMATORS",
    "FAMILIES",
    "TRANSFORMS",
    "Estimate",
    "MetaDistribution",
    "Sample",
    "adapt",
    "compare",
    "differentiable_mutual_information",
    "distribution",
    "fit_flow",
    "information_scores",
    "informative_projection",
    "left_out",
    "load",
    "load_dataset",
    "mutual_information",
    "pairwise_information",
    "permutation_test",
    "prepare",
    "prepare_sides",
    "read_table",
    "serial_dependence",
    "stability",
    "usable_columns",
]

__version__ = version("mist-explore")

_HOME = {
    "DATASETS": "datasets",
    "ESTIMATORS": "estimators",
    "FAMILIES": "distributions",
    "TRANSFORMS": "transforms",
    "Estimate": "estimate",
    "MetaDistribution": "meta",
    "Sample": "sample",
    "adapt": "adaptation",
    "compare": "evaluation",
    "differentiable_mutual_information": "estimators",
    "distribution": "joint",
    "fit_flow": "adaptation",
    "information_scores": "evaluation",
    "informative_projection": "estimators",
    "left_out": "preparation",
    "load": "estimators",
    "load_dataset": "datasets",
    "mutual_information": "estimators",
    "pairwise_information": "evaluation",
    "permutation_test": "evaluation",
    "prepare": "preparation",
    "prepare_sides": "preparation",
    "read_table": "tables",
    "serial_dependence": "evaluation",
    "stability": "evaluation",
    "usable_columns": "preparation",
}


def __getattr__(name: str) -> object:
    """Import a public name at its first use (PEP 562): `mist-explore --help` needs no torch."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
