"""From the columns of a table to a sample: kinds, gaps, categories, dates, and notes."""

from mist_explore.preparation.column import CATEGORIES, MISSING, encoded
from mist_explore.preparation.kinds import KINDS, Column, describe, kind_of, left_out
from mist_explore.preparation.prepared import Prepared, prepare
from mist_explore.preparation.sides import prepare_sides
from mist_explore.preparation.treatment import Treatment
from mist_explore.preparation.usable import usable_columns

__all__ = [
    "CATEGORIES",
    "KINDS",
    "MISSING",
    "Column",
    "Prepared",
    "Treatment",
    "describe",
    "encoded",
    "kind_of",
    "left_out",
    "prepare",
    "prepare_sides",
    "usable_columns",
]
