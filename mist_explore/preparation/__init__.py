"""Preparation of samples from tables: column kinds, missing values, categories, dates."""

from mist_explore.preparation.column import CATEGORIES, MISSING, encoded
from mist_explore.preparation.kinds import KINDS, Column, describe, kind_of, left_out
from mist_explore.preparation.prepared import Prepared, prepare
from mist_explore.preparation.sides import prepare_sides, sides_as_columns
from mist_explore.preparation.sorting import sorting_column
from mist_explore.preparation.treatment import Treatment, TreatmentOptions
from mist_explore.preparation.usable import usable_columns

__all__ = [
    "CATEGORIES",
    "KINDS",
    "MISSING",
    "Column",
    "Prepared",
    "Treatment",
    "TreatmentOptions",
    "describe",
    "encoded",
    "kind_of",
    "left_out",
    "prepare",
    "prepare_sides",
    "sides_as_columns",
    "sorting_column",
    "usable_columns",
]
