r"""Calibration of an ensemble on kinds of distributions that its members never saw.

The kinds are divided into folds. Members that are trained without a fold answer its datasets, and
held-out datasets of the other kinds. On half out-of-kind, half in-kind answers the widths of the
intervals are fitted by pinball loss (`StackedEnsemble`): a factor for each step between
neighbouring quantiles, and how both sides widen with the disagreement of members, the
out-of-distribution score and the spread of the base estimates. The median stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import Tensor

from mist_explore.files import replace_file
from mist_explore.network import (
    LEAST_UNIT,
    StackedEnsemble,
    StackFeatures,
    network_of,
    pinball_loss,
    relative_loss,
)
from mist_explore.network.combined import Combined, calibrated
from mist_explore.network.stacking import TYPES
from mist_explore.seeding import derive_seed, seed_dropout
from mist_explore.training.feature_cache import Cached, components_of, shuffled
from mist_explore.training.recipe import Recipe

__all__ = ["Answers", "answers_of_folds", "calibrate", "fold_of", "held_out_rows"]

HELD_OUT = 16
"""One in this number of cached datasets is held out of the folds, for the in-kind half."""

FIT_STEPS = 400
DECAY = 1e-3
"""The weight of the squared logarithms of the factors, against few datasets."""


@dataclass(frozen=True)
class Answers:
    """Answers of members that were trained without a fold.

    Args:
        combined: the answers before calibration, N datasets.
        truth: their mutual information in nats, `(N,)`.
        unit: the natural scale of their error, `(N,)`.
        rows: their places in the cached features, `(N,)`.
        fold: the fold that the members did not see, `(N,)`.
        out_of_kind: whether a dataset is of that fold, `(N,)`.
    """

    combined: Combined
    truth: Tensor
    unit: Tensor
    rows: Tensor
    fold: Tensor
    out_of_kind: Tensor

    def __getitem__(self, rows: Tensor) -> Answers:
        return Answers(*(getattr(self, f.name)[rows] for f in fields(self)))


def fold_of(recipe: Recipe, cached: Cached) -> Tensor:
    """Return whether a dataset holds a kind of each fold, `(N, folds)`."""
    families = [c.family for c in components_of(recipe)]
    table = torch.tensor(
        [[name in fold for fold in recipe.folds] for name in [*families, ""]]
    )  # the last row is for no second component
    return table[cached.component].any(1)


def held_out_rows(cached: Cached) -> Tensor:
    """Return which datasets no fold is trained on, `(N,)`."""
    return torch.arange(len(cached)) // 4 % HELD_OUT == 0


def answers_of_folds(
    recipe: Recipe, cached: Cached, backbones: dict[str, Tensor], directory: Path
) -> Iterator[float | Answers]:
    """Train without each fold in turn, yielding the share that is done and the answers at last.

    The answers of a fold are kept in a file of the directory: an interrupted run goes on.
    """
    held_out, kinds = held_out_rows(cached), fold_of(recipe, cached)
    parts = []
    for fold in range(len(recipe.folds)):
        path = directory / f"fold-{fold}.safetensors"
        if not path.exists():
            known = cached[~held_out & ~kinds[:, fold]]
            network = _member_network(recipe, backbones, fold)
            network.fit_standardizer(known.features)
            for share in _fit(network, recipe, known, fold):
                yield (fold + share) / len(recipe.folds)
            replace_file(path, save(_answers(network.eval(), cached, held_out, kinds, fold)))
        yield (fold + 1) / len(recipe.folds)
        parts.append(_read(path))
    yield Answers(
        Combined(
            *(torch.cat([getattr(p.combined, f.name) for p in parts]) for f in fields(Combined))
        ),
        *(torch.cat([getattr(p, f.name) for p in parts]) for f in fields(Answers)[1:]),
    )


def calibrate(network: StackedEnsemble, answers: Answers) -> None:
    """Fit the widths of the intervals of a network on answers of folds, type by type.

    Out-of-kind and in-kind datasets have the same weight in all.
    """
    levels, middle = torch.tensor(network.config.levels), network.config.levels.index(0.5)
    for t in range(len(TYPES)):
        part = answers[answers.combined.types == t]
        if not len(part.truth):
            continue
        weight = torch.where(
            part.out_of_kind,
            0.5 / part.out_of_kind.sum().clamp(min=1),
            0.5 / (~part.out_of_kind).sum().clamp(min=1),
        )
        weight = weight / (part.unit + LEAST_UNIT)
        fitted = [getattr(network, name)[t] for name in ("gate", "slopes", "steps")]
        found = [torch.zeros_like(buffer).requires_grad_() for buffer in fitted]
        optimizer = torch.optim.Adam(found, lr=0.03)
        for i in range(FIT_STEPS):
            optimizer.param_groups[0]["lr"] = 0.03 * (1 - i / FIT_STEPS)
            optimizer.zero_grad()
            gate, slopes, steps = found
            quantiles = calibrated(part.combined, gate, slopes, steps, middle).clamp(min=0)
            loss = (weight * pinball_loss(quantiles, part.truth, levels)).sum()
            penalty = DECAY * sum(tensor.square().sum() for tensor in found)
            (loss + penalty * weight.mean()).backward()
            optimizer.step()
        for buffer, tensor in zip(fitted, found, strict=True):
            buffer.copy_(tensor.detach())


def _member_network(recipe: Recipe, backbones: dict[str, Tensor], fold: int) -> StackedEnsemble:
    with torch.random.fork_rng():
        torch.manual_seed(derive_seed(recipe.seed, "fold", fold))
        network = network_of(recipe.network)
    assert isinstance(network, StackedEnsemble)
    network.backbones.load_state_dict(backbones)
    return network


def _fit(network: StackedEnsemble, recipe: Recipe, known: Cached, fold: int) -> Iterator[float]:
    """A shorter training of the members alone, by the same schedule."""
    recipe = replace(recipe, steps=recipe.fold_steps, warmup=min(recipe.warmup, 100))
    levels = torch.tensor(network.config.levels)
    optimizer = torch.optim.AdamW(
        network.members.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    network.train()
    with torch.random.fork_rng():
        for i, batch in enumerate(shuffled(known, recipe, 0)):
            if i % recipe.batches == 0:
                for group in optimizer.param_groups:
                    group["lr"] = recipe.learning_rate_at(i // recipe.batches)
                optimizer.zero_grad()
            seed_dropout(derive_seed(recipe.seed, "fold dropout", fold, i))
            features = batch.features
            assert isinstance(features, StackFeatures)
            truth, unit = batch.mutual_information, features.unit
            loss = relative_loss(network(features), truth, unit, levels) / recipe.batches
            loss.backward()
            if (i + 1) % recipe.batches == 0:
                torch.nn.utils.clip_grad_norm_(network.members.parameters(), recipe.clip)
                optimizer.step()
                yield (i + 1) / (recipe.steps * recipe.batches)


@torch.no_grad()
def _answers(
    network: StackedEnsemble, cached: Cached, held_out: Tensor, kinds: Tensor, fold: int
) -> dict[str, Tensor]:
    """Answers to all datasets of a fold, and to those held out of the other kinds."""
    out = kinds[:, fold]
    rows = (out | held_out).nonzero()[:, 0]
    combined = [network.combine(cached.features[part]) for part in rows.split(4_000)]
    return {
        **{f.name: torch.cat([getattr(c, f.name) for c in combined]) for f in fields(Combined)},
        "truth": cached.mutual_information[rows],
        "unit": cached.features.unit[rows],
        "rows": rows,
        "fold": torch.full_like(rows, fold),
        "out_of_kind": out[rows],
    }


def _read(path: Path) -> Answers:
    tensors = load_file(path)
    combined = Combined(*(tensors[f.name] for f in fields(Combined)))
    return Answers(combined, *(tensors[f.name] for f in fields(Answers)[1:]))


def folds_without(answers: Answers, fold: int) -> Answers:
    """Return the answers of all other folds: what a fold may be calibrated on."""
    return answers[answers.fold != fold]


def summarise_quantiles(
    quantiles: Tensor, truth: Tensor, levels: Sequence[float]
) -> dict[str, float]:
    """Return the mean absolute error of the median and the coverage of central intervals."""
    index = {level: i for i, level in enumerate(levels)}
    summary = {"mean_absolute_error": float((quantiles[:, index[0.5]] - truth).abs().mean())}
    for share, low, high in (
        (50, 0.25, 0.75),
        (80, 0.1, 0.9),
        (90, 0.05, 0.95),
        (95, 0.025, 0.975),
    ):
        inside = (quantiles[:, index[low]] <= truth) & (truth <= quantiles[:, index[high]])
        summary[f"coverage_{share}"] = float(inside.float().mean())
    return summary
