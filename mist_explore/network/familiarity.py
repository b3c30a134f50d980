r"""How far a dataset lies from those of training, in what the network reads of it.

The numbers about a dataset (its size, its closed forms, its nearest-neighbour statistics) are
scaled to unit variance over training; the distance is the root mean square to the
\(k\) nearest training datasets.

Source: Sun et al., "Out-of-Distribution Detection with Deep Nearest Neighbors" (2022).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

__all__ = ["Familiarity"]

NEAREST = 5


@dataclass(frozen=True, eq=False)
class Familiarity:
    """Datasets of training, against which others are held.

    Args:
        centre: the mean of each number over training, `(F,)`.
        scale: its standard deviation, `(F,)`.
        reference: scaled numbers of R training datasets, `(R, F)`.
        typical: the sorted distances of R further training datasets, `(R,)`.

    Example:
        >>> summaries = torch.randn(400, 3, generator=torch.Generator().manual_seed(0))
        >>> known = Familiarity.of(summaries)
        >>> known.distance(torch.zeros(1, 3)) < known.distance(torch.full((1, 3), 9.0))
        tensor([True])
        >>> known.share_nearer(torch.full((1, 3), 9.0))
        tensor([1.])
    """

    centre: Tensor
    scale: Tensor
    reference: Tensor
    typical: Tensor

    @classmethod
    def of(cls, summaries: Tensor) -> Familiarity:
        """From the numbers about training datasets, `(N, F)`: half to hold against, half to rank.

        Raises:
            ValueError: if there are too few of them.
        """
        if len(summaries) < 4 * NEAREST:
            raise ValueError(f"expected at least {4 * NEAREST} datasets; got {len(summaries)}")
        summaries = summaries.float()
        centre, scale = summaries.mean(0), summaries.std(0).clamp(min=1e-3)
        reference = ((summaries[0::2] - centre) / scale).contiguous()
        unranked = cls(centre, scale, reference, reference.new_empty(0))
        return cls(centre, scale, reference, unranked.distance(summaries[1::2]).sort().values)

    def tensors(self) -> dict[str, Tensor]:
        """The tensors by name, to be saved."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def distance(self, summary: Tensor) -> Tensor:
        """The distance of datasets with these numbers, `(B, F)`, from those of training, `(B,)`."""
        scaled = (summary.float() - self.centre) / self.scale
        apart = torch.cdist(scaled, self.reference) / scaled.shape[1] ** 0.5
        return apart.topk(NEAREST, largest=False).values.mean(1)

    def share_nearer(self, summary: Tensor) -> Tensor:
        """The share of training datasets that lie nearer to the others than these, `(B,)`."""
        return torch.searchsorted(self.typical, self.distance(summary)) / len(self.typical)
