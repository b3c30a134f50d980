"""Random functions of a few inputs: trees, waves, networks, Gaussian processes and more."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

__all__ = ["FUNCTIONS", "Function", "Values", "log_uniform", "random_function", "standardized"]

Values = NDArray[np.float64]
Function = Callable[[Values], Values]
"""Maps inputs `(n, q)` to values `(n,)`."""


def log_uniform(random: np.random.Generator, low: float, high: float) -> float:
    """Draw a number whose logarithm is uniform between those of `low` and `high`."""
    return float(np.exp(random.uniform(math.log(low), math.log(high))))


def random_function(random: np.random.Generator, n_inputs: int, kind: str = "") -> Function:
    """Draw a random function of `n_inputs` roughly standard normal inputs.

    Args:
        random: the source of randomness.
        n_inputs: the number of inputs, q.
        kind: a name in `FUNCTIONS`; empty for a random one.

    Example:
        >>> function = random_function(np.random.default_rng(0), 2, "tree")
        >>> function(np.zeros((3, 2))).shape
        (3,)
    """
    names = sorted(FUNCTIONS)
    return FUNCTIONS[kind or names[random.integers(len(names))]](random, n_inputs)


def standardized(values: Values, weights: Values | None = None) -> Values:
    """Shift and scale values to mean 0 and variance 1; constant values become 0.

    Example:
        >>> standardized(np.array([1.0, 3.0]))
        array([-1.,  1.])
    """
    centred = values - np.average(values, weights=weights)
    scale = math.sqrt(np.average(centred**2, weights=weights))
    return centred / scale if scale > 1e-9 else 0 * centred


def _tree(random: np.random.Generator, q: int) -> Function:
    depth = int(random.integers(1, 6))
    inputs = random.integers(0, q, 2**depth)
    cuts, leaves = 0.9 * random.normal(size=2**depth), random.normal(size=2**depth)

    def function(x: Values) -> Values:
        rows, node = np.arange(len(x)), np.zeros(len(x), dtype=np.int64)
        for level in range(depth):
            split = 2**level - 1 + node
            node = 2 * node + (x[rows, inputs[split]] > cuts[split])
        return leaves[node]

    return function


def _fourier(random: np.random.Generator, q: int) -> Function:
    terms = int(random.integers(1, 6))
    slopes = log_uniform(random, 0.5, 8) * random.normal(size=(terms, q))
    phases, heights = random.uniform(0, 2 * math.pi, terms), random.normal(size=terms)
    return lambda x: np.sin(x @ slopes.T + phases) @ heights


def _product(random: np.random.Generator, q: int) -> Function:
    factors = [
        [
            (random_function(random, 1, str(random.choice(["fourier", "tree", "polynomial"]))), i)
            for i in random.integers(0, q, int(random.integers(1, 4)))
        ]
        for _ in range(int(random.integers(1, 4)))
    ]
    heights = random.normal(size=len(factors))

    def function(x: Values) -> Values:
        terms = [np.prod([f(x[:, [i]]) for f, i in group], axis=0) for group in factors]
        return heights @ np.array(terms)

    return function


_ACTIVATIONS: tuple[Callable[[Any], Any], ...] = (
    np.tanh,
    np.sin,
    np.abs,
    np.sign,
    lambda u: np.maximum(u, 0),
    lambda u: np.exp(-u * u),
)


def _network(random: np.random.Generator, q: int) -> Function:
    width = int(random.integers(2, 17))
    first = log_uniform(random, 0.5, 4) / math.sqrt(q) * random.normal(size=(width, q))
    biases = random.normal(size=width)
    second = 2 / math.sqrt(width) * random.normal(size=(width, width))
    heights = random.normal(size=width)
    activation = _ACTIVATIONS[random.integers(len(_ACTIVATIONS))]
    deep = random.random() < 0.5

    def function(x: Values) -> Values:
        hidden = activation(x @ first.T + biases)
        return (activation(hidden @ second) if deep else hidden) @ heights

    return function


def _gaussian_process(random: np.random.Generator, q: int) -> Function:
    terms = 60
    slopes = random.normal(size=(terms, q)) / log_uniform(random, 0.1, 2)
    if random.random() < 0.4:  # a rougher process
        slopes = slopes / np.sqrt(random.chisquare(3, (terms, 1)) / 3)
    phases, heights = random.uniform(0, 2 * math.pi, terms), random.normal(size=terms)
    return lambda x: np.cos(x @ slopes.T + phases) @ heights


def _polynomial(random: np.random.Generator, q: int) -> Function:
    terms = int(random.integers(1, 4))
    slopes = random.normal(size=(terms, q))
    slopes = slopes / np.linalg.norm(slopes, axis=1, keepdims=True)
    powers, heights = random.integers(1, 5, terms), random.normal(size=terms)
    return lambda x: (np.clip(x @ slopes.T, -3, 3) ** powers) @ heights


def _table(random: np.random.Generator, q: int) -> Function:
    levels, used = int(random.integers(2, 9)), min(q, 2)
    inputs = random.choice(q, used, replace=False)
    entries = random.normal(size=levels**used)

    def function(x: Values) -> Values:
        cells = np.minimum((ndtr(x[:, inputs]) * levels).astype(np.int64), levels - 1)
        return entries[cells @ levels ** np.arange(used)]

    return function


def _saw(random: np.random.Generator, q: int) -> Function:
    slopes, phase = log_uniform(random, 0.3, 3) * random.normal(size=q), random.random()
    return lambda x: (x @ slopes + phase) % 1.0


FUNCTIONS: dict[str, Callable[[np.random.Generator, int], Function]] = {
    "tree": _tree,
    "fourier": _fourier,
    "product": _product,
    "network": _network,
    "gaussian-process": _gaussian_process,
    "polynomial": _polynomial,
    "table": _table,
    "saw": _saw,
}
"""Constructors of random functions: `(random, n_inputs) -> function`."""
