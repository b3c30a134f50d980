"""The one training loop, for the command line, the pages and the benchmarks alike."""

from __future__ import annotations

import csv
import io
import itertools
import json
import platform
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric

from mist_explore.network import Checkpoint, Network, pinball_loss, save_checkpoint
from mist_explore.network.checkpoint import replace_file
from mist_explore.progress import Cancellation, Progress
from mist_explore.training.feed import Example, held_out, training_stream
from mist_explore.training.recipe import Recipe

__all__ = ["STATE", "train"]

STATE = "state.pt"
LOG = "training.csv"
_FIELDS = ("step", "datasets", "minutes", "learning_rate", "loss", "held_out_loss", "held_out_mse", "coverage_90")  # fmt: skip


@dataclass
class _Run:
    """What changes while a network is trained, and is saved to go on from."""

    step: int = 0
    datasets: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    log: list[dict[str, float]] = field(default_factory=list)


def train(
    recipe: Recipe,
    directory: Path,
    *,
    name: str = "mist-qr",
    resume: bool = True,
    max_minutes: float | None = None,
    cancellation: Cancellation | None = None,
    record_every: int = 50,
    save_every: int = 500,
    n_held_out: int = 40,
) -> Iterator[Progress]:
    """Train a network by pinball loss, yielding progress, into a directory of its own.

    The directory receives the checkpoint, `training.csv` and, until the last step is done, the
    state to resume from. A run that was interrupted, even by a power cut, resumes at the last save and
    ends in the same weights as an uninterrupted one. A batch's loss is divided by
    \\(\\sqrt{\\min(d_x, d_y)}\\), so that wide datasets do not drown narrow ones.

    Args:
        recipe: what to train on what.
        directory: where to write.
        name: the name of the model.
        resume: go on from the state in the directory, where there is one.
        max_minutes: pause after this time; the schedule counts steps and does not know of it.
        cancellation: set it to pause at the next step.
        record_every: steps between progress records.
        save_every: steps between saves; each measures the held-out loss and adds a row to the log.
        n_held_out: held-out batches.

    Raises:
        ValueError: if the state in the directory belongs to another recipe.

    Source: MIST, arXiv 2511.18945 (supervised training on a meta-dataset, quantile loss).
    """
    on_gpu = torch.cuda.is_available()
    fabric = Fabric(
        accelerator="cuda" if on_gpu else "cpu", devices=1, precision="bf16-mixed" if on_gpu else "32-true"
    )
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        network = Network(recipe.network)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    run = _restore(directory / STATE, recipe, network, optimizer) if resume else _Run()
    model, optimizer = fabric.setup(network, optimizer)
    levels = torch.tensor(recipe.network.levels, device=fabric.device)
    examples = held_out(recipe, n_held_out)
    began, before, resumed_at = time.monotonic(), run.seconds, run.step

    def paused() -> bool:
        late = max_minutes is not None and time.monotonic() - began > 60 * max_minutes
        return late or (cancellation is not None and cancellation.is_set())

    def save() -> dict[str, float]:
        metrics = _held_out_metrics(model, examples, levels)
        row = {
            "step": run.step,
            "datasets": run.datasets,
            "minutes": round(run.seconds / 60, 2),
            "learning_rate": recipe.learning_rate_at(run.step),
            "loss": float(np.mean(run.losses)) if run.losses else float("nan"),
            **metrics,
        }
        run.log.append(row)
        run.losses.clear()
        _save(directory, name, recipe, network, optimizer, run)
        return metrics

    stream = training_stream(recipe, run.step)
    while batches := list(itertools.islice(stream, recipe.batches)):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate_at(run.step)
        optimizer.zero_grad()
        step_loss = 0.0
        for batch in batches:
            truth = batch.mutual_information.to(fabric.device)
            quantiles = model(batch.features.to(device=fabric.device))
            loss = pinball_loss(quantiles, truth, levels).mean() / batch.pairs**0.5 / len(batches)
            fabric.backward(loss)
            step_loss += float(loss.detach())
            run.datasets += len(truth)
        fabric.clip_gradients(model, optimizer, max_norm=recipe.clip)
        optimizer.step()
        run.step += 1
        run.seconds = before + time.monotonic() - began
        run.losses.append(step_loss)
        stop = paused()
        metrics: Mapping[str, float] = {"loss": float(np.mean(run.losses[-record_every:]))}
        if run.step % save_every == 0 or run.step == recipe.steps or stop:
            metrics = {**metrics, **save()}
        if run.step % record_every == 0 or run.step == recipe.steps or stop:
            elapsed = time.monotonic() - began
            yield Progress(run.step, recipe.steps, elapsed, metrics, done_before=resumed_at)
        if stop:
            return
    (directory / STATE).unlink(missing_ok=True)


@torch.no_grad()
def _held_out_metrics(
    model: torch.nn.Module, examples: list[Example], levels: torch.Tensor
) -> dict[str, float]:
    losses, errors, covered = [], [], []
    grid = [round(float(t), 6) for t in levels]
    low, middle, high = (grid.index(t) for t in (0.05, 0.5, 0.95))
    for batch in examples:
        truth = batch.mutual_information.to(levels.device)
        quantiles = model(batch.features.to(device=levels.device)).float().clamp(min=0)
        losses.append(float(pinball_loss(quantiles, truth, levels).mean()) / batch.pairs**0.5)
        errors.append(float((quantiles[:, middle] - truth).square().mean()))
        inside = (quantiles[:, low] <= truth) & (truth <= quantiles[:, high])
        covered.append(float(inside.float().mean()))
    names = ("held_out_loss", "held_out_mse", "coverage_90")
    return {k: float(np.mean(v)) for k, v in zip(names, (losses, errors, covered), strict=True)}


def _save(
    directory: Path,
    name: str,
    recipe: Recipe,
    network: Network,
    optimizer: torch.optim.Optimizer,
    run: _Run,
) -> None:
    training: dict[str, Any] = {
        "steps": run.step,
        "datasets": run.datasets,
        "minutes": round(run.seconds / 60, 2),
        "finished": run.step == recipe.steps,
        "recipe": {k: v for k, v in json.loads(recipe.to_json()).items() if k not in ("meta", "network")},
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "machine": torch.cuda.get_device_name() if torch.cuda.is_available() else platform.machine(),
    }
    # The state goes last: a kill between the two resumes from the step before, and repeats it.
    save_checkpoint(directory, Checkpoint(name, network, recipe.meta, training))
    table = io.StringIO()
    writer = csv.DictWriter(table, _FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: f"{v:.6g}" for k, v in row.items()} for row in run.log)
    replace_file(directory / LOG, table.getvalue().encode())
    state = {
        "recipe": recipe.to_json(),
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "run": vars(run),
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    replace_file(directory / STATE, buffer.getvalue())


def _restore(
    path: Path, recipe: Recipe, network: Network, optimizer: torch.optim.Optimizer
) -> _Run:
    if not path.exists():
        return _Run()
    state = torch.load(path, weights_only=True)
    if Recipe.from_json(state["recipe"]) != recipe:
        raise ValueError(
            f"expected the state in {path} to belong to this recipe; it was made by another one. "
            "Train into another directory, or start afresh"
        )
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return _Run(**state["run"])
