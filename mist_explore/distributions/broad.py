"""Families beyond the published ones, with dependence that real tables have."""

from __future__ import annotations

import math
from dataclasses import replace

from torch import Tensor

from mist_explore.distributions.contingency import counts, random_tables
from mist_explore.distributions.copula import copula_pairs
from mist_explore.distributions.correlation import dense_correlation
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.gaussian import Gaussian
from mist_explore.distributions.independent import independent
from mist_explore.distributions.labels import MOST_CLASSES, labels
from mist_explore.distributions.mixture import clusters, path
from mist_explore.distributions.published import TAILS
from mist_explore.distributions.regression import random_regression
from mist_explore.distributions.spectrum import spectral_correlation
from mist_explore.distributions.stack import Stack, split
from mist_explore.distributions.structure import STRUCTURE_SEED, part
from mist_explore.distributions.student import Student
from mist_explore.interfaces import JointDistribution

__all__ = ["BROAD"]

_LARGEST = Parameter("strength", "largest canonical correlation", 0, 0.995, 0.8, (0, 0.98))
_DF = Parameter("df", "degrees of freedom", 0.5, 100, 3, (1, 30), log=True)
_COPULA = Parameter("strength", "strength of a pair", 0, 8, 2, (0, 5), per_column=True)
_N_PAIRS = Parameter("n_pairs", "interacting pairs", 1, 200, 2, (1, math.inf), integer=True)
_SEPARATION = Parameter("separation", "distance between the means", 0, 8, 3, (0, 6))
_INSIDE = Parameter("correlation", "correlation inside a cluster", 0, 0.95, 0.5, (0, 0.9))
_SHARPNESS = Parameter("sharpness", "path over noise", 0, 10, 3, (0.3, 8))
_CLASSES = Parameter("n_classes", "classes", 2, MOST_CLASSES, 3, (2, MOST_CLASSES), integer=True)
_TABLE = Parameter("strength", "strength of a pair", 0, 4, 1.5, (0, 2.5), per_column=True)
_COUNTS = Parameter("strength", "spread of the common rate", 0, 2, 1, (0, 1.5), per_column=True)
_SIGNAL = Parameter("strength", "signal over noise", 0, 10, 2, (0.1, 6), per_column=True, log=True)
_INPUTS = Parameter("n_inputs", "columns of X in a function", 1, 3, 1, (1, 3), integer=True)
_WITHIN = Parameter("correlation", "correlation within a side", 0, 0.95, 0.5, (0, 0.9))
_STACKED = Parameter("strength", "strength of a pair", 0, 8, 2, (0, 5), per_column=True)


def _normal_spectrum(
    dim_x: int, dim_y: int, strength: Tensor, structure_seed: Tensor
) -> JointDistribution:
    return Gaussian(spectral_correlation(strength, structure_seed, dim_x, dim_y), dim_x)


def _student_spectrum(
    dim_x: int, dim_y: int, strength: Tensor, df: Tensor, structure_seed: Tensor
) -> JointDistribution:
    return Student(spectral_correlation(strength, structure_seed, dim_x, dim_y), df, dim_x)


def _student_identity(dim_x: int, dim_y: int, df: Tensor) -> JointDistribution:
    return Student(dense_correlation(0 * df, dim_x, dim_y), df, dim_x)


def _side_by_side(
    dim_x: int, dim_y: int, strength: Tensor, structure_seed: Tensor
) -> JointDistribution:
    """Stack copula pairs, a regression and a Student distribution, with equal shares of columns."""
    parts = min(dim_x, dim_y, 3)
    seeds = part(structure_seed, 3)
    distributions: list[JointDistribution] = []
    for i, (dx, dy) in enumerate(zip(split(dim_x, parts), split(dim_y, parts), strict=True)):
        here, seed = strength[..., i * dim_x // parts :], seeds[..., i]
        if i == 0:
            distributions.append(copula_pairs(dx, dy, here, 1 + seed % min(dx, dy), seed))
        elif i == 1:
            distributions.append(random_regression(dx, dy, here, 1 + seed % 3, seed))
        else:
            first = here[..., 0]
            distributions.append(_student_spectrum(dx, dy, first / (first + 2), 1 + first, seed))
    return Stack(tuple(distributions))


BROAD = (
    Family(
        "normal-spectrum", "Gaussian, mixed columns", (_LARGEST, STRUCTURE_SEED), _normal_spectrum
    ),
    Family(
        "student-spectrum",
        "Student, mixed columns",
        (_LARGEST, _DF, STRUCTURE_SEED),
        _student_spectrum,
        TAILS,
    ),
    Family(
        "student-identity",
        "Student, no correlation",
        (replace(_DF, default=2, drawn=(1, 10)),),
        _student_identity,
        TAILS,
    ),
    Family(
        "copula-pairs",
        "Copulas, pair by pair",
        (_COPULA, _N_PAIRS, STRUCTURE_SEED),
        copula_pairs,
        "these columns depend most in one corner, which correlation averages away",
    ),
    Family(
        "clusters",
        "Gaussian clusters",
        (_SEPARATION, _INSIDE, STRUCTURE_SEED),
        clusters,
        "clusters depend on each other without lying on a line",
    ),
    Family(
        "path",
        "Noisy random path",
        (_SHARPNESS, STRUCTURE_SEED),
        path,
        "a path bends, and correlation measures only its direction",
    ),
    Family(
        "labels",
        "Classes: Y is a label",
        (_SEPARATION, _CLASSES, STRUCTURE_SEED),
        labels,
        "the order of labels means nothing, but correlation uses it",
    ),
    Family(
        "tables",
        "Discrete columns",
        (_TABLE, STRUCTURE_SEED),
        random_tables,
        "the order of categories means little, but correlation uses it",
    ),
    Family(
        "counts",
        "Counts with a common rate",
        (_COUNTS, STRUCTURE_SEED),
        counts,
        "counts are tied, and normal scores blur them",
    ),
    Family(
        "regression",
        "Random functions plus noise",
        (_SIGNAL, _INPUTS, STRUCTURE_SEED),
        random_regression,
        "the functions bend, and correlation measures only their slope",
    ),
    Family(
        "side-by-side",
        "Different pairs side by side",
        (_STACKED, STRUCTURE_SEED),
        _side_by_side,
        "each kind of pair has dependence that correlation misses",
    ),
    Family("independent", "Independent, odd columns", (_WITHIN, STRUCTURE_SEED), independent),
)
"""Families beyond those of the published meta-distribution."""
