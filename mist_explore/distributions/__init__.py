"""Joint distributions with known mutual information, in families of a few parameters.

To add a family, write a file with its distribution (if that is new) and a line in `broad.py`, or a
file with a tuple of families that `UNIVERSAL` includes.
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
from mist_explore.distributions.grids import GRIDS
from mist_explore.distributions.independent import Independent
from mist_explore.distributions.labels import Labels
from mist_explore.distributions.latents import LATENTS, HiddenVariable
from mist_explore.distributions.mixed import MIXED, Clumped
from mist_explore.distributions.mixture import GaussianMixture
from mist_explore.distributions.monte_carlo import MonteCarloDistribution
from mist_explore.distributions.program import Program
from mist_explore.distributions.programs import PROGRAMS
from mist_explore.distributions.published import PUBLISHED
from mist_explore.distributions.regression import Regression
from mist_explore.distributions.spectrum import spectral_correlation
from mist_explore.distributions.stack import Stack, split
from mist_explore.distributions.student import Student
from mist_explore.distributions.table import Axis, Table

__all__ = [
    "BROAD",
    "FAMILIES",
    "PUBLISHED",
    "UNIVERSAL",
    "AdditiveNoise",
    "Axis",
    "Clumped",
    "ContingencyTables",
    "CopulaPairs",
    "Family",
    "Gaussian",
    "GaussianMixture",
    "HiddenVariable",
    "Independent",
    "Labels",
    "MonteCarloDistribution",
    "Parameter",
    "Program",
    "Regression",
    "Stack",
    "Student",
    "Table",
    "dense_correlation",
    "latent_correlation",
    "sparse_correlation",
    "spectral_correlation",
    "split",
]

UNIVERSAL: tuple[Family, ...] = (*GRIDS, *PROGRAMS, *LATENTS, *MIXED)
"""Families of random structure, which `universal` adds to the others."""

FAMILIES: dict[str, Family] = {family.name: family for family in (*PUBLISHED, *BROAD, *UNIVERSAL)}
"""Every family by its name: the published ones first."""
