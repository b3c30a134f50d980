"""Flows fitted to data: a standard normal variable becomes one side of a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from nflows.transforms import CompositeTransform
from torch import Tensor

from mist_explore.interfaces import Transform
from mist_explore.transforms.cells import Cells
from mist_explore.transforms.coupling import coupling_layers
from mist_explore.transforms.quantile_spline import QuantileSpline

__all__ = ["FittedFlow"]

LEAST_EIGENVALUE = 1e-4
CHUNK = 20_000
"""Rows that are sent through the layers at once."""


@dataclass(frozen=True, eq=False)
class FittedFlow(Transform):
    r"""Map of \(z \sim N(0, I)\) to rows that look like those of the data.

    In this order: coupling layers, the correlations of the normal scores, the marginal quantile
    function of each column, and rounding to the values of the data where a column has repeated
    ones. Rounding cannot be undone; without it (`is_invertible`) the map keeps the mutual
    information. All is worked out in float64; beyond the data the map is linear.

    Args:
        cells: the values of columns with ties.
        marginals: the marginal quantile functions.
        root: square root of the correlations of the normal scores, `(dim, dim)`.
        layers: number of coupling layers; 0 for none.
        hidden: width of their networks.
        module: the layers, from data to the latent variable; None for none.
    """

    cells: Cells
    marginals: QuantileSpline
    root: Tensor
    layers: int
    hidden: int
    module: CompositeTransform | None

    @classmethod
    def of(
        cls, rows: Tensor, cells: Cells, knots: int, layers: int, hidden: int, seed: int
    ) -> FittedFlow:
        """Return the Gaussian copula of dequantised rows `(n, dim)`, with layers to train.

        Args:
            rows: the rows.
            cells: the values of columns with ties.
            knots: number of knots of the marginal quantile functions.
            layers: number of coupling layers.
            hidden: width of their networks.
            seed: of their weights.
        """
        marginals = QuantileSpline.of(rows, knots)
        scores = marginals.inverse(rows)
        scores = (scores - scores.mean(0)) / scores.std(0)
        values, vectors = torch.linalg.eigh(scores.T @ scores / len(scores))
        root = vectors * values.clamp(min=LEAST_EIGENVALUE).sqrt() @ vectors.T
        dim = rows.shape[1]
        layers = layers if dim > 1 else 0
        module = coupling_layers(dim, layers, hidden, seed) if layers else None
        return cls(cells, marginals, root, layers, hidden, module)

    @property
    def dim(self) -> int:
        """The number of columns in and out."""
        return len(self.root)

    @property
    def is_invertible(self) -> bool:
        """Whether no column is rounded."""
        return not self.cells.columns

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if they are not as many as the flow was fitted to.
        """
        if dim_in != self.dim:
            raise ValueError(f"expected {self.dim} columns for the fitted flow; got {dim_in}")
        return dim_in

    @torch.no_grad()
    def forward(self, x: Tensor) -> Tensor:
        """Send latent rows `(..., n, dim)` to rows of data."""
        return self.cells.restored(self._dequantised(x)[0]).to(x.dtype)

    @torch.no_grad()
    def inverse(self, v: Tensor) -> Tensor:
        """Send rows of data back; repeated values count as the middle of their cell."""
        self.dim_out(v.shape[-1])
        return self.latent(self.cells.dequantised(v))[0].to(v.dtype)

    @torch.no_grad()
    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Log-determinant of the map to the dequantised columns, of shape `(..., n)`."""
        return self._dequantised(x)[1].to(x.dtype)

    def latent(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return the latent rows of dequantised rows `(..., dim)` and the log-determinants."""
        scores = self.marginals.inverse(rows)
        log_det = -self.marginals.log_abs_det_jacobian(scores)
        mixed = torch.linalg.solve(self.root, scores[..., None])[..., 0]
        log_det = log_det - torch.linalg.slogdet(self.root).logabsdet
        if self.module is None:
            return mixed, log_det
        z, more = self.module.forward(mixed.reshape(-1, self.dim))
        return z.reshape(mixed.shape), log_det + more.reshape(log_det.shape)

    def log_density(self, rows: Tensor) -> Tensor:
        """Log-density in nats of dequantised rows `(..., dim)`."""
        z, log_det = self.latent(rows)
        return log_det - 0.5 * (z.square().sum(-1) + self.dim * math.log(2 * math.pi))

    def tensors(self) -> dict[str, Tensor]:
        """Return the parameters by name."""
        found = {
            "root": self.root,
            "marginals.z": self.marginals.z,
            "marginals.v": self.marginals.v,
            "marginals.slopes": self.marginals.slopes,
            "layers": torch.tensor([self.layers, self.hidden]),
        }
        for j, low, high in zip(self.cells.columns, self.cells.low, self.cells.high, strict=True):
            found[f"cells.{j}"] = torch.stack([low, high])
        if self.module is not None:
            found |= {f"module.{k}": v for k, v in self.module.state_dict().items()}
        return {name: tensor.detach().contiguous() for name, tensor in found.items()}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor]) -> FittedFlow:
        """Return the flow of parameters by name.

        Raises:
            ValueError: if they are not those of a fitted flow.
        """
        try:
            layers, hidden = (int(v) for v in tensors["layers"])
            marginals = QuantileSpline(*(tensors[f"marginals.{k}"] for k in ("z", "v", "slopes")))
            names = [name for name in tensors if name.startswith("cells.")]
            columns = sorted(int(name.partition(".")[2]) for name in names)
            pairs = [tensors[f"cells.{j}"] for j in columns]
            cells = Cells(tuple(columns), tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))
            module = None
            if layers:
                module = coupling_layers(len(tensors["root"]), layers, hidden, 0)
                own = {k[7:]: v for k, v in tensors.items() if k.startswith("module.")}
                module.load_state_dict(own, strict=True)
                module.requires_grad_(False)
            return cls(cells, marginals, tensors["root"], layers, hidden, module)
        except (KeyError, RuntimeError) as error:
            raise ValueError(f"expected the parameters of a fitted flow; {error}") from None

    def _dequantised(self, x: Tensor) -> tuple[Tensor, Tensor]:
        self.dim_out(x.shape[-1])
        mixed, log_det = x.double(), x.new_zeros(x.shape[:-1], dtype=torch.float64)
        if self.module is not None:
            parts = [self.module.inverse(part) for part in mixed.reshape(-1, self.dim).split(CHUNK)]
            mixed = torch.cat([rows for rows, _ in parts]).reshape(x.shape)
            log_det = torch.cat([part for _, part in parts]).reshape(log_det.shape)
        scores = mixed @ self.root.T
        log_det = log_det + torch.linalg.slogdet(self.root).logabsdet
        log_det = log_det + self.marginals.log_abs_det_jacobian(scores)
        return self.marginals.forward(scores), log_det
