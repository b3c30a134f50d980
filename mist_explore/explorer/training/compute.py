"""What the training page shows of a run: measured while it trains, without widgets."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from mist_explore.estimators import LearnedEstimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.peers import BASELINE, LEARNED, estimator
from mist_explore.explorer.presence import page_is_open
from mist_explore.explorer.training.interrupted import begun, kept_in, own_folder, write_course
from mist_explore.explorer.training.standing import Course, Look
from mist_explore.explorer.training.state import TrainingState
from mist_explore.network import Checkpoint, load_checkpoint
from mist_explore.progress import Cancellation
from mist_explore.training import iter_train
from mist_explore.training.run import Run
from mist_explore.training.validation import ValidationSet, validation_set

__all__ = ["REFERENCES", "course", "untrained"]

REFERENCES = (LEARNED, "ksg", BASELINE)
"""The estimators whose errors stand beside that of the network in training."""

HELD_OUT_BATCHES = 16
RECORD_EVERY, LOOK_EVERY = 5, 25


def untrained(state: TrainingState) -> Course:
    """The run before its first step: the network is no more than a mean of closed forms.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    recipe = state.recipe
    held_out, references = _held_out(_distributions(state))
    answers = held_out.by_network(Run.begun(recipe).network.eval())
    return Course(state, references, answers, (Look(0, answers.error, answers.coverage),))


def course(
    state: TrainingState, cancellation: Cancellation, *, resume: bool = False
) -> Steps[Course, Course]:
    """Train what a state describes, yielding the run so far.

    A run that was cancelled ends with a look at what it has learned. One whose page has gone can
    be resumed: it goes on to the same network as one that nothing interrupted.

    Args:
        state: what is trained on what.
        cancellation: set it to end the run.
        resume: whether to go on from a run that was interrupted, if there is one.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    with own_folder(state) as folder:
        before = kept_in(folder) if resume else None
        here = before or untrained(state)
        held_out, _ = _held_out(_distributions(state))
        yield here
        if not before:
            begun(folder)
        began = time.monotonic()
        for progress in iter_train(
            state.recipe,
            folder,
            name="in-training",
            resume=before is not None,
            cancellation=cancellation,
            record_every=RECORD_EVERY,
            save_every=LOOK_EVERY,
            n_held_out=HELD_OUT_BATCHES,
        ):
            losses = (*here.losses, (progress.step, progress.metrics["loss"]))
            here = replace(here, step=progress.step, losses=losses)
            saved = "held_out_loss" in progress.metrics
            if saved:
                checkpoint = load_checkpoint(folder)
                here = _looked(here, held_out, checkpoint, progress.metrics["held_out_loss"])
            here = replace(here, seconds=here.seconds + time.monotonic() - began)
            if saved:
                write_course(here, folder)
            yield here
            began = time.monotonic()
        # With its last step done, the network has learned which inputs are familiar to it.
        here = replace(here, checkpoint=load_checkpoint(folder))
        if page_is_open():  # it was finished, or given up by someone who is there
            shutil.rmtree(folder)
        return here


def _looked(here: Course, held_out: ValidationSet, checkpoint: Checkpoint, loss: float) -> Course:
    answers = held_out.by_network(checkpoint.network)
    look = Look(here.step, answers.error, answers.coverage, loss)
    return replace(here, answers=answers, looks=(*here.looks, look), checkpoint=checkpoint)


def _distributions(state: TrainingState) -> TrainingState:
    """The state with all that leaves the held-out datasets alone set to one value."""
    first = TrainingState()
    return replace(state, size=first.size, steps=first.steps)


@lru_cache(maxsize=8)
def _held_out(distributions: TrainingState) -> tuple[ValidationSet, Mapping[str, float]]:
    """Held-out datasets, and the errors of the other estimators on them."""
    held_out = validation_set(distributions.recipe, HELD_OUT_BATCHES)
    errors = {}
    for name in REFERENCES:
        try:
            asked = estimator(name)
        except (ValueError, FileNotFoundError):  # a damaged installation: the others go on
            continue
        if isinstance(asked, LearnedEstimator):
            errors[name] = held_out.by_network(asked.checkpoint.network).error
        else:
            errors[name] = held_out.by_estimator(asked).error
    return held_out, errors
