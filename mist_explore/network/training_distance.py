r"""Distance of a dataset from those of training, in the numbers that the network reads.

The numbers (size, closed forms, nearest-neighbour statistics) are scaled to unit variance over
training; the distance is the root mean square to the \(k\) nearest training datasets.

Source: Sun et al., "Out-of-Distribution Detection with Deep Nearest Neighbors" (2022).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

__all__ = ["TrainingDistance"]

NEAREST = 5


@dataclass(frozen=True, eq=False)
class TrainingDistance:
    """Reference datasets of training, and the distance of others from them.

    Args:
        centre: the mean of each number over training, `(F,)`.
        scale: its standard deviation, `(F,)`.
        reference: scaled numbers of R training datasets, `(R, F)`.
        typical: the sorted distances of R further training datasets, `(R,)`.

    Example:
        >>> summaries = torch.randn(400, 3, generator=torch.Generator().manual_seed(0))
        >>> reference = TrainingDistance.of(summaries)
        >>> reference.distance(torch.zeros(1, 3)) < reference.distance(torch.full((1, 3), 9.0))
        tensor([True])
        >>> reference.share_nearer(torch.full((1, 3), 9.0))
        tensor([1.])
    """

    centre: Tensor
    scale: Tensor
    reference: Tensor
    typical: Tensor

    @classmethod
    def of(cls, summaries: Tensor) -> TrainingDistance:
        """Return the distance from training datasets with numbers `(N, F)`.

        Half of them are references, the other half rank the distances.

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
        """Return the tensors by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def distance(self, summary: Tensor) -> Tensor:
        """Return the distance of datasets with numbers `(B, F)` from those of training, `(B,)`."""
        scaled = (summary.float() - self.centre) / self.scale
        apart = torch.cdist(scaled, self.reference) / scaled.shape[1] ** 0.5
        return apart.topk(NEAREST, largest=False).values.mean(1)

    def share_nearer(self, summary: Tensor) -> Tensor:
        """Return the share of training datasets that lie nearer to the others, `(B,)`."""
        return torch.searchsorted(self.typical, self.distance(summary)) / len(self.typical)
