"""The budget of an adaptation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from mist_explore.adaptation.fit import FlowSettings
from mist_explore.configuration import Configuration

__all__ = ["AdaptationSettings"]

USUAL_ROWS = 1_000


@dataclass(frozen=True)
class AdaptationSettings(Configuration):
    """Budget of an adaptation.

    Args:
        datasets: adapted datasets to learn from, for data of at most 1,000 rows; fewer in
            proportion beyond, but at least a third of them.
        held_out: adapted datasets to measure on.
        replayed: datasets of the first training whose answers are kept.
        steps: optimizer steps.
        remembered: datasets of each suite of the first network that show what is forgotten.
        learning_rate: its largest value.
        own_rows: share of channels between rows of the data themselves (see `AdaptedMeta`).
        flow: size and training of the flows.
        seed: of everything that is random.

    Raises:
        ValueError: if a number is not positive.
    """

    datasets: int = 2_000
    held_out: int = 200
    replayed: int = 400
    steps: int = 600
    remembered: int = 40
    learning_rate: float = 4e-4
    own_rows: float = 0.5
    flow: FlowSettings = field(default_factory=FlowSettings)
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("datasets", "held_out", "replayed", "steps", "remembered", "learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"expected a positive {name}; got {getattr(self, name)}")

    def scaled(self, share: float) -> AdaptationSettings:
        """Return the settings with a share of the datasets and steps; the flows stay.

        Example:
            >>> AdaptationSettings().scaled(0.1).datasets
            200
        """
        least = {"datasets": 40, "held_out": 40, "replayed": 40, "steps": 20, "remembered": 10}
        numbers = {name: max(n, round(share * getattr(self, name))) for name, n in least.items()}
        return replace(self, **numbers)

    def datasets_for(self, n_samples: int) -> int:
        """Return the number of datasets to learn from for data of this number of rows."""
        share = min(1.0, max(1 / 3, USUAL_ROWS / n_samples))
        return round(self.datasets * share)
