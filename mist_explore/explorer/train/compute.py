"""A run of the training page: trained, and measured meanwhile, without widgets."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import pandas as pd

from mist_explore.estimators import LearnedEstimator
from mist_explore.evaluation import Validation, evaluate, read_result_table, result_table
from mist_explore.explorer.baselines import BASELINE, LEARNED, estimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.train.interrupted import begun, kept_in, own_folder, write_course
from mist_explore.explorer.train.settings import TrainingState
from mist_explore.explorer.train.snapshot import Course, Measurement
from mist_explore.metrics import coverage, mean_absolute_error
from mist_explore.network import load_checkpoint
from mist_explore.progress import Cancellation
from mist_explore.training import iter_train
from mist_explore.training.run import VALIDATION, Run
from mist_explore.training.validation import ValidationSet, validation_set
from mist_explore.transforms import TRANSFORMS

__all__ = [
    "RECIPE",
    "REFERENCES",
    "as_command",
    "as_python",
    "course",
    "estimate_query",
    "untrained",
]

REFERENCES = (LEARNED, "ksg", BASELINE)
"""The estimators to compare the network in training with."""

RECIPE = "recipe.json"
"""The name of the file of a recipe."""

HELD_OUT_BATCHES = 16
RECORD_EVERY, MEASURE_EVERY = 5, 25
IN_TRAINING = "in-training"
"""The name of a network before it is saved."""


def untrained(state: TrainingState) -> Course:
    """Return the run before its first step: the network is a mean of closed forms.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    recipe = state.recipe
    held_out, references = _held_out(_distributions(state))
    results = held_out.by_network(IN_TRAINING, Run.begun(recipe).network)
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
    with own_folder(state) as folder:
        before = kept_in(folder) if resume else None
        here = before or untrained(state)
        yield here
        if not before:
            begun(folder)
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
                write_course(here, folder)
            yield here
            began = time.monotonic()
        # Only after the last step is the reference of the out-of-distribution score fitted.
        here = replace(here, checkpoint=load_checkpoint(folder))
        shutil.rmtree(folder)
        return here


def as_command(folder: str = "my-network") -> str:
    """Return commands that train the recipe in its file, and estimate with the network."""
    return (
        f"mist-explore train --recipe {RECIPE} --out {folder}\n"
        f"mist-explore estimate table.csv --x height --y weight --estimator {folder}\n"
    )


def estimate_query(state: TrainingState, name: str) -> str:
    """Return the state of the page Estimate with a network and a distribution that it learned."""
    n_samples, dim = state.n_samples[1], state.dims[1]
    fits = (one for one in state.transforms if TRANSFORMS[one].fits(dim, dim))
    return (
        f"family={state.families[0]}&n={n_samples}&dim_x={dim}&dim_y={dim}"
        f"&transform={next(fits, 'base')}&peers={name}"
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
    intervals, truth, cells = results[["low", "high"]], results["truth"], results["cell"].tolist()
    return Measurement(step, _error(results), coverage(intervals, truth, cells).value, loss)


def _error(results: pd.DataFrame) -> float:
    """Return the mean absolute error of the median in nats."""
    cells = results["cell"].tolist()
    return mean_absolute_error(results["median"], results["truth"], cells).value


def _distributions(state: TrainingState) -> TrainingState:
    """Return the state with the default of all that does not change the held-out datasets."""
    first = TrainingState()
    return state.with_(size=first.size, steps=first.steps)


@lru_cache(maxsize=8)
def _held_out(distributions: TrainingState) -> tuple[ValidationSet, Mapping[str, float]]:
    """Return held-out datasets, and the errors of the other estimators on them."""
    held_out = validation_set(distributions.recipe, HELD_OUT_BATCHES)
    errors = {}
    for name in REFERENCES:
        try:
            peer = estimator(name)
        except (ValueError, FileNotFoundError):  # a damaged installation: the others go on
            continue
        if isinstance(peer, LearnedEstimator):
            results = held_out.by_network(name, peer.checkpoint.network)
        else:
            results = result_table(evaluate(peer, Validation(held_out)))
        if len(results):
            errors[name] = _error(results)
    return held_out, errors
