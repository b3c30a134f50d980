"""A run of the training page: trained and measured, interrupted and resumed, without widgets."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import Validation, evaluate, read_result_table, result_table
from mist_explore.explorer.baselines import BASELINE, LEARNED, estimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.run_folder import interrupted_run, own_folder
from mist_explore.explorer.theme import asset
from mist_explore.explorer.train.settings import TrainingState
from mist_explore.files import replace_file
from mist_explore.metrics import coverage, mean_absolute_error
from mist_explore.network import Checkpoint, load_checkpoint
from mist_explore.progress import Cancellation
from mist_explore.training import iter_train
from mist_explore.training.run import STATE, VALIDATION, Run
from mist_explore.training.validation import ValidationSet, validation_set

__all__ = [
    "KEPT",
    "RECIPE",
    "RECORDED",
    "REFERENCES",
    "Course",
    "Measurement",
    "as_command",
    "as_python",
    "course",
    "interrupted",
    "result",
    "untrained",
]

REFERENCES = (LEARNED, "ksg", BASELINE)
"""The estimators to compare the network in training with."""

RECIPE = "recipe.json"
"""The name of the file of a recipe."""

RECORDED = "train/recorded.json"
"""The runs of the first screen, among the assets of the pages; `python -m benchmarks.training`."""

KEPT = ("truth", "median", "low", "high")
"""The columns of results that a page shows."""

HELD_OUT_BATCHES = 16
RECORD_EVERY, MEASURE_EVERY = 5, 25
DIGITS = 4
COURSE = "course.json"
"""The record of a run beside its weights."""

IN_TRAINING = "in-training"
"""The name of a network before it is saved."""


@dataclass(frozen=True)
class Measurement:
    """One measurement on held-out distributions.

    Args:
        step: the number of steps before it.
        error: the mean absolute error of the median in nats.
        coverage: the share of 90% intervals that contain the true value.
        loss: the pinball loss; None before the first step.
    """

    step: int
    error: float
    coverage: float
    loss: float | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A run after some of its steps.

    Args:
        state: the recipe.
        references: errors of other estimators on the same held-out datasets, by name.
        results: the estimates of the network on these datasets at the last measurement, in the
            columns of the table of results; a recording has those of `KEPT` alone.
        measurements: the measurements on them so far.
        losses: (step, mean training loss since the record before).
        step: steps done.
        seconds: time of the steps done, without pauses.
        checkpoint: the network then; None before the first step, and for a recording.
        recorded: whether it was run before and elsewhere.
    """

    state: TrainingState
    references: Mapping[str, float]
    results: pd.DataFrame
    measurements: tuple[Measurement, ...]
    losses: tuple[tuple[int, float], ...] = ()
    step: int = 0
    seconds: float = 0.0
    checkpoint: Checkpoint | None = None
    recorded: bool = False

    @property
    def total(self) -> int:
        """Steps in all."""
        return self.state.steps

    def to_mapping(self) -> dict[str, Any]:
        """Return all but the network as JSON values."""
        answers = {name: np.round(self.results[name], DIGITS).tolist() for name in KEPT}
        return {
            "query": self.state.to_query(),
            "references": {name: round(error, DIGITS) for name, error in self.references.items()},
            "answers": answers,
            "looks": [asdict(one) for one in self.measurements],
            "losses": [(step, round(loss, DIGITS + 1)) for step, loss in self.losses],
            "step": self.step,
            "seconds": round(self.seconds, 1),
        }

    @staticmethod
    def from_mapping(kept: Mapping[str, Any], **more: Any) -> Course:
        """Return the run of a mapping of `to_mapping`, with further fields."""
        return Course(
            TrainingState.from_query(kept["query"]),
            kept["references"],
            pd.DataFrame(kept["answers"]),
            tuple(Measurement(**one) for one in kept["looks"]),
            tuple((step, loss) for step, loss in kept["losses"]),
            kept["step"],
            kept["seconds"],
            **more,
        )


def result(state: TrainingState) -> Course:
    """Return the interrupted run of a state, the recorded one, or the run before its first step.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    if found := interrupted(state):
        return found
    recorded = _recorded()
    return recorded if recorded.state == state else untrained(state)


def interrupted(state: TrainingState) -> Course | None:
    """Return the run of a state as saved before its page closed; None if there is none."""
    return interrupted_run(state.recipe.to_json(), STATE, _kept_in)


def untrained(state: TrainingState) -> Course:
    """Return the run before its first step: the network is a mean of closed forms.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    first = TrainingState()  # neither the network nor its steps change the held-out datasets
    held_out, references = _held_out(state.with_(size=first.size, steps=first.steps))
    results = held_out.by_network(IN_TRAINING, Run.begun(state.recipe).network)
    return Course(state, references, results, (_measurement(0, results),))


def course(
    state: TrainingState, cancellation: Cancellation, *, resume: bool = False
) -> Steps[Course, Course]:
    """Train the recipe of a state and yield the run so far.

    A run that is cancelled ends with a measurement of its network. A run whose kernel has ended
    can be resumed, and ends in the same network as one without interruption.

    Args:
        state: the recipe.
        cancellation: set it to end the run.
        resume: whether to resume an interrupted run, if there is one.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    with own_folder(state.recipe.to_json()) as folder:
        before = _kept_in(folder) if resume else None
        here = before or untrained(state)
        yield here
        if not before:
            (folder / COURSE).unlink(missing_ok=True)
        began = time.monotonic()
        for progress in iter_train(
            state.recipe,
            folder,
            name=IN_TRAINING,
            resume=before is not None,
            cancellation=cancellation,
            record_every=RECORD_EVERY,
            save_every=MEASURE_EVERY,
            n_held_out=HELD_OUT_BATCHES,
        ):
            losses = (*here.losses, (progress.step, progress.metrics["loss"]))
            here = replace(here, step=progress.step, losses=losses)
            saved = "held_out_loss" in progress.metrics
            if saved:
                results = read_result_table(folder / VALIDATION)
                found = _measurement(here.step, results, progress.metrics["held_out_loss"])
                here = replace(
                    here,
                    results=results,
                    measurements=(*here.measurements, found),
                    checkpoint=load_checkpoint(folder),
                )
            here = replace(here, seconds=here.seconds + time.monotonic() - began)
            if saved:
                replace_file(folder / COURSE, json.dumps(here.to_mapping()).encode())
            yield here
            began = time.monotonic()
        # Only after the last step is the reference of the out-of-distribution score fitted.
        here = replace(here, checkpoint=load_checkpoint(folder))
        shutil.rmtree(folder)
        return here


def as_command() -> str:
    """Return commands that train the recipe in its file, and estimate with the network."""
    return (
        f"mist-explore train --recipe {RECIPE} --out my-network\n"
        "mist-explore estimate table.csv --x height --y weight --estimator my-network\n"
    )


def as_python(state: TrainingState) -> str:
    """Return lines of Python that train the same network."""
    recipe = state.recipe
    meta, network = recipe.meta, recipe.network
    return (
        "from pathlib import Path\n"
        "from mist_explore.meta import Component, MetaDistribution\n"
        "from mist_explore.network import NetworkConfig\n"
        "from mist_explore.training import Recipe, train\n\n"
        f"families = {state.families!r}\n"
        f"transforms = {state.transforms!r}\n"
        "meta = MetaDistribution(\n"
        "    tuple(Component(f, t) for f in families for t in transforms),\n"
        f"    n_samples={meta.n_samples!r}, dims={meta.dims!r},\n"
        f"    equal_dims={meta.equal_dims!r}, log_n_samples={meta.log_n_samples!r},\n"
        ")\n"
        f"network = NetworkConfig(width={network.width}, row_width={network.row_width},\n"
        f"    heads={network.heads}, blocks={network.blocks}, members={network.members})\n"
        f"recipe = Recipe(meta, network, steps={recipe.steps},\n"
        f"    learning_rate={recipe.learning_rate!r}, warmup={recipe.warmup},\n"
        f"    backbone={recipe.backbone!r}, seed={recipe.seed})\n"
        'train(recipe, Path("my-network"), progress=True)\n'
    )


def _measurement(step: int, results: pd.DataFrame, loss: float | None = None) -> Measurement:
    truth, cells = results["truth"], results["cell"].tolist()
    error = mean_absolute_error(results["median"], truth, cells).value
    return Measurement(step, error, coverage(results[["low", "high"]], truth, cells).value, loss)


@lru_cache(maxsize=8)
def _held_out(distributions: TrainingState) -> tuple[ValidationSet, Mapping[str, float]]:
    """Return held-out datasets, and the errors of the other estimators on them."""
    held_out = validation_set(distributions.recipe, HELD_OUT_BATCHES)
    errors = {}
    for name in REFERENCES:
        try:
            other = estimator(name)
        except (ValueError, FileNotFoundError):  # a damaged installation: the others go on
            continue
        if isinstance(other, LearnedEstimator):
            results = held_out.by_network(name, other.checkpoint.network)
        else:
            results = result_table(evaluate(other, Validation(held_out)))
        if len(results):
            errors[name] = _measurement(0, results).error
    return held_out, errors


def _kept_in(folder: Path) -> Course | None:
    """Return the run in a folder; None if there is nothing to resume."""
    if not ((folder / STATE).exists() and (folder / COURSE).exists()):
        return None
    kept = json.loads((folder / COURSE).read_text(encoding="utf-8"))
    return Course.from_mapping(kept, checkpoint=load_checkpoint(folder))


@cache
def _recorded() -> Course:
    return Course.from_mapping(json.loads(asset(RECORDED))["network"], recorded=True)
