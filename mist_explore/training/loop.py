"""The one training loop, for the command line, the pages and the benchmarks alike."""

from __future__ import annotations

import functools
import itertools
import os
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import numpy as np
import torch
from torch import Tensor, nn

from mist_explore.network import (
    Checkpoint,
    StackedEnsemble,
    StackFeatures,
    load_checkpoint,
    pinball_loss,
    relative_loss,
)
from mist_explore.network.ensemble import joined
from mist_explore.progress import Cancellation, Progress, run_job
from mist_explore.seeding import derive_seed, seed_dropout
from mist_explore.training.calibration import Answers, answers_of_folds, calibrate, held_out_rows
from mist_explore.training.data_loader import (
    Example,
    example,
    training_distance,
    training_stream,
)
from mist_explore.training.feature_cache import compute, folder_name, read, shuffled
from mist_explore.training.recipe import Recipe
from mist_explore.training.run import Run, is_finished
from mist_explore.training.validation import N_BATCHES, measured, validation_set

if TYPE_CHECKING:
    from lightning_fabric import Fabric

__all__ = ["import_libraries", "iter_train", "train"]


def train(
    recipe: Recipe,
    directory: Path,
    *,
    name: str = "mist-qr",
    resume: bool = True,
    max_minutes: float | None = None,
    cancellation: Cancellation | None = None,
    save_every: int = 250,
    n_held_out: int = N_BATCHES,
    start: Checkpoint | None = None,
    progress: bool = False,
) -> Checkpoint:
    r"""Train a network by pinball loss into a directory of its own and return its checkpoint.

    The directory receives the checkpoint, `training.csv`, the results on held-out datasets in
    `validation.parquet` and, until the last step is done, the state to resume from. A run that was
    interrupted, even by a power cut, resumes at the last save and ends in the same weights as an
    uninterrupted one; one that was finished is left as it is. A batch's loss is divided by
    \(\sqrt{\min(d_x, d_y)}\) or, where the recipe is `relative`, by the scale of its noise, so
    that wide datasets do not drown narrow ones. Where there is a GPU, it runs there, in bf16.
    Started by `torchrun`, the batches of a step are shared out among its processes: the recipe
    stays the same, and so does the network up to rounding; the first process writes and yields. The
    features of an ensemble are computed first, where the recipe caches them, and kept beside the
    checkpoint.

    Args:
        recipe: what to train on what.
        directory: where to write.
        name: the name of the model.
        resume: go on from what is in the directory; otherwise replace it.
        max_minutes: pause after this time; the schedule counts steps and does not know of it.
        cancellation: set it to pause at the next step.
        save_every: steps between saves; each measures the held-out loss and adds a row to the log.
        n_held_out: held-out batches, as in `validation_set`.
        start: a trained network of the same shape whose weights to begin with, instead of those
            that the seed gives; its hash is kept with the new network.
        progress: whether to show a tqdm bar.

    Returns:
        The checkpoint in the directory; an unsaved one where training paused before its first
        step, and in all processes but the first.

    Raises:
        ValueError: if the directory holds a run of another recipe, or the batches of a step cannot
            be shared out evenly.

    Source: MIST, arXiv 2511.18945 (supervised training on a meta-dataset, quantile loss).
    """
    job = iter_train(
        recipe,
        directory,
        name=name,
        resume=resume,
        max_minutes=max_minutes,
        cancellation=cancellation,
        save_every=save_every,
        n_held_out=n_held_out,
        start=start,
    )
    return run_job(job, progress)


P = ParamSpec("P")
Training = Generator[Progress, None, Checkpoint]


def _leaving_processes(trains: Callable[P, Training]) -> Callable[P, Training]:
    """Disconnect from the other processes at the end: their threads abort a process that exits."""

    @functools.wraps(trains)
    def training(*args: P.args, **kwargs: P.kwargs) -> Training:
        try:
            return (yield from trains(*args, **kwargs))
        finally:
            if torch.distributed.is_initialized():
                torch.distributed.destroy_process_group()

    return training


@_leaving_processes
def iter_train(
    recipe: Recipe,
    directory: Path,
    *,
    name: str = "mist-qr",
    resume: bool = True,
    max_minutes: float | None = None,
    cancellation: Cancellation | None = None,
    record_every: int = 50,
    save_every: int = 250,
    n_held_out: int = N_BATCHES,
    start: Checkpoint | None = None,
) -> Training:
    """Yield the progress of `train` every `record_every` steps, and return its checkpoint."""
    fabric = _fabric()
    fabric.launch()
    each = share(recipe, fabric.world_size)
    if resume and is_finished(recipe, directory):
        return load_checkpoint(directory)
    run = Run.resumed(recipe, directory, start) if resume else Run.begun(recipe, start)
    model, optimizer = fabric.setup(run.network, run.optimizer)
    began, before, resumed_at = time.monotonic(), run.seconds, run.step
    where = (fabric.global_rank, fabric.world_size)
    metrics: Mapping[str, float]

    def paused() -> bool:
        late = max_minutes is not None and time.monotonic() - began > 60 * max_minutes
        cancelled = cancellation is not None and cancellation.is_set()
        return float(_over_processes(fabric, torch.tensor(float(late or cancelled)), "sum")) > 0

    def result() -> Checkpoint:
        saved = fabric.is_global_zero and run.log
        if saved:
            return load_checkpoint(directory)
        run.network.eval()
        return run.checkpoint(name)

    if isinstance(run.network, StackedEnsemble) and recipe.cached:
        folder = directory / folder_name(recipe)
        for share_computed in compute(recipe, run.network, folder, *where):
            if fabric.is_global_zero:
                elapsed, metrics = time.monotonic() - began, {"features": share_computed}
                yield Progress(run.step, recipe.steps, elapsed, metrics, done_before=resumed_at)
            if paused():
                return result()
        fabric.barrier()
        cached = read(folder, recipe)
        learned = cached[~held_out_rows(cached)]
        stream = shuffled(learned, recipe, run.step, *where)
    else:
        stream = training_stream(recipe, run.network, run.step, *where)
    if isinstance(run.network, StackedEnsemble) and run.step == 0:
        if recipe.cached:
            run.network.fit_standardizer(learned.features)
        else:
            known = [example(recipe, run.network, "standardizer", i) for i in range(n_held_out)]
            run.network.fit_standardizer(
                joined([e.features for e in known if isinstance(e.features, StackFeatures)])
            )
    held_out = validation_set(recipe, n_held_out if fabric.is_global_zero else 0)
    while batches := list(itertools.islice(stream, each)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate_at(run.step)
        optimizer.zero_grad()
        loss, datasets = torch.zeros(()), torch.zeros(())
        with torch.random.fork_rng():
            for i, batch in enumerate(batches):
                # What is dropped out depends on the seed and the batch alone, on any process.
                index = run.step * recipe.batches + i * fabric.world_size + fabric.global_rank
                seed_dropout(derive_seed(recipe.seed, "dropout", index))
                with fabric.no_backward_sync(model, enabled=i + 1 < each):
                    part = _loss(*_predict(model, batch), batch, recipe) / each
                    fabric.backward(part)
                loss += part.detach().cpu()
                datasets += len(batch.mutual_information)
        fabric.clip_gradients(model, optimizer, max_norm=recipe.clip)
        optimizer.step()

        elapsed = time.monotonic() - began
        run.step += 1
        run.datasets += int(_over_processes(fabric, datasets, "sum"))
        run.seconds = before + elapsed
        run.losses.append(float(_over_processes(fabric, loss, "mean")))
        metrics = {"loss": float(np.mean(run.losses[-record_every:]))}
        pause = paused()
        last = pause or run.step == recipe.steps
        if fabric.is_global_zero and (last or run.step % save_every == 0):
            quantiles = held_out.quantiles(run.network)
            table = held_out.table(name, run.network, quantiles)
            loss_there = _held_out_loss(held_out.examples(run.network), quantiles, recipe)
            row = {"held_out_loss": loss_there, **measured(table)}
            run.save(directory, name, row, table)
            metrics = {**metrics, **row}
        if fabric.is_global_zero and (last or run.step % record_every == 0):
            yield Progress(run.step, recipe.steps, elapsed, metrics, done_before=resumed_at)
        if pause:
            return result()
    if isinstance(run.network, StackedEnsemble) and recipe.folds and fabric.is_global_zero:
        backbones = run.network.backbones.state_dict()
        for found in answers_of_folds(recipe, cached, backbones, directory / folder_name(recipe)):
            if isinstance(found, Answers):
                calibrate(run.network, found)
                break
            elapsed, metrics = time.monotonic() - began, {"calibration": found}
            yield Progress(run.step, recipe.steps, elapsed, metrics, done_before=resumed_at)
            if cancellation is not None and cancellation.is_set():
                return result()
    if fabric.is_global_zero:
        table = held_out.by_network(name, run.network)
        run.finish(directory, name, training_distance(recipe, run.network), table)
    return result()


def import_libraries() -> None:
    """Import what training alone needs, a third of all modules: else its first step waits."""
    import lightning_fabric  # noqa: F401 with the compiler of torch, which optimizers import


def _fabric() -> Fabric:
    """One process by itself, or one of those that `torchrun` has started on one node or more."""
    from lightning_fabric import Fabric

    gpu = torch.cuda.is_available()
    here = int(os.environ.get("LOCAL_WORLD_SIZE", 1))
    world = int(os.environ.get("WORLD_SIZE", 1))
    return Fabric(
        accelerator="cuda" if gpu else "cpu",
        strategy="ddp" if world > 1 else "auto",
        devices=here,
        num_nodes=world // here,
        precision="bf16-mixed" if gpu else "32-true",
    )


def share(recipe: Recipe, world_size: int) -> int:
    """How many of the batches of a step each process takes."""
    if recipe.batches % world_size:
        raise ValueError(
            f"expected a number of processes that divides the {recipe.batches} batches of a step; "
            f"got {world_size}"
        )
    return recipe.batches // world_size


def _over_processes(fabric: Fabric, value: Tensor, operation: str) -> Tensor:
    if fabric.world_size == 1:
        return value
    reduced = fabric.all_reduce(value.to(fabric.device), reduce_op=operation)
    assert isinstance(reduced, Tensor)
    return reduced


def _predict(model: nn.Module, batch: Example) -> tuple[Tensor, Tensor]:
    """Quantiles `(B, levels)` and the truth `(B,)` on the device of the model."""
    device = next(model.parameters()).device
    quantiles = model(batch.features.to(device=device))
    return quantiles, batch.mutual_information.to(device)


def _loss(quantiles: Tensor, truth: Tensor, batch: Example, recipe: Recipe) -> Tensor:
    levels = truth.new_tensor(recipe.network.levels)
    if recipe.relative and not isinstance(batch.features, Tensor):
        return relative_loss(quantiles, truth, batch.features.unit, levels)
    return (pinball_loss(quantiles, truth, levels) / batch.pairs**0.5).mean()


def _held_out_loss(examples: list[Example], quantiles: list[Tensor], recipe: Recipe) -> float:
    """The mean of the loss over batches."""
    pairs = zip(examples, quantiles, strict=True)
    return float(np.mean([float(_loss(q, e.mutual_information, e, recipe)) for e, q in pairs]))
