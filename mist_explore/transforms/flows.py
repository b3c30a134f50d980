"""Random invertible flows, made of nflows' coupling splines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from nflows.transforms import CompositeTransform, PiecewiseRationalQuadraticCouplingTransform
from torch import Tensor, nn

from mist_explore.interfaces import Transform
from mist_explore.seeding import as_generator

__all__ = ["Flow"]

BINS = 5
BOUND = 4.0
GAIN = 0.75
HIDDEN = 32
# Where nflows' spline has slope 1: softplus of it, plus nflows' least slope 1e-3, is 1.
SLOPE_ONE = math.log(math.expm1(1 - 1e-3))
# Widths and heights of the bins, and slopes at the knots between them.
PARAMETERS = 3 * BINS - 1


@dataclass(frozen=True)
class Flow(Transform):
    """A random flow of rational-quadratic coupling splines (Durkan et al. 2019, arXiv 1906.04032).

    Each layer moves half of the columns by increasing splines on [-4, 4], whose knots depend on
    the other half through a random network; beyond, a column stays as it is. On one column there
    is nothing to depend on: the flow is a random spline. The networks are bounded, so that the
    flow can be inverted to float64 precision whatever comes in, heavy tails included. All is
    worked out in float64.

    Args:
        dim: columns in and out.
        seed: of the random networks; torch's global generator is not touched.
        strength: from 0, the identity, to 1, strongly nonlinear.
        layers: how many coupling layers.

    Raises:
        ValueError: if dim or layers are below 1, or strength is outside [0, 1].

    Example:
        >>> flow = Flow(dim=3, seed=0)
        >>> x = torch.tensor([[0.5, -1.0, 2.0]], dtype=torch.float64)
        >>> torch.allclose(flow.inverse(flow.forward(x)), x)
        True
    """

    dim: int
    seed: int
    strength: float = 1.0
    layers: int = 3

    def __post_init__(self) -> None:
        if self.dim < 1 or self.layers < 1:
            raise ValueError(
                "expected at least 1 column and 1 layer; "
                f"got {self.dim} columns and {self.layers} layers"
            )
        if not 0 <= self.strength <= 1:
            raise ValueError(f"expected a strength in [0, 1]; got {self.strength}")

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if they are not as many as the flow was made for.
        """
        if dim_in != self.dim:
            raise ValueError(f"expected {self.dim} columns for the flow; got {dim_in}")
        return dim_in

    def forward(self, x: Tensor) -> Tensor:
        """Send each row through the flow."""
        return self._rows(x, self._module.forward)[0]

    def inverse(self, v: Tensor) -> Tensor:
        """Send each row back."""
        return self._rows(v, self._module.inverse)[0]

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """The sum of the log slopes of the splines."""
        return self._rows(x, self._module.forward)[1]

    def _rows(
        self, x: Tensor, through: Callable[[Tensor], tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        self.dim_out(x.shape[-1])
        rows, log_det = through(x.double().reshape(-1, self.dim))
        return rows.reshape(x.shape).to(x.dtype), log_det.reshape(x.shape[:-1]).to(x.dtype)

    @cached_property
    def _module(self) -> CompositeTransform:
        generator = as_generator(self.seed)
        module = CompositeTransform([self._coupling(i, generator) for i in range(self.layers)])
        return module.double().requires_grad_(False)

    def _coupling(
        self, layer: int, generator: torch.Generator
    ) -> PiecewiseRationalQuadraticCouplingTransform:
        # Two layers in a row move complementary columns.
        moved = (torch.arange(self.dim) + layer) % 2 == 0 if self.dim > 1 else torch.tensor([True])
        return PiecewiseRationalQuadraticCouplingTransform(
            mask=moved.long(),
            transform_net_create_fn=lambda dim_in, dim_out: _Conditioner(
                dim_in, dim_out, self.strength, generator
            ),
            num_bins=BINS,
            tails="linear",
            tail_bound=BOUND,
        )


class _Conditioner(nn.Module):
    """Spline parameters from the columns that stay: a bounded random network.

    Its parameters come from `generator`, so that nothing draws from torch's global one.
    """

    # nflows divides widths and heights by the square root of this; they come scaled already.
    hidden_features = 1
    at_rest: Tensor

    def __init__(
        self, dim_in: int, dim_out: int, strength: float, generator: torch.Generator
    ) -> None:
        super().__init__()

        def normal(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(*shape, generator=generator, dtype=torch.float64))

        self.strength = strength
        self.weight_in = nn.Parameter(normal(dim_in, HIDDEN) / math.sqrt(max(dim_in, 1)))
        self.bias_in = normal(HIDDEN)
        self.weight_out = nn.Parameter(normal(HIDDEN, dim_out) * (GAIN / math.sqrt(HIDDEN)))
        at_rest = torch.zeros(dim_out // PARAMETERS, PARAMETERS, dtype=torch.float64)
        at_rest[:, 2 * BINS :] = SLOPE_ONE
        self.register_buffer("at_rest", at_rest.flatten())

    def forward(self, inputs: Tensor, context: None = None) -> Tensor:
        hidden = torch.tanh(inputs @ self.weight_in + self.bias_in)
        return self.at_rest + self.strength * (hidden @ self.weight_out)
