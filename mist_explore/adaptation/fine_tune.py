"""Fine-tuning of the shipped ensemble on adapted datasets.

The frozen backbone, the standardisation and the calibration of the intervals, which was fitted on
kinds of distributions left out of the first training, stay. The members learn from adapted
datasets by the pinball loss at a small rate, while they keep their answers to replayed datasets of
the first training.

Source: Li & Hoiem, "Learning without Forgetting" (2016).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator

import torch

from mist_explore.network import LEAST_UNIT, StackedEnsemble, relative_loss
from mist_explore.network.ensemble import joined
from mist_explore.network.stacking import TYPES
from mist_explore.seeding import derive_seed, seed_dropout
from mist_explore.training.feature_cache import Cached

__all__ = ["adapted_network"]

BATCH = 128
CLIP = 1.0
WARMUP = 20
KEEP = 1.0
"""Weight of the distance from the first answers to replayed datasets."""


def adapted_network(
    start: StackedEnsemble,
    adapted: Cached,
    replayed: Cached,
    *,
    steps: int,
    learning_rate: float,
    seed: int,
) -> Iterator[tuple[float, StackedEnsemble]]:
    """Fine-tune an ensemble, yielding the share that is done with the network as it is.

    The last network is in evaluation mode, and adapted datasets are half of the references of its
    out-of-distribution score.

    Args:
        start: the ensemble to begin with, which stays as it is.
        adapted: features of adapted datasets, with their kinds.
        replayed: features of datasets of the first training.
        steps: optimizer steps.
        learning_rate: its largest value.
        seed: of the batches and of dropout.
    """
    network = copy.deepcopy(start)
    for share in _fit(network, adapted, replayed, steps, learning_rate, seed):
        yield share, network
    even = torch.arange(len(adapted)) % 2 == 0
    ranked = joined([adapted.features[~even], replayed.features])
    network.add_references(adapted.features[even], ranked)
    yield 1.0, network.eval()


def _fit(
    network: StackedEnsemble,
    adapted: Cached,
    replayed: Cached,
    steps: int,
    learning_rate: float,
    seed: int,
) -> Iterator[float]:
    levels = torch.tensor(network.config.levels)
    types = [t for t in range(len(TYPES)) if bool((adapted.features.types == t).any())]
    wanted = [p for t in types for p in network.members[t].parameters()]
    optimizer = torch.optim.AdamW(wanted, lr=learning_rate, weight_decay=0.02)
    old = replayed[torch.isin(replayed.features.types, torch.tensor(types))]
    with torch.no_grad():
        first = network.eval().head_quantiles(old.features) if len(old) else torch.zeros(0)
    network.train()
    with torch.random.fork_rng():
        for step in range(steps):
            seed_dropout(derive_seed(seed, "fine-tune", step))
            rate = min(1.0, (step + 1) / WARMUP) * 0.5 * (1 + math.cos(math.pi * step / steps))
            optimizer.param_groups[0]["lr"] = learning_rate * rate
            rows = torch.randint(len(adapted), (min(BATCH, len(adapted)),))
            batch = adapted[rows]
            loss = relative_loss(
                network(batch.features), batch.mutual_information, batch.features.unit, levels
            )
            if len(old):
                again = torch.randint(len(old), (min(BATCH // 2, len(old)),))
                features = old.features[again]
                apart = (network(features) - first[:, again]).abs().mean(-1)
                loss = loss + KEEP * (apart / (features.unit + LEAST_UNIT)).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(wanted, CLIP)
            optimizer.step()
            if step % 20 == 19:
                yield (step + 1) / steps
