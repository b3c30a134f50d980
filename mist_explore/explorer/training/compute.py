"""What the training page shows of a run: measured while it trains, without widgets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mist_explore.estimators import LearnedEstimator
from mist_explore.explorer.job import Steps
from mist_explore.explorer.peers import BASELINE, LEARNED, estimator
from mist_explore.explorer.training.state import TrainingState
from mist_explore.network import Checkpoint, load_checkpoint
from mist_explore.progress import Cancellation
from mist_explore.training import train
from mist_explore.training.exam import Answers, Exam, exam
from mist_explore.training.run import Run

__all__ = ["REFERENCES", "Course", "Look", "course", "untrained"]

REFERENCES = (LEARNED, "ksg", BASELINE)
"""The estimators whose errors stand beside that of the network in training."""

HELD_OUT_BATCHES = 16
RECORD_EVERY, LOOK_EVERY = 5, 25


@dataclass(frozen=True)
class Look:
    """One measurement on held-out laws.

    Args:
        step: after which it was made.
        error: the mean absolute error of the median in nats.
        coverage: the share of 90 % intervals that hold the truth.
        loss: the pinball loss; None before the first step.
    """

    step: int
    error: float
    coverage: float
    loss: float | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A run as far as it has come.

    Args:
        state: what is trained.
        references: errors of other estimators on the same held-out datasets, by name.
        answers: what the network says about these datasets at the last look.
        looks: the measurements on them so far.
        losses: (step, mean training loss since the record before).
        step: steps done.
        seconds: time spent on them, pauses left out.
        checkpoint: the network at the last look; None before the first step, and for a recording.
        recorded: whether it was run before and elsewhere.
    """

    state: TrainingState
    references: Mapping[str, float]
    answers: Answers
    looks: tuple[Look, ...]
    losses: tuple[tuple[int, float], ...] = ()
    step: int = 0
    seconds: float = 0.0
    checkpoint: Checkpoint | None = None
    recorded: bool = False

    @property
    def total(self) -> int:
        """Steps in all."""
        return self.state.steps


def untrained(state: TrainingState) -> Course:
    """The run before its first step: the network is no more than a mean of closed forms.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    recipe = state.recipe
    held_out, references = _held_out(_laws(state))
    answers = held_out.by_network(Run.begun(recipe).network.eval())
    return Course(state, references, answers, (Look(0, answers.error, answers.coverage),))


def course(state: TrainingState, cancellation: Cancellation) -> Steps[Course, Course]:
    """Train what a state describes, yielding the run so far.

    A run that was cancelled ends with a look at what it has learned.

    Raises:
        ValueError: if a transform fits no number of columns within the range.
    """
    here = untrained(state)
    held_out, _ = _held_out(_laws(state))
    yield here
    began = time.monotonic()
    with TemporaryDirectory(prefix="mist-explore-training-") as folder:
        for progress in train(
            state.recipe,
            Path(folder),
            name="in-training",
            cancellation=cancellation,
            record_every=RECORD_EVERY,
            save_every=LOOK_EVERY,
            n_held_out=HELD_OUT_BATCHES,
        ):
            losses = (*here.losses, (progress.step, progress.metrics["loss"]))
            here = replace(here, step=progress.step, losses=losses)
            if "held_out_loss" in progress.metrics:
                checkpoint = load_checkpoint(Path(folder))
                here = _looked(here, held_out, checkpoint, progress.metrics["held_out_loss"])
            here = replace(here, seconds=here.seconds + time.monotonic() - began)
            yield here
            began = time.monotonic()
        # With its last step done, the network has learned which inputs are familiar to it.
        return replace(here, checkpoint=load_checkpoint(Path(folder)))


def _looked(here: Course, held_out: Exam, checkpoint: Checkpoint, loss: float) -> Course:
    answers = held_out.by_network(checkpoint.network)
    look = Look(here.step, answers.error, answers.coverage, loss)
    return replace(here, answers=answers, looks=(*here.looks, look), checkpoint=checkpoint)


def _laws(state: TrainingState) -> TrainingState:
    """The state with all that leaves the held-out datasets alone set to one value."""
    first = TrainingState()
    return replace(state, size=first.size, neighbours=first.neighbours, steps=first.steps)


@lru_cache(maxsize=8)
def _held_out(laws: TrainingState) -> tuple[Exam, Mapping[str, float]]:
    """Held-out datasets, and the errors of the other estimators on them."""
    held_out = exam(laws.recipe, HELD_OUT_BATCHES)
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
