"""Injective maps of one side, which leave mutual information unchanged.

To add one, write a file with a `Transform` and a line in `TRANSFORMS` in `registry.py`.
"""

from __future__ import annotations

from mist_explore.transforms.bimodal import BIMODAL_X, BIMODAL_Y, Bimodal
from mist_explore.transforms.chain import Exchange, Shear, Twist, random_chain
from mist_explore.transforms.composition import Composition
from mist_explore.transforms.elementwise import (
    Asinh,
    Elementwise,
    HalfCube,
    Identity,
    NormalCdf,
)
from mist_explore.transforms.fitted import FittedFlow
from mist_explore.transforms.flows import Flow
from mist_explore.transforms.linear import LinearMap, linear_mixing
from mist_explore.transforms.registry import TRANSFORMS, TransformPair
from mist_explore.transforms.spiral import Spiral
from mist_explore.transforms.swiss_roll import SwissRoll
from mist_explore.transforms.transformed import TransformedDistribution, transformed
from mist_explore.transforms.wiggle import WIGGLE_X, WIGGLE_Y, Wiggle

__all__ = [
    "BIMODAL_X",
    "BIMODAL_Y",
    "TRANSFORMS",
    "WIGGLE_X",
    "WIGGLE_Y",
    "Asinh",
    "Bimodal",
    "Composition",
    "Elementwise",
    "Exchange",
    "FittedFlow",
    "Flow",
    "HalfCube",
    "Identity",
    "LinearMap",
    "NormalCdf",
    "Shear",
    "Spiral",
    "SwissRoll",
    "TransformPair",
    "TransformedDistribution",
    "Twist",
    "Wiggle",
    "linear_mixing",
    "random_chain",
    "transformed",
]
