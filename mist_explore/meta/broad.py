"""A meta-distribution as broad as real tables."""

from __future__ import annotations

from dataclasses import replace

from mist_explore.meta.distribution import Component, MetaDistribution
from mist_explore.meta.published import published

__all__ = ["broad"]


def broad() -> MetaDistribution:
    """Nearly all kinds of laws, through maps that ranks undo and maps that they do not.

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
        ("labels", 0.8, ("base", "wigglify", "flow"), 16),
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
