"""The recipes of the shipped networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mist_explore.meta import (
    MetaDistribution,
    broad,
    continuous,
    flowed,
    high_information,
    long,
    published,
    training,
    universal,
    wide,
)
from mist_explore.network import NetworkConfig
from mist_explore.training.recipe import Recipe

__all__ = ["RECIPES"]

FOLDS = (
    (
        "student-dense",
        "student-sparse",
        "student-2pair",
        "student-spectrum",
        "student-identity",
        "side-by-side",
        "grid-codes",
        "path",
    ),
    ("copula-pairs", "side-by-side", "grid", "grid-cube", "counts"),
    ("program", "regression", "side-by-side", "tables", "zero-inflated"),
    ("latent", "clusters", "mixed", "coded", "additive-noise"),
    ("normal-lvm", "normal-2pair", "labels", "program-counts"),
)
"""Families that are left out together: every fold has kinds of all three types."""

_PUBLISHED = tuple(replace(c, weight=0.5, n_samples=(10, 600)) for c in published().components)
_FREQUENT = replace(
    broad(),
    components=(*broad().components, *_PUBLISHED),
    n_samples=(10, 3_000),
    log_n_samples=0.7,
)
"""The kinds of `broad` again, two in five of the published ones: `universal` has few of each."""

_CODES = ("tables", "counts", "labels", "grid-codes", "mixed", "program-counts")
_TABULAR = replace(
    universal(),
    components=tuple(
        replace(c, dims=(1, 2))
        for c in universal().components
        if c.family in _CODES and (c.dims or (1, 50))[0] == 1 and c.transform == "base"
    ),
    n_samples=(20, 4_000),
    shuffled=0.2,
)
"""The kinds of `universal` with a discrete side, of few columns: tables and classes."""

MAPPED = 0.35
"""The share of datasets of other kinds than the published whose columns go through increasing maps:
what canonical pairs of the values show of them is less than what those of their scores do."""


def _mapped(meta: MetaDistribution) -> MetaDistribution:
    return replace(meta, mapped=MAPPED)


RECIPES: Mapping[str, Recipe] = {
    "mist-qr": Recipe(
        meta=_mapped(universal()),
        network=NetworkConfig(members=4, backbones=2, last_alone=2, extended=True),
        steps=4_500,
        batches=1,
        batch_size=512,
        max_cells=30_000,
        learning_rate=1e-3,
        weight_decay=0.02,
        warmup=200,
        relative=True,
        cached=16_250,
        more=(
            _mapped(_FREQUENT),
            _TABULAR,
            *map(_mapped, (high_information(), wide(), flowed())),
            training(),
            _mapped(long()),
        ),
        more_cached=(13_125, 2_875, 2_375, 1_500, 4_000, 2_000, 5_000),
        backbone="mist-smooth/broad+mist-smooth",
        folds=FOLDS,
        fold_steps=1_500,
    ),
    "mist-smooth": Recipe(),
    "mist-smooth-broad": Recipe(
        meta=continuous(),
        steps=6_000,
        max_cells=30_000,
        learning_rate=8e-4,
        warmup=200,
        relative=True,
    ),
    "mist-paper": Recipe(
        meta=published(),
        network=NetworkConfig(32, heads=2, blocks=2, architecture="published"),
        steps=4_500,
        learning_rate=1e-3,
        warmup=200,
    ),
}
"""By the name of the network: the stacked ensemble, on all kinds of distributions; the smooth
network, on the published ones; the other backbone of the ensemble, which begins with the weights of
the smooth network and learns all continuous kinds; and the published network, smaller and on a
small share of its training."""
