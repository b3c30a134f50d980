"""Random densities on grids: fields, blobs, curves, coarse cells, waves and bands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import ndtri

from mist_explore.distributions.functions import Values, log_uniform, random_function, standardized

__all__ = ["DENSITIES", "random_density"]

LEAST = 1e-9


def random_density(random: np.random.Generator, kind: int, sizes: tuple[int, ...]) -> Values:
    """Draw a density on a grid, normalised to sum 1.

    Args:
        random: the source of randomness.
        kind: a number in `DENSITIES`; curves and bands take grids of two axes, and on more axes
            smooth fields and waves stand for them.
        sizes: the number of cells along each axis.

    Example:
        >>> density = random_density(np.random.default_rng(0), 0, (8, 6))
        >>> density.shape, round(float(density.sum()), 9)
        ((8, 6), 1.0)
    """
    name = tuple(DENSITIES)[kind]
    if len(sizes) != 2:
        name = {"curves": "smooth", "bands": "waves"}.get(name, name)
    density = DENSITIES[name](random, sizes) + LEAST
    density = density / density.sum()
    if name == "bands" or random.random() < 0.4:  # cells of the first axis equally likely
        density = density / density.sum(tuple(range(1, density.ndim)), keepdims=True)
    return density / density.sum()


def _centres(sizes: tuple[int, ...]) -> list[Values]:
    return list(np.meshgrid(*[(np.arange(size) + 0.5) / size for size in sizes], indexing="ij"))


def _frequencies(sizes: tuple[int, ...]) -> list[Values]:
    return list(np.meshgrid(*[np.fft.fftfreq(size) * size for size in sizes], indexing="ij"))


def _turned(random: np.random.Generator, axes: list[Any]) -> list[Any]:
    if len(axes) != 2:
        return axes
    angle = random.uniform(0, math.pi)
    cos, sin = math.cos(angle), math.sin(angle)
    return [axes[0] * cos + axes[1] * sin, axes[1] * cos - axes[0] * sin]


def _field(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    """Draw a Gaussian random field of unit variance, stretched and turned."""
    noise = random.normal(size=sizes)
    lengths = [log_uniform(random, 0.015, 0.4) for _ in sizes]
    if random.random() < 0.4:
        lengths = lengths[:1] * len(sizes)
    axes = _turned(random, list(_frequencies(sizes)))
    energy = sum((f * length) ** 2 for f, length in zip(axes, lengths, strict=True))
    smooth, power = random.random() < 0.6, random.uniform(0.7, 2.0)
    gain = np.exp(-8 * energy) if smooth else (1 + 10 * energy) ** -power
    return standardized(np.fft.ifftn(np.fft.fftn(noise) * gain).real)


def _smooth(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    return np.exp(random.uniform(0.5, 4) * _field(random, sizes))


def _threshold(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    field = _field(random, sizes)
    return (field > np.quantile(field, random.uniform(0.3, 0.92))).astype(np.float64)


def _blobs(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    axes, density = _centres(sizes), np.zeros(sizes)
    size = log_uniform(random, 0.02, 0.2)
    for _ in range(int(log_uniform(random, 2, 40))):
        away = _turned(random, [axis - random.uniform() for axis in axes])
        scales = size * np.exp(0.5 * random.normal(size=len(sizes)))
        square = sum((a / scale) ** 2 for a, scale in zip(away, scales, strict=True))
        bump = np.exp(-0.5 * square) if random.random() < 0.7 else square < 1
        density = density + np.exp(0.7 * random.normal()) * bump
    return density


def _curve(random: np.random.Generator, points: int) -> Values:
    """Draw points `(n, 2)` in the unit square along a closed curve, an arc or a wrapped line."""
    if random.random() < 0.3:
        start, along = random.uniform(size=2), np.linspace(0, 1, points)[:, None]
        return (start + 2 * along * (random.uniform(size=2) - 0.5)) % 1.0
    harmonics = np.arange(1, random.integers(1, 7) + 1)
    heights = random.normal(size=(2, 2, len(harmonics))) / harmonics ** random.uniform(0, 1.5)
    angle = np.outer(np.linspace(0, 2 * math.pi, points), harmonics)
    curve = np.cos(angle) @ heights[0].T + np.sin(angle) @ heights[1].T
    if random.random() < 0.3:
        curve = curve[: points // 2]
    curve = curve - curve.min(0)
    return 0.05 + 0.9 * curve / np.maximum(curve.max(0), LEAST)


def _curves(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    density = np.zeros(sizes)
    for _ in range(int(log_uniform(random, 1, 6))):
        points = _curve(random, 2000)
        i, j = np.minimum((points * sizes).astype(np.int64), np.array(sizes) - 1).T
        np.add.at(density, (i, j), math.exp(0.5 * random.normal()))
    energy = sum((f * log_uniform(random, 0.004, 0.08)) ** 2 for f in _frequencies(sizes))
    blur = np.exp(-2 * math.pi**2 * energy)
    return np.maximum(np.fft.ifft2(np.fft.fft2(density) * blur).real, 0)


def _cells(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    coarse = tuple(int(log_uniform(random, 2, 25)) for _ in sizes)
    if random.random() < 0.5:
        density = random.gamma(log_uniform(random, 0.05, 2), size=coarse)
    else:  # a few cells in every slice
        density = np.zeros(coarse)
        for _ in range(int(random.integers(1, 4))):
            first = np.arange(max(coarse) if len(coarse) == 2 else coarse[0])
            rest = [random.integers(0, size, len(first)) for size in coarse[1:]]
            heights = random.exponential(size=len(first)) if random.random() < 0.5 else 1.0
            np.add.at(density, (first % coarse[0], *rest), heights)
    density = density + LEAST
    for axis, (fine, size) in enumerate(zip(sizes, coarse, strict=True)):
        density = np.take(density, np.arange(fine) * size // fine, axis=axis)
    return density


def _waves(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    axes, height = _centres(sizes), np.zeros(sizes)
    for _ in range(int(random.integers(1, 4))):
        slopes = [random.uniform(-1, 1) * log_uniform(random, 1, 12) for _ in sizes]
        phases = random.uniform(0, 2 * math.pi, 2)
        angle = sum(axis * slope for axis, slope in zip(axes, slopes, strict=True))
        wave = random.normal() * np.sin(2 * math.pi * angle + phases[0])
        if random.random() < 0.5:
            wave = wave * np.sin(2 * math.pi * log_uniform(random, 1, 8) * axes[0] + phases[1])
        height = height + wave
    if random.random() < 0.4:
        return (height > 0).astype(np.float64)
    return np.exp(random.uniform(0.7, 4) * height)


def _bands(random: np.random.Generator, sizes: tuple[int, ...]) -> Values:
    """Draw bands around one to three functions of the first axis, modulo 1."""
    first, second = ((np.arange(size) + 0.5) / size for size in sizes)
    inputs, width, density = ndtri(first)[:, None], log_uniform(random, 0.01, 0.25), np.zeros(sizes)
    for _ in range(int(random.choice([1, 1, 1, 2, 3]))):
        values = standardized(random_function(random, 1)(inputs))
        centre = random.uniform(0.15, 1.2) * values + random.uniform()
        away = (second - centre[:, None] + 0.5) % 1.0 - 0.5
        band = np.exp(-0.5 * (away / width) ** 2) if random.random() < 0.7 else abs(away) < width
        density = density + random.exponential() * band
    return density


DENSITIES: dict[str, Callable[[np.random.Generator, tuple[int, ...]], Values]] = {
    "smooth": _smooth,
    "threshold": _threshold,
    "blobs": _blobs,
    "cells": _cells,
    "waves": _waves,
    "curves": _curves,
    "bands": _bands,
}
"""Constructors of densities that are not yet normalised: `(random, sizes) -> density`."""
