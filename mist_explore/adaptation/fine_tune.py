"""Fine-tuning of the shipped ensemble on adapted datasets, and calibration of its intervals.

The frozen backbone and the standardisation stay. The members learn from adapted datasets by the
pinball loss at a small rate, while they keep their answers to replayed datasets of the first
training (learning without forgetting). Widths are calibrated on kinds of dependence that members
of a fold never saw, as in the first training.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import fields

import torch
from torch import Tensor

from mist_explore.adaptation.meta import KINDS
from mist_explore.network import LEAST_UNIT, StackedEnsemble, relative_loss
from mist_explore.network.combined import Combined
from mist_explore.network.ensemble import joined as joined_features
from mist_explore.network.stacking import TYPES
from mist_explore.seeding import derive_seed
from mist_explore.training.calibration import Answers, calibrate
from mist_explore.training.feature_cache import Cached

__all__ = ["FOLDS", "adapted_network"]

FOLDS = (("gaussian", "clusters"), ("copula", "column"), ("latent", "projection", "radius"))
"""Kinds of dependence that are left out together."""

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
) -> Iterator[tuple[float, StackedEnsemble | None]]:
    """Fine-tune an ensemble and calibrate it.

    Yields the share that is done, with the network while it learns from all datasets; the last
    one is calibrated. Every eighth dataset is held out of the folds, for the calibration.

    Args:
        start: the ensemble to begin with, which stays as it is.
        adapted: features of adapted datasets, with their kinds.
        replayed: features of datasets of the first training.
        steps: optimizer steps; the networks of the folds learn for half as many.
        learning_rate: its largest value.
        seed: of the batches and of dropout.
    """
    runs = len(FOLDS) / 2 + 1
    held = torch.arange(len(adapted)) % 8 == 0
    fold_of = torch.tensor([_fold(kind) for kind in KINDS])[adapted.component[:, 0]]
    parts = []
    for fold in range(len(FOLDS)):
        out = fold_of == fold
        if not out.any() or out.all():
            continue
        network = copy.deepcopy(start)
        known = adapted[~out & ~held]
        for share in _fit(network, known, replayed, steps // 2, learning_rate, seed, fold):
            yield (fold / 2 + share / 2) / runs, None
        _refer(network, known, replayed)
        parts.append(_answers(network.eval(), adapted, out, held & ~out, fold))
        if fold == 0:
            parts.append(_answers(network, replayed, None, None, fold))
    network = copy.deepcopy(start)
    for share in _fit(network, adapted, replayed, steps, learning_rate, seed, -1):
        yield (runs - 1 + share) / runs, network
    _refer(network, adapted, replayed)
    if parts:
        calibrate(network, _joined(parts))
    yield 1.0, network.eval()


def _fold(kind: str) -> int:
    return next(i for i, fold in enumerate(FOLDS) if kind in fold)


def _fit(
    network: StackedEnsemble,
    adapted: Cached,
    replayed: Cached,
    steps: int,
    learning_rate: float,
    seed: int,
    run: int,
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
            torch.manual_seed(derive_seed(seed, "fine-tune", run, step))
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


def _refer(network: StackedEnsemble, adapted: Cached, replayed: Cached) -> None:
    """Let adapted datasets be references of the out-of-distribution score, and rank with others."""
    even = torch.arange(len(adapted)) % 2 == 0
    ranked = joined_features([adapted.features[~even], replayed.features])
    network.add_references(adapted.features[even], ranked)


@torch.no_grad()
def _answers(
    network: StackedEnsemble, cached: Cached, out: Tensor | None, known: Tensor | None, fold: int
) -> Answers:
    """Answers to the datasets left out, and to those held out; to all where None."""
    if out is None or known is None:
        rows, left_out = torch.arange(len(cached)), torch.zeros(len(cached), dtype=torch.bool)
    else:
        rows = (out | known).nonzero()[:, 0]
        left_out = out[rows]
    part = cached[rows]
    return Answers(
        network.combine(part.features),
        part.mutual_information,
        part.features.unit,
        rows,
        torch.full_like(rows, fold),
        left_out,
    )


def _joined(parts: list[Answers]) -> Answers:
    combined = Combined(
        *(torch.cat([getattr(p.combined, f.name) for p in parts]) for f in fields(Combined))
    )
    rest = [f.name for f in fields(Answers)[1:]]
    return Answers(combined, *(torch.cat([getattr(p, name) for p in parts]) for name in rest))
