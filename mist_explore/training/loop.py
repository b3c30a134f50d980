"""The one training loop, for the command line, the pages and the benchmarks alike."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from mist_explore.network import pinball_loss
from mist_explore.progress import Cancellation, Progress
from mist_explore.training.feed import Example, held_out, training_stream
from mist_explore.training.recipe import Recipe
from mist_explore.training.run import Run, is_finished

__all__ = ["train"]


def train(
    recipe: Recipe,
    directory: Path,
    *,
    name: str = "mist-qr",
    resume: bool = True,
    max_minutes: float | None = None,
    cancellation: Cancellation | None = None,
    record_every: int = 50,
    save_every: int = 250,
    n_held_out: int = 40,
) -> Iterator[Progress]:
    r"""Train a network by pinball loss, yielding progress, into a directory of its own.

    The directory receives the checkpoint, `training.csv` and, until the last step is done, the
    state to resume from. A run that was interrupted, even by a power cut, resumes at the last
    save and ends in the same weights as an uninterrupted one; one that was finished is left as it
    is. A batch's loss is divided by \(\sqrt{\min(d_x, d_y)}\), so that wide datasets do not drown
    narrow ones. Where there is a GPU, it runs there, in bf16.

    Args:
        recipe: what to train on what.
        directory: where to write.
        name: the name of the model.
        resume: go on from what is in the directory; otherwise replace it.
        max_minutes: pause after this time; the schedule counts steps and does not know of it.
        cancellation: set it to pause at the next step.
        record_every: steps between progress records.
        save_every: steps between saves; each measures the held-out loss and adds a row to the log.
        n_held_out: held-out batches.

    Raises:
        ValueError: if the directory holds a run of another recipe.

    Source: MIST, arXiv 2511.18945 (supervised training on a meta-dataset, quantile loss).
    """
    if resume and is_finished(recipe, directory):
        return
    run = Run.resumed(recipe, directory) if resume else Run.begun(recipe)
    fabric = _fabric()
    model, optimizer = fabric.setup(run.network, run.optimizer)
    examples = held_out(recipe, n_held_out)
    began, before, resumed_at = time.monotonic(), run.seconds, run.step

    stream = training_stream(recipe, run.step)
    while batches := list(itertools.islice(stream, recipe.batches)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate_at(run.step)
        optimizer.zero_grad()
        losses = []
        for batch in batches:
            loss = _loss(*_predict(model, batch), batch, recipe) / recipe.batches
            fabric.backward(loss)
            losses.append(float(loss.detach()))
        fabric.clip_gradients(model, optimizer, max_norm=recipe.clip)
        optimizer.step()

        elapsed = time.monotonic() - began
        run.step += 1
        run.datasets += sum(len(batch.mutual_information) for batch in batches)
        run.seconds = before + elapsed
        run.losses.append(sum(losses))
        metrics: Mapping[str, float] = {"loss": float(np.mean(run.losses[-record_every:]))}
        late = max_minutes is not None and elapsed > 60 * max_minutes
        paused = late or (cancellation is not None and cancellation.is_set())
        last = paused or run.step == recipe.steps
        if last or run.step % save_every == 0:
            measured = _measure(model, examples, recipe)
            run.save(directory, name, measured)
            metrics = {**metrics, **measured}
        if last or run.step % record_every == 0:
            yield Progress(run.step, recipe.steps, elapsed, metrics, done_before=resumed_at)
        if paused:
            return
    run.finish(directory)


def _fabric() -> Fabric:
    if torch.cuda.is_available():
        return Fabric(accelerator="cuda", devices=1, precision="bf16-mixed")
    return Fabric(accelerator="cpu", devices=1)


def _predict(model: nn.Module, batch: Example) -> tuple[Tensor, Tensor]:
    """Quantiles `(B, levels)` and the truth `(B,)` on the device of the model."""
    device = next(model.parameters()).device
    quantiles = model(batch.features.to(device=device))
    return quantiles, batch.mutual_information.to(device)


def _loss(quantiles: Tensor, truth: Tensor, batch: Example, recipe: Recipe) -> Tensor:
    levels = truth.new_tensor(recipe.network.levels)
    return (pinball_loss(quantiles, truth, levels) / batch.pairs**0.5).mean()


@torch.no_grad()
def _measure(model: nn.Module, examples: list[Example], recipe: Recipe) -> dict[str, float]:
    """Loss, squared error of the median and coverage of the 90 % interval, mean over batches."""
    levels = recipe.network.levels
    low, middle, high = (levels.index(level) for level in (0.05, 0.5, 0.95))
    losses, errors, covered = [], [], []
    for batch in examples:
        quantiles, truth = _predict(model, batch)
        losses.append(float(_loss(quantiles, truth, batch, recipe)))
        quantiles = quantiles.clamp(min=0)
        errors.append(float((quantiles[:, middle] - truth).square().mean()))
        inside = (quantiles[:, low] <= truth) & (truth <= quantiles[:, high])
        covered.append(float(inside.float().mean()))
    return {
        "held_out_loss": float(np.mean(losses)),
        "held_out_mse": float(np.mean(errors)),
        "coverage_90": float(np.mean(covered)),
    }
