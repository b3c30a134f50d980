"""Fuzz: any columns and options give an estimate, or a documented refusal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from mist_explore.estimators import Gaussian, GaussianCopula, MixedKSG
from mist_explore.preparation import CATEGORIES, MISSING, describe, prepare, usable_columns
from mist_explore.tables import as_table
from tests.fuzz.fuzzing import fuzzed, refusal

SCALARS: tuple[st.SearchStrategy[Any], ...] = (
    st.integers(), st.integers(0, 3), st.floats(), st.booleans(), st.text(max_size=3),
    st.decimals(allow_nan=False), st.datetimes(), st.dates(), st.times(), st.timedeltas(),
    st.complex_numbers(), st.binary(max_size=3), st.lists(st.integers(), max_size=2),
    st.sampled_from([pd.NA, pd.NaT, np.nan, np.inf, Decimal("NaN"), np.float32(1.5), np.int8(3)]),
    st.sampled_from([pd.Timestamp("2024", tz="Asia/Tokyo"), pd.Timestamp("2025", tz="UTC")]),
    st.sampled_from([pd.Period("2024-01", "M"), pd.Interval(0, 1), pd.Timedelta("1h")]),
)  # fmt: skip


def in_memory() -> st.SearchStrategy[list[Any]]:
    """A column of one kind of value, or of two, with gaps."""
    kinds = st.lists(st.sampled_from(SCALARS), min_size=1, max_size=2)
    return kinds.flatmap(lambda some: st.lists(st.one_of(st.none(), *some), min_size=6, max_size=6))


@fuzzed
@given(columns=st.lists(in_memory(), min_size=1, max_size=3), converted=st.booleans())
def test_any_frame_is_a_table_whose_columns_have_a_kind(
    columns: list[list[Any]], converted: bool
) -> None:
    frame = pd.DataFrame({f"c{i}": pd.Series(v, dtype=object) for i, v in enumerate(columns)})
    table = refusal(lambda: as_table(frame.convert_dtypes() if converted else frame))
    assert table is not None
    kinds = {column.name: column for column in describe(table)}
    assert {*kinds, *table.left_out} == {f"c{i}" for i in range(len(columns))}
    assert all(kinds[name].usable for name in usable_columns(table))


ROWS = 24
SMALL: dict[str, Callable[[np.random.Generator], Any]] = {
    "numbers": lambda rng: rng.normal(size=ROWS),
    "whole": lambda rng: rng.integers(0, 4, ROWS),
    "large": lambda rng: rng.integers(0, 99, ROWS) + 2**60,
    "huge": lambda rng: rng.normal(size=ROWS) * 1e200,
    "kinds": lambda rng: rng.choice(["a", "B", "NA", "None", "-999"], ROWS),
    "words": lambda rng: [f"text {i} of {rng.integers(99)}" for i in range(ROWS)],
    "dates": lambda rng: pd.Timestamp("2020") + pd.to_timedelta(rng.integers(0, 999, ROWS), "D"),
    "flags": lambda rng: rng.random(ROWS) < 0.3,
    "constant": lambda rng: np.full(ROWS, rng.integers(3)),
    "counter": lambda rng: np.arange(ROWS),
    "amounts": lambda rng: [f"{v:.2f} €".replace(".", ",") for v in rng.normal(size=ROWS)],
    "coded": lambda rng: np.where(rng.random(ROWS) < 0.2, -999, rng.integers(0, 50, ROWS)),
}


@fuzzed
@given(
    seed=st.integers(0, 2**32 - 1),
    kinds=st.lists(st.sampled_from(list(SMALL)), min_size=2, max_size=4),
    gaps=st.sampled_from([0.0, 0.1, 0.9]),
    names=st.tuples(*[st.lists(st.sampled_from("abcd*z"), max_size=2)] * 2),
    missing=st.sampled_from([*MISSING, "zero"]),
    encoding=st.sampled_from([*CATEGORIES, "hashed"]),
    declared=st.lists(st.sampled_from("abcd"), max_size=2),
    gap_values=st.lists(st.sampled_from([-999.0, 0.0, 1.0]), max_size=2),
    max_rows=st.sampled_from([None, 10]),
    estimator=st.sampled_from([Gaussian(), GaussianCopula(), MixedKSG()]),
)
def test_any_columns_and_options_give_an_estimate_or_a_refusal(
    seed: int, kinds: list[str], gaps: float, names: tuple[list[str], list[str]], missing: str,
    encoding: str, declared: list[str], gap_values: list[float], max_rows: int | None,
    estimator: Any,
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({n: SMALL[kind](rng) for n, kind in zip("abcd", kinds, strict=False)})
    frame = frame.mask(rng.random(frame.shape) < gaps)
    options: dict[str, Any] = {
        "missing": missing, "encoding": encoding, "categories": declared,
        "gap_values": gap_values, "max_rows": max_rows,
    }  # fmt: skip
    ready = refusal(lambda: prepare(frame, *names, **options))
    if ready is not None:
        assert len(ready.rows) == ready.sample.n_samples <= (max_rows or ROWS)
        assert (ready.sample.dim_x, ready.sample.dim_y) == tuple(
            map(len, (ready.names_x, ready.names_y))
        )
        assert len(set(ready.notes)) == len(ready.notes)
        estimate = refusal(lambda: estimator.estimate(ready.sample.x, ready.sample.y))
        assert estimate is None or np.isfinite(estimate.quantiles).all()
    columns = refusal(lambda: usable_columns(frame, **options))
    assert columns is None or all(len(v) == min(ROWS, max_rows or ROWS) for v in columns.values())
