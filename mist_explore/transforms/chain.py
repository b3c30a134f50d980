"""Random chains of shears, twists, exchanges of intervals, flows and linear mixing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from mist_explore.interfaces import Transform
from mist_explore.seeding import as_generator, derive_seed
from mist_explore.transforms.composition import Composition
from mist_explore.transforms.elementwise import Identity
from mist_explore.transforms.flows import Flow
from mist_explore.transforms.linear import linear_mixing

__all__ = ["Exchange", "Shear", "Twist", "random_chain"]

MOST_STEPS = 3
BOUND = 3.0


@dataclass(frozen=True)
class Shear(Transform):
    r"""\(v_i = x_i + \sum_k a_k \sin(b_k x_j + c_k)\), the other columns stay; volume is kept.

    Args:
        columns: the column i that moves and the column j that it depends on.
        waves: \((a_k, b_k, c_k)\) for each wave.

    Example:
        >>> shear = Shear((0, 1), ((2.0, 1.0, 0.0),))
        >>> shear.forward(torch.tensor([[1.0, 0.0], [1.0, math.pi / 2]]))[:, 0]
        tensor([1., 3.])
    """

    columns: tuple[int, int]
    waves: tuple[tuple[float, float, float], ...]

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if a column is missing.
        """
        return _checked(dim_in, max(self.columns), "shear")

    def forward(self, x: Tensor) -> Tensor:
        """Add the waves."""
        return self._moved(x, 1)

    def inverse(self, v: Tensor) -> Tensor:
        """Subtract the waves."""
        return self._moved(v, -1)

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Zero."""
        return torch.zeros_like(x[..., 0])

    def _moved(self, rows: Tensor, sign: int) -> Tensor:
        self.dim_out(rows.shape[-1])
        i, j = self.columns
        wide = rows.double()
        shift = sum(a * (b * wide[..., j] + c).sin() for a, b, c in self.waves)
        columns = list(wide.unbind(-1))
        columns[i] = columns[i] + sign * shift
        return torch.stack(columns, -1).to(rows.dtype)


@dataclass(frozen=True)
class Twist(Transform):
    r"""Turn two columns by \(a \ln(1 + r^2) + b\), r their distance from 0; volume is kept.

    Args:
        columns: the two columns.
        speed: a.
        angle: b.

    Example:
        >>> Twist((0, 1), 0.0, math.pi / 2).forward(torch.tensor([[1.0, 0.0]])).round()
        tensor([[0., 1.]])
    """

    columns: tuple[int, int]
    speed: float
    angle: float

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if a column is missing.
        """
        return _checked(dim_in, max(self.columns), "twist")

    def forward(self, x: Tensor) -> Tensor:
        """Turn the two columns."""
        return self._turned(x, 1)

    def inverse(self, v: Tensor) -> Tensor:
        """Turn the two columns back."""
        return self._turned(v, -1)

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Zero."""
        return torch.zeros_like(x[..., 0])

    def _turned(self, rows: Tensor, sign: int) -> Tensor:
        self.dim_out(rows.shape[-1])
        i, j = self.columns
        columns = list(rows.double().unbind(-1))
        first, second = columns[i], columns[j]
        square = first.square() + second.square()
        angle = sign * (self.speed * torch.log1p(square) + self.angle)
        columns[i] = first * angle.cos() - second * angle.sin()
        columns[j] = first * angle.sin() + second * angle.cos()
        return torch.stack(columns, -1).to(rows.dtype)


@dataclass(frozen=True)
class Exchange(Transform):
    """Cut [-3, 3) of one column into equal intervals, exchange them and turn some of them round.

    Beyond, and in the other columns, values stay; lengths are kept.

    Args:
        column: the column.
        places: where each interval goes, a permutation.
        turned: whether each interval is turned round.

    Example:
        >>> Exchange(0, (1, 0), (False, False)).forward(torch.tensor([[-1.0], [1.0], [4.0]]))
        tensor([[ 2.],
                [-2.],
                [ 4.]])
    """

    column: int
    places: tuple[int, ...]
    turned: tuple[bool, ...]

    def dim_out(self, dim_in: int) -> int:
        """As many columns as come in.

        Raises:
            ValueError: if the column is missing.
        """
        return _checked(dim_in, self.column, "exchange")

    def forward(self, x: Tensor) -> Tensor:
        """Move the intervals."""
        return self._moved(x, self.places, self.turned)

    def inverse(self, v: Tensor) -> Tensor:
        """Move the intervals back."""
        back = tuple(self.places.index(i) for i in range(len(self.places)))
        return self._moved(v, back, tuple(self.turned[i] for i in back))

    def log_abs_det_jacobian(self, x: Tensor) -> Tensor:
        """Zero."""
        return torch.zeros_like(x[..., 0])

    def _moved(self, rows: Tensor, places: tuple[int, ...], turned: tuple[bool, ...]) -> Tensor:
        self.dim_out(rows.shape[-1])
        columns = list(rows.double().unbind(-1))
        own, count = columns[self.column], len(places)
        position = (own + BOUND) * (count / (2 * BOUND))
        inside = (own >= -BOUND) & (own < BOUND)
        interval = position.detach().floor().nan_to_num().clamp(0, count - 1).long()
        share = position - interval
        share = torch.where(torch.tensor(turned)[interval], 1 - share, share)
        moved = (torch.tensor(places)[interval] + share) * (2 * BOUND / count) - BOUND
        columns[self.column] = torch.where(inside, moved, own)
        return torch.stack(columns, -1).to(rows.dtype)


def random_chain(dim: int, seed: int) -> Transform:
    """Draw one to three random maps of a side, one after another.

    A single column is left as it is in half of the cases, and its intervals are exchanged in the
    other half.

    Args:
        dim: number of columns in and out.
        seed: the source of randomness.

    Example:
        >>> x = torch.tensor([[0.5, -1.0, 2.0]], dtype=torch.float64)
        >>> chain = random_chain(3, seed=0)
        >>> torch.allclose(chain.inverse(chain.forward(x)), x)
        True
    """
    generator = as_generator(derive_seed(seed, "chain"))

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    parts: list[Transform] = []
    for step in range(1 + int(MOST_STEPS * uniform(0, 1))):
        i, j = (int(c) for c in (torch.randperm(max(dim, 2), generator=generator)[:2]))
        kind = int(5 * uniform(0, 1)) if dim > 1 else (4 if uniform(0, 1) < 0.3 else 5)
        if kind == 0:
            parts.append(linear_mixing(dim, derive_seed(seed, "mix", step)))
        elif kind == 1:
            n_waves = 1 + int(3 * uniform(0, 1))
            size = uniform(0.3, 2.5) / math.sqrt(n_waves)
            waves = [
                (size * uniform(0.5, 1.5), math.exp(uniform(-0.7, 1.6)), uniform(0, 2 * math.pi))
                for _ in range(n_waves)
            ]
            parts.append(Shear((i, j), tuple(waves)))
        elif kind == 2:
            parts.append(Twist((i, j), uniform(-3, 3), uniform(0, 2 * math.pi)))
        elif kind == 3:
            parts.append(Flow(dim, derive_seed(seed, "flow", step), uniform(0.3, 1)))
        elif kind == 4:
            count = 2 + int(10 * uniform(0, 1))
            places = torch.randperm(count, generator=generator).tolist()
            turned = tuple(uniform(0, 1) < 0.3 for _ in range(count))
            parts.append(Exchange(min(i, dim - 1), tuple(places), turned))
        else:
            parts.append(Identity())
    return Composition(*parts)


def _checked(dim_in: int, last: int, name: str) -> int:
    if dim_in <= last:
        raise ValueError(f"expected at least {last + 1} columns for the {name}; got {dim_in}")
    return dim_in
