"""From the columns of a table to a sample: gaps, categories, dates and ties, and what was done."""

from mist_explore.preparation.column import CATEGORIES, MISSING, Column, describe, encoded
from mist_explore.preparation.prepared import Prepared, prepare, usable_columns

__all__ = [
    "CATEGORIES",
    "MISSING",
    "Column",
    "Prepared",
    "describe",
    "encoded",
    "prepare",
    "usable_columns",
]
