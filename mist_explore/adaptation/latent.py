"""Dependence of latent variables, each standard normal by itself."""

from __future__ import annotations

import numpy as np
import torch

from mist_explore.distributions.copula import copula_pairs
from mist_explore.distributions.gaussian import Gaussian
from mist_explore.interfaces import JointDistribution
from mist_explore.transforms import LinearMap, transformed

__all__ = ["LATENT", "latent_distribution"]

LATENT = ("gaussian", "copula")
"""Kinds of dependence of the latent variables, for sides whose flows can be undone."""


def latent_distribution(
    kind: str, dim_x: int, dim_y: int, information: float, seed: int
) -> JointDistribution:
    """Return a joint distribution of latent variables, each N(0, I) by itself.

    Args:
        kind: `"gaussian"`, of canonical correlations with the given information, or `"copula"`,
            pairs of Archimedean copulas of a strength that grows with it.
        dim_x: number of columns of X.
        dim_y: number of columns of Y.
        information: nats.
        seed: of the correlations or copulas, and of the rotation of each side.

    Example:
        >>> joint = latent_distribution("gaussian", 3, 2, 0.7, seed=0)
        >>> round(float(joint.mutual_information), 6)
        0.7
    """
    random = np.random.default_rng(seed)
    k = min(dim_x, dim_y)
    turns = tuple(
        torch.from_numpy(np.linalg.qr(random.normal(size=(dim, dim)))[0]) for dim in (dim_x, dim_y)
    )
    active = k if random.random() < 0.5 else int(random.integers(1, k + 1))
    decay = 4 * random.random() ** 2  # from equal shares to a single one
    shares = random.uniform(size=k) ** decay * (np.arange(k) < active)
    shares[0] = max(shares[0], 0.2)
    if kind == "gaussian":
        each = torch.from_numpy(information * shares / shares.sum())
        rho = (-torch.expm1(-2 * each)).sqrt()
        cross = turns[0][:, :k] * rho @ turns[1][:, :k].T
        correlation = torch.eye(dim_x + dim_y, dtype=torch.float64)
        correlation[:dim_x, dim_x:], correlation[dim_x:, :dim_x] = cross, cross.T
        return Gaussian(correlation, dim_x)
    strength = torch.from_numpy(3 * information * shares / shares.sum())
    pairs = copula_pairs(
        dim_x, dim_y, strength, torch.tensor(k), torch.tensor(int(random.integers(10_000)))
    )
    return transformed(pairs, (LinearMap(turns[0]), LinearMap(turns[1])))
