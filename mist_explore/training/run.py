"""A training run: what changes while a network is trained, and how it is saved to go on from."""

from __future__ import annotations

import csv
import io
import platform
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from mist_explore.files import replace_file
from mist_explore.network import (
    AnyNetwork,
    Checkpoint,
    StackedEnsemble,
    TrainingDistance,
    load_checkpoint,
    network_of,
    save_checkpoint,
)
from mist_explore.network.checkpoint import CONFIG
from mist_explore.resources import models_directory
from mist_explore.training.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VALIDATION", "Run", "is_finished", "recipe_of"]

STATE = "state.pt"
LOG = "training.csv"
VALIDATION = "validation.parquet"
FIELDS = (
    *("step", "datasets", "minutes", "learning_rate", "loss"),
    *("held_out_loss", "held_out_mse", "coverage_90"),
)


@dataclass(eq=False)
class Run:
    """A network on its way through a recipe.

    Args:
        recipe: what is trained on what.
        network: the network.
        optimizer: its optimizer.
        step: steps done.
        datasets: datasets seen.
        seconds: time spent.
        losses: the loss of each step since the last save.
        log: one row for each save.
        began_from: the network whose weights it began with, if not new ones.
    """

    recipe: Recipe
    network: AnyNetwork
    optimizer: torch.optim.Optimizer
    step: int = 0
    datasets: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)
    log: list[dict[str, float]] = field(default_factory=list)
    began_from: dict[str, Any] | None = None

    @classmethod
    def begun(cls, recipe: Recipe, start: Checkpoint | None = None) -> Run:
        """The run at step 0, with the weights that the seed gives, or those of another network.

        An ensemble gets the shipped backbones that the recipe names.

        Raises:
            ValueError: if the other network has another shape.
        """
        with torch.random.fork_rng():
            torch.manual_seed(recipe.seed)
            network = network_of(recipe.network)
        optimizer = torch.optim.AdamW(
            network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        run = cls(recipe, network, optimizer)
        if start:
            if start.network.config != recipe.network:
                raise ValueError(
                    f"expected to start from a network of the recipe's shape, {recipe.network}; "
                    f"got {start.network.config}"
                )
            network.load_state_dict(start.network.state_dict())
            done = {key: start.training[key] for key in ("steps", "datasets", "minutes")}
            run.began_from = {"name": start.name, "sha256": start.sha256, **done}
        elif isinstance(network, StackedEnsemble):
            found = [load_checkpoint(models_directory() / name) for name in recipe.backbones]
            for backbone, shipped in zip(network.backbones, found, strict=True):
                backbone.load_state_dict(shipped.network.state_dict())
            run.began_from = {
                "name": recipe.backbone,
                "sha256": "+".join(shipped.sha256 for shipped in found),
            }
        return run

    @classmethod
    def resumed(cls, recipe: Recipe, directory: Path, start: Checkpoint | None = None) -> Run:
        """The run as it was last saved, or at step 0 if it never was.

        Raises:
            ValueError: if the state belongs to another recipe.
        """
        run = cls.begun(recipe, start)
        if not (directory / STATE).exists():
            return run
        state = torch.load(directory / STATE, weights_only=True)
        _same_recipe(directory, Recipe.from_mapping(state["recipe"]), recipe)
        run.network.load_state_dict(state["network"])
        run.optimizer.load_state_dict(state["optimizer"])
        for name, value in state["run"].items():
            setattr(run, name, value)
        return run

    def save(
        self, directory: Path, name: str, held_out: dict[str, float], validation: pd.DataFrame
    ) -> None:
        """Write the checkpoint, the log, the results on held-out datasets and the state.

        The log gets a row.
        """
        row = {
            "step": self.step,
            "datasets": self.datasets,
            "minutes": round(self.seconds / 60, 2),
            "learning_rate": self.recipe.learning_rate_at(self.step),
            "loss": float(np.mean(self.losses)),
            **held_out,
        }
        self.log.append(row)
        self.losses.clear()
        # The state goes last: a kill before it resumes from the save before, and repeats the steps.
        save_checkpoint(directory, self.checkpoint(name))
        replace_file(directory / LOG, self._log_as_csv())
        replace_file(directory / VALIDATION, validation.to_parquet())
        replace_file(directory / STATE, self._state())

    def finish(
        self,
        directory: Path,
        name: str,
        training_distance: TrainingDistance | None,
        validation: pd.DataFrame,
    ) -> None:
        """Write the finished checkpoint with its training distance, and remove the state."""
        save_checkpoint(directory, self.checkpoint(name, training_distance))
        replace_file(directory / VALIDATION, validation.to_parquet())
        (directory / STATE).unlink(missing_ok=True)

    def checkpoint(
        self, name: str, training_distance: TrainingDistance | None = None
    ) -> Checkpoint:
        """Return the network at this step as a checkpoint that is not saved."""
        on_gpu = torch.cuda.is_available()
        training: dict[str, Any] = {
            "steps": self.step,
            "datasets": self.datasets,
            "minutes": round(self.seconds / 60, 2),
            "finished": self.step == self.recipe.steps,
            "recipe": {
                k: v for k, v in self.recipe.to_mapping().items() if k not in ("meta", "network")
            },
            **({"began_from": self.began_from} if self.began_from else {}),
            "versions": {"python": platform.python_version(), "torch": torch.__version__},
            "machine": torch.cuda.get_device_name() if on_gpu else platform.machine(),
        }
        return Checkpoint(
            name, self.network, self.recipe.meta, training, training_distance=training_distance
        )

    def _log_as_csv(self) -> bytes:
        table = io.StringIO()
        writer = csv.DictWriter(table, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: f"{v:.6g}" for k, v in row.items()} for row in self.log)
        return table.getvalue().encode()

    def _state(self) -> bytes:
        names = ("step", "datasets", "seconds", "losses", "log", "began_from")
        buffer = io.BytesIO()
        torch.save(
            {
                "recipe": self.recipe.to_mapping(),
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "run": {name: getattr(self, name) for name in names},
            },
            buffer,
        )
        return buffer.getvalue()


def is_finished(recipe: Recipe, directory: Path) -> bool:
    """Whether the directory holds the network that the recipe ends in.

    Raises:
        ValueError: if it holds a network of another recipe, or one without the state to go on from.
    """
    if (directory / STATE).exists() or not (directory / CONFIG).exists():
        return False
    checkpoint = load_checkpoint(directory)
    _same_recipe(directory, recipe_of(checkpoint), recipe)
    if not checkpoint.training["finished"]:
        raise ValueError(
            f"expected the state to go on from in {directory}; there is no {STATE}. Start afresh"
        )
    return True


def recipe_of(checkpoint: Checkpoint) -> Recipe:
    """Return the recipe that a network was trained by."""
    return Recipe.from_mapping(
        {
            **checkpoint.training["recipe"],
            "meta": checkpoint.meta.to_mapping(),
            "network": checkpoint.network.config.to_mapping(),
        }
    )


def _same_recipe(directory: Path, found: Recipe, recipe: Recipe) -> None:
    if found != recipe:
        raise ValueError(
            f"expected what is in {directory} to belong to this recipe; it was made by another "
            "one. Train into another directory, or start afresh"
        )
