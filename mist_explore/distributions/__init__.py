"""Joint laws with known mutual information, in families of a few parameters.

To add a family, write a file with its law (if that is new) and a line in `broad.py`.
"""

from __future__ import annotations

from mist_explore.distributions.additive_noise import AdditiveNoise
from mist_explore.distributions.broad import BROAD
from mist_explore.distributions.contingency import ContingencyTables
from mist_explore.distributions.copula import CopulaPairs
from mist_explore.distributions.correlation import (
    dense_correlation,
    latent_correlation,
    sparse_correlation,
)
from mist_explore.distributions.family import Family, Parameter
from mist_explore.distributions.gaussian import Gaussian
from mist_explore.distributions.independent import Independent
from mist_explore.distributions.labels import Labels
from mist_explore.distributions.mixture import GaussianMixture
from mist_explore.distributions.monte_carlo import MonteCarloLaw
from mist_explore.distributions.published import PUBLISHED
from mist_explore.distributions.regression import Regression
from mist_explore.distributions.spectrum import spectral_correlation
from mist_explore.distributions.stack import Stack, split
from mist_explore.distributions.student import Student

__all__ = [
    "BROAD",
    "FAMILIES",
    "PUBLISHED",
    "AdditiveNoise",
    "ContingencyTables",
    "CopulaPairs",
    "Family",
    "Gaussian",
    "GaussianMixture",
    "Independent",
    "Labels",
    "MonteCarloLaw",
    "Parameter",
    "Regression",
    "Stack",
    "Student",
    "dense_correlation",
    "latent_correlation",
    "sparse_correlation",
    "spectral_correlation",
    "split",
]

FAMILIES: dict[str, Family] = {family.name: family for family in (*PUBLISHED, *BROAD)}
"""Every family by its name: the published ones first."""
