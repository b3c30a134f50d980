"""Adapt the shipped network to data: fit flows, draw datasets like it, fine-tune, measure."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from numpy.typing import ArrayLike

from mist_explore.adaptation.budget import AdaptationSettings
from mist_explore.adaptation.card import AdaptationCard, Score, Scored, gain_error, scored
from mist_explore.adaptation.features import adapted_features, replayed_features
from mist_explore.adaptation.fine_tune import adapted_network
from mist_explore.adaptation.fit import FlowFit, iter_fit_flow
from mist_explore.adaptation.flow_file import write_flow
from mist_explore.adaptation.folder import (
    CARD,
    WORK,
    Adaptation,
    is_finished,
    model_directory,
    read_adaptation,
    training_record,
)
from mist_explore.adaptation.measure import classical_scores, interval_of, memory_features
from mist_explore.adaptation.meta import AdaptedMeta
from mist_explore.estimate import Estimate
from mist_explore.estimators import DEFAULT, LearnedEstimator, load
from mist_explore.estimators.observations import observe
from mist_explore.files import replace_file
from mist_explore.network import StackedEnsemble, save_checkpoint
from mist_explore.progress import Cancellation, Progress, run_job
from mist_explore.sample import Sample
from mist_explore.seeding import derive_seed
from mist_explore.threads import one_thread
from mist_explore.training.feature_cache import Cached

__all__ = ["AdaptationProgress", "adapt", "iter_adapt"]

MOST_ROWS = 5_000
FLOWS, FEATURES, TUNING = 0.25, 0.85, 0.95
"""The share of an adaptation that is done after each stage."""


@dataclass(frozen=True)
class AdaptationProgress(Progress):
    """One record of an adaptation.

    Args:
        flows: the fitted flows, of X and then of Y, as far as they are there.
        references: errors of the default and of classical estimators on held-out adapted datasets
            in nats, by name; empty before they are measured.
    """

    flows: tuple[FlowFit, ...] = ()
    references: Mapping[str, float] = field(default_factory=dict)


def adapt(
    x: ArrayLike,
    y: ArrayLike,
    out: str | Path = "adapted",
    *,
    settings: AdaptationSettings | None = None,
    cancellation: Cancellation | None = None,
    progress: bool = False,
) -> Adaptation | None:
    """Adapt the shipped network to data, and write it into a new folder.

    Flows are fitted to each side by itself; datasets whose sides look like the data, with known
    mutual information, are drawn (`AdaptedMeta`); the members of the ensemble learn from them at
    a small rate. An interrupted run goes on where it was, and ends in the same network.

    Args:
        x: rows of X, as in `mutual_information`.
        y: rows of Y.
        out: a name, by which `load` finds the network, or a folder.
        settings: the budget.
        cancellation: set it to pause.
        progress: whether to show a tqdm bar.

    Returns:
        The adaptation; None if it was paused.

    Raises:
        ValueError: if the data are too few or constant, the name is taken, or the folder holds
            an adaptation to other data or with other settings.

    Source: MIST, arXiv 2511.18945 (adaptation of the meta-dataset by normalizing flows).
    """
    job = iter_adapt(x, y, out, settings=settings, cancellation=cancellation)
    return run_job(job, progress)


def iter_adapt(
    x: ArrayLike,
    y: ArrayLike,
    out: str | Path = "adapted",
    *,
    settings: AdaptationSettings | None = None,
    cancellation: Cancellation | None = None,
) -> Generator[AdaptationProgress, None, Adaptation | None]:
    """Yield the progress of `adapt` in thousandths, and return its result.

    The metrics name the stage; while the network learns, `error` is its error on held-out
    adapted datasets in nats.
    """
    settings = settings or AdaptationSettings()
    sample, _ = observe(x, y).sample.without_constant_columns()
    directory = model_directory(out)
    if is_finished(directory, sample, settings):
        return read_adaptation(directory)
    began = time.monotonic()
    fits: list[FlowFit] = []
    references: dict[str, float] = {}

    def record(done: float, **metrics: float) -> AdaptationProgress:
        seconds = time.monotonic() - began
        return AdaptationProgress(
            round(1_000 * done),
            1_000,
            seconds,
            metrics,
            flows=tuple(fits),
            references=dict(references),
        )

    def paused() -> bool:
        return cancellation is not None and cancellation.is_set()

    start = load(DEFAULT)
    assert isinstance(start, LearnedEstimator)
    network = start.checkpoint.network
    assert isinstance(network, StackedEnsemble)
    work = directory / WORK
    with one_thread():
        for side, rows in enumerate((sample.x, sample.y)):
            job = iter_fit_flow(
                rows,
                seed=derive_seed(settings.seed, "flow", "xy"[side]),
                settings=settings.flow,
                state=work / f"flow-{'xy'[side]}.pt",
                cancellation=cancellation,
            )
            while True:
                try:
                    step = next(job)
                except StopIteration as end:
                    fits.append(end.value)
                    break
                done = FLOWS * (side + step.fraction) / 2
                yield record(done, flow=step.fraction, epochs=step.total, **step.metrics)
            if paused():
                return None
        own = start.estimate_samples([sample])[0]
        meta = _meta(sample, own, fits, directory, settings)
        sides = torch.from_numpy(sample.x.copy()), torch.from_numpy(sample.y.copy())
        opened = meta.open(directory, *sides)
        found: list[Cached] = []
        before = 0.0
        for weight, name, count in (
            (0.8, "training", settings.datasets_for(sample.n_samples)),
            (0.1, "held-out", settings.held_out),
            (0.1, "replayed", settings.replayed),
        ):
            seed, folder = derive_seed(settings.seed, name), work / name
            stream = (
                replayed_features(network, count, folder, seed)
                if name == "replayed"
                else adapted_features(opened, network, count, folder, seed)
            )
            for part in stream:
                if isinstance(part, Cached):
                    found.append(part)
                    continue
                share = before + weight * part
                yield record(FLOWS + (FEATURES - FLOWS) * share, datasets=share)
                if paused():
                    return None
            before += weight
        training, held_out, replayed = found
        first = scored(network, held_out)
        others = classical_scores(opened, settings.held_out, derive_seed(settings.seed, "held-out"))
        references = {DEFAULT: first.score.error, **{k: v.error for k, v in others.items()}}
        yield record(FEATURES, **{"fine-tuning": 0.0, "error": first.score.error})
        tuned, last = network, first
        for share, current in adapted_network(
            network,
            training,
            replayed,
            steps=settings.steps,
            learning_rate=settings.learning_rate,
            seed=derive_seed(settings.seed, "fine-tune"),
        ):
            tuned, learning = current, current.training
            last = scored(current, held_out)
            metrics = {"fine-tuning": share, "error": last.score.error}
            current.train(learning)
            yield record(FEATURES + (TUNING - FEATURES) * share, **metrics)
            if paused():
                return None
        yield record(TUNING, measuring=0.0)
        card = _card(sample, start, tuned.eval(), own, (first, last), others, fits, settings)
    record_of = training_record(start.checkpoint, sample, settings, meta, card)
    adapted = replace(
        start.checkpoint, name=directory.name, network=tuned, training=record_of, sha256=""
    )
    save_checkpoint(directory, adapted)
    shape = f"{sample.n_samples:,} rows of {sample.dim_x} + {sample.dim_y} columns"
    text = card.to_markdown(directory.name, shape, "mist_explore.adapt")
    replace_file(directory / CARD, text.encode())
    shutil.rmtree(work)
    yield record(1.0)
    return read_adaptation(directory)


def _meta(
    sample: Sample,
    own: Estimate,
    fits: list[FlowFit],
    directory: Path,
    settings: AdaptationSettings,
) -> AdaptedMeta:
    """Write the flows and return the meta-distribution of them."""
    high = own.interval(0.9)[1]
    n = min(sample.n_samples, MOST_ROWS)
    files = [write_flow(directory, side, fit.flow) for side, fit in zip("xy", fits, strict=True)]
    return AdaptedMeta(
        files[0],
        files[1],
        n_samples=(max(4, n // 2), n),
        information=round(min(8.0, max(1.5, 1.5 * high)), 3),
        own_rows=settings.own_rows,
    )


def _card(
    sample: Sample,
    start: LearnedEstimator,
    tuned: StackedEnsemble,
    own: Estimate,
    ends: tuple[Scored, Scored],
    others: Mapping[str, Score],
    fits: list[FlowFit],
    settings: AdaptationSettings,
) -> AdaptationCard:
    network = start.checkpoint.network
    assert isinstance(network, StackedEnsemble)
    memory = memory_features(network, settings.remembered)
    after = LearnedEstimator(replace(start.checkpoint, network=tuned))
    return AdaptationCard(
        before=ends[0].score,
        after=ends[1].score,
        others=others,
        memory={k: (scored(network, v).score, scored(tuned, v).score) for k, v in memory.items()},
        own_before=interval_of(own),
        own_after=interval_of(after.estimate_samples([sample])[0]),
        flow_x=fits[0].report,
        flow_y=fits[1].report,
        gain_error=gain_error(*ends),
    )
