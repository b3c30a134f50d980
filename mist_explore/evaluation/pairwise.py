"""Every column of a table against every other one."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from time import perf_counter
from typing import Any

from numpy.typing import ArrayLike

from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT, LearnedEstimator, estimator_of
from mist_explore.estimators.observations import Observations
from mist_explore.estimators.sample_estimator import estimate_observations
from mist_explore.evaluation.artefacts import artefact
from mist_explore.evaluation.columns import PairColumns
from mist_explore.evaluation.discovery import needed_permutations, pair_p_values, resolution
from mist_explore.evaluation.pairs import Pairwise
from mist_explore.evaluation.screening import binned_information, smaller_entropy
from mist_explore.interfaces import Estimator
from mist_explore.preparation import sides_as_columns, usable_columns
from mist_explore.progress import Cancellation, Progress, finished
from mist_explore.sample import Sample
from mist_explore.tables import TableLike

__all__ = ["iter_independence_tests", "iter_pairwise_information", "pairwise_information"]

AT_ONCE = 16
"""Pairs in one forward pass; memory for the neighbours of rows grows with it."""

SCREENED_AT_ONCE = 500

Pair = tuple[str, str]
Steps = Generator[tuple[Progress, Pairwise], None, Pairwise]


def pairwise_information(
    x: TableLike,
    y: TableLike | None = None,
    estimator: str | Path | Estimator = DEFAULT,
    pairs: Iterable[Pair] | None = None,
    *,
    top: int | None = None,
    fdr: float | None = None,
    circular_shift: bool | None = None,
    rows_independent: bool = False,
    seed: int = 0,
) -> Pairwise:
    """Estimate the mutual information of pairs of columns, of one table or between two.

    Each pair uses the rows in which both columns have a value.

    Args:
        x: a frame, a table, an array or a tensor `(n, columns)`, as `usable_columns` takes them; or
            numbers by name, of shape `(n,)`, or `(n, k)` for a column that takes k of them, such as
            categories, gaps as NaN.
        y: the same, for the pairs of a column of x with a column of y, which a name that x has too
            gets `y ` before; None for the pairs of columns of x.
        estimator: a name, see `load`, or an estimator; networks take many pairs at once.
        pairs: names of columns; None for all pairs.
        top: where there are more pairs, all are screened by their mutual information between bins,
            and this number of the highest is estimated; artefacts come last. None for all.
        fdr: test every pair by permutations, enough of them for a false discovery rate of this
            level (`Pairwise.adjusted`); None for no test.
        circular_shift: shift one column in a circle rather than shuffle it, for rows that are a
            time series; None for the pairs whose columns both resemble their neighbouring rows.
        rows_independent: whether the order of rows means nothing; else pairs whose columns both
            resemble their neighbouring rows are estimated from fewer rows, with a warning.
        seed: of the permutations.

    Raises:
        ValueError: if there are fewer than two columns, their lengths differ, a pair names none
            of them, or `fdr` is not in (0, 1).

    Example:
        >>> import numpy as np
        >>> from mist_explore.estimators import GaussianCopula
        >>> a = np.cos(np.arange(50) ** 2)
        >>> table = {"a": a, "b": a**2, "c": np.zeros(50)}
        >>> found = pairwise_information(table, estimator=GaussianCopula(), fdr=0.05)
        >>> list(found.estimates), found.failures["a", "c"]
        ([('a', 'b')], 'c is constant')
        >>> found.adjusted
        {('a', 'b'): 0.001}
    """
    columns, names_x, names_y = _sides(x, y)
    if pairs is None and names_y:
        pairs = product(names_x, names_y)
    steps = iter_pairwise_information(
        columns,
        estimator,
        pairs,
        top=top,
        fdr=fdr,
        circular_shift=circular_shift,
        rows_independent=rows_independent,
        seed=seed,
    )
    return finished(steps)


def _sides(x: Any, y: Any) -> tuple[Mapping[str, ArrayLike], list[str], list[str]]:
    """Return the columns of one table or two as numbers by name, and the names of each of two."""
    if y is None:
        return (x if isinstance(x, Mapping) else usable_columns(x)), [], []
    both, names_x, names_y = sides_as_columns(x, y)
    columns = usable_columns(both)
    used_x, used_y = ([n for n in names if n in columns] for names in (names_x, names_y))
    return columns, used_x, used_y


def iter_pairwise_information(
    columns: Mapping[str, ArrayLike],
    estimator: str | Path | Estimator = DEFAULT,
    pairs: Iterable[Pair] | None = None,
    cancellation: Cancellation | None = None,
    *,
    top: int | None = None,
    fdr: float | None = None,
    circular_shift: bool | None = None,
    rows_independent: bool = False,
    seed: int = 0,
) -> Steps:
    """Yield the progress and the pairs that are done; see `pairwise_information`.

    Where it is cancelled it returns the pairs that are done.
    """
    if fdr is not None and not 0 < fdr < 1:
        raise ValueError(f"expected a false discovery rate in (0, 1), as 0.05; got {fdr}")
    estimator = estimator_of(estimator)
    table = PairColumns.of(columns)
    names = tuple(table.columns)
    wanted = tuple(combinations(names, 2) if pairs is None else pairs)
    for name in {name for pair in wanted for name in pair}:
        if name not in table.columns:
            raise ValueError(f"expected pairs of the columns {', '.join(names)}; got {name!r}")
    start = perf_counter()
    cancelled = Cancellation() if cancellation is None else cancellation
    failures = {pair: why for pair in wanted if (why := table.failure(pair))}
    able = [pair for pair in wanted if pair not in failures]
    artefacts = {pair: why for pair in able if (why := artefact(table, pair))}
    n_samples = {pair: int(table.rows(pair).sum()) for pair in wanted}
    found = Pairwise(names, {}, failures, artefacts=artefacts, n_samples=n_samples)
    screened = top is not None and top < len(able)
    total = len(failures) + (min(top, len(able)) if top is not None else len(able))
    total += len(able) * (screened + (fdr is not None))

    def progress(done: int) -> Progress:
        return Progress(done, total, perf_counter() - start, done_before=len(failures))

    done = len(failures)
    yield progress(done), found
    chosen: Sequence[Pair] = able
    if screened and top is not None:
        for first in range(0, len(able), SCREENED_AT_ONCE):
            part = able[first : first + SCREENED_AT_ONCE]
            values = {pair: binned_information(table, pair) for pair in part}
            found = replace(found, screening={**found.screening, **values})
            done += len(part)
            yield progress(done), found
            if cancelled.is_set():
                return found
        best = sorted(able, key=lambda pair: (pair in artefacts, -found.screening[pair]))
        chosen = best[:top]
        found = replace(found, screened=_screened(len(able), len(chosen), estimator.name))
    for group in _groups(table, chosen):
        if cancelled.is_set():
            return found
        found = _with_estimates(found, estimator, table, group, rows_independent)
        done += len(group)
        yield progress(done), found
    if fdr is not None:
        shifts = False if rows_independent and circular_shift is None else circular_shift
        tests = iter_independence_tests(
            found, columns, fdr, cancelled, circular_shift=shifts, seed=seed
        )
        before = done
        while True:
            try:
                step, found = next(tests)
            except StopIteration as end:
                return end.value
            done = before + step.step
            yield progress(done), found
    return found


def iter_independence_tests(
    found: Pairwise,
    columns: Mapping[str, ArrayLike],
    fdr: float,
    cancellation: Cancellation | None = None,
    *,
    circular_shift: bool | None = None,
    seed: int = 0,
) -> Steps:
    """Yield the progress of the tests of all pairs, and the pairs with their p-values.

    Where it is cancelled it returns the pairs without p-values: adjusted for a part of them they
    would be too small.

    Args:
        found: the pairs, estimated or screened.
        columns: the columns that they were estimated from.
        fdr: the false discovery rate that the permutations are enough for.
        cancellation: set it, and the job stops.
        circular_shift: as in `pairwise_information`.
        seed: of the permutations.
    """
    start, table = perf_counter(), PairColumns.of(columns)
    plain = found.untested
    pairs = list(dict.fromkeys((*plain.estimates, *plain.screening)))
    permutations = needed_permutations(len(pairs), fdr)
    found = replace(plain, test=resolution(len(pairs), permutations))
    n_shifted = 0
    for p_values, in_order in pair_p_values(
        table, pairs, permutations, circular_shift=circular_shift, seed=seed
    ):
        if cancellation is not None and cancellation.is_set():
            return plain
        found = replace(found, p_values={**found.p_values, **p_values})
        n_shifted += in_order
        yield Progress(len(found.p_values), len(pairs), perf_counter() - start), found
    return replace(found, test=f"{found.test}; {_shifted(n_shifted)}") if n_shifted else found


def _screened(n_pairs: int, n_estimated: int, estimator: str) -> str:
    return (
        f"{n_pairs:,} pairs were screened by their mutual information between bins; {estimator} "
        f"estimated the {n_estimated:,} highest, and the others have no estimate"
    )


def _shifted(n_pairs: int) -> str:
    pairs = "1 pair" if n_pairs == 1 else f"{n_pairs:,} pairs"
    return (
        f"{pairs} of columns that resemble their neighbouring rows by shifts in a circle, with "
        "p-values of at least 1 / rows"
    )


def _with_estimates(
    found: Pairwise,
    estimator: Estimator,
    table: PairColumns,
    group: Sequence[Pair],
    rows_independent: bool,
) -> Pairwise:
    samples = {pair: table.sample(pair) for pair in group}
    estimates, failures = _answers(estimator, samples, rows_independent)
    entropies = {pair: h for pair in group if (h := smaller_entropy(table, pair)) is not None}
    return replace(
        found,
        estimates={**found.estimates, **estimates},
        failures={**found.failures, **failures},
        entropies={**found.entropies, **entropies},
    )


def _groups(table: PairColumns, pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """Pairs whose samples have the same shape, a few at a time."""
    by_shape: dict[tuple[int, int, int], list[Pair]] = {}
    for pair in pairs:
        sample = table.sample(pair)
        shape = (sample.n_samples, sample.dim_x, sample.dim_y)
        by_shape.setdefault(shape, []).append(pair)
    for (n, *_), group in by_shape.items():
        size = max(1, min(AT_ONCE, math.ceil(20_000 / n)))
        for first in range(0, len(group), size):
            yield group[first : first + size]


def _answers(
    estimator: Estimator, samples: Mapping[Pair, Sample], rows_independent: bool
) -> tuple[dict[Pair, Estimate], dict[Pair, str]]:
    if isinstance(estimator, LearnedEstimator):
        many = estimator.estimate_many(list(samples.values()), rows_independent=rows_independent)
        return dict(zip(samples, many, strict=True)), {}
    estimates, failures = {}, {}
    for pair, sample in samples.items():
        rows = Observations(sample, rows_independent=rows_independent)
        try:
            estimates[pair] = estimate_observations(estimator, rows)
        except ValueError as error:
            failures[pair] = str(error)
    return estimates, failures
