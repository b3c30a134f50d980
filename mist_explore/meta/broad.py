"""Broad meta-distributions, for estimators of real tables."""

from __future__ import annotations

from dataclasses import replace

from mist_explore.meta.component import Component
from mist_explore.meta.distribution import MetaDistribution
from mist_explore.meta.published import published

__all__ = ["broad", "continuous", "flowed", "high_information", "long", "universal", "wide"]


def broad() -> MetaDistribution:
    """Return a meta-distribution of nearly all families, with maps beyond monotone ones.

    n 10-5,000, mostly log-uniform; dims 1-50, mostly log-uniform and unequal in half of the
    datasets; X and Y change places at random; one dataset in five is of a published kind, one in
    eight a stack of two kinds, and some eleven in a hundred are independent.
    """
    bent = ("linear", "halfcube-linear", "flow")
    normal = ("base", "wigglify", "spiral", *bent)
    heavy = ("base", "asinh", "linear")
    discrete = ("base", "linear")
    # Family, weight, maps, most columns of a side: fewer where the truth is slow to work out.
    kinds: tuple[tuple[str, float, tuple[str, ...], int], ...] = (
        ("normal-dense", 0.6, normal, 50),
        ("normal-sparse", 1.0, normal, 50),
        ("normal-lvm", 0.6, normal, 50),
        ("normal-spectrum", 1.5, normal, 50),
        ("student-dense", 0.5, heavy, 50),
        ("student-sparse", 0.7, heavy, 50),
        ("student-spectrum", 1.0, (*heavy, "flow"), 50),
        ("student-identity", 0.6, (*heavy, "flow"), 50),
        ("additive-noise", 0.8, ("base", *bent), 50),
        ("copula-pairs", 1.2, ("base", "bimodal", "spiral", *bent), 50),
        ("clusters", 1.0, ("base", "wigglify", "flow"), 10),
        ("path", 1.0, ("base", "linear", "flow"), 20),
        ("labels", 1.1, ("base", "wigglify", "flow"), 16),
        ("tables", 0.5, discrete, 50),
        ("counts", 0.4, discrete, 50),
        ("regression", 1.5, ("base", *bent), 20),
        ("side-by-side", 0.8, ("base", "spiral", *bent), 30),
        ("independent", 0.8, discrete, 50),
    )
    components = [
        Component(family, transform, weight / len(maps), dims=(1, most))
        for family, weight, maps, most in kinds
        for transform in maps
    ]
    components.append(Component("normal-dense", "swiss-roll", 0.15, dims=(1, 3)))
    components += [replace(c, weight=0.25) for c in published().components]
    return MetaDistribution(
        tuple(components),
        n_samples=(10, 5_000),
        dims=(1, 50),
        equal_dims=0.5,
        log_n_samples=0.85,
        log_dims=0.6,
        stacked=0.15,
        swapped=0.5,
        shuffled=0.08,
    )


_BENT = ("base", "base", "chain", "chain", "flow", "linear")
_PAIRWISE = ("base", "base", "chain", "wigglify", "normal-cdf", "halfcube", "bimodal")
_HEAVY = ("base", "asinh", "linear", "chain")
_PLAIN = ("base",)

_Ranges = dict[str, tuple[float, float]]
_Kinds = tuple[tuple[str, float, tuple[str, ...], tuple[int, int], _Ranges, int], ...]
_SHARP: _Ranges = {"strength": (50, 200), "n_inputs": (1, 1)}
_NARROW: _Ranges = {"kind": (5, 6), "strength": (0.97, 1)}
_ONE_TO_ONE: _Ranges = {
    "kind": (1, 1),
    "strength": (0.97, 1),
    "levels": (15, 40),
    "imbalance": (1, 8),
}

# Family, weight, maps, columns of a side, ranges of parameters, least number of rows.
_KINDS: _Kinds = (
    # The families of `broad`.
    ("normal-dense", 0.5, _BENT, (1, 50), {}, 10),
    ("normal-sparse", 0.8, _BENT, (1, 50), {}, 10),
    ("normal-lvm", 0.5, _BENT, (1, 50), {}, 10),
    ("normal-spectrum", 1.5, (*_BENT, "wigglify", "spiral"), (1, 50), {}, 10),
    ("student-dense", 0.3, _HEAVY, (1, 50), {}, 10),
    ("student-sparse", 0.5, _HEAVY, (1, 50), {}, 10),
    ("student-spectrum", 0.8, _HEAVY, (1, 50), {}, 10),
    ("student-identity", 0.5, _HEAVY, (1, 50), {}, 10),
    ("additive-noise", 0.5, _BENT, (1, 50), {}, 10),
    ("copula-pairs", 1.0, _BENT, (1, 50), {}, 10),
    ("clusters", 0.5, _BENT, (1, 6), {}, 10),
    ("path", 0.5, _BENT, (1, 10), {}, 10),
    ("labels", 1.6, ("base", "base", "wigglify"), (1, 8), {}, 10),
    ("tables", 2.5, _PLAIN, (1, 2), {}, 10),
    ("tables", 0.4, _PLAIN, (1, 50), {}, 10),
    ("counts", 0.7, _PLAIN, (1, 2), {}, 10),
    ("counts", 0.4, _PLAIN, (1, 50), {}, 10),
    ("regression", 1.0, _BENT, (1, 12), {}, 10),
    ("side-by-side", 0.6, _BENT, (1, 20), {}, 10),
    ("independent", 3.4, ("base", "base", "linear"), (1, 20), {}, 10),
    # Random structure; fine structure needs rows.
    ("grid", 1.2, _PAIRWISE, (1, 16), {"kind": (0, 3), "strength": (0.3, 1)}, 100),
    ("grid", 1.6, _PAIRWISE, (1, 16), {"kind": (4, 6), "strength": (0.4, 1)}, 300),
    ("grid", 0.3, _PAIRWISE, (1, 4), {}, 10),
    ("grid-cube", 1.2, _BENT, (1, 12), {"strength": (0.4, 1)}, 200),
    ("program", 2.0, _PAIRWISE, (1, 16), {"strength": (0.3, 60)}, 60),
    ("program", 0.8, _BENT, (1, 16), {"strength": (0.3, 30)}, 60),
    ("latent", 1.2, _BENT, (1, 12), {"strength": (0.5, 30)}, 30),
    # Categories on both sides, on one side, and columns that are partly discrete.
    ("grid-codes", 8.0, _PLAIN, (1, 2), {}, 10),
    ("grid-codes", 0.5, _PLAIN, (1, 16), {}, 10),
    ("grid-codes", 2.4, _PLAIN, (1, 2), {"kind": (1, 2), "strength": (0.8, 1)}, 10),
    ("mixed", 4.5, _PLAIN, (1, 2), {}, 10),
    ("mixed", 1.0, _PLAIN, (1, 12), {}, 10),
    ("program-counts", 3.5, _PLAIN, (1, 2), {}, 60),
    ("program-counts", 1.5, _PLAIN, (1, 12), {}, 60),
    ("zero-inflated", 1.2, _PLAIN, (1, 12), {}, 10),
    ("coded", 1.8, _PLAIN, (2, 4), {"strength": (0.3, 1)}, 10),
    # High information.
    ("normal-spectrum", 0.9, _BENT, (1, 6), {"strength": (0.999, 0.99999)}, 10),
    ("normal-sparse", 1.2, _BENT, (3, 6), {"strength": (6, 20), "n_pairs": (3, 4)}, 10),
    ("student-sparse", 0.9, _HEAVY, (3, 6), {"strength": (6, 20), "n_pairs": (3, 4)}, 10),
    ("copula-pairs", 1.2, _BENT, (5, 12), {"strength": (5, 8), "n_pairs": (5, 12)}, 10),
    ("additive-noise", 1.6, _BENT, (2, 3), {"epsilon": (0.003, 0.04)}, 10),
    ("regression", 1.1, _BENT, (3, 5), {"strength": (7, 25)}, 10),
    ("program", 1.5, _PAIRWISE, (1, 3), {"strength": (30, 200)}, 30),
    ("program", 2.6, _PAIRWISE, (2, 5), _SHARP | {"n_outputs": (2, 2)}, 30),
    ("program", 1.2, _PAIRWISE, (4, 12), _SHARP | {"strength": (10, 50), "n_outputs": (3, 4)}, 30),
    ("grid", 2.0, _PAIRWISE, (4, 8), _NARROW | {"n_pairs": (4, 6)}, 100),
    ("latent", 0.8, _BENT, (2, 10), {"strength": (10, 50)}, 30),
    ("grid-codes", 1.5, _PLAIN, (2, 5), _ONE_TO_ONE | {"n_pairs": (2, 3)}, 10),
)


def universal() -> MetaDistribution:
    """Return a meta-distribution of all families, at all strengths of dependence.

    n 10-10,000, log-uniform, and dims 1-50, mostly small. It adds distributions of random
    structure to the kinds of `broad` and the published ones: grids, programs, hidden variables,
    categories and mixed types; and copies of columns, columns of noise and indicator columns.

    Shares among 42,180 datasets in batches of at most four (`max_cells` 30,000): independent 16 %,
    MI up to 1 nat 48 %, 1-3 16 %, 3-6 11 %, 6-10 9 %, above 1 %. The ensemble reads 10 % as
    discrete on both sides and 14 % as discrete on one side.
    """
    components = _components(_KINDS)
    components += [replace(c, weight=0.15) for c in published().components]
    components.append(Component("normal-dense", "swiss-roll", 0.15, dims=(1, 3)))
    return MetaDistribution(
        tuple(components),
        n_samples=(10, 10_000),
        dims=(1, 50),
        equal_dims=0.4,
        log_n_samples=1.0,
        log_dims=0.95,
        stacked=0.12,
        swapped=0.5,
        shuffled=0.12,
        one_hot=0.12,
        copied=0.05,
        padded=0.05,
        permuted=0.5,
    )


# Family, weight, maps, columns of a side, ranges of parameters, least rows: mostly of 3 to 15 nats.
_HIGH: _Kinds = (
    ("normal-spectrum", 2.0, _BENT, (1, 3), {"strength": (0.99999, 0.999999999)}, 10),
    ("normal-spectrum", 1.5, _BENT, (2, 8), {"strength": (0.999, 0.99999)}, 10),
    ("normal-sparse", 1.5, _BENT, (3, 8), {"strength": (8, 30), "n_pairs": (3, 6)}, 10),
    ("student-sparse", 1.5, _HEAVY, (3, 8), {"strength": (8, 30), "n_pairs": (3, 6)}, 10),
    ("copula-pairs", 1.5, _BENT, (5, 12), {"strength": (6, 12), "n_pairs": (5, 12)}, 10),
    ("additive-noise", 2.0, _BENT, (1, 5), {"epsilon": (0.0003, 0.01)}, 10),
    ("regression", 1.0, _BENT, (3, 6), {"strength": (15, 60)}, 10),
    ("program", 1.5, _PAIRWISE, (2, 6), _SHARP | {"n_outputs": (2, 3)}, 10),
    ("grid", 1.0, _PAIRWISE, (5, 10), _NARROW | {"n_pairs": (5, 8)}, 10),
    ("latent", 1.0, _BENT, (3, 12), {"strength": (30, 50)}, 10),
)


def high_information() -> MetaDistribution:
    """Return a meta-distribution of strong dependence: MI of 3 to 15 nats in most datasets.

    n 30-10,000, log-uniform, and dims 1-12.
    """
    return MetaDistribution(
        tuple(_components(_HIGH)),
        n_samples=(30, 10_000),
        dims=(1, 12),
        equal_dims=0.6,
        log_n_samples=1.0,
        log_dims=0.5,
        stacked=0.15,
        swapped=0.5,
        permuted=0.5,
    )


_DISCRETE = frozenset(
    {
        *("labels", "tables", "counts", "grid-codes"),
        *("mixed", "program-counts", "zero-inflated", "coded"),
    }
)
"""Families with a discrete column."""


def continuous() -> MetaDistribution:
    """Return a meta-distribution of the continuous kinds of `universal`, at all strengths.

    n 10-5,000, log-uniform, and dims 1-50. Some kinds of `high_information` and all published ones
    stand beside those of `universal`.
    """
    kinds = [c for c in universal().components if c.family not in _DISCRETE]
    kinds += [replace(c, weight=0.15 * c.weight) for c in high_information().components]
    kinds += [replace(c, weight=1.2) for c in published().components]
    return replace(universal(), components=tuple(kinds), n_samples=(10, 5_000), one_hot=0.0)


def wide() -> MetaDistribution:
    """Return a meta-distribution of many rows of many columns.

    n 1,000-10,000, log-uniform, and dims 4-50, log-uniform: kinds of `broad` and published ones.
    """
    kinds = [c for c in broad().components if (c.dims or (1, 50))[1] >= 20]
    return MetaDistribution(
        tuple(kinds),
        n_samples=(1_000, 10_000),
        dims=(4, 50),
        equal_dims=0.6,
        log_n_samples=1.0,
        log_dims=1.0,
        stacked=0.15,
        swapped=0.5,
        shuffled=0.05,
        permuted=0.5,
    )


def long() -> MetaDistribution:
    """Return a meta-distribution of many rows of few columns.

    n 3,000-10,000, log-uniform, and dims 2-10: the continuous kinds of `broad` and `universal`,
    those that a map mixes or bends twice as often.
    """
    return replace(
        continuous(),
        components=tuple(
            replace(c, weight=c.weight * (1 if c.transform == "base" else 2))
            for c in (*broad().components, *continuous().components)
            if c.family not in _DISCRETE and c.transform != "swiss-roll"
        ),
        n_samples=(3_000, 10_000),
        dims=(2, 10),
        equal_dims=0.6,
        shuffled=0.05,
    )


_FLOWS = ("normal-2pair", "normal-2pair", "normal-dense", "normal-sparse", "normal-lvm")
"""Published families that no other meta-distribution bends by flows."""


def flowed() -> MetaDistribution:
    """Return a meta-distribution of random flows of all strengths.

    n 10-5,000, log-uniform, and dims 1-32, mostly small: the kinds of `universal` that
    it bends by flows, and the published normal ones.
    """
    kinds = [c for c in universal().components if c.transform == "flow"]
    kinds += [Component(family, "flow", 0.3) for family in _FLOWS]
    return replace(
        universal(),
        components=tuple(replace(c, strength=(0.0, 1.0)) for c in kinds),
        n_samples=(10, 5_000),
        dims=(1, 32),
        stacked=0.0,
        shuffled=0.05,
        one_hot=0.0,
    )


def _components(kinds: _Kinds) -> list[Component]:
    """Return a component for each map of each kind, with its share of the weight."""
    return [
        Component(
            family,
            transform,
            weight * maps.count(transform) / len(maps),
            ranges=ranges,
            dims=dims,
            n_samples=None if least == 10 else (least, 10_000),
        )
        for family, weight, maps, dims, ranges, least in kinds
        for transform in dict.fromkeys(maps)
    ]
