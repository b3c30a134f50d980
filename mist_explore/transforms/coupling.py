"""Trainable coupling layers of nflows."""

from __future__ import annotations

import itertools
import math

import torch
from nflows.transforms import CompositeTransform, PiecewiseRationalQuadraticCouplingTransform
from torch import Tensor, nn

from mist_explore.seeding import as_generator

__all__ = ["coupling_layers"]

BINS = 8
BOUND = 4.0
STEEPEST = 3.0
"""Bound of the raw spline parameters, which bounds how far a layer can bend a column."""

# Where nflows' spline has slope 1: softplus of it, plus nflows' least slope 1e-3, is 1.
SLOPE_ONE = math.log(math.expm1(1 - 1e-3))
PARAMETERS = 3 * BINS - 1


def coupling_layers(dim: int, layers: int, hidden: int, seed: int) -> CompositeTransform:
    """Return rational-quadratic coupling layers that are the identity before training, in float64.

    Splines act on [-4, 4]; beyond, a column stays as it is. Layers come in pairs that move
    complementary random halves of the columns.

    Args:
        dim: number of columns, at least two.
        layers: number of layers.
        hidden: width of the networks that give the splines.
        seed: of the weights and of the halves.

    Source: Durkan et al., "Neural Spline Flows" (2019, arXiv 1906.04032).

    Example:
        >>> layers = coupling_layers(3, 2, 8, seed=0)
        >>> rows = torch.tensor([[0.5, -1.0, 7.0]], dtype=torch.float64)
        >>> torch.allclose(layers(rows)[0], rows)
        True
    """
    generator = as_generator(seed)
    parts = []
    for layer in range(layers):
        if layer % 2 == 0:
            moved = torch.randperm(dim, generator=generator) < dim // 2
        mask = moved if layer % 2 == 0 else ~moved
        parts.append(
            PiecewiseRationalQuadraticCouplingTransform(
                mask=mask.long(),
                transform_net_create_fn=lambda dim_in, dim_out: _Conditioner(
                    dim_in, dim_out, hidden, generator
                ),
                num_bins=BINS,
                tails="linear",
                tail_bound=BOUND,
            )
        )
    return CompositeTransform(parts).double()


class _Conditioner(nn.Module):
    """Bounded spline parameters from the columns that stay."""

    # nflows divides widths and heights by the square root of this.
    hidden_features = 1
    at_rest: Tensor

    def __init__(self, dim_in: int, dim_out: int, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        sizes = (dim_in, hidden, hidden)
        self.inner = nn.ModuleList(_linear(a, b, generator) for a, b in itertools.pairwise(sizes))
        self.out = _linear(hidden, dim_out, generator)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)
        at_rest = torch.zeros(dim_out // PARAMETERS, PARAMETERS, dtype=torch.float64)
        at_rest[:, 2 * BINS :] = SLOPE_ONE
        self.register_buffer("at_rest", at_rest.flatten())

    def forward(self, inputs: Tensor, context: None = None) -> Tensor:
        for layer in self.inner:
            inputs = torch.nn.functional.silu(layer(inputs.clamp(-2 * BOUND, 2 * BOUND)))
        return self.at_rest + STEEPEST * torch.tanh(self.out(inputs) / STEEPEST)


def _linear(dim_in: int, dim_out: int, generator: torch.Generator) -> nn.Linear:
    """A linear layer whose weights come from the generator."""
    layer = nn.utils.skip_init(nn.Linear, dim_in, dim_out, dtype=torch.float64)
    with torch.no_grad():
        scale = 1 / math.sqrt(max(dim_in, 1))
        layer.weight.copy_(
            scale * torch.randn(dim_out, dim_in, generator=generator, dtype=torch.float64)
        )
        layer.bias.zero_()
    return layer
