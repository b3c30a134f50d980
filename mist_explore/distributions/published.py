"""The families of the published meta-distribution of MIST.

Source: MIST (arXiv 2511.18945) for the ranges, Czyz et al. (2023) for the distributions.
"""

from __future__ import annotations

import math

from torch import Tensor

from mist_explore.distributions.additive_noise import AdditiveNoise
from mist_explore.distributions.correlation import (
    dense_correlation,
    latent_correlation,
    sparse_correlation,
)
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.gaussian import Gaussian
from mist_explore.distributions.student import Student
from mist_explore.interfaces import JointDistribution

__all__ = ["PUBLISHED", "TAILS"]

_CORRELATION = Parameter("correlation", "correlation of all pairs", 0, 0.95, 0.5, (0, 0.5))
_STRENGTH = Parameter("strength", "strength of a pair", 0, 10, 1.5, (0.1, 5))
_N_PAIRS = Parameter("n_pairs", "interacting pairs", 1, 200, 2, (1, math.inf), integer=True)
_DF = Parameter("df", "degrees of freedom", 0.5, 100, 3, (1, 10))
_LATENT = (
    Parameter("lambda_", "weight of a pair's variable", 0, 10, 1.5, (0.1, 3)),
    Parameter("alpha", "weight of the common variable", 0, 3, 0.5, (0, 1)),
    Parameter("beta", "weight of a side's variable", 0, 5, 0.5, (0, 1.5)),
    Parameter("eta", "noise of the other columns", 0, 10, 1, (0.1, 5)),
    _N_PAIRS,
)
_EPSILON = Parameter("epsilon", "half-width of the noise", 0.02, 10, 0.4, (0.1, 2), per_column=True)


def _normal_dense(dim_x: int, dim_y: int, correlation: Tensor) -> JointDistribution:
    return Gaussian(dense_correlation(correlation, dim_x, dim_y), dim_x)


def _normal_sparse(
    dim_x: int, dim_y: int, strength: Tensor, n_pairs: Tensor | int
) -> JointDistribution:
    return Gaussian(sparse_correlation(strength, n_pairs, dim_x, dim_y), dim_x)


def _normal_lvm(dim_x: int, dim_y: int, **weights: Tensor) -> JointDistribution:
    return Gaussian(latent_correlation(**weights, dim_x=dim_x, dim_y=dim_y), dim_x)


def _normal_2pair(dim_x: int, dim_y: int, strength: Tensor) -> JointDistribution:
    return _normal_sparse(dim_x, dim_y, strength, 2)


def _student_dense(dim_x: int, dim_y: int, correlation: Tensor, df: Tensor) -> JointDistribution:
    return Student(dense_correlation(correlation, dim_x, dim_y), df, dim_x)


def _student_sparse(
    dim_x: int, dim_y: int, strength: Tensor, n_pairs: Tensor | int, df: Tensor
) -> JointDistribution:
    return Student(sparse_correlation(strength, n_pairs, dim_x, dim_y), df, dim_x)


def _student_2pair(dim_x: int, dim_y: int, strength: Tensor, df: Tensor) -> JointDistribution:
    return _student_sparse(dim_x, dim_y, strength, 2, df)


def _additive_noise(dim_x: int, dim_y: int, epsilon: Tensor) -> JointDistribution:
    return AdditiveNoise(epsilon, dim_x, dim_y)


TAILS = "Student columns grow large together, whatever their signs, which correlation misses"
"""Dependence of Student columns that correlation misses, as half a sentence."""
_EDGES = "noise with sharp edges carries more than its correlation"

PUBLISHED = (
    Family("normal-dense", "Gaussian, all columns correlated", (_CORRELATION,), _normal_dense),
    Family("normal-2pair", "Gaussian, two pairs", (_STRENGTH,), _normal_2pair),
    Family("normal-sparse", "Gaussian, some pairs", (_STRENGTH, _N_PAIRS), _normal_sparse),
    Family("normal-lvm", "Gaussian, hidden variables", _LATENT, _normal_lvm),
    Family(
        "student-dense",
        "Student, all columns correlated",
        (_CORRELATION, _DF),
        _student_dense,
        TAILS,
    ),
    Family("student-2pair", "Student, two pairs", (_STRENGTH, _DF), _student_2pair, TAILS),
    Family(
        "student-sparse", "Student, some pairs", (_STRENGTH, _N_PAIRS, _DF), _student_sparse, TAILS
    ),
    Family("additive-noise", "Uniform plus noise", (_EPSILON,), _additive_noise, _EDGES),
)
"""Every family of the published meta-distribution, by its published name."""
